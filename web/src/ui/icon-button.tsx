import { ActionIcon, type ActionIconProps, Tooltip } from '@mantine/core'
import type { ComponentPropsWithRef, ReactNode } from 'react'
import classes from './icon-button.module.css'
import { Kbd } from './kbd.tsx'

interface IconButtonProps
  extends ActionIconProps,
    Omit<ComponentPropsWithRef<'button'>, keyof ActionIconProps | 'children' | 'aria-label'> {
  /** What the button does; its name for screen readers and its tooltip. */
  label: string
  /** The shortcut that does the same. */
  keys?: string | undefined
  children: ReactNode
}

/** An icon that acts. Its tooltip names it and shows its shortcut. */
export function IconButton({ label, keys, children, ...rest }: IconButtonProps) {
  const tip = keys ? (
    <span className={classes.tip}>
      {label}
      <Kbd keys={keys} />
    </span>
  ) : (
    label
  )
  return (
    <Tooltip label={tip}>
      <ActionIcon aria-label={label} {...rest}>
        {children}
      </ActionIcon>
    </Tooltip>
  )
}
