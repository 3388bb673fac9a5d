import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import { publish } from '#platform/events/publish.ts'
import { requireWritable } from '#platform/owned.ts'
import { findTraces, withTraces } from '#platform/personal.ts'
import { addressesOf } from './consents.ts'
import { refuseContact } from './do-not-contact.ts'
import { personErased } from './privacy-api.ts'
import { addressOf } from './refusal-keys.ts'

const GIVEN_MAX = 10_000

/**
 * Everything that the parts of the program keep about a person, under the names they give it; at most 10,000 rows of each.
 * Throws `request.not_found`.
 */
export async function givePersonData(
  ctx: Context,
  personId: string,
): Promise<{ personId: string; at: string; data: Record<string, Record<string, unknown>[]> }> {
  await addressesOf(ctx, personId)
  const { personal } = ctx.kit
  const query = (text: string, values: unknown[]) => ctx.db.queryOnce<Record<string, unknown>>(text, values)
  const traces = await findTraces(query, personal, ctx.orgId, personId)
  const data: Record<string, Record<string, unknown>[]> = {}
  for (const [name, sql] of personal.flatMap(({ give }) => Object.entries(give))) {
    const { text, values } = withTraces(`${sql} limit ${GIVEN_MAX}`, ctx.orgId, traces)
    data[name] = (await query(text, values)).rows
  }
  return { personId, at: ctx.clock.now().toISOString(), data: JSON.parse(JSON.stringify(data)) }
}

/**
 * Puts the erasure of a person on record; the schedule takes everything away within seconds. The person is not found any more
 * from this transaction on. With `keepRefusal` their addresses stay refused by their keys alone. Publishes
 * `person.erased`, which names them by the id only. Throws `request.not_found`.
 */
export async function erasePerson(
  ctx: Context,
  personId: string,
  { keepRefusal }: { keepRefusal: boolean },
): Promise<{ personId: string; addresses: number }> {
  await requireWritable(ctx, 'person', personId)
  const emails = keepRefusal ? await addressesOf(ctx, personId) : []
  const refusals = emails.map(email => ({
    kind: 'email' as const,
    value: addressOf(email),
    reason: 'erased' as const,
    legalBasis: 'objection' as const,
  }))
  await refuseContact(ctx, refusals, { source: 'erasure' })
  await ctx.db.query('update crm.people set deleted_at = now() where org_id = $1 and id = $2', [
    ctx.orgId,
    personId,
  ])
  await ctx.db.query(
    `insert into platform.person_erasures (org_id, person_id, requested_by) values ($1, $2, $3)
     on conflict do nothing`,
    [ctx.orgId, personId, ctx.actor.type === 'user' ? ctx.actor.userId : null],
  )
  await audit(ctx, { action: 'person.erased', object: { type: 'person', id: personId } })
  // It is about nobody, so that it is not erased itself before it was heard.
  await publish(ctx, personErased, { subjects: [], payload: { personId } })
  return { personId, addresses: refusals.length }
}
