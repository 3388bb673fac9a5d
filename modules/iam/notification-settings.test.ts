import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inOrganization } from '#platform/context.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { getNotificationSettings, listNotifications, setNotificationSettings } from './contract.ts'
import { addMember, lettersTo, makeOwner, type Person } from './factories.ts'
import { iamModule, notifyMembers } from './index.ts'

describe('what a member is told about', () => {
  let t: TestKit
  const servers: TestServer[] = []
  before(async () => {
    t = await testKit({ modules: [iamModule] })
  })
  after(async () => {
    await Promise.all(servers.map(server => server.close()))
    await t.close()
  })

  const clientOf = async (person: Person, orgId = person.orgId) => {
    const server = await testServer(t, [iamModule], signedInAs(orgId, person.userId))
    servers.push(server)
    return server.client()
  }
  const tell = (orgId: string, key: string) =>
    inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, ctx =>
      notifyMembers(ctx, {
        kind: 'failed_runs',
        key,
        roles: ['owner', 'admin'],
        title: `Run ${key} failed`,
        body: 'The server answered 500.',
        link: '/runs/1',
      }),
    )

  it('is everything in the app and nothing by e-mail, until they choose, each for themselves', async () => {
    const owner = await makeOwner(t.kit)
    const admin = await makeOwner(t.kit)
    await addMember(t.kit, owner.orgId, admin.userId, 'admin')
    const [one, other] = [await clientOf(owner), await clientOf(admin, owner.orgId)]
    const before = await one.call(getNotificationSettings)
    assert.deepEqual(
      new Set(before.items.map(each => `${each.inApp} ${each.byEmail}`)),
      new Set(['true false']),
    )
    const wanted = { kind: 'failed_runs', inApp: false, byEmail: true } as const
    const after = await one.call(setNotificationSettings, { body: { items: [wanted] } })
    assert.deepEqual(
      after.items.find(each => each.kind === 'failed_runs'),
      wanted,
    )
    assert.deepEqual(await other.call(getNotificationSettings), before)
    assert.deepEqual(await (await clientOf(owner)).call(getNotificationSettings), after)
  })

  it('decides what rings and what is sent, once for one thing', async () => {
    const owner = await makeOwner(t.kit)
    const client = await clientOf(owner)
    const choose = (inApp: boolean, byEmail: boolean) =>
      client.call(setNotificationSettings, { body: { items: [{ kind: 'failed_runs', inApp, byEmail }] } })
    const unread = async () => (await client.call(listNotifications, { query: {} })).unreadCount
    await choose(false, true)
    assert.deepEqual([await tell(owner.orgId, 'a'), await tell(owner.orgId, 'a')], [1, 0])
    assert.equal(await unread(), 0)
    const [letter, ...more] = await lettersTo(t.kit, owner.email)
    assert.deepEqual([letter?.subject, more.length], ['Run a failed', 0])
    assert.match(
      letter?.text ?? '',
      /500[\s\S]*http:\/\/localhost:4000\/runs\/1[\s\S]*settings\/notifications/,
    )
    await choose(true, false)
    await tell(owner.orgId, 'b')
    assert.deepEqual([await unread(), (await lettersTo(t.kit, owner.email)).length], [1, 1])
  })

  it('is not sent to an address that is not confirmed, and leaves room for letters that matter more', async () => {
    const owner = await makeOwner(t.kit)
    const client = await clientOf(owner)
    const items = [{ kind: 'failed_runs', inApp: true, byEmail: true }] as const
    await client.call(setNotificationSettings, { body: { items: [...items] } })
    await t.asSuperuser('update iam.users set email_verified_at = null where id = $1', [owner.userId])
    await tell(owner.orgId, 'unconfirmed')
    assert.equal((await lettersTo(t.kit, owner.email)).length, 0)
    await t.asSuperuser('update iam.users set email_verified_at = now() where id = $1', [owner.userId])
    for (let n = 0; n < 8; n++) await tell(owner.orgId, `n${n}`)
    assert.equal((await lettersTo(t.kit, owner.email)).length, 5)
  })
})
