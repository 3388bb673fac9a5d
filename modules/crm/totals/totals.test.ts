import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { AppError } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { crmModule } from '../index.ts'
import { refreshIndexes } from '../record-index.ts'
import { COUNTED_MAX } from '../totals-api.ts'
import { totalsOf } from './totals.ts'

describe('totals of a list', () => {
  let t: TestKit
  let owner: Person
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
    owner = await makeOwner(t.kit)
    const people = Array.from({ length: 30 }, () => newId())
    await t.asSuperuser(
      `insert into crm.people (org_id, id, score, lifecycle_stage, phone, tags, owner_user_id)
       select $1, p.id, p.place, case when p.place % 3 = 0 then 'active' else 'lead' end,
         case when p.place % 2 = 0 then '+331' end, case when p.place <= 4 then '{vip}'::text[] else '{}' end,
         case when p.place <= 5 then $3::uuid end
       from unnest($2::uuid[]) with ordinality p (id, place)`,
      [owner.orgId, people, owner.userId],
    )
    await within(async ctx => refreshIndexes(ctx, 'person', people))
    await t.asSuperuser(
      `insert into crm.companies (org_id, id, name, annual_revenue, annual_revenue_currency)
       select $1, c.id, 'Company', case when c.place < 6 then c.place * 100 end,
         case when c.place < 6 then (array['EUR', 'USD'])[1 + c.place % 2] end
       from unnest($2::uuid[]) with ordinality c (id, place)`,
      [owner.orgId, Array.from({ length: 6 }, () => newId())],
    )
  })
  after(() => t.close())

  const within = <T>(work: (ctx: Context) => Promise<T>, visibility: Visibility = {}, orgId = owner.orgId) =>
    inOrganization(t.kit, { orgId, actor: { type: 'user', userId: owner.userId }, visibility }, work)

  it('are what adding up by hand gives, under the filter of the list', async () => {
    const all = await within(ctx =>
      totalsOf(ctx, 'person', { fields: 'score,phone,tags', by: 'lifecycleStage' }),
    )
    assert.deepEqual(all, {
      count: 30,
      isMore: false,
      fields: {
        score: { filled: 30, empty: 0, sum: 465, average: 15.5, sums: null },
        phone: { filled: 15, empty: 15, sum: null, average: null, sums: null },
        tags: { filled: 4, empty: 26, sum: null, average: null, sums: null },
      },
      groups: [
        { value: 'lead', count: 20 },
        { value: 'active', count: 10 },
      ],
    })
    const some = await within(ctx => totalsOf(ctx, 'person', { filter: 'score:gt:28', fields: 'score' }))
    assert.deepEqual([some.count, some.fields?.score?.sum], [2, 59])
    const none = await within(ctx =>
      totalsOf(ctx, 'person', { filter: 'score:gt:99', fields: 'score', by: 'status' }),
    )
    assert.deepEqual([none.count, none.fields?.score?.average, none.groups], [0, null, []])
  })

  it('amounts are added up for each currency', async () => {
    const { fields } = await within(ctx => totalsOf(ctx, 'company', { fields: 'annualRevenue' }))
    assert.deepEqual(fields?.annualRevenue, {
      filled: 5,
      empty: 1,
      sum: null,
      average: null,
      sums: [
        { currency: 'EUR', amount: 600, filled: 2 },
        { currency: 'USD', amount: 900, filled: 3 },
      ],
    })
  })

  it('whoever sees a part is told of that part; another organization of nothing', async () => {
    const sight = { person: { owners: [owner.userId], writable: [], readable: [] } }
    const part = await within(ctx => totalsOf(ctx, 'person', { fields: 'score', by: 'ownerUserId' }), sight)
    assert.deepEqual([part.count, part.fields?.score?.sum], [5, 15])
    assert.deepEqual(part.groups, [{ value: owner.userId, count: 5 }])
    const other = await makeOwner(t.kit)
    const theirs = await within(ctx => totalsOf(ctx, 'person', { fields: 'score' }), {}, other.orgId)
    assert.deepEqual([theirs.count, theirs.fields?.score?.filled], [0, 0])
  })

  it('what cannot be read is refused with its place', async () => {
    const pointer = (request: object) =>
      within(ctx => totalsOf(ctx, 'person', request)).then(
        () => assert.fail('It was accepted.'),
        (error: unknown) => (error instanceof AppError ? error.errors?.[0]?.pointer : String(error)),
      )
    assert.equal(await pointer({ fields: 'nothing' }), '/fields')
    assert.equal(await pointer({ by: 'phone' }), '/by')
    assert.equal(await pointer({ by: 'constructor' }), '/by')
    assert.match(String(await pointer({ filter: 'nothing:is:1' })), /^\/filter/)
  })

  it('more than are counted are said to be more', async () => {
    const many = await makeOwner(t.kit)
    await t.asSuperuser('insert into crm.people (org_id, id, score) select $1, unnest($2::uuid[]), 1', [
      many.orgId,
      Array.from({ length: COUNTED_MAX + 5 }, () => newId()),
    ])
    const totals = await within(
      ctx => totalsOf(ctx, 'person', { fields: 'score', by: 'status' }),
      {},
      many.orgId,
    )
    assert.deepEqual([totals.count, totals.isMore], [COUNTED_MAX, true])
    assert.equal(totals.fields?.score?.sum, COUNTED_MAX + 5)
    assert.deepEqual(totals.groups, [{ value: 'active', count: COUNTED_MAX + 5 }])
  })
})
