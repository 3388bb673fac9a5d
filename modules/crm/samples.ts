import type { Context } from '#platform/context.ts'
import type { Samples } from '#platform/samples.ts'
import { purgeRecords } from './deleted/purge.ts'
import type { RecordObject } from './record-api.ts'
import { recordKinds } from './record-kinds.ts'

const OBJECTS: readonly RecordObject[] = ['deal', 'person', 'company']
const AT_ONCE = 200

/** Deals, people, companies and activities. */
export const crmSamples: Samples = {
  find: {
    deal: 'select id from crm.deals where org_id = $1',
    person: 'select id from crm.people where org_id = $1',
    company: 'select id from crm.companies where org_id = $1',
    activity: 'select id from crm.activities where org_id = $1',
  },
  async remove(ctx: Context, samples): Promise<void> {
    const { activity = [] } = samples
    await ctx.db.query('delete from crm.activity_links where org_id = $1 and activity_id = any($2::uuid[])', [
      ctx.orgId,
      activity,
    ])
    await ctx.db.query(
      'delete from crm.timeline_entries where org_id = $1 and activity_id = any($2::uuid[])',
      [ctx.orgId, activity],
    )
    await ctx.db.query('delete from crm.activities where org_id = $1 and id = any($2::uuid[])', [
      ctx.orgId,
      activity,
    ])
    for (const object of OBJECTS) {
      const ids = samples[object] ?? []
      for (let at = 0; at < ids.length; at += AT_ONCE) await take(ctx, object, ids.slice(at, at + AT_ONCE))
    }
  },
}

/** Whom something still stands on that people have made, such as a lead, stays as they are. */
async function take(ctx: Context, object: RecordObject, ids: readonly string[]): Promise<void> {
  const removed = await recordKinds[object].remove(ctx, ids, { source: 'samples' })
  const gone = new Set(await purgeRecords(ctx, object, removed))
  const used = removed.filter(id => !gone.has(id))
  if (used.length > 0) await recordKinds[object].restore(ctx, used, { source: 'samples' })
}
