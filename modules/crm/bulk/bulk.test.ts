import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addMember, makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import type { Client } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import {
  bulkPeople,
  cancelChangeSet,
  changePeople,
  changePerson,
  deletePerson,
  getChangeSet,
  getPerson,
  listChangeSetFailures,
  listChangeSets,
  listPeople,
  undoChangeSet,
} from '../contract.ts'
import { crmModule } from '../index.ts'
import { doPart } from './job.ts'

const modules = [iamModule, crmModule]

describe('many records at once', () => {
  let t: TestKit
  const servers: TestServer[] = []
  before(async () => {
    t = await testKit({ modules, env: { LOG_LEVEL: 'error' } })
  })
  after(async () => {
    for (const server of servers) await server.close()
    await t.close()
  })

  const as = async (
    orgId: string,
    userId: string,
    visibility: Visibility = {},
    can: (permission: string) => boolean = () => true,
  ): Promise<Client> => {
    const actor = { type: 'user', userId } as const
    const principal = { actor, name: 'Test', userId, sessionId: null, orgId, role: 'member', visibility, can }
    const server = await testServer(t, modules, async () => principal)
    servers.push(server)
    return server.client()
  }
  const start = async () => {
    const owner = await makeOwner(t.kit)
    return { owner, client: await as(owner.orgId, owner.userId) }
  }
  /** People with the score 1, and their ids in order. */
  const seed = async ({ orgId }: Person, count: number, more: { owner?: string } = {}): Promise<string[]> => {
    const ids = Array.from({ length: count }, () => newId()).sort()
    await t.asSuperuser(
      `insert into crm.people (org_id, id, first_name, last_name, score, owner_user_id)
       select $1, p.id, 'Person', p.place::text, 1, $3 from unnest($2::uuid[]) with ordinality p (id, place)`,
      [orgId, ids, more.owner ?? null],
    )
    return ids
  }
  const finish = async ({ orgId }: Person, changeSetId: string) => {
    while (await doPart(t.kit, orgId, changeSetId));
  }
  const scores = async ({ orgId }: Person) =>
    new Map(
      (
        await t.asSuperuser<{ score: number; count: string }>(
          'select score, count(*) from crm.people where org_id = $1 and deleted_at is null group by 1',
          [orgId],
        )
      ).map(row => [row.score, Number(row.count)]),
    )
  const changesOf = async (changeSetId: string) =>
    (
      await t.asSuperuser<{ record_id: string }>(
        'select record_id from crm.changes where change_set_id = $1',
        [changeSetId],
      )
    ).map(row => row.record_id)
  const code = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail('It was accepted.'),
      (caught: unknown) => caught,
    )
    assert.ok(error instanceof ProblemError, String(error))
    return error.code
  }
  const read = (client: Client, personId: string) => client.call(getPerson, { params: { personId } })
  const setScore = (score: number) => ({ type: 'change', patch: { score } }) as const

  it('a few are done before the answer, each with its result, and taken back as one', async () => {
    const { owner, client } = await start()
    const [one = '', two = ''] = await seed(owner, 2)
    const gone = newId()
    const { changeSet, items } = await client.call(bulkPeople, {
      body: {
        select: { ids: [two, gone, one, one] },
        act: { type: 'change', patch: { score: 9, addTags: ['vip'] } },
      },
    })
    assert.deepEqual(
      [changeSet.status, changeSet.done, changeSet.failed, changeSet.mayUndo],
      ['done', 2, 1, true],
    )
    assert.deepEqual(changeSet.title, 'Changed score, tags of 3 people')
    assert.deepEqual(
      items.map(item => [item.index, item.ok, item.problem?.code]),
      [
        [0, true, undefined],
        [1, false, 'request.not_found'],
        [2, true, undefined],
      ],
    )
    const failures = await client.call(listChangeSetFailures, {
      params: { changeSetId: changeSet.id },
      query: {},
    })
    assert.deepEqual(
      failures.items.map(failure => [failure.recordId, failure.recordName]),
      [[gone, null]],
    )
    assert.deepEqual([(await read(client, one)).score, (await read(client, one)).tags], [9, ['vip']])
    const undone = await client.call(undoChangeSet, { params: { changeSetId: changeSet.id } })
    assert.deepEqual([undone.kind, undone.status, undone.done], ['undo', 'done', 2])
    assert.deepEqual([(await read(client, one)).score, (await read(client, one)).tags], [1, []])
    const after = await client.call(getChangeSet, { params: { changeSetId: changeSet.id } })
    assert.deepEqual([after.status, after.mayUndo, after.undoneBy], ['undone', false, undone.id])
    const again = client.call(undoChangeSet, { params: { changeSetId: changeSet.id } })
    assert.equal(await code(again), 'crm.not_undoable')
  })

  it('each can be changed in its own way; one that is refused stays alone', async () => {
    const { owner, client } = await start()
    const [one = '', two = '', three = ''] = await seed(owner, 3)
    const { changeSet, items } = await client.call(changePeople, {
      body: {
        items: [
          { id: one, patch: { score: 5 } },
          { id: two, patch: { score: 'many' } },
          { id: three, patch: { nothing: 1 } },
        ],
      },
    })
    assert.deepEqual(
      items.map(item => [item.ok, item.problem?.errors?.[0]?.pointer]),
      [
        [true, undefined],
        [false, '/score'],
        [false, '/nothing'],
      ],
    )
    assert.deepEqual(
      await scores(owner),
      new Map([
        [5, 1],
        [1, 2],
      ]),
    )
    await client.call(undoChangeSet, { params: { changeSetId: changeSet.id } })
    assert.deepEqual(await scores(owner), new Map([[1, 3]]))
  })

  it('a whole filter is done by a job, part by part; what came later is left alone', async () => {
    const { owner, client } = await start()
    await seed(owner, 250)
    const { changeSet, items } = await client.call(bulkPeople, {
      body: { select: { filter: 'score:is:1' }, act: setScore(2) },
    })
    assert.deepEqual([changeSet.status, changeSet.total, items], ['running', 250, []])
    assert.equal(await doPart(t.kit, owner.orgId, changeSet.id), true)
    const underWay = await client.call(getChangeSet, { params: { changeSetId: changeSet.id } })
    assert.deepEqual([underWay.status, underWay.done], ['running', 100])
    await seed(owner, 1)
    await finish(owner, changeSet.id)
    const done = await client.call(getChangeSet, { params: { changeSetId: changeSet.id } })
    assert.deepEqual([done.status, done.done, done.failed], ['done', 250, 0])
    assert.deepEqual(
      await scores(owner),
      new Map([
        [2, 250],
        [1, 1],
      ]),
    )
  })

  it('a part that dies in the middle leaves nothing, and the next worker does every record once', async () => {
    const { owner, client } = await start()
    const ids = await seed(owner, 230)
    const { changeSet } = await client.call(bulkPeople, { body: { select: { ids }, act: setScore(3) } })
    await doPart(t.kit, owner.orgId, changeSet.id)
    const dying = {
      ...t.kit,
      db: {
        ...t.kit.db,
        withOrg: <T>(...[orgId, work, visibility]: Parameters<typeof t.kit.db.withOrg<T>>) =>
          t.kit.db.withOrg(
            orgId,
            async tx => {
              const result = await work(tx)
              const [{ pid } = { pid: 0 }] = (
                await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
              ).rows
              const wrote = await tx.query(`select 1 where pg_current_xact_id_if_assigned() is not null`)
              if (wrote.rowCount) await t.asSuperuser('select pg_terminate_backend($1)', [pid])
              return result
            },
            visibility,
          ),
      },
    }
    await assert.rejects(doPart(dying, owner.orgId, changeSet.id))
    assert.equal((await changesOf(changeSet.id)).length, 100)
    await Promise.all([finish(owner, changeSet.id), finish(owner, changeSet.id)])
    const changed = await changesOf(changeSet.id)
    assert.deepEqual([changed.length, new Set(changed).size], [230, 230])
    assert.deepEqual(await scores(owner), new Map([[3, 230]]))
  })

  it('an undo of many is a job too; what was changed since stays and is listed', async () => {
    const { owner, client } = await start()
    const ids = await seed(owner, 150)
    const [first = '', second = ''] = ids
    const { changeSet } = await client.call(bulkPeople, { body: { select: { ids }, act: setScore(4) } })
    await finish(owner, changeSet.id)
    await client.call(changePerson, { params: { personId: first }, body: { score: 77 } })
    await client.call(deletePerson, { params: { personId: second } })
    const undo = await client.call(undoChangeSet, { params: { changeSetId: changeSet.id } })
    assert.deepEqual([undo.status, undo.total], ['running', 150])
    const twice = client.call(undoChangeSet, { params: { changeSetId: changeSet.id } })
    assert.equal(await code(twice), 'crm.not_undoable')
    await finish(owner, undo.id)
    const done = await client.call(getChangeSet, { params: { changeSetId: undo.id } })
    assert.deepEqual([done.status, done.done, done.failed], ['done', 148, 2])
    const { items } = await client.call(listChangeSetFailures, {
      params: { changeSetId: undo.id },
      query: {},
    })
    assert.deepEqual(
      new Map(items.map(item => [item.recordId, item.code])),
      new Map([
        [second, 'request.not_found'],
        [first, 'crm.changed_since'],
      ]),
    )
    assert.deepEqual(
      await scores(owner),
      new Map([
        [1, 148],
        [77, 1],
      ]),
    )
  })

  it('it can be stopped; what it did stays and can be taken back', async () => {
    const { owner, client } = await start()
    await seed(owner, 220)
    const { changeSet } = await client.call(bulkPeople, {
      body: { select: { filter: '' }, act: setScore(6) },
    })
    const params = { changeSetId: changeSet.id }
    await doPart(t.kit, owner.orgId, changeSet.id)
    assert.equal((await client.call(cancelChangeSet, { params })).status, 'cancelled')
    assert.equal(await doPart(t.kit, owner.orgId, changeSet.id), false)
    assert.equal(await code(client.call(cancelChangeSet, { params })), 'crm.not_running')
    assert.deepEqual(
      await scores(owner),
      new Map([
        [6, 100],
        [1, 120],
      ]),
    )
    const undo = await client.call(undoChangeSet, { params })
    await finish(owner, undo.id)
    assert.deepEqual(await scores(owner), new Map([[1, 220]]))
  })

  it('deleting many and taking it back', async () => {
    const { owner, client } = await start()
    const ids = await seed(owner, 130)
    const { changeSet } = await client.call(bulkPeople, {
      body: { select: { filter: '' }, act: { type: 'delete' } },
    })
    await finish(owner, changeSet.id)
    assert.deepEqual((await client.call(listPeople, { query: {} })).items, [])
    const undo = await client.call(undoChangeSet, { params: { changeSetId: changeSet.id } })
    await finish(owner, undo.id)
    assert.deepEqual(await scores(owner), new Map([[1, 130]]))
    const few = await client.call(bulkPeople, {
      body: { select: { ids: ids.slice(0, 3) }, act: { type: 'delete' } },
    })
    assert.equal(few.changeSet.kind, 'delete')
    const back = await client.call(bulkPeople, {
      body: { select: { ids: ids.slice(0, 3) }, act: { type: 'restore' } },
    })
    assert.deepEqual([back.changeSet.done, back.changeSet.failed], [3, 0])
  })

  it('two acts over the same records at once are both done, each once', async () => {
    const { owner, client } = await start()
    const ids = await seed(owner, 210)
    const tag = (word: string) =>
      client.call(bulkPeople, {
        body: { select: { ids }, act: { type: 'change', patch: { addTags: [word] } } },
      })
    const [one, two] = await Promise.all([tag('one'), tag('two')])
    await Promise.all([finish(owner, one.changeSet.id), finish(owner, two.changeSet.id)])
    const [tagged] = await t.asSuperuser<{ count: string }>(
      `select count(*) from crm.people where org_id = $1 and tags @> '{one,two}' and cardinality(tags) = 2`,
      [owner.orgId],
    )
    assert.equal(Number(tagged?.count), 210)
  })

  it('whoever sees a part changes that part; a filter reaches no further', async () => {
    const { owner, client } = await start()
    const colleague = await makeOwner(t.kit)
    await addMember(t.kit, owner.orgId, colleague.userId, 'member')
    await t.asSuperuser(
      `insert into iam.access_settings (org_id, role, object, level) values ($1, 'member', 'person', 'own')`,
      [owner.orgId],
    )
    const theirs = await seed(owner, 120, { owner: colleague.userId })
    const [hidden = ''] = await seed(owner, 30)
    const sight = { owners: [colleague.userId], writable: [], readable: [] }
    const narrowed = await as(owner.orgId, colleague.userId, { person: sight })
    const { changeSet } = await narrowed.call(bulkPeople, {
      body: { select: { filter: '' }, act: setScore(8) },
    })
    assert.equal(changeSet.total, 120)
    await finish({ ...owner }, changeSet.id)
    assert.deepEqual(
      await scores(owner),
      new Map([
        [8, 120],
        [1, 30],
      ]),
    )
    const named = await narrowed.call(bulkPeople, {
      body: { select: { ids: [hidden, theirs[0] ?? ''] }, act: setScore(9) },
    })
    assert.deepEqual(
      named.items.map(item => item.problem?.code),
      ['request.not_found', undefined],
    )
    const undo = await narrowed.call(undoChangeSet, { params: { changeSetId: changeSet.id } })
    await finish(owner, undo.id)
    const done = await narrowed.call(getChangeSet, { params: { changeSetId: undo.id } })
    // The one that was changed once more in between stays as it is.
    assert.deepEqual([done.done, done.failed], [119, 1])
    const own = await client.call(bulkPeople, { body: { select: { ids: [hidden] }, act: setScore(5) } })
    const params = { changeSetId: own.changeSet.id }
    assert.equal(await code(narrowed.call(getChangeSet, { params })), 'request.not_found')
    assert.equal(await code(narrowed.call(undoChangeSet, { params })), 'request.not_found')
    const listed = (await narrowed.call(listChangeSets, { query: {} })).items.map(each => each.id)
    assert.ok(!listed.includes(own.changeSet.id) && listed.includes(changeSet.id))
  })

  it('a job ends when whoever began it may do it no longer', async () => {
    const { owner } = await start()
    const colleague = await makeOwner(t.kit)
    const memberId = await addMember(t.kit, owner.orgId, colleague.userId, 'member')
    await seed(owner, 220)
    const client = await as(owner.orgId, colleague.userId)
    const { changeSet } = await client.call(bulkPeople, {
      body: { select: { filter: '' }, act: setScore(2) },
    })
    await doPart(t.kit, owner.orgId, changeSet.id)
    await t.asSuperuser(`update iam.members set status = 'suspended' where id = $1`, [memberId])
    assert.equal(await doPart(t.kit, owner.orgId, changeSet.id), false)
    const ended = await client.call(getChangeSet, { params: { changeSetId: changeSet.id } })
    assert.deepEqual([ended.status, ended.reason], ['failed', 'Whoever began it may no longer do it.'])
    assert.deepEqual(
      await scores(owner),
      new Map([
        [2, 100],
        [1, 120],
      ]),
    )
  })

  it('records and acts of another organization are not there', async () => {
    const here = await start()
    const there = await start()
    const [foreign = ''] = await seed(there.owner, 1)
    const { items } = await here.client.call(bulkPeople, {
      body: { select: { ids: [foreign] }, act: setScore(9) },
    })
    assert.equal(items[0]?.problem?.code, 'request.not_found')
    assert.deepEqual(await scores(there.owner), new Map([[1, 1]]))
    const { changeSet } = await there.client.call(bulkPeople, {
      body: { select: { ids: [foreign] }, act: setScore(9) },
    })
    const params = { changeSetId: changeSet.id }
    for (const work of [
      () => here.client.call(getChangeSet, { params }),
      () => here.client.call(undoChangeSet, { params }),
      () => here.client.call(cancelChangeSet, { params }),
      () => here.client.call(listChangeSetFailures, { params, query: {} }),
    ])
      assert.equal(await code(work()), 'request.not_found')
  })

  it('an undo asks for the right to write the records; a filter that cannot be read begins nothing', async () => {
    const { owner, client } = await start()
    const [one = ''] = await seed(owner, 1)
    const { changeSet } = await client.call(bulkPeople, {
      body: { select: { ids: [one] }, act: setScore(2) },
    })
    const reader = await as(owner.orgId, owner.userId, {}, permission => permission !== 'people:write')
    assert.equal(
      await code(reader.call(undoChangeSet, { params: { changeSetId: changeSet.id } })),
      'request.forbidden',
    )
    const wrong = client.call(bulkPeople, { body: { select: { filter: 'nothing:is:1' }, act: setScore(2) } })
    assert.equal(await code(wrong), 'request.invalid')
    assert.equal((await client.call(listChangeSets, { query: {} })).items.length, 1)
  })
})
