import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createPerson, mergePeople, undoChangeSet } from '#modules/crm/contract.ts'
import { makeOwner } from '#modules/iam/factories.ts'
import { newId } from '#platform/ids.ts'
import { modules } from '#programs/modules.ts'
import { testKit } from './database.ts'
import { signedInAs, testServer } from './http.ts'

/** Columns of such names that a merge leaves alone, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'crm.companies.pharow_company_id': 'A number of a provider.',
  'platform.person_erasures.person_id': 'It says what happened to that very record.',
  'iam.sample_records.record_id': 'It says which records came with the product.',
  'iam.shares.record_id': 'Nobody shall see more of a record because another one was merged into it.',
}

it('a merge knows every column that names a record', async test => {
  const t = await testKit({ modules })
  test.after(() => t.close())
  const columns = await t.asSuperuser<{ name: string }>(
    `select n.nspname || '.' || c.relname || '.' || a.attname as name
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0 and not a.attisdropped
       and n.nspname not in ('pg_catalog', 'information_schema')
       and (a.attname ~ '^((person|company|deal|record)|(.*_)(person|company|deal|record)|first|second)_id$'
         or (a.attname = 'subjects' and n.nspname <> 'events')
         or exists (select 1 from pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and a.attnum = any (k.conkey) and a.attname <> 'org_id'
           and k.confrelid in ('crm.people'::regclass, 'crm.companies'::regclass, 'crm.deals'::regclass)))
     order by 1`,
  )
  const declared = new Set(
    t.kit.references.flatMap(({ table, column, subjects }) => [`${table}.${column}`, `${table}.${subjects}`]),
  )
  assert.deepEqual(
    columns.map(({ name }) => name).filter(name => !declared.has(name) && !(name in ELSEWHERE)),
    [],
  )
})

it('leads and letters go along with their person, and come back', async test => {
  const t = await testKit({ modules })
  test.after(() => t.close())
  const { orgId, userId } = await makeOwner(t.kit)
  const server = await testServer(t, modules, signedInAs(orgId, userId))
  test.after(() => server.close())
  const client = server.client()
  const made = async (lastName: string) =>
    (await client.call(createPerson, { body: { lastName, email: `${lastName}@example.com` } })).id
  const [keep, other] = [await made('keep'), await made('other')]
  // Their makers are other modules' verbs; here only where they lead is of interest.
  await t.asSuperuser(
    `with bare as (select set_config('session_replication_role', 'replica', true))
     insert into intake.leads (org_id, id, workflow_id, person_id, email, name, status, position)
     select $1, $2::uuid, $2::uuid, $3, 'other@example.com', 'Other', 'NEW', 'a' from bare`,
    [orgId, newId(), other],
  )
  await t.asSuperuser(
    `with bare as (select set_config('session_replication_role', 'replica', true))
     insert into mail.messages (org_id, id, mailbox_id, thread_id, direction, status, rfc_message_id, sender, recipients, subject, text_body, subjects)
     select $1, $2::uuid, $2::uuid, $2::uuid, 'inbound', 'received', $2::text, '{}', '[]', 'Hello', 'Hello', jsonb_build_array(jsonb_build_object('type', 'person', 'id', $3::uuid)) from bare`,
    [orgId, newId(), other],
  )
  const stored = () =>
    t.asSuperuser(
      `select to_jsonb(l) as row from intake.leads l union all select to_jsonb(m) from mail.messages m`,
    )
  const before = await stored()
  const { changeSetId } = await client.call(mergePeople, {
    params: { personId: keep },
    body: { otherId: other },
  })
  const merged = JSON.stringify(await stored())
  assert.ok(merged.includes(keep) && !merged.includes(other))
  await client.call(undoChangeSet, { params: { changeSetId } })
  assert.deepEqual(await stored(), before)
})
