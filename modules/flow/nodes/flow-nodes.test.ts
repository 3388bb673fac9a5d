import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { graphSchema } from '../graph.ts'
import { validateGraph } from '../graph-problems.ts'
import { loadPlan } from '../loaded-plan.ts'
import type { Outcome, Scope } from '../node-run.ts'
import type { NodeType } from '../node-type.ts'
import { compile } from '../plan.ts'
import { simulateRun } from '../simulated-run.ts'
import { approval } from './approval.ts'
import { nodeTypes } from './catalogue.ts'
import { loop } from './loop.ts'
import { mergeRunner } from './merge.run.ts'
import { merge } from './merge.ts'
import { repeat } from './repeat.ts'
import { nodeRunners } from './runners.ts'
import { subWorkflow } from './sub-workflow.ts'
import { switchNode } from './switch.ts'

const now = Date.UTC(2026, 2, 1)
const budget = (operator: string, value: number) => ({ field: 'budget', operator, value })

/** Runs a graph behind a manual trigger over an input; edges are [from, exit, to]. */
function run(
  nodes: { id: string; type: string; config?: object }[],
  edges: [string, string, string][],
  input = {},
) {
  const graph = {
    nodes: [{ id: 'start', type: 'manual' }, ...nodes],
    edges: edges.map(([source, sourceHandle, target], index) => ({
      id: `e${index}`,
      source,
      sourceHandle,
      target,
    })),
  }
  const plan = loadPlan(compile(graphSchema.parse(graph), nodeTypes), nodeRunners)
  return simulateRun(plan, { orgId: 'org', runId: 'run', startedAt: now, input: input as JsonObject })
}

/** The nodes a switch leads to, with a node behind each exit. */
function ways(config: object, input: object): string[] {
  const exits = switchNode.handles(switchNode.config.parse(config)).map(handle => handle.id)
  const ended = run(
    [
      { id: 'switch', type: 'switch', config },
      ...exits.map(id => ({
        id: `to-${id}`,
        type: 'set_fields',
        config: { fields: [{ name: 'x', value: 1 }] },
      })),
    ],
    [['start', 'out', 'switch'], ...exits.map((id): [string, string, string] => ['switch', id, `to-${id}`])],
    input,
  )
  return ended.steps.flatMap(step => (step.nodeId.startsWith('to-') ? [step.nodeId.slice(3)] : []))
}

const accepts = <Config>(type: NodeType<Config>, config: object) => type.config.safeParse(config).success
const exitsOf = <Config>(type: NodeType<Config>, config: object) =>
  type.handles(type.config.parse(config)).map(handle => handle.id)
const summaryOf = <Config>(type: NodeType<Config>, config: object) => type.summary(type.config.parse(config))

test('a switch takes the first rule that holds, every one when asked, and the last exit when none does', () => {
  const rules = [
    { id: 'big', label: 'Big', condition: budget('>', 1000) },
    { id: 'some', condition: budget('>', 10) },
  ]
  assert.deepEqual(ways({ rules }, { budget: 5000 }), ['big'])
  assert.deepEqual(ways({ rules }, { budget: 50 }), ['some'])
  assert.deepEqual(ways({ rules }, { budget: 5 }), ['else'])
  assert.deepEqual(ways({ rules, all: true }, { budget: 5000 }), ['big', 'some'])
  assert.deepEqual(ways({ rules, all: true }, {}), ['else'])
})

test('a switch by value compares as conditions do', () => {
  const config = {
    mode: 'value',
    value: '{{ country }}',
    cases: [
      { id: 'fr', equals: 'France' },
      { id: 'seven', equals: 7 },
      { id: 'none', equals: '' },
    ],
  }
  assert.deepEqual(ways(config, { country: ' FRANCE' }), ['fr'])
  assert.deepEqual(ways(config, { country: '7.0' }), ['seven'])
  assert.deepEqual(ways(config, {}), ['none'])
  assert.deepEqual(ways(config, { country: ['France'] }), ['else'])
})

