import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addMember, makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Client, etagOf } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { changeView, createView, deleteView, getView, listViews, markView } from '../contract.ts'
import { crmModule } from '../index.ts'

const modules = [iamModule, crmModule]
type Role = 'owner' | 'admin' | 'member' | 'viewer'

describe('views of lists', () => {
  let t: TestKit
  const servers: TestServer[] = []
  before(async () => {
    t = await testKit({ modules, env: { LOG_LEVEL: 'error' } })
  })
  after(async () => {
    for (const server of servers) await server.close()
    await t.close()
  })

  /** Somebody of an organization, with what the role may do with views. */
  const as = async (orgId: string, userId: string, role: Role): Promise<Client> => {
    const server = await testServer(t, modules, async () => ({
      actor: { type: 'user', userId } as const,
      name: 'Test person',
      userId,
      sessionId: null,
      orgId,
      role,
      visibility: {},
      can: permission => role !== 'viewer' || permission.endsWith(':read'),
    }))
    servers.push(server)
    return server.client()
  }
  const start = async () => {
    const owner = await makeOwner(t.kit)
    const join = async (role: Role) => {
      const person = await makeOwner(t.kit)
      await addMember(t.kit, owner.orgId, person.userId, role === 'owner' ? 'admin' : role)
      return as(owner.orgId, person.userId, role)
    }
    return { owner, join, client: await as(owner.orgId, owner.userId, 'owner') }
  }
  const code = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail('It was accepted.'),
      (caught: unknown) => caught,
    )
    assert.ok(error instanceof ProblemError, String(error))
    return error.code
  }
  const named = (name: string) => ({ body: { object: 'person' as const, name } })

  it('a personal view is its owner’s alone, and pinned for them', async () => {
    const { client, join } = await start()
    const colleague = await join('admin')
    const view = await client.call(createView, named('Mine'))
    assert.deepEqual(
      [view.visibility, view.isMine, view.mayChange, view.isPinned],
      ['personal', true, true, true],
    )
    const params = { viewId: view.id }
    for (const work of [
      () => colleague.call(getView, { params }),
      () => colleague.call(changeView, { params, body: { name: 'Theirs' } }),
      () => colleague.call(deleteView, { params }),
      () => colleague.call(markView, { params, body: { isPinned: true } }),
    ])
      assert.equal(await code(work()), 'request.not_found')
    assert.deepEqual((await colleague.call(listViews, { query: { object: 'person' } })).items, [])
  })

  it('settings are kept as they were saved, and refused with the place of what is wrong', async () => {
    const { client } = await start()
    const settings = {
      columns: [
        { key: 'email', width: 240 },
        { key: 'custom.size', total: 'sum' as const },
      ],
      filter: '{"all":[{"field":"custom.gone","op":"is","value":"x"}]}',
      sort: '-score',
      groupBy: 'lifecycleStage',
      density: 'comfortable' as const,
    }
    const view = await client.call(createView, { body: { object: 'person', name: 'Wide', settings } })
    assert.deepEqual((await client.call(getView, { params: { viewId: view.id } })).settings, settings)
    const wrong = client.call(createView, {
      body: { object: 'person', name: 'Wrong', settings: { columns: [{ key: 'email', width: 3 }] } },
    })
    const error = await wrong.catch((caught: unknown) => caught)
    assert.ok(error instanceof ProblemError)
    assert.equal(error.problem.errors?.[0]?.pointer, '/settings/columns/0/width')
  })

  it('a shared view asks for the right to share; a locked one for its owner or an admin', async () => {
    const { join } = await start()
    const [maker, member, viewer, admin] = [
      await join('member'),
      await join('member'),
      await join('viewer'),
      await join('admin'),
    ]
    const shared = { body: { object: 'person' as const, name: 'Shared', visibility: 'shared' as const } }
    assert.equal(await code(viewer.call(createView, shared)), 'request.forbidden')
    await viewer.call(createView, named('My own'))
    const view = await maker.call(createView, shared)
    const params = { viewId: view.id }
    assert.equal((await member.call(changeView, { params, body: { name: 'For all' } })).name, 'For all')
    assert.equal(await code(viewer.call(changeView, { params, body: { name: 'Mine' } })), 'request.forbidden')
    assert.equal(await code(viewer.call(deleteView, { params })), 'request.forbidden')
    for (const visibility of ['personal', 'locked'] as const)
      assert.equal(await code(member.call(changeView, { params, body: { visibility } })), 'crm.view_locked')
    await maker.call(changeView, { params, body: { visibility: 'locked' } })
    const seen = await member.call(getView, { params })
    assert.deepEqual([seen.visibility, seen.mayChange], ['locked', false])
    assert.equal(await code(member.call(changeView, { params, body: { name: 'No' } })), 'crm.view_locked')
    assert.equal(await code(member.call(deleteView, { params })), 'crm.view_locked')
    assert.equal(
      (await admin.call(changeView, { params, body: { name: 'By an admin' } })).name,
      'By an admin',
    )
    await maker.call(deleteView, { params })
    assert.equal(await code(maker.call(getView, { params })), 'request.not_found')
  })

  it('of two who change the same version one is told, with what differs', async () => {
    const { client, join } = await start()
    const colleague = await join('member')
    const view = await client.call(createView, {
      body: { object: 'person', name: 'Both', visibility: 'shared' },
    })
    const params = { viewId: view.id }
    const read = await client.call(getView, { params })
    await colleague.call(changeView, { params, body: { name: 'Theirs' } })
    const error = await client
      .call(changeView, { params, body: { name: 'Mine' }, ifMatch: etagOf(read) })
      .catch((caught: unknown) => caught)
    assert.ok(error instanceof ProblemError)
    assert.deepEqual([error.status, error.problem.errors?.[0]?.pointer], [412, '/name'])
    assert.equal((await client.call(getView, { params })).name, 'Theirs')
  })

  it('each member has their own pins, order and default; a default takes the place of another', async () => {
    const { client, join } = await start()
    const colleague = await join('member')
    const make = (name: string) =>
      client.call(createView, { body: { object: 'person', name, visibility: 'shared' } })
    const [one, two, three] = [await make('One'), await make('Two'), await make('Three')]
    const mark = (viewId: string, body: object) => client.call(markView, { params: { viewId }, body })
    await mark(three.id, { place: 0 })
    await mark(one.id, { isDefault: true })
    await mark(two.id, { isDefault: true })
    const list = async (who: Client) => (await who.call(listViews, { query: { object: 'person' } })).items
    assert.deepEqual(
      (await list(client)).map(view => [view.name, view.isDefault]),
      [
        ['Three', false],
        ['One', false],
        ['Two', true],
      ],
    )
    assert.deepEqual(
      (await list(colleague)).map(view => [view.isPinned, view.isDefault]),
      [
        [false, false],
        [false, false],
        [false, false],
      ],
    )
    await Promise.all([one, two, three].map(view => mark(view.id, { isDefault: true })))
    assert.equal((await list(client)).filter(view => view.isDefault).length, 1)
  })

  it('pages of views go on where they were cut', async () => {
    const { client } = await start()
    for (const name of ['A', 'B', 'C']) await client.call(createView, named(name))
    const first = await client.call(listViews, { query: { object: 'person', limit: 2 } })
    const next = await client.call(listViews, {
      query: { object: 'person', limit: 2, cursor: first.nextCursor ?? '' },
    })
    assert.deepEqual(
      [...first.items, ...next.items].map(view => view.name),
      ['A', 'B', 'C'],
    )
  })

  it('views of another organization are not there', async () => {
    const here = await start()
    const there = await start()
    const view = await there.client.call(createView, {
      body: { object: 'person', name: 'Foreign', visibility: 'shared' },
    })
    const params = { viewId: view.id }
    for (const work of [
      () => here.client.call(getView, { params }),
      () => here.client.call(changeView, { params, body: {} }),
      () => here.client.call(deleteView, { params }),
      () => here.client.call(markView, { params, body: {} }),
    ])
      assert.equal(await code(work()), 'request.not_found')
  })

  it('a program saves shared views and no personal ones', async () => {
    const owner: Person = await makeOwner(t.kit)
    const server = await testServer(t, modules, async () => ({
      actor: { type: 'apiKey', keyId: owner.orgId } as const,
      name: 'Key',
      userId: null,
      sessionId: null,
      orgId: owner.orgId,
      role: 'owner',
      visibility: {},
      can: () => true,
    }))
    servers.push(server)
    const client = server.client()
    assert.equal(await code(client.call(createView, named('Whose'))), 'crm.view_for_person')
    const view = await client.call(createView, {
      body: { object: 'deal', name: 'Ours', visibility: 'shared' },
    })
    assert.deepEqual([view.ownerUserId, view.isMine, view.mayChange], [null, false, true])
    const marked = client.call(markView, { params: { viewId: view.id }, body: { isPinned: true } })
    assert.equal(await code(marked), 'crm.view_for_person')
  })
})
