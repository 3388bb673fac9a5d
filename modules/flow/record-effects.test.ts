import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule, findContactByEmail } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { goodAnswers, makeForm, send } from '#modules/intake/factories.ts'
import { getLeadForTemplates, intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { newId } from '#platform/ids.ts'
import { startHeartbeat } from '#platform/jobs/heartbeat.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { runEngine } from './engine.ts'
import { graphSchema } from './graph.ts'
import { flowModule } from './index.ts'
import { lookUp } from './look-up.ts'
import { getRun } from './run-reads.ts'
import { startRun } from './runs.ts'
import { createWorkflow, publishWorkflow, saveDraft } from './workflows.ts'

type Chain = { id: string; type: string; config: object }[]

describe('steps that work on leads and people', () => {
  let t: TestKit
  let owner: Person
  let stop: () => Promise<void>
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule, mailModule, intakeModule, flowModule] })
    owner = await makeOwner(t.kit)
    const heartbeat = await startHeartbeat(t.kit.db, t.kit.log, 'test')
    const aborted = new AbortController()
    const loop = runEngine(t.kit, heartbeat, aborted.signal)
    stop = async () => {
      aborted.abort()
      await loop
      await heartbeat.stop()
    }
  })
  after(async () => {
    await stop()
    await t.close()
  })

  const asOwner = <T>(work: (ctx: Context) => Promise<T>) =>
    inOrganization(t.kit, { orgId: owner.orgId, actor: { type: 'user', userId: owner.userId } }, work)

  async function makeLead(email: string): Promise<string> {
    const workflowId = await asOwner(ctx => createWorkflow(ctx, { name: 'Form' }))
    const form = await makeForm(t.kit, owner.orgId, { workflowId })
    const { leadId } = await send(t.kit, form, goodAnswers(email))
    assert.ok(leadId)
    return leadId
  }

  /** Runs a chain of nodes for a lead, or for none, to its end. */
  async function runChain(nodes: Chain, leadId: string | null, given?: JsonObject) {
    const ids = ['start', ...nodes.map(node => node.id)]
    const graph = graphSchema.parse({
      nodes: [{ id: 'start', type: 'manual' }, ...nodes],
      edges: nodes.map(({ id }, index) => ({ id: `e${index}`, source: ids[index], target: id })),
    })
    const { runId } = await asOwner(async ctx => {
      const workflowId = await createWorkflow(ctx, { name: 'Test' })
      await saveDraft(ctx, workflowId, { graph, revision: 0 })
      await publishWorkflow(ctx, workflowId)
      const lead = leadId === null || given ? undefined : await getLeadForTemplates(ctx, leadId)
      const input = given ?? (lead ? { lead: { ...lead, person: { ...lead.person } } } : {})
      return startRun(ctx, { workflowId, trigger: 'manual', input, ...(leadId === null ? {} : { leadId }) })
    })
    for (;;) {
      const heard = Promise.withResolvers<void>()
      const unlisten = t.kit.live.listen(owner.orgId, () => heard.resolve())
      const run = await asOwner(ctx => getRun(ctx, runId))
      if (run.status === 'completed' || run.status === 'failed') {
        unlisten()
        return run
      }
      await heard.promise
      unlisten()
    }
  }
  const outcomeOf = async (nodes: Chain, leadId: string | null) => {
    const run = await runChain(nodes, leadId)
    return [run.status, run.error?.code, run.error?.message]
  }

  it('move the lead by the name or the status of a column, once each', async () => {
    const leadId = await makeLead('mover@example.com')
    const move = (status: string) => [{ id: 'move', type: 'move_lead', config: { status } }]
    assert.equal((await runChain(move('qualified'), leadId)).status, 'completed')
    assert.equal((await asOwner(ctx => getLeadForTemplates(ctx, leadId))).status, 'QUALIFIED')
    assert.equal((await runChain(move(' WON '), leadId)).status, 'completed')
    assert.equal((await asOwner(ctx => getLeadForTemplates(ctx, leadId))).status, 'WON')
    const moves = await t.asSuperuser(
      `select 1 from intake.lead_events where lead_id = $1 and kind = 'STATUS_CHANGED' and actor_type = 'run'`,
      [leadId],
    )
    assert.equal(moves.length, 2)
  })

  it('fail in plain words when there is no such column, no lead, or the lead is gone', async () => {
    const leadId = await makeLead('stuck@example.com')
    const move = [{ id: 'move', type: 'move_lead', config: { status: 'Nowhere' } }]
    const [status, code, message] = await outcomeOf(move, leadId)
    assert.deepEqual([status, code], ['failed', 'effect.refused'])
    assert.match(String(message), /The board of this lead has no column called "Nowhere"\.$/)
    assert.match(String((await outcomeOf(move, null))[2]), /This run has no lead\.$/)
    await t.asSuperuser('update intake.leads set deleted_at = now() where id = $1', [leadId])
    const gone = [{ id: 'tag', type: 'update_person', config: { addTags: ['x'] } }]
    const run = await runChain(gone, leadId, { lead: { id: leadId } })
    assert.match(String(run.error?.message), /The lead of this run was deleted\.$/)
  })

  it('change the person behind the lead, or the one with an address', async () => {
    const leadId = await makeLead('changed@example.com')
    const run = await runChain(
      [
        {
          id: 'change',
          type: 'update_person',
          config: {
            set: [
              { name: 'lastName', value: '{{ lead.fields.name | upper }}' },
              { name: 'score', value: '{{ lead.fields.seats }}' },
              { name: 'phone', value: '{{ lead.nothing }}' },
            ],
            addTags: ['Budget {{ lead.fields.budget }}'],
          },
        },
        {
          id: 'again',
          type: 'update_person',
          config: { email: '{{ lead.email }}', set: [{ name: 'lifecycleStage', value: 'active' }] },
        },
      ],
      leadId,
    )
    assert.equal(run.status, 'completed', JSON.stringify(run.error))
    const person = await asOwner(ctx => findContactByEmail(ctx, 'changed@example.com'))
    assert.deepEqual(
      [person?.lastName, person?.score, person?.phone, person?.tags, person?.lifecycleStage],
      ['GRACE HOPPER', 12, null, ['Budget $5000'], 'active'],
    )
    const bad = (config: object) => outcomeOf([{ id: 'bad', type: 'update_person', config }], leadId)
    assert.deepEqual((await bad({ set: [{ name: 'lifecycleStage', value: 'best friend' }] })).slice(0, 2), [
      'failed',
      'person.invalid_value',
    ])
    assert.match(
      String((await bad({ email: 'nobody@example.com', addTags: ['x'] }))[2]),
      /Nobody has the e-mail address "nobody@example\.com"\.$/,
    )
  })

  it('make a person known, and leave the name of one who is', async () => {
    const add = (firstName: string) => [
      {
        id: 'add',
        type: 'create_person',
        config: { email: 'new@example.com', firstName, tags: [`by ${firstName}`] },
      },
    ]
    assert.equal((await runChain(add('Mary'), null)).status, 'completed')
    assert.equal((await runChain(add('Eve'), null)).status, 'completed')
    const person = await asOwner(ctx => findContactByEmail(ctx, 'new@example.com'))
    assert.deepEqual(
      [person?.name, person?.tags, person?.source],
      ['Mary', ['by Mary', 'by Eve'], 'workflow'],
    )
    const bad = [{ id: 'add', type: 'create_person', config: { email: 'not an address' } }]
    assert.deepEqual((await outcomeOf(bad, null)).slice(0, 2), ['failed', 'person.invalid_email'])
  })

  it('read the lead and people as they are now', async () => {
    const leadId = await makeLead('seen@example.com')
    const run = await runChain(
      [
        { id: 'move', type: 'move_lead', config: { status: 'Booked' } },
        { id: 'lead', type: 'lookup', config: {} },
        { id: 'person', type: 'lookup', config: { what: 'person', email: 'SEEN@example.com' } },
        { id: 'nobody', type: 'lookup', config: { what: 'person', email: 'x@example.com' } },
        {
          id: 'keep',
          type: 'set_fields',
          config: {
            fields: [{ name: 'now', value: '{{ nodes.lead.lead.status }} {{ nodes.person.person.name }}' }],
          },
        },
      ],
      leadId,
    )
    const outputs = Object.fromEntries(run.stepList.map(step => [step.nodeId, step.output]))
    assert.deepEqual(outputs.keep, { now: 'BOOKED Grace Hopper' })
    assert.deepEqual(outputs.nobody, { found: false, person: null })
    assert.deepEqual(await lookUp(t.kit, owner.orgId, { what: 'lead', id: newId() }), {
      found: false,
      lead: null,
    })
  })
})