test('the exits of a switch are unique names that nothing else uses', () => {
  const rule = (id: string) => ({ id, condition: budget('>', 1) })
  assert.ok(accepts(switchNode, { rules: [rule('a'), rule('A')] }))
  for (const id of ['error', 'else', '__proto__', 'a b', '', 'x'.repeat(41)])
    assert.ok(!accepts(switchNode, { rules: [rule(id)] }), id)
  assert.ok(!accepts(switchNode, { rules: [rule('a'), rule('a')] }))
  assert.ok(!accepts(switchNode, { rules: [] }))
  assert.ok(!accepts(switchNode, { mode: 'value', value: '{{ a }}' }))
  assert.ok(!accepts(switchNode, { mode: 'value', cases: [{ id: 'a', equals: 1 }] }))
  assert.ok(!accepts(switchNode, { rules: Array.from({ length: 51 }, (_, index) => rule(`r${index}`)) }))
})

test('an edge from an exit that a switch does not have is a problem', () => {
  const graph = graphSchema.parse({
    nodes: [
      { id: 'start', type: 'manual' },
      { id: 'switch', type: 'switch', config: { rules: [{ id: 'a', condition: budget('>', 1) }] } },
      { id: 'end', type: 'stop' },
    ],
    edges: [
      { id: 'e', source: 'start', target: 'switch' },
      { id: 'f', source: 'switch', sourceHandle: 'b', target: 'end' },
    ],
  })
  assert.deepEqual(
    validateGraph(graph, nodeTypes).map(problem => problem.code),
    ['unknown_handle'],
  )
})

test('a filter lets through what holds and has an exit for the rest', () => {
  const steps = (input: object) =>
    run(
      [
        { id: 'filter', type: 'filter', config: { condition: budget('>', 1000) } },
        { id: 'yes', type: 'stop' },
        { id: 'no', type: 'stop' },
      ],
      [
        ['start', 'out', 'filter'],
        ['filter', 'out', 'yes'],
        ['filter', 'rejected', 'no'],
      ],
      input,
    ).steps
  assert.deepEqual(
    steps({ budget: 5000 }).map(step => step.nodeId),
    ['start', 'filter', 'yes'],
  )
  const [, filter, end] = steps({ budget: 5 })
  assert.deepEqual([filter?.input, filter?.output, end?.nodeId], [{ budget: 5 }, { passed: false }, 'no'])
})

test('stop ends the run with a result while other branches wait, and fail ends it with a reason', () => {
  const wait = { id: 'wait', type: 'wait', config: { duration: { amount: 1, unit: 'days' } } }
  const branches: [string, string, string][] = [
    ['start', 'out', 'wait'],
    ['start', 'out', 'end'],
  ]
  const output = [{ name: 'total', value: '{{ budget }}' }]
  const stopped = run([wait, { id: 'end', type: 'stop', config: { output } }], branches, { budget: 7 })
  assert.equal(stopped.outcome, 'completed')
  assert.deepEqual(stopped.steps.find(step => step.nodeId === 'end')?.output, { total: 7 })
  const failed = run(
    [wait, { id: 'end', type: 'fail', config: { message: 'No budget: {{ budget }}' } }],
    branches,
    { budget: 0 },
  )
  assert.equal(failed.outcome, 'failed')
  assert.equal(failed.state.end?.error?.message, 'No budget: 0')
})

test('a merge says how many branches it needs, and when too few came', () => {
  const join = (config: object) => merge.join?.(merge.config.parse(config))
  assert.deepEqual(join({}), { need: 'all', cancelRest: false })
  assert.deepEqual(join({ mode: 'any', cancelRest: true }), { need: 1, cancelRest: true })
  assert.deepEqual(join({ mode: 'count', count: 3 }), { need: 3, cancelRest: false })
  assert.ok(!accepts(merge, { mode: 'count' }))
  assert.deepEqual(exitsOf(merge, {}), ['out'])
  assert.deepEqual(exitsOf(merge, { mode: 'count', count: 2 }), ['out', 'short'])
  const exit = (config: object, arrived: number) => {
    const loaded = mergeRunner.load(merge.config.parse(config), undefined as never)
    const outcome: Outcome = loaded.run({ scope: {} as Scope, now, arrived, effectId: () => '' })
    return outcome.do === 'next' ? outcome.handle : outcome.do
  }
  assert.equal(exit({ mode: 'count', count: 2 }, 1), 'short')
  assert.equal(exit({ mode: 'count', count: 2 }, 2), 'out')
  assert.equal(exit({ mode: 'all' }, 1), 'out')
})

