import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type TestKit, testKit, word } from '#test/database.ts'
import { type OpenIdProvider, startOpenIdProvider } from '#test/fakes/openid-provider.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { type Visitor, visitorOf } from '#test/sso.ts'
import type { LinkedIdentity, Session } from './contract.ts'
import { GOOD_PASSWORD, makeOwner } from './factories.ts'
import { authenticate, iamModule } from './index.ts'

const PUBLIC = 'https://app.example.com'
const START = '/auth/sso/start?next=%2Fleads'

describe('signing in through the provider of the installation', () => {
  let t: TestKit
  let server: TestServer
  let idp: OpenIdProvider
  before(async () => {
    idp = await startOpenIdProvider()
    t = await testKit({
      modules: [iamModule],
      env: {
        EGRESS_ALLOW: idp.host,
        PUBLIC_URL: PUBLIC,
        OIDC_ISSUER: idp.issuer,
        OIDC_CLIENT_ID: idp.client.id,
        OIDC_CLIENT_SECRET: idp.client.secret,
        OIDC_NAME: 'Corporate',
      },
    })
    server = await testServer(t, [iamModule], authenticate)
  })
  after(async () => {
    await server.close()
    await t.close()
    await idp.close()
  })
  beforeEach(() => t.asSuperuser('delete from iam.sign_in_attempts'))

  const visitor = () => visitorOf(server, PUBLIC)
  async function json<T>(answer: Response): Promise<T> {
    const body = await answer.json()
    assert.equal(answer.status, 200, JSON.stringify(body))
    return body as T
  }
  const sessionOf = async (browser: Visitor) => json<Session>(await browser.get('/v1/session'))
  const account = (more: Record<string, unknown> = {}) => {
    const sub = word()
    return { sub, email: `${sub}@example.net`, email_verified: true, name: 'New Person', ...more }
  }

  it('is offered to everybody', async () => {
    const { provider } = await json<{ provider: unknown }>(await visitor().get('/v1/auth/sso'))
    assert.deepEqual(provider, { name: 'Corporate', startPath: '/auth/sso/start' })
  })

  it('makes a new person without an organization, free to found or join one', async () => {
    idp.account = account()
    const browser = visitor()
    assert.equal(await browser.through(START), '/leads')
    const session = await sessionOf(browser)
    assert.deepEqual([session.organization, session.user.emailVerified], [null, true])
    const again = visitor()
    assert.equal(await again.through(START), '/leads')
    assert.equal((await sessionOf(again)).user.id, session.user.id)
  })

  it('asks whoever has the address to confirm it, and opens all their organizations then', async () => {
    const owner = await makeOwner(t.kit)
    idp.account = account({ email: owner.email })
    const browser = visitor()
    assert.equal(await browser.through(START), '/connect-sign-in')
    assert.equal((await browser.get('/v1/session')).status, 401)
    await json(await browser.post('/v1/auth/sign-in', { email: owner.email, password: GOOD_PASSWORD }))
    const confirmed = await json<{ continueAt: string }>(await browser.post('/v1/session/pending-identity'))
    assert.equal(confirmed.continueAt, '/')
    const next = visitor()
    assert.equal(await next.through(START), '/leads')
    assert.equal((await sessionOf(next)).organization?.id, owner.orgId)
    const { items } = await json<{ items: LinkedIdentity[] }>(await next.get('/v1/session/identities'))
    assert.deepEqual(
      items.map(each => [each.providerName, each.organizationName, each.email]),
      [['Corporate', null, owner.email]],
    )
    assert.equal((await next.delete(`/v1/session/identities/${items[0]?.id}`)).status, 204)
    assert.match(await visitor().through(START), /^\/connect-sign-in$/)
  })

  it('refuses addresses that are not verified and people who are suspended', async () => {
    for (const email_verified of [false, undefined]) {
      idp.account = account({ email_verified })
      assert.match(await visitor().through(START), /sso=email_not_verified/)
    }
    idp.account = account({ email_verified: undefined, xms_edov: true })
    idp.tamper = (_, claims) => Object.assign(claims, { xms_edov: true })
    assert.equal(await visitor().through(START), '/leads')
    idp.tamper = undefined
    const owner = await makeOwner(t.kit)
    await t.asSuperuser(`update iam.users set status = 'suspended' where id = $1`, [owner.userId])
    idp.account = account({ email: owner.email })
    assert.match(await visitor().through(START), /sso=suspended/)
  })

  it('does not answer at the address of an organization’s provider', async () => {
    idp.account = account()
    const browser = visitor()
    const callback = await browser.toCallback(START)
    const moved = callback.replace(
      '/callback?',
      '/callback/019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c/019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c?',
    )
    assert.match((await browser.get(moved)).headers.get('location') ?? '', /sso=refused/)
  })
})

describe('an installation without a provider of its own', () => {
  it('offers none and starts none', async () => {
    const t = await testKit({ modules: [iamModule] })
    const server = await testServer(t, [iamModule], authenticate)
    try {
      const browser = visitorOf(server, PUBLIC)
      assert.deepEqual(await (await browser.get('/v1/auth/sso')).json(), { provider: null })
      assert.match((await browser.get(START)).headers.get('location') ?? '', /sso=off/)
      const strange = await browser.get('/auth/sso/start?domain=nobody.example')
      assert.match(strange.headers.get('location') ?? '', /sso=off/)
    } finally {
      await server.close()
      await t.close()
    }
  })
})
