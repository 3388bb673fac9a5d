import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import type { ProblemError } from '#platform/contract/problem.ts'
import { RetryLater } from '#platform/jobs/kinds.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import {
  createCompany,
  createPerson,
  enrichCompany,
  enrichPerson,
  getCompany,
  getPerson,
  listEnrichmentProviders,
  listEnrichments,
  setEnrichmentProvider,
} from '../contract.ts'
import { crmModule } from '../index.ts'
import { hunter } from './hunter.ts'
import type { Provider } from './provider.ts'
import { sirene } from './sirene.ts'
import { runWaterfall } from './waterfall.ts'

const modules = [iamModule, crmModule]
const SIREN = '732829320'

/** What the fakes answer, by path; a function sees the request. */
type Answer = { status: number; body?: unknown; headers?: Record<string, string> }
const FOUND_SIRENE = {
  results: [
    {
      siren: SIREN,
      nom_complet: 'MOULIN VERT',
      activite_principale: '62.01Z',
      date_creation: '1998-04-01',
      tranche_effectif_salarie: '12',
      siege: {
        siret: '73282932000074',
        numero_voie: '3',
        type_voie: 'RUE',
        libelle_voie: 'DU MOULIN',
        code_postal: '44000',
        libelle_commune: 'NANTES',
      },
    },
  ],
}
const FOUND_HUNTER = {
  data: {
    email: 'ada.miller@moulin-vert.example',
    score: 93,
    position: 'Head of Sales',
    phone_number: null,
    linkedin_url: null,
    verification: { status: 'valid' },
  },
}

