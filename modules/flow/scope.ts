import { isPlainObject, readPath } from './plain-data.ts'
import type { RunState, SliceDeps } from './run-state.ts'

const LEAD_FIELDS = ['lead', 'fields']

/**
 * What templates and conditions of a plan can read, by first name:
 * - `vars`, `nodes` (outputs by node id), `trigger` (the whole input), `run` (id, startedAt) and `now`;
 * - any other name is a member of the trigger's input (`lead`, `form`, …), else a form field of the lead, so
 *   that `budget` is short for `lead.fields.budget`.
 * Only the names the plan reads are prepared.
 */
export function scopeOf(roots: readonly string[], deps: SliceDeps, state: RunState): Record<string, unknown> {
  const scope: Record<string, unknown> = {}
  for (const root of roots) scope[root] = rootValue(root, deps, state)
  return scope
}

function rootValue(root: string, { run, now }: SliceDeps, state: RunState): unknown {
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
