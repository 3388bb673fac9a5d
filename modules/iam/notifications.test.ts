import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Context, inOrganization } from '#platform/context.ts'
import type { Client } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { listNotifications, markNotificationsRead } from './contract.ts'
import { addMember, makeOwner, type Person } from './factories.ts'
import { iamModule, notifyMembers } from './index.ts'

describe('notifications', () => {
  let t: TestKit
  const servers: TestServer[] = []
  before(async () => {
    t = await testKit({ modules: [iamModule] })
  })
  after(async () => {
    await Promise.all(servers.map(server => server.close()))
    await t.close()
  })

  const clientOf = async (person: Person, orgId = person.orgId): Promise<Client> => {
    const server = await testServer(t, [iamModule], signedInAs(orgId, person.userId))
    servers.push(server)
    return server.client()
  }
  const inOrg = <T>(orgId: string, work: (ctx: Context) => Promise<T>) =>
    inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, work)
  const tell = (orgId: string, key: string, change: Partial<Parameters<typeof notifyMembers>[1]> = {}) =>
    inOrg(orgId, ctx =>
      notifyMembers(ctx, {
        key,
        roles: ['owner'],
        title: `About ${key}`,
        body: 'Something happened.',
        ...change,
      }),
    )
  const eventsOf = (orgId: string) =>
    t.asSuperuser<{ subjects: { id: string }[]; payload: unknown }>(
      `select subjects, payload from events.events where org_id = $1 and type = 'notification.created'`,
      [orgId],
    )

  it('reach the active members with the roles once per key, with one event', async () => {
    const owner = await makeOwner(t.kit)
    const [admin, viewer, suspended] = [
      await makeOwner(t.kit),
      await makeOwner(t.kit),
      await makeOwner(t.kit),
    ]
    await addMember(t.kit, owner.orgId, admin.userId, 'admin')
    await addMember(t.kit, owner.orgId, viewer.userId, 'viewer')
    const id = await addMember(t.kit, owner.orgId, suspended.userId, 'admin')
    await t.asSuperuser(`update iam.members set status = 'suspended' where id = $1`, [id])
    assert.equal(await tell(owner.orgId, 'k', { roles: ['owner', 'admin'] }), 2)
    assert.equal(await tell(owner.orgId, 'k', { roles: ['owner', 'admin'] }), 0)
    assert.equal(await tell(owner.orgId, 'k', { roles: ['owner', 'viewer'] }), 1)
    assert.equal(await tell(owner.orgId, 'none', { roles: ['guest'] }), 0)
    const subjects = (await eventsOf(owner.orgId)).map(event =>
      event.subjects.map(subject => subject.id).sort(),
    )
    assert.deepEqual(
      subjects.sort((a, b) => b.length - a.length),
      [[owner.userId, admin.userId].sort(), [viewer.userId]],
    )
  })

  it('stated by many at once are stored once', async () => {
    const owner = await makeOwner(t.kit)
    const counts = await Promise.all(Array.from({ length: 5 }, () => tell(owner.orgId, 'same')))
    assert.deepEqual(counts.sort(), [0, 0, 0, 0, 1])
    assert.equal((await eventsOf(owner.orgId)).length, 1)
  })

  it('vanish with the transaction that stated them', async () => {
    const owner = await makeOwner(t.kit)
    await assert.rejects(
      inOrg(owner.orgId, async ctx => {
        await notifyMembers(ctx, { key: 'k', roles: ['owner'], title: 'T', body: '' })
        throw new Error('no')
      }),
    )
    assert.equal((await eventsOf(owner.orgId)).length, 0)
    assert.equal(await tell(owner.orgId, 'k'), 1)
  })

  it('are cut to what a list can show and never without a title', async () => {
    const owner = await makeOwner(t.kit)
    await tell(owner.orgId, 'long', { title: '🐎'.repeat(300), body: 'x'.repeat(5000), link: '/leads/1' })
    await tell(owner.orgId, 'blank', { title: '  ' })
    const client = await clientOf(owner)
    const { items } = await client.call(listNotifications, {})
    assert.equal(items[0]?.title, 'Notification')
    assert.deepEqual([[...(items[1]?.title ?? '')].length, items[1]?.body.length], [200, 2000])
    assert.ok(items[1]?.title.isWellFormed())
    assert.equal(items[1]?.link, '/leads/1')
    for (const link of [
      'https://elsewhere.example',
      '//elsewhere.example',
      '/\\elsewhere',
      'javascript:alert(1)',
    ])
      await assert.rejects(tell(owner.orgId, newId(), { link }), /link/)
  })

  it('are listed newest first, page by page, with the number of unread ones', async () => {
    const owner = await makeOwner(t.kit)
    for (const key of ['a', 'b', 'c', 'd', 'e']) await tell(owner.orgId, key)
    const client = await clientOf(owner)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await client.call(listNotifications, { query: { limit: 2, cursor } })
      assert.equal(page.unreadCount, 5)
      seen.push(...page.items.map(item => item.title))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    assert.deepEqual(seen, ['About e', 'About d', 'About c', 'About b', 'About a'])
    await assert.rejects(client.call(listNotifications, { query: { cursor: "' or 1=1" } }), {
      code: 'request.invalid',
    })
  })

  it('are marked as read by name or up to one, each only by the reader', async () => {
    const owner = await makeOwner(t.kit)
    const other = await makeOwner(t.kit)
    await addMember(t.kit, owner.orgId, other.userId, 'viewer')
    for (const key of ['a', 'b', 'c', 'd']) await tell(owner.orgId, key, { roles: ['owner', 'viewer'] })
    const [client, others] = [await clientOf(owner), await clientOf(other, owner.orgId)]
    const { items } = await client.call(listNotifications, {})
    const [d, c, b] = items.map(item => item.id)
    const mark = (by: Client, body: { ids?: string[]; upTo?: string }) =>
      by.call(markNotificationsRead, { body })
    assert.deepEqual(await mark(others, { ids: [d ?? '', newId()] }), { unreadCount: 4 })
    assert.deepEqual(await mark(client, { ids: [c ?? ''] }), { unreadCount: 3 })
    assert.deepEqual(await mark(client, { ids: [c ?? ''] }), { unreadCount: 3 })
    assert.deepEqual(await mark(client, { upTo: b ?? '' }), { unreadCount: 1 })
    const unread = await client.call(listNotifications, { query: { unread: 'true' } })
    assert.deepEqual(
      unread.items.map(item => item.id),
      [d],
    )
    assert.equal((await others.call(listNotifications, {})).unreadCount, 4)
    for (const body of [{}, { ids: [] }, { ids: ['x'] }, { upTo: 'x' }, { ids: [newId()], upTo: newId() }])
      await assert.rejects(mark(client, body), { code: 'request.invalid' })
  })

  it('go with the member', async () => {
    const owner = await makeOwner(t.kit)
    const other = await makeOwner(t.kit)
    const id = await addMember(t.kit, owner.orgId, other.userId, 'viewer')
    await tell(owner.orgId, 'a', { roles: ['viewer'] })
    await t.asSuperuser('delete from iam.members where id = $1', [id])
    const left = await t.asSuperuser('select 1 from iam.notifications where org_id = $1', [owner.orgId])
    assert.equal(left.length, 0)
  })
})
