import { ChevronRight } from 'lucide-react'
import { Kbd } from '../ui/kbd.tsx'
import classes from './palette.module.css'
import type { PaletteAction } from './palette-store.ts'

interface PaletteOptionProps {
  domId: string
  action: PaletteAction
  selected: boolean
  onRun: () => void
  onPoint: () => void
}

/** One line of the palette. */
export function PaletteOption({ domId, action, selected, onRun, onPoint }: PaletteOptionProps) {
  const Icon = action.icon ?? ChevronRight
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the input holds the focus and handles the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the input holds the focus and names this one active
    <div
      id={domId}
      className={classes.action}
      role="option"
      aria-selected={selected}
      onClick={onRun}
      onPointerMove={onPoint}
    >
      <Icon className={classes.icon} size={16} strokeWidth={1.75} aria-hidden="true" />
      <span className={classes.label}>{action.label}</span>
      {action.keys ? <Kbd keys={action.keys} /> : null}
    </div>
  )
}
