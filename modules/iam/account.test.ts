import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { after, before, beforeEach, describe, it, mock } from 'node:test'
import { type TestKit, testKit, word } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import {
  askPasswordReset,
  changeEmail,
  changePassword,
  confirmEmail,
  createTokens,
  endOtherSignIns,
  listSignIns,
  refreshTokens,
  resetPassword,
  seeCopiedTokens,
  sendVerification,
  signIn,
  signUp,
} from './contract.ts'
import { type Browser, GOOD_PASSWORD, lettersTo, makeOwner, openBrowser, type Person } from './factories.ts'
import { authenticate, iamModule } from './index.ts'
import { checkCredentials } from './passwords.ts'
import { holdEntrant } from './start-session.ts'

const NEW_PASSWORD = 'quiet lantern by the ford'

type SignIns = {
  items: { id: string; kind: string; device: string; address: string; current: boolean }[]
  copiedTokens: { device: string }[]
}

describe('an account', () => {
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
  const enter = async (person: Person, password = GOOD_PASSWORD): Promise<Browser> => {
    const browser = openBrowser(server.raw)
    await json(browser.post(signIn.path, { email: person.email, password }))
    return browser
  }
  const isIn = async (browser: Browser) => (await browser.get('/v1/session')).status === 200
  /** The token of the newest link that was written to an address. */
  const linkTo = async (address: string) => {
    const text = (await lettersTo(t.kit, address)).map(letter => letter.text).join('\n')
    return [...text.matchAll(/#([A-Za-z0-9_-]{43})/g)].at(-1)?.[1] ?? ''
  }
  const subjectsTo = async (address: string) =>
    (await lettersTo(t.kit, address)).map(letter => letter.subject)

  describe('with an e-mail address', () => {
    it('is told to confirm it, and the link works once and for its own person only', async () => {
      const email = `${word()}@example.com`
      const browser = openBrowser(server.raw)
      const body = { name: 'New Comer', email, password: GOOD_PASSWORD, organizationName: 'Newcomers' }
      const session = await json<{ user: { emailVerified: boolean } }>(browser.post(signUp.path, body), 201)
      assert.equal(session.user.emailVerified, false)
      const first = await linkTo(email)
      await json(browser.post(sendVerification.path), 202)
      const token = await linkTo(email)
      assert.notEqual(token, first)
      const stranger = await enter(await makeOwner(t.kit))
      for (const [who, link] of [
        [stranger, token],
        [browser, first],
        [browser, `${token.slice(0, -1)}A`],
      ] as const) {
        await json(who.post(confirmEmail.path, { token: link }), 422)
      }
      assert.deepEqual(await json(browser.post(confirmEmail.path, { token })), { email, changed: false })
      await json(browser.post(confirmEmail.path, { token }), 422)
      const after = await json<{ user: { emailVerified: boolean } }>(browser.get('/v1/session'))
      assert.equal(after.user.emailVerified, true)
    })

    it('takes another one only after it was proved, and tells the old one', async () => {
      const owner = await makeOwner(t.kit)
      const taken = await makeOwner(t.kit)
      const browser = await enter(owner)
      const email = `${word()}@example.com`
      await json(browser.post(changeEmail.path, { email: taken.email }), 202)
      assert.deepEqual(await lettersTo(t.kit, taken.email), [])
      await json(browser.post(changeEmail.path, { email }), 202)
      await json(openBrowser(server.raw).post(askPasswordReset.path, { email: owner.email }), 202)
      const reset = await linkTo(owner.email)
      const token = await linkTo(email)
      assert.deepEqual(await json(browser.post(confirmEmail.path, { token })), { email, changed: true })
      assert.deepEqual(await subjectsTo(owner.email), [
        'Choose a new password',
        'Your e-mail address was changed',
      ])
      await enter({ ...owner, email })
      // A link that went to the old address opens nothing any more.
      await json(
        openBrowser(server.raw).post(resetPassword.path, { token: reset, password: NEW_PASSWORD }),
        422,
      )
    })

    it('needs a recent proof to change it', async () => {
      const owner = await makeOwner(t.kit)
      const browser = await enter(owner)
      await t.asSuperuser(
        `update iam.sessions set proved_at = now() - interval '10 minutes' where user_id = $1`,
        [owner.userId],
      )
      const problem = await json<{ code: string }>(
        browser.post(changeEmail.path, { email: `${word()}@example.com` }),
        403,
      )
      assert.equal(problem.code, 'iam.sign_in_again')
    })

    it('may have verification letters sent five times an hour', async () => {
      const browser = await enter(await makeOwner(t.kit))
      for (let n = 0; n < 5; n++) await json(browser.post(sendVerification.path), 202)
      await json(browser.post(sendVerification.path), 429)
    })
  })

  describe('whose password is changed', () => {
    it('ends every other sign-in, keeps this one under a new token and writes a letter', async () => {
      const owner = await makeOwner(t.kit)
      const [here, there] = [await enter(owner), await enter(owner)]
      const tokens = await json<{ refreshToken: string }>(
        openBrowser(server.raw).post(createTokens.path, { email: owner.email, password: GOOD_PASSWORD }),
        201,
      )
      const before = here.token()
      const wrong = { currentPassword: NEW_PASSWORD, password: NEW_PASSWORD }
      await json(here.post(changePassword.path, wrong), 422)
      await json(
        here.post(changePassword.path, { currentPassword: GOOD_PASSWORD, password: 'x'.repeat(12) }),
        422,
      )
      assert.equal(await isIn(there), true)
      await json(here.post(changePassword.path, { ...wrong, currentPassword: GOOD_PASSWORD }), 204)
      assert.notEqual(here.token(), before)
      assert.deepEqual([await isIn(here), await isIn(there)], [true, false])
      const copy = openBrowser(server.raw)
      copy.hold(before)
      assert.equal(await isIn(copy), false)
      await json(openBrowser(server.raw).post(refreshTokens.path, { refreshToken: tokens.refreshToken }), 401)
      assert.ok((await subjectsTo(owner.email)).includes('Your password was changed'))
      await json(
        openBrowser(server.raw).post(signIn.path, { email: owner.email, password: GOOD_PASSWORD }),
        401,
      )
      await enter(owner, NEW_PASSWORD)
    })

    it('lets nobody in by the old one who was checked before and comes after', async () => {
      const owner = await makeOwner(t.kit)
      const here = await enter(owner)
      const given = { email: owner.email, password: GOOD_PASSWORD, address: '127.0.0.1' }
      const entrant = await checkCredentials(t.kit, given)
      const hold = () => t.kit.db.withGlobal(tx => holdEntrant(tx, entrant))
      await hold()
      await json(
        here.post(changePassword.path, { currentPassword: GOOD_PASSWORD, password: NEW_PASSWORD }),
        204,
      )
      await assert.rejects(hold, { code: 'iam.credentials_refused' })
    })
  })

  describe('whose password is forgotten', () => {
    it('is asked for by the same answer and the same work whether it exists or not', async () => {
      const [owner, suspended] = [await makeOwner(t.kit), await makeOwner(t.kit)]
      await t.asSuperuser(`update iam.users set status = 'suspended' where id = $1`, [suspended.userId])
      const hashing = mock.method(crypto, 'argon2')
      const global = mock.method(t.kit.db, 'withGlobal')
      const sealing = mock.method(t.kit.vault, 'seal')
      syncBuiltinESMExports()
      try {
        const seen = new Set<string>()
        for (const email of [owner.email, suspended.email, `${word()}@example.com`]) {
          for (const each of [hashing, global, sealing]) each.mock.resetCalls()
          const response = await openBrowser(server.raw).post(askPasswordReset.path, { email })
          const work = [hashing, global, sealing].map(each => each.mock.callCount())
          seen.add(JSON.stringify([response.status, await response.text(), work]))
        }
        assert.deepEqual([...seen], [JSON.stringify([202, '', [0, 3, 1]])])
      } finally {
        for (const each of [hashing, global, sealing]) each.mock.restore()
        syncBuiltinESMExports()
      }
      assert.deepEqual(await subjectsTo(owner.email), ['Choose a new password'])
      assert.deepEqual(await subjectsTo(suspended.email), [])
    })

    it('is replaced once by the newest link, within 30 minutes; everything is signed out and nobody in', async () => {
      const owner = await makeOwner(t.kit)
      await t.asSuperuser('update iam.users set email_verified_at = null where id = $1', [owner.userId])
      const browser = await enter(owner)
      const post = (token: string, password = NEW_PASSWORD) =>
        openBrowser(server.raw).post(resetPassword.path, { token, password })
      const ask = async () => {
        await json(openBrowser(server.raw).post(askPasswordReset.path, { email: owner.email }), 202)
        return linkTo(owner.email)
      }
      const [first, second] = [await ask(), await ask()]
      await json(post(first), 422)
      await json(post(second, owner.email), 422)
      const response = await post(second)
      assert.deepEqual([response.status, response.headers.getSetCookie()], [204, []])
      assert.equal(await isIn(browser), false)
      await json(post(second, 'another good pass phrase'), 422)
      await enter(owner, NEW_PASSWORD)
      const [row] = await t.asSuperuser<{ verified: boolean }>(
        'select email_verified_at is not null as verified from iam.users where id = $1',
        [owner.userId],
      )
      assert.equal(row?.verified, true)
      const late = await ask()
      await t.asSuperuser(`update iam.mailed_links set expires_at = now() where user_id = $1`, [owner.userId])
      await json(post(late), 422)
    })

    it('is set by one of many that use the link at the same moment', async () => {
      const owner = await makeOwner(t.kit)
      await json(openBrowser(server.raw).post(askPasswordReset.path, { email: owner.email }), 202)
      const token = await linkTo(owner.email)
      const tries = ['one two three four', 'five six seven eight', 'nine ten eleven twelve']
      const answers = await Promise.all(
        tries.map(password => openBrowser(server.raw).post(resetPassword.path, { token, password })),
      )
      assert.deepEqual(answers.map(answer => answer.status).sort(), [204, 422, 422])
      const winner = tries[answers.findIndex(answer => answer.status === 204)] ?? ''
      await enter(owner, winner)
    })

    it('is not set by a link that was made to confirm an address, nor the other way round', async () => {
      const owner = await makeOwner(t.kit)
      const browser = await enter(owner)
      const email = `${word()}@example.com`
      await json(browser.post(changeEmail.path, { email }), 202)
      await json(openBrowser(server.raw).post(askPasswordReset.path, { email: owner.email }), 202)
      const [change, reset] = [await linkTo(email), await linkTo(owner.email)]
      await json(
        openBrowser(server.raw).post(resetPassword.path, { token: change, password: NEW_PASSWORD }),
        422,
      )
      await json(browser.post(confirmEmail.path, { token: reset }), 422)
    })

    it('is asked for three times an hour at most, whoever asks, and stored nowhere in clear', async () => {
      const owner = await makeOwner(t.kit)
      const ask = (email: string) => openBrowser(server.raw).post(askPasswordReset.path, { email })
      for (const email of [owner.email, `${word()}@example.com`]) {
        const answers = []
        for (let n = 0; n < 4; n++) answers.push((await ask(email)).status)
        assert.deepEqual(answers, [202, 202, 202, 429])
      }
      const token = await linkTo(owner.email)
      const [row] = await t.asSuperuser<{ found: boolean }>(
        `select exists (select 1 from iam.mailed_links l where l::text like '%' || $1 || '%')
           or exists (select 1 from iam.letters l where l::text like '%' || $1 || '%') as found`,
        [token],
      )
      assert.equal(row?.found, false)
    })
  })

  describe('that is signed in', () => {
    it('lists its browsers and API clients and ends one, or all but this one', async () => {
      const owner = await makeOwner(t.kit)
      const [here, there] = [await enter(owner), await enter(owner)]
      await json(
        openBrowser(server.raw).post(
          createTokens.path,
          { email: owner.email, password: GOOD_PASSWORD },
          { 'user-agent': 'backup-script/2' },
        ),
        201,
      )
      const list = () => json<SignIns>(here.get(listSignIns.path))
      const { items } = await list()
      assert.deepEqual(items.map(each => [each.kind, each.device, each.address]).sort(), [
        ['api', 'backup-script/2', '127.0.0.1'],
        ['browser', 'factory/1', '127.0.0.1'],
        ['browser', 'factory/1', '127.0.0.1'],
      ])
      assert.equal(items.filter(each => each.current).length, 1)
      const other = items.find(each => each.kind === 'browser' && !each.current)
      const end = (browser: Browser, id: string) =>
        server.raw(`${listSignIns.path}/${id}`, {
          method: 'DELETE',
          headers: { cookie: `__Host-session=${browser.token()}`, 'sec-fetch-site': 'same-origin' },
        })
      const stranger = await enter(await makeOwner(t.kit))
      assert.equal((await end(stranger, other?.id ?? '')).status, 404)
      assert.equal((await end(here, other?.id ?? '')).status, 204)
      assert.equal((await end(here, other?.id ?? '')).status, 404)
      assert.deepEqual([await isIn(here), await isIn(there)], [true, false])
      await json(here.post(endOtherSignIns.path), 204)
      assert.deepEqual(
        (await list()).items.map(each => each.current),
        [true],
      )
    })

    it('is told once that a copied token was used', async () => {
      const owner = await makeOwner(t.kit)
      const here = await enter(owner)
      const client = openBrowser(server.raw)
      const body = { email: owner.email, password: GOOD_PASSWORD }
      const { refreshToken } = await json<{ refreshToken: string }>(client.post(createTokens.path, body), 201)
      await json(client.post(refreshTokens.path, { refreshToken }))
      await t.asSuperuser(`update iam.refresh_tokens set used_at = used_at - interval '1 minute'
        where used_at is not null`)
      await json(client.post(refreshTokens.path, { refreshToken }), 401)
      const copied = async () => (await json<SignIns>(here.get(listSignIns.path))).copiedTokens
      assert.deepEqual(
        (await copied()).map(each => each.device),
        ['factory/1'],
      )
      await json(here.post(seeCopiedTokens.path), 204)
      assert.deepEqual(await copied(), [])
    })

    it('hears of a sign-in on a device it never used, and not of one it knows', async () => {
      const owner = await makeOwner(t.kit)
      const body = { email: owner.email, password: GOOD_PASSWORD }
      const enterWith = async (cookie: string) => {
        const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', cookie }
        const response = await server.raw(signIn.path, {
          method: 'POST',
          headers,
          body: JSON.stringify(body),
        })
        const line = response.headers.getSetCookie().find(each => each.startsWith('__Host-device='))
        return line?.split(';')[0] ?? ''
      }
      const device = await enterWith('')
      assert.equal(await enterWith(device), device)
      assert.deepEqual(await subjectsTo(owner.email), [])
      assert.notEqual(await enterWith('__Host-device=planted'), device)
      assert.deepEqual(await subjectsTo(owner.email), ['New sign-in to your account'])
    })

    it('never goes on under a token that the browser held before', async () => {
      const [victim, attacker] = [await makeOwner(t.kit), await makeOwner(t.kit)]
      const planted = (await enter(attacker)).token()
      const browser = openBrowser(server.raw)
      browser.hold(planted)
      await json(browser.post(signIn.path, { email: victim.email, password: GOOD_PASSWORD }))
      assert.notEqual(browser.token(), planted)
      const copy = openBrowser(server.raw)
      copy.hold(planted)
      assert.equal(await isIn(copy), false)
    })
  })
})
