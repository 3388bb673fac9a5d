import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { leadCreated, leadStatusChanged } from '#modules/intake/contract.ts'
import { goodAnswers, makeForm } from '#modules/intake/factories.ts'
import { intakeModule, submitForm } from '#modules/intake/index.ts'
import { emailSent } from '#modules/mail/contract.ts'
import { mailModule } from '#modules/mail/index.ts'
import { type Actor, type Context, inOrganization } from '#platform/context.ts'
import { dispatchOnce } from '#platform/events/dispatch.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import type { Module } from '#platform/module.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, testServer } from '#test/http.ts'
import { eventKinds } from './event-kinds.ts'
import { eventReactions } from './event-reactions.ts'
import { CHAIN_MAX } from './event-triggers.ts'
import { workflowCompleted, workflowSignal } from './events.ts'
import { startRun } from './runs.ts'
import { syncTrigger } from './trigger-sync.ts'
import { sendSignal } from './webhook-api.ts'
import { webhookRoutes } from './webhook-routes.ts'
import { createWorkflow, publishWorkflow, saveDraft } from './workflows.ts'

// The routes and tables that start runs: nobody advances them here.
const flowStarts: Module = {
  name: 'flow',
  migrations: fileURLToPath(new URL('./migrations', import.meta.url)),
  routes: webhookRoutes,
}
const modules = [iamModule, crmModule, mailModule, intakeModule, flowStarts]
const system: Actor = { type: 'system', name: 'test' }

interface Run extends Record<string, unknown> {
  id: string
  trigger_type: string
  lead_id: string | null
  input: { event: { id: string; type: string; payload: unknown; depth: number }; lead?: { name: string } }
}

