/** Files of n8n for tests, and runs of what became of them. */

import assert from 'node:assert/strict'
import { canonicalJson, type Json, type JsonObject } from '#platform/contract/plain-data.ts'
import { runCode } from '#platform/sandbox/sandbox.ts'
import { graphSchema } from '../graph.ts'
import { validateGraph } from '../graph-problems.ts'
import { loadPlan } from '../loaded-plan.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import type { CodeCall } from '../nodes/code.run.ts'
import { nodeRunners } from '../nodes/runners.ts'
import { compile } from '../plan.ts'
import type { RemoteCall } from '../run-state.ts'
import { type Answer, type SimulatedRun, simulateRun } from '../simulated-run.ts'
import { importN8n, type N8nImport } from './import-n8n.ts'
import type { ImportedNode } from './report.ts'

export type Step = readonly [name: string, kind: string, version: number, parameters?: object, more?: object]

/** A file as n8n exports it; connections are written as "From>To", "From:1>To" or "From>To:1", with the places counted from 0. */
export function fileOf(steps: readonly Step[], connections: readonly string[], more: object = {}): object {
  const nodes = steps.map(([name, kind, typeVersion, parameters = {}, own = {}], index) => ({
    id: `id-${index}`,
    name,
    type: kind.includes('.') ? kind : `n8n-nodes-base.${kind}`,
    typeVersion,
    position: [index * 200, 300],
    parameters,
    ...own,
  }))
  const made: Record<string, { main: { node: string; type: string; index: number }[][] }> = {}
  for (const written of connections) {
    const [, from = '', output = '0', to = '', input = '0'] =
      /^(.+?)(?::(\d+))?>(.+?)(?::(\d+))?$/.exec(written) ?? []
    made[from] ??= { main: [] }
    const { main } = made[from]
    while (main.length <= Number(output)) main.push([])
    main[Number(output)]?.push({ node: to, type: 'main', index: Number(input) })
  }
  return { name: 'A workflow', nodes, connections: made, settings: {}, ...more }
}

/** A row of steps, one behind the other. */
export function rowOf(...steps: readonly Step[]): object {
  return fileOf(
    steps,
    steps.slice(1).map(([name], index) => `${steps[index]?.[0]}>${name}`),
  )
}

export const STARTED_AT = Date.UTC(2026, 2, 1, 12)

export interface Tried {
  readonly imported: N8nImport
  readonly run: SimulatedRun
  /** What each step gave, in order; a step in a loop as often as it ran. */
  outputs(id: string): Json[]
  /** What a step was given, or what it sent. */
  inputs(id: string): Json[]
  told(name: string): ImportedNode
}

interface World {
  readonly input?: JsonObject
  readonly answer?: (call: RemoteCall) => Answer
  /** Entered where a key is missing. */
  readonly keys?: string
}

/** Imports a file, checks that it can be published, and runs it; code runs in the real sandbox. */
export async function tried(file: object, { input = {}, answer, keys }: World = {}): Promise<Tried> {
  const imported = importN8n(file)
  const drawn: unknown =
    keys === undefined ? imported.graph : JSON.parse(JSON.stringify(imported.graph).replaceAll('{{ }}', keys))
  const graph = graphSchema.parse(drawn)
  const problems = validateGraph(graph, nodeTypes).filter(({ severity }) => severity === 'error')
  assert.deepEqual(problems, [])
  const plan = loadPlan(compile(graph, nodeTypes), nodeRunners)
  const header = { orgId: 'org', runId: 'run', startedAt: STARTED_AT, input }
  const answers = new Map<string, Answer>()
  for (;;) {
    // A run that is repeated is the same, so code is run in between and its answer is known the next time.
    const open: RemoteCall[] = []
    const run = simulateRun(plan, header, {
      answer(call) {
        if (call.kind !== 'code')
          return answer?.(call) ?? { output: { status: 200, headers: {}, body: null } }
        const known = answers.get(canonicalJson(call.request))
        if (known === undefined) open.push(call)
        return known ?? { output: { output: { items: [] }, logs: [] } }
      },
    })
    const [call] = open
    if (call === undefined) return told(imported, run)
    answers.set(canonicalJson(call.request), await answerOf(call))
  }
}

async function answerOf({ request }: RemoteCall): Promise<Answer> {
  const { source, language, input, timeMs } = request as unknown as CodeCall
  const limits = { memoryBytes: 32 * 1024 * 1024, timeMs, outputBytes: 256 * 1024 }
  try {
    const result = await runCode({ source, language, input, limits, partition: 'n8n', waitMs: 20_000 })
    return { output: { output: result.output as Json, logs: [...result.logs] } }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { error: { code: 'code.failed', message, retryable: false, retryAfterMs: null, details: null } }
  }
}

function told(imported: N8nImport, run: SimulatedRun): Tried {
  const of = (id: string) => run.steps.filter(step => step.nodeId === id && step.status !== 'cancelled')
  return {
    imported,
    run,
    outputs: id => of(id).map(step => step.output),
    inputs: id => of(id).map(step => step.input),
    told: name =>
      imported.report.nodes.find(node => node.name === name) ?? assert.fail(`Nothing is told of ${name}.`),
  }
}
