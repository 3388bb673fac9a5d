import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Client } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { changeMember, deleteAccount, getSession, removeMember, transferOwnership } from './contract.ts'
import { addMember, cookieOf, lettersTo, makeOwner, type Person } from './factories.ts'
import { authenticate, iamModule } from './index.ts'

let t: TestKit
let server: TestServer
let owner: Person
let boss: Client
let heir: Person & { id: string }

before(async () => {
  t = await testKit({ modules: [iamModule] })
  server = await testServer(t, [iamModule], authenticate)
})
after(async () => {
  await server.close()
  await t.close()
})
beforeEach(async () => {
  owner = await makeOwner(t.kit, 'Olga Owner')
  boss = await clientOf(owner.userId)
  heir = await join('member')
})

async function clientOf(userId: string, orgId = owner.orgId): Promise<Client> {
  const cookie = await cookieOf(t.kit, userId, orgId)
  return server.client({ cookie, 'sec-fetch-site': 'same-origin' })
}

async function join(role: 'admin' | 'member'): Promise<Person & { id: string }> {
  const person = await makeOwner(t.kit, 'Hugo Heir')
  return {
    ...person,
    id: await addMember(t.kit, owner.orgId, person.userId, role, { 'members:read': false }),
  }
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    error => (error instanceof ProblemError ? error.code : String(error)),
  )

const to = (memberId: string) => ({ body: { memberId } })

async function rolesNow(): Promise<Record<string, string>> {
  const rows = await t.asSuperuser<{ user_id: string; role: string }>(
    'select user_id, role from iam.members where org_id = $1',
    [owner.orgId],
  )
  return Object.fromEntries(rows.map(row => [row.user_id, row.role]))
}

