import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { authenticate } from './authenticate.ts'
import { addMember, GOOD_PASSWORD, makeOwner, openBrowser, type Person } from './factories.ts'
import { grantNamedAdmin, iamModule } from './index.ts'

describe('looking after the installation', () => {
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

  const confirm = ({ userId }: Person) =>
    t.asSuperuser('update iam.users set email_verified_at = now() where id = $1', [userId])
  const signIn = async (person: Person) => {
    const browser = openBrowser((path, init) => server.raw(path, init))
    const answer = await browser.post('/v1/auth/sign-in', { email: person.email, password: GOOD_PASSWORD })
    assert.equal(answer.status, 200, await answer.clone().text())
    return {
      ...browser,
      put: (path: string, body: unknown) =>
        server.raw(path, {
          method: 'PUT',
          headers: {
            cookie: `__Host-session=${browser.token()}`,
            'content-type': 'application/json',
            'sec-fetch-site': 'same-origin',
          },
          body: JSON.stringify(body),
        }),
    }
  }
  const makeAdmin = async () => {
    const person = await makeOwner(t.kit)
    await confirm(person)
    await grantNamedAdmin(t.kit, person.email)
    return person
  }
  const actsOn = (subjectId: string) =>
    t.asSuperuser<{ action: string; actor_user_id: string | null; reason: string }>(
      'select action, actor_user_id, reason from iam.platform_audit where subject_id = $1 order by id',
      [subjectId],
    )
  const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code
  const reason = { reason: 'Sends unwanted mail.' }

  it('is granted at start to the confirmed address the environment names, once, and to no other', async () => {
    const person = await makeOwner(t.kit)
    const granted = () =>
      t.asSuperuser('select granted_by from iam.platform_admins where user_id = $1', [person.userId])
    await t.asSuperuser('update iam.users set email_verified_at = null where id = $1', [person.userId])
    await grantNamedAdmin(t.kit, person.email)
    await grantNamedAdmin(t.kit, 'nobody@example.com')
    assert.deepEqual(await granted(), [])
    await confirm(person)
    await grantNamedAdmin(t.kit, person.email.toUpperCase())
    await grantNamedAdmin(t.kit, person.email)
    assert.deepEqual(await granted(), [{ granted_by: null }])
    assert.deepEqual(
      (await actsOn(person.userId)).map(act => [act.action, act.actor_user_id]),
      [['user.admin_granted', null]],
    )
    const session = (await (await (await signIn(person)).get('/v1/session')).json()) as {
      user: { isPlatformAdmin: boolean }
    }
    assert.equal(session.user.isPlatformAdmin, true)
  })

  it('is nothing to everybody else, owners included, whatever they name', async () => {
    const owner = await signIn(await makeOwner(t.kit))
    const other = await makeOwner(t.kit)
    const paths = [
      `/v1/platform/organizations/${other.orgId}/suspend`,
      `/v1/platform/organizations/${newId()}/reactivate`,
      `/v1/platform/users/${other.userId}/suspend`,
      `/v1/platform/users/${newId()}/reactivate`,
    ]
    for (const path of paths) assert.equal((await owner.post(path, reason)).status, 404, path)
    const grant = await owner.put(`/v1/platform/users/${other.userId}/admin`, {
      ...reason,
      isPlatformAdmin: true,
    })
    assert.equal(grant.status, 404)
    for (const path of ['organizations', 'users', 'acts', `users?email=${other.email}`]) {
      assert.equal((await owner.get(`/v1/platform/${path}`)).status, 404, path)
    }
    assert.equal((await server.raw('/v1/platform/organizations')).status, 401)
    assert.deepEqual(await actsOn(other.orgId), [])
  })

  it('asks for a proof that is no older than ten minutes, for reading too', async () => {
    const admin = await makeAdmin()
    const browser = await signIn(admin)
    assert.equal((await browser.get('/v1/platform/organizations')).status, 200)
    await t.asSuperuser(
      `update iam.sessions set proved_at = now() - interval '11 minutes' where user_id = $1`,
      [admin.userId],
    )
    for (const answer of [
      await browser.get('/v1/platform/organizations'),
      await browser.post(`/v1/platform/organizations/${admin.orgId}/suspend`, reason),
    ]) {
      assert.equal(answer.status, 403)
      assert.equal(await codeOf(answer), 'iam.sign_in_again')
    }
  })

  it('shows organizations by their names, counts and states, page by page, and nothing in them', async () => {
    const browser = await signIn(await makeAdmin())
    const owner = await makeOwner(t.kit)
    await addMember(t.kit, owner.orgId, (await makeOwner(t.kit)).userId, 'member')
    const [row] = await t.asSuperuser<{ slug: string }>(
      'select slug from iam.organizations where org_id = $1',
      [owner.orgId],
    )
    const found = (await (
      await browser.get(`/v1/platform/organizations?search=${row?.slug.toUpperCase()}`)
    ).json()) as { items: Record<string, unknown>[] }
    assert.equal(found.items.length, 1)
    const [item] = found.items
    assert.deepEqual([item?.id, item?.members, item?.ownerEmail], [owner.orgId, 2, owner.email])
    assert.deepEqual(Object.keys(item ?? {}).sort(), [
      'createdAt',
      'id',
      'members',
      'name',
      'ownerEmail',
      'slug',
      'status',
    ])
    const seen: string[] = []
    for (let cursor = ''; ; ) {
      const page = (await (
        await browser.get(
          `/v1/platform/organizations?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
        )
      ).json()) as { items: { id: string }[]; nextCursor: string | null }
      seen.push(...page.items.map(({ id }) => id))
      if (page.nextCursor === null) break
      cursor = page.nextCursor
    }
    const all = await t.asSuperuser<{ org_id: string }>('select org_id from iam.organizations')
    assert.deepEqual(seen.sort(), all.map(each => each.org_id).sort())
  })

  it('suspends an organization and restores what was before, each once and on record', async () => {
    const admin = await makeAdmin()
    const browser = await signIn(admin)
    const owner = await makeOwner(t.kit)
    const theirs = await signIn(owner)
    await t.asSuperuser(`update iam.organizations set status = 'past_due' where org_id = $1`, [owner.orgId])
    const act = (what: string) => browser.post(`/v1/platform/organizations/${owner.orgId}/${what}`, reason)
    for (const answer of [await act('suspend'), await act('suspend')]) {
      assert.equal(((await answer.json()) as { status: string }).status, 'suspended')
    }
    assert.equal((await theirs.get('/v1/organization')).status, 200)
    assert.equal(
      await codeOf(await theirs.post('/v1/notifications/read', { ids: [newId()] })),
      'iam.organization_suspended',
    )
    assert.equal(((await (await act('reactivate')).json()) as { status: string }).status, 'past_due')
    assert.equal((await theirs.post('/v1/notifications/read', { ids: [newId()] })).status, 200)
    assert.deepEqual(await actsOn(owner.orgId), [
      { action: 'organization.suspended', actor_user_id: admin.userId, reason: reason.reason },
      { action: 'organization.reactivated', actor_user_id: admin.userId, reason: reason.reason },
    ])
    await t.asSuperuser(`update iam.organizations set status = 'deleting' where org_id = $1`, [owner.orgId])
    assert.equal(await codeOf(await act('suspend')), 'iam.being_deleted')
    const missing = await browser.post(`/v1/platform/organizations/${newId()}/suspend`, reason)
    assert.equal(missing.status, 404)
    assert.equal((await browser.post('/v1/platform/organizations/x/suspend', reason)).status, 404)
  })

  it('suspends a user, who is out at once and cannot come in, and lets them in again', async () => {
    const browser = await signIn(await makeAdmin())
    const person = await makeOwner(t.kit)
    const theirs = await signIn(person)
    const found = (await (await browser.get(`/v1/platform/users?email=${person.email}`)).json()) as {
      items: { id: string; status: string }[]
    }
    assert.deepEqual(
      found.items.map(({ id, status }) => [id, status]),
      [[person.userId, 'active']],
    )
    const act = (what: string) => browser.post(`/v1/platform/users/${person.userId}/${what}`, reason)
    assert.equal((await act('suspend')).status, 200)
    assert.equal((await theirs.get('/v1/session')).status, 401)
    const refused = await openBrowser((path, init) => server.raw(path, init)).post('/v1/auth/sign-in', {
      email: person.email,
      password: GOOD_PASSWORD,
    })
    assert.equal(refused.status, 401)
    assert.equal((await act('reactivate')).status, 200)
    assert.equal((await (await signIn(person)).get('/v1/session')).status, 200)
    assert.equal((await browser.post(`/v1/platform/users/${newId()}/suspend`, reason)).status, 404)
  })

  it('takes the second factors of a user away who has lost them, once, and tells them', async () => {
    const browser = await signIn(await makeAdmin())
    const person = await makeOwner(t.kit)
    await confirm(person)
    await t.asSuperuser(
      `insert into iam.passkeys (id, user_id, credential_id, public_key, counter, name)
       values ($1, $2, 'lost', '\\x00', 0, 'Lost phone')`,
      [newId(), person.userId],
    )
    await t.asSuperuser(`insert into iam.recovery_codes (user_id, code_hash) values ($1, sha256('lost'))`, [
      person.userId,
    ])
    const half = await openBrowser((path, init) => server.raw(path, init)).post('/v1/auth/sign-in', {
      email: person.email,
      password: GOOD_PASSWORD,
    })
    assert.ok('secondFactor' in ((await half.json()) as object))
    const reset = () => browser.post(`/v1/platform/users/${person.userId}/reset-second-factors`, reason)
    const letters = async () => (await t.asSuperuser('select 1 from iam.letters')).length
    const lettersBefore = await letters()
    for (const answer of [await reset(), await reset()])
      assert.equal(((await answer.json()) as { hasSecondFactor: boolean }).hasSecondFactor, false)
    assert.equal(await letters(), lettersBefore + 1)
    assert.deepEqual(
      (await actsOn(person.userId)).map(({ action }) => action),
      ['user.second_factors_reset'],
    )
    assert.equal((await (await signIn(person)).get('/v1/session')).status, 200)
    const admin = await makeAdmin()
    assert.equal(
      await codeOf(await browser.post(`/v1/platform/users/${admin.userId}/reset-second-factors`, reason)),
      'iam.admin_protected',
    )
  })

  it('is handed on by one who does it, never lost by all, and protects those who do it', async () => {
    const first = await makeAdmin()
    const browser = await signIn(first)
    const second = await makeOwner(t.kit)
    await t.asSuperuser('update iam.users set email_verified_at = null where id = $1', [second.userId])
    const set = (person: Person, isPlatformAdmin: boolean) =>
      browser.put(`/v1/platform/users/${person.userId}/admin`, { ...reason, isPlatformAdmin })
    assert.equal(await codeOf(await set(second, true)), 'iam.address_not_confirmed')
    await confirm(second)
    assert.equal((await set(second, true)).status, 200)
    assert.equal(
      await codeOf(await browser.post(`/v1/platform/users/${second.userId}/suspend`, reason)),
      'iam.admin_protected',
    )
    await t.asSuperuser('delete from iam.platform_admins where user_id not in ($1, $2)', [
      first.userId,
      second.userId,
    ])
    const both = await signIn(second)
    const answers = await Promise.all([
      set(second, false),
      both.put(`/v1/platform/users/${first.userId}/admin`, { ...reason, isPlatformAdmin: false }),
    ])
    const left = await t.asSuperuser('select user_id from iam.platform_admins')
    assert.equal(left.length, 1)
    assert.ok(answers.some(({ status }) => status === 200))
    const acts = (await (
      await (await signIn(await makeAdmin())).get('/v1/platform/acts?limit=3')
    ).json()) as {
      items: { action: string }[]
      nextCursor: string | null
    }
    assert.equal(acts.items.length, 3)
    assert.ok(acts.nextCursor)
  })

  it('leaves a record that nobody changes', async () => {
    const person = await makeAdmin()
    for (const text of [
      'update iam.platform_audit set reason = $1',
      'delete from iam.platform_audit where reason <> $1',
    ]) {
      await assert.rejects(
        t.kit.db.withGlobal(tx => tx.query(text, ['x'])),
        { code: '42501' },
      )
      await assert.rejects(t.asOwner(text, ['x']), /immutable/)
    }
    assert.equal((await actsOn(person.userId)).length, 1)
  })
})
