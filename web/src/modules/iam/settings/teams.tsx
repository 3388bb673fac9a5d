import { Button, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Users, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import {
  addTeamMember,
  createTeam,
  deleteTeam,
  listMembers,
  listTeams,
  removeTeamMember,
  renameTeam,
  type Team,
} from '#modules/iam/contract.ts'
import type { Route } from '#platform/contract/route.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { renewOnLive } from '../../../shell/live.ts'
import { PageError } from '../../../shell/page-error.tsx'
import { problemWords } from '../../../shell/problem.ts'
import { queryClient } from '../../../shell/query.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { useTitle } from '../../../shell/use-title.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { PageBody, Section } from '../../../ui/page.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import { toastFailed } from '../../../ui/toast-store.ts'
import classes from './teams.module.css'

const query = routeQuery(listTeams, {})

/** An act on teams; the list is read again after it. */
function useTeamAct<T extends Route>(route: T, onSuccess?: () => void) {
  return useAct(route, {
    onSuccess: async () => {
      onSuccess?.()
      await queryClient.invalidateQueries({ queryKey: routeKey(listTeams) })
    },
    onError: error => {
      const { what, requestId } = problemWords(error)
      toastFailed({ message: 'The team was not changed.', detail: what, requestId })
    },
  })
}

/** The teams of the organization and who is in them. */
export function TeamsPage() {
  useTitle('Teams')
  const mayManage = useMay('members:manage')
  const teams = useQuery(query)
  useEffect(() => renewOnLive('team.', [listTeams.id]), [])
  if (teams.isError && !teams.data) return <PageError error={teams.error} reset={teams.refetch} />
  if (!teams.data) return <TableSkeleton rows={4} />
  const { items } = teams.data
  return (
    <PageBody>
      {mayManage ? (
        <Section title="New team" about="Members of a team can be allowed to see each other's records.">
          <NewTeam />
        </Section>
      ) : null}
      {items.map(team => (
        <TeamSection key={team.id} team={team} mayManage={mayManage} />
      ))}
      {items.length === 0 && !mayManage ? (
        <EmptyState icon={<Users size={20} />}>
          There are no teams. An admin or a manager can make them.
        </EmptyState>
      ) : null}
    </PageBody>
  )
}

function NewTeam() {
  const [name, setName] = useState('')
  const create = useTeamAct(createTeam, () => setName(''))
  return (
    <form
      className={classes.line}
      onSubmit={event => {
        event.preventDefault()
        if (name.trim() !== '') create.mutate({ body: { name } })
      }}
    >
      <TextInput
        className={classes.grows}
        aria-label="Name of the team"
        placeholder="For example North"
        maxLength={100}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <Button type="submit" variant="filled" loading={create.isPending} disabled={name.trim() === ''}>
        Create team
      </Button>
    </form>
  )
}

function TeamSection({ team, mayManage }: { team: Team; mayManage: boolean }) {
  const count = team.members.length
  const about = count === 1 ? '1 member' : `${count} members`
  return (
    <Section title={team.name} about={about}>
      <TeamMembers team={team} mayManage={mayManage} />
      {mayManage ? <TeamActs team={team} /> : null}
    </Section>
  )
}

function TeamMembers({ team, mayManage }: { team: Team; mayManage: boolean }) {
  const members = useQuery({
    ...routeQuery(listMembers, { query: { status: 'active', limit: 100 } }),
    enabled: mayManage,
  })
  const add = useTeamAct(addTeamMember)
  const remove = useTeamAct(removeTeamMember)
  const inside = new Set(team.members.map(({ userId }) => userId))
  const others = (members.data?.items ?? []).filter(({ userId }) => !inside.has(userId))
  return (
    <>
      {team.members.length === 0 ? <p className={classes.none}>Nobody is in this team yet.</p> : null}
      <ul className={classes.members}>
        {team.members.map(({ userId, name, email }) => (
          <li key={userId} className={classes.member}>
            <span className={classes.name}>{name}</span>
            <span className={classes.email}>{email}</span>
            {mayManage ? (
              <IconButton
                label={`Take ${name} out of ${team.name}`}
                onClick={() => remove.mutate({ params: { teamId: team.id, userId } })}
              >
                <X size={14} />
              </IconButton>
            ) : null}
          </li>
        ))}
      </ul>
      {mayManage && others.length > 0 ? (
        <Select
          className={classes.add}
          aria-label={`Add a member to ${team.name}`}
          placeholder="Add a member"
          searchable
          nothingFoundMessage="Nobody fits that."
          data={others.map(({ userId, name }) => ({ value: userId, label: name }))}
          value={null}
          onChange={userId => userId && add.mutate({ params: { teamId: team.id, userId } })}
        />
      ) : null}
    </>
  )
}

function TeamActs({ team }: { team: Team }) {
  const [name, setName] = useState<string>()
  const rename = useTeamAct(renameTeam, () => setName(undefined))
  const remove = useTeamAct(deleteTeam)
  const params = { teamId: team.id }
  if (name === undefined) {
    return (
      <div className={classes.acts}>
        <Button onClick={() => setName(team.name)}>Rename</Button>
        <InlineConfirm
          label="Delete team"
          consequence="What is shared with the team is no longer shared. Its members stay."
          onConfirm={() => remove.mutate({ params })}
        />
      </div>
    )
  }
  return (
    <form
      className={`${classes.acts} ${classes.line}`}
      onSubmit={event => {
        event.preventDefault()
        if (name.trim() !== '') rename.mutate({ params, body: { name } })
      }}
      onKeyDown={event => event.key === 'Escape' && setName(undefined)}
    >
      <TextInput
        className={classes.grows}
        aria-label={`New name of ${team.name}`}
        data-autofocus
        autoFocus
        maxLength={100}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
      <Button type="submit" variant="filled" loading={rename.isPending}>
        Rename
      </Button>
      <Button variant="subtle" onClick={() => setName(undefined)}>
        Cancel
      </Button>
    </form>
  )
}
