import { isPlainObject, type Json, type JsonObject, readPath } from '#platform/contract/plain-data.ts'
import type { Scope } from './node-run.ts'
import { loopOf } from './rounds.ts'
import { placeOf, type Round, type RunState, type SliceDeps } from './run-state.ts'

type Remembered = Pick<RunState, 'vars' | 'outputs'>

const LEAD_FIELDS = ['lead', 'fields']

/**
 * What templates and conditions of a plan can read, by first name:
 * - `vars`, `nodes` (outputs by node id), `trigger` (the whole input), `run` (id, startedAt) and `now`;
 * - any other name is a member of the trigger's input (`lead`, `form`, …), else a form field of the lead, so
 *   that `budget` is short for `lead.fields.budget`.
 * Only the names the plan reads are prepared.
 */
export function scopeOf(
  roots: readonly string[],
  deps: SliceDeps,
  state: Remembered,
): Record<string, unknown> {
  const scope: Record<string, unknown> = {}
  for (const root of roots) scope[root] = rootValue(root, deps, state)
  return scope
}

function rootValue(root: string, { run, now }: SliceDeps, state: Remembered): unknown {
  switch (root) {
    case 'vars':
      return state.vars
    case 'nodes':
      return state.outputs
    case 'trigger':
      return run.input
    case 'run':
      return { id: run.runId, startedAt: new Date(run.startedAt).toISOString() }
    case 'now':
      return new Date(now).toISOString()
    default:
      if (Object.hasOwn(run.input, root)) return run.input[root]
      return memberOf(readPath(run.input, LEAD_FIELDS), root)
  }
}

function memberOf(value: unknown, name: string): unknown {
  return isPlainObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/**
 * What a step inside a round reads: the same, but `nodes` has the outputs of its own round before those around it, and
 * `item`, `index` and `loops.<node>` tell of the rounds it is in, from the innermost outwards.
 */
export function roundScope(
  base: Scope,
  path: string,
  {
    kept,
    outputs,
    rounds,
  }: { kept: readonly string[]; outputs: JsonObject; rounds: ReadonlyMap<string, Round> },
): Record<string, unknown> {
  const scope: Record<string, unknown> = { ...base }
  const around = pathsAround(path)
  const loops: Record<string, unknown> = {}
  for (const one of around) {
    const round = rounds.get(one)
    if (round === undefined) continue
    const { item, index } = round
    const { place } = loopOf(one)
    loops[place.slice(place.lastIndexOf('/') + 1)] = { item, index }
    Object.assign(scope, { item, index })
  }
  scope.loops = loops
  if (Object.hasOwn(base, 'nodes')) {
    const nodes: Record<string, Json> = {}
    for (const id of kept) {
      const place = around.map(one => placeOf(id, one)).findLast(one => Object.hasOwn(outputs, one)) ?? id
      const output = Object.hasOwn(outputs, place) ? outputs[place] : undefined
      if (output !== undefined) nodes[id] = output
    }
    scope.nodes = nodes
  }
  return scope
}

/** The paths of the rounds a path lies in, the outermost first. */
function pathsAround(path: string): string[] {
  const segments = path.split('/')
  return segments.map((_, index) => segments.slice(0, index + 1).join('/'))
}
