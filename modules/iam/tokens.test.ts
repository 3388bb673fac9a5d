import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit, word } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import {
  createTokens,
  getSession,
  refreshTokens,
  revokeTokens,
  type Session,
  signIn,
  type Tokens,
} from './contract.ts'
import { mintCredential, readCredential } from './credentials.ts'
import { addMember, GOOD_PASSWORD, makeOwner, openBrowser, type Person } from './factories.ts'
import { authenticate, forgetExpiredSignIns, iamModule } from './index.ts'

describe('API tokens', () => {
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

  const sql = (text: string, ...values: unknown[]) => t.asSuperuser(text, values)
  const post = (path: string, body: unknown) => openBrowser(server.raw).post(path, body)
  const tokensOf = async (response: Response, status: number): Promise<Tokens> => {
    assert.equal(response.status, status)
    return (await response.json()) as Tokens
  }
  const tokensFor = async (person: Person, organizationId?: string): Promise<Tokens> =>
    tokensOf(
      await post(createTokens.path, { email: person.email, password: GOOD_PASSWORD, organizationId }),
      201,
    )
  const refresh = (refreshToken: string) => post(refreshTokens.path, { refreshToken })
  const asBearer = (text: string, headers: Record<string, string> = {}) =>
    server.raw(getSession.path, { headers: { authorization: `Bearer ${text}`, ...headers } })
  const statusOf = async (tokens: Tokens) => (await asBearer(tokens.accessToken)).status
  /** Time passes for the refresh tokens that a person has used so far. */
  const pass = (person: Person, seconds: number) =>
    sql(
      `update iam.refresh_tokens set used_at = used_at - make_interval(secs => $1)
       where family_id in (select id from iam.token_families where user_id = $2)`,
      seconds,
      person.userId,
    )
  const refuses = async (response: Response) => {
    assert.equal(response.status, 401)
    assert.equal(((await response.json()) as { code: string }).code, 'iam.token_refused')
  }

  it('speak for the person in one organization, 10 minutes and 30 days long', async () => {
    const owner = await makeOwner(t.kit)
    const start = Date.now()
    const tokens = await tokensFor(owner)
    assert.match(tokens.accessToken, /^mra_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/)
    assert.match(tokens.refreshToken, /^mrr_[0-9a-f]{32}_[A-Za-z0-9_-]{43}$/)
    const minutes = (text: string) => Math.round((Date.parse(text) - start) / 60_000)
    assert.equal(minutes(tokens.accessTokenExpiresAt), 10)
    assert.equal(minutes(tokens.refreshTokenExpiresAt), 30 * 24 * 60)
    const session = (await (await asBearer(tokens.accessToken)).json()) as Session
    assert.deepEqual([session.user.id, session.organization?.id], [owner.userId, owner.orgId])
    const stored = await sql(
      `select to_jsonb(a)::text as row from iam.access_tokens a
       union all select to_jsonb(r)::text from iam.refresh_tokens r`,
    )
    for (const text of [tokens.accessToken, tokens.refreshToken])
      assert.ok(stored.every(({ row }) => !String(row).includes(text.slice(-43))))
  })

  it('are given for the right password, or for a session when neither e-mail nor password is sent, and for nothing else', async () => {
    const owner = await makeOwner(t.kit)
    const browser = openBrowser(server.raw)
    await browser.post(signIn.path, { email: owner.email, password: GOOD_PASSWORD })
    const session = browser.token()
    const emails = [undefined, owner.email, `${word()}@example.com`]
    const passwords = [undefined, GOOD_PASSWORD, 'not the password at all']
    for (const cookie of [undefined, session, mintCredential('session', owner.orgId).text]) {
      for (const email of emails) {
        for (const password of passwords) {
          await sql('delete from iam.sign_in_attempts')
          browser.hold(cookie)
          const { status } = await browser.post(createTokens.path, { email, password })
          const isHalf = (email === undefined) !== (password === undefined)
          const isRight =
            email === undefined ? cookie === session : email === owner.email && password === GOOD_PASSWORD
          assert.equal(
            status,
            isHalf ? 422 : isRight ? 201 : 401,
            JSON.stringify({ cookie, email, password }),
          )
        }
      }
    }
  })

  it('can be asked for by organization, but only for one of the person', async () => {
    const owner = await makeOwner(t.kit)
    const other = await makeOwner(t.kit)
    await addMember(t.kit, other.orgId, owner.userId, 'viewer')
    const tokens = await tokensFor(owner, other.orgId)
    const session = (await (await asBearer(tokens.accessToken)).json()) as Session
    assert.deepEqual([session.organization?.id, session.role], [other.orgId, 'viewer'])
    const stranger = await makeOwner(t.kit)
    for (const organizationId of [stranger.orgId, newId()]) {
      const body = { email: owner.email, password: GOOD_PASSWORD, organizationId }
      assert.equal((await post(createTokens.path, body)).status, 404)
    }
  })

  it('cannot switch the organization', async () => {
    const owner = await makeOwner(t.kit)
    const tokens = await tokensFor(owner)
    const response = await server.raw('/v1/session/organization', {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ organizationId: owner.orgId }),
    })
    assert.equal(response.status, 403)
    assert.equal(response.headers.getSetCookie().length, 0)
  })

  it('win over the cookie, and a bad one never falls back to it', async () => {
    const [a, b] = [await makeOwner(t.kit), await makeOwner(t.kit)]
    const browser = openBrowser(server.raw)
    await browser.post(signIn.path, { email: b.email, password: GOOD_PASSWORD })
    const cookie = `__Host-session=${browser.token()}`
    const tokens = await tokensFor(a)
    const session = (await (await asBearer(tokens.accessToken, { cookie })).json()) as Session
    assert.equal(session.user.id, a.userId)
    const bad = [
      '',
      'Bearer',
      'Bearer ',
      'Bearer  ',
      'Basic YTpi',
      tokens.accessToken,
      `Bearer ${tokens.accessToken} x`,
      `Bearer ${tokens.accessToken}x`,
      `Bearer ${mintCredential('access', a.orgId).text}`,
      `Bearer ${mintCredential('access', null).text}`,
    ]
    for (const authorization of bad) {
      const response = await server.raw(getSession.path, { headers: { authorization, cookie } })
      assert.equal(response.status, 401, authorization)
    }
  })

  it('of each kind are accepted at their own door only', async () => {
    const owner = await makeOwner(t.kit)
    const browser = openBrowser(server.raw)
    await browser.post(signIn.path, { email: owner.email, password: GOOD_PASSWORD })
    const { accessToken, refreshToken } = await tokensFor(owner)
    const kinds = { session: browser.token() ?? '', access: accessToken, refresh: refreshToken }
    const doors: Record<string, (text: string) => Promise<Response>> = {
      session: text => server.raw(getSession.path, { headers: { cookie: `__Host-session=${text}` } }),
      access: text => asBearer(text),
      refresh,
    }
    for (const [kind, text] of Object.entries(kinds)) {
      for (const [door, enter] of Object.entries(doors)) {
        assert.equal((await enter(text)).status, kind === door ? 200 : 401, `${kind} at ${door}`)
      }
    }
  })

  it('expire', async () => {
    const owner = await makeOwner(t.kit)
    const tokens = await tokensFor(owner)
    await sql(`update iam.access_tokens set expires_at = now()`)
    assert.equal(await statusOf(tokens), 401)
    const second = await tokensOf(await refresh(tokens.refreshToken), 200)
    assert.equal(await statusOf(second), 200)
    await sql('update iam.refresh_tokens set expires_at = now()')
    await refuses(await refresh(second.refreshToken))
    assert.equal(await statusOf(second), 200)
    await sql('update iam.token_families set expires_at = now()')
    assert.equal(await statusOf(second), 401)
    await forgetExpiredSignIns(t.kit)
    const left = await sql('select 1 from iam.token_families where user_id = $1', owner.userId)
    assert.equal(left.length, 0)
  })

  it('are never refreshed beyond the life of their family', async () => {
    const owner = await makeOwner(t.kit)
    const tokens = await tokensFor(owner)
    await sql(
      `update iam.token_families set expires_at = now() + interval '1 hour' where user_id = $1`,
      owner.userId,
    )
    const second = await tokensOf(await refresh(tokens.refreshToken), 200)
    assert.ok(Date.parse(second.refreshTokenExpiresAt) <= Date.now() + 3_600_000)
  })

  it('rotate: each refresh gives a new pair that works', async () => {
    const owner = await makeOwner(t.kit)
    const seen = new Set<string>()
    let tokens = await tokensFor(owner)
    for (let n = 0; n < 4; n++) {
      seen.add(tokens.refreshToken).add(tokens.accessToken)
      tokens = await tokensOf(await refresh(tokens.refreshToken), 200)
      assert.equal(await statusOf(tokens), 200)
    }
    assert.equal(seen.size, 8)
    const chain = await sql(
      `select r.parent_hash, p.replaced_by = r.token_hash as linked from iam.refresh_tokens r
       left join iam.refresh_tokens p on p.token_hash = r.parent_hash
       join iam.token_families f on f.id = r.family_id where f.user_id = $1 order by r.created_at`,
      owner.userId,
    )
    assert.deepEqual(
      chain.map(row => row.linked),
      [null, true, true, true, true],
    )
  })

  it('whose refresh token comes back after 10 seconds are all revoked', async () => {
    const owner = await makeOwner(t.kit)
    const bystander = await tokensFor(owner)
    const first = await tokensFor(owner)
    const second = await tokensOf(await refresh(first.refreshToken), 200)
    await pass(owner, 11)
    await refuses(await refresh(first.refreshToken))
    for (const tokens of [first, second]) assert.equal(await statusOf(tokens), 401)
    await refuses(await refresh(second.refreshToken))
    assert.equal(await statusOf(bystander), 200, 'another sign-in of the same person goes on')
    const families = await sql(
      'select revoked_because from iam.token_families where user_id = $1',
      owner.userId,
    )
    assert.deepEqual(new Set(families.map(row => row.revoked_because)), new Set(['reused', null]))
  })

  it('refreshed again within 10 seconds get the same successor, because the first answer may be lost', async () => {
    const owner = await makeOwner(t.kit)
    const first = await tokensFor(owner)
    const second = await tokensOf(await refresh(first.refreshToken), 200)
    await pass(owner, 8)
    const again = await tokensOf(await refresh(first.refreshToken), 200)
    assert.equal(again.refreshToken, second.refreshToken)
    assert.notEqual(again.accessToken, second.accessToken)
    assert.equal(await statusOf(again), 200)
    assert.equal((await refresh(second.refreshToken)).status, 200)
  })

  it('refreshed again within 10 seconds although the successor is used already are all revoked', async () => {
    const owner = await makeOwner(t.kit)
    const first = await tokensFor(owner)
    const second = await tokensOf(await refresh(first.refreshToken), 200)
    const third = await tokensOf(await refresh(second.refreshToken), 200)
    await refuses(await refresh(first.refreshToken))
    assert.equal(await statusOf(third), 401)
    await refuses(await refresh(third.refreshToken))
  })

  /** Does `act` while the person's families are locked, and lets go when all of it waits or is done. */
  const whileLocked = async <T>(person: Person, first: string, act: () => Promise<T>[]): Promise<T[]> => {
    let done = 0
    const running = await t.kit.db.withGlobal(async tx => {
      await tx.query(first, [person.userId])
      const started = act().map(each =>
        each.finally(() => {
          done += 1
        }),
      )
      for (let waiting = 0; waiting + done < started.length; ) {
        const rows = await sql(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        waiting = rows.length
      }
      return started
    })
    return Promise.all(running)
  }

  it('refreshed by many at the same moment have one successor', async () => {
    const owner = await makeOwner(t.kit)
    const first = await tokensFor(owner)
    const answers = await whileLocked(
      owner,
      'select 1 from iam.token_families where user_id = $1 for update',
      () => Array.from({ length: 6 }, () => refresh(first.refreshToken)),
    )
    const tokens = await Promise.all(answers.map(answer => tokensOf(answer, 200)))
    assert.equal(new Set(tokens.map(each => each.refreshToken)).size, 1)
    const rows = await sql(
      `select 1 from iam.refresh_tokens r join iam.token_families f on f.id = r.family_id where f.user_id = $1`,
      owner.userId,
    )
    assert.equal(rows.length, 2)
  })

  it('refreshed while they are being revoked are refused', async () => {
    const owner = await makeOwner(t.kit)
    const first = await tokensFor(owner)
    const revoking = `update iam.token_families set revoked_at = now(), revoked_because = 'revoked' where user_id = $1`
    const [answer = assert.fail()] = await whileLocked(owner, revoking, () => [refresh(first.refreshToken)])
    await refuses(answer)
  })

  it('are out on the next request when the person or the member is suspended, and cannot be refreshed', async () => {
    const statuses: [string, string][] = [
      [
        `update iam.users set status = 'suspended' where id = $1`,
        `update iam.users set status = 'active' where id = $1`,
      ],
      [
        `update iam.members set status = 'suspended' where user_id = $1 and role = 'admin'`,
        `update iam.members set status = 'active' where user_id = $1 and role = 'admin'`,
      ],
    ]
    for (const [suspend, restore] of statuses) {
      const host = await makeOwner(t.kit)
      const person = await makeOwner(t.kit)
      await addMember(t.kit, host.orgId, person.userId, 'admin')
      const tokens = await tokensFor(person, host.orgId)
      assert.equal(await statusOf(tokens), 200)
      await sql(suspend, person.userId)
      assert.equal(await statusOf(tokens), 401)
      await refuses(await refresh(tokens.refreshToken))
      await sql(restore, person.userId)
      assert.equal((await refresh(tokens.refreshToken)).status, 200, 'the refused refresh used nothing up')
    }
  })

  it('are revoked by any refresh token of their sign-in, and revoking tells nothing', async () => {
    const owner = await makeOwner(t.kit)
    const first = await tokensFor(owner)
    const second = await tokensOf(await refresh(first.refreshToken), 200)
    for (const refreshToken of ['x', mintCredential('refresh', owner.orgId).text, second.accessToken])
      assert.equal((await post(revokeTokens.path, { refreshToken })).status, 204)
    assert.equal(await statusOf(second), 200)
    assert.equal((await post(revokeTokens.path, { refreshToken: first.refreshToken })).status, 204)
    assert.equal(await statusOf(second), 401)
    await refuses(await refresh(second.refreshToken))
    assert.equal((await post(revokeTokens.path, { refreshToken: first.refreshToken })).status, 204)
  })

  it('cannot be moved into another organization by changing their text', async () => {
    const [a, b] = [await makeOwner(t.kit), await makeOwner(t.kit)]
    await addMember(t.kit, b.orgId, a.userId, 'admin')
    const tokens = await tokensFor(a)
    const moved = (text: string) => text.replace(a.orgId.replaceAll('-', ''), b.orgId.replaceAll('-', ''))
    assert.equal((await asBearer(moved(tokens.accessToken))).status, 401)
    await refuses(await refresh(moved(tokens.refreshToken)))
    assert.equal((await refresh(tokens.refreshToken)).status, 200)
  })
})

describe('the text of a token', () => {
  it('is read back as its kind and organization only', () => {
    const orgId = newId()
    const token = mintCredential('access', orgId)
    assert.deepEqual(readCredential('access', token.text), token)
    assert.equal(readCredential('session', token.text), null)
    assert.equal(readCredential('access', mintCredential('access', null).text)?.orgId, null)
    for (const junk of ['', 'mra_', `${token.text}\n`, ` ${token.text}`, token.text.slice(1)])
      assert.equal(readCredential('access', junk), null)
  })
})
