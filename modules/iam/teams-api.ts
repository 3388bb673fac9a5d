import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id, line, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

export const Team = z
  .object({
    id: Id,
    name: z.string(),
    members: z.array(z.object({ userId: Id, name: z.string(), email: z.string() })),
    createdAt: Timestamp,
  })
  .meta({ id: 'Team' })
export type Team = z.output<typeof Team>

const TeamPath = z.strictObject({ teamId: Id })
const TeamMemberPath = z.strictObject({ teamId: Id, userId: Id })
const TeamName = z.strictObject({ name: line(100) })

export const listTeams = defineRoute({
  id: 'iam.team.list',
  method: 'GET',
  path: '/v1/teams',
  summary: 'List the teams with their members',
  access: 'members:read',
  response: z.object({ items: z.array(Team) }),
})

export const createTeam = defineRoute({
  id: 'iam.team.create',
  method: 'POST',
  path: '/v1/teams',
  summary: 'Create a team',
  access: 'members:manage',
  body: TeamName,
  response: Team,
  status: 201,
  errors: ['iam.team_name_taken', 'iam.teams_full'],
})

export const renameTeam = defineRoute({
  id: 'iam.team.rename',
  method: 'PATCH',
  path: '/v1/teams/:teamId',
  summary: 'Rename a team',
  access: 'members:manage',
  params: TeamPath,
  body: TeamName,
  response: Team,
  errors: ['iam.team_name_taken'],
})

export const deleteTeam = defineRoute({
  id: 'iam.team.delete',
  method: 'DELETE',
  path: '/v1/teams/:teamId',
  summary: 'Delete a team',
  description: 'Its members stay in the organization; what was shared with the team is no longer shared.',
  access: 'members:manage',
  params: TeamPath,
})

export const addTeamMember = defineRoute({
  id: 'iam.team_member.add',
  method: 'PUT',
  path: '/v1/teams/:teamId/members/:userId',
  summary: 'Put a member into a team',
  access: 'members:manage',
  params: TeamMemberPath,
  response: Team,
})

export const removeTeamMember = defineRoute({
  id: 'iam.team_member.remove',
  method: 'DELETE',
  path: '/v1/teams/:teamId/members/:userId',
  summary: 'Take a member out of a team',
  access: 'members:manage',
  params: TeamMemberPath,
  response: Team,
})

export const teamChanged = defineEvent({
  type: 'team.changed',
  version: 1,
  payload: z.strictObject({
    teamId: Id,
    change: z.enum(['created', 'renamed', 'deleted', 'member_added', 'member_removed']),
    userId: Id.optional(),
  }),
  summary: 'A team was created, renamed or deleted, or has other members',
})
