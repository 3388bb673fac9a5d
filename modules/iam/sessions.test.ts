import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sha256 } from '#platform/crypto/tokens.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import {
  getSession,
  type Session,
  signIn,
  signOut,
  signOutEverywhere,
  switchOrganization,
} from './contract.ts'
import { mintCredential } from './credentials.ts'
import { addMember, type Browser, GOOD_PASSWORD, makeOwner, openBrowser, type Person } from './factories.ts'
import { authenticate, forgetExpiredSignIns, iamModule } from './index.ts'

describe('sessions', () => {
  let t: TestKit
  let server: TestServer
  before(async () => {
    t = await testKit({ modules: [iamModule] })
    server = await testServer(t, [iamModule], authenticate)
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const signedIn = async (person: Person): Promise<Browser> => {
    const browser = openBrowser(server.raw)
    const response = await browser.post(signIn.path, { email: person.email, password: GOOD_PASSWORD })
    assert.equal(response.status, 200)
    return browser
  }
  const statusOf = async (browser: Browser, path = getSession.path) => (await browser.get(path)).status
  const rowOf = async (browser: Browser) =>
    (
      await t.asSuperuser('select * from iam.sessions where token_hash = $1', [sha256(browser.token() ?? '')])
    )[0]
  const sql = (text: string, ...values: unknown[]) => t.asSuperuser(text, values)

  it('live in a cookie that no script and no other site can use', async () => {
    const owner = await makeOwner(t.kit)
    const response = await openBrowser(server.raw).post(signIn.path, {
      email: owner.email,
      password: GOOD_PASSWORD,
    })
    const [device = '', line = '', ...more] = response.headers.getSetCookie().sort()
    assert.deepEqual(more, [])
    assert.match(device, /^__Host-device=[A-Za-z0-9_-]{43}; Max-Age=34560000; Path=\/; HttpOnly; Secure/)
    const [value = '', ...attributes] = line.split('; ')
    assert.match(value, /^__Host-session=mrs_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/)
    assert.deepEqual(attributes.sort(), ['HttpOnly', 'Max-Age=604800', 'Path=/', 'SameSite=Lax', 'Secure'])
    assert.ok(!(await response.text()).includes('mrs_'), 'the token is not in the body')
  })

  it('are stored as a hash from which the token does not follow', async () => {
    const browser = await signedIn(await makeOwner(t.kit))
    const secret = browser.token()?.slice(-43) ?? ''
    assert.equal(secret.length, 43)
    const rows = await sql('select to_jsonb(s)::text as row from iam.sessions s')
    assert.ok(rows.every(row => !String(row.row).includes(secret)))
    assert.equal((await rowOf(browser))?.user_agent, 'factory/1')
  })

  it('get a new token at every sign-in, and the old one ends', async () => {
    const owner = await makeOwner(t.kit)
    const browser = await signedIn(owner)
    const old = browser.token()
    await browser.post(signIn.path, { email: owner.email, password: GOOD_PASSWORD })
    assert.notEqual(browser.token(), old)
    assert.equal(await statusOf(browser), 200)
    const thief = openBrowser(server.raw)
    thief.hold(old)
    assert.equal(await statusOf(thief), 401)
  })

  it('never take over a token that was there before', async () => {
    const planted = mintCredential('session', newId()).text
    const browser = openBrowser(server.raw)
    browser.hold(planted)
    await browser.post(signIn.path, { email: (await makeOwner(t.kit)).email, password: GOOD_PASSWORD })
    assert.notEqual(browser.token(), planted)
    const planter = openBrowser(server.raw)
    planter.hold(planted)
    assert.equal(await statusOf(planter), 401)
  })

  it('end after 8 hours without use and after 7 days in any case', async () => {
    const owner = await makeOwner(t.kit)
    const browser = await signedIn(owner)
    const age = async (text: string) =>
      sql(
        `update iam.sessions set created_at = created_at - $1::interval, last_seen_at = last_seen_at - $1::interval,
           idle_expires_at = idle_expires_at - $1::interval, expires_at = expires_at - $1::interval
         where user_id = $2`,
        text,
        owner.userId,
      )
    await age('7 hours 59 minutes')
    assert.equal(await statusOf(browser), 200)
    // In use all the time, up to 161 hours and 59 minutes of the 168.
    for (let n = 0; n < 22; n++) {
      await age('7 hours')
      assert.equal(await statusOf(browser), 200)
    }
    await age('7 hours')
    assert.equal(await statusOf(browser), 401, 'seven days have passed')
    const idle = await signedIn(owner)
    await age('8 hours 1 second')
    assert.equal(await statusOf(idle), 401)
    assert.ok((await forgetExpiredSignIns(t.kit)) >= 2)
    assert.equal((await sql('select 1 from iam.sessions where user_id = $1', owner.userId)).length, 0)
  })

  it('write down that they are in use at most once a minute', async () => {
    const browser = await signedIn(await makeOwner(t.kit))
    const first = await rowOf(browser)
    await statusOf(browser)
    assert.deepEqual(await rowOf(browser), first)
    await sql(
      `update iam.sessions set last_seen_at = last_seen_at - interval '61 seconds' where id = $1`,
      first?.id,
    )
    await statusOf(browser)
    const later = await rowOf(browser)
    assert.ok((later?.last_seen_at as Date) >= (first?.last_seen_at as Date))
    assert.ok((later?.idle_expires_at as Date) >= (first?.idle_expires_at as Date))
    assert.deepEqual(later?.expires_at, first?.expires_at)
  })

  const outs: [string, (person: Person, memberId: string) => Promise<unknown>][] = [
    [
      'a suspended user',
      person => sql(`update iam.users set status = 'suspended' where id = $1`, person.userId),
    ],
    [
      'an inactive user',
      person => sql(`update iam.users set status = 'inactive' where id = $1`, person.userId),
    ],
    ['a suspended member', (_, id) => sql(`update iam.members set status = 'suspended' where id = $1`, id)],
    ['a removed member', (_, id) => sql('delete from iam.members where id = $1', id)],
  ]
  for (const [who, act] of outs) {
    it(`are out on the next request for ${who}`, async () => {
      const owner = await makeOwner(t.kit)
      const person = await makeOwner(t.kit)
      const memberId = await addMember(t.kit, owner.orgId, person.userId, 'admin')
      const browser = await signedIn(person)
      assert.equal((await browser.post(switchOrganization.path, { organizationId: owner.orgId })).status, 200)
      assert.equal(await statusOf(browser, '/v1/notifications'), 200)
      await act(person, memberId)
      assert.equal(await statusOf(browser, '/v1/notifications'), 401)
      assert.equal(await statusOf(browser), 401)
      assert.equal(await statusOf(await signedIn(owner)), 200)
    })
  }

  it('follow a change of role and of permissions on the next request', async () => {
    const owner = await makeOwner(t.kit)
    const person = await makeOwner(t.kit)
    const memberId = await addMember(t.kit, owner.orgId, person.userId, 'viewer')
    const browser = await signedIn(person)
    await browser.post(switchOrganization.path, { organizationId: owner.orgId })
    assert.equal(await statusOf(browser, '/v1/organization/features'), 200)
    await sql(`update iam.members set role = 'guest' where id = $1`, memberId)
    assert.equal(await statusOf(browser, '/v1/organization/features'), 403)
    await sql(`update iam.members set permissions = '{"organization:read": true}' where id = $1`, memberId)
    assert.equal(await statusOf(browser, '/v1/organization/features'), 200)
    const session = (await (await browser.get(getSession.path)).json()) as Session
    assert.deepEqual([session.role, session.permissionOverrides], ['guest', { 'organization:read': true }])
  })

  it('end here, or everywhere together with all API tokens', async () => {
    const owner = await makeOwner(t.kit)
    const [here, there, elsewhere] = [await signedIn(owner), await signedIn(owner), await signedIn(owner)]
    const tokens = (await (await there.post('/v1/auth/tokens', {})).json()) as { accessToken: string }
    const api = { authorization: `Bearer ${tokens.accessToken}` }
    const kept = here.token()
    const response = await here.post(signOut.path)
    assert.equal(response.status, 204)
    assert.match(
      response.headers.getSetCookie()[0] ?? '',
      /^__Host-session=; Max-Age=0; Path=\/; HttpOnly; Secure/,
    )
    here.hold(kept)
    assert.equal(await statusOf(here), 401)
    assert.equal((await here.post(signOut.path)).status, 204, 'once more is no error')
    assert.equal(await statusOf(there), 200)
    assert.equal((await server.raw(getSession.path, { headers: api })).status, 200)
    assert.equal((await there.post(signOutEverywhere.path)).status, 204)
    assert.equal(there.token(), undefined)
    assert.equal(await statusOf(elsewhere), 401)
    assert.equal((await server.raw(getSession.path, { headers: api })).status, 401)
    assert.equal((await openBrowser(server.raw).post(signOutEverywhere.path)).status, 401)
  })

  it('switch to another organization of the person with a new token, and to no other', async () => {
    const owner = await makeOwner(t.kit)
    const other = await makeOwner(t.kit)
    const stranger = await makeOwner(t.kit)
    const memberId = await addMember(t.kit, other.orgId, owner.userId, 'member')
    const browser = await signedIn(owner)
    const old = browser.token()
    const switchTo = (organizationId: string) => browser.post(switchOrganization.path, { organizationId })
    const refusals = new Set<string>()
    for (const id of [stranger.orgId, newId()]) {
      const response = await switchTo(id)
      assert.equal(response.status, 404)
      refusals.add((await response.text()).replace(response.headers.get('x-request-id') ?? '', ''))
      assert.equal(browser.token(), old)
    }
    assert.equal(refusals.size, 1, 'a foreign organization answers like a missing one')
    assert.equal((await browser.post(switchOrganization.path, { organizationId: 'x' })).status, 422)
    const session = (await (await switchTo(other.orgId)).json()) as Session
    assert.deepEqual([session.organization?.id, session.role], [other.orgId, 'member'])
    assert.equal(session.organizations.length, 2)
    const fresh = browser.token()
    assert.notEqual(fresh, old)
    browser.hold(old)
    assert.equal(await statusOf(browser), 401)
    browser.hold(fresh)
    await sql(`update iam.members set status = 'suspended' where id = $1`, memberId)
    assert.equal(await statusOf(browser), 401)
    const again = await signedIn(owner)
    assert.equal((await again.post(switchOrganization.path, { organizationId: other.orgId })).status, 404)
  })

  it('are not read from a token whose text was changed, also not into another organization', async () => {
    const [a, b] = [await makeOwner(t.kit), await makeOwner(t.kit)]
    await addMember(t.kit, b.orgId, a.userId, 'admin')
    const browser = await signedIn(a)
    const token = browser.token() ?? ''
    const changed = [
      token.replace(a.orgId.replaceAll('-', ''), b.orgId.replaceAll('-', '')),
      token.replace(a.orgId.replaceAll('-', ''), '0'.repeat(32)),
      token.replace('mrs_', 'mra_'),
      token.toUpperCase(),
      token.slice(0, -1),
      `${token}A`,
      'x',
      '',
      "' or 1=1 --",
      `mrs_${'g'.repeat(32)}_${'A'.repeat(43)}`,
    ]
    for (const text of changed) {
      assert.notEqual(text, token)
      const response = await server.raw(getSession.path, { headers: { cookie: `__Host-session=${text}` } })
      assert.equal(response.status, 401, text)
    }
    assert.equal(await statusOf(browser), 200)
    await sql('update iam.sessions set org_id = $1 where token_hash = $2', b.orgId, sha256(token))
    assert.equal(await statusOf(browser), 401, 'the token and its row name the same organization')
  })

  it('are not changed by a request from another site', async () => {
    const owner = await makeOwner(t.kit)
    const browser = await signedIn(owner)
    const before = await rowOf(browser)
    const unsafe = [
      [signIn.path, { email: owner.email, password: GOOD_PASSWORD }],
      [signOut.path, undefined],
      [signOutEverywhere.path, undefined],
      [switchOrganization.path, { organizationId: owner.orgId }],
      ['/v1/auth/sign-up', {}],
      ['/v1/auth/tokens', {}],
      ['/v1/auth/tokens/refresh', { refreshToken: 'x' }],
      ['/v1/auth/tokens/revoke', { refreshToken: 'x' }],
      ['/v1/notifications/read', { upTo: newId() }],
    ] as const
    for (const [path, body] of unsafe) {
      for (const site of ['cross-site', 'same-site']) {
        const response = await browser.post(path, body, { 'sec-fetch-site': site })
        assert.equal(response.status, 403, `${path} ${site}`)
        assert.equal(((await response.json()) as { code: string }).code, 'request.cross_site')
      }
    }
    const form = await server.raw(signIn.path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `email=${owner.email}&password=${GOOD_PASSWORD}`,
    })
    assert.equal(form.status, 415)
    assert.deepEqual(await rowOf(browser), before)
    assert.equal(await statusOf(browser), 200)
  })
})
