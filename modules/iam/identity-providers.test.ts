import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type TestKit, testKit, word } from '#test/database.ts'
import { type OpenIdProvider, startOpenIdProvider } from '#test/fakes/openid-provider.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { type Visitor, visitorOf } from '#test/sso.ts'
import type { IdentityProvider, LinkedIdentity } from './contract.ts'
import { GOOD_PASSWORD, makeOwner } from './factories.ts'
import { authenticate, iamModule } from './index.ts'

const PUBLIC = 'https://app.example.com'
const PATH = '/v1/identity-providers'

interface Checks {
  checks: { what: string; ok: boolean; words: string }[]
}

describe('identity providers', () => {
  let t: TestKit
  let server: TestServer
  let idp: OpenIdProvider
  let published: Map<string, string> | null = new Map()
  before(async () => {
    idp = await startOpenIdProvider()
    const made = await testKit({ modules: [iamModule], env: { EGRESS_ALLOW: idp.host, PUBLIC_URL: PUBLIC } })
    const textRecords = async (name: string) => {
      if (!published) throw new Error('nobody answers')
      return [published.get(name) ?? 'v=spf1 -all']
    }
    t = { ...made, kit: { ...made.kit, egress: { ...made.kit.egress, textRecords } } }
    server = await testServer(t, [iamModule], authenticate)
  })
  after(async () => {
    await server.close()
    await t.close()
    await idp.close()
  })
  beforeEach(async () => {
    published = new Map()
    Object.assign(idp, { tamper: undefined, signature: undefined, publish: undefined, intercept: undefined })
    await t.asSuperuser('delete from iam.sign_in_attempts')
  })

  async function ownerIn(): Promise<{ orgId: string; browser: Visitor }> {
    const { orgId, email } = await makeOwner(t.kit)
    const browser = visitorOf(server, PUBLIC)
    const answer = await browser.post('/v1/auth/sign-in', { email, password: GOOD_PASSWORD })
    assert.equal(answer.status, 200)
    return { orgId, browser }
  }
  async function json<T>(answer: Response, status = 200): Promise<T> {
    const body = await answer.json()
    assert.equal(answer.status, status, JSON.stringify(body))
    return body as T
  }
  const settings = (more: Record<string, unknown> = {}) => ({
    name: 'Acme login',
    issuer: idp.issuer,
    clientId: idp.client.id,
    clientSecret: idp.client.secret,
    ...more,
  })
  const add = async (browser: Visitor, more: Record<string, unknown> = {}) =>
    json<IdentityProvider>(await browser.post(PATH, settings(more)), 201)
  const checksOf = async (browser: Visitor, id: string) =>
    (await json<Checks>(await browser.post(`${PATH}/${id}/test`))).checks
  function publishProofs(provider: IdentityProvider): void {
    for (const { proof } of provider.domains) published?.set(proof.name, proof.value)
  }
  const prove = (browser: Visitor, id: string) => browser.post(`${PATH}/${id}/domains/prove`)
  const find = async (email: string) => {
    const answer = await visitorOf(server, PUBLIC).post('/v1/auth/sso/find', { email })
    return (await json<{ provider: unknown }>(answer)).provider
  }

  it('keep the secret sealed and tell it to nobody', async () => {
    const { orgId, browser } = await ownerIn()
    const made = await add(browser)
    assert.equal(made.redirectUrl, `${PUBLIC}/auth/sso/callback/${orgId}/${made.id}`)
    const changed = await json<IdentityProvider>(
      await browser.patch(`${PATH}/${made.id}`, { clientSecret: 'another secret of theirs' }),
    )
    const listed = await (await browser.get(PATH)).text()
    const rows = await t.asSuperuser<{ row: string }>(
      `select p::text as row from iam.identity_providers p where org_id = $1
       union all select e::text from audit.entries e where org_id = $1`,
      [orgId],
    )
    const everything = [JSON.stringify([made, changed]), listed, ...rows.map(({ row }) => row)].join()
    assert.match(everything, /identity_provider\.created/)
    assert.match(everything, /the secret of the client/)
    for (const secret of [idp.client.secret, 'another secret of theirs'])
      assert.ok(!everything.includes(secret))
  })

  it('have a redirect URL before they have a client', async () => {
    const { orgId, browser } = await ownerIn()
    const { next } = await json<{ next: { id: string; redirectUrl: string } }>(await browser.get(PATH))
    const made = await add(browser, { proposedId: next.id })
    assert.deepEqual([made.id, made.redirectUrl], [next.id, next.redirectUrl])
    assert.equal(made.redirectUrl, `${PUBLIC}/auth/sso/callback/${orgId}/${made.id}`)
    assert.equal((await browser.post(PATH, settings({ proposedId: next.id }))).status, 409)
  })

  it('say in a test what works', async () => {
    const { browser } = await ownerIn()
    const { id } = await add(browser)
    const checks = await checksOf(browser, id)
    assert.deepEqual(
      checks.map(check => [check.what, check.ok]),
      [
        ['address', true],
        ['keys', true],
        ['methods', true],
        ['client', true],
      ],
      JSON.stringify(checks),
    )
  })

  it('say in a test what is wrong', async () => {
    const { browser } = await ownerIn()
    const failing = async (more: Record<string, unknown>) => {
      const { id } = await add(browser, more)
      return (await checksOf(browser, id))
        .filter(check => !check.ok)
        .map(check => `${check.what}: ${check.words}`)
    }
    assert.deepEqual(await failing({ clientSecret: 'wrong' }), [
      'client: It does not accept the client id and secret.',
    ])
    assert.match(String(await failing({ issuer: `${idp.issuer}/tenant` })), /address: .*status 404/)
    assert.match(
      String(await failing({ issuer: 'https://login.internal' })),
      /address: .*private or reserved/,
    )
    idp.intercept = ({ url }, response) => {
      if (url !== '/jwks') return false
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"keys":[]}')
      return true
    }
    assert.deepEqual(await failing({}), ['keys: It publishes no key for signatures.'])
    idp.intercept = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('x'.repeat(600_000))
      return true
    }
    assert.match(String(await failing({})), /too large/)
  })

  const hostile: [string, (metadata: Record<string, unknown>) => void, RegExp][] = [
    [
      'another issuer',
      metadata => Object.assign(metadata, { issuer: 'https://accounts.google.com' }),
      /issuer/,
    ],
    [
      'an endpoint without TLS',
      metadata => Object.assign(metadata, { token_endpoint: 'http://169.254.169.254/latest' }),
      /token_endpoint does not begin with https/,
    ],
    [
      'a page that is a script',
      metadata => Object.assign(metadata, { authorization_endpoint: 'javascript:alert(1)' }),
      /authorization_endpoint does not begin with https/,
    ],
    [
      'keys without TLS',
      metadata => Object.assign(metadata, { jwks_uri: 'http://localhost:5432/' }),
      /jwks_uri does not begin with https/,
    ],
    ['no keys', metadata => delete metadata.jwks_uri, /names no jwks_uri/],
    [
      'keys inside our network',
      metadata => Object.assign(metadata, { jwks_uri: 'https://10.0.0.8/keys' }),
      /private or reserved/,
    ],
    [
      'a token endpoint inside our network',
      metadata => Object.assign(metadata, { token_endpoint: 'https://[::1]/token' }),
      /private or reserved/,
    ],
  ]
  for (const [what, publish, words] of hostile) {
    it(`are refused when they publish ${what}`, async () => {
      const { browser } = await ownerIn()
      const { id } = await add(browser)
      idp.publish = publish
      const failed = (await checksOf(browser, id)).filter(check => !check.ok)
      assert.match(failed.map(check => check.words).join(' '), words)
    })
  }

  it('are reached over TLS, or where the operator allows it by name', async () => {
    const { browser } = await ownerIn()
    for (const issuer of [
      'http://login.example.com',
      'ftp://login.example.com',
      `${idp.issuer}/?a=b`,
      'login',
    ]) {
      assert.equal((await browser.post(PATH, settings({ issuer }))).status, 422, issuer)
    }
    for (const role of ['owner', 'admin']) {
      assert.equal((await browser.post(PATH, settings({ roleOfNewPeople: role }))).status, 422, role)
    }
    assert.equal((await browser.post(PATH, settings({ scopes: ['email'] }))).status, 422)
  })

  it('speak for a domain when it is proved, and once in the installation', async () => {
    const [first, second] = [await ownerIn(), await ownerIn()]
    const domain = `${word()}.example`
    const made = await add(first.browser, { domains: [domain.toUpperCase()] })
    assert.deepEqual(
      made.domains.map(each => each.domain),
      [domain],
    )
    const unproved = await json<IdentityProvider>(await prove(first.browser, made.id))
    assert.deepEqual([unproved.domains[0]?.provedAt, await find(`a@${domain}`)], [null, null])
    publishProofs(made)
    const proved = await json<IdentityProvider>(await prove(first.browser, made.id))
    assert.ok(proved.domains[0]?.provedAt)
    const startPath = `/auth/sso/start?domain=${domain}`
    assert.deepEqual(await find(`whoever@${domain}`), { name: 'Acme login', startPath })
    assert.deepEqual(await find(`SOMEBODY.ELSE@${domain.toUpperCase()}`), { name: 'Acme login', startPath })
    const rival = await add(second.browser, { domains: [domain] })
    publishProofs(rival)
    const refused = await json<{ code: string }>(await prove(second.browser, rival.id), 409)
    assert.equal(refused.code, 'iam.domain_taken')
    await json(await first.browser.patch(`${PATH}/${made.id}`, { domains: [] }))
    assert.equal(await find(`a@${domain}`), null)
    await json(await prove(second.browser, rival.id))
    assert.notEqual(await find(`a@${domain}`), null)
    assert.equal((await second.browser.delete(`${PATH}/${rival.id}`)).status, 204)
    assert.equal(await find(`a@${domain}`), null)
  })

  it('say that a proof could not be looked for', async () => {
    const { browser } = await ownerIn()
    const { id } = await add(browser, { domains: [`${word()}.example`] })
    published = null
    assert.equal((await json<{ code: string }>(await prove(browser, id), 503)).code, 'iam.names_unreachable')
  })

  it('cannot be required before a domain is proved', async () => {
    const { browser } = await ownerIn()
    const { id, domains } = await add(browser, { domains: [`${word()}.example`] })
    assert.equal((await browser.patch(`${PATH}/${id}`, { required: true })).status, 409)
    for (const { proof } of domains) published?.set(proof.name, proof.value)
    await json(await prove(browser, id))
    assert.equal(
      (await json<IdentityProvider>(await browser.patch(`${PATH}/${id}`, { required: true }))).required,
      true,
    )
    assert.equal((await browser.patch(`${PATH}/${id}`, { domains: [] })).status, 409)
    const off = await json<IdentityProvider>(await browser.patch(`${PATH}/${id}`, { enabled: false }))
    assert.deepEqual([off.enabled, off.required], [false, false])
  })

  it('are 20 at most', async () => {
    const { browser } = await ownerIn()
    for (let n = 0; n < 20; n += 1) await add(browser)
    assert.equal((await browser.post(PATH, settings())).status, 409)
  })

  it('of others answer like those that are not there', async () => {
    const [first, second] = [await ownerIn(), await ownerIn()]
    const { id } = await add(first.browser)
    assert.equal((await second.browser.patch(`${PATH}/${id}`, { name: 'Mine' })).status, 404)
    assert.equal((await second.browser.delete(`${PATH}/${id}`)).status, 404)
    assert.equal((await second.browser.post(`${PATH}/${id}/test`)).status, 404)
    assert.equal((await prove(second.browser, id)).status, 404)
  })

  describe('and whom they meant', () => {
    async function memberBy() {
      const { orgId, browser } = await ownerIn()
      const domain = `${word()}.example`
      const made = await add(browser, { domains: [domain], admitsNewPeople: true })
      publishProofs(made)
      await json(await prove(browser, made.id))
      idp.account = { sub: word(), email: `${word()}@${domain}`, email_verified: true, name: 'Somebody' }
      const member = visitorOf(server, PUBLIC)
      const start = `/auth/sso/start?domain=${domain}`
      assert.equal(await member.through(start), '/')
      return { orgId, browser, address: `${PATH}/${made.id}`, member, start }
    }
    const listOf = async (browser: Visitor) =>
      (await json<{ items: LinkedIdentity[] }>(await browser.get('/v1/session/identities'))).items

    for (const [what, change] of [
      ['the issuer', { issuer: 'https://login.example.com' }],
      ['the client', { clientId: 'another' }],
      ['whether it is on', { enabled: false }],
    ] as const) {
      it(`are signed out when somebody changes ${what}`, async () => {
        const { browser, address, member } = await memberBy()
        await json(await browser.patch(address, { name: 'Renamed' }))
        assert.equal((await member.get('/v1/session')).status, 200)
        await json(await browser.patch(address, change))
        assert.equal((await member.get('/v1/session')).status, 401)
      })
    }

    it('are signed out when it is removed, and stay members', async () => {
      const { orgId, browser, address, member, start } = await memberBy()
      assert.equal((await listOf(member)).length, 1)
      assert.equal((await browser.delete(address)).status, 204)
      assert.equal((await member.get('/v1/session')).status, 401)
      assert.match(await visitorOf(server, PUBLIC).through(start), /sso=off/)
      const left = await t.asSuperuser('select 1 from iam.members where org_id = $1', [orgId])
      assert.equal(left.length, 2)
    })

    it('is seen by the person and let go of after a sign-in of their own', async () => {
      const { member, start } = await memberBy()
      const [identity] = await listOf(member)
      assert.deepEqual([identity?.providerName, identity?.issuer], ['Acme login', idp.issuer])
      const address = `/v1/session/identities/${identity?.id}`
      assert.equal((await member.delete(address)).status, 403)
      const { browser } = await ownerIn()
      assert.equal((await browser.delete(address)).status, 404)
      const hashes = await t.asSuperuser<{ hash: string }>(
        'select password_hash as hash from iam.users where password_hash is not null limit 1',
      )
      await t.asSuperuser('update iam.users set password_hash = $2 where email = $1', [
        identity?.email,
        hashes[0]?.hash,
      ])
      const own = visitorOf(server, PUBLIC)
      await json(await own.post('/v1/auth/sign-in', { email: identity?.email, password: GOOD_PASSWORD }))
      assert.equal((await own.delete(address)).status, 204)
      assert.deepEqual(await listOf(own), [])
      assert.equal((await member.get('/v1/session')).status, 401)
      assert.match(await visitorOf(server, PUBLIC).through(start), /^\/connect-sign-in$/)
    })
  })
})
