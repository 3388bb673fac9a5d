import type { NodeFigures } from './node-figures.ts'
import { successRate } from './node-figures.ts'
import classes from './overlay.module.css'

/** How much of what reached a step went well, as a line along the foot of its node; the words beside it say the same. */
export function FiguresBar({ figures }: { figures: NodeFigures | undefined }) {
  const rate = figures && successRate(figures)
  return (
    <span className={classes.bar} aria-hidden="true" data-empty={rate === undefined || rate === null}>
      {rate === undefined || rate === null ? null : (
        <span className={classes.good} style={{ inlineSize: `${rate * 100}%` }} />
      )}
    </span>
  )
}
