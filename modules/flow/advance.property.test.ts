import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { Seeded } from '#platform/seeded.ts'
import { advance } from './advance.ts'
import { compileCondition } from './condition-compile.ts'
import { graphSchema } from './graph.ts'
import { type LoadedPlan, loadPlan } from './loaded-plan.ts'
import { nodeTypes } from './nodes/catalogue.ts'
import { nodeRunners } from './nodes/runners.ts'
import { compile } from './plan.ts'
import type { RemoteCall, RunHeader, SliceInput, SliceResult, StepRecord } from './run-state.ts'
import { type Answer, type SimulatedRun, simulateRun, type World } from './simulated-run.ts'
import { randomGraph, type Sketch } from './simulation/random-graph.ts'

const startedAt = Date.UTC(2026, 2, 1)
const run: RunHeader = {
  orgId: 'org',
  runId: 'run',
  startedAt,
  input: { lead: { name: 'Ada', email: 'ada@example.com', fields: { a: 1, b: 50, c: 99 } } },
}

/** Any graph of steps in memory, effects, calls and waits; a failing one is named by its seed. */
function graphs(nodesMax: number): fc.Arbitrary<Sketch> {
  return fc.nat().map(seed => randomGraph(new Seeded(seed), { nodesMax, kinds: 'plain' }))
}

function load(sketch: object): LoadedPlan {
  return loadPlan(compile(graphSchema.parse(sketch), nodeTypes), nodeRunners)
}

/** The same call gets the same answer whenever it is made; a third of them fail at first, some always. */
function answer(call: RemoteCall): Answer {
  const roll = Number.parseInt(hash('sha256', `${call.nodeId}${call.attempt}`).slice(0, 2), 16)
  if (roll < 60)
    return {
      error: {
        code: 'http.failed',
        message: 'Reset.',
        retryable: roll < 40,
        retryAfterMs: null,
        details: null,
      },
    }
  return { output: { status: roll < 90 ? 503 : 200, headers: {}, body: { roll } } }
}

/** What a run means, apart from how it was sliced. */
function meaning({ state, outcome, steps, effects }: SimulatedRun): object {
  return { state, outcome, steps, effects }
}

function coin(seed: number, oneIn: number): () => boolean {
  let count = 0
  return () => Number.parseInt(hash('sha256', `${seed}/${count++}`).slice(0, 6), 16) % oneIn === 0
}

/** Which nodes have to run, worked out from the graph and the exits taken alone, without tokens or joins. */
function expectedWalk(plan: LoadedPlan, steps: readonly StepRecord[]): Set<string> {
  const { nodes, edges } = plan.plan
  const exitOf = (step: StepRecord): string => {
    if (step.status === 'failed') return 'error'
    return step.type === 'condition' ? String((step.output as { result: boolean }).result) : 'out'
  }
  const last = new Map(steps.map(step => [step.nodeId, step]))
  const scope = { ...run.input, a: 1, b: 50, c: 99 }
  const walked = new Set<string>([nodes[plan.plan.entry]?.id ?? ''])
  for (const node of nodes) {
    const step = last.get(node.id)
    if (!walked.has(node.id) || step === undefined) continue
    for (const edge of edges) {
      const holds = edge.condition === null || compileCondition(edge.condition).test(scope, 0)
      const source = nodes[edge.from]
      const target = nodes[edge.to]
      if (source?.id === node.id && target && edge.handle === exitOf(step) && holds) walked.add(target.id)
    }
  }
  return walked
}

test('every graph ends, runs each node at most once, loses no token and walks exactly the live edges', () => {
  fc.assert(
    fc.property(graphs(30), sketch => {
      const plan = load(sketch)
      const result = simulateRun(plan, run, { answer })
      assert.equal(result.ignored, 0)
      const numbers = new Map(result.steps.map(step => [step.nodeId, step.number]))
      assert.equal(new Set(numbers.values()).size, numbers.size)
      assert.deepEqual(
        [...new Set(result.steps.map(step => step.number))].sort((a, b) => a - b),
        [...numbers.values()].sort((a, b) => a - b),
      )
      for (const step of result.steps) {
        assert.equal(numbers.get(step.nodeId), step.number)
        assert.ok(step.finishedAt !== null && step.status !== 'waiting' && step.status !== 'running')
      }
      const walk = expectedWalk(plan, result.steps)
      if (result.outcome === 'completed') {
        assert.deepEqual([result.state.tokens, result.state.joins], [[], {}])
        assert.deepEqual(new Set(numbers.keys()), walk)
      } else {
        assert.equal(result.outcome, 'failed')
        for (const node of numbers.keys()) assert.ok(walk.has(node), node)
      }
      assert.equal(new Set(result.effects.map(effect => effect.key)).size, result.effects.length)
    }),
    { numRuns: 400 },
  )
})

