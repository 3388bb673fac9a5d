import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inOrganization } from '#platform/context.ts'
import type { Client } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { getFeatures, switchFeatures } from './contract.ts'
import { makeOwner, type Person } from './factories.ts'
import { iamModule, organizationFeatures } from './index.ts'
import { can, type Role, roles } from './permissions.ts'

describe('features of an organization', () => {
  let t: TestKit
  const servers: TestServer[] = []
  before(async () => {
    t = await testKit({ modules: [iamModule] })
  })
  after(async () => {
    await Promise.all(servers.map(server => server.close()))
    await t.close()
  })

  const clientOf = async (person: Person, role: Role = 'owner'): Promise<Client> => {
    const may = (permission: string) => can(role, {}, permission)
    const server = await testServer(t, [iamModule], signedInAs(person.orgId, person.userId, may))
    servers.push(server)
    return server.client()
  }
  const readBy = (orgId: string) =>
    inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, organizationFeatures)

  it('are off until an owner or an admin switches them on, for this organization alone', async () => {
    const [owner, other] = [await makeOwner(t.kit), await makeOwner(t.kit)]
    const client = await clientOf(owner)
    assert.deepEqual(await client.call(getFeatures), { code: false })
    assert.deepEqual(await client.call(switchFeatures, { body: { code: true } }), { code: true })
    assert.deepEqual(await client.call(getFeatures), { code: true })
    assert.deepEqual(await readBy(owner.orgId), { code: true })
    assert.deepEqual(await readBy(other.orgId), { code: false })
    assert.deepEqual(await client.call(switchFeatures, { body: {} }), { code: true })
    assert.deepEqual(await client.call(switchFeatures, { body: { code: false } }), { code: false })
    assert.deepEqual(await readBy(owner.orgId), { code: false })
  })

  it('are seen by whoever may read and switched by whoever may manage', async () => {
    const owner = await makeOwner(t.kit)
    const allowed: Record<string, [see: boolean, change: boolean]> = {}
    for (const role of roles) {
      const client = await clientOf(owner, role)
      const works = (call: Promise<unknown>) =>
        call.then(
          () => true,
          (error: { status?: number }) => {
            assert.equal(error.status, 403)
            return false
          },
        )
      allowed[role] = [
        await works(client.call(getFeatures)),
        await works(client.call(switchFeatures, { body: { code: true } })),
      ]
    }
    assert.deepEqual(allowed, {
      owner: [true, true],
      admin: [true, true],
      manager: [true, false],
      member: [true, false],
      viewer: [true, false],
      guest: [false, false],
    })
  })

  it('leave a trace of who changed what, and none when nothing changed', async () => {
    const owner = await makeOwner(t.kit)
    const client = await clientOf(owner)
    await client.call(switchFeatures, { body: { code: false } })
    await client.call(switchFeatures, { body: { code: true } })
    await client.call(switchFeatures, { body: { code: true } })
    const events = await t.asSuperuser(
      `select actor, subjects, payload from events.events where org_id = $1 and type = 'organization.features_changed'`,
      [owner.orgId],
    )
    assert.deepEqual(events, [
      {
        actor: { type: 'user', userId: owner.userId },
        subjects: [{ type: 'organization', id: owner.orgId }],
        payload: { before: { code: false }, after: { code: true } },
      },
    ])
  })

  it('keep the other settings, and take nothing but true for on', async () => {
    const owner = await makeOwner(t.kit)
    const set = (settings: object) =>
      t.asSuperuser('update iam.organizations set settings = $2 where org_id = $1', [owner.orgId, settings])
    for (const code of ['true', 1, null, {}]) {
      await set({ features: { code } })
      assert.deepEqual(await readBy(owner.orgId), { code: false }, JSON.stringify(code))
    }
    await set({ week: 'monday' })
    const client = await clientOf(owner)
    await client.call(switchFeatures, { body: { code: true } })
    const [row] = await t.asSuperuser('select settings from iam.organizations where org_id = $1', [
      owner.orgId,
    ])
    assert.deepEqual(row?.settings, { week: 'monday', features: { code: true } })
    assert.deepEqual(await readBy(newId()), { code: false })
  })
})
