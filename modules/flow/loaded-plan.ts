/** A plan in memory, ready to run: templates parsed, conditions compiled, slots linked. Shared by all its runs. */

import type { Json, Path } from '#platform/contract/plain-data.ts'
import { type ConditionTest, compileCondition } from './condition-compile.ts'
import { ERROR_HANDLE, type Retry } from './graph.ts'
import type { LoadedRun, LoadTools, NodeRunners, Scope } from './node-run.ts'
import type { Plan, PlanNode } from './plan.ts'
import type { RunState } from './run-state.ts'
import { evaluateTemplate, parseTemplate, renderTemplate, templatePaths } from './template.ts'

export type LoadedNode = {
  readonly id: string
  readonly type: string
  readonly incoming: number
  /** How many live edges start it before the last one is settled; Infinity waits for all. */
  readonly need: number
  /** The ids of what is called off once this merge has run. */
  readonly captives: ReadonlySet<string>
  readonly hasRounds: boolean
  readonly keepOutput: boolean
  readonly retry: Retry | null
  readonly timeoutMs: number
  readonly hasErrorExit: boolean
  readonly exits: readonly LoadedEdge[]
  readonly body: LoadedRun
}

export type LoadedEdge = {
  readonly handle: string
  readonly to: LoadedNode
  readonly test: ConditionTest | null
}

export type LoadedPlan = {
  readonly plan: Plan
  readonly nodes: ReadonlyMap<string, LoadedNode>
  /** The first names of all paths that are read anywhere, so that a slice prepares nothing else. */
  readonly roots: readonly string[]
  /** The nodes whose outputs are kept. */
  readonly kept: readonly string[]
  /** How every run starts; shared, as the engine never changes a state it is given. */
  readonly start: RunState
}

const TIMEOUT_MS = 60_000

/** Prepares a stored plan. Throws when it has a kind of node this program does not know. */
export function loadPlan(plan: Plan, runners: NodeRunners): LoadedPlan {
  const roots = new Set<string>()
  const tools = loadTools(roots)
  const nodes = plan.nodes.map(node => loadNode(plan, node, runners, tools))
  for (const edge of plan.edges) {
    const from = nodes[edge.from]
    const to = nodes[edge.to]
    if (from === undefined || to === undefined)
      throw new Error(`Edge "${edge.id}" of plan ${plan.hash} has no end.`)
    const test = edge.condition === null ? null : tools.condition(edge.condition).test
    from.exits.push({ handle: edge.handle, to, test })
  }
  const entry = nodes[plan.entry]
  if (entry === undefined) throw new Error(`Plan ${plan.hash} has no entry.`)
  return {
    plan,
    nodes: new Map(nodes.map(node => [node.id, node])),
    roots: [...roots],
    kept: nodes.filter(node => node.keepOutput).map(node => node.id),
    start: startAt(entry.id),
  }
}

function loadNode(
  plan: Plan,
  node: PlanNode,
  runners: NodeRunners,
  tools: LoadTools,
): LoadedNode & { exits: LoadedEdge[] } {
  const runner = runners.get(node.type)
  if (runner === undefined) throw new Error(`This program cannot run nodes of the kind "${node.type}".`)
  return {
    id: node.id,
    type: node.type,
    incoming: node.incoming,
    need: node.join.need === 'all' ? Number.POSITIVE_INFINITY : node.join.need,
    captives: new Set(node.captives.map(slot => plan.nodes[slot]?.id ?? '')),
    hasRounds: node.hasRounds,
    keepOutput: node.keepOutput,
    retry: node.retry,
    timeoutMs: node.timeoutMs ?? TIMEOUT_MS,
    hasErrorExit: Object.hasOwn(node.exits, ERROR_HANDLE),
    exits: [],
    body: runner.load(node.config, tools),
  }
}

function loadTools(roots: Set<string>): LoadTools {
  const note = (paths: readonly Path[]) => {
    for (const [root] of paths) roots.add(String(root))
  }
  return {
    text: (source, options) => {
      const template = parseTemplate(source)
      note(templatePaths(template))
      return (scope: Scope) => renderTemplate(template, scope, options)
    },
    value: (source, options) => {
      const template = parseTemplate(source)
      note(templatePaths(template))
      // Templates read only plain data and filters give only plain data, so what comes out is JSON.
      return (scope: Scope) => evaluateTemplate(template, scope, options) as Json
    },
    condition: condition => {
      const compiled = compileCondition(condition)
      note(compiled.paths)
      return compiled
    },
  }
}

function startAt(entry: string): RunState {
  const token = {
    node: entry,
    path: '',
    step: 0,
    attempt: 1,
    turn: 0,
    startedAt: 0,
    input: null,
    parked: null,
    wake: null,
  }
  return { format: 1, step: 0, tokens: [token], joins: {}, vars: {}, outputs: {}, weight: 0, end: null }
}
