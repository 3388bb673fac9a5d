import type { Activity } from '#modules/crm/contract.ts'
import { changeActivity } from '#modules/crm/contract.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { Check } from '../../../ui/check.tsx'
import { RecordLink } from '../fields/record-link.tsx'
import classes from './activity.module.css'
import { keepActivity, useActivityActs } from './activity-acts.ts'
import { DueDay } from './activity-facts.tsx'

import { momentWords } from './task-days.ts'

interface TaskRowProps {
  task: Activity
  today: string
  onFocus: () => void
}

/** One thing to do: complete it, see what it is about, put it to another day. */
export function TaskRow({ task, today, onFocus }: TaskRowProps) {
  const acts = useActivityActs()
  const mayWrite = useMay('activities:write')
  const change = useAct(changeActivity, {
    onSuccess: keepActivity,
    onError: error => sayFailed(error),
  })
  const dueOn = change.isPending ? (change.variables.body.dueOn ?? null) : task.dueOn
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys of the page act on the row that has the focus
    <li className={classes.task} data-task={task.id} tabIndex={0} onFocus={onFocus}>
      <Check
        aria-label={`Complete ${task.title}`}
        disabled={!mayWrite}
        checked={false}
        tabIndex={-1}
        onChange={() => acts.complete(task.id)}
      />
      <span className={classes.taskTitle}>
        {task.title || 'Call'}
        {task.priority === 'high' ? <span className={classes.high}>High</span> : null}
      </span>
      <span className={classes.taskAbout}>
        {task.records.map(record => (
          <RecordLink key={record.id} object={record.object} id={record.id} className={classes.with}>
            {record.name}
          </RecordLink>
        ))}
      </span>
      <span className={classes.taskDue}>
        {task.startsAt ? momentWords(Date.parse(task.startsAt)) : null}
        {task.startsAt === null && dueOn ? <DueDay dueOn={dueOn} isDone={false} /> : null}
        {mayWrite && task.startsAt === null ? (
          <input
            type="date"
            className={classes.taskDate}
            aria-label={`Due, ${task.title}`}
            min="1900-01-01"
            value={dueOn ?? ''}
            onChange={event => {
              const day = event.currentTarget.value
              if (day !== '' && day < '1900') return
              change.mutate({ params: { activityId: task.id }, body: { dueOn: day === '' ? null : day } })
            }}
            data-today={today}
          />
        ) : null}
      </span>
    </li>
  )
}
