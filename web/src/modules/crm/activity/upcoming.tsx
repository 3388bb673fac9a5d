import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarClock, Phone, Workflow } from 'lucide-react'
import { pauseUpcoming, resumeUpcoming, type UpcomingItem } from '#modules/crm/contract.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { problemWords } from '../../../shell/problem.ts'
import { queryClient } from '../../../shell/query.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { Check } from '../../../ui/check.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { RecordLink } from '../fields/record-link.tsx'
import classes from './activity.module.css'
import { useActivityActs, usePendingActs } from './activity-acts.ts'
import { DueDay } from './activity-facts.tsx'
import { type About, readUpcoming, upcomingKey } from './activity-routes.ts'

const icons = { meeting: CalendarClock, call: Phone, run: Workflow } as const

function usePause(about: About) {
  const key = upcomingKey(about)
  const mark = (isPaused: boolean) => ({
    onMutate: () => {
      const before = queryClient.getQueryData<UpcomingItem[]>(key)
      queryClient.setQueryData<UpcomingItem[]>(key, items =>
        items?.map(item => (item.canPause ? { ...item, isPaused } : item)),
      )
      return { before }
    },
    onError: (error: Error, _input: unknown, held: unknown) => {
      const { before } = (held ?? {}) as { before?: UpcomingItem[] }
      if (before) queryClient.setQueryData(key, before)
      sayFailed(error)
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: key }),
  })
  return { pause: useAct(pauseUpcoming, mark(true)), resume: useAct(resumeUpcoming, mark(false)) }
}

/** What is about to happen to a record: tasks, meetings, and what acts by itself, which one button pauses. */
export function Upcoming({ object, id }: About) {
  const about = { object, id }
  const { data, error } = useQuery({
    queryKey: upcomingKey(about),
    queryFn: ({ signal }) => readUpcoming(about, signal),
  })
  const { done, gone } = usePendingActs()
  const names = useMemberNames(data?.map(item => item.assigneeUserId) ?? [])
  const { pause, resume } = usePause(about)
  const mayPause = useMay('runs:write')
  const items = data?.filter(item => !done.has(item.id) && !gone.has(item.id)) ?? []
  if (error && !data) return <p className={classes.quiet}>{problemWords(error).what}</p>
  if (items.length === 0) return null
  const able = items.filter(item => item.canPause)
  const isAllPaused = able.length > 0 && able.every(item => item.isPaused)
  const body = { object, recordId: id }
  return (
    <section className={classes.upcoming} aria-label="Upcoming">
      <div className={classes.upcomingHead}>
        <h3>Upcoming</h3>
        {mayPause && able.length > 0 ? (
          <Button
            variant="subtle"
            size="compact-xs"
            onClick={() => (isAllPaused ? resume : pause).mutate({ body })}
          >
            {isAllPaused ? 'Resume all' : 'Pause all'}
          </Button>
        ) : null}
      </div>
      <ul>
        {items.map(item => (
          <UpcomingLine key={item.id} item={item} assignee={names.get(item.assigneeUserId ?? '')} />
        ))}
      </ul>
    </section>
  )
}

function UpcomingLine({ item, assignee }: { item: UpcomingItem; assignee: string | undefined }) {
  const acts = useActivityActs()
  const mayWrite = useMay('activities:write')
  const Icon = icons[item.source as keyof typeof icons] ?? Workflow
  const isRun = item.source === 'run'
  return (
    <li className={classes.upcomingItem}>
      {item.source === 'task' ? (
        <Check
          aria-label={`Complete ${item.title}`}
          disabled={!mayWrite}
          checked={false}
          onChange={() => acts.complete(item.id)}
        />
      ) : (
        <Icon size={14} aria-hidden="true" />
      )}
      <span className={classes.upcomingTitle}>
        {isRun ? (
          <Link to="/runs/$runId" params={{ runId: item.id }}>
            {item.title}
          </Link>
        ) : (
          item.title || 'Call'
        )}
        {item.record ? (
          <>
            {' '}
            <RecordLink object={item.record.object} id={item.record.id} className={classes.with}>
              {item.record.name}
            </RecordLink>
          </>
        ) : null}
      </span>
      <span className={classes.upcomingWhen}>
        {assignee ? <span>{assignee}</span> : null}
        {item.isPaused ? <span>Paused</span> : <When item={item} />}
      </span>
    </li>
  )
}

function When({ item }: { item: UpcomingItem }) {
  if (item.dueOn) return <DueDay dueOn={item.dueOn} isDone={false} />
  if (item.at) return <RelativeTime at={item.at} />
  return item.source === 'run' ? <span>Under way</span> : null
}
