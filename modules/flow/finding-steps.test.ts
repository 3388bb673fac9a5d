import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createActivity, recordKinds } from '#modules/crm/index.ts'
import { makeOwner } from '#modules/iam/factories.ts'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { newId } from '#platform/ids.ts'
import { type EngineTest, openEngineTest, type TestNode } from './factories.ts'
import { findRecordsConfig } from './nodes/find-records.ts'

describe('steps that find and read records, and take turns', () => {
  let e: EngineTest
  before(async () => {
    e = await openEngineTest()
    await e.engine()
  })
  after(() => e.close())

  async function outputsOf(nodes: TestNode[], input: object = {}) {
    const run = await e.until(await e.start(await e.publish(nodes), input), 'completed', 'failed')
    const outputs = Object.fromEntries(run.stepList.map(step => [step.nodeId, step.output as JsonObject]))
    return { run, outputs }
  }
  const find = (config: Record<string, unknown>, input: object = {}) =>
    outputsOf([{ id: 'find', type: 'find_records', config }], input)

  it('find records by conditions, as values of the field they are compared with', async () => {
    const make = (object: 'person' | 'deal' | 'company', body: object) =>
      e.asOwner(ctx => recordKinds[object].create(ctx, body))
    for (const [email, score] of [
      ['a@find.example', 10],
      ['b@find.example', 80],
      ['c@find.example', 95],
    ] as const)
      await make('person', {
        email,
        score,
        firstName: email.slice(0, 1),
        tags: score > 50 ? ['Hot', 'a, "b"'] : [],
      })
    const hot = async (config: object, input: object = {}) => {
      const { outputs, run } = await find({ object: 'person', ...config }, input)
      assert.equal(run.status, 'completed', JSON.stringify(run.error))
      const items = outputs.find?.items as { firstName: string }[]
      assert.equal(outputs.find?.count, items.length)
      return items.map(({ firstName }) => firstName)
    }
    const atLeast = { field: 'score', op: 'gte', value: '{{ least }}' }
    const domain = { field: 'email', op: 'ends_with', value: '@find.example' }
    assert.deepEqual(await hot({ conditions: [atLeast, domain], sort: '-score' }, { least: 80 }), ['c', 'b'])
    assert.deepEqual(await hot({ conditions: [atLeast], sort: 'score', limit: 1 }, { least: '10' }), ['a'])
    const named = [
      { field: 'firstName', op: 'is', value: 'a' },
      { field: 'firstName', op: 'is', value: 'c' },
    ]
    assert.deepEqual((await hot({ conditions: named, match: 'any' })).sort(), ['a', 'c'])
    assert.deepEqual(await hot({ conditions: named }), [])
    assert.deepEqual(
      (await hot({ conditions: [{ field: 'firstName', op: 'in', value: 'a, c ,' }] })).sort(),
      ['a', 'c'],
    )
    assert.deepEqual((await hot({ conditions: [{ field: 'tags', op: 'has', value: 'a, "b"' }] })).sort(), [
      'b',
      'c',
    ])
    assert.deepEqual(await hot({ conditions: [{ field: 'tags', op: 'empty' }, domain] }), ['a'])
    assert.deepEqual(await hot({ conditions: [{ field: 'createdAt', op: 'before', value: 'now-1d' }] }), [])
    // What a template brings is a value and never a part of the filter.
    assert.deepEqual(
      await hot(
        { conditions: [{ field: 'firstName', op: 'is', value: '{{ n }}' }] },
        { n: 'x"|score:gte:"0' },
      ),
      [],
    )
    const old = await find({ object: 'deal', conditions: [{ field: 'value', op: 'gt', value: '100 EUR' }] })
    assert.deepEqual(old.outputs.find, { count: 0, items: [] })
  })

  it('refuse conditions that no list has, before and while a run goes', async () => {
    const refused: object[] = [
      { conditions: [{ field: 'nothing', op: 'is', value: 'x' }] },
      { conditions: [{ field: 'score', op: 'contains', value: 'x' }] },
      { conditions: [{ field: 'score', op: 'gte', value: ' ' }] },
      { conditions: [{ field: 'constructor', op: 'is', value: 'x' }] },
      { conditions: [{ field: 'score', op: 'constructor', value: 'x' }] },
      { sort: 'tags' },
      { sort: '-nothing' },
      { limit: 0 },
      { limit: 101 },
      { object: 'lead' },
    ]
    for (const config of refused)
      assert.equal(findRecordsConfig.safeParse(config).success, false, JSON.stringify(config))
    const refusal = async (condition: object, input: object = {}) => {
      const { run } = await find({ object: 'person', conditions: [condition] }, input)
      return [run.status, run.error?.code]
    }
    assert.deepEqual(await refusal({ field: 'score', op: 'gte', value: '{{ v }}' }, { v: 'many' }), [
      'failed',
      'lookup.refused',
    ])
    assert.deepEqual(await refusal({ field: 'custom.nothing', op: 'is', value: 'x' }), [
      'failed',
      'lookup.refused',
    ])
  })

  it('read a company by id, domain or name, and deals and activities by id', async () => {
    const companyId = await e.asOwner(ctx =>
      recordKinds.company.create(ctx, {
        name: 'Read House',
        websiteUrl: 'https://read.example',
        city: 'Nice',
      }),
    )
    const dealId = await e.asOwner(ctx => recordKinds.deal.create(ctx, { name: 'Read deal', companyId }))
    const activityId = await e.asOwner(ctx =>
      createActivity(ctx, { kind: 'task', title: 'Read task', body: '', priority: 'normal', records: [] }),
    )
    const look = (id: string, what: string, record: string) => ({
      id,
      type: 'lookup',
      config: { what, record },
    })
    const input = { event: { payload: { dealId, activityId } } }
    const { run, outputs } = await outputsOf(
      [
        look('id', 'company', companyId),
        look('domain', 'company', 'https://www.read.example/x'),
        look('name', 'company', 'READ HOUSE'),
        look('none', 'company', 'nobody.example'),
        look('deal', 'deal', ''),
        look('activity', 'activity', ''),
        look('no_deal', 'deal', newId()),
        look('bad_deal', 'deal', 'Read deal'),
      ],
      input,
    )
    assert.equal(run.status, 'completed', JSON.stringify(run.error))
    for (const id of ['id', 'domain', 'name'])
      assert.equal((outputs[id]?.company as JsonObject | null)?.city, 'Nice', id)
    assert.deepEqual(outputs.none, { found: false, company: null })
    assert.equal((outputs.deal?.deal as JsonObject | null)?.name, 'Read deal')
    assert.equal((outputs.activity?.activity as JsonObject | null)?.title, 'Read task')
    assert.deepEqual([outputs.no_deal?.found, outputs.bad_deal?.found], [false, false])
    const lost = await outputsOf([look('deal', 'deal', '')])
    assert.equal(lost.run.error?.code, 'lookup.not_named')
    const other = await makeOwner(e.t.kit)
    const theirs = await e.as(other, ctx => recordKinds.deal.create(ctx, { name: 'Theirs' }))
    assert.equal((await outputsOf([look('deal', 'deal', theirs)])).outputs.deal?.found, false)
  })

  it('give every run the next of the list, also to many at once', async () => {
    const node = { id: 'next', type: 'take_turns', config: { choices: ['ada', '{{ second }}', 'cy'] } }
    const workflowId = await e.publish([node])
    const started = await Promise.all(Array.from({ length: 9 }, () => e.start(workflowId, { second: 'bo' })))
    const choices = await Promise.all(
      started.map(async runId => {
        const run = await e.until(runId, 'completed', 'failed')
        return run.stepList.find(({ nodeId }) => nodeId === 'next')?.output as {
          choice: string
          turn: number
        }
      }),
    )
    assert.deepEqual(
      choices.map(({ turn }) => turn).sort((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
    )
    for (const { choice, turn } of choices) assert.equal(choice, ['ada', 'bo', 'cy'][(turn - 1) % 3])
    const { outputs } = await outputsOf([node], { second: 'bo' })
    assert.deepEqual(outputs.next, { choice: 'ada', turn: 1 })
  })
})