describe('events that start workflows', () => {
  let t: TestKit
  let owner: Person
  let other: Person
  before(async () => {
    t = await testKit({ modules, reactions: eventReactions })
    owner = await makeOwner(t.kit)
    other = await makeOwner(t.kit)
  })
  after(() => t.close())

  const inOrg = <T>(work: (ctx: Context) => Promise<T>, { orgId } = owner, actor: Actor = system) =>
    inOrganization(t.kit, { orgId, actor }, work)

  async function makeWorkflow(type: string, config: object = {}, person = owner): Promise<string> {
    return inOrg(async ctx => {
      const workflowId = await createWorkflow(ctx, { name: 'Hears' })
      const node = { id: 'start', type, config: { ...config }, position: { x: 0, y: 0 } }
      await saveDraft(ctx, workflowId, { graph: { nodes: [node], edges: [] }, revision: 0 })
      await publishWorkflow(ctx, workflowId)
      return workflowId
    }, person)
  }
  const signal = (key: string, { person = owner, actor = system as Actor, name = 'test' } = {}) =>
    inOrg(
      ctx =>
        publish(ctx, workflowSignal, {
          subjects: [{ type: 'signal', id: key }],
          payload: { name, key, payload: { total: 7 } },
        }),
      person,
      actor,
    )
  const runsOf = (workflowId: string) =>
    t.asSuperuser<Run>(
      'select id, trigger_type, lead_id, input from flow.runs where workflow_id = $1 order by id',
      [workflowId],
    )
  /** A lead on the board of a workflow of its own. */
  async function makeLead(name: string): Promise<{ leadId: string; boardId: string }> {
    const boardId = await inOrg(ctx => createWorkflow(ctx, { name: 'Board' }))
    const form = await makeForm(t.kit, owner.orgId, { workflowId: boardId })
    const { leadId } = await submitForm(t.kit, {
      formKey: form.key,
      submissionId: newId(),
      answers: { ...goodAnswers(), name },
      address: '127.0.0.1',
    })
    return { leadId: leadId ?? '', boardId }
  }

  it('an event starts every workflow that listens to it, once, with its lead', async () => {
    const [first, second, elsewhere] = [
      await makeWorkflow('event', { event: leadStatusChanged.type }),
      await makeWorkflow('event', { event: leadStatusChanged.type }),
      await makeWorkflow('event', { event: leadStatusChanged.type }, other),
    ]
    const { leadId, boardId } = await makeLead('Ada')
    const event = await inOrg(ctx =>
      publish(ctx, leadStatusChanged, {
        subjects: [{ type: 'lead', id: leadId }],
        payload: { leadId, workflowId: boardId, from: 'NEW', to: 'QUALIFIED' },
      }),
    )
    await Promise.all([dispatchOnce(t.kit), dispatchOnce(t.kit), dispatchOnce(t.kit)])
    await dispatchOnce(t.kit)
    for (const workflowId of [first, second]) {
      const [run, ...more] = await runsOf(workflowId)
      assert.equal(more.length, 0)
      assert.equal(run?.trigger_type, 'event')
      assert.equal(run?.lead_id, leadId)
      assert.equal(run?.input.lead?.name, 'Ada')
      assert.equal(run?.input.event.id, event.id)
      assert.deepEqual(run?.input.event.payload, {
        leadId,
        workflowId: boardId,
        from: 'NEW',
        to: 'QUALIFIED',
      })
    }
    assert.equal((await runsOf(elsewhere)).length, 0)
    // The retry of a reaction that was done already finds the run.
    const again = await inOrg(ctx =>
      startRun(ctx, { workflowId: first, trigger: 'event', input: {}, idempotencyKey: `event:${event.id}` }),
    )
    assert.equal(again.isNew, false)
  })

  it('a new lead by the form starts the workflows that listen to leads', async () => {
    const onLead = await makeWorkflow('event', { event: leadCreated.type })
    const onPerson = await makeWorkflow('event', { event: 'person.created' })
    const { leadId } = await makeLead('Grace')
    await dispatchOnce(t.kit)
    assert.deepEqual(
      (await runsOf(onLead)).map(run => run.lead_id),
      [leadId],
    )
    assert.ok((await runsOf(onPerson)).every(run => run.lead_id === null))
  })

  it('a condition decides over the event and its lead', async () => {
    const paid = await makeWorkflow('event', {
      event: workflowSignal.type,
      condition: {
        all: [
          { field: 'event.payload.name', operator: 'equals', value: 'paid' },
          { field: 'event.payload.payload.total', operator: 'greater_than', value: 5 },
        ],
      },
    })
    const rich = await makeWorkflow('event', {
      event: leadCreated.type,
      condition: { field: 'lead.fields.budget', operator: 'equals', value: '$5000' },
    })
    const poor = await makeWorkflow('event', {
      event: leadCreated.type,
      condition: { field: 'budget', operator: 'not_equals', value: '$5000' },
    })
    await signal('a', { name: 'refunded' })
    await signal('a', { name: 'paid' })
    await makeLead('Joan')
    await dispatchOnce(t.kit)
    assert.deepEqual(
      [(await runsOf(paid)).length, (await runsOf(rich)).length, (await runsOf(poor)).length],
      [1, 1, 0],
    )
  })

  it('follows what is published: paused, archived and otherwise started workflows hear nothing', async () => {
    const workflowId = await makeWorkflow('event', { event: workflowSignal.type })
    const setStatus = (status: string) =>
      inOrg(async ctx => {
        await ctx.db.query('update flow.workflows set status = $3 where org_id = $1 and id = $2', [
          ctx.orgId,
          workflowId,
          status,
        ])
        await syncTrigger(ctx, workflowId)
      })
    for (const status of ['paused', 'active', 'archived', 'active']) {
      await setStatus(status)
      await signal(`while ${status}`)
      await dispatchOnce(t.kit)
    }
    assert.equal((await runsOf(workflowId)).length, 2)
    await inOrg(async ctx => {
      const node = { id: 'start', type: 'manual', config: {}, position: { x: 0, y: 0 } }
      await saveDraft(ctx, workflowId, { graph: { nodes: [node], edges: [] }, revision: 1 })
      await publishWorkflow(ctx, workflowId)
    })
    await signal('after')
    await dispatchOnce(t.kit)
    assert.equal((await runsOf(workflowId)).length, 2)
    assert.equal(
      (await t.asSuperuser('select 1 from flow.event_triggers where workflow_id = $1', [workflowId])).length,
      0,
    )
  })

  it('a start that is refused leaves nothing behind and keeps nobody else from starting', async () => {
    const paused = await makeWorkflow('event', { event: workflowSignal.type })
    const full = await makeWorkflow('event', { event: workflowSignal.type })
    const fine = await makeWorkflow('event', { event: workflowSignal.type })
    // Paused behind the trigger's back, as it is for an event that is on its way.
    await t.asSuperuser(`update flow.workflows set status = 'paused' where id = $1`, [paused])
    await t.asSuperuser('update flow.workflows set settings = $2 where id = $1', [
      full,
      { limit: { runs: 0, perKey: null, overflow: 'refuse' } },
    ])
    await signal('refused')
    await dispatchOnce(t.kit)
    const counts = await Promise.all([paused, full, fine].map(async id => (await runsOf(id)).length))
    assert.deepEqual(counts, [0, 0, 1])
    const keys = await t.asSuperuser('select 1 from flow.run_keys where workflow_id = $1', [full])
    const jobs = await t.asSuperuser(`select 1 from jobs.jobs where kind = 'events.react'`)
    assert.deepEqual([keys.length, jobs.length], [0, 0])
  })

  it('a run does not start its own workflow again, unless that is wanted', async () => {
    const shy = await makeWorkflow('event', { event: workflowSignal.type })
    const wild = await makeWorkflow('event', { event: workflowSignal.type, allowOwn: true })
    for (const workflowId of [shy, wild]) {
      const { runId } = await inOrg(ctx => startRun(ctx, { workflowId, trigger: 'manual', input: {} }))
      await signal('own', { actor: { type: 'run', runId, workflowId } })
    }
    await dispatchOnce(t.kit)
    const started = async (id: string) =>
      (await runsOf(id)).filter(run => run.trigger_type === 'event').length
    // Each hears the other's run; only one hears its own.
    assert.deepEqual([await started(shy), await started(wild)], [1, 2])
  })

  it('what a run left to a job is its own doing as well', async () => {
    const workflowId = await makeWorkflow('event', { event: emailSent.type })
    const { runId } = await inOrg(ctx => startRun(ctx, { workflowId, trigger: 'manual', input: {} }))
    const payload = { messageId: newId(), to: 'a@example.com', subject: 's', runId }
    await inOrg(ctx => publish(ctx, emailSent, { subjects: [{ type: 'run', id: runId }], payload }))
    await inOrg(ctx => publish(ctx, emailSent, { subjects: [], payload: { ...payload, runId: undefined } }))
    await dispatchOnce(t.kit)
    assert.equal((await runsOf(workflowId)).filter(run => run.trigger_type === 'event').length, 1)
  })

  it(`a chain ends after ${CHAIN_MAX} runs, also through runs that other runs started`, async () => {
    const workflowId = await makeWorkflow('event', {
      event: workflowCompleted.type,
      allowOwn: true,
      condition: { field: 'event.payload.workflowId', operator: 'in', value: ['{{ nothing }}'] },
    })
    await t.asSuperuser('update flow.event_triggers set condition = null where workflow_id = $1', [
      workflowId,
    ])
    const finish = (runId: string) =>
      inOrg(
        ctx =>
          publish(ctx, workflowCompleted, {
            subjects: [{ type: 'run', id: runId }],
            payload: { runId, workflowId, leadId: null },
          }),
        owner,
        { type: 'run', runId, workflowId },
      )
    const first = await inOrg(ctx => startRun(ctx, { workflowId, trigger: 'manual', input: {} }))
    let latest = first.runId
    const depths: number[] = []
    for (let step = 0; step < CHAIN_MAX + 3; step++) {
      // Every other link goes through a child run, whose input says nothing of the chain.
      if (step % 2 === 1) {
        const child = await inOrg(ctx => startRun(ctx, { workflowId, trigger: 'child', input: {} }))
        await t.asSuperuser('update flow.runs set parent_run_id = $2 where id = $1', [child.runId, latest])
        latest = child.runId
      }
      await finish(latest)
      await dispatchOnce(t.kit)
      const started = (await runsOf(workflowId)).filter(run => run.trigger_type === 'event')
      const run = started.at(-1)
      if (!run || started.length === depths.length) break
      depths.push(run.input.event.depth)
      latest = run.id
    }
    assert.deepEqual(
      depths,
      Array.from({ length: CHAIN_MAX }, (_, index) => index + 1),
    )
    await t.asSuperuser('update flow.event_triggers set is_active = false where workflow_id = $1', [
      workflowId,
    ])
  })

  it('a signal by the API starts workflows of its own organization', async () => {
    const mine = await makeWorkflow('event', { event: workflowSignal.type })
    const theirs = await makeWorkflow('event', { event: workflowSignal.type }, other)
    const may = { write: true }
    const server = await testServer(
      t,
      modules,
      signedInAs(owner.orgId, owner.userId, () => may.write),
    )
    try {
      const body = { name: 'paid', key: ' order 7 ', payload: { total: 12 } }
      const { eventId } = await server.client().call(sendSignal, { body })
      await dispatchOnce(t.kit)
      const [run] = await runsOf(mine)
      assert.equal(run?.input.event.id, eventId)
      assert.deepEqual(run?.input.event.payload, { ...body, key: 'order 7' })
      assert.equal((await runsOf(theirs)).length, 0)
      for (const bad of [
        { name: 'x' },
        { name: 'x', key: '' },
        { name: 'x', key: 'k'.repeat(201) },
        { name: 'x', key: 'a\u0000' },
      ]) {
        const response = await server.raw('/v1/workflow-signals', {
          method: 'POST',
          body: JSON.stringify(bad),
          headers: { 'content-type': 'application/json' },
        })
        assert.equal(response.status, 422, JSON.stringify(bad))
      }
      may.write = false
      await assert.rejects(server.client().call(sendSignal, { body }), /role does not allow/)
    } finally {
      await server.close()
    }
  })

  it('every kind can be chosen as a trigger and has a title of its own', async () => {
    for (const { kind } of eventKinds) await makeWorkflow('event', { event: kind.type }, other)
    assert.equal(new Set(eventKinds.map(({ title }) => title)).size, eventKinds.length)
    await assert.rejects(makeWorkflow('event', { event: 'nothing.happened' }), /problems/)
    await assert.rejects(
      makeWorkflow('event', {
        event: leadCreated.type,
        condition: { field: 'a..b', operator: 'equals', value: 1 },
      }),
      /problems/,
    )
  })
})
