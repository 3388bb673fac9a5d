import type pg from 'pg'
import { findTraces, idsOnly, type PersonalData, type Traces, withTraces } from '../personal.ts'
import type { Database } from './database.ts'
import { inOrganizationOf } from './erasure.ts'
import { asOwnerRole } from './owner.ts'

/** How long after the records themselves something about the person may still be written, such as by a run that was under way. */
const SETTLE = '2 minutes'

const DUE = `
  select org_id as "orgId", person_id as "personId", traces, emptied_at as "emptiedAt" from platform.person_erasures
  where finished_at is null and (emptied_at is null or emptied_at < now() - interval '${SETTLE}')
  order by requested_at`

interface Erasure {
  orgId: string
  personId: string
  traces: Traces
  emptiedAt: Date | null
}

/** Whether `erasePeople` has anything to do; asked often, so that the owner connects only then. */
export async function isPersonErasureDue(db: Database): Promise<boolean> {
  const due = await db.withGlobal(tx => tx.query(`${DUE} limit 1`))
  return due.rowCount !== 0
}

/**
 * Goes on with every erasure in `platform.person_erasures`: takes away what the modules hold about the person, all in one
 * transaction, and looks once more two minutes later for what came late. Two processes at once do it one after the other.
 * Works as the owner of the tables, because the runtime role may not delete what is written once. Returns how many people
 * were looked after.
 */
export async function erasePeople(ownerUrl: string, parts: readonly PersonalData[]): Promise<number> {
  return asOwnerRole(ownerUrl, 'erasure of people', async client => {
    const due = await client.query<Erasure>(DUE)
    for (const { orgId, personId } of due.rows) {
      await inOrganizationOf(client, orgId, () => erasePerson(client, parts, orgId, personId))
    }
    return due.rows.length
  })
}

async function erasePerson(
  client: pg.Client,
  parts: readonly PersonalData[],
  orgId: string,
  personId: string,
): Promise<void> {
  const locked = await client.query<Erasure>(
    `select traces, emptied_at as "emptiedAt" from platform.person_erasures
     where org_id = $1 and person_id = $2 and finished_at is null for update`,
    [orgId, personId],
  )
  const erasure = locked.rows[0]
  if (!erasure) return
  const found = await findTraces((text, values) => client.query(text, values), parts, orgId, personId)
  const kinds = new Set([...Object.keys(found), ...Object.keys(erasure.traces)])
  const traces = Object.fromEntries(
    [...kinds].map(kind => [kind, [...new Set([...(found[kind] ?? []), ...(erasure.traces[kind] ?? [])])]]),
  )
  // The last module first: its rows refer to those of the modules it stands on.
  for (const sql of parts.toReversed().flatMap(({ erase }) => erase)) {
    const { text, values } = withTraces(sql, orgId, traces)
    await client.query(text, values)
  }
  await client.query(
    `update platform.person_erasures set traces = $3,
       emptied_at = coalesce(emptied_at, now()), finished_at = case when emptied_at is null then null else now() end
     where org_id = $1 and person_id = $2`,
    [orgId, personId, JSON.stringify(idsOnly(traces))],
  )
}
