import { type Implemented, implement } from '#platform/http/handlers.ts'
import * as api from './access-api.ts'
import { getAccessSettings, setAccessLevel } from './access-settings.ts'
import { endPreviews, startPreview } from './previews.ts'
import { listShares, shareRecord, unshareRecord } from './shares.ts'
import * as teams from './teams.ts'
import * as teamsApi from './teams-api.ts'

/** The routes about who sees which records. */
export const accessRoutes: readonly Implemented[] = [
  implement(api.getAccessSettings, ctx => getAccessSettings(ctx)),
  implement(api.setAccessLevel, (ctx, { body }) => setAccessLevel(ctx, body)),
  implement(api.listShares, async (ctx, { query }) => ({
    items: await listShares(ctx, query.object, query.recordId),
  })),
  implement(api.shareRecord, (ctx, { body }) => shareRecord(ctx, body)),
  implement(api.unshareRecord, async (ctx, { params }) => {
    await unshareRecord(ctx, params.shareId)
    return undefined
  }),
  implement(api.startPreview, (ctx, { body }) => startPreview(ctx, body.target)),
  implement(api.endPreviews, async ctx => {
    await endPreviews(ctx)
    return undefined
  }),
  implement(teamsApi.listTeams, async ctx => ({ items: await teams.listTeams(ctx) })),
  implement(teamsApi.createTeam, (ctx, { body }) => teams.createTeam(ctx, body.name)),
  implement(teamsApi.renameTeam, (ctx, { params, body }) => teams.renameTeam(ctx, params.teamId, body.name)),
  implement(teamsApi.deleteTeam, async (ctx, { params }) => {
    await teams.deleteTeam(ctx, params.teamId)
    return undefined
  }),
  implement(teamsApi.addTeamMember, (ctx, { params }) =>
    teams.addTeamMember(ctx, params.teamId, params.userId),
  ),
  implement(teamsApi.removeTeamMember, (ctx, { params }) =>
    teams.removeTeamMember(ctx, params.teamId, params.userId),
  ),
]
