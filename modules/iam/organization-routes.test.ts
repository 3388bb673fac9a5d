import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Client, createClient } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { eraseOrganizations } from '#platform/db/erasure.ts'
import { newId } from '#platform/ids.ts'
import { asAdmin } from '#test/cluster.ts'
import { type TestKit, testKit, word } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { signedInOwner } from '#test/people.ts'
import { authenticate } from './authenticate.ts'
import {
  createOrganization,
  deleteOrganization,
  getFeatures,
  getOrganization,
  switchFeatures,
  updateOrganization,
} from './contract.ts'
import { addMember, GOOD_PASSWORD, makeOwner, openBrowser, type Person } from './factories.ts'
import { iamModule } from './index.ts'
import { OWNED_ORGANIZATIONS_MAX } from './organizations-api.ts'

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

const refused =
  (code: string, pointer?: string) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof ProblemError)
    assert.equal(error.problem.code, code)
    if (pointer !== undefined) assert.equal(error.problem.errors?.[0]?.pointer, pointer)
    return true
  }
const ownerOf = () => signedInOwner(t.kit, server.url)
const slugOf = async (orgId: string) =>
  (
    await t.asSuperuser<{ slug: string; status: string }>(
      'select slug, status from iam.organizations where org_id = $1',
      [orgId],
    )
  )[0]
const create = (client: Client, name: string, slug?: string) =>
  client.call(createOrganization, { body: { name, ...(slug ? { slug } : {}) } })

describe('another organization', () => {
  it('is created by somebody who has an account, and owned by them', async () => {
    const owner = await ownerOf()
    const made = await owner.client.call(createOrganization, {
      body: { name: 'Second House', timeZone: 'Asia/Calcutta', language: 'fr-ca' },
    })
    assert.equal(made.name, 'Second House')
    assert.match(made.slug, /^second-house/)
    assert.equal(made.onboarding, 'new')
    assert.equal(made.status, 'trial')
    assert.deepEqual([made.timeZone, made.language], ['Asia/Calcutta', 'fr-CA'])
    const roles = await t.asSuperuser('select role from iam.members where org_id = $1 and user_id = $2', [
      made.id,
      owner.userId,
    ])
    assert.deepEqual(roles, [{ role: 'owner' }])
    const log = await t.asSuperuser('select action from audit.entries where org_id = $1', [made.id])
    assert.deepEqual(log, [{ action: 'organization.created' }])
  })

  it('takes no zone, language or address that is none', async () => {
    const { client } = await ownerOf()
    for (const timeZone of ['Mars/Olympus', '+02:00', '', '../etc', 'CET-1']) {
      const body = { name: 'X', timeZone }
      await assert.rejects(client.call(createOrganization, { body }), refused('request.invalid', '/timeZone'))
    }
    for (const language of ['', 'x', 'not a tag', 'en-u-ca-buddhist', 'zz']) {
      const body = { name: 'X', language }
      await assert.rejects(client.call(createOrganization, { body }), refused('request.invalid', '/language'))
    }
    for (const slug of ['-a', 'a_b', 'a.b', 'ä', 'a'.repeat(64), '']) {
      const body = { name: 'X', slug }
      await assert.rejects(client.call(createOrganization, { body }), refused('request.invalid', '/slug'))
    }
    for (const slug of ['admin', 'www', 'sign-in', 'API']) {
      await assert.rejects(create(client, 'X', slug), refused('iam.slug_taken'))
    }
  })

  it('of ten who want the same address at once goes to one', async () => {
    const slug = `race-${word()}`
    const owners = await Promise.all(Array.from({ length: 5 }, ownerOf))
    const outcomes = await Promise.allSettled(
      owners.flatMap(owner => [create(owner.client, 'Race', slug), create(owner.client, 'Race', slug)]),
    )
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') refused('iam.slug_taken')(outcome.reason)
    }
    const rows = await t.asSuperuser('select 1 from iam.organizations where slug = $1', [slug])
    assert.equal(rows.length, 1)
  })

  it('is refused after five in a day, also when many are asked for at once and when they were deleted', async () => {
    const { client, userId } = await ownerOf()
    // The one that came with the account counts.
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => create(client, `Many ${n} ${word()}`)),
    )
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 4)
    const yesterday = () =>
      t.asSuperuser(
        `update iam.user_organizations set created_at = now() - interval '25 hours' where user_id = $1`,
        [userId],
      )
    await yesterday()
    const made = await create(client, 'Next day')
    assert.equal(made.name, 'Next day')
    for (let n = 0; n < 4; n++) {
      await t.asSuperuser('insert into platform.erasures (org_id, requested_by) values ($1, $2)', [
        newId(),
        userId,
      ])
    }
    await assert.rejects(create(client, 'Too many'), refused('iam.too_many_new_organizations'))
  })

  it('is refused to one who owns as many as one may, and not to one who is a member of as many', async () => {
    const { client, userId } = await ownerOf()
    for (let n = 0; n < OWNED_ORGANIZATIONS_MAX; n++) {
      const other = await makeOwner(t.kit)
      await addMember(t.kit, other.orgId, userId, 'admin')
    }
    const yesterday = () =>
      t.asSuperuser(
        `update iam.user_organizations set created_at = now() - interval '25 hours' where user_id = $1`,
        [userId],
      )
    for (let n = 0; n < OWNED_ORGANIZATIONS_MAX - 1; n++) {
      await yesterday()
      await create(client, `Owned ${n} ${word()}`)
    }
    await yesterday()
    await assert.rejects(create(client, 'One more'), refused('iam.too_many_organizations'))
  })
})

