import type { AuditEntry } from '#modules/iam/contract.ts'
import { RelativeTime } from '../../../../ui/relative-time.tsx'
import type { Column } from '../../../../ui/table/columns.ts'
import classes from './audit-log.module.css'
import { actionWords, objectWords } from './entry-words.ts'

export const entryColumns: readonly Column<AuditEntry>[] = [
  {
    id: 'action',
    header: 'What',
    width: 'minmax(8rem, 2fr)',
    essential: true,
    cell: ({ action }) => <span className={`${classes.cut} ${classes.strong}`}>{actionWords(action)}</span>,
  },
  {
    id: 'actor',
    header: 'Who',
    width: 'minmax(6rem, 1.25fr)',
    essential: true,
    cell: ({ actor }) => <span className={classes.cut}>{actor.name}</span>,
  },
  {
    id: 'object',
    header: 'Object',
    width: 'minmax(6rem, 1.5fr)',
    cell: entry => <span className={classes.cut}>{objectWords(entry)}</span>,
  },
  {
    id: 'address',
    header: 'From',
    width: 'minmax(5rem, 8rem)',
    cell: ({ address }) => <span className={classes.cut}>{address}</span>,
  },
  {
    id: 'at',
    header: 'When',
    width: '5.5rem',
    align: 'end',
    essential: true,
    cell: ({ at }) => <RelativeTime at={at} />,
  },
  {
    id: 'number',
    header: 'Entry',
    width: '4rem',
    align: 'end',
    cell: ({ number }) => <span className={classes.quiet}>{number}</span>,
  },
]
