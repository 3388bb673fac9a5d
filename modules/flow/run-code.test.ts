import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { switchFeatures } from '#modules/iam/contract.ts'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { runCode } from '#platform/sandbox/sandbox.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, testServer } from '#test/http.ts'
import { advance } from './advance.ts'
import { type Graph, graphSchema } from './graph.ts'
import { validateGraph } from './graph-problems.ts'
import { flowModule } from './index.ts'
import { loadPlan } from './loaded-plan.ts'
import { nodeTypes } from './nodes/catalogue.ts'
import { nodeRunners } from './nodes/runners.ts'
import { compile } from './plan.ts'
import { callRemote } from './remote.ts'
import { codeProblems } from './run-code.ts'
import type { SliceInput } from './run-state.ts'

const modules = [iamModule, crmModule, mailModule, intakeModule, flowModule]
const now = Date.UTC(2026, 2, 1)
const never = new AbortController().signal

function graphOf(...configs: object[]): Graph {
  const nodes = configs.map((config, index) => ({ id: `code${index}`, type: 'code', config }))
  const edges = nodes.map(({ id }, index) => ({
    id: `edge${index}`,
    source: nodes[index - 1]?.id ?? 'start',
    target: id,
  }))
  return graphSchema.parse({ nodes: [{ id: 'start', type: 'manual' }, ...nodes], edges })
}

describe('code in a workflow', () => {
  let t: TestKit
  let withCode = ''
  let alsoWithCode = ''
  let without = ''
  before(async () => {
    t = await testKit({ modules })
    withCode = await organization(true)
    alsoWithCode = await organization(true)
    without = await organization(false)
  })
  after(() => t.close())

  async function organization(code: boolean): Promise<string> {
    const { orgId, userId } = await makeOwner(t.kit)
    const server = await testServer(t, [iamModule], signedInAs(orgId, userId))
    await server.client().call(switchFeatures, { body: { code } })
    await server.close()
    return orgId
  }
  const inOrg = <T>(orgId: string, work: (ctx: Context) => Promise<T>) =>
    inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, work)

  /** Runs one code node, from its configuration to the end of its step. */
  async function runNode(orgId: string, config: object, input: JsonObject = {}, signal = never) {
    const plan = loadPlan(compile(graphOf(config), nodeTypes), nodeRunners)
    const run = { orgId, runId: 'run', startedAt: now, input }
    const begun = advance(plan, plan.start, [], { run, now, random: () => 0 })
    const [call] = begun.remote
    assert.ok(call, JSON.stringify(begun.error))
    const answer = await callRemote(t.kit, { orgId, runId: 'run', call }, signal)
    const ended = advance(plan, begun.state, [answer as SliceInput], { run, now, random: () => 0 })
    return { answer, outcome: ended.outcome, step: ended.steps.at(-1), timers: ended.timers }
  }

  it('computes over its named values and shows what it wrote to the console', async () => {
    const inputs = [
      { name: 'amount', value: '{{ deal.amount }}' },
      { name: 'rate', value: 1.2 },
    ]
    const source = "console.log('amount', input.amount)\nreturn { total: input.amount * input.rate }"
    const { step, outcome } = await runNode(withCode, { source, inputs }, { deal: { amount: 100 } })
    assert.deepEqual([outcome, step?.output], ['completed', { total: 120 }])
    assert.deepEqual(step?.input, { input: { amount: 100, rate: 1.2 }, console: ['amount 100'] })
    const typed = { language: 'typescript', source: 'const n: number = input.n\nreturn n', inputs: [] }
    assert.equal((await runNode(withCode, typed)).step?.output, null)
  })

  it('fails its step with a code, a message and the place in the source', async () => {
    const failures: [config: object, code: string, line: number | null][] = [
      [{ source: 'const a = 1\nthrow new Error("no")' }, 'code.thrown', 2],
      [{ source: 'const a = 1\nretur n a' }, 'code.syntax', 2],
      [{ source: 'const a: = 1', language: 'typescript' }, 'code.syntax', 1],
      [{ source: 'for (;;) {}', timeoutMs: 50 }, 'code.time', null],
      [{ source: 'const all = []; for (;;) all.push({})', timeoutMs: 10_000 }, 'code.memory', null],
      [{ source: 'return "x".repeat(300000)' }, 'code.output_too_large', null],
      [{ source: 'return 1n' }, 'code.not_json', null],
    ]
    for (const [config, code, line] of failures) {
      const { step, outcome } = await runNode(withCode, config)
      const details = step?.error?.details as { line: number | null }
      assert.deepEqual([outcome, step?.error?.code, details.line], ['failed', code, line], code)
      assert.equal(step?.error?.retryable, false, code)
    }
  })

  it('gives only what can be stored', async () => {
    const source = 'console.log("a\\u0000b")\nreturn { "a\\u0000": "x\\u0000y\\ud800", ["__proto__"]: 1 }'
    const { step } = await runNode(withCode, { source })
    assert.deepEqual(step?.output, { a: 'xy\ufffd' })
    assert.deepEqual(step?.input, { input: {}, console: ['ab'] })
    const { step: failed } = await runNode(withCode, { source: 'throw new Error("a\\u0000\\udc00")' })
    assert.equal(failed?.error?.message, 'a\ufffd (line 1)')
  })

  it('does not run in an organization that has not switched it on', async () => {
    const { step, outcome } = await runNode(without, { source: 'return 1' })
    assert.deepEqual(
      [outcome, step?.error?.code, step?.error?.retryable],
      ['failed', 'code.switched_off', false],
    )
  })

  it('of one organization that hangs does not hold up another', async () => {
    const stop = new AbortController()
    const hanging = runNode(withCode, { source: 'for (;;) {}', timeoutMs: 10_000 }, {}, stop.signal)
    let isOver = false
    hanging.finally(() => {
      isOver = true
    })
    const { step } = await runNode(alsoWithCode, { source: 'return 2' })
    assert.deepEqual([step?.output, isOver], [2, false])
    stop.abort(new Error('called off'))
    const { answer } = await hanging
    assert.equal(answer?.kind === 'failure' && answer.error.retryable, true)
  })

  it('waits as a row when there is no room for it', async () => {
    const stop = new AbortController()
    const limits = { memoryBytes: 32 * 1024 * 1024, timeMs: 60_000, outputBytes: 1_024 }
    const full = Array.from({ length: 1_001 }, () =>
      runCode({
        source: 'for (;;) {}',
        language: 'javascript',
        input: null,
        limits,
        partition: 'crowd',
        waitMs: 60_000,
        signal: stop.signal,
      }),
    )
    const ended = Promise.allSettled(full)
    try {
      const { answer, outcome, timers } = await runNode(withCode, { source: 'return 1' })
      assert.deepEqual([answer?.kind, outcome, timers.length], ['later', 'waiting', 1])
    } finally {
      stop.abort(new Error('called off'))
      await ended
    }
  })

  it('is checked before it is published, and refused where it is switched off', async () => {
    const good = { source: 'return input.a as number', language: 'typescript' }
    const bad = { source: 'const a = 1\nconst b = (2' }
    const problemsOf = (orgId: string, graph: Graph) => inOrg(orgId, ctx => codeProblems(ctx, graph))
    assert.deepEqual(await problemsOf(withCode, graphOf(good)), [])
    assert.deepEqual(await problemsOf(without, graphOf()), [])
    const [problem, ...more] = await problemsOf(withCode, graphOf(good, bad))
    assert.deepEqual(more, [])
    assert.deepEqual(
      [problem?.severity, problem?.code, problem?.path, problem?.nodeId, problem?.line],
      ['error', 'code_error', ['nodes', 2, 'config', 'source'], 'code1', 2],
    )
    const refused = await problemsOf(without, graphOf(good, good))
    assert.deepEqual(
      refused.map(({ code, nodeId }) => [code, nodeId]),
      [
        ['code_switched_off', 'code0'],
        ['code_switched_off', 'code1'],
      ],
    )
  })

  it('that leaves its function while it is read costs the publication one short wait at most', async () => {
    const endless = { source: '})(); (function () { for (;;) {} })(); (function () {' }
    const problems = await inOrg(withCode, ctx => codeProblems(ctx, graphOf(endless, endless, endless)))
    assert.deepEqual(
      problems.map(({ code, nodeId }) => [code, nodeId]),
      [['code_error', 'code0']],
    )
  })
})