describe('the settings of an organization', () => {
  it('are changed by whoever manages it, one by one, and the change is told and audited', async () => {
    const { client, orgId } = await ownerOf()
    const before = await client.call(getOrganization)
    const body = { name: '  New Name ', timeZone: 'Europe/Paris' }
    const after = await client.call(updateOrganization, { body })
    assert.deepEqual(
      { ...after, updatedAt: '' },
      { ...before, name: 'New Name', timeZone: 'Europe/Paris', updatedAt: '' },
    )
    assert.ok(after.updatedAt > before.updatedAt)
    assert.deepEqual(await client.call(getOrganization), after)
    const counted = (table: string) =>
      t.asSuperuser<{ n: number }>(
        `select count(*)::int as n from ${table} where org_id = $1 and ${table === 'events.events' ? 'type' : 'action'} = 'organization.changed'`,
        [orgId],
      )
    assert.equal((await counted('events.events'))[0]?.n, 1)
    assert.equal((await counted('audit.entries'))[0]?.n, 1)
    await client.call(updateOrganization, { body })
    assert.equal((await counted('events.events'))[0]?.n, 1)
    await assert.rejects(
      client.call(updateOrganization, { body: { timeZone: 'Europe/Atlantis' } }),
      refused('request.invalid', '/timeZone'),
    )
  })

  it('keep a former address from others for 90 days, and lead back to it', async () => {
    const [owner, rival] = [await ownerOf(), await ownerOf()]
    const old = (await owner.client.call(getOrganization)).slug
    const slug = `fresh-${word()}`
    assert.equal((await owner.client.call(updateOrganization, { body: { slug } })).slug, slug)
    await assert.rejects(create(rival.client, 'Thief', old), refused('iam.slug_taken'))
    await assert.rejects(
      rival.client.call(updateOrganization, { body: { slug: old } }),
      refused('iam.slug_taken'),
    )
    const leads = await server.raw(`/v1/public/branding?slug=${old}`)
    assert.equal(
      ((await leads.json()) as { name: string }).name,
      (await owner.client.call(getOrganization)).name,
    )
    assert.equal((await owner.client.call(updateOrganization, { body: { slug: old } })).slug, old)
    await assert.rejects(create(rival.client, 'Thief', slug), refused('iam.slug_taken'))
    await t.asSuperuser(
      `update iam.organization_slugs set reserved_until = now() - interval '1 second' where slug = $1`,
      [slug],
    )
    const plain = await server.raw(`/v1/public/branding?slug=${slug}`)
    assert.equal(((await plain.json()) as { name: string }).name, 'Millrace')
    assert.equal((await rival.client.call(updateOrganization, { body: { slug } })).slug, slug)
  })

  it('hold back no more than five former addresses, and of two changes at once to one address let one through', async () => {
    const { client } = await ownerOf()
    for (let n = 0; n < 5; n++) await client.call(updateOrganization, { body: { slug: `s${n}-${word()}` } })
    await assert.rejects(
      client.call(updateOrganization, { body: { slug: `s6-${word()}` } }),
      refused('iam.too_many_slugs'),
    )
    const slug = `both-${word()}`
    const [one, two] = [await ownerOf(), await ownerOf()]
    const outcomes = await Promise.allSettled(
      [one, two].map(owner => owner.client.call(updateOrganization, { body: { slug } })),
    )
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  })

  it('can be read and not changed in a suspended or cancelled organization', async () => {
    const { client, orgId } = await ownerOf()
    for (const status of ['suspended', 'cancelled'] as const) {
      await t.asSuperuser('update iam.organizations set status = $2 where org_id = $1', [orgId, status])
      assert.equal((await client.call(getOrganization)).status, status)
      assert.deepEqual(await client.call(getFeatures), { code: false })
      const code = `iam.organization_${status}`
      await assert.rejects(client.call(switchFeatures, { body: { code: true } }), refused(code))
      await assert.rejects(client.call(updateOrganization, { body: { name: 'X' } }), refused(code))
    }
    await t.asSuperuser(`update iam.organizations set status = 'past_due' where org_id = $1`, [orgId])
    await client.call(switchFeatures, { body: { code: true } })
  })
})

