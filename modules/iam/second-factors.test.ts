import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { after, before, beforeEach, describe, it, mock } from 'node:test'
import { type TestKit, testKit, word } from '#test/database.ts'
import { type Authenticator, plugInAuthenticator } from '#test/fakes/authenticator.ts'
import { type TestServer, testServer } from '#test/http.ts'
import {
  addPasskey,
  askPasskey,
  confirmTotp,
  createTokens,
  removeTotp,
  sendSecondFactor,
  sendSecondFactorForTokens,
  setSignInRules,
  signIn,
  signInWithPasskey,
  startPasskey,
  startTotp,
} from './contract.ts'
import { addMember, type Browser, GOOD_PASSWORD, makeOwner, openBrowser, type Person } from './factories.ts'
import { authenticate, iamModule } from './index.ts'
import { totpCode } from './totp.ts'

const WRONG = 'not the password at all'
const ORIGIN = 'http://localhost:4000'

type Problem = { code: string; title: string; detail: string }
type Asked = { secondFactor: { token: string; methods: string[] } }

/** Somebody with an authenticator app, recovery codes and a passkey. */
interface Guarded {
  person: Person
  browser: Browser
  recoveryCodes: string[]
  device: Authenticator
  /** The code of the app some steps away from now. */
  code(offset: number): Promise<string>
}

