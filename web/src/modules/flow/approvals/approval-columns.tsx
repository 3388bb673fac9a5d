import type { Approval } from '#modules/flow/contract.ts'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { Status } from '../../../ui/status.tsx'
import type { Column } from '../../../ui/table/columns.ts'
import { approvalStatusWords, askedWords } from './approval-words.ts'
import classes from './approvals.module.css'

export const approvalColumns: readonly Column<Approval>[] = [
  {
    id: 'title',
    header: 'Decision',
    width: 'minmax(6rem, 3fr)',
    essential: true,
    cell: ({ title }) => <span className={classes.title}>{title}</span>,
  },
  {
    id: 'status',
    header: 'Status',
    width: 'minmax(5.5rem, 7rem)',
    essential: true,
    cell: ({ status }) => {
      const { kind, word } = approvalStatusWords(status)
      return <Status kind={kind}>{word}</Status>
    },
  },
  {
    id: 'workflow',
    header: 'Workflow',
    width: 'minmax(8rem, 1.5fr)',
    cell: ({ workflowName }) => <span className={classes.cut}>{workflowName}</span>,
  },
  {
    id: 'asked',
    header: 'Asked',
    width: 'minmax(8rem, 1fr)',
    cell: ({ roles }) => <span className={classes.cut}>{askedWords(roles)}</span>,
  },
  {
    id: 'since',
    header: 'Since',
    width: 'minmax(4.5rem, 5.5rem)',
    align: 'end',
    essential: true,
    cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
  },
]
