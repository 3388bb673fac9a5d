import { Link } from '@tanstack/react-router'
import type { DeadLetter } from '#modules/flow/contract.ts'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { Status } from '../../../ui/status.tsx'
import type { Column } from '../../../ui/table/columns.ts'
import { runTitle } from '../run/run-title.ts'
import classes from '../workflow/runs-tab.module.css'

/** What a failed run is called. */
export const letterTitle = ({ runId, leadName }: DeadLetter) => runTitle({ id: runId, leadName })

export const failedColumns: readonly Column<DeadLetter>[] = [
  {
    id: 'run',
    header: 'Run',
    width: 'minmax(6.5rem, 1.5fr)',
    essential: true,
    cell: letter => (
      <Status kind="failed">
        <span className={classes.strong}>{letterTitle(letter)}</span>
      </Status>
    ),
  },
  {
    id: 'workflow',
    header: 'Workflow',
    width: 'minmax(8rem, 1.25fr)',
    cell: ({ workflowId, workflowName }) => (
      <Link
        className={classes.cut}
        to="/workflows/$workflowId/runs"
        params={{ workflowId }}
        search={{ status: 'failed' }}
        onClick={event => event.stopPropagation()}
        tabIndex={-1}
      >
        {workflowName}
      </Link>
    ),
  },
  {
    id: 'reason',
    header: 'Why it failed',
    width: 'minmax(5rem, 3fr)',
    essential: true,
    cell: ({ reason }) => (
      <span className={classes.cut} title={reason}>
        {reason}
      </span>
    ),
  },
  {
    id: 'at',
    header: 'Failed',
    width: 'minmax(4.5rem, 5.5rem)',
    align: 'end',
    essential: true,
    cell: ({ failedAt }) => <RelativeTime at={failedAt} />,
  },
]
