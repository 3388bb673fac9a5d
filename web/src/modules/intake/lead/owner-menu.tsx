import { Button, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Check, ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { listMembers } from '#modules/iam/contract.ts'
import { assignLead, getBoard, getLead, type Lead, listLeadEvents } from '#modules/intake/contract.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { problemWords } from '../../../shell/problem.ts'
import { queryClient } from '../../../shell/query.ts'
import { useMay, useSession } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { toastFailed } from '../../../ui/toast-store.ts'
import classes from './lead.module.css'

/** Whose a lead is, and the way to give it to somebody else. */
export function OwnerMenu({ lead }: { lead: Lead }) {
  const { user } = useSession()
  const mayAssign = useMay('leads:write')
  const mayReadMembers = useMay('members:read')
  const names = useMemberNames([lead.ownerUserId])
  const [opened, setOpened] = useState(false)
  const members = useQuery({
    ...routeQuery(listMembers, { query: { status: 'active', limit: 100 } }),
    enabled: opened && mayReadMembers,
  })
  const assign = useAct(assignLead, {
    onSettled: () =>
      Promise.all(
        [getLead, getBoard, listLeadEvents].map(route =>
          queryClient.invalidateQueries({ queryKey: routeKey(route) }),
        ),
      ),
    onError: (error, input) => {
      const { what, requestId } = problemWords(error)
      toastFailed({
        message: 'The owner was not changed.',
        detail: what,
        requestId,
        retry: () => assign.mutate(input),
      })
    },
  })
  const ownerId = assign.isPending ? assign.variables.body.ownerUserId : lead.ownerUserId
  const shown = nameOf(ownerId, user, names, members.data?.items ?? [])
  if (!mayAssign || !mayReadMembers) return <span>{shown}</span>
  const give = (ownerUserId: string | null) => {
    if (ownerUserId !== lead.ownerUserId) {
      assign.mutate({ params: { leadId: lead.id }, body: { ownerUserId } })
    }
  }
  const mark = (id: string | null) => (id === ownerId ? <Check size={14} aria-label="current" /> : null)
  return (
    <Menu opened={opened} onChange={setOpened} width={220} position="bottom-start">
      <Menu.Target>
        <Button
          variant="subtle"
          size="xs"
          className={classes.owner}
          rightSection={<ChevronDown size={14} aria-hidden="true" />}
          aria-label={`Owner: ${shown}`}
        >
          {shown}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.owners}>
        <Menu.Label>Give to</Menu.Label>
        {(members.data?.items ?? []).map(({ userId, name }) => (
          <Menu.Item key={userId} rightSection={mark(userId)} onClick={() => give(userId)}>
            {userId === user.id ? `${name} (you)` : name}
          </Menu.Item>
        ))}
        {members.isError ? <Menu.Label>{problemWords(members.error).what}</Menu.Label> : null}
        <Menu.Divider />
        <Menu.Item rightSection={mark(null)} onClick={() => give(null)}>
          Nobody
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function nameOf(
  ownerId: string | null,
  user: { id: string; name: string },
  names: ReadonlyMap<string, string>,
  members: readonly { userId: string; name: string }[],
): string {
  if (ownerId === null) return 'Nobody'
  if (ownerId === user.id) return user.name
  return names.get(ownerId) ?? members.find(({ userId }) => userId === ownerId)?.name ?? 'A member'
}