describe('the ownership of an organization', () => {
  it('goes to another member, both roles in one transaction, and both are told', async () => {
    const member = await boss.call(transferOwnership, to(heir.id))
    assert.deepEqual(
      { role: member.role, overrides: member.permissionOverrides },
      { role: 'owner', overrides: {} },
    )
    assert.deepEqual(await rolesNow(), { [owner.userId]: 'admin', [heir.userId]: 'owner' })
    assert.equal((await boss.call(getSession)).role, 'admin')
    for (const email of [owner.email, heir.email]) {
      const letters = await lettersTo(t.kit, email)
      assert.match(letters.at(-1)?.subject ?? '', /has a new owner$/)
    }
    const [event] = await t.asSuperuser(
      `select payload from events.events where org_id = $1 and type = 'organization.ownership_transferred'`,
      [owner.orgId],
    )
    assert.ok(event)
    const audited = await t.asSuperuser(
      'select action from audit.entries where org_id = $1 order by number',
      [owner.orgId],
    )
    assert.equal(audited.at(-1)?.action, 'organization.ownership_transferred')
  })

  it('is given by the owner alone, to an active member alone', async () => {
    const admin = await join('admin')
    const asAdmin = await clientOf(admin.userId)
    assert.equal(await codeOf(asAdmin.call(transferOwnership, to(admin.id))), 'iam.owner_only')
    assert.equal(await codeOf(boss.call(transferOwnership, to(newId()))), 'request.not_found')
    const [own] = await t.asSuperuser<{ id: string }>(
      `select id from iam.members where org_id = $1 and role = 'owner'`,
      [owner.orgId],
    )
    assert.equal(await codeOf(boss.call(transferOwnership, to(own?.id ?? ''))), 'iam.member_not_active')
    await t.asSuperuser(`update iam.members set status = 'suspended' where id = $1`, [heir.id])
    assert.equal(await codeOf(boss.call(transferOwnership, to(heir.id))), 'iam.member_not_active')
    await boss.call(removeMember, { params: { memberId: admin.id } })
    assert.equal(await codeOf(boss.call(transferOwnership, to(admin.id))), 'request.not_found')
    const other = await makeOwner(t.kit)
    const [foreign] = await t.asSuperuser<{ id: string }>('select id from iam.members where user_id = $1', [
      other.userId,
    ])
    assert.equal(await codeOf(boss.call(transferOwnership, to(foreign?.id ?? ''))), 'request.not_found')
  })

  it('needs a proof of who one is that is not older than ten minutes', async () => {
    await t.asSuperuser(
      `update iam.sessions set proved_at = now() - interval '11 minutes' where user_id = $1`,
      [owner.userId],
    )
    assert.equal(await codeOf(boss.call(transferOwnership, to(heir.id))), 'iam.sign_in_again')
    assert.equal((await rolesNow())[owner.userId], 'owner')
  })

  it('has exactly one holder, however many transfers happen at once', async () => {
    const heirs = [heir, await join('admin'), await join('member')]
    const codes = await Promise.all(heirs.map(({ id }) => codeOf(boss.call(transferOwnership, to(id)))))
    assert.equal(codes.filter(code => code === 'done').length, 1, codes.join())
    assert.equal(codes.filter(code => code === 'iam.owner_only').length, 2, codes.join())
    assert.equal(Object.values(await rolesNow()).filter(role => role === 'owner').length, 1)
  })

  it('is not lost when the heir is changed or removed at the same moment', async () => {
    for (const act of [
      (id: string, client: Client) => client.call(removeMember, { params: { memberId: id } }),
      (id: string, client: Client) =>
        client.call(changeMember, { params: { memberId: id }, body: { role: 'viewer' } }),
    ]) {
      const admin = await join('admin')
      const next = await join('member')
      const asAdmin = await clientOf(admin.userId)
      const [transfer, other] = await Promise.all([
        codeOf((await clientOf(await ownerNow())).call(transferOwnership, to(next.id))),
        codeOf(act(next.id, asAdmin)),
      ])
      assert.ok(['done', 'request.not_found'].includes(transfer), transfer)
      assert.ok(['done', 'iam.owner_stays'].includes(other), other)
      assert.equal(Object.values(await rolesNow()).filter(role => role === 'owner').length, 1)
    }
  })

  it('is held by the database: no second owner and no organization without one', async () => {
    await assert.rejects(
      t.asSuperuser(`update iam.members set role = 'owner' where id = $1`, [heir.id]),
      /members_one_owner/,
    )
    await assert.rejects(
      t.asSuperuser(`update iam.members set role = 'admin' where org_id = $1 and role = 'owner'`, [
        owner.orgId,
      ]),
      /organizations_owner/,
    )
    await assert.rejects(
      t.asSuperuser('delete from iam.users where id = $1', [owner.userId]),
      /organizations_owner/,
    )
    await assert.rejects(
      t.asSuperuser(
        `update iam.members set status = 'removed', removed_at = now() where org_id = $1 and role = 'owner'`,
        [owner.orgId],
      ),
      /members_owner_acts/,
    )
  })
})

async function ownerNow(): Promise<string> {
  return Object.entries(await rolesNow()).find(([, role]) => role === 'owner')?.[0] ?? ''
}

describe('an account', () => {
  it('that owns an organization is not deleted, and the answer says which', async () => {
    const refused = await boss.call(deleteAccount).catch((error: unknown) => error)
    assert.ok(refused instanceof ProblemError)
    assert.equal(refused.code, 'iam.owns_organizations')
    assert.match(refused.problem.detail ?? '', /Business /)
  })

  it('goes with its sessions and memberships, and is named no longer', async () => {
    await boss.call(transferOwnership, to(heir.id))
    await boss.call(deleteAccount)
    assert.equal(await codeOf(boss.call(getSession)), 'request.not_signed_in')
    assert.deepEqual(await rolesNow(), { [heir.userId]: 'owner' })
    const left = await t.asSuperuser('select 1 from iam.users where id = $1', [owner.userId])
    assert.equal(left.length, 0)
    const [event] = await t.asSuperuser<{ payload: { left: boolean } }>(
      `select payload from events.events where org_id = $1 and type = 'member.removed'`,
      [owner.orgId],
    )
    assert.equal(event?.payload.left, true)
  })

  it('needs a proof of who one is', async () => {
    await t.asSuperuser(
      `update iam.sessions set proved_at = now() - interval '11 minutes' where user_id = $1`,
      [owner.userId],
    )
    assert.equal(await codeOf(boss.call(deleteAccount)), 'iam.sign_in_again')
  })
})
