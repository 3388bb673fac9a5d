import { Link } from '@tanstack/react-router'
import type { Run } from '#modules/flow/contract.ts'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { Status } from '../../../ui/status.tsx'
import type { Column } from '../../../ui/table/columns.ts'
import { Elapsed } from '../run/countdown.tsx'
import { failureLine, runStatusWords, tookWords } from '../run/run-words.ts'
import { triggerWords } from '../workflows/workflow-columns.tsx'
import { RunRowActs } from './run-row-acts.tsx'
import classes from './runs-tab.module.css'

/** An empty cell that is not silent. */
const none = <span className="visually-hidden">None</span>

export const runColumns: readonly Column<Run>[] = [
  {
    id: 'status',
    header: 'Status',
    width: 'minmax(6.25rem, 7rem)',
    essential: true,
    cell: run => {
      const { kind, word } = runStatusWords(run.status)
      return <Status kind={kind}>{word}</Status>
    },
  },
  {
    id: 'started',
    header: 'Started',
    width: 'minmax(4.5rem, 1fr)',
    essential: true,
    cell: run => <RelativeTime at={run.startedAt ?? run.createdAt} />,
  },
  {
    id: 'trigger',
    header: 'Trigger',
    width: 'minmax(7.5rem, 1fr)',
    cell: run => triggerWords(run.triggerType),
  },
  {
    id: 'lead',
    header: 'Lead',
    width: 'minmax(5.5rem, 1fr)',
    cell: run =>
      run.leadId === null ? (
        none
      ) : (
        <Link
          className={classes.cut}
          to="/leads/$leadId"
          params={{ leadId: run.leadId }}
          onClick={event => event.stopPropagation()}
          tabIndex={-1}
        >
          {run.leadName ?? 'Open lead'}
        </Link>
      ),
  },
  {
    id: 'error',
    header: 'Error',
    width: 'minmax(6rem, 3fr)',
    cell: run => (run.error ? <Failure error={run.error} /> : none),
  },
  { id: 'steps', header: 'Steps', width: '3rem', align: 'end', cell: run => run.steps },
  {
    id: 'duration',
    header: 'Duration',
    width: 'minmax(4.75rem, 0.75fr)',
    align: 'end',
    essential: true,
    cell: run => <Duration run={run} />,
  },
  {
    id: 'acts',
    header: 'Again',
    width: '3.75rem',
    align: 'end',
    cell: run => <RunRowActs run={run} />,
  },
]

/** What went wrong and, as far as there is room, what to do; all of it for who points at it. */
function Failure({ error }: { error: NonNullable<Run['error']> }) {
  const { what, next } = failureLine(error)
  return (
    <span className={classes.cut} title={`${what} ${next}`}>
      {what} <span className={classes.next}>{next}</span>
    </span>
  )
}

/** From the start of a run to its end, or to now in whole seconds while it is open. */
function Duration({ run }: { run: Run }) {
  if (run.startedAt === null) return none
  const start = Date.parse(run.startedAt)
  if (run.finishedAt === null) return <Elapsed since={start} />
  return <span>{tookWords(Date.parse(run.finishedAt) - start)}</span>
}
