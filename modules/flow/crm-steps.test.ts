import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createCustomField } from '#modules/crm/contract.ts'
import {
  changeDeal,
  createActivity,
  crmModule,
  findCompanies,
  findCompanyByName,
  findContactByEmail,
  getDeal,
  listActivities,
  listPipelines,
  recordKinds,
  upsertPersonByEmail,
} from '#modules/crm/index.ts'
import { makeOwner } from '#modules/iam/factories.ts'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { newId } from '#platform/ids.ts'
import { signedInAs, testServer } from '#test/http.ts'
import { type EngineTest, openEngineTest, type TestNode } from './factories.ts'
import { notifyConfig } from './nodes/notify.ts'

describe('steps that work on companies, deals and activities', () => {
  let e: EngineTest
  before(async () => {
    e = await openEngineTest()
    await e.engine()
  })
  after(() => e.close())

  /** Runs a chain of nodes to its end. */
  async function runChain(nodes: TestNode[], input: object = {}) {
    return e.until(await e.start(await e.publish(nodes), input), 'completed', 'failed')
  }
  const refusalOf = async (type: string, config: Record<string, unknown>, input: object = {}) => {
    const run = await runChain([{ id: 'node', type, config }], input)
    return [run.status, run.error?.code, String(run.error?.message)]
  }
  const outputOf = (run: Awaited<ReturnType<typeof runChain>>, nodeId: string) =>
    run.stepList.find(step => step.nodeId === nodeId)?.output as JsonObject
  const person = (email: string) =>
    e.asOwner(async ctx => {
      const met = { email, firstName: 'Ada', lastName: 'Miller', phone: '', source: 'test' }
      return (await upsertPersonByEmail(ctx, met)).personId
    })
  const dealOf = (id: unknown) => e.asOwner(async ctx => (await getDeal(ctx, String(id))).deal)

  it('make a company once, however many runs ask for it, and tell it apart by its domain', async () => {
    const config = {
      name: '{{ name }}',
      website: '{{ site }}',
      set: [
        { name: 'city', value: 'Lyon' },
        { name: 'phone', value: '+33 1 70 18 99 00' },
        { name: 'owner', value: e.owner.email },
        { name: 'foundingYear', value: '1998' },
      ],
      tags: ['{{ tag }}'],
    }
    const workflowId = await e.publish([{ id: 'add', type: 'create_company', config }])
    const inputs = ['a', 'b', 'c', 'd'].map(tag => ({
      name: `Acme ${tag}`,
      site: 'https://www.acme.example/x',
      tag,
    }))
    const runs = await Promise.all(inputs.map(input => e.start(workflowId, input)))
    for (const runId of runs) assert.equal((await e.until(runId, 'completed', 'failed')).status, 'completed')
    const found = await e.asOwner(async ctx => {
      const id = await findCompanyByName(ctx, { name: 'acme.example', domain: 'acme.example' })
      return findCompanies(ctx, [id ?? ''])
    })
    const [company] = found
    assert.deepEqual(
      [company?.domain, company?.city, company?.phones, company?.ownerUserId, company?.foundingYear],
      ['acme.example', 'Lyon', ['+33170189900'], e.owner.userId, 1998],
    )
    assert.deepEqual([...(company?.tags ?? [])].sort(), ['a', 'b', 'c', 'd'])
    assert.equal(company?.source, 'workflow')
    assert.equal(await e.count(`crm.companies where domain = 'acme.example'`), 1)
  })

  it('keep what a known company says unless told to change it, and change the one that is named', async () => {
    const add = (city: string, more: object = {}) =>
      runChain([
        {
          id: 'add',
          type: 'create_company',
          config: { name: 'Moulin Vert', set: [{ name: 'city', value: city }], ...more },
        },
      ])
    const cityOf = () =>
      e.asOwner(async ctx => {
        const id = await findCompanyByName(ctx, { name: 'moulin vert' })
        return (await findCompanies(ctx, [id ?? '']))[0]?.city
      })
    await add('Paris')
    await add('Lille')
    assert.equal(await cityOf(), 'Paris')
    await add('Lille', { whenKnown: 'change' })
    assert.equal(await cityOf(), 'Lille')
    const change = await runChain([
      {
        id: 'change',
        type: 'update_company',
        config: { company: 'MOULIN VERT', set: [{ name: 'city', value: '{{ missing }}' }], addTags: ['vip'] },
      },
    ])
    assert.equal(change.status, 'completed', JSON.stringify(change.error))
    assert.equal(await cityOf(), null)
  })

  it('make a deal with all that is named, and give its id to the steps that follow', async () => {
    const personId = await person('deal@example.com')
    const run = await runChain(
      [
        { id: 'company', type: 'create_company', config: { name: 'Deal House' } },
        {
          id: 'join',
          type: 'update_person',
          config: {
            email: 'deal@example.com',
            set: [
              { name: 'company', value: '{{ nodes.company.company }}' },
              { name: 'title', value: 'Head of sales' },
              { name: 'owner', value: e.owner.userId },
            ],
          },
        },
        {
          id: 'deal',
          type: 'create_deal',
          config: {
            name: 'Rollout {{ size }}',
            value: '{{ budget }}',
            person: 'deal@example.com',
            owner: e.owner.email,
            tags: ['inbound'],
            set: [{ name: 'expectedCloseOn', value: '{{ now | date_add: 30, "days" }}' }],
          },
        },
        {
          id: 'move',
          type: 'update_deal',
          config: {
            deal: '{{ nodes.deal.dealId }}',
            set: [
              { name: 'stage', value: 'proposal' },
              { name: 'currency', value: 'usd' },
              { name: 'probability', value: '60' },
            ],
            addTags: ['hot'],
            removeTags: ['INBOUND'],
          },
        },
        {
          id: 'task',
          type: 'create_activity',
          config: {
            title: 'Call {{ size }}',
            due: '{{ now | date_add: 2, "days" }}',
            assignee: e.owner.email,
            priority: 'high',
            deal: '{{ nodes.deal.dealId }}',
            person: 'deal@example.com',
          },
        },
      ],
      { size: 12, budget: '€1,250.50' },
    )
    assert.equal(run.status, 'completed', JSON.stringify(run.error))
    const { dealId } = outputOf(run, 'deal')
    const deal = await dealOf(dealId)
    assert.deepEqual(
      [deal.name, deal.value, deal.stage.key, deal.ownProbability, deal.tags, deal.ownerUserId, deal.source],
      [
        'Rollout 12',
        { amount: 125_050, currency: 'USD' },
        'proposal',
        60,
        ['hot'],
        e.owner.userId,
        'workflow',
      ],
    )
    assert.deepEqual([deal.personId, deal.company?.name], [personId, 'Deal House'])
    assert.match(String(deal.expectedCloseOn), /^\d{4}-\d\d-\d\d$/)
    const contact = await e.asOwner(ctx => findContactByEmail(ctx, 'deal@example.com'))
    assert.deepEqual(
      [contact?.company?.name, contact?.title, contact?.ownerUserId],
      ['Deal House', 'Head of sales', e.owner.userId],
    )
    const tasks = await e.asOwner(ctx => listActivities(ctx, { dealId: String(dealId), limit: 10 }))
    const [task] = tasks.items
    assert.deepEqual(
      [task?.id, task?.kind, task?.title, task?.priority, task?.assigneeUserId, task?.completedAt],
      [outputOf(run, 'task').activityId, 'task', 'Call 12', 'high', e.owner.userId, null],
    )
    assert.deepEqual(task?.records.map(({ object }) => object).sort(), ['deal', 'person'])
  })

  it('write fields of the organization as people write them, and refuse what does not fit', async () => {
    const server = await testServer(e.t, [crmModule], signedInAs(e.owner.orgId, e.owner.userId))
    try {
      const options = [{ value: 'gold', label: 'Gold plan' }]
      for (const [key, kind, more] of [
        ['seats', 'number', {}],
        ['signed', 'boolean', {}],
        ['renewal', 'date', {}],
        ['plan', 'select', { options }],
        ['extras', 'multi_select', { options }],
        ['lawyer', 'user', {}],
        ['parent', 'relation', { relatesTo: 'company' }],
        ['remark', 'text', {}],
      ] as const)
        await server
          .client()
          .call(createCustomField, { body: { object: 'deal', key, label: key, kind, ...more } })
    } finally {
      await server.close()
    }
    const set = (values: Record<string, unknown>) =>
      Object.entries(values).map(([key, value]) => ({ name: `custom.${key}`, value }))
    const written = {
      seats: '1,250',
      signed: 'yes',
      renewal: '2026-12-01T10:00:00Z',
      plan: 'gold PLAN',
      extras: 'gold',
      lawyer: e.owner.email,
      parent: 'Parent House',
      remark: 7,
    }
    const run = await runChain([
      { id: 'house', type: 'create_company', config: { name: 'Parent House' } },
      { id: 'deal', type: 'create_deal', config: { name: 'Own fields', set: set(written) } },
    ])
    assert.equal(run.status, 'completed', JSON.stringify(run.error))
    const { custom, id } = await dealOf(outputOf(run, 'deal').dealId)
    const { parent, ...others } = custom
    assert.deepEqual(others, {
      seats: 1250,
      signed: true,
      renewal: '2026-12-01',
      plan: 'gold',
      extras: ['gold'],
      lawyer: e.owner.userId,
      remark: '7',
    })
    assert.match(String(parent), /^[0-9a-f-]{36}$/)
    const change = (values: Record<string, unknown>) =>
      refusalOf('update_deal', { deal: id, set: set(values) })
    assert.match(String((await change({ seats: 'many' }))[2]), /custom\.seats: Enter a number\.$/)
    assert.match(String((await change({ plan: 'silver' }))[2]), /custom\.plan: Use one of gold\.$/)
    assert.match(String((await change({ parent: 'Nobody' }))[2]), /There is no company "Nobody"\.$/)
    assert.deepEqual((await change({ seats: '', plan: '{{ missing }}' }))[0], 'completed')
    assert.deepEqual(
      Object.keys((await dealOf(id)).custom).filter(key => ['seats', 'plan'].includes(key)),
      [],
    )
  })

  it('complete one task, or all open tasks of a deal and nothing else of it', async () => {
    const deal = await runChain([{ id: 'deal', type: 'create_deal', config: { name: 'Tasks' } }])
    const dealId = String(outputOf(deal, 'deal').dealId)
    const records = [{ object: 'deal' as const, id: dealId }]
    const write = (kind: 'task' | 'meeting', title: string) =>
      e.asOwner(ctx =>
        createActivity(ctx, { kind, title, body: '', priority: 'normal', isDone: false, records }),
      )
    const [one] = [await write('task', 'one'), await write('task', 'two'), await write('meeting', 'three')]
    const open = async () =>
      (await e.asOwner(ctx => listActivities(ctx, { dealId, state: 'open', limit: 10 }))).items
        .map(({ title }) => title)
        .sort()
    const complete = (config: object) =>
      runChain([{ id: 'done', type: 'complete_task', config: { ...config } }])
    assert.equal((await complete({ task: one })).status, 'completed')
    assert.deepEqual(await open(), ['three', 'two'])
    assert.equal((await complete({ task: one })).status, 'completed')
    assert.equal((await complete({ deal: dealId })).status, 'completed')
    assert.deepEqual(await open(), ['three'])
  })

  it('lose no tag when runs of one batch change one record', async () => {
    await person('busy@example.com')
    const config = { record: 'busy@example.com', addTags: ['{{ tag }}'] }
    const workflowId = await e.publish([{ id: 'tag', type: 'change_tags', config }])
    const tags = Array.from({ length: 20 }, (_, index) => `t${index}`)
    const runs = await Promise.all(tags.map(tag => e.start(workflowId, { tag })))
    for (const runId of runs) assert.equal((await e.until(runId, 'completed', 'failed')).status, 'completed')
    const contact = await e.asOwner(ctx => findContactByEmail(ctx, 'busy@example.com'))
    assert.deepEqual([...(contact?.tags ?? [])].sort(), [...tags].sort())
  })

  it('fail in plain words for what is not there and for what a record refuses', async () => {
    const deal = await runChain([{ id: 'deal', type: 'create_deal', config: { name: 'Refusals' } }])
    const dealId = String(outputOf(deal, 'deal').dealId)
    const change = (name: string, value: unknown) =>
      refusalOf('update_deal', { deal: dealId, set: [{ name, value }] })
    const tags = { addTags: ['x'] }
    const cases: [Promise<unknown[]>, RegExp][] = [
      [refusalOf('update_deal', tags), /This run is about no deal\. Say which one\.$/],
      [refusalOf('update_deal', { deal: newId(), ...tags }), /This deal does not exist\.$/],
      [refusalOf('update_deal', { deal: 'Refusals', ...tags }), /This deal does not exist\.$/],
      [
        refusalOf('update_company', { company: 'nobody.example', ...tags }),
        /There is no company "nobody\.example"\.$/,
      ],
      [
        refusalOf('change_tags', { record: 'nobody@example.com', ...tags }),
        /Nobody has the e-mail address "nobody@/,
      ],
      [refusalOf('change_tags', tags), /This run has no lead\.$/],
      [refusalOf('complete_task', {}), /This run is about no task\. Say which one\.$/],
      [refusalOf('complete_task', { task: newId() }), /This task does not exist\.$/],
      [
        refusalOf('create_deal', { name: 'x', pipeline: 'Nowhere' }),
        /There is no pipeline called "Nowhere"\.$/,
      ],
      [refusalOf('create_deal', { name: 'x'.repeat(300) }), /The value for name does not fit\./],
      [
        refusalOf('create_deal', { name: 'x', value: '5', currency: 'EURO' }),
        /"EURO" is no currency such as EUR\.$/,
      ],
      [
        refusalOf('create_activity', { title: 't', assignee: 'x@example.com' }),
        /No active member .* "x@example\.com"\.$/,
      ],
      [change('stage', 'Nowhere'), /There is no stage called "Nowhere" in this pipeline\.$/],
      [change('stage', 'Closed lost'), /lostReasonId: Say why the deal was lost\.$/],
      [change('lostReason', 'Whim'), /No reason for lost deals is called "Whim"\.$/],
      [change('owner', newId()), /No active member of the organization is/],
      [change('custom.unknown', 'x'), /custom\.unknown: /],
      [change('probability', 101), /The value for probability does not fit\./],
    ]
    await e.asOwner(async ctx => {
      const [pipeline] = await listPipelines(ctx)
      await ctx.db.query('update crm.pipelines set asks_lost_reason = true where org_id = $1 and id = $2', [
        ctx.orgId,
        pipeline?.id,
      ])
    })
    for (const [asked, words] of cases) {
      const [status, code, message] = await asked
      assert.deepEqual([status, code], ['failed', 'effect.refused'], String(message))
      assert.match(String(message), words)
    }
    const lost = await runChain([
      {
        id: 'lose',
        type: 'update_deal',
        config: {
          deal: dealId,
          set: [
            { name: 'stage', value: 'Closed lost' },
            { name: 'lostReason', value: 'price' },
          ],
        },
      },
    ])
    assert.equal(lost.status, 'completed', JSON.stringify(lost.error))
    assert.equal((await dealOf(dealId)).lostReason?.name, 'Price')
  })

  it('tell members who are named, once each, and nobody for a name that comes out empty', async () => {
    const told = async (config: Record<string, unknown>) => {
      const run = await runChain([{ id: 'tell', type: 'notify', config: { title: 'Named', ...config } }])
      const rows = await e.t.asSuperuser<{ user_id: string }>(
        'select user_id from iam.notifications where link = $1',
        [`/runs/${run.id}`],
      )
      return [run.status, rows.map(({ user_id }) => user_id)]
    }
    const [mine, me] = [e.owner.email, e.owner.userId]
    assert.deepEqual(await told({ roles: [], members: [mine.toUpperCase(), me, '{{ missing }}'] }), [
      'completed',
      [me],
    ])
    assert.deepEqual(await told({ roles: ['owner'], members: [mine] }), ['completed', [me]])
    assert.deepEqual(await told({ roles: [], members: ['{{ missing }}'] }), ['completed', []])
    assert.deepEqual(await told({ roles: [], members: ['nobody@example.com'] }), ['failed', []])
    const other = await makeOwner(e.t.kit)
    assert.deepEqual(await told({ roles: [], members: [other.userId] }), ['failed', []])
    assert.equal(notifyConfig.safeParse({ title: 'x', roles: [], members: [] }).success, false)
  })

  it('know nothing of what another organization has', async () => {
    const other = await makeOwner(e.t.kit)
    const dealId = await e.as(other, ctx => recordKinds.deal.create(ctx, { name: 'Theirs' }))
    await e.as(other, ctx => changeDeal(ctx, dealId, { addTags: ['theirs'] }))
    const tags = { addTags: ['x'] }
    for (const [type, config] of [
      ['update_deal', { deal: dealId, ...tags }],
      ['create_activity', { title: 't', deal: dealId }],
      ['complete_task', { deal: dealId }],
    ] as const) {
      const [status, code, message] = await refusalOf(type, config)
      assert.deepEqual([status, code], ['failed', 'effect.refused'])
      assert.match(String(message), /This deal does not exist\.$/)
    }
    const [, , message] = await refusalOf('create_activity', { title: 't', assignee: other.email })
    assert.match(String(message), /No active member of the organization/)
  })
})