test('a merge by count leaves by the other exit when branches end before it', () => {
  const pass = (id: string, amount: number) => ({
    id,
    type: 'filter',
    config: { condition: budget('>', amount) },
  })
  const ended = (value: number) =>
    run(
      [
        pass('a', 1),
        pass('b', 10),
        { id: 'merge', type: 'merge', config: { mode: 'count', count: 2 } },
        { id: 'enough', type: 'stop' },
        { id: 'few', type: 'stop' },
      ],
      [
        ['start', 'out', 'a'],
        ['start', 'out', 'b'],
        ['a', 'out', 'merge'],
        ['b', 'out', 'merge'],
        ['merge', 'out', 'enough'],
        ['merge', 'short', 'few'],
      ],
      { budget: value },
    ).steps.at(-1)?.nodeId
  assert.equal(ended(50), 'enough')
  assert.equal(ended(5), 'few')
})

test('loops, repeats, other workflows and approvals have their limits, exits, templates and summaries', () => {
  assert.deepEqual(loop.config.parse({ items: '{{ lead.tags }}' }), {
    items: '{{ lead.tags }}',
    concurrency: 1,
    onError: 'stop',
    maxItems: 1000,
  })
  for (const wrong of [
    { concurrency: 65 },
    { concurrency: 0 },
    { maxItems: 10_001 },
    { onError: 'skip' },
    { items: '' },
  ])
    assert.ok(!accepts(loop, { items: '3', ...wrong }), JSON.stringify(wrong))
  assert.deepEqual(exitsOf(loop, { items: '3' }), ['each', 'done'])
  assert.equal(summaryOf(loop, { items: '{{ a }}', concurrency: 4 }), 'For each of {{ a }}, 4 at a time')
  assert.deepEqual(
    loop.templates(loop.config.parse({ items: '{{ a }}', collect: '{{ item }}' })).map(field => field.path),
    [['items'], ['collect']],
  )

  const condition = budget('<', 5)
  assert.ok(!accepts(repeat, { condition, maxRounds: 1001 }))
  assert.deepEqual(exitsOf(repeat, { condition }), ['each', 'done'])
  assert.equal(summaryOf(repeat, { condition }), 'While budget less than 5')
  assert.equal(repeat.conditions(repeat.config.parse({ condition }))[0]?.path[0], 'condition')
  assert.ok(loop.hasRounds && repeat.hasRounds)

  const workflowId = '018f0000-0000-7000-8000-000000000000'
  const other = { workflowId, input: [{ name: 'a', value: '{{ b }}' }] }
  assert.equal(summaryOf(subWorkflow, other), `Run ${workflowId} and wait with a`)
  assert.deepEqual(subWorkflow.templates(subWorkflow.config.parse(other)), [
    { path: ['input', 0, 'value'], text: '{{ b }}' },
  ])
  assert.ok(!accepts(subWorkflow, { workflowId: 'x' }))
  assert.ok(!accepts(subWorkflow, { workflowId, input: [...other.input, ...other.input] }))

  const ask = { title: 'May we offer {{ discount }}?' }
  assert.deepEqual(exitsOf(approval, ask), ['approved', 'rejected'])
  const timeout = { amount: 1.5, unit: 'hours' } as const
  assert.deepEqual(exitsOf(approval, { ...ask, timeout }), ['approved', 'rejected', 'timeout'])
  assert.equal(summaryOf(approval, ask), 'Ask owners: May we offer {{ discount }}?')
  assert.ok(!accepts(approval, { ...ask, timeout: { amount: 367, unit: 'days' } }))
  assert.ok(!accepts(approval, { ...ask, roles: [] }))
})
