import { Button } from '@mantine/core'
import { type ReactNode, useRef, useState } from 'react'
import classes from './inline-confirm.module.css'

interface InlineConfirmProps {
  /** The words on the button, for example "Delete form". */
  label: string
  /** What cannot be undone, for example "Removes 214 answers for good." */
  consequence: string
  icon?: ReactNode
  onConfirm: () => void
}

/**
 * For the few acts that have no undo: the button unfolds in place into the consequence, the act and a way
 * back. Everything that can be undone acts at once and offers undo in a toast instead.
 */
export function InlineConfirm({ label, consequence, icon, onConfirm }: InlineConfirmProps) {
  const [asking, setAsking] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const close = () => {
    setAsking(false)
    requestAnimationFrame(() => opener.current?.focus())
  }
  if (!asking) {
    return (
      <Button ref={opener} color="red" leftSection={icon} onClick={() => setAsking(true)}>
        {label}
      </Button>
    )
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes from any control inside
    <div className={classes.ask} onKeyDown={event => event.key === 'Escape' && close()}>
      <span className={classes.words}>{consequence}</span>
      <Button
        variant="filled"
        color="red"
        onClick={() => {
          setAsking(false)
          onConfirm()
        }}
      >
        {label}
      </Button>
      <Button variant="subtle" data-autofocus autoFocus onClick={close}>
        Keep
      </Button>
    </div>
  )
}
