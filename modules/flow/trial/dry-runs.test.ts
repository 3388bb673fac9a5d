import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { leadStatusChanged } from '#modules/intake/contract.ts'
import { makeForm, send } from '#modules/intake/factories.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { openTrialTest, type TrialTest } from './factories.ts'
import { dryRun, runDraft, setPin } from './trial-api.ts'

const MAIL = {
  id: 'mail',
  type: 'send_email',
  config: { to: '{{ lead.email }}', subject: 'Hi {{ lead.name }}', text: 'x' },
}

describe('what a draft would have done lately', () => {
  let t: TrialTest
  before(async () => {
    t = await openTrialTest()
  })
  after(() => t.close())

  const look = (workflowId: string, last = 100) =>
    t.client.call(dryRun, { params: { workflowId }, body: { last } })

  it('with what was sent to its form: how many, by which way, with which effects', async () => {
    const rich = {
      id: 'rich',
      type: 'condition',
      config: { condition: { field: 'lead.fields.seats', operator: 'greater_or_equal', value: 10 } },
    }
    const workflowId = await t.draft([rich, MAIL], ['start>rich', 'rich:true>mail'], {
      type: 'form_submitted',
    })
    const form = await makeForm(t.engine.t.kit, t.engine.owner.orgId, { workflowId })
    const messages = await t.engine.count('mail.messages')
    for (let n = 0; n < 14; n++) {
      const seats = n % 2 === 0 ? 12 : 3
      await send(t.engine.t.kit, form, {
        name: `Person ${n}`,
        email: `p${n}@example.com`,
        seats,
        consent: true,
      })
    }
    // Somebody who is known already starts no second run.
    await send(t.engine.t.kit, form, { name: 'Person 0', email: 'p0@example.com', seats: 12, consent: true })
    const found = await look(workflowId)
    assert.deepEqual(
      [found.what, found.looked, found.wouldRun, found.walked],
      ['form submissions', 15, 14, 14],
    )
    assert.deepEqual(found.outcomes, { completed: 14, failed: 0, other: 0 })
    assert.deepEqual(
      found.effects.map(({ nodeId, count }) => [nodeId, count]),
      [['mail', 7]],
    )
    assert.equal(found.examples.length, 10)
    const [newest] = found.examples
    assert.deepEqual(
      newest?.steps.map(({ nodeId, exits }) => `${nodeId} ${exits}`),
      ['start out', 'rich false'],
    )
    assert.equal(newest?.leadName, 'Person 13')
    assert.equal(await t.engine.count('mail.messages'), messages)
    const whole = await t.client.call(runDraft, {
      params: { workflowId },
      body: { eventId: found.examples[1]?.eventId as string },
    })
    assert.deepEqual(
      whole.effects.map(({ title }) => title),
      ['Would send an e-mail to p12@example.com'],
    )
    assert.equal((await look(workflowId, 3)).looked, 3)
  })

  it('with events of its kind that meet its condition', async () => {
    const formsOwn = await t.draft([], [])
    const form = await makeForm(t.engine.t.kit, t.engine.owner.orgId, { workflowId: formsOwn })
    const { leadId } = await send(t.engine.t.kit, form, {
      name: 'Grace',
      email: 'grace@example.com',
      consent: true,
    })
    const moved = (to: string) =>
      t.engine.asOwner(ctx =>
        publish(ctx, leadStatusChanged, {
          subjects: [{ type: 'lead', id: leadId ?? '' }],
          payload: { workflowId: formsOwn, from: 'NEW', leadId: leadId ?? '', to },
        }),
      )
    const won = await moved('WON')
    const lost = await moved('LOST')
    const condition = { field: 'event.payload.to', operator: 'equals', value: 'WON' }
    const trigger = { type: 'event', config: { event: 'lead.status_changed', condition } }
    const workflowId = await t.draft([MAIL], ['start>mail'], trigger)
    const found = await look(workflowId)
    assert.deepEqual([found.looked, found.wouldRun], [2, 1])
    assert.deepEqual(
      found.examples.map(({ eventId, effects }) => [eventId, effects[0]?.title]),
      [[won.id, 'Would send an e-mail to grace@example.com']],
    )
    const params = { workflowId }
    await assert.rejects(
      t.client.call(runDraft, { params, body: { eventId: lost.id } }),
      (error: unknown) => error instanceof ProblemError && error.code === 'flow.not_startable_by',
    )
    const tried = await t.client.call(runDraft, { params, body: { eventId: won.id } })
    assert.deepEqual([tried.leadId, tried.status, tried.triggerType], [leadId, 'completed', 'event'])
  })

  it('with the times of its schedule, the latest first', async () => {
    const trigger = { type: 'schedule', config: { cron: '0 9 * * *', timeZone: 'Europe/Paris' } }
    const tell = { id: 'tell', type: 'notify', config: { title: '{{ schedule.slot }}' } }
    const found = await look(await t.draft([tell], ['start>tell'], trigger), 12)
    assert.deepEqual([found.looked, found.wouldRun, found.walked], [12, 12, 12])
    const times = found.examples.map(({ at }) => Date.parse(at))
    assert.deepEqual(
      times,
      times.toSorted((a, b) => b - a),
    )
  })

  it('uses pins, and needs the right to see runs', async () => {
    const call = { id: 'call', type: 'http_request', config: { url: 'https://api.example/x' } }
    const tell = { id: 'tell', type: 'notify', config: { title: '{{ nodes.call.body }}' } }
    const workflowId = await t.draft([call, tell], ['start>call', 'call>tell'])
    await t.publish(workflowId)
    await t.engine.start(workflowId)
    const params = { workflowId }
    const data = { status: 200, headers: {}, body: 'pinned' }
    await t.client.call(setPin, { params: { workflowId, nodeId: 'call' }, body: { data } })
    const [example] = (await look(workflowId)).examples
    assert.deepEqual(example?.effects[0]?.details.at(-1), { label: 'Title', value: 'pinned' })
    const blind = await t.other({ can: permission => permission !== 'runs:read' })
    await assert.rejects(
      blind.call(dryRun, { params, body: { last: 5 } }),
      (error: unknown) => error instanceof ProblemError && error.status === 403,
    )
  })

  it('of a member who sees a part of the leads, only with those', async () => {
    const workflowId = await t.draft([MAIL], ['start>mail'], { type: 'form_submitted' })
    const form = await makeForm(t.engine.t.kit, t.engine.owner.orgId, { workflowId })
    await send(t.engine.t.kit, form, { name: 'Unseen', email: 'unseen@example.com', consent: true })
    const mine = await send(t.engine.t.kit, form, { name: 'Mine', email: 'mine@example.com', consent: true })
    const sight = { owners: [newId()], writable: [mine.leadId], readable: [] }
    const narrow = await t.other({ visibility: { lead: sight } as never })
    const found = await narrow.call(dryRun, { params: { workflowId }, body: { last: 50 } })
    assert.deepEqual(
      found.examples.map(({ leadName }) => leadName),
      ['Mine'],
    )
    assert.ok(!JSON.stringify(found).includes('Unseen'))
  })
})
