import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type TestKit, testKit, word } from '#test/database.ts'
import { type OpenIdProvider, startOpenIdProvider } from '#test/fakes/openid-provider.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { type Visitor, visitorOf } from '#test/sso.ts'
import type { IdentityProvider, Session } from './contract.ts'
import { addMember, GOOD_PASSWORD, makeOwner, type Person } from './factories.ts'
import { authenticate, iamModule } from './index.ts'

const PUBLIC = 'https://app.example.com'

describe('signing in through the provider of an organization', () => {
  let t: TestKit
  let server: TestServer
  let idp: OpenIdProvider
  const published = new Map<string, string>()
  before(async () => {
    idp = await startOpenIdProvider()
    const made = await testKit({ modules: [iamModule], env: { EGRESS_ALLOW: idp.host, PUBLIC_URL: PUBLIC } })
    const textRecords = async (name: string) => [published.get(name) ?? 'v=spf1 -all']
    t = { ...made, kit: { ...made.kit, egress: { ...made.kit.egress, textRecords } } }
    server = await testServer(t, [iamModule], authenticate)
  })
  after(async () => {
    await server.close()
    await t.close()
    await idp.close()
  })
  beforeEach(async () => {
    Object.assign(idp, { tamper: undefined, signature: undefined, publish: undefined, intercept: undefined })
    await t.asSuperuser('delete from iam.sign_in_attempts')
  })

  const visitor = () => visitorOf(server, PUBLIC)
  async function signedIn(email: string): Promise<Visitor> {
    const browser = visitor()
    const answer = await browser.post('/v1/auth/sign-in', { email, password: GOOD_PASSWORD })
    assert.equal(answer.status, 200, await answer.text())
    return browser
  }
  async function json<T>(answer: Response, status = 200): Promise<T> {
    const body = await answer.json()
    assert.equal(answer.status, status, JSON.stringify(body))
    return body as T
  }
  const sessionOf = async (browser: Visitor) => json<Session>(await browser.get('/v1/session'))
  const usersOf = (email: string) =>
    t.asSuperuser<{ id: string; password_hash: string | null }>(
      'select id, password_hash from iam.users where email = $1',
      [email],
    )
  const path = (domain: string, next = '/leads') =>
    `/auth/sso/start?domain=${domain}&next=${encodeURIComponent(next)}`

  /** An organization with a provider that speaks for a domain of its own. */
  async function connected(settings: Record<string, unknown> = {}): Promise<{
    owner: Person
    admin: Visitor
    domain: string
    provider: IdentityProvider
  }> {
    const owner = await makeOwner(t.kit)
    const admin = await signedIn(owner.email)
    const domain = `${word()}.example`
    const made = await json<IdentityProvider>(
      await admin.post('/v1/identity-providers', {
        name: 'Acme login',
        issuer: idp.issuer,
        clientId: idp.client.id,
        clientSecret: idp.client.secret,
        domains: [domain],
        admitsNewPeople: true,
        ...settings,
      }),
      201,
    )
    const proof = made.domains[0]?.proof
    if (proof) published.set(proof.name, proof.value)
    const provider = await json<IdentityProvider>(
      await admin.post(`/v1/identity-providers/${made.id}/domains/prove`),
    )
    return { owner, admin, domain, provider }
  }
  const personAt = (domain: string, more: Record<string, unknown> = {}) => {
    const name = word()
    return {
      sub: `sub-${name}`,
      email: `${name}@${domain}`,
      email_verified: true,
      name: `Person ${name}`,
      ...more,
    }
  }

  it('makes a new person a member in the role the organization chose, confined to it', async () => {
    const { owner, domain } = await connected({ roleOfNewPeople: 'viewer' })
    const account = personAt(domain)
    idp.account = account
    const browser = visitor()
    assert.equal(await browser.through(path(domain)), '/leads')
    const session = await sessionOf(browser)
    assert.deepEqual(
      [session.user.email, session.user.name, session.organization?.id, session.role],
      [account.email, account.name, owner.orgId, 'viewer'],
    )
    assert.equal((await usersOf(account.email))[0]?.password_hash, null)
    assert.equal((await browser.get('/v1/account/security')).status, 403)
    const again = visitor()
    idp.account = { ...account, email: `other@${domain}` }
    assert.equal(await again.through(path(domain)), '/leads')
    assert.equal((await sessionOf(again)).user.id, session.user.id)
    assert.equal((await usersOf(`other@${domain}`)).length, 0)
  })

  const refusals: [string, Record<string, unknown>, (domain: string) => Record<string, unknown>][] = [
    ['not_admitted', { admitsNewPeople: false }, () => ({})],
    ['other_domain', {}, () => ({ email: 'somebody@elsewhere.example' })],
    ['other_domain', {}, domain => ({ email: `somebody@sub.${domain}` })],
    ['email_not_verified', {}, () => ({ email_verified: false })],
    ['email_not_verified', {}, () => ({ email_verified: undefined })],
    ['email_not_verified', { vouchesForAddresses: true }, () => ({ email_verified: false })],
    ['no_email', {}, () => ({ email: undefined })],
    ['no_email', {}, domain => ({ email: `two words@${domain}` })],
  ]
  for (const [outcome, settings, claims] of refusals) {
    it(`refuses as ${outcome} with ${JSON.stringify({ ...settings, ...claims('its.domain') })}`, async () => {
      const { owner, domain } = await connected(settings)
      const account = personAt(domain, claims(domain))
      idp.account = account
      const browser = visitor()
      assert.equal(await browser.through(path(domain)), `/sign-in?sso=${outcome}&next=%2Fleads`)
      assert.equal((await browser.get('/v1/session')).status, 401)
      assert.equal(browser.cookie('__Host-session'), undefined)
      const members = await t.asSuperuser('select 1 from iam.members where org_id = $1', [owner.orgId])
      assert.equal(members.length, 1)
      const entries = await t.asSuperuser<{ after: { reason: string } }>(
        `select after from audit.entries where org_id = $1 and action = 'identity_provider.refused_person'`,
        [owner.orgId],
      )
      assert.deepEqual(
        entries.map(entry => entry.after.reason),
        [outcome],
      )
    })
  }

  it('takes the word of a provider that vouches for addresses without saying so each time', async () => {
    const { domain } = await connected({ vouchesForAddresses: true })
    idp.account = personAt(domain, { email_verified: undefined })
    assert.equal(await visitor().through(path(domain)), '/leads')
  })

  it('asks the person first when the address is theirs already, and never signs in before', async () => {
    const { owner, domain } = await connected()
    const known = await makeOwner(t.kit)
    const email = `known-${word()}@${domain}`
    await t.asSuperuser('update iam.users set email = $2 where id = $1', [known.userId, email])
    idp.account = personAt(domain, { email })
    const browser = visitor()
    assert.equal(await browser.through(path(domain)), '/connect-sign-in')
    assert.equal((await browser.get('/v1/session')).status, 401)
    const stranger = await signedIn(owner.email)
    assert.equal((await stranger.get('/v1/session/pending-identity')).status, 404)
    await json(await browser.post('/v1/auth/sign-in', { email, password: GOOD_PASSWORD }))
    const pending = await json<Record<string, unknown>>(await browser.get('/v1/session/pending-identity'))
    assert.deepEqual([pending.email, pending.providerName, pending.issuer], [email, 'Acme login', idp.issuer])
    const { continueAt } = await json<{ continueAt: string }>(
      await browser.post('/v1/session/pending-identity'),
    )
    assert.equal((await browser.post('/v1/session/pending-identity')).status, 404)
    assert.equal(await browser.through(continueAt), '/')
    const session = await sessionOf(browser)
    assert.deepEqual(
      [session.user.id, session.organization?.id, session.organizations.map(each => each.id)],
      [known.userId, owner.orgId, [owner.orgId]],
    )
    const home = { organizationId: known.orgId }
    assert.equal((await browser.post('/v1/session/organization', home)).status, 403)
    assert.equal((await browser.post('/v1/auth/tokens', home)).status, 403)
    const own = { organizationId: owner.orgId }
    const tokens = await json<{ accessToken: string }>(await browser.post('/v1/auth/tokens', own), 201)
    const ways = await json<{ methods: string[] }>(await browser.get('/v1/session/confirm'))
    assert.deepEqual(ways.methods, [])
    const headers = { authorization: `Bearer ${tokens.accessToken}` }
    assert.equal((await server.raw('/v1/session', { headers })).status, 200)
    assert.equal((await server.raw('/v1/account/security', { headers })).status, 403)
  })

  it('shows a pending connection to nobody but the person it is about', async () => {
    const { domain } = await connected()
    const known = await makeOwner(t.kit)
    const email = `known-${word()}@${domain}`
    await t.asSuperuser('update iam.users set email = $2 where id = $1', [known.userId, email])
    idp.account = personAt(domain, { email })
    const browser = visitor()
    await browser.through(path(domain))
    const other = await makeOwner(t.kit)
    await json(await browser.post('/v1/auth/sign-in', { email: other.email, password: GOOD_PASSWORD }))
    assert.equal((await browser.get('/v1/session/pending-identity')).status, 404)
    assert.equal((await browser.post('/v1/session/pending-identity')).status, 404)
    const identities = await t.asSuperuser('select 1 from iam.member_identities where email = $1', [email])
    assert.equal(identities.length, 0)
  })

  it('takes in nobody who is suspended, removed or suspended as a user', async () => {
    const { domain } = await connected()
    const account = personAt(domain)
    idp.account = account
    await visitor().through(path(domain))
    const [user] = await usersOf(account.email)
    const member = (status: string) =>
      t.asSuperuser(
        `update iam.members set status = $2, removed_at = case when $2 = 'removed' then now() end
         where user_id = $1`,
        [user?.id, status],
      )
    await member('suspended')
    assert.match(await visitor().through(path(domain)), /sso=suspended/)
    await member('active')
    assert.equal(await visitor().through(path(domain)), '/leads')
    await member('removed')
    assert.match(await visitor().through(path(domain)), /sso=not_admitted/)
    await member('active')
    await t.asSuperuser(`update iam.users set status = 'suspended' where id = $1`, [user?.id])
    assert.match(await visitor().through(path(domain)), /sso=suspended/)
  })

  it('works once, in the browser it began in, and for the provider it began with', async () => {
    const { domain, provider } = await connected()
    idp.account = personAt(domain)
    const browser = visitor()
    const callback = await browser.toCallback(path(domain))
    assert.match((await visitor().get(callback)).headers.get('location') ?? '', /sso=expired/)
    const other = await connected()
    const elsewhere = callback.replace(provider.id, other.provider.id)
    assert.notEqual(elsewhere, callback)
    const mixed = visitor()
    const second = await mixed.toCallback(path(domain))
    const swapped = second.replace(provider.id, other.provider.id)
    assert.match((await mixed.get(swapped)).headers.get('location') ?? '', /sso=refused/)
    assert.equal((await browser.get(callback)).headers.get('location'), '/leads')
    assert.match((await browser.get(callback)).headers.get('location') ?? '', /sso=expired/)
  })

  it('ends after 10 minutes', async () => {
    const { domain } = await connected()
    idp.account = personAt(domain)
    const browser = visitor()
    const callback = await browser.toCallback(path(domain))
    await t.asSuperuser(`update iam.authorization_requests set expires_at = now()`)
    assert.match((await browser.get(callback)).headers.get('location') ?? '', /sso=expired/)
  })

  it('does not accept a code that was used, or another issuer in the answer', async () => {
    const { domain } = await connected()
    idp.account = personAt(domain)
    const first = visitor()
    const used = new URL(await first.toCallback(path(domain)), PUBLIC)
    assert.equal((await first.get(used.pathname + used.search)).headers.get('location'), '/leads')
    const second = visitor()
    const fresh = new URL(await second.toCallback(path(domain)), PUBLIC)
    const replayed = new URL(fresh)
    replayed.searchParams.set('code', used.searchParams.get('code') ?? '')
    const outcome = async (browser: Visitor, url: URL) =>
      (await browser.get(url.pathname + url.search)).headers.get('location') ?? ''
    assert.match(await outcome(second, replayed), /sso=refused/)
    for (const iss of ['https://attacker.example', '']) {
      const third = visitor()
      const answer = new URL(await third.toCallback(path(domain)), PUBLIC)
      if (iss === '') answer.searchParams.delete('iss')
      else answer.searchParams.set('iss', iss)
      assert.match(await outcome(third, answer), /sso=refused/, iss)
    }
  })

  const now = () => Math.floor(Date.now() / 1000)
  const forgeries: [string, (header: Record<string, unknown>, claims: Record<string, unknown>) => void][] = [
    ['a wrong nonce', (_, claims) => Object.assign(claims, { nonce: 'another' })],
    ['no nonce', (_, claims) => delete claims.nonce],
    ['another audience', (_, claims) => Object.assign(claims, { aud: 'somebody-else' })],
    ['another party', (_, claims) => Object.assign(claims, { azp: 'else', aud: [idp.client.id, 'else'] })],
    ['another issuer', (_, claims) => Object.assign(claims, { iss: 'https://attacker.example' })],
    ['an end in the past', (_, claims) => Object.assign(claims, { exp: now() - 3600 })],
    ['no subject', (_, claims) => delete claims.sub],
    ['the algorithm none', header => Object.assign(header, { alg: 'none' })],
    ['the algorithm HS256', header => Object.assign(header, { alg: 'HS256' })],
    ['an unknown key', header => Object.assign(header, { kid: 'unknown' })],
  ]
  for (const [what, tamper] of forgeries) {
    it(`does not trust an ID token with ${what}`, async () => {
      const { domain } = await connected()
      const account = personAt(domain)
      Object.assign(idp, { account, tamper })
      assert.match(await visitor().through(path(domain)), /sso=refused/)
      assert.equal((await usersOf(account.email)).length, 0)
      idp.tamper = undefined
      assert.equal(await visitor().through(path(domain)), '/leads')
    })
  }

  it('does not trust an ID token that somebody else signed, or nobody', async () => {
    const { domain } = await connected()
    const account = personAt(domain)
    for (const signature of ['', 'AAAA', Buffer.alloc(256, 7).toString('base64url')]) {
      Object.assign(idp, { account, signature })
      assert.match(await visitor().through(path(domain)), /sso=refused/, signature)
    }
    assert.equal((await usersOf(account.email)).length, 0)
  })

  it('keeps the keys of a provider and fetches them again when it has new ones', async () => {
    const { domain } = await connected()
    const times = () => idp.asked.get('/jwks') ?? 0
    const signIn = async () => {
      idp.account = personAt(domain)
      return visitor().through(path(domain))
    }
    const before = times()
    assert.equal(await signIn(), '/leads')
    assert.equal(await signIn(), '/leads')
    assert.equal(times(), before + 1)
    idp.rollKeys()
    assert.equal(await signIn(), '/leads')
    assert.equal(times(), before + 2)
    assert.equal(await signIn(), '/leads')
    assert.equal(times(), before + 2)
  })

  it('asks the userinfo endpoint for what the ID token does not say', async () => {
    const { domain } = await connected()
    const account = personAt(domain)
    idp.account = account
    idp.tamper = (_, claims) => {
      delete claims.email
      delete claims.email_verified
    }
    const asked = idp.asked.get('/me') ?? 0
    assert.equal(await visitor().through(path(domain)), '/leads')
    assert.equal(idp.asked.get('/me'), asked + 1)
    assert.equal((await usersOf(account.email)).length, 1)
  })

  it('says in plain words that the person or the provider said no, or that the provider is away', async () => {
    const { domain, admin, provider } = await connected()
    idp.account = { error: 'access_denied' }
    assert.match(await visitor().through(path(domain)), /sso=denied/)
    idp.account = personAt(domain)
    const down = (_request: unknown, response: import('node:http').ServerResponse) => {
      response.writeHead(503).end()
      return true
    }
    const browser = visitor()
    const callback = await browser.toCallback(path(domain))
    idp.intercept = down
    assert.match((await browser.get(callback)).headers.get('location') ?? '', /sso=unreachable/)
    const change = { issuer: 'https://10.0.0.8' }
    await json(await admin.patch(`/v1/identity-providers/${provider.id}`, change))
    assert.match(await visitor().through(path(domain)), /sso=misconfigured/)
  })

  it('goes on to paths of the app only', async () => {
    const { domain } = await connected()
    const foreign = [
      'https://attacker.example',
      '//attacker.example',
      '/\\attacker.example',
      'javascript:alert(1)',
    ]
    for (const next of [...foreign, '/\t/attacker.example']) {
      idp.account = personAt(domain)
      assert.equal(await visitor().through(path(domain, next)), '/', next)
    }
  })

  it('is the only way in where it is required, except for the owner', async () => {
    const { owner, domain, admin, provider } = await connected()
    const other = await makeOwner(t.kit)
    const memberEmail = other.email
    await addMember(t.kit, owner.orgId, other.userId, 'admin')
    const member = await signedIn(memberEmail)
    await json(await member.post('/v1/session/organization', { organizationId: owner.orgId }))
    const address = `/v1/identity-providers/${provider.id}`
    assert.equal((await member.patch(address, { required: true })).status, 409)
    await json(await admin.patch(address, { required: true }))
    assert.equal((await member.get('/v1/session')).status, 401)
    const again = await signedIn(memberEmail)
    assert.equal((await sessionOf(again)).organization?.id, other.orgId)
    const refused = await again.post('/v1/session/organization', { organizationId: owner.orgId })
    assert.equal((await json<{ code: string }>(refused, 403)).code, 'iam.provider_required')
    await t.asSuperuser(
      `update iam.members set status = 'suspended' where user_id = $1 and role <> 'owner'`,
      [other.userId],
    )
    idp.account = personAt(domain)
    const newcomer = visitor()
    assert.equal(await newcomer.through(path(domain)), '/leads')
    assert.equal((await newcomer.get('/v1/notifications')).status, 200)
    assert.equal((await (await signedIn(owner.email)).get('/v1/notifications')).status, 200)
  })

  it('refuses a password where nothing else is left, in a sentence', async () => {
    const { owner, admin, provider } = await connected()
    const other = await makeOwner(t.kit)
    await addMember(t.kit, owner.orgId, other.userId, 'member')
    await t.asSuperuser('delete from iam.user_organizations where user_id = $1 and org_id <> $2', [
      other.userId,
      owner.orgId,
    ])
    await json(await admin.patch(`/v1/identity-providers/${provider.id}`, { required: true }))
    const answer = await visitor().post('/v1/auth/sign-in', { email: other.email, password: GOOD_PASSWORD })
    const problem = await json<{ code: string; title: string }>(answer, 403)
    assert.equal(problem.code, 'iam.provider_required')
    assert.match(problem.title, /sign in through its own provider/)
    const wrong = await visitor().post('/v1/auth/sign-in', {
      email: other.email,
      password: 'not the password',
    })
    assert.equal(wrong.status, 401)
  })
})
