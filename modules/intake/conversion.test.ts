import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { changeStage, deleteDeal, getDeal, listDeals, listPipelines } from '#modules/crm/contract.ts'
import type { Client } from '#platform/contract/client.ts'
import type { CallInput } from '#platform/contract/route.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit } from '#test/database.ts'
import { convertLead, type Form, getLead } from './contract.ts'
import { goodAnswers, makeForm, send } from './factories.ts'
import { assertRefused, type LeadTest, openLeadTest } from './leads/factories.ts'

describe('a lead that becomes a deal', () => {
  let t: TestKit
  let form: Form
  let client: Client
  let serve: LeadTest['serve']
  let close: LeadTest['close']
  before(async () => {
    ;({ t, serve, close } = await openLeadTest())
  })
  after(() => close())
  const setUp = async (): Promise<{ orgId: string; leadId: string }> => {
    const orgId = anyOrgId()
    form = await makeForm(t.kit, orgId)
    client = (await serve(orgId)).client()
    return { orgId, leadId: (await send(t.kit, form, goodAnswers())).leadId ?? '' }
  }
  const convert = (leadId: string, body: CallInput<typeof convertLead>['body'] = {}) =>
    client.call(convertLead, { params: { leadId }, body: { ownerUserId: null, ...body } })

  it('brings its name, person and the amount of an answer, and says so', async () => {
    const { leadId } = await setUp()
    const { dealId, isNew } = await convert(leadId, { valueFrom: 'budget' })
    assert.equal(isNew, true)
    const deal = await client.call(getDeal, { params: { dealId } })
    const lead = await client.call(getLead, { params: { leadId } })
    assert.deepEqual(
      [deal.name, deal.value, deal.personId, deal.source, deal.status],
      ['Grace Hopper', { amount: 500_000, currency: 'USD' }, lead.personId, 'form', 'open'],
    )
    assert.equal(lead.dealId, dealId)
    assert.deepEqual(
      lead.events.map(event => [event.kind, event.description, event.actor]),
      [
        ['CONVERTED', 'Made into the deal Grace Hopper', 'user'],
        ['FORM_SUBMITTED', 'Sent the form', 'visitor'],
      ],
    )
  })

  it('takes what is typed before an answer, and the currency of the pipeline where an answer names none', async () => {
    const { leadId } = await setUp()
    const [pipeline] = (await client.call(listPipelines, {})).items
    const stageId = pipeline?.stages[1]?.id ?? ''
    const value = { amount: 99, currency: 'CHF' }
    const { dealId } = await convert(leadId, { name: 'Mill', value, valueFrom: 'budget', stageId })
    const deal = await client.call(getDeal, { params: { dealId } })
    assert.deepEqual([deal.name, deal.value, deal.stageId], ['Mill', value, stageId])
    const other = (await send(t.kit, form, goodAnswers('ada@example.com'))).leadId ?? ''
    const seats = await client.call(getDeal, {
      params: { dealId: (await convert(other, { valueFrom: 'seats' })).dealId },
    })
    assert.deepEqual(seats.value, { amount: 1_200, currency: pipeline?.currency })
  })

  it('becomes one deal only, also when two ask at once', async () => {
    const { leadId } = await setUp()
    const answers = await Promise.all([convert(leadId), convert(leadId, { name: 'Again' }), convert(leadId)])
    assert.equal(new Set(answers.map(answer => answer.dealId)).size, 1)
    assert.equal(answers.filter(answer => answer.isNew).length, 1)
    assert.equal((await client.call(listDeals, {})).items.length, 1)
    const { events } = await client.call(getLead, { params: { leadId } })
    assert.equal(events.filter(event => event.kind === 'CONVERTED').length, 1)
  })

  it('becomes another one when the first was deleted', async () => {
    const { leadId } = await setUp()
    const first = await convert(leadId)
    await client.call(deleteDeal, { params: { dealId: first.dealId } })
    const second = await convert(leadId)
    assert.equal(second.isNew, true)
    assert.notEqual(second.dealId, first.dealId)
    assert.equal((await client.call(getLead, { params: { leadId } })).dealId, second.dealId)
  })

  it('stays as it is when the deal is refused', async () => {
    const { leadId } = await setUp()
    await assertRefused(convert(leadId, { valueFrom: 'email' }), 'request.invalid', '/valueFrom')
    await assertRefused(convert(leadId, { valueFrom: 'nothing' }), 'request.invalid', '/valueFrom')
    await assertRefused(convert(leadId, { pipelineId: newId() }), 'request.invalid', '/pipelineId')
    await assertRefused(convert(leadId, { name: ' ' }), 'request.invalid', '/name')
    const [pipeline] = (await client.call(listPipelines, {})).items
    const params = { pipelineId: pipeline?.id ?? '', stageId: pipeline?.stages[0]?.id ?? '' }
    await client.call(changeStage, { params, body: { requiredFields: ['value'] } })
    await assertRefused(convert(leadId), 'crm.stage_asks', '/value')
    const lead = await client.call(getLead, { params: { leadId } })
    assert.deepEqual([lead.dealId, lead.events.length], [null, 1])
    assert.equal((await client.call(listDeals, {})).items.length, 0)
    assert.equal((await convert(leadId, { valueFrom: 'budget' })).isNew, true)
  })

  it('is made by those alone who may write deals, and only in its organization', async () => {
    const { orgId, leadId } = await setUp()
    const params = { leadId }
    const clerk = (await serve(orgId, { can: permission => permission !== 'deals:write' })).client()
    await assertRefused(clerk.call(convertLead, { params, body: {} }), 'request.forbidden')
    const stranger = (await serve(anyOrgId())).client()
    await assertRefused(stranger.call(convertLead, { params, body: {} }), 'request.not_found')
    assert.equal((await client.call(getLead, { params })).dealId, null)
  })
})
