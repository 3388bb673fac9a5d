import type { Context } from '#platform/context.ts'
import { type AppError, generalErrors } from '#platform/errors.ts'
import { crmErrors } from '../errors.ts'
import type { RecordObject } from '../record-api.ts'
import { RECORD_TABLE } from '../record-tables.ts'

/** A record that took another one in may itself have gone into a third; so far it is followed. */
const HOPS_MAX = 20

/**
 * The error for a record that is not there: where it went when it was merged into one that the caller sees, and what a missing one
 * answers otherwise.
 */
export async function missing(ctx: Context, object: RecordObject, id: string): Promise<AppError> {
  const found = await ctx.db.query<{ id: string }>(
    `with recursive way as (
       select merged_into as id, 1 as hop from ${RECORD_TABLE[object]} where org_id = $1 and id = $2 and merged_into is not null
       union all
       select r.merged_into, way.hop + 1 from way join ${RECORD_TABLE[object]} r on r.org_id = $1 and r.id = way.id
       where r.merged_into is not null and way.hop < ${HOPS_MAX}
     )
     select r.id from way join ${RECORD_TABLE[object]} r on r.org_id = $1 and r.id = way.id where r.deleted_at is null limit 1`,
    [ctx.orgId, id],
  )
  const into = found.rows[0]?.id
  if (into === undefined) return generalErrors.not_found()
  return crmErrors.merged({
    errors: [{ in: 'path', pointer: `/${object}Id`, code: 'merged_into', message: into }],
  })
}
