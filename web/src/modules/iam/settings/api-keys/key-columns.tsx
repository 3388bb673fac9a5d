import type { ApiKey } from '#modules/iam/contract.ts'
import { RelativeTime } from '../../../../ui/relative-time.tsx'
import { Status } from '../../../../ui/status.tsx'
import type { Column } from '../../../../ui/table/columns.ts'
import { keyStates, scopesSummary } from './key-words.ts'
import classes from './keys.module.css'

export const keyColumns: readonly Column<ApiKey>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(8rem, 2fr)',
    essential: true,
    cell: ({ name, ending }) => (
      <span className={classes.name}>
        {name} <span className={classes.ending}>…{ending}</span>
      </span>
    ),
  },
  {
    id: 'scopes',
    header: 'Allowed to',
    width: 'minmax(8rem, 2fr)',
    cell: ({ scopes }) => <span className={classes.cut}>{scopesSummary(scopes)}</span>,
  },
  {
    id: 'owner',
    header: 'Acts for',
    width: 'minmax(6rem, 1fr)',
    cell: ({ owner }) => <span className={classes.cut}>{owner.name}</span>,
  },
  {
    id: 'state',
    header: 'Status',
    width: '6.5rem',
    essential: true,
    cell: ({ state }) => <Status kind={keyStates[state].kind}>{keyStates[state].words}</Status>,
  },
  {
    id: 'expires',
    header: 'Ends',
    width: '6.5rem',
    align: 'end',
    cell: ({ expiresAt }) => (expiresAt ? <RelativeTime at={expiresAt} /> : 'Never'),
  },
  {
    id: 'used',
    header: 'Last used',
    width: '6.5rem',
    align: 'end',
    essential: true,
    cell: ({ lastUsedAt }) => (lastUsedAt ? <RelativeTime at={lastUsedAt} /> : 'Never'),
  },
]
