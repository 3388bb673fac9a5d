import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { after, before, beforeEach, describe, it, mock } from 'node:test'
import { type TestKit, testKit, word } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { type Session, signIn } from './contract.ts'
import { addMember, GOOD_PASSWORD, makeOwner, openBrowser } from './factories.ts'
import { authenticate, iamModule } from './index.ts'
import { beginAttempt } from './sign-in-limits.ts'

const WRONG = 'not the password at all'

describe('signing in', () => {
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
  beforeEach(() => t.asSuperuser('delete from iam.sign_in_attempts'))

  const tryTo = (email: string, password = GOOD_PASSWORD) =>
    openBrowser(server.raw).post(signIn.path, { email, password })
  const setStatus = (userId: string, status: string) =>
    t.asSuperuser('update iam.users set status = $2 where id = $1', [userId, status])

  it('opens a session in the organization that was used last', async () => {
    const owner = await makeOwner(t.kit)
    const other = await makeOwner(t.kit)
    await addMember(t.kit, other.orgId, owner.userId, 'viewer')
    const session = (await (await tryTo(owner.email.toUpperCase())).json()) as Session
    assert.equal(session.user.id, owner.userId)
    assert.equal(session.organization?.id, owner.orgId)
    assert.deepEqual(
      session.organizations.map(each => [each.id, each.role]),
      [
        [owner.orgId, 'owner'],
        [other.orgId, 'viewer'],
      ],
    )
  })

  it('leads past an organization in which the member is suspended, and into none when there is no other', async () => {
    const owner = await makeOwner(t.kit)
    const guest = await makeOwner(t.kit)
    const memberId = await addMember(t.kit, owner.orgId, guest.userId, 'admin')
    await t.asSuperuser(
      `update iam.user_organizations set last_used_at = now() + interval '1 hour' where org_id = $1`,
      [owner.orgId],
    )
    const enter = async () => ((await (await tryTo(guest.email)).json()) as Session).organization?.id ?? null
    assert.equal(await enter(), owner.orgId)
    await t.asSuperuser(`update iam.members set status = 'suspended' where id = $1`, [memberId])
    assert.equal(await enter(), guest.orgId)
    await t.asSuperuser('delete from iam.organizations where org_id = $1', [guest.orgId])
    const browser = openBrowser(server.raw)
    const session = (await (
      await browser.post(signIn.path, { email: guest.email, password: GOOD_PASSWORD })
    ).json()) as Session
    assert.deepEqual([session.organization, session.role, session.organizations], [null, null, []])
    assert.equal((await browser.get('/v1/session')).status, 200)
    assert.equal((await browser.get('/v1/notifications')).status, 403)
  })

  it('passes only with the right password of an active user, and refuses all else with the same bytes', async () => {
    const answers = new Set<string>()
    for (const status of ['active', 'inactive', 'suspended']) {
      const owner = await makeOwner(t.kit)
      await setStatus(owner.userId, status)
      for (const email of [owner.email, `${word()}@example.com`]) {
        for (const password of [GOOD_PASSWORD, WRONG, `${GOOD_PASSWORD} `, GOOD_PASSWORD.slice(0, -1)]) {
          const response = await tryTo(email, password)
          const isRight = status === 'active' && email === owner.email && password === GOOD_PASSWORD
          assert.equal(response.status, isRight ? 200 : 401, `${status} ${email} ${password}`)
          assert.equal(response.headers.getSetCookie().length, isRight ? 2 : 0)
          if (!isRight)
            answers.add((await response.text()).replace(response.headers.get('x-request-id') ?? '', ''))
        }
      }
    }
    assert.equal(answers.size, 1)
    assert.match([...answers][0] ?? '', /iam\.credentials_refused/)
  })

  it('does the same work whoever is refused: one hash of the same cost, as many transactions', async () => {
    const owner = await makeOwner(t.kit)
    const suspended = await makeOwner(t.kit)
    const elsewhere = await makeOwner(t.kit)
    await setStatus(suspended.userId, 'suspended')
    await t.asSuperuser('update iam.users set password_hash = null where id = $1', [elsewhere.userId])
    const hashing = mock.method(crypto, 'argon2')
    const global = mock.method(t.kit.db, 'withGlobal')
    syncBuiltinESMExports()
    try {
      const work = []
      const cases = [owner.email, suspended.email, elsewhere.email, `${word()}@example.com`]
      for (const [index, email] of cases.entries()) {
        hashing.mock.resetCalls()
        global.mock.resetCalls()
        // The suspended user has the right password, the others a wrong one.
        assert.equal((await tryTo(email, index === 1 ? GOOD_PASSWORD : WRONG)).status, 401)
        const costs = hashing.mock.calls.map(call => {
          const { memory, passes, parallelism, tagLength } = call.arguments[1]
          return { memory, passes, parallelism, tagLength }
        })
        work.push({ costs, transactions: global.mock.callCount() })
      }
      assert.equal(work[0]?.costs.length, 1)
      for (const each of work) assert.deepEqual(each, work[0])
    } finally {
      hashing.mock.restore()
      global.mock.restore()
      syncBuiltinESMExports()
    }
  })

  it('renews a hash that was made with an older cost', async () => {
    const owner = await makeOwner(t.kit)
    const nonce = crypto.randomBytes(16)
    const old = crypto.argon2Sync('argon2id', {
      message: GOOD_PASSWORD,
      nonce,
      parallelism: 1,
      tagLength: 32,
      memory: 1024,
      passes: 1,
    })
    const text = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
    await t.asSuperuser('update iam.users set password_hash = $2 where id = $1', [
      owner.userId,
      `$argon2id$v=19$m=1024,t=1,p=1$${text(nonce)}$${text(old)}`,
    ])
    assert.equal((await tryTo(owner.email, WRONG)).status, 401)
    assert.equal((await tryTo(owner.email)).status, 200)
    const [user] = await t.asSuperuser('select password_hash from iam.users where id = $1', [owner.userId])
    assert.match(String(user?.password_hash), /m=19456,t=2,p=1/)
    assert.equal((await tryTo(owner.email)).status, 200)
  })

  it('refuses a body that is not exactly an e-mail address and a password', async () => {
    for (const body of [
      {},
      { email: 'a@example.com' },
      { password: GOOD_PASSWORD },
      { email: 'a@example.com', password: '' },
      { email: 'a@example.com', password: 'x'.repeat(201) },
      { email: 'a@example.com', password: GOOD_PASSWORD, role: 'owner' },
      { email: ['a@example.com'], password: GOOD_PASSWORD },
    ]) {
      const response = await openBrowser(server.raw).post(signIn.path, body)
      assert.equal(response.status, 422, JSON.stringify(body))
    }
  })
})

