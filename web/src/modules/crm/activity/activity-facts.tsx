import type { Activity } from '#modules/crm/contract.ts'
import { useNow } from '../../../ui/use-now.ts'
import classes from './activity.module.css'
import { dayOf, dayWords, momentWords } from './task-days.ts'

const outcomes: Readonly<Record<NonNullable<Activity['outcome']>, string>> = {
  connected: 'Connected',
  left_message: 'Left a message',
  no_answer: 'No answer',
  busy: 'Busy',
  wrong_number: 'Wrong number',
}

export const outcomeOptions = Object.entries(outcomes).map(([value, label]) => ({ value, label }))

/** A day something is due, red when it is over. */
export function DueDay({ dueOn, isDone }: { dueOn: string; isDone: boolean }) {
  const today = dayOf(useNow())
  const state = isDone ? 'done' : dueOn < today ? 'overdue' : dueOn === today ? 'today' : 'later'
  return (
    <span className={classes.due} data-state={state}>
      {state === 'overdue' ? 'Overdue: ' : ''}
      {dayWords(dueOn, today)}
    </span>
  )
}

/** When and how, in one quiet line under what was written. */
export function ActivityFacts({ activity }: { activity: Activity }) {
  const { outcome, dueOn, startsAt, priority, completedAt } = activity
  const isPlain = !outcome && !dueOn && !startsAt && priority === 'normal'
  if (isPlain) return null
  return (
    <p className={classes.factLine}>
      {outcome ? <span>{outcomes[outcome]}</span> : null}
      {startsAt ? <span>{momentWords(Date.parse(startsAt))}</span> : null}
      {dueOn ? <DueDay dueOn={dueOn} isDone={completedAt !== null} /> : null}
      {priority === 'high' ? <span>High priority</span> : null}
      {priority === 'low' ? <span>Low priority</span> : null}
    </p>
  )
}