describe('a second factor', () => {
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

  const json = async <T>(answer: Promise<Response>, status = 200): Promise<T> => {
    const response = await answer
    const text = await response.text()
    assert.equal(response.status, status, text)
    return text === '' ? (undefined as T) : JSON.parse(text)
  }
  const withCookie = (browser: Browser, method: string, path: string, body?: unknown) =>
    server.raw(path, {
      method,
      headers: {
        cookie: `__Host-session=${browser.token()}`,
        'sec-fetch-site': 'same-origin',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  async function guarded(): Promise<Guarded> {
    const person = await makeOwner(t.kit)
    const browser = openBrowser(server.raw)
    await json(browser.post(signIn.path, { email: person.email, password: GOOD_PASSWORD }))
    const { uri } = await json<{ uri: string }>(browser.post(startTotp.path), 201)
    const secret = fromBase32(new URL(uri).searchParams.get('secret') ?? '')
    const code = async (offset: number) => {
      const [row] = await t.asSuperuser<{ step: number }>(
        'select floor(extract(epoch from clock_timestamp()) / 30)::int as step',
      )
      return totpCode(secret, (row?.step ?? 0) + offset)
    }
    const { recoveryCodes } = await json<{ recoveryCodes: string[] }>(
      browser.post(confirmTotp.path, { code: await code(0) }),
    )
    const device = plugInAuthenticator(ORIGIN)
    const offer = await json<Parameters<Authenticator['make']>[0]>(browser.post(startPasskey.path))
    await json(browser.post(addPasskey.path, { name: 'Laptop', passkey: device.make(offer) }), 201)
    await forgetUse(person)
    return { person, browser, recoveryCodes, device, code }
  }

  /** The code that set the app up was used; without this the tests would wait for the next one. */
  const forgetUse = ({ userId }: Person) =>
    t.asSuperuser('update iam.totp_secrets set last_step = 0 where user_id = $1', [userId])

  const ask = async (email: string, password = GOOD_PASSWORD) =>
    (await json<Asked>(openBrowser(server.raw).post(signIn.path, { email, password }))).secondFactor.token
  const question = (token?: string) =>
    json<Parameters<Authenticator['answer']>[0]>(
      openBrowser(server.raw).post(askPasskey.path, token === undefined ? {} : { token }),
    )
  const finish = (token: string, proof: object) =>
    openBrowser(server.raw).post(sendSecondFactor.path, { token, ...proof })

  /** Every second step there is, right and wrong. Each gets a fresh first step. */
  const steps: Record<string, { passes: boolean; proof: (g: Guarded, token: string) => Promise<object> }> = {
    'the code of now': { passes: true, proof: async g => ({ code: await g.code(0) }) },
    'a wrong code': { passes: false, proof: async g => ({ code: plusOne(await g.code(-9)) }) },
    'a code that was used': {
      passes: false,
      async proof(g) {
        const code = await g.code(0)
        await json(finish(await ask(g.person.email), { code }))
        return { code }
      },
    },
    'a code before one that was used': {
      passes: false,
      async proof(g) {
        const [before, now] = [await g.code(-1), await g.code(0)]
        await json(finish(await ask(g.person.email), { code: now }))
        return { code: before }
      },
    },
    'an old code': { passes: false, proof: async g => ({ code: await g.code(-3) }) },
    'a code of the future': { passes: false, proof: async g => ({ code: await g.code(3) }) },
    'a recovery code': { passes: true, proof: async g => ({ recoveryCode: g.recoveryCodes[0] }) },
    'a recovery code typed in capitals without dashes': {
      passes: true,
      proof: async g => ({ recoveryCode: g.recoveryCodes[1]?.toUpperCase().replaceAll('-', ' ') }),
    },
    'a wrong recovery code': {
      passes: false,
      proof: async g => ({ recoveryCode: g.recoveryCodes[2]?.split('').reverse().join('') }),
    },
    'a recovery code that was used': {
      passes: false,
      async proof(g) {
        await json(finish(await ask(g.person.email), { recoveryCode: g.recoveryCodes[3] }))
        return { recoveryCode: g.recoveryCodes[3] }
      },
    },
    'a recovery code of somebody else': {
      passes: false,
      proof: async () => ({ recoveryCode: (await guarded()).recoveryCodes[0] }),
    },
    'a recovery code as a code': { passes: false, proof: async g => ({ code: g.recoveryCodes[4] }) },
    'a passkey': {
      passes: true,
      proof: async (g, token) => ({ passkey: g.device.answer(await question(token)) }),
    },
    'a passkey over another challenge': {
      passes: false,
      proof: async (g, token) => ({
        passkey: g.device.answer(await question(token), { challenge: 'A'.repeat(43) }),
      }),
    },
    'a passkey over a challenge for signing in': {
      passes: false,
      proof: async g => ({ passkey: g.device.answer(await question()) }),
    },
    'a passkey over a challenge of somebody else': {
      passes: false,
      async proof(g) {
        const other = await guarded()
        return { passkey: g.device.answer(await question(await ask(other.person.email))) }
      },
    },
    'a passkey on another site': {
      passes: false,
      proof: async (g, token) => ({
        passkey: g.device.answer(await question(token), { origin: 'https://millrace.example' }),
      }),
    },
    'a passkey that did not verify its person': {
      passes: false,
      proof: async (g, token) => ({
        passkey: g.device.answer(await question(token), { isUnverified: true }),
      }),
    },
    'a passkey of somebody else': {
      passes: false,
      proof: async (_, token) => ({ passkey: (await guarded()).device.answer(await question(token)) }),
    },
    'a passkey answer that was used': {
      passes: false,
      async proof(g) {
        const token = await ask(g.person.email)
        const passkey = g.device.answer(await question(token))
        await json(finish(token, { passkey }))
        return { passkey }
      },
    },
    // Last, because it leaves the account with a higher counter.
    'a passkey that was cloned': {
      passes: false,
      async proof(g, token) {
        const first = g.device.answer(await question(await ask(g.person.email)), { counter: 7 })
        await t.asSuperuser('update iam.passkeys set counter = 9 where credential_id = $1', [first.id])
        return { passkey: g.device.answer(await question(token), { counter: 8 }) }
      },
    },
  }

  it('is asked of whoever has one, and passes for exactly what is documented, with one text for all else', async () => {
    const refusals = new Set<string>()
    const g = await guarded()
    for (const [name, step] of Object.entries(steps)) {
      await t.asSuperuser('delete from iam.sign_in_attempts')
      await forgetUse(g.person)
      const token = await ask(g.person.email)
      const proof = await step.proof(g, token)
      const response = await finish(token, proof)
      const text = (await response.text()).replace(response.headers.get('x-request-id') ?? '', '')
      assert.equal(response.status, step.passes ? 200 : 401, `${name}: ${text}`)
      const cookies = response.headers.getSetCookie().filter(line => line.startsWith('__Host-session='))
      assert.equal(cookies.length, step.passes ? 1 : 0, name)
      if (!step.passes) refusals.add(text)
    }
    assert.equal(refusals.size, 1)
    assert.match([...refusals][0] ?? '', /iam\.second_factor_refused/)
  })

  it('never stands in for the password, and the door says and does the same whatever an account has', async () => {
    const g = await guarded()
    const plain = await makeOwner(t.kit)
    const suspended = await guarded()
    await t.asSuperuser(`update iam.users set status = 'suspended' where id = $1`, [suspended.person.userId])
    const doors: [name: string, email: string, password: string, answer: 'session' | 'step' | 'refused'][] = [
      ['right password, no second factor', plain.email, GOOD_PASSWORD, 'session'],
      ['right password, second factor', g.person.email, GOOD_PASSWORD, 'step'],
      ['wrong password, no second factor', plain.email, WRONG, 'refused'],
      ['wrong password, second factor', g.person.email, WRONG, 'refused'],
      ['unknown account', `${word()}@example.com`, GOOD_PASSWORD, 'refused'],
      ['suspended user, right password', suspended.person.email, GOOD_PASSWORD, 'refused'],
      ['suspended user, wrong password', suspended.person.email, WRONG, 'refused'],
    ]
    const hashing = mock.method(crypto, 'argon2')
    const global = mock.method(t.kit.db, 'withGlobal')
    syncBuiltinESMExports()
    try {
      const texts = new Set<string>()
      const work = new Set<number>()
      for (const path of [signIn.path, createTokens.path]) {
        for (const [name, email, password, answer] of doors) {
          hashing.mock.resetCalls()
          global.mock.resetCalls()
          const response = await openBrowser(server.raw).post(path, { email, password })
          const text = (await response.text()).replace(response.headers.get('x-request-id') ?? '', '')
          assert.equal(hashing.mock.callCount(), 1, name)
          const isRefused = answer === 'refused'
          assert.equal(
            response.status,
            isRefused ? 401 : path === signIn.path ? 200 : 201,
            `${name}: ${text}`,
          )
          assert.equal(text.includes('secondFactor":{'), answer === 'step', name)
          if (!isRefused) continue
          texts.add(text)
          work.add(global.mock.callCount())
          assert.deepEqual(response.headers.getSetCookie(), [], name)
        }
      }
      assert.deepEqual([texts.size, work.size], [1, 1])
      assert.match([...texts][0] ?? '', /iam\.credentials_refused/)
    } finally {
      hashing.mock.restore()
      global.mock.restore()
      syncBuiltinESMExports()
    }
  })

  it('gets tokens by a second step too, in the organization that was asked for', async () => {
    const g = await guarded()
    const host = await makeOwner(t.kit)
    await addMember(t.kit, host.orgId, g.person.userId, 'member')
    const body = { email: g.person.email, password: GOOD_PASSWORD, organizationId: host.orgId }
    const { secondFactor } = await json<Asked>(openBrowser(server.raw).post(createTokens.path, body), 201)
    const { token, methods } = secondFactor
    assert.deepEqual(methods, ['code', 'passkey', 'recoveryCode'])
    const asSession = await finish(token, { code: await g.code(0) })
    assert.equal(((await asSession.json()) as Problem).code, 'iam.sign_in_over')
    const step = { token, code: await g.code(0) }
    const tokens = await json<{ accessToken: string }>(
      openBrowser(server.raw).post(sendSecondFactorForTokens.path, step),
      201,
    )
    const session = await json<{ organization: { id: string } }>(
      server.raw('/v1/session', { headers: { authorization: `Bearer ${tokens.accessToken}` } }),
    )
    assert.equal(session.organization.id, host.orgId)
  })

  it('opens one session for one step, however many finish it at the same moment', async () => {
    const g = await guarded()
    const token = await ask(g.person.email)
    const answers = await Promise.all(
      g.recoveryCodes.slice(0, 6).map(recoveryCode => finish(token, { recoveryCode })),
    )
    assert.deepEqual(answers.map(answer => answer.status).sort(), [200, 401, 401, 401, 401, 401])
    const code = await g.code(0)
    const tokens = await Promise.all([1, 2, 3, 4].map(() => ask(g.person.email)))
    const byCode = await Promise.all(tokens.map(each => finish(each, { code })))
    assert.deepEqual(byCode.map(answer => answer.status).sort(), [200, 401, 401, 401])
  })

  it('is over when the person is suspended or signs out everywhere between the steps', async () => {
    for (const interrupt of [
      (g: Guarded) =>
        t.asSuperuser(`update iam.users set status = 'suspended' where id = $1`, [g.person.userId]),
      (g: Guarded) => g.browser.post('/v1/auth/sign-out-everywhere'),
      () => t.asSuperuser(`update iam.sign_in_challenges set expires_at = now() - interval '1 second'`),
    ]) {
      const g = await guarded()
      const token = await ask(g.person.email)
      await interrupt(g)
      const problem = await json<Problem>(finish(token, { code: await g.code(0) }), 401)
      assert.equal(problem.code, 'iam.sign_in_over')
    }
  })

  it('can be tried ten times an hour, over all steps of the account', async () => {
    const g = await guarded()
    for (let n = 0; n < 10; n++) {
      const token = await ask(g.person.email)
      assert.equal((await finish(token, { code: plusOne(await g.code(-9)) })).status, 401)
    }
    const response = await finish(await ask(g.person.email), { code: await g.code(0) })
    assert.equal(response.status, 429)
    assert.ok(Number(response.headers.get('retry-after')) > 3000)
  })

  it('lets a passkey sign in alone, once per challenge and only for an active person', async () => {
    const g = await guarded()
    const enter = async (passkey: object) => openBrowser(server.raw).post(signInWithPasskey.path, { passkey })
    const passkey = g.device.answer(await question())
    const session = await json<{ user: { id: string } }>(enter(passkey))
    assert.equal(session.user.id, g.person.userId)
    assert.equal((await json<Problem>(enter(passkey), 401)).code, 'iam.second_factor_refused')
    const late = await question()
    await t.asSuperuser(`update iam.passkey_challenges set expires_at = now() - interval '1 second'`)
    await json(enter(g.device.answer(late)), 401)
    const stranger = plugInAuthenticator(ORIGIN)
    await json(enter(stranger.answer(await question())), 401)
    await t.asSuperuser(`update iam.users set status = 'suspended' where id = $1`, [g.person.userId])
    await json(enter(g.device.answer(await question())), 401)
  })

  it('is set up with a recent proof and a right code, replaced only after removal, and its secret is sealed', async () => {
    const owner = await makeOwner(t.kit)
    const browser = openBrowser(server.raw)
    await json(browser.post(signIn.path, { email: owner.email, password: GOOD_PASSWORD }))
    await t.asSuperuser(
      `update iam.sessions set proved_at = now() - interval '11 minutes' where user_id = $1`,
      [owner.userId],
    )
    assert.equal((await json<Problem>(browser.post(startTotp.path), 403)).code, 'iam.sign_in_again')
    await json(browser.post('/v1/session/confirm', { password: WRONG }), 422)
    await json(browser.post('/v1/session/confirm', { password: GOOD_PASSWORD }), 204)
    const { secret } = await json<{ secret: string }>(browser.post(startTotp.path), 201)
    await json(browser.post(confirmTotp.path, { code: '12345' }), 422)
    const before = await json<Asked>(
      openBrowser(server.raw).post(signIn.path, { email: owner.email, password: GOOD_PASSWORD }),
    )
    assert.equal(before.secondFactor, undefined)
    const [row] = await t.asSuperuser<{ secret: string; step: number }>(
      `select secret, floor(extract(epoch from now()) / 30)::int as step from iam.totp_secrets where user_id = $1`,
      [owner.userId],
    )
    assert.match(row?.secret ?? '', /^mv1\./)
    await json(browser.post(confirmTotp.path, { code: totpCode(fromBase32(secret), row?.step ?? 0) }))
    assert.equal((await json<Problem>(browser.post(startTotp.path), 409)).code, 'iam.second_factor_in_use')
    await json(withCookie(browser, 'DELETE', removeTotp.path), 204)
    const left = await t.asSuperuser('select 1 from iam.recovery_codes where user_id = $1', [owner.userId])
    assert.equal(left.length, 0)
  })

  it('asked of all members holds from the next request on for those who have none, also with old tokens', async () => {
    const g = await guarded()
    const member = await makeOwner(t.kit)
    await addMember(t.kit, g.person.orgId, member.userId, 'member')
    const body = { email: member.email, password: GOOD_PASSWORD, organizationId: g.person.orgId }
    const tokens = await json<{ accessToken: string }>(
      openBrowser(server.raw).post(createTokens.path, body),
      201,
    )
    const asMember = (path: string) =>
      server.raw(path, { headers: { authorization: `Bearer ${tokens.accessToken}` } })
    await json(asMember('/v1/notifications'))
    const rules = { secondFactorRequired: true }
    await json(withCookie(g.browser, 'PATCH', setSignInRules.path, rules))
    const problem = await json<Problem>(asMember('/v1/notifications'), 403)
    assert.equal(problem.code, 'iam.second_factor_needed')
    const session = await json<{ secondFactorNeeded: boolean }>(asMember('/v1/session'))
    assert.equal(session.secondFactorNeeded, true)
    await json(g.browser.get('/v1/notifications'))
    const lonely = openBrowser(server.raw)
    const other = await makeOwner(t.kit)
    await json(lonely.post(signIn.path, { email: other.email, password: GOOD_PASSWORD }))
    const own = await json<Problem>(withCookie(lonely, 'PATCH', setSignInRules.path, rules), 409)
    assert.equal(own.code, 'iam.own_second_factor_first')
  })
})

function fromBase32(text: string): Buffer {
  const bits = [...text].map(each =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(each).toString(2).padStart(5, '0'),
  )
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map(byte => Number.parseInt(byte, 2)))
}

/** Another code of six digits. */
function plusOne(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0')
}