describe('tries at the door', () => {
  let t: TestKit
  let server: TestServer
  before(async () => {
    t = await testKit({ modules: [iamModule], env: { TRUST_PROXY: 'true' } })
    server = await testServer(t, [iamModule], authenticate)
  })
  after(async () => {
    await server.close()
    await t.close()
  })
  beforeEach(() => t.asSuperuser('delete from iam.sign_in_attempts'))

  let host = 0
  const freshAddress = () => `203.0.113.${++host}`
  const tryFrom = (address: string, email: string, password: string) =>
    openBrowser(server.raw).post(signIn.path, { email, password }, { 'x-forwarded-for': address })
  /** Time passes for everything that was tried so far. */
  const pass = (minutes: number) =>
    t.asSuperuser(`update iam.sign_in_attempts set at = at - make_interval(mins => $1)`, [minutes])

  it('are limited to 10 for one account from anywhere, the right password included', async () => {
    const owner = await makeOwner(t.kit)
    for (let n = 0; n < 10; n++) assert.equal((await tryFrom(freshAddress(), owner.email, WRONG)).status, 401)
    const response = await tryFrom(freshAddress(), owner.email.toUpperCase(), GOOD_PASSWORD)
    assert.equal(response.status, 429)
    const wait = Number(response.headers.get('retry-after'))
    assert.ok(wait > 14 * 60 && wait <= 15 * 60, String(wait))
    assert.equal(((await response.json()) as { code: string }).code, 'iam.too_many_tries')
    const other = await makeOwner(t.kit)
    assert.equal((await tryFrom(freshAddress(), other.email, GOOD_PASSWORD)).status, 200)
  })

  it('are limited in the same way for an account that does not exist', async () => {
    const email = `${word()}@example.com`
    const statuses = []
    for (let n = 0; n < 11; n++) statuses.push((await tryFrom(freshAddress(), email, WRONG)).status)
    assert.deepEqual(statuses, [...Array(10).fill(401), 429])
  })

  it('are forgotten one by one after 15 minutes; refused ones prolong nothing', async () => {
    const owner = await makeOwner(t.kit)
    const status = async (password: string) => (await tryFrom(freshAddress(), owner.email, password)).status
    for (let n = 0; n < 5; n++) await status(WRONG)
    await pass(10)
    for (let n = 0; n < 5; n++) await status(WRONG)
    const refused = await tryFrom(freshAddress(), owner.email, GOOD_PASSWORD)
    assert.equal(refused.status, 429)
    const wait = Number(refused.headers.get('retry-after'))
    assert.ok(wait > 4 * 60 && wait <= 5 * 60, String(wait))
    for (let n = 0; n < 20; n++) assert.equal(await status(GOOD_PASSWORD), 429)
    await pass(4)
    assert.equal(await status(GOOD_PASSWORD), 429)
    await pass(1)
    for (let n = 0; n < 5; n++) assert.equal(await status(WRONG), 401)
    assert.equal(await status(GOOD_PASSWORD), 429)
    await pass(10)
    assert.equal(await status(GOOD_PASSWORD), 200)
  })

  it('that succeed do not count', async () => {
    const owner = await makeOwner(t.kit)
    const address = freshAddress()
    for (let n = 0; n < 12; n++)
      assert.equal((await tryFrom(address, owner.email, GOOD_PASSWORD)).status, 200)
  })

  it('outlive a restart and hold in a second process', async () => {
    const owner = await makeOwner(t.kit)
    for (let n = 0; n < 10; n++) await tryFrom(freshAddress(), owner.email, WRONG)
    const second = await testServer(t, [iamModule], authenticate)
    try {
      const response = await openBrowser(second.raw).post(signIn.path, {
        email: owner.email,
        password: GOOD_PASSWORD,
      })
      assert.equal(response.status, 429)
    } finally {
      await second.close()
    }
  })

  it('are limited to 50 from one address over all accounts', async () => {
    const address = freshAddress()
    const attempt = (from: string, n: number) =>
      beginAttempt(t.kit, 'sign_in', { email: `${n}.${word()}@example.com`, address: from })
    for (let n = 0; n < 50; n++) await attempt(address, n)
    await assert.rejects(attempt(address, 51), { code: 'iam.too_many_tries' })
    await attempt(freshAddress(), 52)
    await beginAttempt(t.kit, 'sign_up', { email: 'a@example.com', address })
    await pass(15)
    await attempt(address, 53)
  })

  it('of many at the same moment never exceed the limit', async () => {
    const email = `${word()}@example.com`
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, () => beginAttempt(t.kit, 'sign_in', { email, address: freshAddress() })),
    )
    assert.ok(outcomes.filter(outcome => outcome.status === 'fulfilled').length <= 10)
  })

  it('are stored without the e-mail address', async () => {
    const email = `${word()}@example.com`
    await tryFrom(freshAddress(), email, WRONG)
    const rows = await t.asSuperuser<{ row: string }>(
      'select to_jsonb(a)::text as row from iam.sign_in_attempts a',
    )
    assert.equal(rows.length, 1)
    assert.ok(!rows[0]?.row.includes(email))
  })
})
