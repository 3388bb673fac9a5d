import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import {
  changeMember,
  createApiKey,
  getMember,
  getSession,
  leaveOrganization,
  listMembers,
  listPermissions,
  nameMembers,
  type Role,
  reactivateMember,
  removeMember,
  suspendMember,
} from './contract.ts'
import { addMember, cookieOf, makeOwner, type Person } from './factories.ts'
import { authenticate, iamModule } from './index.ts'
import { issueTokens } from './tokens.ts'

let t: TestKit
let server: TestServer
let owner: Person
let boss: Client

before(async () => {
  t = await testKit({ modules: [iamModule] })
  server = await testServer(t, [iamModule], authenticate)
  owner = await makeOwner(t.kit, 'Olga Owner')
  boss = await clientOf(owner.userId)
})
after(async () => {
  await server.close()
  await t.close()
})

async function clientOf(userId: string, orgId = owner.orgId): Promise<Client> {
  const cookie = await cookieOf(t.kit, userId, orgId)
  return server.client({ cookie, 'sec-fetch-site': 'same-origin' })
}

interface Hired {
  id: string
  userId: string
  client: Client
}

async function hire(role: Exclude<Role, 'owner'>, overrides = {}, name = 'Mia Member'): Promise<Hired> {
  const { userId } = await makeOwner(t.kit, name)
  const id = await addMember(t.kit, owner.orgId, userId, role, overrides)
  return { id, userId, client: await clientOf(userId) }
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    error => (error instanceof ProblemError ? error.code : String(error)),
  )

const one = (memberId: string) => ({ params: { memberId } })
const eventsAbout = (memberId: string) =>
  t
    .asSuperuser<{ type: string }>(
      `select type from events.events where org_id = $1 and payload->>'memberId' = $2 order by id`,
      [owner.orgId, memberId],
    )
    .then(rows => rows.map(row => row.type))
const auditOf = (id: string) =>
  t
    .asSuperuser<{ action: string }>(
      `select action from audit.entries where org_id = $1 and object_id = $2 order by number`,
      [owner.orgId, id],
    )
    .then(rows => rows.map(row => row.action))

