import type { Context } from '#platform/context.ts'
import { sendSeeingAll } from '#platform/owned.ts'
import type { RecordObject } from '../record-api.ts'
import { RECORD_TABLE } from '../record-tables.ts'

const COLUMNS = 'org_id, object, record_id, owner_user_id, name, other_name, doc, active_on'

const VIEWS: Readonly<Record<RecordObject, string>> = {
  company: 'crm.company_search',
  person: 'crm.person_search',
  deal: 'crm.deal_search',
}

// What is the same stays untouched: most changes of a record are about nothing that it is found by.
const MERGED = `
  on conflict (org_id, object, record_id) do update set owner_user_id = excluded.owner_user_id, name = excluded.name,
    other_name = excluded.other_name, doc = excluded.doc, active_on = excluded.active_on
  where (e.owner_user_id, e.name, e.other_name, e.doc, e.active_on) is distinct from
    (excluded.owner_user_id, excluded.name, excluded.other_name, excluded.doc, excluded.active_on)`

const write = (object: RecordObject, condition: string) => `
  insert into crm.search_entries as e (${COLUMNS})
  select ${COLUMNS} from ${VIEWS[object]} where org_id = $1 and ${condition} ${MERGED}`

const WRITE = (object: RecordObject) => write(object, 'record_id = any($2::uuid[])')

const GONE = `
  delete from crm.search_entries e where e.org_id = $1 and e.object = $2 and e.record_id = any($3::uuid[]) and not exists (
    select 1 from TABLE r where r.org_id = $1 and r.id = e.record_id and r.deleted_at is null)`

/**
 * The records of others that carry a name, where that name is another by now: what they are found by is written anew. `carrying`
 * gives their ids from the changed records in `named`, whose name is null when they are gone.
 */
const carried = (object: RecordObject, carrying: string) =>
  write(
    object,
    `record_id = any(array(
      with named as (
        select given.record_id, r.name from unnest($2::uuid[]) given (record_id)
        left join crm.search_entries r on r.org_id = $1 and r.object = $3 and r.record_id = given.record_id
      ) ${carrying}))`,
  )

const stale = (object: RecordObject, id: string, letter: string) =>
  `join crm.search_entries s on s.org_id = $1 and s.object = '${object}' and s.record_id = ${id}
     and (named.name is null or strpos(s.doc, E'\\n${letter} ' || translate(named.name, E'\\n\\r', '  ') || E'\\n') = 0)`

const PEOPLE_OF_COMPANIES = carried(
  'person',
  `select distinct o.person_id from named
   join crm.positions o on o.org_id = $1 and o.company_id = named.record_id and o.deleted_at is null
   ${stale('person', 'o.person_id', 'c')}`,
)
const DEALS_OF_COMPANIES = carried(
  'deal',
  `select distinct d.id from named join crm.deals d on d.org_id = $1 and d.company_id = named.record_id and d.deleted_at is null
   ${stale('deal', 'd.id', 'c')}`,
)
const DEALS_OF_PEOPLE = carried(
  'deal',
  `select distinct d.id from named join crm.deals d on d.org_id = $1 and d.person_id = named.record_id and d.deleted_at is null
   ${stale('deal', 'd.id', 'r')}`,
)

/** The statements that bring each object's entries in line; $1 organization, $2 ids, $3 object where it is used. */
const CARRIED: Readonly<Record<RecordObject, readonly string[]>> = {
  company: [PEOPLE_OF_COMPANIES, DEALS_OF_COMPANIES],
  person: [DEALS_OF_PEOPLE],
  deal: [],
}

/**
 * Brings what a search finds records by in line with what stands in their tables, and with it what carries their names: people of
 * a company, deals of a company or person. Of records that are gone it goes too. Waits for no answer.
 */
export function indexSearch(
  ctx: Context,
  object: RecordObject,
  ids: readonly string[],
  areNew: boolean,
): void {
  // An entry has the names of records that the one who writes may not see.
  sendSeeingAll(ctx, [
    { text: WRITE(object), values: [ctx.orgId, ids] },
    ...(areNew ? [] : staleStatements(ctx, object, ids)),
  ])
}

function staleStatements(ctx: Context, object: RecordObject, ids: readonly string[]) {
  return [
    { text: GONE.replace('TABLE', RECORD_TABLE[object]), values: [ctx.orgId, object, ids] },
    ...CARRIED[object].map(text => ({ text, values: [ctx.orgId, ids, object] })),
  ]
}