describe('the configuration of code', () => {
  const problemsOf = (config: object) =>
    validateGraph(graphOf(config), nodeTypes).map(({ path }) => path.slice(3))

  it('has a source of a bounded size, names that can be read, and a bounded time', () => {
    assert.deepEqual(problemsOf({ source: 'return 1', timeoutMs: 10_000 }), [])
    assert.deepEqual(problemsOf({ source: ' \n' }), [['source']])
    assert.deepEqual(problemsOf({ source: 'x'.repeat(50_001) }), [['source']])
    assert.deepEqual(problemsOf({ source: 'return 1', timeoutMs: 10_001 }), [['timeoutMs']])
    assert.deepEqual(problemsOf({ source: 'return 1', language: 'python' }), [['language']])
    const twice = [
      { name: 'a', value: 1 },
      { name: 'a', value: 2 },
    ]
    assert.deepEqual(problemsOf({ source: 'return 1', inputs: twice }), [['inputs']])
    assert.deepEqual(problemsOf({ source: 'return 1', inputs: [{ name: 'a', value: '{{ a' }] }), [
      ['inputs', 0, 'value'],
    ])
  })

  it('is summed up by what its first line says', () => {
    const type = nodeTypes.get('code')
    const summary = (source: string) => type?.summary(type.config.parse({ source }))
    assert.equal(summary('\n// The total with tax\nreturn 1'), 'The total with tax')
    assert.equal(summary(`return ${'x'.repeat(99)}`)?.length, 60)
  })
})
