import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import { constraintOf } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { iamErrors } from './errors.ts'
import { type Team, teamChanged } from './teams-api.ts'

const TEAMS_MAX = 200

interface TeamRow {
  id: string
  name: string
  members: Team['members']
  created_at: Date
}

const SELECT = `
  select t.id, t.name, t.created_at, coalesce(
    (select jsonb_agg(jsonb_build_object('userId', u.id, 'name', u.name, 'email', u.email) order by u.name, u.id)
     from iam.team_members tm
     join iam.members m on m.org_id = $1 and m.user_id = tm.user_id and m.status = 'active'
     join iam.users u on u.id = tm.user_id
     where tm.org_id = $1 and tm.team_id = t.id), '[]') as members
  from iam.teams t where t.org_id = $1`

function teamOf(row: TeamRow): Team {
  return { id: row.id, name: row.name, members: row.members, createdAt: row.created_at.toISOString() }
}

/** All teams with their active members, by name. */
export async function listTeams(ctx: Context): Promise<Team[]> {
  const found = await ctx.db.query<TeamRow>(`${SELECT} order by lower(t.name), t.id limit ${TEAMS_MAX}`, [
    ctx.orgId,
  ])
  return found.rows.map(teamOf)
}

async function getTeam(ctx: Context, teamId: string): Promise<Team> {
  const found = await ctx.db.query<TeamRow>(`${SELECT} and t.id = $2`, [ctx.orgId, teamId])
  if (!found.rows[0]) throw generalErrors.not_found()
  return teamOf(found.rows[0])
}

/** Makes an empty team. Throws `iam.team_name_taken`, upper and lower case being the same, and `iam.teams_full`. */
export async function createTeam(ctx: Context, name: string): Promise<Team> {
  const id = newId()
  const made = await named(() =>
    ctx.db.query(
      `insert into iam.teams (org_id, id, name) select $1, $2, $3
       where (select count(*) from iam.teams where org_id = $1) < ${TEAMS_MAX}`,
      [ctx.orgId, id, name],
    ),
  )
  if (made.rowCount === 0) throw iamErrors.teams_full()
  await tell(ctx, { teamId: id, change: 'created' }, { name, after: { name } })
  return getTeam(ctx, id)
}

/** Gives a team another name. Throws `request.not_found` and `iam.team_name_taken`. */
export async function renameTeam(ctx: Context, teamId: string, name: string): Promise<Team> {
  const before = await getTeam(ctx, teamId)
  if (before.name === name) return before
  await named(() =>
    ctx.db.query('update iam.teams set name = $3 where org_id = $1 and id = $2', [ctx.orgId, teamId, name]),
  )
  await tell(ctx, { teamId, change: 'renamed' }, { name, before: { name: before.name }, after: { name } })
  return { ...before, name }
}

/** Deletes a team with what was shared with it; its members stay. Throws `request.not_found`. */
export async function deleteTeam(ctx: Context, teamId: string): Promise<void> {
  const { name, members } = await getTeam(ctx, teamId)
  await ctx.db.query('delete from iam.teams where org_id = $1 and id = $2', [ctx.orgId, teamId])
  const before = { name, members: members.map(({ userId }) => userId) }
  await tell(ctx, { teamId, change: 'deleted' }, { name, before })
}

/** Puts a member into a team; again it changes nothing. Throws `request.not_found` for the team or the member. */
export async function addTeamMember(ctx: Context, teamId: string, userId: string): Promise<Team> {
  const { name } = await getTeam(ctx, teamId)
  const member = await ctx.db.query('select 1 from iam.members where org_id = $1 and user_id = $2', [
    ctx.orgId,
    userId,
  ])
  if (member.rowCount === 0) throw generalErrors.not_found()
  const added = await ctx.db.query(
    'insert into iam.team_members (org_id, team_id, user_id) values ($1, $2, $3) on conflict do nothing',
    [ctx.orgId, teamId, userId],
  )
  if (added.rowCount === 1)
    await tell(ctx, { teamId, change: 'member_added', userId }, { name, after: { userId } })
  return getTeam(ctx, teamId)
}

/** Takes a member out of a team. Throws `request.not_found` for the team, and for one who is not in it. */
export async function removeTeamMember(ctx: Context, teamId: string, userId: string): Promise<Team> {
  const { name } = await getTeam(ctx, teamId)
  const removed = await ctx.db.query(
    'delete from iam.team_members where org_id = $1 and team_id = $2 and user_id = $3',
    [ctx.orgId, teamId, userId],
  )
  if (removed.rowCount === 0) throw generalErrors.not_found()
  await tell(ctx, { teamId, change: 'member_removed', userId }, { name, before: { userId } })
  return getTeam(ctx, teamId)
}

type Change = Parameters<typeof publish<typeof teamChanged.payload>>[2]['payload']

async function tell(
  ctx: Context,
  payload: Change,
  { name, before, after }: { name: string; before?: object; after?: object },
): Promise<void> {
  const object = { type: 'team', id: payload.teamId, name }
  await audit(ctx, { action: `team.${payload.change}`, object, before, after })
  await publish(ctx, teamChanged, { subjects: [{ type: 'team', id: payload.teamId }], payload })
}

async function named<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (constraintOf(error) === 'teams_name') throw iamErrors.team_name_taken()
    throw error
  }
}
