import { ArrowDown, ArrowUp } from 'lucide-react'
import type { Board } from '#modules/intake/contract.ts'
import classes from './board.module.css'
import { changeWords, shareWords } from './summary-words.ts'

/** How many leads there are, how many came in this week and whether that is more than the week before. */
export function SummaryStrip({ board }: { board: Board }) {
  const change = board.newThisWeek - board.newWeekBefore
  const Arrow = change > 0 ? ArrowUp : ArrowDown
  const ended = shareWords(board)
  return (
    <dl className={classes.strip} aria-label="Pipeline">
      <div>
        <dt>Leads</dt>
        <dd>{board.count.toLocaleString()}</dd>
      </div>
      <div>
        <dt>New this week</dt>
        <dd>{board.newThisWeek.toLocaleString()}</dd>
        <dd className={classes.change} data-direction={change > 0 ? 'up' : change < 0 ? 'down' : 'same'}>
          {change === 0 ? null : <Arrow size={12} strokeWidth={2.25} aria-hidden="true" />}
          {changeWords(board.newThisWeek, board.newWeekBefore)}
        </dd>
      </div>
      {ended.map(({ label, count, share }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{count.toLocaleString()}</dd>
          {share ? <dd className={classes.change}>{share}</dd> : null}
        </div>
      ))}
    </dl>
  )
}
