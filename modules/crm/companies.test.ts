import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner, type Person as Owner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import type { Client } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { AppError } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { companyByName } from './company-writes.ts'
import {
  changeCompany,
  createCompany,
  createPerson,
  deleteCompany,
  getCompany,
  getPerson,
  listCompanies,
  restoreCompany,
} from './contract.ts'
import { crmModule } from './index.ts'
import { recordKinds } from './record-kinds.ts'

const modules = [iamModule, crmModule]

describe('companies', () => {
  let t: TestKit
  const servers: TestServer[] = []
  before(async () => {
    t = await testKit({ modules })
  })
  after(async () => {
    for (const server of servers) await server.close()
    await t.close()
  })

  const start = async () => {
    const owner = await makeOwner(t.kit)
    const server = await testServer(t, modules, signedInAs(owner.orgId, owner.userId))
    servers.push(server)
    return { owner, server, client: server.client() }
  }
  const within = <T>(owner: Owner, work: (ctx: Context) => Promise<T>, visibility: Visibility = {}) =>
    inOrganization(
      t.kit,
      { orgId: owner.orgId, actor: { type: 'user', userId: owner.userId }, visibility },
      work,
    )
  const names = async (client: Client, filter: string, sort?: string) =>
    (await client.call(listCompanies, { query: { filter, ...(sort ? { sort } : {}) } })).items.map(
      ({ name }) => name,
    )
  const refusal = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail('It was accepted.'),
      (caught: unknown) => caught,
    )
    assert.ok(error instanceof ProblemError || error instanceof AppError, String(error))
    const [problem] = (error instanceof ProblemError ? error.problem.errors : error.errors) ?? []
    return { code: error.code, pointer: problem?.pointer, message: problem?.message }
  }
  const changesOf = (id: string) =>
    t.asSuperuser<{ action: string; before: object; after: Record<string, unknown>; source: string | null }>(
      'select action, before, after, source from crm.changes where record_id = $1 order by id',
      [id],
    )
  const eventsOf = (orgId: string) =>
    t.asSuperuser<{ type: string; payload: unknown }>(
      `select type, payload from events.events where org_id = $1 and type like 'company.%' order by id`,
      [orgId],
    )

  it('are stored in one form, with their origin and an event', async () => {
    const { owner, client } = await start()
    const made = await client.call(createCompany, {
      body: {
        name: '  Moulin Vert ',
        hqSiret: '572 141 885 02180',
        nafCode: '6201z',
        phones: ['01 42 68 53 00', '+33142685300', 'switchboard 12'],
        websiteUrl: 'www.Moulin-Vert.example/about',
        annualRevenue: { amount: 125_000_000, currency: 'EUR' },
        city: 'Lyon',
        country: 'FR',
        tags: ['Key', 'key', ' partner '],
      },
    })
    assert.equal(made.name, 'Moulin Vert')
    assert.deepEqual([made.siren, made.hqSiret], ['572141885', '57214188502180'])
    assert.deepEqual([made.nafCode, made.nafNomenclature], ['62.01Z', 'NAFRev2'])
    assert.deepEqual(made.phones, ['+33142685300', 'switchboard 12'])
    assert.deepEqual(
      [made.domain, made.websiteUrl],
      ['moulin-vert.example', 'https://www.Moulin-Vert.example/about'],
    )
    assert.deepEqual([made.city, made.street, made.country], ['Lyon', null, 'FR'])
    assert.deepEqual(made.tags, ['Key', 'partner'])
    assert.deepEqual([made.ownerUserId, made.source], [owner.userId, 'manual'])
    assert.deepEqual(made.annualRevenue, { amount: 125_000_000, currency: 'EUR' })
    const [change] = await changesOf(made.id)
    assert.equal(change?.action, 'created')
    assert.equal(change?.after.siren, '572141885')
    assert.ok(!('street' in (change?.after ?? {})), 'what is empty has no origin')
    const payload = { companyId: made.id, name: 'Moulin Vert', source: 'manual' }
    assert.deepEqual(await eventsOf(owner.orgId), [{ type: 'company.created', payload }])
  })

  it('say what is wrong with the numbers of a register', async () => {
    const { client } = await start()
    const wrong = (body: object) => refusal(client.call(createCompany, { body: { name: 'Acme', ...body } }))
    assert.deepEqual(await wrong({ siren: '123456780' }), {
      code: 'request.invalid',
      pointer: '/siren',
      message: 'The check digit of this SIREN is wrong. Look for a typing error.',
    })
    assert.equal((await wrong({ siren: '12345678' })).message, 'A SIREN has 9 digits.')
    assert.equal((await wrong({ hqSiret: '1,23E+13' })).message, 'A SIRET has 14 digits.')
    assert.equal((await wrong({ siren: '502090897', hqSiret: '57214188502180' })).pointer, '/hqSiret')
    assert.equal((await wrong({ nafCode: '62.01Z', nafNomenclature: 'NAF2025' })).pointer, '/nafCode')
    assert.equal((await wrong({ nafCode: 'software' })).pointer, '/nafCode')
    assert.equal((await wrong({ websiteUrl: 'javascript:alert(1)' })).pointer, '/websiteUrl')
    assert.equal((await wrong({ phones: ['call me'] })).pointer, '/phones/0')
    assert.equal((await wrong({ foundingDate: '2026-02-30' })).pointer, '/foundingDate')
    assert.equal((await wrong({ name: '\u0000' })).pointer, '/name')
    assert.equal((await wrong({ ownerUserId: newId() })).pointer, '/ownerUserId')
    assert.equal((await wrong({ custom: { unknown: 1 } })).pointer, '/custom/unknown')
  })

  it('are changed field by field, at the version that was read, and say what became different', async () => {
    const { owner, client, server } = await start()
    const made = await client.call(createCompany, {
      body: { name: 'Acme', city: 'Lyon', country: 'FR', websiteUrl: 'acme.example', tags: ['a'] },
    })
    const params = { companyId: made.id }
    const etag = (await server.raw(`/v1/companies/${made.id}`)).headers.get('etag') ?? ''
    const changed = await client.call(changeCompany, {
      params,
      body: { city: null, street: '1 rue du Lac', websiteUrl: '', addTags: ['b'], name: 'Acme' },
      ifMatch: etag,
    })
    assert.deepEqual([changed.city, changed.street, changed.country], [null, '1 rue du Lac', 'FR'])
    assert.deepEqual([changed.websiteUrl, changed.domain, changed.tags], [null, null, ['a', 'b']])
    const [, change] = await changesOf(made.id)
    assert.deepEqual(change, {
      action: 'updated',
      before: { city: 'Lyon', street: null, tags: ['a'], websiteUrl: 'https://acme.example' },
      after: { city: null, street: '1 rue du Lac', tags: ['a', 'b'], websiteUrl: null },
      source: null,
    })
    const late = await refusal(client.call(changeCompany, { params, body: { city: 'Paris' }, ifMatch: etag }))
    assert.deepEqual([late.code, late.pointer], ['request.changed_meanwhile', '/city'])
    await client.call(changeCompany, { params, body: { street: '1 rue du Lac' } })
    assert.equal((await eventsOf(owner.orgId)).length, 2, 'nothing was different')
  })

  it('go away, come back, and never stand in the way of another one', async () => {
    const { owner, client } = await start()
    const body = { name: 'Acme', siren: '572141885', websiteUrl: 'acme.example' }
    const made = await client.call(createCompany, { body })
    const params = { companyId: made.id }
    const person = await client.call(createPerson, { body: { lastName: 'Stay', companyId: made.id } })
    await client.call(deleteCompany, { params })
    for (const route of [getCompany, deleteCompany])
      assert.equal((await refusal(client.call(route, { params }))).code, 'request.not_found')
    assert.deepEqual((await client.call(listCompanies)).items, [])
    assert.equal((await client.call(getPerson, { params: { personId: person.id } })).company, null)
    const again = await client.call(createCompany, { body })
    assert.notEqual(again.id, made.id)
    const back = await client.call(restoreCompany, { params })
    assert.equal(back.siren, '572141885')
    assert.equal((await client.call(restoreCompany, { params })).id, made.id, 'what is there stays')
    assert.equal((await client.call(getPerson, { params: { personId: person.id } })).company?.id, made.id)
    assert.deepEqual(
      (await eventsOf(owner.orgId)).map(({ type }) => type),
      ['company.created', 'company.deleted', 'company.created', 'company.restored'],
    )
    assert.deepEqual(
      (await changesOf(made.id)).map(({ action }) => action),
      ['created', 'deleted', 'restored'],
    )
  })

  it('are found by domain, numbers, size, revenue and the people who work there', async () => {
    const { client } = await start()
    const moulin = await client.call(createCompany, {
      body: {
        name: 'Moulin Vert',
        websiteUrl: 'https://www.moulin.example',
        siren: '572141885',
        nafCode: '62.01Z',
        employeeRange: '10-19',
        growing: true,
        foundingYear: 1998,
        annualRevenue: { amount: 5_000_00, currency: 'EUR' },
        tags: ['key'],
      },
    })
    await client.call(createCompany, { body: { name: 'Other', city: 'Nantes', ownerUserId: null } })
    await client.call(createPerson, {
      body: { lastName: 'Garance', email: 'g@moulin.example', title: 'Buyer', companyId: moulin.id },
    })
    for (const filter of [
      'domain:is:MOULIN.example',
      'siren:is:572141885',
      'nafCode:starts_with:62.',
      'employeeRange:is:10-19',
      'growing:is:true',
      'foundingYear:lt:2000',
      'name:contains:moulin',
      'tags:has:key',
      'ownerUserId:not_empty',
      'people.email:is:G@moulin.example',
      'people.title:is:Buyer;people.lastName:is:Garance',
      'city:is_not:Nantes',
      '{"field":"annualRevenue","op":"gte","value":{"amount":100000,"currency":"EUR"}}',
    ])
      assert.deepEqual(await names(client, filter), ['Moulin Vert'], filter)
    assert.deepEqual(await names(client, 'people.email:is_not:g@moulin.example'), ['Other'])
  })

  it('are sorted as people read names, each page going on where the last one ended', async () => {
    const { client } = await start()
    for (const name of ['zebra', 'Émile', 'apple', 'Zulu', 'émeraude', 'Apple'])
      await client.call(createCompany, { body: { name } })
    const read = async (sort: string) => {
      const found: string[] = []
      let cursor: string | undefined
      do {
        const query = { sort, limit: 2, ...(cursor === undefined ? {} : { cursor }) }
        const page = await client.call(listCompanies, { query })
        found.push(...page.items.map(({ name }) => name))
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      return found
    }
    const sorted = ['apple', 'Apple', 'émeraude', 'Émile', 'zebra', 'Zulu']
    assert.deepEqual(await read('name'), sorted)
    assert.deepEqual(await read('-name'), sorted.toReversed())
    assert.equal((await read('lastActivityAt')).length, 6)
    assert.equal((await read('-annualRevenue,name')).length, 6)
  })

  it('are made once by name or domain, however many ask at once', async () => {
    const { owner } = await start()
    const ids = await Promise.all(
      Array.from({ length: 16 }, (_, at) =>
        within(owner, ctx =>
          companyByName(ctx, { name: at % 2 ? 'ACME' : 'Acmé', domain: 'www.Acme.example' }, null),
        ),
      ),
    )
    assert.equal(new Set(ids).size, 1)
    const find = (name: string, domain?: string) =>
      within(owner, ctx => companyByName(ctx, domain === undefined ? { name } : { name, domain }, null))
    assert.equal(await find('acme'), ids[0], 'a name alone is enough')
    assert.notEqual(await find('Acme', 'acme.other.example'), ids[0], 'a name elsewhere is another company')
  })

  it('of others are neither seen nor changed by a member who sees their own, and can be given away', async () => {
    const { owner, client } = await start()
    const visibility: Visibility = {
      company: { owners: [owner.userId], writable: [], readable: [] },
      person: { owners: [owner.userId], writable: [], readable: [] },
    }
    const own = await within(owner, ctx => recordKinds.company.create(ctx, { name: 'Own' }), visibility)
    const hidden = await client.call(createCompany, { body: { name: 'Hidden', ownerUserId: null } })
    const seen = { ...visibility, company: { owners: [owner.userId], writable: [], readable: [hidden.id] } }
    const code = async (work: (ctx: Context) => Promise<unknown>, sight: Visibility) =>
      (await refusal(within(owner, work, sight))).code
    const { company } = recordKinds
    assert.equal(
      await code(ctx => company.change(ctx, hidden.id, { city: 'Paris' }), visibility),
      'request.not_found',
    )
    assert.equal(
      await code(ctx => company.change(ctx, hidden.id, { city: 'Paris' }), seen),
      'request.read_only',
    )
    assert.equal(
      await code(ctx => company.change(ctx, hidden.id, { ownerUserId: owner.userId }), seen),
      'request.read_only',
    )
    const removed = (sight: Visibility) =>
      within(owner, ctx => company.remove(ctx, [own, hidden.id, newId()]), sight)
    assert.deepEqual(await within(owner, ctx => company.idsMatching(ctx, undefined, null, 9), visibility), [
      own,
    ])
    assert.equal(await within(owner, ctx => company.countMatching(ctx, undefined, 9), seen), 2)
    assert.deepEqual(await removed(seen), [own])
    assert.deepEqual(await within(owner, ctx => company.restore(ctx, [own, hidden.id]), visibility), [own])
    assert.deepEqual(
      (await within(owner, ctx => company.change(ctx, own, { ownerUserId: null }), visibility)).changed,
      ['ownerUserId'],
    )
    assert.equal(
      await code(ctx => company.change(ctx, own, { city: 'Paris' }), visibility),
      'request.not_found',
    )
    assert.equal(
      await code(ctx => company.create(ctx, { name: 'Nobody’s', ownerUserId: null }), visibility),
      'crm.out_of_sight',
    )
  })

  it('are walked along and counted by a filter, in order of ids', async () => {
    const { owner, client } = await start()
    const ids: string[] = []
    for (let n = 0; n < 5; n++)
      ids.push(
        (await client.call(createCompany, { body: { name: `C${n}`, tags: [n % 2 ? 'odd' : 'even'] } })).id,
      )
    const { company } = recordKinds
    const walk = (after: string | null) =>
      within(owner, ctx => company.idsMatching(ctx, 'tags:has:even', after, 2))
    const first = await walk(null)
    assert.deepEqual(first, [ids[0], ids[2]])
    assert.deepEqual(await walk(first.at(-1) ?? null), [ids[4]])
    assert.equal(await within(owner, ctx => company.countMatching(ctx, 'tags:has:even', 10)), 3)
    assert.equal(await within(owner, ctx => company.countMatching(ctx, undefined, 4)), 4)
    const read = await within(owner, ctx => company.read(ctx, [ids[1] ?? '', newId()]))
    assert.deepEqual([...read.keys()], [ids[1]])
    const changed = await within(owner, ctx =>
      company.change(ctx, ids[1] ?? '', { name: 'Renamed' }, { source: 'bulk', changeSetId: newId() }),
    )
    assert.deepEqual(changed, { changed: ['name'] })
    assert.equal((await changesOf(ids[1] ?? '')).at(-1)?.source, 'bulk')
    assert.equal((await refusal(within(owner, ctx => company.create(ctx, { nme: 'x' })))).pointer, '/name')
  })

  it('of another organization answer like companies that never were', async () => {
    const { client } = await start()
    const { client: other } = await start()
    const { id } = await client.call(createCompany, { body: { name: 'Mine' } })
    for (const companyId of [id, newId()]) {
      const params = { companyId }
      for (const work of [
        () => other.call(getCompany, { params }),
        () => other.call(changeCompany, { params, body: { name: 'Yours' } }),
        () => other.call(deleteCompany, { params }),
        () => other.call(restoreCompany, { params }),
      ])
        assert.equal((await refusal(work())).code, 'request.not_found')
    }
    const theirs = other.call(createPerson, { body: { lastName: 'Thief', companyId: id } })
    assert.equal((await refusal(theirs)).pointer, '/companyId')
  })
})
