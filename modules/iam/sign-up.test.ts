import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { after, before, describe, it, mock } from 'node:test'
import { type TestKit, testKit, word } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { type Session, signUp } from './contract.ts'
import { GOOD_PASSWORD, makeOwner, openBrowser } from './factories.ts'
import { authenticate, iamModule, signUpOrganization } from './index.ts'

describe('signing up', () => {
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

  const body = (change: Record<string, unknown> = {}) => ({
    name: 'Ada Lovelace',
    email: `${word()}@example.com`,
    password: GOOD_PASSWORD,
    organizationName: `Engines ${word()}`,
    ...change,
  })
  const rowOf = async (email: string) =>
    (await t.asSuperuser('select * from iam.users where email = $1', [email]))[0]
  const countAll = async () =>
    (
      await t.asSuperuser(
        `select (select count(*) from iam.users) as users, (select count(*) from iam.organizations) as organizations,
                (select count(*) from iam.members) as members, (select count(*) from iam.organization_slugs) as slugs,
                (select count(*) from iam.user_organizations) as routes, (select count(*) from events.events) as events,
                (select count(*) from iam.sessions) as sessions`,
      )
    )[0]

  it('creates the user, the organization with its owner, and a session in it', async () => {
    const browser = openBrowser(server.raw)
    const sent = body()
    const response = await browser.post(signUp.path, sent)
    assert.equal(response.status, 201)
    const session = (await response.json()) as Session
    assert.equal(session.user.email, sent.email)
    assert.equal(session.organization?.name, sent.organizationName)
    assert.equal(session.role, 'owner')
    assert.deepEqual(await (await browser.get('/v1/session')).json(), session)
    const user = await rowOf(sent.email)
    assert.match(String(user?.password_hash), /^\$argon2id\$/)
    const events = await t.asSuperuser(
      `select payload from events.events where org_id = $1 and type = 'member.joined'`,
      [session.organization?.id],
    )
    assert.deepEqual(
      events.map(event => (event.payload as { userId: string }).userId),
      [session.user.id],
    )
  })

  it('with an e-mail address in use changes nothing and does not say why', async () => {
    const owner = await makeOwner(t.kit)
    const before = [await rowOf(owner.email), await countAll()]
    const browser = openBrowser(server.raw)
    for (const email of [owner.email, owner.email.toUpperCase(), ` ${owner.email} `]) {
      const response = await browser.post(signUp.path, body({ email, password: 'another long passphrase' }))
      assert.equal(response.status, 422)
      const text = await response.text()
      assert.equal(JSON.parse(text).code, 'iam.sign_up_refused')
      assert.doesNotMatch(text, /exists|registered|in use|taken/i)
      assert.equal(browser.token(), undefined)
    }
    assert.deepEqual([await rowOf(owner.email), await countAll()], before)
  })

  it('does the same hashing whether the e-mail address is in use or not', async () => {
    const owner = await makeOwner(t.kit)
    const hashing = mock.method(crypto, 'argon2')
    syncBuiltinESMExports()
    try {
      await openBrowser(server.raw).post(signUp.path, body())
      const fresh = hashing.mock.callCount()
      await openBrowser(server.raw).post(signUp.path, body({ email: owner.email }))
      assert.equal(fresh, 1)
      assert.equal(hashing.mock.callCount(), 2)
    } finally {
      hashing.mock.restore()
      syncBuiltinESMExports()
    }
  })

  it('of one address by many at once makes one user', async () => {
    const email = `${word()}@example.com`
    const before = await countAll()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => signUpOrganization(t.kit, body({ email }))),
    )
    assert.equal(outcomes.filter(outcome => outcome.status === 'fulfilled').length, 1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'iam.sign_up_refused')
    }
    const now = await countAll()
    for (const table of ['users', 'organizations', 'members', 'slugs', 'routes'])
      assert.equal(Number(now?.[table]), Number(before?.[table]) + 1, table)
  })

  it('points at each value that is not accepted and stores nothing', async () => {
    const before = await countAll()
    const cases: [Record<string, unknown>, string][] = [
      [{ email: 'no address' }, '/email'],
      [{ email: 'a@b' }, '/email'],
      [{ email: `${'x'.repeat(250)}@example.com` }, '/email'],
      [{ email: undefined }, '/email'],
      [{ name: '   ' }, '/name'],
      [{ name: 'x'.repeat(201) }, '/name'],
      [{ organizationName: '' }, '/organizationName'],
      [{ password: 'short' }, '/password'],
      [{ password: 'x'.repeat(201) }, '/password'],
      [{ password: 'Password2026!' }, '/password'],
      [{ password: 'ada.lovelace1' }, '/password'],
      [{ password: `${GOOD_PASSWORD}\u0000` }, '/password'],
      [{ role: 'owner' }, '/role'],
      [{ orgId: 'x' }, '/orgId'],
      [{ slug: 'mine' }, '/slug'],
    ]
    for (const [change, pointer] of cases) {
      const response = await openBrowser(server.raw).post(signUp.path, body(change))
      assert.equal(response.status, 422, JSON.stringify(change))
      const problem = (await response.json()) as { errors: { pointer: string }[] }
      assert.deepEqual(
        [...new Set(problem.errors.map(error => error.pointer))],
        [pointer],
        JSON.stringify(change),
      )
    }
    assert.deepEqual(await countAll(), before)
  })

  it('is refused after 10 tries for one e-mail address, however they ended', async () => {
    const email = `${word()}@example.com`
    const statuses = []
    for (let n = 0; n < 12; n++)
      statuses.push((await openBrowser(server.raw).post(signUp.path, body({ email }))).status)
    assert.deepEqual(statuses, [201, ...Array(9).fill(422), 429, 429])
  })
})
