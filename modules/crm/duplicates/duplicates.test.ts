import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { crmModule } from '../index.ts'
import { mergeRecords } from '../merge/merge-records.ts'
import type { RecordObject } from '../record-api.ts'
import { recordKinds } from '../record-kinds.ts'
import type { DuplicateValues } from './duplicates-api.ts'
import { similarity } from './evidence.ts'
import { checkDuplicates, decidePair, listPairs, readScan, scanAll } from './pairs.ts'
import { findNewDuplicates, scanDuplicates } from './scan.ts'

describe('duplicates', () => {
  let t: TestKit
  let orgId: string
  let userId: string
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
    ;({ userId, orgId } = await makeOwner(t.kit))
  })
  after(() => t.close())

  const within = <T>(work: (ctx: Context) => Promise<T>, visibility: Visibility = {}) =>
    inOrganization(t.kit, { orgId, actor: { type: 'user', userId }, visibility }, work)
  const create = (object: RecordObject, input: object) =>
    within(ctx => recordKinds[object].create(ctx, input))
  const check = async (object: RecordObject, values: DuplicateValues, visibility: Visibility = {}) =>
    (await within(ctx => checkDuplicates(ctx, object, values, undefined), visibility)).map(
      ({ record, reasons }) => [record.name, ...reasons],
    )
  const runScan = (object: RecordObject) =>
    scanDuplicates.run({
      kit: t.kit,
      orgId,
      jobId: newId(),
      attempt: 1,
      payload: { object },
      signal: new AbortController().signal,
    })
  const scan = async (object: RecordObject) => {
    await within(ctx => scanAll(ctx, object))
    await runScan(object)
  }
  const pairs = async (object: RecordObject, visibility: Visibility = {}) =>
    (await within(ctx => listPairs(ctx, object, { limit: 50 }), visibility)).items.map(
      ({ first, second, reasons }) => [[first.name, second.name].sort().join(' = '), ...reasons.toSorted()],
    )

  it('are found while a person is typed, by address, phone, name and company', async () => {
    const company = await create('company', {
      name: 'Moulin Vert',
      websiteUrl: 'moulin-vert.example',
      siren: '900100009',
    })
    await create('person', {
      firstName: 'Hélène',
      lastName: 'Dupont',
      email: 'h.dupont@moulin-vert.example',
      phone: '0612345678',
      companyId: company,
    })
    assert.deepEqual(await check('person', { email: 'H.Dupont@Moulin-Vert.example ' }), [
      ['Hélène Dupont', 'email'],
    ])
    assert.deepEqual(await check('person', { mobile: '+33 6 12 34 56 78' }), [['Hélène Dupont', 'phone']])
    assert.deepEqual(await check('person', { firstName: 'helene', lastName: 'DUPONT' }), [
      ['Hélène Dupont', 'name'],
    ])
    assert.deepEqual(await check('person', { name: 'Dupont Hélène', company: 'moulin vert' }), [
      ['Hélène Dupont', 'name', 'company'],
    ])
    assert.deepEqual(await check('person', { name: 'Helene Dupond', company: 'Moulin Vert' }), [
      ['Hélène Dupont', 'similarName', 'company'],
    ])
    assert.deepEqual(await check('person', { name: 'Somebody Else', email: 'else@moulin-vert.example' }), [])
    assert.deepEqual(await check('company', { websiteUrl: 'https://www.moulin-vert.example/' }), [
      ['Moulin Vert', 'domain'],
    ])
    assert.deepEqual(await check('company', { siren: '900 100 009' }), [['Moulin Vert', 'number']])
    for (const name of ['%', '_', '\\', '', ' ', '\0', 'x'.repeat(2_000), "'", '😀', 'é'])
      await check('person', { name, email: name, phone: name, websiteUrl: name, company: name })
  })

  it('of records that are hidden are not told', async () => {
    const nothing: Visibility = { person: { owners: [newId()], writable: [], readable: [] } }
    assert.deepEqual(await check('person', { email: 'h.dupont@moulin-vert.example' }, nothing), [])
  })

  it('are found among all records by groups of what they share, and said once', async () => {
    const company = await create('company', { name: 'Nord Logistique SAS', siren: '900154840' })
    await create('company', { name: 'NORD  Logistique', siren: '900154840' })
    await create('company', { name: 'Nord Logistik', websiteUrl: 'nord.example' })
    await create('person', {
      firstName: 'Jean',
      lastName: 'Roux',
      email: 'jean@nord.example',
      companyId: company,
      phone: '0687654321',
    })
    await create('person', {
      firstName: 'Roux',
      lastName: 'Jean',
      email: 'jroux@nord.example',
      companyId: company,
      mobile: '+33687654321',
    })
    await scan('company')
    await scan('person')
    assert.deepEqual(await pairs('person'), [['Jean Roux = Roux Jean', 'company', 'domain', 'name', 'phone']])
    const found = await pairs('company')
    assert.deepEqual(found[0], ['NORD  Logistique = Nord Logistique SAS', 'name', 'number', 'similarName'])
  })

  it('that were said to be none stay away, and come back when that is taken back', async () => {
    const [pair] = (await within(ctx => listPairs(ctx, 'person', { limit: 1 }))).items
    assert.ok(pair)
    const ids = { object: 'person', firstId: pair.second.id, secondId: pair.first.id } as const
    await within(ctx => decidePair(ctx, ids, true))
    await scan('person')
    assert.deepEqual(await pairs('person'), [])
    await within(ctx => decidePair(ctx, ids, false))
    assert.equal((await pairs('person')).length, 1)
    await assert.rejects(
      within(ctx => decidePair(ctx, { ...ids, firstId: newId() }, true)),
      { code: 'request.not_found' },
    )
  })

  it('leave the list when they are merged', async () => {
    const [pair] = (await within(ctx => listPairs(ctx, 'person', { limit: 1 }))).items
    await within(ctx =>
      mergeRecords(ctx, 'person', {
        keepId: pair?.first.id ?? '',
        otherId: pair?.second.id ?? '',
        choices: {},
      }),
    )
    assert.deepEqual(await pairs('person'), [])
  })

  it('are not compared where too many share a value, which is said', async () => {
    for (let n = 0; n < 26; n++) await create('person', { lastName: `Switchboard ${n}`, phone: '0199999999' })
    await scan('person')
    const state = await within(ctx => readScan(ctx, 'person'))
    assert.deepEqual(state.crowded, [{ key: 'phone', value: '199999999', count: 26 }])
    assert.deepEqual([state.status, state.keysDone, state.open], ['done', state.keysTotal, 0])
  })

  it('are gone on with where a scan was interrupted', async () => {
    await within(ctx => scanAll(ctx, 'company'))
    await t.asSuperuser(
      `update crm.duplicate_scans set keys_done = 6 where org_id = $1 and object = 'company'`,
      [orgId],
    )
    await t.asSuperuser(`delete from crm.duplicate_pairs where org_id = $1 and object = 'company'`, [orgId])
    await runScan('company')
    // The keys before had been compared; only the last one was left to do.
    assert.ok((await pairs('company')).every(([, ...reasons]) => reasons.join() === 'similarName'))
    assert.equal((await within(ctx => readScan(ctx, 'company'))).status, 'done')
  })

  it('of what changed are found without comparing everything', async () => {
    await scan('deal')
    await create('person', { lastName: 'Newcomer', email: 'new@comer.example', phone: '0611223344' })
    await create('person', { lastName: 'Comer', email: 'old@comer.example', phone: '0611223344' })
    await t.asSuperuser(
      `update crm.duplicate_scans set changes_upto = platform.id_floor(now() - interval '1 hour') where org_id = $1`,
      [orgId],
    )
    // What was just written is looked at when it is sure that nothing came before it.
    await t.asSuperuser(
      `insert into crm.changes (org_id, id, object, record_id, action, actor)
       select org_id, (left(platform.id_floor(now() - interval '1 minute')::text, 14) || right(gen_random_uuid()::text, 22))::uuid, object, record_id, action, actor
       from crm.changes where org_id = $1 and action = 'created' and record_id in (select person_id from crm.positions where email_key = 'old@comer.example')`,
      [orgId],
    )
    await findNewDuplicates(t.kit)
    assert.deepEqual(await pairs('person'), [['Comer = Newcomer', 'phone']])
  })

  it('are shown to whoever sees both records', async () => {
    const [pair] = (await within(ctx => listPairs(ctx, 'person', { limit: 1 }))).items
    const seeing = (...readable: string[]): Visibility => ({ person: { owners: [], writable: [], readable } })
    assert.equal((await pairs('person', seeing(pair?.first.id ?? '', pair?.second.id ?? ''))).length, 1)
    assert.equal((await pairs('person', seeing(pair?.first.id ?? ''))).length, 0)
    assert.equal((await pairs('person', seeing(pair?.second.id ?? ''))).length, 0)
  })

  it('compares names as pg_trgm does', async () => {
    for (const [a, b] of [
      ['dupont helene', 'dupond helene'],
      ['a', 'b'],
      ['nord logistique', 'nord logistik'],
      ['x', 'x'],
    ] as const) {
      const [row] = await t.asSuperuser<{ alike: number }>('select similarity($1, $2)::float8 as alike', [
        a,
        b,
      ])
      assert.ok(Math.abs(similarity(a, b) - (row?.alike ?? -1)) < 1e-6, `${a} ${b}`)
    }
  })
})