describe('the list of members', () => {
  it('goes by name, page by page, and is narrowed by status, role and search', async () => {
    const { userId, orgId } = await makeOwner(t.kit, 'Zoe')
    const client = await clientOf(userId, orgId)
    const names = ['anna Müller', 'Bo 100%', 'Cy_d', 'anna Müller']
    for (const [index, name] of names.entries()) {
      const person = await makeOwner(t.kit, name)
      await addMember(t.kit, orgId, person.userId, index === 1 ? 'viewer' : 'member')
    }
    const shown: string[] = []
    let cursor: string | undefined
    do {
      const page = await client.call(listMembers, { query: { limit: 2, ...(cursor ? { cursor } : {}) } })
      shown.push(...page.items.map(item => item.name))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    assert.deepEqual(shown, ['anna Müller', 'anna Müller', 'Bo 100%', 'Cy_d', 'Zoe'])
    const search = async (query: object) =>
      (await client.call(listMembers, { query })).items.map(item => item.name)
    assert.deepEqual(await search({ search: 'MÜLL' }), ['anna Müller', 'anna Müller'])
    assert.deepEqual(await search({ search: '%' }), ['Bo 100%'])
    assert.deepEqual(await search({ search: '_' }), ['Cy_d'])
    assert.deepEqual(await search({ role: 'viewer' }), ['Bo 100%'])
    assert.deepEqual(await search({ status: 'removed' }), [])
    assert.equal(await codeOf(client.call(listMembers, { query: { cursor: 'nonsense' } })), 'request.invalid')
  })

  it('is of one organization, and so is every member', async () => {
    const member = await hire('member')
    const other = await makeOwner(t.kit)
    const client = await clientOf(other.userId, other.orgId)
    assert.equal((await client.call(listMembers, {})).items.length, 1)
    for (const memberId of [member.id, newId()]) {
      const answers = await Promise.all([
        codeOf(client.call(getMember, one(memberId))),
        codeOf(client.call(changeMember, { ...one(memberId), body: { role: 'viewer' } })),
        codeOf(client.call(suspendMember, one(memberId))),
        codeOf(client.call(reactivateMember, one(memberId))),
        codeOf(client.call(removeMember, one(memberId))),
      ])
      assert.deepEqual(new Set(answers), new Set(['request.not_found']))
    }
  })

  it('names people who are or were here, and nobody else', async () => {
    const [here, gone] = [await hire('member', {}, 'Hana Here'), await hire('member', {}, 'Gil Gone')]
    await boss.call(removeMember, one(gone.id))
    const stranger = await makeOwner(t.kit, 'Sam Stranger')
    const ids = [here.userId, gone.userId, stranger.userId, newId()].join(',')
    const { items } = await here.client.call(nameMembers, { query: { ids } })
    assert.deepEqual(
      new Set(items.map(item => `${item.name} ${item.status}`)),
      new Set(['Hana Here active', 'Gil Gone removed']),
    )
    for (const wrong of ['', 'x', `${here.userId},`, Array.from({ length: 101 }, newId).join(',')]) {
      assert.equal(await codeOf(boss.call(nameMembers, { query: { ids: wrong } })), 'request.invalid')
    }
  })
})

describe('a role', () => {
  it('is changed by those above, to one below their own', async () => {
    const roles = ['admin', 'manager', 'member', 'viewer', 'guest'] as const
    const askers = new Map<string, Client>([['owner', boss]])
    for (const role of roles) askers.set(role, (await hire(role)).client)
    const allowed: string[] = []
    for (const [asker, client] of askers) {
      for (const from of roles) {
        const target = await hire(from)
        for (const to of roles) {
          const code = await codeOf(client.call(changeMember, { ...one(target.id), body: { role: to } }))
          if (code === 'done') {
            allowed.push(`${asker}: ${from}>${to}`)
            await t.asSuperuser('update iam.members set role = $2 where id = $1', [target.id, from])
          } else assert.ok(['iam.outranked', 'request.forbidden'].includes(code), code)
        }
      }
    }
    const below = { owner: roles, admin: roles.slice(1), manager: roles.slice(2) }
    const expected = Object.entries(below).flatMap(([asker, list]) =>
      list.flatMap(from => list.map(to => `${asker}: ${from}>${to}`)),
    )
    assert.deepEqual(allowed.sort(), expected.sort())
  })

  it('counts at once, is told and is in the log', async () => {
    const member = await hire('viewer')
    assert.equal((await member.client.call(getSession)).role, 'viewer')
    const changed = await boss.call(changeMember, { ...one(member.id), body: { role: 'manager' } })
    assert.equal(changed.role, 'manager')
    assert.equal((await member.client.call(getSession)).role, 'manager')
    assert.deepEqual(await eventsAbout(member.id), ['member.role_changed'])
    assert.deepEqual(await auditOf(member.id), ['member.role_changed'])
  })

  it('is never one’s own to change, and the owner’s is nobody’s', async () => {
    const admin = await hire('admin')
    const { items } = await boss.call(listMembers, { query: { role: 'owner' } })
    const ownerId = items[0]?.id ?? ''
    const body = { role: 'member' as const }
    assert.equal(
      await codeOf(admin.client.call(changeMember, { ...one(admin.id), body })),
      'iam.own_membership',
    )
    assert.equal(await codeOf(boss.call(changeMember, { ...one(ownerId), body })), 'iam.own_membership')
    assert.equal(await codeOf(admin.client.call(changeMember, { ...one(ownerId), body })), 'iam.owner_stays')
    assert.equal(await codeOf(admin.client.call(suspendMember, one(ownerId))), 'iam.owner_stays')
    assert.equal(await codeOf(admin.client.call(removeMember, one(ownerId))), 'iam.owner_stays')
    assert.equal(await codeOf(boss.call(leaveOrganization)), 'iam.owner_stays')
    const asOwner = { ...one(admin.id), body: { role: 'owner' as never } }
    assert.equal(await codeOf(boss.call(changeMember, asOwner)), 'request.invalid')
  })
})

describe('permissions that differ from the role', () => {
  const set = (client: Client, id: string, permissionOverrides: Record<string, boolean>) =>
    client.call(changeMember, { ...one(id), body: { permissionOverrides } })

  it('exist, count at once and replace those before', async () => {
    const { items } = await boss.call(listPermissions, {})
    assert.ok(items.includes('members:manage') && items.includes('organization:manage'))
    const member = await hire('guest')
    assert.equal(await codeOf(member.client.call(listMembers, {})), 'request.forbidden')
    await set(boss, member.id, { 'members:read': true })
    assert.equal(await codeOf(member.client.call(listMembers, {})), 'done')
    assert.equal(await codeOf(set(boss, member.id, { 'member:read': true })), 'request.invalid')
    assert.equal(await codeOf(set(boss, member.id, { __proto__x: true })), 'request.invalid')
    await set(boss, member.id, {})
    assert.equal(await codeOf(member.client.call(listMembers, {})), 'request.forbidden')
  })

  it('are given only by who has them, also by way of a role', async () => {
    const manager = await hire('manager', { 'organization:read': false })
    const guest = await hire('guest')
    assert.equal(
      await codeOf(set(manager.client, guest.id, { 'organization:manage': true })),
      'iam.beyond_own_rights',
    )
    assert.equal(
      await codeOf(set(manager.client, guest.id, { 'organization:read': true })),
      'iam.beyond_own_rights',
    )
    const viewer = { ...one(guest.id), body: { role: 'viewer' as const } }
    assert.equal(await codeOf(manager.client.call(changeMember, viewer)), 'iam.beyond_own_rights')
    assert.equal(await codeOf(set(manager.client, guest.id, { 'members:read': true })), 'done')
    await set(boss, guest.id, { 'organization:manage': true })
    assert.equal(
      await codeOf(set(manager.client, guest.id, { 'organization:manage': true, 'members:read': false })),
      'done',
      'what is there already may stay',
    )
    assert.equal(await codeOf(set(manager.client, guest.id, {})), 'done', 'and may be taken away')
  })
})

describe('a suspended or removed member', () => {
  it('is out on the next request by session and by token, and what they held does not come back', async () => {
    const acts = [
      (id: string) => boss.call(suspendMember, one(id)),
      (id: string) => boss.call(removeMember, one(id)),
    ]
    for (const act of acts) {
      const member = await hire('member')
      const tokens = await t.kit.db.withGlobal(tx =>
        issueTokens(tx, {
          userId: member.userId,
          orgId: owner.orgId,
          userAgent: '',
          address: '',
          sessionId: null,
        }),
      )
      const byToken = server.client({ authorization: `Bearer ${tokens.accessToken}` })
      assert.equal(await codeOf(member.client.call(listMembers, {})), 'done')
      assert.equal(await codeOf(byToken.call(listMembers, {})), 'done')
      await act(member.id)
      for (const client of [member.client, byToken])
        assert.equal(await codeOf(client.call(listMembers, {})), 'request.not_signed_in')
      await boss.call(reactivateMember, one(member.id))
      for (const client of [member.client, byToken])
        assert.equal(await codeOf(client.call(listMembers, {})), 'request.not_signed_in')
      assert.equal(await codeOf((await clientOf(member.userId)).call(listMembers, {})), 'done')
    }
  })

  it('is out by API key', async () => {
    const admin = await hire('admin')
    const body = { name: 'Reader', scopes: ['members:read' as const], expiresInDays: 1 }
    const { secret } = await admin.client.call(createApiKey, { body })
    const program = server.client({ authorization: `Bearer ${secret}` })
    assert.equal(await codeOf(program.call(listMembers, {})), 'done')
    await boss.call(suspendMember, one(admin.id))
    assert.equal(await codeOf(program.call(listMembers, {})), 'iam.key_refused')
  })

  it('is out although the act is under way while they ask', async () => {
    const member = await hire('member')
    await Promise.all([
      boss.call(suspendMember, one(member.id)),
      ...Array.from({ length: 10 }, () => codeOf(member.client.call(listMembers, {}))),
    ])
    assert.equal(await codeOf(member.client.call(listMembers, {})), 'request.not_signed_in')
  })

  it('keeps sessions in other organizations', async () => {
    const person = await makeOwner(t.kit)
    const id = await addMember(t.kit, owner.orgId, person.userId, 'member')
    const elsewhere = await clientOf(person.userId, person.orgId)
    await boss.call(removeMember, one(id))
    const session = await elsewhere.call(getSession)
    assert.deepEqual(
      session.organizations.map(organization => organization.id),
      [person.orgId],
    )
  })

  it('is told and is in the log, each act once', async () => {
    const member = await hire('member')
    await boss.call(suspendMember, one(member.id))
    await boss.call(suspendMember, one(member.id))
    await boss.call(reactivateMember, one(member.id))
    await boss.call(removeMember, one(member.id))
    assert.equal(await codeOf(boss.call(removeMember, one(member.id))), 'request.not_found')
    const acts = ['member.suspended', 'member.reactivated', 'member.removed']
    assert.deepEqual(await eventsAbout(member.id), acts)
    // The second suspension changed nothing and is in the log as a request alone.
    const audited = await auditOf(member.id)
    assert.deepEqual(
      audited.filter(action => action !== 'iam.member.suspend'),
      acts,
    )
  })

  it('comes back from a removal within ten minutes, and not after leaving', async () => {
    const [late, left] = [await hire('member'), await hire('member')]
    await boss.call(removeMember, one(late.id))
    await t.asSuperuser(`update iam.members set removed_at = now() - interval '11 minutes' where id = $1`, [
      late.id,
    ])
    await left.client.call(leaveOrganization)
    assert.equal(await codeOf(left.client.call(listMembers, {})), 'request.not_signed_in')
    for (const { id } of [late, left])
      assert.equal(await codeOf(boss.call(reactivateMember, one(id))), 'request.not_found')
    const { items } = await boss.call(listMembers, { query: { status: 'removed' } })
    assert.ok([late, left].every(({ id }) => items.some(item => item.id === id)))
    assert.deepEqual(await auditOf(left.id), ['member.left'])
  })

  it('is let in again only by who may give what they had', async () => {
    const manager = await hire('manager')
    const member = await hire('member', { 'organization:manage': true })
    await manager.client.call(suspendMember, one(member.id))
    assert.equal(await codeOf(manager.client.call(reactivateMember, one(member.id))), 'iam.beyond_own_rights')
    assert.equal(await codeOf(boss.call(reactivateMember, one(member.id))), 'done')
  })
})

describe('two who manage each other at once', () => {
  it('do not wait for each other, and who lost the right in the meantime is refused', async () => {
    for (let round = 0; round < 5; round++) {
      const manager = await hire('manager')
      const member = await hire('member')
      const codes = await Promise.all([
        codeOf(boss.call(changeMember, { ...one(manager.id), body: { role: 'viewer' } })),
        codeOf(manager.client.call(removeMember, one(member.id))),
      ])
      assert.equal(codes[0], 'done')
      assert.ok(['done', 'request.forbidden'].includes(codes[1] ?? ''), codes[1])
    }
  })
})
