import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'
import { Seeded } from '#platform/seeded.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { undoChangeSet } from '../bulk/undo.ts'
import { crmModule } from '../index.ts'
import { getPerson } from '../people.ts'
import type { RecordObject } from '../record-api.ts'
import { recordKinds } from '../record-kinds.ts'
import { mergeRecords } from './merge-records.ts'

type Snapshot = Readonly<Record<string, readonly string[]>>

/** Tables of what was done, which grow; what is found by is made anew, so the moment it was made is another. */
const GROWING = [
  'crm.changes',
  'crm.change_sets',
  'crm.change_set_failures',
  'crm.merge_rows',
  'crm.revenue_entries',
]

describe('merging two records', () => {
  let t: TestKit
  let orgId: string
  let userId: string
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
    const owner = await makeOwner(t.kit)
    userId = owner.userId
    orgId = (await t.asSuperuser<{ org_id: string }>('select org_id from iam.organizations'))[0]?.org_id ?? ''
  })
  after(() => t.close())

  const within = <T>(work: (ctx: Context) => Promise<T>) =>
    inOrganization(t.kit, { orgId, actor: { type: 'user', userId } }, work)
  const create = (object: RecordObject, input: object) =>
    within(ctx => recordKinds[object].create(ctx, input))
  const merge = (object: RecordObject, keepId: string, otherId: string, choices = {}) =>
    within(ctx => mergeRecords(ctx, object, { keepId, otherId, choices }))
  const undo = (changeSetId: string) => within(ctx => undoChangeSet(ctx, changeSetId, () => true))
  const read = async (object: RecordObject, id: string) =>
    (await within(ctx => recordKinds[object].read(ctx, [id]))).get(id)
  const rows = <R extends Record<string, unknown>>(text: string, values: unknown[] = []) =>
    t.asSuperuser<R>(text, values)

  /** Every row of every table of these schemas, whole. */
  async function snapshot(): Promise<Snapshot> {
    const tables = await rows<{ name: string }>(
      `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and not c.relispartition and n.nspname in ('crm', 'intake', 'mail', 'iam')
         and exists (select 1 from pg_attribute where attrelid = c.oid and attname = 'org_id' and not attisdropped) order by 1`,
    )
    const parts = tables
      .filter(({ name }) => !GROWING.includes(name))
      .map(({ name }) => {
        const made = name === 'crm.search_entries' || name === 'crm.custom_values' ? ` - 'created_at'` : ''
        return `select '${name}' as name, (to_jsonb(t)${made})::text as row from ${name} t where org_id = $1`
      })
    const stored = await rows<{ name: string; row: string }>(`${parts.join(' union all ')} order by 1, 2`, [
      orgId,
    ])
    const tablesWithRows = Map.groupBy(stored, ({ name }) => name)
    return Object.fromEntries([...tablesWithRows].map(([name, each]) => [name, each.map(({ row }) => row)]))
  }

  const differing = (a: Snapshot, b: Snapshot) =>
    [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
      name => JSON.stringify(a[name]) !== JSON.stringify(b[name]),
    )

  /** Runs SQL without foreign keys, for rows whose makers are other modules. */
  const plant = (text: string, values: unknown[]) => t.asSuperuser(text, values)

  it('moves everything to the one that stays, unites lists and keeps what was chosen', async () => {
    const company = await create('company', { name: 'Moulin Vert' })
    const keep = await create('person', {
      firstName: 'Ada',
      email: 'ada@moulin.example',
      phone: '+33612345678',
      tags: ['vip'],
      companyId: company,
    })
    const other = await create('person', {
      firstName: 'Adele',
      lastName: 'Roux',
      email: 'a.roux@moulin.example',
      tags: ['VIP', 'fair'],
      title: 'Head',
    })
    const deal = await create('deal', { name: 'Mill', personId: other })
    const changeSet = await merge('person', keep, other, { firstName: 'other' })
    const kept = await read('person', keep)
    assert.deepEqual(
      [kept?.firstName, kept?.lastName, kept?.phone, kept?.tags, kept?.email],
      ['Adele', 'Roux', '+33612345678', ['vip', 'fair'], 'ada@moulin.example'],
    )
    assert.equal(await read('person', other), undefined)
    assert.equal(
      (await rows(`select 1 from crm.positions where person_id = $1 and deleted_at is null`, [keep])).length,
      2,
    )
    assert.equal(
      (await rows(`select 1 from crm.positions where person_id = $1 and is_primary`, [keep])).length,
      1,
    )
    assert.equal((await read('deal', deal))?.name, 'Mill')
    assert.equal(
      (await rows(`select 1 from crm.deals where id = $1 and person_id = $2`, [deal, keep])).length,
      1,
    )
    const [event] = await rows<{ payload: object }>(
      `select payload from events.events where type = 'person.merged'`,
    )
    assert.deepEqual(event?.payload, { personId: keep, mergedId: other })
    await assert.rejects(
      within(ctx => getPerson(ctx, other)),
      {
        code: 'crm.merged',
        errors: [{ in: 'path', pointer: '/personId', code: 'merged_into', message: keep }],
      },
    )
    assert.deepEqual(await within(ctx => recordKinds.person.restore(ctx, [other])), [])
    await undo(changeSet)
    const back = await read('person', other)
    assert.deepEqual(
      [back?.firstName, back?.email, back?.tags],
      ['Adele', 'a.roux@moulin.example', ['VIP', 'fair']],
    )
  })

  it('lets a person choose which primary position stays the first', async () => {
    const keep = await create('person', { lastName: 'One', email: 'one@example.com' })
    const other = await create('person', { lastName: 'Two', email: 'two@example.com' })
    await merge('person', keep, other, { email: 'other' })
    assert.equal((await read('person', keep))?.email, 'two@example.com')
  })

  /** People, companies and deals, with everything that hangs on them, by chance. */
  async function makeGraph(seed: number, chance: Seeded): Promise<Record<RecordObject, string[]>> {
    const some = <T>(list: readonly T[]): T => list[chance.whole(0, list.length - 1)] as T
    const companies = await Promise.all(
      Array.from({ length: 3 }, (_, n) =>
        create('company', {
          name: `Company ${seed} ${n}`,
          websiteUrl: chance.next() < 0.5 ? `https://c${seed}x${n}.example` : null,
          phones: chance.next() < 0.5 ? ['+33123456789'] : [],
          tags: [`t${chance.whole(0, 2)}`],
        }),
      ),
    )
    const people: string[] = []
    for (let n = 0; n < 5; n++)
      people.push(
        await create('person', {
          firstName: some(['Ada', 'Zoé', null]),
          lastName: `Person ${seed} ${n}`,
          email: chance.next() < 0.8 ? `p${seed}x${n}@example.com` : null,
          companyId: chance.next() < 0.7 ? some(companies) : null,
          tags: [`t${chance.whole(0, 3)}`, 'all'],
        }),
      )
    const deals: string[] = []
    for (let n = 0; n < 5; n++)
      deals.push(
        await create('deal', {
          name: `Deal ${seed} ${n}`,
          companyId: some([...companies, null]),
          personId: some([...people, null]),
          value: chance.next() < 0.5 ? { amount: chance.whole(1, 9e6), currency: 'EUR' } : null,
        }),
      )
    const all = { person: people, company: companies, deal: deals }
    for (let n = 0; n < 12; n++) {
      const object = some(['person', 'company', 'deal'] as const)
      const id = some(all[object])
      const activity = newId()
      await plant(`insert into crm.activities (org_id, id, kind, title) values ($1, $2, 'task', 'Call')`, [
        orgId,
        activity,
      ])
      // One activity is about several records, so that some rows would be there twice.
      for (const about of new Set([id, some(all[object])]))
        await plant(
          `insert into crm.activity_links (org_id, activity_id, object, record_id) values ($1, $2, $3, $4)`,
          [orgId, activity, object, about],
        )
      const entry = newId()
      for (const about of new Set([id, some(all[object])]))
        await plant(
          `insert into crm.timeline_entries (org_id, id, object, record_id, company_id, kind, topic, actor, subjects, created_at, updated_at)
           values ($1, $2, $3, $4, $5, 'email.sent', 'email', '{}', jsonb_build_array(jsonb_build_object('type', $3::text, 'id', $4::uuid)), now(), now())`,
          [orgId, entry, object, about, some([...companies, null])],
        )
    }
    for (let n = 0; n < 4; n++) {
      await plant(
        `insert into crm.deal_people (org_id, deal_id, person_id) values ($1, $2, $3) on conflict do nothing`,
        [orgId, some(deals), some(people)],
      )
      await plant(
        `insert into crm.consents (org_id, id, person_id, purpose, is_given, source, said_at, actor)
         values ($1, $2, $3, 'tracking', true, 'form', now(), '{}')`,
        [orgId, newId(), some(people)],
      )
    }
    await plant(`update crm.people set updated_at = updated_at where org_id = $1`, [orgId])
    return all
  }

  it('puts every row back byte for byte, whatever was around', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const chance = new Seeded(seed)
      const all = await makeGraph(seed, chance)
      for (const object of ['person', 'company', 'deal'] as const) {
        const before = await snapshot()
        const [keepId = '', otherId = ''] = all[object]
        const changeSet = await merge(
          object,
          keepId,
          otherId,
          chance.next() < 0.5 ? { name: 'other' } : {},
        ).catch(error => (object === 'person' ? merge(object, keepId, otherId) : Promise.reject(error)))
        const merged = await snapshot()
        assert.ok(differing(before, merged).length > 0)
        const told = await undo(changeSet)
        assert.equal(told.failed, 0)
        const after = await snapshot()
        for (const name of differing(before, after))
          assert.deepEqual(after[name], before[name], `seed ${seed}, ${object}, ${name}`)
        // Left merged, so that the next one meets what it made.
        await merge(object, keepId, otherId)
      }
    }
  })

  it('leaves what was changed since, and says so', async () => {
    const keep = await create('person', { firstName: 'Ada', email: 'keep@since.example' })
    const other = await create('person', {
      lastName: 'Roux',
      phone: '+33687654321',
      email: 'other@since.example',
    })
    const changeSet = await merge('person', keep, other)
    await within(ctx => recordKinds.person.change(ctx, keep, { phone: '+33699999999' }))
    const told = await undo(changeSet)
    const kept = await read('person', keep)
    assert.deepEqual([kept?.phone, kept?.lastName, told.failed], ['+33699999999', null, 1])
    assert.equal((await read('person', other))?.phone, '+33687654321')
  })

  it('is refused to be taken back once the one that stayed went itself', async () => {
    const [a, b, c] = [
      await create('company', { name: 'A' }),
      await create('company', { name: 'B' }),
      await create('company', { name: 'C' }),
    ]
    const first = await merge('company', a, b)
    const second = await merge('company', c, a)
    await assert.rejects(undo(first), { code: 'crm.not_undoable' })
    await undo(second)
    await undo(first)
    assert.deepEqual([(await read('company', a))?.name, (await read('company', b))?.name], ['A', 'B'])
  })

  it('happens once when two people do it at once, in either direction', async () => {
    const a = await create('person', { lastName: 'A', email: 'a@twice.example' })
    const b = await create('person', { lastName: 'B', email: 'b@twice.example' })
    const done = await Promise.allSettled([
      merge('person', a, b),
      merge('person', b, a),
      merge('person', a, b),
    ])
    assert.equal(done.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const each of done)
      if (each.status === 'rejected') assert.equal(each.reason.code, 'request.not_found')
    assert.equal(
      (await rows(`select 1 from crm.people where id = any($1) and deleted_at is null`, [[a, b]])).length,
      1,
    )
  })

  it('leads fields of the organization to the one that stays', async () => {
    await plant(
      `insert into crm.custom_fields (org_id, id, object, key, label, kind, relates_to) values ($1, $2, 'company', 'adviser', 'Adviser', 'relation', 'person')`,
      [orgId, newId()],
    )
    const keep = await create('person', { lastName: 'Keep', email: 'keep@adviser.example' })
    const other = await create('person', { lastName: 'Other', email: 'other@adviser.example' })
    const company = await create('company', { name: 'Advised', custom: { adviser: other } })
    const changeSet = await merge('person', keep, other)
    assert.deepEqual((await read('company', company))?.custom, { adviser: keep })
    await undo(changeSet)
    assert.deepEqual((await read('company', company))?.custom, { adviser: other })
  })
})
