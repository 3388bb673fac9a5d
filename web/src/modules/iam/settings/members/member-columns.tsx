import type { Invitation, Member } from '#modules/iam/contract.ts'
import { Avatar } from '../../../../ui/avatar.tsx'
import { RelativeTime } from '../../../../ui/relative-time.tsx'
import { Status, type StatusKind } from '../../../../ui/status.tsx'
import type { Column } from '../../../../ui/table/columns.ts'
import { roleNames } from '../role-names.ts'
import classes from './members.module.css'
import { RoleMenu } from './role-menu.tsx'

export const memberStatus: Readonly<Record<Member['status'], { kind: StatusKind; words: string }>> = {
  active: { kind: 'active', words: 'Active' },
  suspended: { kind: 'paused', words: 'Suspended' },
  removed: { kind: 'cancelled', words: 'Removed' },
}

/** The columns of the members, for the person with this user id. */
export function memberColumns(userId: string): readonly Column<Member>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      width: 'minmax(8rem, 2fr)',
      essential: true,
      cell: member => (
        <span className={classes.person}>
          <Avatar name={member.name} />
          <span className={classes.name}>
            {member.name} {member.userId === userId ? <span className={classes.you}>you</span> : null}
          </span>
        </span>
      ),
    },
    {
      id: 'email',
      header: 'E-mail',
      width: 'minmax(8rem, 2fr)',
      cell: ({ email }) => <span className={classes.cut}>{email}</span>,
    },
    {
      id: 'role',
      header: 'Role',
      width: 'minmax(7rem, 8rem)',
      essential: true,
      cell: member => <RoleMenu member={member} inTable />,
    },
    {
      id: 'status',
      header: 'Status',
      width: '7.5rem',
      cell: ({ status }) => <Status kind={memberStatus[status].kind}>{memberStatus[status].words}</Status>,
    },
    {
      id: 'seen',
      header: 'Last here',
      width: '6rem',
      align: 'end',
      cell: ({ lastUsedAt }) => (lastUsedAt ? <RelativeTime at={lastUsedAt} /> : null),
    },
  ]
}

export const invitationColumns: readonly Column<Invitation>[] = [
  {
    id: 'email',
    header: 'E-mail',
    width: 'minmax(8rem, 2fr)',
    essential: true,
    cell: ({ email }) => <span className={classes.name}>{email}</span>,
  },
  { id: 'role', header: 'Role', width: '6rem', cell: ({ role }) => roleNames[role] },
  {
    id: 'by',
    header: 'Invited by',
    width: 'minmax(6rem, 1fr)',
    cell: ({ invitedBy }) => <span className={classes.cut}>{invitedBy}</span>,
  },
  {
    id: 'state',
    header: 'Status',
    width: '6.5rem',
    essential: true,
    cell: ({ state }) =>
      state === 'open' ? <Status kind="waiting">Open</Status> : <Status kind="cancelled">Expired</Status>,
  },
  {
    id: 'sent',
    header: 'Sent',
    width: '6rem',
    align: 'end',
    cell: ({ sentAt }) => <RelativeTime at={sentAt} />,
  },
]
