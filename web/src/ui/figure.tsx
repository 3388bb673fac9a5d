import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './figure.module.css'

interface FigureProps {
  label: string
  /** Already formatted in the reader's locale. */
  value: ReactNode
  unit?: string | undefined
  /** Compared with what, and whether that is welcome: the arrow shows the direction, the words say the rest. */
  change?: { direction: 'up' | 'down'; words: string; good: boolean } | undefined
  /** One more fact under the value. */
  note?: ReactNode
}

/** One number with its name; several stand in a row under `Figures`. */
export function Figure({ label, value, unit, change, note }: FigureProps) {
  const Arrow = change?.direction === 'up' ? ArrowUp : ArrowDown
  return (
    <div className={classes.figure}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value}>
        {value}
        {unit ? <span className={classes.unit}>{unit}</span> : null}
      </dd>
      {change ? (
        <dd className={classes.change} data-good={change.good}>
          <Arrow size={12} strokeWidth={2.25} aria-hidden="true" />
          {change.words}
        </dd>
      ) : null}
      {note ? <dd className={classes.note}>{note}</dd> : null}
    </div>
  )
}

/** A row of figures divided by hairlines; wraps on narrow screens. */
export function Figures({ children }: { children: ReactNode }) {
  return <dl className={classes.figures}>{children}</dl>
}
