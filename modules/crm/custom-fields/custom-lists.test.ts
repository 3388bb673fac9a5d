import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { listText, readList } from '#platform/filter/list.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { crmModule } from '../index.ts'
import { listPeople } from '../people.ts'
import { changePerson } from '../person-changes.ts'
import { createPerson } from '../person-create.ts'
import { PERSON_LIST } from '../person-fields.ts'
import type { FieldKind } from '../record-api.ts'
import { removeRecords } from '../record-removal.ts'
import { createField } from './fields.ts'
import { indexCustomValues } from './index-values.ts'
import { withCustomFields } from './values.ts'

const KINDS: readonly FieldKind[] = [
  'text',
  'long_text',
  'number',
  'money',
  'date',
  'time',
  'boolean',
  'select',
  'multi_select',
  'email',
  'phone',
  'url',
  'user',
  'relation',
]
const option = (value: string) => ({ value, label: value, color: 'neutral' as const, isArchived: false })

describe('people in a list with fields of the organization', () => {
  let t: TestKit
  let orgId = ''
  let userId = ''
  /** Ids of the people by their first name. */
  const ids: Record<string, string> = {}
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
    const owner = await makeOwner(t.kit)
    orgId = owner.orgId
    userId = owner.userId
    await within(async ctx => {
      for (const kind of KINDS)
        await createField(ctx, {
          object: 'person',
          key: kind,
          label: kind,
          kind,
          help: null,
          options: kind.endsWith('select') ? ['low', 'high', 'mid'].map(option) : [],
          ...(kind === 'relation' ? { relatesTo: 'person' as const } : {}),
          isRequired: false,
          group: '',
        })
      ids.none = await make(ctx, 'None', {})
      ids.a = await make(ctx, 'A', {
        text: 'Zoë Ltd',
        long_text: 'One\ntwo',
        number: 10,
        money: { amount: 500, currency: 'EUR' },
        date: '2026-03-01',
        time: '2026-03-01T10:00:00Z',
        boolean: true,
        select: 'low',
        multi_select: ['low', 'high'],
        email: 'A@example.com',
        phone: '+33612345678',
        url: 'https://a.example.com/x',
        user: userId,
        relation: ids.none,
      })
      ids.b = await make(ctx, 'B', {
        text: 'zoe ltd',
        long_text: `${'x'.repeat(900)} needle`,
        number: -2.5,
        money: { amount: 900, currency: 'USD' },
        date: '2025-12-31',
        time: '2025-12-31T23:59:59Z',
        boolean: false,
        select: 'high',
        multi_select: ['mid'],
        email: 'b@example.org',
        phone: '+442079460958',
        url: 'https://b.example.org/',
        relation: ids.a,
      })
      ids.c = await make(ctx, 'C', { text: 'Émile', number: 10, select: 'mid', date: '2026-03-02' })
    })
  })
  after(() => t.close())

  const within = <T>(work: (ctx: Context) => Promise<T>, visibility?: Visibility) =>
    inOrganization(
      t.kit,
      {
        orgId,
        actor: { type: 'user', userId },
        ...(visibility ? { visibility } : {}),
      },
      work,
    )
  const make = (ctx: Context, firstName: string, custom: Record<string, unknown>) =>
    createPerson(ctx, { firstName, custom })
  const found = async (request: { filter?: string; sort?: string }, visibility?: Visibility) =>
    within(async ctx => {
      const names: (string | null)[] = []
      for (let cursor: string | undefined; ; ) {
        const page = await listPeople(ctx, { limit: 2, ...request, cursor })
        names.push(...page.items.map(person => person.firstName))
        if (page.nextCursor === null) return names
        cursor = page.nextCursor
      }
    }, visibility)
  const names = async (filter: string) => (await found({ filter })).sort()

  const CASES: readonly (readonly [string, readonly string[]])[] = [
    ['custom.text:is:Zoë Ltd', ['A']],
    ['custom.text:is:zoe ltd', ['B']],
    ['custom.text:in:Zoë Ltd,Émile,x', ['A', 'C']],
    ['custom.text:is_not:Zoë Ltd', ['B', 'C', 'None']],
    ['custom.text:not_in:Zoë Ltd,Émile', ['B', 'None']],
    ['custom.text:starts_with:ZOE', ['B']],
    ['custom.text:starts_with:zoë', ['A']],
    ['custom.text:ends_with:LTD', ['A', 'B']],
    ['custom.text:contains:OË', ['A']],
    ['custom.text:not_contains:ltd', ['C', 'None']],
    ['custom.text:empty', ['None']],
    ['custom.text:not_empty', ['A', 'B', 'C']],
    ['custom.long_text:contains:NEEDLE', ['B']],
    ['custom.long_text:empty', ['C', 'None']],
    ['custom.number:is:10', ['A', 'C']],
    ['custom.number:is:-2.5', ['B']],
    ['custom.number:in:-2.5,11', ['B']],
    ['custom.number:is_not:10', ['B', 'None']],
    ['custom.number:gt:-2.5', ['A', 'C']],
    ['custom.number:gte:-2.5', ['A', 'B', 'C']],
    ['custom.number:lt:10', ['B']],
    ['custom.number:between:-3,0', ['B']],
    ['custom.number:empty', ['None']],
    ['custom.money:is:500 EUR', ['A']],
    ['custom.money:gt:100 USD', ['B']],
    ['custom.money:is_not:500 EUR', ['B', 'C', 'None']],
    ['custom.money:between:0 EUR,600 EUR', ['A']],
    ['custom.money:not_empty', ['A', 'B']],
    ['custom.date:on:2026-03-01', ['A']],
    ['custom.date:before:2026-03-02', ['A', 'B']],
    ['custom.date:after:2026-03-01', ['C']],
    ['custom.date:between:2026-03-01,2026-03-02', ['A', 'C']],
    ['custom.date:empty', ['None']],
    ['custom.time:on:2025-12-31', ['B']],
    ['custom.time:on_or_after:2026-03-01T10:00:00Z', ['A']],
    ['custom.time:after:2026-03-01T10:00:00Z', []],
    ['custom.boolean:is:true', ['A']],
    ['custom.boolean:is:false', ['B']],
    ['custom.boolean:is_not:true', ['B', 'C', 'None']],
    ['custom.boolean:empty', ['C', 'None']],
    ['custom.select:is:low', ['A']],
    ['custom.select:in:low,mid', ['A', 'C']],
    ['custom.select:not_in:low,mid', ['B', 'None']],
    ['custom.select:not_empty', ['A', 'B', 'C']],
    ['custom.multi_select:has:high', ['A']],
    ['custom.multi_select:has_not:high', ['B', 'C', 'None']],
    ['custom.multi_select:has_any:high,mid', ['A', 'B']],
    ['custom.multi_select:has_all:low,high', ['A']],
    ['custom.multi_select:has_all:low,mid', []],
    ['custom.multi_select:has_none:high,mid', ['C', 'None']],
    ['custom.multi_select:empty', ['C', 'None']],
    ['custom.email:is:a@EXAMPLE.com', ['A']],
    ['custom.email:ends_with:example.org', ['B']],
    ['custom.phone:starts_with:+33', ['A']],
    ['custom.url:contains:example', ['A', 'B']],
    ['custom.number:gte:0;custom.select:is_not:low', ['C']],
    ['custom.select:is:high|custom.email:is:a@example.com', ['A', 'B']],
  ]
  it('are found by every kind of field with every operator', async () => {
    for (const [filter, expected] of CASES) assert.deepEqual(await names(filter), expected, filter)
    assert.deepEqual(await names(`custom.user:is:${userId}`), ['A'])
    assert.deepEqual(await names(`custom.relation:in:${ids.a},${ids.none}`), ['A', 'B'])
    assert.deepEqual(await names(`custom.relation:is_not:${ids.a}`), ['A', 'C', 'None'])
  })

  it('stand in the order of a field, those without a value last either way, page by page', async () => {
    const orders: readonly (readonly [string, readonly string[]])[] = [
      ['custom.number', ['B', 'A', 'C', 'None']],
      ['-custom.number', ['C', 'A', 'B', 'None']],
      ['-custom.number,firstName', ['A', 'C', 'B', 'None']],
      ['custom.text', ['C', 'A', 'B', 'None']],
      ['-custom.text,firstName', ['A', 'B', 'C', 'None']],
      ['custom.select', ['A', 'B', 'C', 'None']],
      ['-custom.select', ['C', 'B', 'A', 'None']],
      ['custom.date', ['B', 'A', 'C', 'None']],
      ['-custom.time', ['A', 'B', 'C', 'None']],
      ['custom.money', ['A', 'B', 'None', 'C']],
      ['custom.boolean', ['B', 'A', 'None', 'C']],
      ['firstName,custom.number', ['A', 'B', 'C', 'None']],
    ]
    for (const [sort, expected] of orders) assert.deepEqual(await found({ sort }), expected, sort)
    assert.deepEqual(await found({ sort: '-custom.number', filter: 'custom.select:not_empty' }), [
      'C',
      'A',
      'B',
    ])
    for (const sort of ['custom.long_text', 'custom.user', 'custom.multi_select', 'custom.nothing'])
      await assert.rejects(found({ sort }), { code: 'request.invalid' }, sort)
  })

  it('are found by what they hold now, not by what they held', async () => {
    const id = await within(ctx => make(ctx, 'Moving', { number: 77, multi_select: ['low', 'mid'] }))
    assert.deepEqual(await names('custom.number:is:77'), ['Moving'])
    await within(ctx => changePerson(ctx, id, { custom: { number: 78, multi_select: ['mid'] } }))
    assert.deepEqual(await names('custom.number:is:77'), [])
    assert.deepEqual(await names('custom.number:is:78'), ['Moving'])
    assert.deepEqual(await names('custom.multi_select:has:low'), ['A'])
    await within(ctx => changePerson(ctx, id, { custom: { number: null } }))
    assert.deepEqual(await names('custom.number:is:78'), [])
    await within(ctx => removeRecords(ctx, 'person', [id]))
    assert.deepEqual(await names('custom.multi_select:has:mid'), ['B'])
  })

  it('are found, and only they, for somebody who sees a part of them', async () => {
    const other = await makeOwner(t.kit)
    await t.asSuperuser(
      `insert into iam.members (org_id, id, user_id, role, status, joined_at)
       values ($1, gen_random_uuid(), $2, 'member', 'active', now())`,
      [orgId, other.userId],
    )
    const [mine, theirs] = await within(async ctx => [
      await createPerson(ctx, {
        firstName: 'Mine',
        ownerUserId: userId,
        custom: { number: 500, text: 'part' },
      }),
      await createPerson(ctx, {
        firstName: 'Theirs',
        ownerUserId: other.userId,
        custom: { number: 501, text: 'part' },
      }),
    ])
    assert.ok(mine && theirs)
    const sees = (sight: Partial<Visibility[string]>): Visibility => ({
      person: { owners: [], writable: [], readable: [], ...sight },
    })
    const filter = 'custom.number:gte:500'
    assert.deepEqual(await found({ filter, sort: 'custom.number' }), ['Mine', 'Theirs'])
    const own = sees({ owners: [other.userId] })
    assert.deepEqual(await found({ filter }, own), ['Theirs'])
    assert.deepEqual(await found({ filter: 'custom.text:is:part' }, own), ['Theirs'])
    assert.deepEqual(await found({ sort: '-custom.number' }, own), ['Theirs'])
    assert.deepEqual(await found({ filter: 'custom.number:empty' }, own), [])
    assert.deepEqual(await found({ filter }, sees({ readable: [mine] })), ['Mine'])
    assert.deepEqual(await found({ filter, sort: 'custom.text' }, sees({})), [])
    // Whoever gets a record finds it, and whoever gave it away no longer does.
    await within(ctx => changePerson(ctx, mine, { ownerUserId: other.userId }))
    assert.deepEqual(await found({ filter, sort: 'custom.number' }, own), ['Mine', 'Theirs'])
    assert.deepEqual(await found({ filter }, sees({ owners: [userId] })), [])
  })

  it('of another organization have other fields', async () => {
    const stranger = await makeOwner(t.kit)
    await assert.rejects(
      inOrganization(t.kit, { orgId: stranger.orgId, actor: { type: 'user', userId } }, ctx =>
        listPeople(ctx, { limit: 5, filter: 'custom.number:is:10' }),
      ),
      { code: 'request.invalid' },
    )
  })

  it('are found through an index, and sorted along one, as the runtime role', async () => {
    const { orgId: manyOrg } = await makeOwner(t.kit)
    await inOrganization(t.kit, { orgId: manyOrg, actor: { type: 'system', name: 'test' } }, async ctx => {
      for (const kind of ['text', 'number', 'date', 'select'] as const)
        await createField(ctx, {
          object: 'person',
          key: kind,
          label: kind,
          kind,
          help: null,
          options: kind === 'select' ? [option('low')] : [],
          isRequired: false,
          group: '',
        })
      await ctx.db.query(
        `insert into crm.people (org_id, id, custom)
         select $1, gen_random_uuid(), jsonb_build_object('text', 'Text ' || i, 'number', i, 'date', '2026-01-01'::date + i % 900)
         from generate_series(1, 5000) i`,
        [manyOrg],
      )
      const everybody = await ctx.db.query<{ id: string }>('select id from crm.people where org_id = $1', [
        manyOrg,
      ])
      indexCustomValues(
        ctx,
        'person',
        everybody.rows.map(row => row.id),
      )
    })
    await t.asOwner('analyze crm.people')
    await t.asOwner('analyze crm.custom_values')
    const planOf = (request: { filter?: string; sort?: string }) =>
      inOrganization(t.kit, { orgId: manyOrg, actor: { type: 'system', name: 'test' } }, async ctx => {
        const shape = await withCustomFields(ctx, 'person', PERSON_LIST, 'p.id')
        const list = readList(shape, { limit: 50, ...request }, [manyOrg])
        const source = {
          columns: 'p.id',
          from: 'crm.people p',
          where: 'p.org_id = $1 and p.deleted_at is null',
        }
        const explained = await ctx.db.queryOnce<{ 'QUERY PLAN': string }>(
          `explain ${listText(list, source)}`,
          (list.walked ?? list).values,
        )
        return explained.rows.map(row => row['QUERY PLAN']).join('\n')
      })
    assert.match(await planOf({ filter: 'custom.text:is:Text 77' }), /Index Cond: .*text_key = /)
    assert.match(await planOf({ filter: 'custom.text:starts_with:text 77' }), /Index Cond: .*text_key >= /)
    assert.match(await planOf({ filter: 'custom.number:between:70,80' }), /Index Cond: .*number_key >= /)
    assert.match(await planOf({ filter: 'custom.date:on:2026-03-01' }), /Index Cond: .*day_key >= /)
    assert.match(await planOf({ filter: 'custom.select:is:low' }), /Index Cond: .*text_key = /)
    const sorted = await planOf({ sort: '-custom.number' })
    assert.match(sorted, /Index Scan Backward using custom_values_number/)
    assert.doesNotMatch(sorted, /Sort Key: w\.number_key/)
  })
})
