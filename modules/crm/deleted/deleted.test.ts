import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner, type Person as Owner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { createCompany, createPerson, deleteCompany, deletePerson } from '../contract.ts'
import { crmModule } from '../index.ts'
import { recordKinds } from '../record-kinds.ts'
import { listDeletedRecords, purgeDeletedRecords, restoreDeletedRecords } from './deleted-api.ts'
import { listDeleted } from './deleted-records.ts'
import { purgeDeleted, purgeRecords } from './purge.ts'

const modules = [iamModule, crmModule]

describe('deleted records', () => {
  let t: TestKit
  const servers: TestServer[] = []
  before(async () => {
    t = await testKit({ modules })
  })
  after(async () => {
    for (const server of servers) await server.close()
    await t.close()
  })

  const start = async (can?: (permission: string) => boolean) => {
    const owner = await makeOwner(t.kit)
    const server = await testServer(t, modules, signedInAs(owner.orgId, owner.userId, can))
    servers.push(server)
    return { owner, client: server.client() }
  }
  const within = <T>(owner: Owner, work: (ctx: Context) => Promise<T>, visibility: Visibility = {}) =>
    inOrganization(
      t.kit,
      { orgId: owner.orgId, actor: { type: 'user', userId: owner.userId }, visibility },
      work,
    )
  /** Every table with a row that speaks of an id, whatever its columns are called. */
  const traceOf = async (orgId: string, id: string) => {
    const tables = await t.asSuperuser<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
       where n.nspname in ('crm', 'iam', 'files') and c.relkind in ('r', 'p') and not c.relispartition`,
    )
    const found: string[] = []
    for (const { name } of tables) {
      const rows = await t.asSuperuser(
        `select 1 from ${name} x where org_id = $1 and strpos(to_jsonb(x)::text, $2) > 0 limit 1`,
        [orgId, id],
      )
      if (rows.length > 0) found.push(name)
    }
    return found.toSorted()
  }
  const age = (orgId: string, days: number) =>
    t.asSuperuser(
      `update crm.people set deleted_at = deleted_at - $2 * interval '1 day' where org_id = $1 and deleted_at is not null`,
      [orgId, days],
    )

  it('are listed with who deleted them, the last one first, page by page', async () => {
    const { owner, client } = await start()
    const ids: string[] = []
    for (let n = 0; n < 3; n++) {
      const body = { firstName: `P${n}`, email: `p${n}@example.com` }
      const { id } = await client.call(createPerson, { body })
      await client.call(deletePerson, { params: { personId: id } })
      ids.push(id)
    }
    await client.call(createPerson, { body: { lastName: 'There' } })
    const first = await client.call(listDeletedRecords, { query: { object: 'person', limit: 2 } })
    const next = await client.call(listDeletedRecords, {
      query: { object: 'person', limit: 2, cursor: first.nextCursor ?? '' },
    })
    const items = [...first.items, ...next.items]
    assert.deepEqual(
      items.map(({ id }) => id),
      ids.toReversed(),
    )
    assert.equal(next.nextCursor, null)
    assert.deepEqual(
      [items[0]?.name, items[0]?.hint, items[0]?.deletedBy?.userId],
      ['P2', 'p2@example.com', owner.userId],
    )
    const { deletedAt = '', purgedAt = '' } = items[0] ?? {}
    assert.equal(Date.parse(purgedAt) - Date.parse(deletedAt), 90 * 86_400_000)
    assert.deepEqual((await client.call(listDeletedRecords, { query: { object: 'company' } })).items, [])
  })

  it('are restored by whoever may change them, and seen by nobody else', async () => {
    const { owner, client } = await start()
    const mine = await within(owner, ctx => recordKinds.company.create(ctx, { name: 'Mine' }))
    const other = await client.call(createCompany, { body: { name: 'Nobody’s', ownerUserId: null } })
    for (const companyId of [mine, other.id]) await client.call(deleteCompany, { params: { companyId } })
    const own: Visibility = { company: { owners: [owner.userId], writable: [], readable: [] } }
    const seen = await within(owner, ctx => listDeleted(ctx, 'company', { limit: 10 }), own)
    assert.deepEqual(
      seen.items.map(({ id, deletedBy }) => [id, deletedBy?.userId]),
      [[mine, owner.userId]],
    )
    const restore = (ids: string[]) =>
      client.call(restoreDeletedRecords, { body: { object: 'company', ids } })
    assert.deepEqual(
      (await restore([mine, other.id, newId()])).restored.toSorted(),
      [mine, other.id].toSorted(),
    )
    assert.deepEqual((await restore([mine])).restored, [])
    const reader = (await start(permission => permission !== 'companies:read')).client
    await assert.rejects(
      reader.call(listDeletedRecords, { query: { object: 'company' } }),
      error => error instanceof ProblemError && error.code === 'request.forbidden',
    )
  })

  it('leave nothing behind when they are purged', async () => {
    const { owner, client } = await start()
    const person = await client.call(createPerson, {
      body: { lastName: 'Gone', email: 'gone@example.com', phone: '0142685300', company: { name: 'Stays' } },
    })
    await t.asSuperuser(
      `insert into iam.shares (org_id, id, object, record_id, user_id, access) values ($1, gen_random_uuid(), 'person', $2, $3, 'read')`,
      [owner.orgId, person.id, owner.userId],
    )
    await t.asSuperuser(
      `with made as (insert into crm.activities (org_id, id, kind, title) values ($1, gen_random_uuid(), 'note', 'Alone') returning id)
       insert into crm.activity_links (org_id, activity_id, object, record_id) select $1, id, 'person', $2 from made`,
      [owner.orgId, person.id],
    )
    await t.asSuperuser(
      `insert into crm.enrichments (org_id, id, object, record_id, actor) values ($1, gen_random_uuid(), 'person', $2, '{}')`,
      [owner.orgId, person.id],
    )
    const purge = (ids: string[]) => client.call(purgeDeletedRecords, { body: { object: 'person', ids } })
    assert.deepEqual((await purge([person.id])).purged, [], 'what is there is not purged')
    assert.ok((await traceOf(owner.orgId, person.id)).length > 4)
    await client.call(deletePerson, { params: { personId: person.id } })
    assert.deepEqual((await purge([person.id, newId()])).purged, [person.id])
    assert.deepEqual(await traceOf(owner.orgId, person.id), [])
    assert.deepEqual(
      await t.asSuperuser('select id from crm.activities where org_id = $1', [owner.orgId]),
      [],
    )
    assert.equal(
      (await t.asSuperuser('select id from crm.companies where org_id = $1', [owner.orgId])).length,
      1,
    )
  })

  it('go by themselves after 90 days, and not a day before', async () => {
    const { owner, client } = await start()
    const { id } = await client.call(createPerson, { body: { lastName: 'Old' } })
    await client.call(deletePerson, { params: { personId: id } })
    await age(owner.orgId, 89)
    await purgeDeleted(t.kit)
    assert.equal((await client.call(listDeletedRecords, { query: { object: 'person' } })).items.length, 1)
    await age(owner.orgId, 1)
    await purgeDeleted(t.kit)
    assert.deepEqual(await t.asSuperuser('select 1 from crm.people where org_id = $1', [owner.orgId]), [])
    assert.deepEqual(await traceOf(owner.orgId, id), [])
  })

  it('stay while something outside stands on them, and the others go', async () => {
    const { owner, client } = await start()
    await t.asSuperuser(
      'create table if not exists crm.probe (org_id uuid, person_id uuid, foreign key (org_id, person_id) references crm.people (org_id, id))',
    )
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      const { id } = await client.call(createPerson, { body: { lastName: `P${n}` } })
      await client.call(deletePerson, { params: { personId: id } })
      ids.push(id)
    }
    await t.asSuperuser('insert into crm.probe values ($1, $2)', [owner.orgId, ids[3]])
    const purged = await within(owner, ctx => purgeRecords(ctx, 'person', ids))
    assert.deepEqual(purged.toSorted(), ids.filter((_, n) => n !== 3).toSorted())
    const left = await t.asSuperuser('select id from crm.people where org_id = $1', [owner.orgId])
    assert.deepEqual(left, [{ id: ids[3] }])
    await t.asSuperuser('drop table crm.probe')
  })
})
