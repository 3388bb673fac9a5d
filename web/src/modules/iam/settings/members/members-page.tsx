import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { Search, UserPlus, Users } from 'lucide-react'
import { useState } from 'react'
import { type Member, type Role, roles } from '#modules/iam/contract.ts'
import { PageError } from '../../../../shell/page-error.tsx'
import { useMay, useSession } from '../../../../shell/session.ts'
import { useTitle } from '../../../../shell/use-title.ts'
import { EmptyState } from '../../../../ui/empty-state.tsx'
import { ListFoot } from '../../../../ui/list-foot.tsx'
import { TableSkeleton } from '../../../../ui/skeleton.tsx'
import { Table } from '../../../../ui/table/table.tsx'
import { Tab, Tabs } from '../../../../ui/tabs.tsx'
import { roleNames } from '../role-names.ts'
import { InvitationList } from './invitation-list.tsx'
import { InvitePanel } from './invite-panel.tsx'
import { memberColumns } from './member-columns.tsx'
import { MemberPanel } from './member-panel.tsx'
import classes from './members.module.css'
import { type MemberFilter, useInvitations, useLiveMembers, useMembers } from './use-members.ts'

/** Who belongs to the organization. */
export function MembersPage() {
  useTitle('Members')
  return <People view="members" />
}

/** Who was invited and has not come yet. */
export function InvitationsPage() {
  useTitle('Invitations')
  return <People view="invitations" />
}

function People({ view }: { view: 'members' | 'invitations' }) {
  useLiveMembers()
  const mayManage = useMay('members:manage')
  const [isInviting, setInviting] = useState(false)
  const invitations = useInvitations(mayManage)
  const open = invitations.data?.pages.flatMap(page => page.items)
  const count = open?.length || undefined
  return (
    <>
      <div className={classes.head}>
        <Tabs label="Members">
          <Tab to="/settings/members" activeOptions={{ exact: true }}>
            Members
          </Tab>
          {mayManage ? (
            <Tab to="/settings/members/invitations" count={count}>
              Invitations
            </Tab>
          ) : null}
        </Tabs>
        {mayManage ? (
          <Button
            variant="filled"
            leftSection={<UserPlus size={14} aria-hidden="true" />}
            onClick={() => setInviting(true)}
          >
            Invite people
          </Button>
        ) : null}
      </div>
      {view === 'members' ? (
        <MemberList />
      ) : (
        <InvitationList list={invitations} onInvite={() => setInviting(true)} />
      )}
      {isInviting ? <InvitePanel onClose={() => setInviting(false)} /> : null}
    </>
  )
}

function MemberList() {
  const { user } = useSession()
  const [filter, setFilter] = useState<MemberFilter>({ search: '', role: null, status: null })
  const [search] = useDebouncedValue(filter.search.trim(), 200)
  const [openId, setOpenId] = useState<string>()
  const list = useMembers({ ...filter, search })
  const rows = list.data?.pages.flatMap(page => page.items)
  return (
    <>
      <Filters filter={filter} onChange={setFilter} />
      {list.isError && rows === undefined ? (
        <PageError error={list.error} reset={list.refetch} />
      ) : rows === undefined ? (
        <TableSkeleton />
      ) : rows.length === 0 ? (
        <EmptyState icon={<Users size={20} />}>Nobody here fits that.</EmptyState>
      ) : (
        <>
          <Table
            label="Members"
            columns={memberColumns(user.id)}
            rows={rows}
            rowId={member => member.id}
            rowLabel={member => member.name}
            onOpen={({ id }) => setOpenId(id)}
          />
          <ListFoot count={rows.length} one="member" many="members" list={list} />
        </>
      )}
      {openId === undefined ? null : (
        <MemberPanel key={openId} memberId={openId} onClose={() => setOpenId(undefined)} />
      )}
    </>
  )
}

const statusNames: readonly { value: Member['status']; label: string }[] = [
  { value: 'active', label: 'Active' },
  { value: 'suspended', label: 'Suspended' },
  { value: 'removed', label: 'Removed' },
]

function Filters({ filter, onChange }: { filter: MemberFilter; onChange: (filter: MemberFilter) => void }) {
  return (
    <div className={classes.tools}>
      <TextInput
        className={classes.search}
        size="xs"
        type="search"
        aria-label="Search by name or e-mail"
        placeholder="Name or e-mail"
        leftSection={<Search size={14} aria-hidden="true" />}
        value={filter.search}
        onChange={event => onChange({ ...filter, search: event.currentTarget.value })}
      />
      <Select
        className={classes.filter}
        size="xs"
        aria-label="Role"
        placeholder="Any role"
        clearable
        clearButtonProps={{ 'aria-label': 'Any role' }}
        data={roles.map(role => ({ value: role, label: roleNames[role] }))}
        value={filter.role}
        onChange={role => onChange({ ...filter, role: role as Role | null })}
      />
      <Select
        className={classes.filter}
        size="xs"
        aria-label="Status"
        placeholder="Active or suspended"
        clearable
        clearButtonProps={{ 'aria-label': 'Active or suspended' }}
        data={statusNames}
        value={filter.status}
        onChange={status => onChange({ ...filter, status: status as Member['status'] | null })}
      />
    </div>
  )
}
