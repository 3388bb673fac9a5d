import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, testServer } from '#test/http.ts'
import { graphSchema } from './graph.ts'
import { flowModule } from './index.ts'
import { getSchedule, previewSchedule } from './schedule-api.ts'
import { fireDue, scheduleLoop } from './schedules.ts'
import { syncTrigger } from './trigger-sync.ts'
import { setWorkflowStatus } from './workflow-status.ts'
import { createWorkflow, publishWorkflow, saveDraft } from './workflows.ts'

const modules = [iamModule, crmModule, mailModule, intakeModule, flowModule]
const MINUTE = 60_000
const DAY = 86_400_000

describe('schedules on PostgreSQL', () => {
  let t: TestKit
  let owner: Person
  /** A minute that passed half an hour ago by the database's clock, and so is long past any grace. */
  let passed: number

  before(async () => {
    t = await testKit({ modules })
    owner = await makeOwner(t.kit)
    const [row] = await t.asOwner<{ now: Date }>('select now() as now')
    passed = Math.floor(((row?.now.getTime() ?? 0) - 30 * MINUTE) / MINUTE) * MINUTE
  })
  after(() => t.close())

  const inOrg = <T>(work: (ctx: Context) => Promise<T>, person = owner) =>
    inOrganization(t.kit, { orgId: person.orgId, actor: { type: 'user', userId: person.userId } }, work)

  /** The schedule that happens every day at the time of this instant. */
  const dailyAt = (ms: number, withSeconds = false) => {
    const at = new Date(ms)
    const time = `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`
    return withSeconds ? `${at.getUTCSeconds()} ${time}` : time
  }
  const iso = (ms: number) => new Date(ms).toISOString()

  async function draft(workflowId: string, trigger: { type: string; config?: object }, person = owner) {
    const graph = graphSchema.parse({
      nodes: [
        { id: 'start', type: trigger.type, config: trigger.config ?? {} },
        { id: 'set', type: 'set_fields', config: { fields: [{ name: 'a', value: '{{ schedule.slot }}' }] } },
      ],
      edges: [{ id: 'e', source: 'start', target: 'set' }],
    })
    await inOrg(async ctx => {
      const [row] = (
        await ctx.db.query<{ revision: number }>('select revision from flow.workflows where id = $1', [
          workflowId,
        ])
      ).rows
      await saveDraft(ctx, workflowId, { graph, revision: row?.revision ?? 0 })
    }, person)
  }

  /** Publishes a schedule in UTC, as a new workflow or as the next version of one. */
  async function publish(config: object, workflowId?: string, person = owner): Promise<string> {
    const id = workflowId ?? (await inOrg(ctx => createWorkflow(ctx, { name: 'By the clock' }), person))
    await draft(id, { type: 'schedule', config: { timeZone: 'UTC', ...config } }, person)
    await inOrg(ctx => publishWorkflow(ctx, id), person)
    return id
  }

  /** Makes the schedule look as if nobody had been there since this slot. */
  const overdue = (workflowId: string, since: number) =>
    t.asSuperuser('update flow.schedule_due set due_at = $2 where workflow_id = $1', [
      workflowId,
      new Date(since),
    ])

  async function dueAt(workflowId: string): Promise<number | null> {
    const [row] = await t.asSuperuser<{ due_at: Date }>(
      'select due_at from flow.schedule_due where workflow_id = $1',
      [workflowId],
    )
    return row?.due_at.getTime() ?? null
  }

  /** The slots of the runs of a workflow, in the order they were started. */
  async function started(workflowId: string): Promise<string[]> {
    const rows = await t.asSuperuser<{ slot: string }>(
      `select input->'schedule'->>'slot' as slot from flow.runs where workflow_id = $1 order by id`,
      [workflowId],
    )
    return rows.map(row => row.slot)
  }

  it('a due slot starts one run, whoever looks and however often', async () => {
    const woken = t.kit.wake.wait('schedules', 60_000)
    const id = await publish({ cron: dailyAt(passed), input: { list: 'a' } })
    await woken
    assert.equal(await dueAt(id), passed + DAY)
    await overdue(id, passed)
    await Promise.all(Array.from({ length: 6 }, () => fireDue(t.kit)))
    assert.deepEqual(await started(id), [iso(passed)])
    assert.equal(await dueAt(id), passed + DAY)
    const [run] = await t.asSuperuser<{ input: unknown; trigger_type: string }>(
      'select input, trigger_type from flow.runs where workflow_id = $1',
      [id],
    )
    assert.deepEqual(run, {
      input: { list: 'a', schedule: { slot: iso(passed), timeZone: 'UTC' } },
      trigger_type: 'schedule',
    })
    // Even if the next time were lost, the slot's key is kept for ever.
    await overdue(id, passed)
    assert.equal(await fireDue(t.kit), 1)
    assert.deepEqual(await started(id), [iso(passed)])
  })

  it('missed slots are skipped, made up for once, or all started', async () => {
    const missed = [passed - 2 * DAY, passed - DAY, passed]
    for (const [policy, expected] of [
      ['skip', []],
      ['one', missed.slice(-1)],
      ['all', missed],
    ] as const) {
      const id = await publish({ cron: dailyAt(passed), missed: policy })
      await overdue(id, passed - 2 * DAY)
      await fireDue(t.kit)
      assert.deepEqual(await started(id), expected.map(iso), policy)
      assert.equal(await dueAt(id), passed + DAY, policy)
    }
  })

  it('of very many missed slots the latest hundred are started', async () => {
    const id = await publish({ cron: '*/10 * * * *', missed: 'all' })
    await overdue(id, passed - 7 * DAY)
    await fireDue(t.kit)
    const slots = await started(id)
    assert.equal(slots.length, 100)
    assert.equal(Date.parse(slots.at(-1) ?? '') - Date.parse(slots[0] ?? ''), 99 * 10 * MINUTE)
    assert.ok(Date.parse(slots.at(-1) ?? '') > passed)
  })

  it('a slot on time is started whatever the policy, and not once more for those before it', async () => {
    const [row] = await t.asOwner<{ now: Date }>('select now() as now')
    const slot = Math.floor((row?.now.getTime() ?? 0) / 1000) * 1000
    for (const missed of ['skip', 'one']) {
      const id = await publish({ cron: dailyAt(slot, true), missed })
      await overdue(id, slot - DAY)
      await fireDue(t.kit)
      assert.deepEqual(await started(id), [iso(slot)], missed)
    }
  })

  it('a pause takes the next slot away, and a resume does not make up for it', async () => {
    const id = await publish({ cron: dailyAt(passed), missed: 'all' })
    const turn = (status: 'active' | 'paused') => inOrg(ctx => setWorkflowStatus(ctx, id, status))
    // The slot was due when it was paused, and nobody had come to start it.
    await overdue(id, passed)
    await turn('paused')
    assert.equal(await dueAt(id), null)
    await turn('active')
    assert.equal(await dueAt(id), passed + DAY)
    await fireDue(t.kit)
    assert.deepEqual(await started(id), [])
  })

  it('publishing the same schedule again goes on where it was; a changed one starts afresh', async () => {
    const id = await publish({ cron: dailyAt(passed) })
    await overdue(id, passed)
    await publish({ cron: dailyAt(passed), input: { version: 2 } }, id)
    assert.equal(await dueAt(id), passed)
    await fireDue(t.kit)
    assert.deepEqual(await started(id), [iso(passed)])

    const earlier = passed - 2 * MINUTE
    await overdue(id, passed - DAY)
    await publish({ cron: dailyAt(earlier), missed: 'all' }, id)
    assert.equal(await dueAt(id), earlier + DAY)
    await fireDue(t.kit)
    assert.deepEqual(await started(id), [iso(passed)])

    // Back to the first schedule: its slot has been started, in another version.
    await publish({ cron: dailyAt(passed) }, id)
    await overdue(id, passed)
    await fireDue(t.kit)
    assert.deepEqual(await started(id), [iso(passed)])
  })

  it('a workflow that starts otherwise has no schedule any more', async () => {
    const id = await publish({ cron: '0 9 * * *' })
    await draft(id, { type: 'manual' })
    await inOrg(ctx => publishWorkflow(ctx, id))
    assert.deepEqual(await t.asSuperuser('select 1 from flow.schedules where workflow_id = $1', [id]), [])
    assert.equal(await dueAt(id), null)
  })

  it('a slot that is refused or a schedule that cannot be read holds up nothing', async () => {
    const refused = await publish({ cron: dailyAt(passed) })
    await t.asSuperuser(`update flow.workflows set status = 'paused' where id = $1`, [refused])
    const unreadable = await publish({ cron: dailyAt(passed) })
    await t.asSuperuser(`update flow.schedules set cron = 'sometimes' where workflow_id = $1`, [unreadable])
    const good = await publish({ cron: dailyAt(passed) })
    for (const id of [refused, unreadable, good]) await overdue(id, passed)
    assert.equal(await fireDue(t.kit), 3)
    assert.deepEqual(await started(refused), [])
    assert.deepEqual(await started(unreadable), [])
    assert.deepEqual(await started(good), [iso(passed)])
    assert.equal(await dueAt(refused), passed + DAY)
    assert.ok(((await dueAt(unreadable)) ?? 0) > passed)
    assert.equal(await fireDue(t.kit), 0)
  })

  it('a workflow that is just being published is passed over, and nobody else waits for it', async () => {
    const id = await publish({ cron: dailyAt(passed) })
    const other = await publish({ cron: dailyAt(passed) })
    for (const due of [id, other]) await overdue(due, passed)
    await inOrg(async ctx => {
      await ctx.db.query('select 1 from flow.workflows where id = $1 for update', [id])
      assert.equal(await fireDue(t.kit), 1)
      assert.deepEqual(await started(other), [iso(passed)])
    })
    assert.deepEqual(await started(id), [])
    assert.equal(await fireDue(t.kit), 1)
    assert.deepEqual(await started(id), [iso(passed)])
  })

  it('the loop starts what is due and ends when told to', async () => {
    const id = await publish({ cron: dailyAt(passed) })
    await overdue(id, passed)
    // What was signalled before is taken, so that the next signal is that of the run.
    await t.kit.wake.wait('flow', 0)
    const stop = new AbortController()
    const woken = t.kit.wake.wait('flow', 60_000)
    const loop = scheduleLoop.run(t.kit, { workerId: owner.orgId, isAlive: () => true }, stop.signal)
    await woken
    stop.abort()
    await loop
    assert.deepEqual(await started(id), [iso(passed)])
  })

  it('organizations do not see or start each other', async () => {
    const other = await makeOwner(t.kit, 'Grace Owner')
    const mine = await publish({ cron: dailyAt(passed) })
    const theirs = await publish({ cron: dailyAt(passed) }, undefined, other)
    for (const id of [mine, theirs]) await overdue(id, passed)
    assert.equal(await fireDue(t.kit), 2)
    const rows = await t.asSuperuser<{ org_id: string; workflow_id: string }>(
      'select org_id, workflow_id from flow.runs where workflow_id = any($1)',
      [[mine, theirs]],
    )
    assert.deepEqual(
      new Map(rows.map(row => [row.workflow_id, row.org_id])),
      new Map([
        [mine, owner.orgId],
        [theirs, other.orgId],
      ]),
    )
    // A row of another organization is out of reach even for who knows its workflow.
    await inOrg(ctx => syncTrigger(ctx, theirs))
    assert.equal(await dueAt(theirs), passed + DAY)
  })

  it('is told over the API', async () => {
    const server = await testServer(t, modules, signedInAs(owner.orgId, owner.userId))
    const client = server.client()
    try {
      const id = await publish({ cron: dailyAt(passed), missed: 'all' })
      const time = iso(passed).slice(11, 16)
      const shown = {
        cron: dailyAt(passed),
        timeZone: 'UTC',
        words: `Every day at ${time}, UTC`,
        missed: 'all',
        isActive: true,
        nextSlot: iso(passed + DAY),
        lastSlot: null as string | null,
      }
      const read = (workflowId: string) => client.call(getSchedule, { params: { workflowId } })
      assert.deepEqual(await read(id), { schedule: shown })
      await overdue(id, passed)
      await fireDue(t.kit)
      assert.deepEqual(await read(id), { schedule: { ...shown, lastSlot: iso(passed) } })
      assert.deepEqual(await read(await inOrg(ctx => createWorkflow(ctx, { name: 'Empty' }))), {
        schedule: null,
      })
      const other = await makeOwner(t.kit, 'Grace Owner')
      const theirs = await publish({ cron: '0 9 * * *' }, undefined, other)
      await assert.rejects(read(theirs), { status: 404 })

      const body = { cron: '0 9 * * 1-5', timeZone: 'Europe/Paris', count: 20 }
      const preview = await client.call(previewSchedule, { body })
      assert.equal(preview.words, 'Every weekday at 09:00, Europe/Paris')
      assert.equal(preview.next.length, 20)
      assert.deepEqual([...preview.next].sort(), preview.next)
      for (const wrong of [{ cron: '0 0 30 2 *' }, { timeZone: 'Mars/Base' }, { count: 21 }]) {
        await assert.rejects(client.call(previewSchedule, { body: { ...body, ...wrong } }), { status: 422 })
      }
    } finally {
      await server.close()
    }
  })

  it('what never happens cannot be published', async () => {
    const id = await inOrg(ctx => createWorkflow(ctx, { name: 'Never' }))
    await draft(id, { type: 'schedule', config: { cron: '0 0 30 2 *', timeZone: 'UTC' } })
    await assert.rejects(
      inOrg(ctx => publishWorkflow(ctx, id)),
      (error: { errors?: { message: string }[] }) => /never happens/.test(error.errors?.[0]?.message ?? ''),
    )
  })
})
