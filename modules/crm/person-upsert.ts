import type { Context } from '#platform/context.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { noteChanges } from './changes.ts'
import { storedPhone } from './normalize/phone.ts'
import { cleanName, cutText, splitName } from './person-names.ts'
import { personCreated } from './record-events.ts'
import { startOf } from './record-values.ts'

const PHONE_MAX = 50
const SOURCE_MAX = 100

/** Who was met, by their e-mail address. */
export interface MetPerson {
  /** A valid address; upper and lower case are the same. */
  readonly email: string
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  /** Used for what first and last name leave open. */
  readonly fullName?: string | undefined
  readonly phone?: string | undefined
  /** Where they came from, for example `form`. */
  readonly source: string
}

/**
 * The unique index on the address decides who is first. Whoever comes second waits for that transaction and gets its
 * row: `do update` returns rows that were not yet visible when the statement began, `do nothing` would not.
 */
const UPSERT = `
  with known as (
    select id, person_id from crm.positions where org_id = $1 and email_key = lower($2::text) and deleted_at is null
  ), claimed as (
    insert into crm.positions (org_id, id, person_id, email, is_primary)
    select $1, $3::uuid, $4::uuid, $2::text, true where not exists (select from known)
    on conflict (org_id, email_key) where deleted_at is null do update set email = positions.email
    returning id, person_id
  ), made as (
    insert into crm.people (org_id, id, first_name, last_name, phone, source)
    select $1, $4, $5, $6, $7, $8 from claimed where claimed.person_id = $4
  )
  select id, person_id from known union all select id, person_id from claimed`

/**
 * The person with this e-mail address, made with a position of their own when there is none. Any number of callers at
 * once get the same person, in one round trip. Somebody who is known already is returned unchanged: what a stranger
 * types into a public form rewrites nobody's record. Publishes `person.created` for a new one.
 */
export async function upsertPersonByEmail(
  ctx: Context,
  met: MetPerson,
): Promise<{ personId: string; positionId: string; created: boolean }> {
  const personId = newId()
  const split = splitName(met.fullName ?? '')
  const firstName = cleanName(met.firstName) ?? split.firstName
  const lastName = cleanName(met.lastName) ?? split.lastName
  const phone = storedPhone(cutText(met.phone?.trim() ?? '', PHONE_MAX))
  const source = cutText(met.source, SOURCE_MAX)
  const result = await ctx.db.query<{ id: string; person_id: string }>(UPSERT, [
    ctx.orgId,
    met.email,
    newId(),
    personId,
    firstName,
    lastName,
    phone,
    source,
  ])
  const row = result.rows[0]
  if (!row) throw new Error('The person was neither found nor stored.')
  const created = row.person_id === personId
  if (created) {
    const after = startOf({ firstName, lastName, email: met.email, phone, source })
    noteChanges(ctx, 'person', [{ recordId: personId, action: 'created', after }], { source })
    await publish(ctx, personCreated, {
      subjects: [{ type: 'person', id: personId }],
      payload: { personId, email: met.email, source: met.source },
    })
  }
  return { personId: row.person_id, positionId: row.id, created }
}
