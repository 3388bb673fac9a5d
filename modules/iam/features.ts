import type { z } from 'zod'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { type Features, featuresChanged } from './contract.ts'

/** What an organization has switched on. Everything is off until somebody who may switches it on. */
export async function organizationFeatures(ctx: Context): Promise<Features> {
  const result = await ctx.db.query<{ features: unknown }>(
    `select settings->'features' as features from iam.organizations where org_id = $1`,
    [ctx.orgId],
  )
  const stored = (result.rows[0]?.features ?? {}) as Record<string, unknown>
  return { code: stored.code === true }
}

/** Switches features and leaves those that are not named as they are. Publishes what changed, if anything did. */
export async function switchFeatures(
  ctx: Context,
  wanted: { readonly [F in keyof Features]?: boolean | undefined },
): Promise<z.input<typeof Features>> {
  // The row lock puts two switches in order, so that neither undoes the other's.
  const locked = await ctx.db.query('select 1 from iam.organizations where org_id = $1 for update', [
    ctx.orgId,
  ])
  if (locked.rowCount === 0) throw generalErrors.not_found()
  const before = await organizationFeatures(ctx)
  const after: Features = { code: wanted.code ?? before.code }
  if (after.code === before.code) return before
  await ctx.db.query(
    `update iam.organizations
     set settings = settings || jsonb_build_object('features', $2::jsonb), updated_at = now()
     where org_id = $1`,
    [ctx.orgId, JSON.stringify(after)],
  )
  await publish(ctx, featuresChanged, {
    subjects: [{ type: 'organization', id: ctx.orgId }],
    payload: { before, after },
  })
  return after
}
