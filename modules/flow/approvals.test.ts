import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { addMember, makeOwner, type Person } from '#modules/iam/factories.ts'
import { newId } from '#platform/ids.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { decideApproval, getApproval, listApprovals } from './approvals.ts'
import { controlRun } from './control.ts'
import * as api from './control-api.ts'
import { assertRefused, type EngineTest, openEngineTest, stepsOf } from './factories.ts'
import { flowModule } from './index.ts'

const YES = { decision: 'approved' as const, comment: 'Fine' }
const NO = { decision: 'rejected' as const, comment: '' }
const word = (id: string) => ({
  id,
  type: 'set_fields',
  config: { fields: [{ name: id, value: '{{ nodes.ask.comment }}' }] },
})

describe('decisions that runs wait for', () => {
  let e: EngineTest
  let server: TestServer
  /** A member of the owner's organization with the role of a member. */
  let member: Person
  before(async () => {
    e = await openEngineTest()
    const person = await makeOwner(e.t.kit, 'Mo Member')
    await addMember(e.t.kit, e.owner.orgId, person.userId, 'member')
    member = { ...person, orgId: e.owner.orgId }
    server = await testServer(e.t, [flowModule], signedInAs(e.owner.orgId, e.owner.userId))
  })
  afterEach(() => e.rest())
  after(async () => {
    await server.close()
    await e.close()
  })

  const ask = (more: object = {}) => ({
    id: 'ask',
    type: 'approval',
    config: { title: 'Send {{ trigger.what }}?', text: 'It cannot be taken back.', ...more },
  })
  const publish = (more: object = {}) =>
    e.publish([ask(more), word('yes'), word('no')], ['start>ask', 'ask:approved>yes', 'ask:rejected>no'])
  const idOf = async (runId: string) => {
    const rows = await e.t.asSuperuser<{ id: string }>('select id from flow.approvals where run_id = $1', [
      runId,
    ])
    assert.equal(rows.length, 1)
    return rows[0]?.id ?? ''
  }
  /** A run that waits for a decision, and the decision's id. */
  async function asked(workflowId: string): Promise<{ runId: string; id: string }> {
    await e.engine()
    const runId = await e.start(workflowId, { what: 'the offer' })
    await e.until(runId, 'waiting')
    return { runId, id: await idOf(runId) }
  }

  it('are asked, told to the roles, and let the run go on the way that was decided', async () => {
    const { runId, id } = await asked(await publish())
    const open = await e.asOwner(ctx => getApproval(ctx, id))
    assert.deepEqual(
      [open.title, open.body, open.status, open.roles, open.runId, open.expiresAt],
      ['Send the offer?', 'It cannot be taken back.', 'pending', ['owner'], runId, null],
    )
    assert.equal(await e.count(`iam.notifications where link = $1`, [`/approvals/${id}`]), 1)
    const client = server.client()
    const decided = await client.call(api.decideApproval, { params: { approvalId: id }, body: YES })
    assert.deepEqual(
      [decided.status, decided.comment, decided.decidedBy],
      ['approved', 'Fine', e.owner.userId],
    )
    const run = await e.until(runId, 'completed')
    assert.deepEqual([stepsOf(run).at(-1), run.stepList.at(-1)?.output], ['3 yes completed', { yes: 'Fine' }])
    await e.assertGone(runId)
    const listed = await client.call(api.listApprovals, { query: { status: 'approved' } })
    assert.deepEqual(
      listed.items.map(item => item.id),
      [id],
    )
    assert.deepEqual((await client.call(api.listApprovals, { query: { status: 'pending' } })).items, [])
  })

  it('are made only by those who were asked', async () => {
    const { runId, id } = await asked(await publish({ roles: ['manager'] }))
    await assertRefused(
      e.asOwner(ctx => decideApproval(ctx, id, YES)),
      'flow.approval_not_yours',
    )
    await assertRefused(
      e.as(member, ctx => decideApproval(ctx, id, YES)),
      'flow.approval_not_yours',
    )
    const { runId: other, id: theirs } = await asked(await publish({ roles: ['member', 'manager'] }))
    await e.as(member, ctx => decideApproval(ctx, theirs, NO))
    assert.equal(stepsOf(await e.until(other, 'completed')).at(-1), '3 no completed')
    assert.equal((await e.read(runId)).status, 'waiting')
    const stranger = await makeOwner(e.t.kit)
    await assertRefused(
      e.as(stranger, ctx => decideApproval(ctx, id, YES)),
      'request.not_found',
    )
    await assertRefused(
      e.as(stranger, ctx => getApproval(ctx, id)),
      'request.not_found',
    )
    await assertRefused(
      e.asOwner(ctx => decideApproval(ctx, newId(), YES)),
      'request.not_found',
    )
  })

  it('are made once, whoever is first', async () => {
    const { runId, id } = await asked(await publish({ roles: ['owner', 'member'] }))
    const tries = await Promise.allSettled([
      e.asOwner(ctx => decideApproval(ctx, id, YES)),
      e.as(member, ctx => decideApproval(ctx, id, NO)),
    ])
    assert.deepEqual(tries.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    await assertRefused(
      e.asOwner(ctx => decideApproval(ctx, id, YES)),
      'flow.approval_closed',
    )
    const { status } = await e.asOwner(ctx => getApproval(ctx, id))
    const run = await e.until(runId, 'completed')
    assert.equal(run.stepList.at(-1)?.nodeId, status === 'approved' ? 'yes' : 'no')
    const answer = await server.raw(`/v1/approvals/${id}/decision`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(YES),
    })
    assert.equal(answer.status, 409)
  })

  it('are closed when nobody decides in time', async () => {
    const workflow = await e.publish(
      [ask({ timeout: { amount: 0.1, unit: 'seconds' } }), word('late')],
      ['start>ask', 'ask:timeout>late'],
    )
    await e.engine()
    const runId = await e.start(workflow)
    const run = await e.until(runId, 'completed')
    assert.equal(stepsOf(run).at(-1), '3 late completed')
    const id = await idOf(runId)
    assert.equal((await e.asOwner(ctx => getApproval(ctx, id))).status, 'withdrawn')
    await assertRefused(
      e.asOwner(ctx => decideApproval(ctx, id, YES)),
      'flow.approval_closed',
    )
  })

  it('that have expired are not taken any more, though the run has not heard of it yet', async () => {
    const workflow = await e.publish(
      [ask({ timeout: { amount: 5, unit: 'days' } }), word('late')],
      ['start>ask', 'ask:timeout>late'],
    )
    const { runId, id } = await asked(workflow)
    await e.t.asSuperuser(`update flow.approvals set expires_at = now() where id = $1`, [id])
    await assertRefused(
      e.asOwner(ctx => decideApproval(ctx, id, YES)),
      'flow.approval_closed',
    )
    assert.equal((await e.read(runId)).status, 'waiting')
  })

  it('are withdrawn with the run, and kept while it is paused', async () => {
    const { runId, id } = await asked(await publish())
    const control = (action: 'pause' | 'resume' | 'cancel', which: string) =>
      e.asOwner(ctx => controlRun(ctx, which, action))
    await control('pause', runId)
    await e.until(runId, 'paused')
    await e.asOwner(ctx => decideApproval(ctx, id, YES))
    await e.untilSeen(async () => (await e.count('flow.inbox where run_id = $1', [runId])) === 0)
    assert.equal((await e.read(runId)).status, 'paused')
    await control('resume', runId)
    assert.equal(stepsOf(await e.until(runId, 'completed')).at(-1), '3 yes completed')
    const other = await asked(await publish())
    await control('cancel', other.runId)
    await e.until(other.runId, 'cancelled')
    await assertRefused(
      e.asOwner(ctx => decideApproval(ctx, other.id, YES)),
      'flow.approval_closed',
    )
    const withdrawn = await e.asOwner(ctx => listApprovals(ctx, { status: 'withdrawn', limit: 1 }))
    assert.deepEqual(
      withdrawn.items.map(item => item.id),
      [other.id],
    )
    assert.ok(withdrawn.nextCursor)
  })

  it('that were answered leave no timer behind', async () => {
    const workflow = await e.publish(
      [
        ask({ timeout: { amount: 5, unit: 'days' } }),
        { id: 'nap', type: 'wait', config: { duration: { amount: 9, unit: 'days' } } },
      ],
      ['start>ask', 'ask:approved>nap'],
    )
    const { runId, id } = await asked(workflow)
    await e.asOwner(ctx => decideApproval(ctx, id, YES))
    const run = await e.untilSeen(async () => {
      const now = await e.read(runId)
      return now.stepList.some(step => step.nodeId === 'nap') && now
    })
    assert.equal(await e.count('flow.timers where run_id = $1', [runId]), 1)
    assert.ok(Date.parse(run.nextWakeAt ?? '') > Date.now() + 8 * 86_400_000)
  })
})
