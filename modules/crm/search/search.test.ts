import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { crmModule } from '../index.ts'
import { RecordObject } from '../record-api.ts'
import { recordKinds } from '../record-kinds.ts'
import { findEntries } from './find-entries.ts'
import { fold } from './fold.ts'
import { readLookedFor } from './looked-for.ts'
import { searchRecords } from './search.ts'

const NAUGHTY = [
  '%',
  '_',
  '\\',
  '%%%',
  'a%b',
  "'; drop table crm.people; --",
  '😀',
  '👩‍👩‍👧‍👦 team',
  'مرحبا بكم',
  'שלום',
  '\u202Eright',
  '\0',
  '\ud800',
  '\n\n',
  '   ',
  '$1',
  '（全角）',
  'ﬁn',
  'İstanbul',
  'x'.repeat(10_000),
  '%'.repeat(300),
  '(((((',
  '+',
  '+++33',
  '0',
  '00',
  '..',
  '-',
  'e\u0301',
  '1e308',
  'NaN',
  'null',
  '<script>',
  'ß',
  '日本語の名前',
]

describe('search', () => {
  let t: TestKit
  let orgId: string
  let userId: string
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
    ;({ userId, orgId } = await makeOwner(t.kit))
  })
  after(() => t.close())

  const within = <T>(work: (ctx: Context) => Promise<T>, visibility: Visibility = {}, org = orgId) =>
    inOrganization(t.kit, { orgId: org, actor: { type: 'user', userId }, visibility }, work)
  const create = (object: RecordObject, input: object) =>
    within(ctx => recordKinds[object].create(ctx, input))
  const search = (
    q: string,
    { objects = RecordObject.options, visibility = {} as Visibility, org = orgId } = {},
  ) => within(ctx => searchRecords(ctx, { q, objects, limit: 20 }), visibility, org)
  const names = async (q: string, options: Parameters<typeof search>[1] = {}) =>
    (await search(q, options)).groups.flatMap(({ items }) => items.map(({ name }) => name))

  let ids: Record<string, string>
  before(async () => {
    const mill = await create('company', {
      name: 'Moulin Vert',
      websiteUrl: 'https://www.moulin-vert.example/contact',
      siren: '900100009',
      phones: ['01 23 45 67 89'],
    })
    const north = await create('company', { name: 'Nord Logistique', externalId: 'CRM-77' })
    const helene = await create('person', {
      firstName: 'Hélène',
      lastName: 'Dupont',
      email: 'h.dupont@moulin-vert.example',
      phone: '06 12 34 56 78',
      companyId: mill,
    })
    const jean = await create('person', {
      firstName: 'Jean',
      lastName: 'Dupond',
      email: 'jd@nord.example',
      companyId: north,
    })
    const deal = await create('deal', { name: 'Refonte du site', companyId: mill, personId: helene })
    ids = { mill, north, helene, jean, deal }
  })

  it('finds by the beginning and the middle of words, several in any order, without accents', async () => {
    for (const q of [
      'hel',
      'helene',
      'HÉLÈNE',
      'dupont',
      'upon',
      'dupont hel',
      'helene dupont',
      'lène pont',
      'dup moulin',
    ])
      assert.equal((await names(q))[0], 'Hélène Dupont', q)
    assert.deepEqual(await names('dupond jean'), ['Jean Dupond'])
    assert.deepEqual(await names('helene nowhere'), [])
  })

  it('finds by address, domain, number and phone in any spelling', async () => {
    const expected: [string, string][] = [
      ['h.dupont@moulin-vert.example', 'Hélène Dupont'],
      ['h.dupont@', 'Hélène Dupont'],
      ['moulin-vert.example', 'Moulin Vert'],
      ['900100009', 'Moulin Vert'],
      ['900 100 009', 'Moulin Vert'],
      ['crm-77', 'Nord Logistique'],
      ['+33612345678', 'Hélène Dupont'],
      ['0612345678', 'Hélène Dupont'],
      ['06.12.34.56.78', 'Hélène Dupont'],
      ['(06) 12 34 56 78', 'Hélène Dupont'],
      ['0033 6 12 34 56 78', 'Hélène Dupont'],
      ['2345678', 'Hélène Dupont'],
      ['0123456789', 'Moulin Vert'],
    ]
    for (const [q, name] of expected) assert.equal((await names(q))[0], name, q)
  })

  it('finds deals by their name, their company and their person, and says what answered', async () => {
    assert.equal((await names('refonte'))[0], 'Refonte du site')
    const { groups } = await search('moulin', { objects: ['deal'] })
    assert.deepEqual(
      groups.map(({ items }) => items.map(({ id, by, value }) => [id, by, value])),
      [[[ids.deal, 'company', 'moulin vert']]],
    )
    const byPhone = await search('0612345678', { objects: ['person'] })
    assert.deepEqual(
      byPhone.groups[0]?.items.map(({ by, value }) => [by, value]),
      [['phone', '33612345678']],
    )
  })

  it('answers one and two letters by the beginnings of names, and nothing by what was active last', async () => {
    assert.deepEqual(await names('j'), ['Jean Dupond'])
    assert.deepEqual((await names('du')).sort(), ['Hélène Dupont', 'Jean Dupond'])
    assert.deepEqual(await names('po'), [])
    assert.equal((await names('')).length, 5)
  })

  it('puts whole addresses first, then names that begin with it, then words, then middles', async () => {
    for (const name of ['Sap', 'Sap France', 'Grand Sap', 'Wasapi']) await create('company', { name })
    assert.deepEqual(await names('sap'), ['Sap', 'Sap France', 'Grand Sap', 'Wasapi'])
  })

  it('keeps up with changes of records and of what they carry', async () => {
    const company = await create('company', { name: 'Before' })
    const person = await create('person', { lastName: 'Carrier', companyId: company })
    await create('deal', { name: 'Carried', companyId: company, personId: person })
    await within(ctx => recordKinds.company.change(ctx, company, { name: 'Afterwards' }))
    assert.deepEqual((await names('afterwards')).sort(), ['Afterwards', 'Carried', 'Carrier'])
    assert.deepEqual(await names('before'), [])
    await within(ctx => recordKinds.person.change(ctx, person, { lastName: 'Porter' }))
    assert.deepEqual((await names('porter')).sort(), ['Carried', 'Porter'])
    await within(ctx => recordKinds.company.remove(ctx, [company]))
    assert.deepEqual(await names('afterwards'), [])
    await within(ctx => recordKinds.company.restore(ctx, [company]))
    assert.equal((await names('afterwards')).length, 3)
  })

  it('shows nobody what they do not see, nor whom it belongs to', async () => {
    const own = newId()
    const mine: Visibility = Object.fromEntries(
      RecordObject.options.map(object => [
        object,
        { owners: [own], writable: [ids.helene ?? ''], readable: [] },
      ]),
    )
    assert.deepEqual(await names('dup', { visibility: mine }), ['Hélène Dupont'])
    assert.deepEqual(await names('j', { visibility: mine }), [])
    assert.deepEqual(await names('', { visibility: mine }), ['Hélène Dupont'])
    // Whose company is hidden is not found by its name.
    const his: Visibility = Object.fromEntries(
      RecordObject.options.map(object => [object, { owners: [], writable: [], readable: [ids.jean ?? ''] }]),
    )
    assert.deepEqual(await names('logistique', { objects: ['person'] }), ['Jean Dupond'])
    assert.deepEqual(await names('logistique', { visibility: his }), [])
    assert.deepEqual(await names('nord.example', { visibility: his }), ['Jean Dupond'])
    const other = await makeOwner(t.kit)
    assert.deepEqual(await names('dupont', { org: other.orgId }), [])
  })

  it('takes any text for what it is', async () => {
    await create('company', { name: '100% Wool_Mark \\ Co' })
    for (const q of NAUGHTY) await search(q)
    assert.deepEqual(await names('100%'), ['100% Wool_Mark \\ Co'])
    assert.deepEqual(await names('wool_mark'), ['100% Wool_Mark \\ Co'])
    assert.deepEqual(await names('woolxmark'), [])
    assert.deepEqual(await names('a%e'), [])
    for (const name of ['日本語 商店', 'مطعم السلام', '😀 Smile']) {
      await create('company', { name })
      assert.equal((await names(name))[0], name)
    }
  })

  it('folds texts as the database does', async () => {
    const texts = [
      'Hélène',
      'STRASSE',
      'straße',
      'Œuvre',
      'ŁÓDŹ',
      'Ångström',
      'ﬁn',
      'e\u0301',
      'Ünïcödé 😀',
      'æØ',
      'Élan',
    ]
    const [row] = await t.asSuperuser<{ folded: string[] }>(
      'select array(select crm.fold(x) from unnest($1::text[]) with ordinality u (x, n) order by n) as folded',
      [texts],
    )
    assert.deepEqual(texts.map(fold), row?.folded)
  })

  it('reaches the index of all texts under row-level security', async () => {
    await t.asSuperuser(
      `insert into crm.search_entries (org_id, object, record_id, name, doc, active_on)
       select $1, 'person', gen_random_uuid(), 'someone ' || md5(n::text), E'\\nn someone ' || md5(n::text) || E'\\n', '2020-01-01' from generate_series(1, 20000) n`,
      [orgId],
    )
    await t.asSuperuser('analyze crm.search_entries')
    for (const q of ['lène', 'dupont hel', '0612345678', 'h.dupont@moulin-vert.example']) {
      const plans: string[] = []
      await within(ctx => {
        const queryOnce: Context['db']['queryOnce'] = async (text, values) => {
          const plan = await ctx.db.queryOnce<{ 'QUERY PLAN': string }>(`explain (costs off) ${text}`, values)
          plans.push(plan.rows.map(line => line['QUERY PLAN']).join('\n'))
          return ctx.db.queryOnce(text, values)
        }
        const db = {
          query: ctx.db.query.bind(ctx.db),
          send: ctx.db.send.bind(ctx.db),
          queryOnce,
        } as unknown as Context['db']
        return findEntries({ ...ctx, db }, readLookedFor(q), ['person'])
      })
      const [near = '', far = ''] = plans
      assert.match(near, /search_entries_name[\s\S]*name >= /, q)
      assert.equal(near.includes('search_entries_active'), !readLookedFor(q).isRare, q)
      assert.match(far, /Bitmap Index Scan on search_entries_doc\n\s+Index Cond: .*doc ~~ COALESCE/, q)
    }
  })
})
