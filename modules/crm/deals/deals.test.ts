import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { etagOf } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import {
  changeDeal,
  changePipeline,
  changeStage,
  createDeal,
  createPipeline,
  deleteDeal,
  getDeal,
  listDeals,
  listLostReasons,
  listPipelines,
  moveDeal,
  restoreDeal,
} from '../contract.ts'
import { crmModule, upsertPersonByEmail } from '../index.ts'
import { asSystem, firstPipeline } from './factories.ts'

const modules = [iamModule, crmModule]
const EUR = (amount: number) => ({ amount, currency: 'EUR' })

async function refusal(act: Promise<unknown>): Promise<ProblemError['problem']> {
  const error = await act.then(
    () => assert.fail('It was not refused.'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof ProblemError, String(error))
  return error.problem
}

describe('deals', () => {
  let t: TestKit
  const servers: TestServer[] = []
  before(async () => {
    t = await testKit({ modules })
  })
  after(async () => {
    for (const server of servers) await server.close()
    await t.close()
  })

  /** A new organization's owner with a client, and its first pipeline. */
  async function organization() {
    const { orgId, userId } = await makeOwner(t.kit)
    const server = await testServer(t, modules, signedInAs(orgId, userId))
    servers.push(server)
    return { orgId, userId, client: server.client(), server, ...(await firstPipeline(t.kit, orgId)) }
  }
  const events = (orgId: string) =>
    t.asSuperuser<{ type: string }>(
      `select type from events.events where org_id = $1 and type like 'deal.%' order by id`,
      [orgId],
    )

  it('have one first pipeline, however many ask for it at once', async () => {
    const orgId = anyOrgId()
    const asked = await Promise.all(Array.from({ length: 8 }, () => firstPipeline(t.kit, orgId)))
    assert.equal(new Set(asked.map(({ pipeline }) => pipeline.id)).size, 1)
    const { pipeline } = await firstPipeline(t.kit, orgId)
    assert.deepEqual(
      pipeline.stages.map(stage => [stage.key, stage.type, stage.probability]),
      [
        ['qualification', 'open', 20],
        ['proposal', 'open', 50],
        ['negotiation', 'open', 75],
        ['closed_won', 'won', 100],
        ['closed_lost', 'lost', 0],
      ],
    )
    const reasons = await t.asSuperuser('select 1 from crm.lost_reasons where org_id = $1', [orgId])
    assert.equal(reasons.length, 6)
  })

  it('begin in the first stage, of whoever makes them, and are found by what they lead to', async () => {
    const { client, orgId, userId, stage } = await organization()
    const companyId = newId()
    const met = await asSystem(t.kit, orgId, async ctx => {
      await ctx.db.query(`insert into crm.companies (org_id, id, name) values ($1, $2, 'Moulin Vert')`, [
        orgId,
        companyId,
      ])
      const first = await upsertPersonByEmail(ctx, {
        email: 'ada@example.com',
        source: 'form',
        fullName: 'Ada L',
      })
      const second = await upsertPersonByEmail(ctx, { email: 'bob@example.com', source: 'form' })
      return [first.personId, second.personId] as const
    })
    const made = await client.call(createDeal, {
      body: {
        name: '  Spring campaign ',
        companyId,
        personId: met[0],
        peopleIds: [met[0], met[1], met[1]],
        value: EUR(125_000),
        expectedCloseOn: '2026-12-15',
        tags: ['Vip', 'vip'],
      },
    })
    assert.equal(made.name, 'Spring campaign')
    assert.deepEqual(made.company, { id: companyId, name: 'Moulin Vert' })
    assert.deepEqual(made.person, { id: met[0], name: 'Ada L' })
    assert.deepEqual(made.people, [{ id: met[1], name: 'bob@example.com' }])
    assert.deepEqual([made.stageId, made.status, made.probability], [stage('qualification').id, 'open', 20])
    assert.deepEqual([made.ownerUserId, made.tags, made.source], [userId, ['Vip'], 'manual'])
    assert.equal(made.stays.length, 1)
    assert.deepEqual(made.stays[0]?.enteredBy, { type: 'user', id: userId })
    await client.call(createDeal, { body: { name: 'Another' } })
    const found = async (filter: string) =>
      (await client.call(listDeals, { query: { filter } })).items.map(deal => deal.name)
    for (const filter of [
      'company.name:starts_with:moulin',
      'person.email:is:ada@example.com',
      `personId:is:${met[1]}`,
      'value:gte:125000 EUR',
      'expectedCloseOn:before:2027-01-01',
      'tags:has:Vip',
    ])
      assert.deepEqual(
        await found(filter).catch(error => [filter, String(error)]),
        ['Spring campaign'],
        filter,
      )
    assert.deepEqual(await found('stage:is:qualification;pipeline:is:Sales;status:is:open'), [
      'Another',
      'Spring campaign',
    ])
    assert.deepEqual(await found('personId:empty'), ['Another'])
    for (const [sort, names] of [
      ['name', ['Another', 'Spring campaign']],
      ['-value', ['Spring campaign', 'Another']],
      ['value', ['Spring campaign', 'Another']],
      ['-expectedCloseOn', ['Spring campaign', 'Another']],
      ['probability,name', ['Another', 'Spring campaign']],
    ] as const) {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await client.call(listDeals, {
          query: { sort, limit: 1, ...(cursor ? { cursor } : {}) },
        })
        seen.push(...page.items.map(deal => deal.name))
        cursor = page.nextCursor ?? undefined
      } while (cursor)
      assert.deepEqual(seen, names, sort)
    }
  })

  it('are won and reopened, with their times, their history and what is announced', async () => {
    const { client, orgId, stage } = await organization()
    const { id } = await client.call(createDeal, { body: { name: 'Mill', value: EUR(100) } })
    const won = await client.call(moveDeal, {
      params: { dealId: id },
      body: { stageId: stage('closed_won').id },
    })
    assert.ok(won.wonAt && won.closedAt === won.wonAt && won.probability === 100)
    const back = await client.call(changeDeal, {
      params: { dealId: id },
      body: { stageId: stage('proposal').id },
    })
    assert.deepEqual([back.status, back.wonAt, back.stays.length], ['open', null, 3])
    assert.deepEqual(
      back.stays.map(stay => [stay.name, stay.leftAt === null]),
      [
        ['Proposal', true],
        ['Closed won', false],
        ['Qualification', false],
      ],
    )
    const again = await client.call(moveDeal, {
      params: { dealId: id },
      body: { stageId: stage('closed_won').id },
    })
    // Whoever puts it back at once does not change when it was won.
    assert.equal(again.wonAt?.slice(0, 22), won.wonAt?.slice(0, 22))
    assert.deepEqual(
      (await events(orgId)).map(({ type }) => type),
      [
        'deal.created',
        'deal.updated',
        'deal.stage_changed',
        'deal.won',
        'deal.updated',
        'deal.stage_changed',
        'deal.updated',
        'deal.stage_changed',
        'deal.won',
      ],
    )
    const changes = await t.asSuperuser<{ action: string; after: { stageId?: string } }>(
      'select action, after from crm.changes where org_id = $1 and record_id = $2 order by id',
      [orgId, id],
    )
    assert.deepEqual(
      changes.map(({ action, after }) => [action, after.stageId]),
      [
        ['created', stage('qualification').id],
        ['updated', stage('closed_won').id],
        ['updated', stage('proposal').id],
        ['updated', stage('closed_won').id],
      ],
    )
  })

  it('are asked by a stage for what it needs, and by a pipeline for why they are lost', async () => {
    const { client, pipeline, stage } = await organization()
    const proposal = stage('proposal').id
    await client.call(changeStage, {
      params: { pipelineId: pipeline.id, stageId: proposal },
      body: { requiredFields: ['value', 'expectedCloseOn', 'value'] },
    })
    const { id } = await client.call(createDeal, { body: { name: 'Mill', value: EUR(0) } })
    const params = { dealId: id }
    const asked = await refusal(client.call(moveDeal, { params, body: { stageId: proposal } }))
    assert.deepEqual([asked.status, asked.code], [422, 'crm.stage_asks'])
    assert.deepEqual(
      asked.errors?.map(error => error.pointer),
      ['/fields/expectedCloseOn'],
    )
    const moved = await client.call(moveDeal, {
      params,
      body: { stageId: proposal, fields: { expectedCloseOn: '2026-12-01' } },
    })
    assert.deepEqual([moved.stageId, moved.expectedCloseOn], [proposal, '2026-12-01'])
    const lost = stage('closed_lost').id
    const why = await refusal(client.call(moveDeal, { params, body: { stageId: lost } }))
    assert.deepEqual(
      [why.code, why.errors?.map(error => error.pointer)],
      ['crm.stage_asks', ['/lostReasonId']],
    )
    const { items } = await client.call(listLostReasons)
    const reason = items[0]
    assert.ok(reason)
    const body = { stageId: lost, lostReasonId: reason.id, lostNote: ' Too late ' }
    const gone = await client.call(moveDeal, { params, body })
    assert.deepEqual([gone.status, gone.lostReason, gone.lostNote], ['lost', reason, 'Too late'])
    const reopened = await client.call(changeDeal, { params, body: { stageId: proposal } })
    assert.deepEqual([reopened.lostReason, reopened.lostNote, reopened.lostAt], [null, null, null])
    const untold = await refusal(client.call(changeDeal, { params, body: { lostReasonId: reason.id } }))
    assert.equal(untold.errors?.[0]?.code, 'not_lost')
    await client.call(changePipeline, {
      params: { pipelineId: pipeline.id },
      body: { asksLostReason: false },
    })
    assert.equal((await client.call(moveDeal, { params, body: { stageId: lost } })).status, 'lost')
  })

  it('refuse what is no value', async () => {
    const { client, server, pipeline } = await organization()
    const other = await organization()
    const { id } = await client.call(createDeal, { body: { name: 'Mill' } })
    const bodies: [Record<string, unknown>, string][] = [
      [{ name: '' }, '/name'],
      [{ name: 'x'.repeat(201) }, '/name'],
      [{ name: 'a\u0000b' }, ''],
      [{ value: { amount: -1, currency: 'EUR' } }, '/value/amount'],
      [{ value: { amount: 1.5, currency: 'EUR' } }, '/value/amount'],
      [{ value: { amount: 1e15, currency: 'EUR' } }, '/value/amount'],
      [{ value: { amount: 1, currency: 'eur' } }, '/value/currency'],
      [{ value: { amount: 1 } }, '/value/currency'],
      [{ probability: 101 }, '/probability'],
      [{ expectedCloseOn: '2026-02-30' }, '/expectedCloseOn'],
      [{ expectedCloseOn: '15/12/2026' }, '/expectedCloseOn'],
      [{ stageId: other.stage('proposal').id }, '/stageId'],
      [{ stageId: newId() }, '/stageId'],
      [{ companyId: newId() }, '/companyId'],
      [{ personId: newId() }, '/personId'],
      [{ peopleIds: [newId()] }, '/peopleIds'],
      [{ ownerUserId: other.userId }, '/ownerUserId'],
      [{ pipelineId: pipeline.id }, ''],
      [{ custom: { nothing: 1 } }, '/custom/nothing'],
    ]
    for (const [body, pointer] of bodies) {
      const answer = await server.raw(`/v1/deals/${id}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      const problem = (await answer.json()) as { errors?: { pointer: string }[] }
      assert.equal(answer.status, 422, JSON.stringify([body, problem]))
      if (pointer) assert.equal(problem.errors?.[0]?.pointer, pointer, JSON.stringify(body))
    }
    const kept = await client.call(getDeal, { params: { dealId: id } })
    assert.equal(kept.name, 'Mill')
  })

  it('change by the version they were read at, one writer after the other', async () => {
    const { client } = await organization()
    const made = await client.call(createDeal, { body: { name: 'Mill' } })
    const params = { dealId: made.id }
    const ifMatch = etagOf(await client.call(getDeal, { params }))
    const both = await Promise.allSettled([
      client.call(changeDeal, { params, body: { name: 'One' }, ifMatch }),
      client.call(changeDeal, { params, body: { name: 'Two' }, ifMatch }),
    ])
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    const late = await refusal(client.call(changeDeal, { params, body: { name: 'Three' }, ifMatch }))
    assert.deepEqual([late.status, late.errors?.map(error => error.pointer)], [412, ['/name']])
  })

  it('keep every tag when two add one at once', async () => {
    const { client } = await organization()
    const { id } = await client.call(createDeal, { body: { name: 'Mill' } })
    const params = { dealId: id }
    await Promise.all(
      ['a', 'b', 'c'].map(tag => client.call(changeDeal, { params, body: { addTags: [tag] } })),
    )
    assert.deepEqual((await client.call(getDeal, { params })).tags.toSorted(), ['a', 'b', 'c'])
  })

  it('are deleted, gone everywhere, and brought back as they were', async () => {
    const { client, orgId, stage } = await organization()
    const { id } = await client.call(createDeal, {
      body: { name: 'Mill', value: EUR(700), stageId: stage('closed_won').id },
    })
    const params = { dealId: id }
    await client.call(deleteDeal, { params })
    assert.equal((await refusal(client.call(getDeal, { params }))).status, 404)
    assert.equal((await refusal(client.call(changeDeal, { params, body: { name: 'x' } }))).status, 404)
    assert.equal((await refusal(client.call(deleteDeal, { params }))).status, 404)
    assert.deepEqual((await client.call(listDeals)).items, [])
    const back = await client.call(restoreDeal, { params })
    assert.deepEqual([back.name, back.status, back.value], ['Mill', 'won', EUR(700)])
    assert.equal((await refusal(client.call(restoreDeal, { params }))).status, 404)
    assert.deepEqual((await events(orgId)).map(({ type }) => type).slice(2), [
      'deal.deleted',
      'deal.restored',
    ])
  })

  it('go from one pipeline to another by their stage, and not into an archived one', async () => {
    const { client } = await organization()
    const second = await client.call(createPipeline, { body: { name: 'Renewals', currency: 'CHF' } })
    const { id } = await client.call(createDeal, { body: { name: 'Mill' } })
    const [first] = second.stages
    assert.ok(first)
    const moved = await client.call(moveDeal, { params: { dealId: id }, body: { stageId: first.id } })
    assert.equal(moved.pipelineId, second.id)
    await client.call(changePipeline, { params: { pipelineId: second.id }, body: { archived: true } })
    const refused = await refusal(client.call(createDeal, { body: { name: 'Late', pipelineId: second.id } }))
    assert.equal(refused.errors?.[0]?.code, 'archived')
    const { items } = await client.call(listPipelines)
    assert.equal(items.length, 1)
  })
})
