import type { RecordObject } from '../record-api.ts'
import type { Choice } from './mergeable.ts'
import { columnsOf, type Steps } from './steps.ts'

const PRIMARY = (person: string) =>
  `crm.positions t where t.org_id = $1 and t.person_id = ${person} and t.is_primary and t.deleted_at is null`

/** A person has one primary position: of two, the one that was not chosen steps back before they meet. */
export async function settlePrimaryPosition(steps: Steps, choice: Choice): Promise<void> {
  const [back, stays] = choice === 'keep' ? ['$2::uuid', '$3::uuid'] : ['$3::uuid', '$2::uuid']
  const rows = `${PRIMARY(back)} and exists (select 1 from crm.positions first
    where first.org_id = $1 and first.person_id = ${stays} and first.is_primary and first.deleted_at is null)`
  const stepped = await steps.store('crm.positions', {
    key: columnsOf(['id']),
    before: columnsOf(['is_primary', 'updated_at']),
    after: `jsonb_build_object('is_primary', false, 'updated_at', now())`,
    rows,
  })
  if (stepped > 0)
    await steps.write(
      `update ${rows.replace(' where ', ' set is_primary = false, updated_at = now() where ')}`,
    )
}

/** Whoever a deal is with stands there once: as its person, or among the further people. */
export async function dropDoubledPeople(steps: Steps, object: RecordObject): Promise<void> {
  if (object === 'company') return
  const rows = `crm.deal_people t where t.org_id = $1 and t.${object}_id = $3::uuid and $2::uuid is not null and exists (
    select 1 from crm.deals d where d.org_id = $1 and d.id = t.deal_id and d.person_id = t.person_id)`
  const doubled = await steps.store('crm.deal_people', {
    key: columnsOf(['deal_id', 'person_id']),
    before: 'to_jsonb(t)',
    after: 'null::jsonb',
    rows,
  })
  if (doubled > 0) await steps.write(`delete from ${rows}`)
}
