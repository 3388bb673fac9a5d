import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { type AccessSettings, accessChanged } from './access-api.ts'
import { roles } from './permissions.ts'
import { type Level, levelsOf, limitableRoles } from './record-access.ts'

type LimitableRole = (typeof limitableRoles)[number]

/** What each role sees of each object, stored and default. */
export async function getAccessSettings(ctx: Context): Promise<AccessSettings> {
  const found = await ctx.db.query<{ role: string; levels: Record<string, Level> }>(
    `select role, jsonb_object_agg(object, level) as levels from iam.access_settings where org_id = $1 group by role`,
    [ctx.orgId],
  )
  const stored = new Map(found.rows.map(row => [row.role, row.levels]))
  return {
    objects: [...ctx.kit.owned.values()].map(({ object, label }) => ({ object, label })),
    roles: roles.map(role => ({
      role,
      canChange: (limitableRoles as readonly string[]).includes(role),
      levels: Object.fromEntries(levelsOf(ctx.kit.owned, role, stored.get(role) ?? null)),
    })),
  }
}

/** Changes what a role sees of an object, from the next request on. Throws `request.invalid` for an object that is not owned. */
export async function setAccessLevel(
  ctx: Context,
  { role, object, level }: { role: LimitableRole; object: string; level: 'all' | 'team' | 'own' },
): Promise<AccessSettings> {
  if (!ctx.kit.owned.has(object)) throw generalErrors.invalid({ errors: [unknownObject] })
  const before = await ctx.db.query<{ level: Level }>(
    'select level from iam.access_settings where org_id = $1 and role = $2 and object = $3 for update',
    [ctx.orgId, role, object],
  )
  const was = before.rows[0]?.level ?? 'all'
  if (was !== level) {
    await ctx.db.query(
      `insert into iam.access_settings (org_id, role, object, level) values ($1, $2, $3, $4)
       on conflict (org_id, role, object) do update set level = excluded.level`,
      [ctx.orgId, role, object, level],
    )
    const target = { type: 'role', id: role, name: role }
    await audit(ctx, {
      action: 'access.changed',
      object: target,
      before: { [object]: was },
      after: { [object]: level },
    })
    await publish(ctx, accessChanged, {
      subjects: [{ type: 'organization', id: ctx.orgId }],
      payload: { role, object, before: was, after: level },
    })
  }
  return getAccessSettings(ctx)
}

const unknownObject = {
  in: 'body',
  pointer: '/object',
  code: 'not_there',
  message: 'There are no such records.',
} as const
