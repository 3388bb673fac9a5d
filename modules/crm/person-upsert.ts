import type { Context } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { inRounds, rowsFor } from '#platform/db/rounds.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { noteMetPerson } from './changes.ts'
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

/** Somebody who was met, as the statement reads it. */
interface MetRow {
  readonly org_id: string
  readonly email: string
  readonly position_id: string
  readonly person_id: string
  readonly first_name: string | null
  readonly last_name: string | null
  readonly phone: string | null
  readonly source: string
}

/**
 * The unique index on the address decides who is first. Whoever comes second waits for that transaction and gets its
 * row: `do update` returns rows that were not yet visible when the statement began, `do nothing` would not. Addresses are claimed
 * in one order, so that two of these do not wait for each other.
 */
const UPSERT = `
  with asked as materialized (
    select * from jsonb_to_recordset($2::jsonb) as a (nr int, email text, position_id uuid, person_id uuid, first_name text,
      last_name text, phone text, source text)
  ), known as materialized (
    select a.nr, p.id, p.person_id from asked a cross join lateral (
      select o.id, o.person_id from crm.positions o
      where o.org_id = $1 and o.email_key = lower(a.email) and o.deleted_at is null offset 0) p
  ), claimed as (
    insert into crm.positions (org_id, id, person_id, email, is_primary)
    select $1, a.position_id, a.person_id, a.email, true from asked a
    where a.nr not in (select k.nr from known k) order by lower(a.email)
    on conflict (org_id, email_key) where deleted_at is null do update set email = positions.email
    returning id, person_id, email_key
  ), made as (
    insert into crm.people (org_id, id, first_name, last_name, phone, source)
    select $1, a.person_id, a.first_name, a.last_name, a.phone, a.source
    from asked a join claimed c on c.person_id = a.person_id
  )
  select nr, id, person_id from known
  union all select a.nr, c.id, c.person_id from claimed c join asked a on lower(a.email) = c.email_key`

interface FoundPerson {
  readonly id: string
  readonly person_id: string
}

function upsert(tx: Tx, met: readonly MetRow[]): Promise<(FoundPerson | undefined)[]> {
  return inRounds(
    met,
    ({ email }) => [email.toLowerCase()],
    round => rowsFor<FoundPerson>(tx, UPSERT, round),
  )
}

/**
 * The person with this e-mail address, made with a position of their own when there is none. Any number of callers at
 * once get the same person, in one round trip and those of one transaction in one statement. Somebody who is known already is returned unchanged: what a stranger
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
  const row = await ctx.db.ask(upsert, {
    org_id: ctx.orgId,
    email: met.email,
    position_id: newId(),
    person_id: personId,
    first_name: firstName,
    last_name: lastName,
    phone,
    source,
  })
  if (!row) throw new Error('The person was neither found nor stored.')
  const created = row.person_id === personId
  if (created) {
    const after = startOf({ firstName, lastName, email: met.email, phone, source })
    noteMetPerson(ctx, { recordId: personId, action: 'created', after }, source)
    await publish(ctx, personCreated, {
      subjects: [{ type: 'person', id: personId }],
      payload: { personId, email: met.email, source: met.source },
    })
  }
  return { personId: row.person_id, positionId: row.id, created }
}