test('equal arguments give byte for byte equal results, and a result survives JSON', () => {
  fc.assert(
    fc.property(graphs(12), fc.integer({ min: 1, max: 5 }), (sketch, nodes) => {
      const plan = load(sketch)
      let state = plan.start
      let inputs: SliceInput[] = []
      for (let slices = 0; slices < 200; slices++) {
        const deps = { run, now: startedAt, random: () => 0.25, budget: { nodes, bytes: 1e9 } }
        const result: SliceResult = advance(plan, state, inputs, deps)
        const text = JSON.stringify(result)
        assert.equal(
          JSON.stringify(advance(load(sketch), JSON.parse(JSON.stringify(state)), inputs, deps)),
          text,
        )
        assert.deepEqual(JSON.parse(text), result)
        state = result.state
        const [call] = result.remote
        inputs =
          call === undefined
            ? []
            : [{ kind: 'answer', token: call.token, output: { status: 200, headers: {}, body: null } }]
        if (result.outcome !== 'continue' && call === undefined) break
      }
    }),
    { numRuns: 100 },
  )
})

test('where slices are cut, what crashes before a commit and what is delivered again changes nothing', () => {
  fc.assert(
    fc.property(graphs(20), fc.integer({ min: 1, max: 4 }), fc.nat(), (sketch, nodes, seed) => {
      const plan = load(sketch)
      const calm = simulateRun(plan, run, { answer })
      const rough: World = {
        answer,
        crashes: coin(seed, 3),
        losesCalls: coin(seed + 1, 3),
        repeats: true,
        deps: { budget: { nodes, bytes: 1e9 } },
      }
      const result = simulateRun(plan, run, rough)
      assert.deepEqual(meaning(result), meaning(calm))
      // A slice that was cut may have given out a call before another branch failed the run.
      const asked = new Set(result.calls.map(call => call.key))
      for (const call of calm.calls) assert.ok(asked.has(call.key))
      if (result.outcome === 'completed')
        assert.equal(asked.size, new Set(calm.calls.map(call => call.key)).size)
    }),
    { numRuns: 300 },
  )
})

test('a pause and a resume at any node change nothing either', () => {
  fc.assert(
    fc.property(graphs(15), fc.integer({ min: 2, max: 4 }), (sketch, every) => {
      const plan = load(sketch)
      let asked = 0
      const control = () => (++asked % every === 0 ? 'pause' : 'run')
      const calm = simulateRun(plan, run, { answer })
      let slices = 0
      let state = plan.start
      const steps = new Map<string, StepRecord>()
      for (let outcome = 'paused'; outcome === 'paused' && slices < 1_000; slices++) {
        const result = advance(plan, JSON.parse(JSON.stringify(state)), [], {
          run,
          now: startedAt,
          random: () => 0.5,
          control,
        })
        for (const step of result.steps) steps.set(`${step.number}/${step.attempt}`, step)
        state = result.state
        outcome = result.outcome
      }
      // Without any input the run must stand where it would have stood without pauses.
      const straight = untilWaiting(plan)
      assert.deepEqual(state, straight.state)
      assert.ok(calm.steps.length >= straight.steps.length)
      assert.deepEqual(
        [...steps.keys()],
        straight.steps.map(step => `${step.number}/${step.attempt}`),
      )
    }),
    { numRuns: 200 },
  )
})

test('a cancelled run is over wherever it was, and tells every open step so once', () => {
  fc.assert(
    fc.property(graphs(15), fc.nat({ max: 20 }), (sketch, after) => {
      const plan = load(sketch)
      let asked = 0
      const result = advance(plan, plan.start, [], {
        run,
        now: startedAt,
        random: () => 0.5,
        control: () => (asked++ < after ? 'run' : 'cancel'),
      })
      const again =
        result.outcome === 'waiting'
          ? advance(plan, result.state, [], {
              run,
              now: startedAt,
              random: () => 0.5,
              control: () => 'cancel',
            })
          : result
      assert.notEqual(again.outcome, 'waiting')
      if (again.outcome !== 'cancelled') return
      assert.deepEqual([again.state.tokens, again.timers, again.remote], [[], [], []])
      const final = new Map(
        [...result.steps, ...again.steps].map(step => [`${step.number}/${step.attempt}`, step]),
      )
      for (const step of final.values()) assert.ok(step.finishedAt !== null)
      assert.equal(
        new Set(again.steps.map(step => `${step.number}/${step.attempt}`)).size,
        again.steps.length,
      )
    }),
    { numRuns: 200 },
  )
})

function untilWaiting(plan: LoadedPlan): SliceResult {
  return advance(plan, plan.start, [], {
    run,
    now: startedAt,
    random: () => 0.5,
    budget: { nodes: 1e9, bytes: 1e9 },
  })
}