describe('what services know', () => {
  let t: TestKit
  let fake: Server
  let origin: string
  let answer: (path: string) => Answer
  let asked: { path: string; key: string | undefined }[]
  const servers: TestServer[] = []
  before(async () => {
    fake = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://fake')
      asked.push({ path: url.pathname + url.search, key: request.headers['x-api-key'] as string | undefined })
      const { status, body, headers = {} } = answer(url.pathname)
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}))
    })
    await new Promise<void>(resolve => fake.listen(0, '127.0.0.1', resolve))
    const { port } = fake.address() as AddressInfo
    origin = `http://127.0.0.1:${port}`
    t = await testKit({ modules, env: { EGRESS_ALLOW: `127.0.0.1:${port}` } })
  })
  beforeEach(() => {
    asked = []
  })
  after(async () => {
    for (const server of servers) await server.close()
    await t.close()
    fake.close()
  })

  const open = async () => {
    const { orgId, userId } = await makeOwner(t.kit)
    const server = await testServer(t, modules, signedInAs(orgId, userId))
    servers.push(server)
    const { call } = server.client()
    const run = async (enrichmentId: string, also: readonly (typeof sirene)[] = []) =>
      runWaterfall(
        { kit: t.kit, orgId, enrichmentId, signal: new AbortController().signal },
        [sirene, hunter, ...also].map(provider => ({ ...provider, origin })),
      )
    const set = (provider: string, body: object) =>
      call(setEnrichmentProvider, { params: { provider }, body })
    const provider = async (id: string) =>
      (await call(listEnrichmentProviders)).items.find(each => each.provider === id)
    const company = () =>
      call(createCompany, {
        body: {
          name: 'Moulin Vert',
          siren: SIREN,
          websiteUrl: 'https://www.moulin-vert.example/x',
          city: 'Rennes',
        },
      })
    const person = async () =>
      call(createPerson, {
        body: { firstName: 'Ada', lastName: 'Miller', companyId: (await company()).id },
      })
    const within = <T>(work: (ctx: Context) => Promise<T>) =>
      inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, work)
    return { orgId, call, run, set, provider, company, person, within }
  }

  it('fill in what is empty, each value with the service as its origin, and leave the rest alone', async () => {
    const { call, run, set, company, orgId } = await open()
    answer = () => ({ status: 200, body: FOUND_SIRENE })
    await set('sirene', { isEnabled: true })
    const { id: companyId } = await company()
    const params = { companyId }
    const enrichment = await call(enrichCompany, { params })
    assert.equal((await call(enrichCompany, { params })).id, enrichment.id)
    await run(enrichment.id)
    const read = await call(getCompany, { params })
    assert.deepEqual(
      [read.nafCode, read.nafNomenclature, read.hqSiret, read.employeeRange, read.foundingDate],
      ['62.01Z', 'NAFRev2', '73282932000074', '20-49', '1998-04-01'],
    )
    assert.deepEqual([read.city, read.postalCode, read.street], ['Rennes', '44000', '3 RUE DU MOULIN'])
    const [last] = (await call(listEnrichments, { query: { recordId: companyId } })).items
    assert.equal(last?.status, 'found')
    assert.ok(last?.filled.includes('nafCode') && !last.filled.includes('city'))
    const [change] = await t.asSuperuser<{ source: string }>(
      `select source from crm.changes where org_id = $1 and record_id = $2 and action = 'updated'`,
      [orgId, companyId],
    )
    assert.equal(change?.source, 'enrichment:sirene')
    assert.deepEqual(asked, [{ path: `/search?q=${SIREN}&page=1&per_page=1`, key: undefined }])
  })

  it('are asked with the key that is kept sealed, and cost what a hit costs', async () => {
    const { call, run, set, person, provider, orgId } = await open()
    answer = () => ({ status: 200, body: FOUND_HUNTER })
    await assert.rejects(
      set('hunter', { isEnabled: true }),
      (error: ProblemError) => error.problem.code === 'crm.credential_needed',
    )
    await set('hunter', { isEnabled: true, credential: 'key-of-hunter', cost: 12, monthlyLimit: 20 })
    const stored = await t.asSuperuser<{ text: string }>(
      'select p::text as text from crm.enrichment_providers p where org_id = $1',
      [orgId],
    )
    assert.doesNotMatch(JSON.stringify(stored), /key-of-hunter/)
    const { id: personId } = await person()
    const { id } = await call(enrichPerson, { params: { personId } })
    await run(id)
    const read = await call(getPerson, { params: { personId } })
    assert.deepEqual(
      [read.email, read.emailStatus, read.title],
      ['ada.miller@moulin-vert.example', 'valid', 'Head of Sales'],
    )
    assert.deepEqual(asked, [
      {
        path: '/v2/email-finder?domain=moulin-vert.example&first_name=Ada&last_name=Miller',
        key: 'key-of-hunter',
      },
    ])
    const shown = await provider('hunter')
    assert.deepEqual([shown?.spent, shown?.asked, shown?.found, shown?.hasCredential], [12, 1, 1, true])
    assert.ok(!('credential' in (shown ?? {})))
  })

  it('are not asked when a hit would go over the limit of the month, also by many at once', async () => {
    const { orgId, call, set, person, provider } = await open()
    answer = () => ({ status: 200, body: { data: { email: null } } })
    await set('hunter', { isEnabled: true, credential: 'key', cost: 10, monthlyLimit: 20 })
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      const { id: personId } = await person()
      ids.push((await call(enrichPerson, { params: { personId } })).id)
    }
    // Every try holds its cost until the answer is known, so of five at once two may ask.
    const gate = Promise.withResolvers<void>()
    let waiting = 0
    const slow: Provider = {
      ...hunter,
      async ask() {
        waiting += 1
        await gate.promise
        return { kind: 'found', values: { title: 'Buyer' } }
      },
    }
    const runs = ids.map(enrichmentId =>
      runWaterfall({ kit: t.kit, orgId, enrichmentId, signal: new AbortController().signal }, [slow]),
    )
    gate.resolve()
    await Promise.all(runs)
    assert.equal(waiting, 2)
    assert.equal((await provider('hunter'))?.spent, 20)
  })

  it('are asked one after the other until one knows something; what is refused is said, what is busy waits', async () => {
    const { orgId, call, set, company, provider } = await open()
    await set('sirene', { isEnabled: true, position: 0 })
    const second: Provider = {
      ...sirene,
      id: 'hunter',
      ask: async () => ({ kind: 'found', values: { employeeRange: '10-19', street: 'x'.repeat(301) } }),
    }
    await set('hunter', { credential: 'key', isEnabled: true, position: 1, cost: 5 })
    const first = { ...sirene, origin }
    const { id: companyId } = await company()
    const { id: enrichmentId } = await call(enrichCompany, { params: { companyId } })
    const signal = new AbortController().signal
    const run = () => runWaterfall({ kit: t.kit, orgId, enrichmentId, signal }, [first, second])
    answer = () => ({ status: 429, headers: { 'retry-after': '7' } })
    await assert.rejects(run(), (error: RetryLater) => error instanceof RetryLater && error.afterMs === 7_000)
    answer = () => ({ status: 200, body: 'no json' })
    await run()
    assert.match((await provider('sirene'))?.lastError ?? '', /cannot be read/)
    const [last] = (await call(listEnrichments, { query: { recordId: companyId } })).items
    assert.deepEqual(
      last?.tries.map(({ provider: name, outcome, cost }) => [name, outcome, cost]),
      [
        ['sirene', 'busy', 0],
        ['sirene', 'failed', 0],
        ['hunter', 'found', 5],
      ],
    )
    // What the record does not take is left out, the rest is written.
    assert.deepEqual([last?.status, last?.filled], ['found', ['employeeRange']])
  })

  it('count a question whose answer was lost with its cost, and ask again', async () => {
    const { orgId, call, set, person, provider } = await open()
    await set('hunter', { credential: 'key', isEnabled: true, cost: 5 })
    const { id: personId } = await person()
    const { id: enrichmentId } = await call(enrichPerson, { params: { personId } })
    const signal = new AbortController().signal
    const dying: Provider = {
      ...hunter,
      ask: () => Promise.reject(new Error('The process ends here.')),
    }
    await assert.rejects(runWaterfall({ kit: t.kit, orgId, enrichmentId, signal }, [dying]), /ends here/)
    answer = () => ({ status: 200, body: FOUND_HUNTER })
    await runWaterfall({ kit: t.kit, orgId, enrichmentId, signal }, [{ ...hunter, origin }])
    const [last] = (await call(listEnrichments, { query: { recordId: personId } })).items
    assert.deepEqual(
      last?.tries.map(({ outcome, cost }) => [outcome, cost]),
      [
        ['interrupted', 5],
        ['found', 5],
      ],
    )
    assert.equal((await provider('hunter'))?.spent, 10)
  })

  it('are asked only where enough is known and one of them is on', async () => {
    const { call, set } = await open()
    const { id: companyId } = await call(createCompany, { body: { name: 'Without a number' } })
    const params = { companyId }
    const refused = (code: string) => (error: ProblemError) => error.problem.code === code
    await assert.rejects(call(enrichCompany, { params }), refused('crm.no_provider'))
    await set('sirene', { isEnabled: true })
    await assert.rejects(call(enrichCompany, { params }), refused('crm.nothing_to_ask'))
    await assert.rejects(set('nobody', {}), (error: ProblemError) => error.status === 404)
  })
})