describe('the deletion of an organization', () => {
  const signIn = async (person: Person) => {
    const browser = openBrowser((path, init) => server.raw(path, init))
    const answer = await browser.post('/v1/auth/sign-in', { email: person.email, password: GOOD_PASSWORD })
    assert.equal(answer.status, 200, await answer.clone().text())
    return browser
  }
  const nameOf = async (orgId: string) =>
    (
      await t.asSuperuser<{ name: string }>('select name from iam.organizations where org_id = $1', [orgId])
    )[0]?.name ?? ''

  it('needs its owner, a recent proof of who they are, and its name', async () => {
    const owner = await makeOwner(t.kit)
    const admin = await makeOwner(t.kit)
    await addMember(t.kit, owner.orgId, admin.userId, 'admin', { 'organization:bill': true })
    const name = await nameOf(owner.orgId)
    const adminClient = createClient({
      baseUrl: server.url,
      headers: () => ({ authorization: `Bearer ${adminToken}` }),
    })
    const tokens = await server.raw('/v1/auth/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: admin.email, password: GOOD_PASSWORD, organizationId: owner.orgId }),
    })
    const adminToken = ((await tokens.json()) as { accessToken: string }).accessToken
    await assert.rejects(
      adminClient.call(deleteOrganization, { body: { name } }),
      refused('iam.owner_needed'),
    )
    const browser = await signIn(owner)
    const wrong = await browser.post('/v1/organization/deletion', { name: name.toLowerCase() })
    assert.equal(((await wrong.json()) as { code: string }).code, 'iam.name_differs')
    await t.asSuperuser(
      `update iam.sessions set proved_at = now() - interval '11 minutes' where user_id = $1`,
      [owner.userId],
    )
    const late = await browser.post('/v1/organization/deletion', { name })
    assert.equal(((await late.json()) as { code: string }).code, 'iam.sign_in_again')
    assert.equal((await slugOf(owner.orgId))?.status, 'trial')
    assert.equal(
      (await t.asSuperuser('select 1 from platform.erasures where org_id = $1', [owner.orgId])).length,
      0,
    )
  })

  it('puts everybody out at once, lets the owner go on without one, and gives the address free when it is over', async () => {
    const owner = await makeOwner(t.kit)
    const member = await makeOwner(t.kit)
    const memberId = await addMember(t.kit, owner.orgId, member.userId, 'member')
    assert.ok(memberId)
    const [name, slug] = [await nameOf(owner.orgId), (await slugOf(owner.orgId))?.slug ?? '']
    const [browser, elsewhere, colleague] = [await signIn(owner), await signIn(owner), await signIn(member)]
    await colleague.post('/v1/session/organization', { organizationId: owner.orgId })
    assert.equal((await colleague.get('/v1/organization')).status, 200)
    await t.asSuperuser(`update iam.organizations set status = 'suspended' where org_id = $1`, [owner.orgId])

    const answer = await browser.post('/v1/organization/deletion', { name })
    assert.equal(answer.status, 202, await answer.clone().text())
    const session = (await answer.json()) as { organization: unknown; organizations: unknown[] }
    assert.deepEqual([session.organization, session.organizations], [null, []])

    assert.equal((await elsewhere.get('/v1/session')).status, 401)
    assert.equal((await colleague.get('/v1/organization')).status, 401)
    assert.equal((await browser.get('/v1/session')).status, 200)
    assert.equal((await browser.get('/v1/organization')).status, 403)
    assert.equal((await browser.post('/v1/organization/deletion', { name })).status, 404)
    assert.equal(
      (await browser.post('/v1/session/organization', { organizationId: owner.orgId })).status,
      404,
    )
    const again = await signIn(member)
    const theirs = (await (await again.get('/v1/session')).json()) as { organizations: { id: string }[] }
    assert.deepEqual(
      theirs.organizations.map(({ id }) => id),
      [member.orgId],
    )

    await eraseOrganizations(t.ownerUrl)
    for (const table of ['iam.organizations', 'iam.members', 'iam.user_organizations', 'audit.entries']) {
      assert.equal(
        (await t.asSuperuser(`select 1 from ${table} where org_id = $1`, [owner.orgId])).length,
        0,
        table,
      )
    }
    const acts = await t.asSuperuser(
      `select action, actor_user_id from iam.platform_audit where subject_id = $1`,
      [owner.orgId],
    )
    assert.deepEqual(acts, [{ action: 'organization.deleted', actor_user_id: owner.userId }])

    const made = await browser.post('/v1/organizations', { name: 'A new start', slug })
    assert.equal(made.status, 201, await made.clone().text())
    const { id } = (await made.json()) as { id: string }
    assert.equal((await browser.post('/v1/session/organization', { organizationId: id })).status, 200)
    assert.equal((await browser.get('/v1/organization')).status, 200)
  })

  const isOnRecord = async (orgId: string) =>
    (await t.asSuperuser('select 1 from iam.platform_audit where subject_id = $1', [orgId])).length

  it('asked for twice at once happens once', async () => {
    const owner = await makeOwner(t.kit)
    const name = await nameOf(owner.orgId)
    const browsers = [await signIn(owner), await signIn(owner)]
    // Both have read that it is there before either ends it.
    const answers = await asAdmin(t.adminUrl, async other => {
      await other.query('begin')
      await other.query('select 1 from iam.organizations where org_id = $1 for update', [owner.orgId])
      const asked = Promise.all(browsers.map(each => each.post('/v1/organization/deletion', { name })))
      for (let waiting = 0; waiting < browsers.length; ) {
        const found = await other.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        )
        waiting = found.rowCount ?? 0
      }
      await other.query('commit')
      return asked
    })
    assert.deepEqual(answers.map(({ status }) => status).sort(), [202, 404])
    assert.equal(await isOnRecord(owner.orgId), 1)
  })

  it('asked for while another one signs everybody out is not let in any more', async test => {
    const owner = await makeOwner(t.kit)
    const name = await nameOf(owner.orgId)
    const [first, second] = [await signIn(owner), await signIn(owner)]
    const access = await first.post('/v1/auth/tokens', {
      email: owner.email,
      password: GOOD_PASSWORD,
      organizationId: owner.orgId,
    })
    const { accessToken } = (await access.json()) as { accessToken: string }
    const [allIn, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let letIn = 0
    const slow = await testServer(t, [iamModule], async (kit, presented) => {
      const principal = await authenticate(kit, presented)
      letIn += 1
      if (letIn === 3) allIn.resolve()
      await over.promise
      return principal
    })
    test.after(() => slow.close())
    const late = openBrowser((path, init) => slow.raw(path, init))
    late.hold(second.token())
    const waiting = [
      late.post('/v1/organization/deletion', { name }),
      late.post('/v1/session/confirm', { password: GOOD_PASSWORD }),
      slow.raw('/v1/organization/deletion', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
        body: JSON.stringify({ name }),
      }),
    ]
    await allIn.promise
    assert.equal((await first.post('/v1/organization/deletion', { name })).status, 202)
    over.resolve()
    const answers = await Promise.all(waiting)
    assert.deepEqual(
      await Promise.all(answers.map(async each => ((await each.json()) as { code: string }).code)),
      Array(3).fill('request.not_signed_in'),
    )
    assert.equal(await isOnRecord(owner.orgId), 1)
  })
})
