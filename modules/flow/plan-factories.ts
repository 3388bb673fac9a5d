/** Plans and slices for tests of the core. */

import type { Json, JsonObject } from '#platform/contract/plain-data.ts'
import { advance } from './advance.ts'
import { graphSchema } from './graph.ts'
import { type LoadedPlan, loadPlan } from './loaded-plan.ts'
import { nodeTypes } from './nodes/catalogue.ts'
import { nodeRunners } from './nodes/runners.ts'
import { compile } from './plan.ts'
import type { RunState, SliceDeps, SliceInput, SliceResult } from './run-state.ts'

export const STARTED_AT = Date.UTC(2026, 2, 1, 12)

export const set = (id: string, value: Json = id) => ({
  id,
  type: 'set_fields',
  config: { fields: [{ name: id, value }] },
})
export const call = (id: string, more: object = {}) => ({
  id,
  type: 'http_request',
  config: { url: 'https://api.example/x' },
  ...more,
})
export const wait = (id: string, amount: number, unit = 'minutes') => ({
  id,
  type: 'wait',
  config: { duration: { amount, unit } },
})
export const node = (id: string, type: string, config: object = {}) => ({ id, type, config })

/** A plan behind a manual trigger called start; edges are written as "a>b" and "a:handle>b". */
export function planOf(nodes: readonly object[], edges: readonly string[]): LoadedPlan {
  const drawn = edges.map((edge, index) => {
    const [, source, sourceHandle, target] = /^(\w+)(?::(\w+))?>(\w+)$/.exec(edge) ?? []
    const id = `e${String(index).padStart(3, '0')}`
    return { id, source, target, ...(sourceHandle === undefined ? {} : { sourceHandle }) }
  })
  const graph = { nodes: [{ id: 'start', type: 'manual' }, ...nodes], edges: drawn }
  return loadPlan(compile(graphSchema.parse(graph), nodeTypes), nodeRunners)
}

/** One slice at the time the run started. */
export function go(
  plan: LoadedPlan,
  state: RunState = plan.start,
  inputs: SliceInput[] = [],
  { input = {}, ...more }: Partial<SliceDeps> & { input?: JsonObject } = {},
): SliceResult {
  const run = { orgId: 'org', runId: 'run', startedAt: STARTED_AT, input }
  return advance(plan, state, inputs, { run, now: STARTED_AT, random: () => 0, ...more })
}

/** The steps of a slice as "number node status", with the path in front inside loops. */
export function told(result: Pick<SliceResult, 'steps'>): string[] {
  return result.steps.map(
    step => `${step.number} ${step.path === '' ? '' : `${step.path} `}${step.nodeId} ${step.status}`,
  )
}
