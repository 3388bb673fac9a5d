import { Button } from '@mantine/core'
import { MailPlus } from 'lucide-react'
import { useState } from 'react'
import { PageError } from '../../../../shell/page-error.tsx'
import { EmptyState } from '../../../../ui/empty-state.tsx'
import { ListFoot } from '../../../../ui/list-foot.tsx'
import { TableSkeleton } from '../../../../ui/skeleton.tsx'
import { Table } from '../../../../ui/table/table.tsx'
import { InvitationPanel } from './invitation-panel.tsx'
import { invitationColumns } from './member-columns.tsx'
import type { useInvitations } from './use-members.ts'

interface InvitationListProps {
  list: ReturnType<typeof useInvitations>
  onInvite: () => void
}

/** Invitations that nobody has accepted yet. */
export function InvitationList({ list, onInvite }: InvitationListProps) {
  const [openId, setOpenId] = useState<string>()
  const rows = list.data?.pages.flatMap(page => page.items)
  const open = rows?.find(row => row.id === openId)
  if (list.isError && rows === undefined) return <PageError error={list.error} reset={list.refetch} />
  if (rows === undefined) return <TableSkeleton />
  if (rows.length === 0) {
    return (
      <EmptyState icon={<MailPlus size={20} />} action={<Button onClick={onInvite}>Invite people</Button>}>
        Nobody is invited at the moment. An invitation stays here until it is accepted or taken back.
      </EmptyState>
    )
  }
  return (
    <>
      <Table
        label="Invitations"
        columns={invitationColumns}
        rows={rows}
        rowId={invitation => invitation.id}
        rowLabel={invitation => invitation.email}
        onOpen={({ id }) => setOpenId(id)}
      />
      <ListFoot count={rows.length} one="invitation" many="invitations" list={list} />
      {open ? <InvitationPanel key={open.id} invitation={open} onClose={() => setOpenId(undefined)} /> : null}
    </>
  )
}
