import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addMember, makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { inOrganization } from '#platform/context.ts'
import type { Client } from '#platform/contract/client.ts'
import type { CallInput } from '#platform/contract/route.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import {
  changeActivity,
  completeActivity,
  createActivity,
  deleteActivity,
  getActivity,
  listActivities,
  reopenActivity,
  restoreActivity,
} from '../contract.ts'
import { crmModule } from '../index.ts'
import { activitySeen } from './activity-sight.ts'

const refusedAs = (code: string) => (error: unknown) =>
  (error as { code?: string }).code === code || assert.fail(`${error} instead of ${code}`)
const pointersOf = async (call: Promise<unknown>): Promise<unknown> => {
  const error = await call.then(
    () => assert.fail('was accepted'),
    (thrown: { problem?: { errors?: { pointer: string }[] } }) => thrown,
  )
  return error.problem?.errors?.map(({ pointer }) => pointer)
}

describe('activities', () => {
  let t: TestKit
  let server: TestServer
  let orgId: string
  let userId: string
  let otherId: string
  let client: Client
  let colleague: Client
  /** What the colleague sees; everything while it is empty. */
  let sight: Visibility = {}
  const person = newId()
  const hidden = newId()
  const company = newId()

  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
    ;({ orgId, userId } = await makeOwner(t.kit))
    otherId = (await makeOwner(t.kit, 'Colleague')).userId
    await addMember(t.kit, orgId, otherId, 'member')
    server = await testServer(t, [iamModule, crmModule], async (_kit, request) => {
      const isColleague = request.authorization === 'colleague'
      const id = isColleague ? otherId : userId
      return {
        actor: { type: 'user', userId: id },
        name: 'Test person',
        userId: id,
        sessionId: null,
        orgId,
        role: 'member',
        visibility: isColleague ? sight : {},
        can: () => true,
      }
    })
    client = server.client()
    colleague = server.client({ authorization: 'colleague' })
    await t.asSuperuser(
      `insert into crm.people (org_id, id, first_name, last_name, owner_user_id) values
         ($1, $2, 'Ada', 'Byron', $4), ($1, $3, 'Hidden', 'Person', null)`,
      [orgId, person, hidden, otherId],
    )
    await t.asSuperuser(`insert into crm.companies (org_id, id, name) values ($1, $2, 'Acme')`, [
      orgId,
      company,
    ])
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const make = (body: CallInput<typeof createActivity>['body'], as = client) =>
    as.call(createActivity, { body })
  const about = (...ids: string[]) =>
    ids.map(id => ({ object: id === company ? ('company' as const) : ('person' as const), id }))

  it('are written down with what they are about, and read back', async () => {
    const call = await make({
      kind: 'call',
      title: 'Asked about the offer',
      body: '**Interested**, <script>alert(1)</script>',
      outcome: 'connected',
      records: about(person, company),
    })
    assert.equal(call.assigneeUserId, userId)
    assert.notEqual(call.completedAt, null)
    assert.deepEqual(call.records.map(record => record.name).sort(), ['Acme', 'Ada Byron'])
    assert.deepEqual(await client.call(getActivity, { params: { activityId: call.id } }), call)
    const listed = await client.call(listActivities, { query: { companyId: company } })
    assert.deepEqual(
      listed.items.map(item => item.id),
      [call.id],
    )
  })

  it('know by themselves whether they are done', async () => {
    const ahead = new Date(Date.now() + 86_400_000).toISOString()
    const past = new Date(Date.now() - 86_400_000).toISOString()
    const isDone = async (body: object) => (await make({ title: 'x', ...body } as never)).completedAt !== null
    assert.equal(await isDone({ kind: 'note' }), true)
    assert.equal(await isDone({ kind: 'task', dueOn: '2026-01-01' }), false)
    assert.equal(await isDone({ kind: 'meeting', startsAt: ahead, endsAt: ahead }), false)
    assert.equal(await isDone({ kind: 'meeting', startsAt: past, endsAt: past }), true)
    assert.equal(await isDone({ kind: 'call', dueOn: '2099-01-01' }), false)
    assert.equal(await isDone({ kind: 'task', isDone: true }), true)
  })

  it('refuse what makes no sense, and name it', async () => {
    const task = { kind: 'task', title: 'x' } as const
    assert.deepEqual(await pointersOf(make({ kind: 'note' })), ['/title'])
    assert.deepEqual(await pointersOf(make({ kind: 'task', body: 'only text' })), ['/title'])
    assert.deepEqual(await pointersOf(make({ ...task, outcome: 'busy' })), ['/outcome'])
    assert.deepEqual(await pointersOf(make({ ...task, endsAt: '2026-01-01T10:00:00Z' })), ['/startsAt'])
    assert.deepEqual(
      await pointersOf(make({ ...task, startsAt: '2026-01-01T10:00:00Z', endsAt: '2026-01-01T09:00:00Z' })),
      ['/endsAt'],
    )
    assert.deepEqual(await pointersOf(make({ ...task, dueOn: '0000-01-01' })), ['/dueOn'])
    assert.deepEqual(await pointersOf(make({ ...task, dueOn: '2026-02-30' })), ['/dueOn'])
    assert.deepEqual(await pointersOf(make({ ...task, title: 'x'.repeat(301) })), ['/title'])
    assert.deepEqual(await pointersOf(make({ ...task, assigneeUserId: newId() })), ['/assigneeUserId'])
    assert.deepEqual(await pointersOf(make({ ...task, records: about(person, newId()) })), ['/records/1/id'])
    const { rows } = {
      rows: await t.asSuperuser(`select 1 from crm.activities where title = 'x' and due_on < '1900-01-01'`),
    }
    assert.equal(rows.length, 0)
  })

  it('are changed on a version, completed, opened again, deleted and restored', async () => {
    const task = await make({ kind: 'task', title: 'Call back', dueOn: '2026-12-01', records: about(person) })
    const params = { activityId: task.id }
    const response = await server.raw(`/v1/activities/${task.id}`)
    const etag = response.headers.get('etag') ?? ''
    const renamed = await client.call(changeActivity, {
      params,
      body: { title: 'Write back' },
      ifMatch: etag,
    })
    assert.equal(renamed.title, 'Write back')
    await assert.rejects(
      client.call(changeActivity, { params, body: { title: 'Late' }, ifMatch: etag }),
      refusedAs('request.changed_meanwhile'),
    )
    const moved = await client.call(changeActivity, {
      params,
      body: { dueOn: null, records: about(company) },
    })
    assert.equal(moved.dueOn, null)
    assert.deepEqual(
      moved.records.map(record => record.name),
      ['Acme'],
    )
    const done = await client.call(completeActivity, { params })
    assert.equal(done.completedBy, userId)
    assert.equal((await client.call(completeActivity, { params })).completedAt, done.completedAt)
    assert.equal((await client.call(reopenActivity, { params })).completedAt, null)
    await client.call(deleteActivity, { params })
    await assert.rejects(client.call(getActivity, { params }), refusedAs('request.not_found'))
    await assert.rejects(client.call(completeActivity, { params }), refusedAs('request.not_found'))
    assert.equal((await client.call(restoreActivity, { params })).title, 'Write back')
    await assert.rejects(client.call(restoreActivity, { params }), refusedAs('request.not_found'))
    const events = await t.asSuperuser<{ type: string }>(
      `select type from events.events where org_id = $1 and payload->>'activityId' = $2 order by id`,
      [orgId, task.id],
    )
    assert.deepEqual(
      events.map(event => event.type.split('.')[1]),
      ['created', 'updated', 'updated', 'completed', 'updated', 'deleted', 'updated'],
    )
  })

  it('are listed as tasks: mine, open, by when they are due', async () => {
    const mine = await addTasks(['2026-03-01', '2026-03-02', '2026-03-03', null])
    const query = { mine: 'true', state: 'open', today: '2026-03-02', sort: 'dueOn' } as const
    const due = async (which: 'overdue' | 'today' | 'later' | 'none') =>
      (await colleague.call(listActivities, { query: { ...query, due: which } })).items.map(item => item.id)
    assert.deepEqual(await due('overdue'), [mine[0]])
    assert.deepEqual(await due('today'), [mine[1]])
    assert.deepEqual(await due('later'), [mine[2]])
    assert.deepEqual(await due('none'), [mine[3]])
    await assert.rejects(
      client.call(listActivities, { query: { personId: person, companyId: company } }),
      refusedAs('request.invalid'),
    )
    await assert.rejects(
      client.call(listActivities, { query: { personId: newId() } }),
      refusedAs('request.not_found'),
    )
  })

  async function addTasks(days: readonly (string | null)[]): Promise<string[]> {
    const ids: string[] = []
    for (const dueOn of days) ids.push((await make({ kind: 'task', title: 'Due', dueOn }, colleague)).id)
    return ids
  }

  describe('for a member who sees a part of the records', () => {
    before(() => {
      sight = {
        person: { owners: [otherId], writable: [], readable: [] },
        company: { owners: [otherId], writable: [], readable: [] },
        deal: { owners: [otherId], writable: [], readable: [] },
      }
    })
    after(() => {
      sight = {}
    })
    const reads = (activityId: string) => colleague.call(getActivity, { params: { activityId } })

    it('are seen where all they are about is, and where they are the member’s own', async () => {
      const seen = await make({ kind: 'note', title: 'About mine', records: about(person) })
      const half = await make({ kind: 'note', title: 'About both', records: about(person, hidden) })
      const none = await make({ kind: 'note', title: 'About nothing' })
      const foreign = await make({ kind: 'note', title: 'About the hidden', records: about(hidden) })
      const given = await make({
        kind: 'task',
        title: 'For you',
        assigneeUserId: otherId,
        records: about(hidden),
      })
      assert.deepEqual((await reads(seen.id)).id, seen.id)
      for (const { id } of [half, none, foreign])
        await assert.rejects(reads(id), refusedAs('request.not_found'))
      assert.deepEqual((await reads(given.id)).records, [])
      const listed = await colleague.call(listActivities, { query: { limit: 100 } })
      const ids = listed.items.map(item => item.id)
      assert.ok(ids.includes(seen.id) && ids.includes(given.id))
      assert.ok(![half, none, foreign].some(({ id }) => ids.includes(id)))
      const done = await colleague.call(completeActivity, { params: { activityId: given.id } })
      assert.equal(done.completedBy, otherId)
      await assert.rejects(
        colleague.call(completeActivity, { params: { activityId: foreign.id } }),
        refusedAs('request.not_found'),
      )
    })

    it('cannot be written down at hidden records, and keep the ones that are not seen', async () => {
      assert.deepEqual(
        await pointersOf(make({ kind: 'note', title: 'x', records: about(hidden) }, colleague)),
        ['/records/0/id'],
      )
      const task = await make({
        kind: 'task',
        title: 'Ours',
        assigneeUserId: otherId,
        records: about(hidden),
      })
      await colleague.call(changeActivity, {
        params: { activityId: task.id },
        body: { records: about(person) },
      })
      const after = await client.call(getActivity, { params: { activityId: task.id } })
      assert.deepEqual(after.records.map(({ id }) => id).sort(), [person, hidden].sort())
    })

    it('are only looked at where the record may only be looked at', async () => {
      const note = await make({ kind: 'note', title: 'Read me', records: about(hidden) })
      sight = { ...sight, person: { owners: [], writable: [], readable: [hidden] } }
      assert.equal((await reads(note.id)).title, 'Read me')
      const body = { title: 'Mine now' }
      await assert.rejects(
        colleague.call(changeActivity, { params: { activityId: note.id }, body }),
        refusedAs('request.read_only'),
      )
      await assert.rejects(
        make({ kind: 'note', title: 'x', records: about(hidden) }, colleague),
        refusedAs('request.read_only'),
      )
    })
  })

  it('reach their index among many', async () => {
    const { orgId: large, userId: owner } = await makeOwner(t.kit)
    const [record] = [newId()]
    await t.asSuperuser(
      `insert into crm.activities (org_id, id, kind, title, assignee_user_id, due_on)
       select $1, gen_random_uuid(), 'task', 'Task ' || n, case when n % 200 = 0 then $2::uuid end, date '2026-01-01' + n % 300
       from generate_series(1, 20000) n`,
      [large, owner],
    )
    await t.asSuperuser(
      `insert into crm.activity_links (org_id, activity_id, object, record_id)
       select org_id, id, 'person', case when id < 'fe000000-0000-0000-0000-000000000000' then gen_random_uuid() else $2 end
       from crm.activities where org_id = $1`,
      [large, record],
    )
    await t.asSuperuser('analyze crm.activities')
    await t.asSuperuser('analyze crm.activity_links')
    const actor = { type: 'user', userId: owner } as const
    const visibility = { person: { owners: [owner], writable: [], readable: [] } }
    for (const sees of [{}, visibility]) {
      const plans = await inOrganization(t.kit, { orgId: large, actor, visibility: sees }, async ctx => {
        const seen = activitySeen(ctx, 'a', 3)
        const explain = async (text: string, values: unknown[]) =>
          (await ctx.db.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values)).rows
            .map(row => row['QUERY PLAN'])
            .join('\n')
        return [
          await explain(
            `select a.id from crm.activities a where a.org_id = $1 and a.deleted_at is null and a.assignee_user_id = $2::uuid
               and a.completed_at is null${seen.sql} order by a.due_on asc nulls last, a.id asc limit 51`,
            [large, owner, ...seen.values],
          ),
          await explain(
            `select a.id from crm.activity_links l join crm.activities a on a.org_id = $1 and a.id = l.activity_id
             where a.org_id = $1 and l.org_id = $1 and l.record_id = $2 and a.deleted_at is null${seen.sql}
             order by a.id desc limit 51`,
            [large, record, ...seen.values],
          ),
        ]
      })
      assert.match(plans[0] ?? '', /Index Cond: .*assignee_user_id = /)
      assert.match(plans[1] ?? '', /Index Cond: .*record_id = /)
      for (const plan of plans) assert.doesNotMatch(plan, /Seq Scan on activit/)
    }
  })
})
