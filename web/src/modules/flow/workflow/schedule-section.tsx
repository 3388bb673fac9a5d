import { useQuery } from '@tanstack/react-query'
import { type GraphNode, getSchedule, previewSchedule, type WorkflowDetail } from '#modules/flow/contract.ts'
import { call, routeKey, routeQuery } from '../../../shell/api.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { problemWords } from '../../../shell/problem.ts'
import { Facts } from '../../../ui/facts.tsx'
import { Section } from '../../../ui/page.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { RecordSkeleton } from '../../../ui/skeleton.tsx'
import { Status } from '../../../ui/status.tsx'
import { exactTime } from '../../../ui/time.ts'
import classes from './trigger-tab.module.css'
import { missedWords, slotWords } from './trigger-words.ts'

const NEXT_SHOWN = 5

interface ScheduleSectionProps {
  workflow: WorkflowDetail
  draft: GraphNode | undefined
}

/** When the clock starts runs, in words and as the next times; the same for a draft that says otherwise. */
export function ScheduleSection({ workflow, draft }: ScheduleSectionProps) {
  const params = { workflowId: workflow.id }
  const query = useQuery(routeQuery(getSchedule, { params }))
  if (query.isError && query.data === undefined) {
    return <PageError error={query.error} reset={query.refetch} />
  }
  if (query.data === undefined) return <RecordSkeleton />
  const { schedule } = query.data
  const planned = draft?.type === 'schedule' ? timesOf(draft.config) : undefined
  const isOther =
    planned !== undefined && (planned.cron !== schedule?.cron || planned.timeZone !== schedule.timeZone)
  return (
    <>
      {schedule ? (
        <Section title="Schedule" about="When this workflow starts a run by itself.">
          <Facts
            items={[
              { label: 'When', value: schedule.words },
              {
                label: 'Status',
                value: schedule.isActive ? (
                  <Status kind="active">Active</Status>
                ) : (
                  <Status kind="paused">Starts nothing while the workflow is not active</Status>
                ),
              },
              { label: 'Missed times', value: missedWords(schedule.missed) },
              {
                label: 'Last start',
                value: schedule.lastSlot ? <RelativeTime at={schedule.lastSlot} /> : 'None yet',
              },
            ]}
          />
        </Section>
      ) : null}
      {schedule?.isActive ? (
        <Section title="Next times" about={`On the clock of ${schedule.timeZone}.`}>
          <NextTimes cron={schedule.cron} timeZone={schedule.timeZone} />
        </Section>
      ) : null}
      {isOther ? (
        <Section title="In the draft" about="What holds once the draft is published.">
          <NextTimes cron={planned.cron} timeZone={planned.timeZone} hasWords />
        </Section>
      ) : null}
    </>
  )
}

interface Times {
  readonly cron: string
  readonly timeZone: string
}

function timesOf({ cron, timeZone }: Record<string, unknown>): Times | undefined {
  return typeof cron === 'string' && typeof timeZone === 'string' ? { cron, timeZone } : undefined
}

function NextTimes({ cron, timeZone, hasWords = false }: Times & { hasWords?: boolean | undefined }) {
  const input = { body: { cron, timeZone, count: NEXT_SHOWN } }
  const { data, error } = useQuery({
    queryKey: routeKey(previewSchedule, input),
    queryFn: ({ signal }) => call(previewSchedule, input, { signal }),
    retry: false,
  })
  if (error) return <p className={classes.quiet}>{problemWords(error).what}</p>
  if (data === undefined) return <p className={classes.quiet}>…</p>
  if (data.next.length === 0) return <p className={classes.quiet}>There is no next time.</p>
  return (
    <>
      {hasWords ? <p className={classes.words}>{data.words}</p> : null}
      <ol className={classes.times}>
        {data.next.map(at => (
          <li key={at}>
            <time dateTime={at} title={exactTime(Date.parse(at))}>
              {slotWords(at, timeZone)}
            </time>
            <span className={classes.quiet}>
              <RelativeTime at={at} />
            </span>
          </li>
        ))}
      </ol>
    </>
  )
}
