import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import {
  listMembers,
  listShares,
  listTeams,
  type Share,
  shareRecord,
  unshareRecord,
} from '#modules/iam/contract.ts'
import type { Route } from '#platform/contract/route.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { queryClient } from '../../../shell/query.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { toastFailed } from '../../../ui/toast-store.ts'
import classes from './lead.module.css'

function useShareAct<T extends Route>(route: T) {
  return useAct(route, {
    onSuccess: () => queryClient.invalidateQueries({ queryKey: routeKey(listShares) }),
    onError: error => {
      const { what, requestId } = problemWords(error)
      toastFailed({ message: 'Nothing was shared.', detail: what, requestId })
    },
  })
}

const rights = [
  { value: 'read', label: 'Can look' },
  { value: 'write', label: 'Can edit' },
]

/** With whom a lead is shared beside those who see it by their role, and the way to share it. */
export function ShareList({ leadId }: { leadId: string }) {
  const mayShare = useMay('shares:write')
  const record = { object: 'lead', recordId: leadId }
  const shares = useQuery(routeQuery(listShares, { query: record }))
  const share = useShareAct(shareRecord)
  if (shares.isError) return <p className={classes.none}>{problemWords(shares.error).what}</p>
  const items = shares.data?.items ?? []
  return (
    <>
      {items.length === 0 && shares.data ? (
        <p className={classes.none}>With nobody beside those whose role shows it.</p>
      ) : null}
      <ul>
        {items.map(item => (
          <ShareLine
            key={item.id}
            share={item}
            mayShare={mayShare}
            onChange={access => share.mutate({ body: { ...record, ...targetOf(item), access } })}
          />
        ))}
      </ul>
      {mayShare ? (
        <NewShareSelect
          taken={items}
          onChoose={target => share.mutate({ body: { ...record, ...target, access: 'read' } })}
        />
      ) : null}
    </>
  )
}

const targetOf = ({ user, team }: Share) => (user ? { userId: user.id } : { teamId: team?.id })

interface ShareLineProps {
  share: Share
  mayShare: boolean
  onChange: (access: 'read' | 'write') => void
}

function ShareLine({ share: { id, user, team, access }, mayShare, onChange }: ShareLineProps) {
  const unshare = useShareAct(unshareRecord)
  const name = user?.name ?? team?.name ?? ''
  return (
    <li className={classes.share}>
      <span className={classes.shareName}>{team ? `${name} (team)` : name}</span>
      {mayShare ? (
        <>
          <Select
            size="xs"
            className={classes.shareRight}
            aria-label={`What ${name} may do`}
            data={rights}
            allowDeselect={false}
            value={access}
            onChange={value => (value === 'read' || value === 'write') && value !== access && onChange(value)}
          />
          <IconButton
            label={`Stop sharing with ${name}`}
            onClick={() => unshare.mutate({ params: { shareId: id } })}
          >
            <X size={14} />
          </IconButton>
        </>
      ) : (
        <span className={classes.none}>{access === 'write' ? 'Can edit' : 'Can look'}</span>
      )}
    </li>
  )
}

interface NewShareSelectProps {
  taken: readonly Share[]
  onChoose: (target: { userId: string } | { teamId: string }) => void
}

function NewShareSelect({ taken, onChoose }: NewShareSelectProps) {
  const mayReadMembers = useMay('members:read')
  const options = { enabled: mayReadMembers }
  const members = useQuery({
    ...routeQuery(listMembers, { query: { status: 'active', limit: 100 } }),
    ...options,
  })
  const teams = useQuery({ ...routeQuery(listTeams, {}), ...options })
  const known = new Set(taken.map(({ user, team }) => user?.id ?? team?.id))
  const people = (members.data?.items ?? [])
    .filter(({ userId, role }) => !known.has(userId) && role !== 'owner' && role !== 'admin')
    .map(({ userId, name, role }) => ({
      value: `user ${userId}`,
      label: role === 'guest' ? `${name} (guest)` : name,
    }))
  const groups = (teams.data?.items ?? [])
    .filter(({ id }) => !known.has(id))
    .map(({ id, name }) => ({ value: `team ${id}`, label: name }))
  if (people.length === 0 && groups.length === 0) return null
  return (
    <Select
      size="xs"
      className={classes.newShare}
      aria-label="Share with"
      placeholder="Share with a member or a team"
      searchable
      nothingFoundMessage="Nobody fits that."
      data={[
        { group: 'Members', items: people },
        { group: 'Teams', items: groups },
      ].filter(({ items }) => items.length > 0)}
      value={null}
      onChange={value => {
        const [kind, id = ''] = value?.split(' ') ?? []
        if (kind) onChoose(kind === 'user' ? { userId: id } : { teamId: id })
      }}
    />
  )
}
