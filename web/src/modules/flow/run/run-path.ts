import {
  ERROR_HANDLE,
  type Graph,
  type GraphNode,
  handleOf,
  nodeTypes,
  type RunDetail,
  type Step,
} from '#modules/flow/contract.ts'

export type RunPart = Pick<RunDetail, 'status' | 'graph' | 'stepList' | 'nextWakeAt'>

/** How a node stands in a run. */
export type NodeState = 'idle' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled'

/** One step of a run with all its attempts. Instants are milliseconds since 1970. */
export interface Trail {
  readonly number: number
  readonly nodeId: string
  readonly nodeType: string
  /** In the order they were made; never empty. */
  readonly attempts: readonly [Step, ...Step[]]
  readonly last: Step
  readonly state: Exclude<NodeState, 'idle'>
  readonly startedAt: number
  /** Null while it is under way. */
  readonly finishedAt: number | null
  /** When it goes on, while it waits. */
  readonly until: number | null
  /** It failed and will be tried again. */
  readonly isRetrying: boolean
}

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled'])

/** The steps of a run in order of their numbers, the attempts of each together. */
export function trailsOf(run: RunPart): Trail[] {
  const groups = Map.groupBy(run.stepList, step => step.number)
  return [...groups.keys()]
    .sort((a, b) => a - b)
    .flatMap(number => {
      const [first, ...more] = (groups.get(number) ?? []).toSorted((a, b) => a.attempt - b.attempt)
      return first ? [trailOf(run, [first, ...more])] : []
    })
}

function trailOf(run: RunPart, attempts: readonly [Step, ...Step[]]): Trail {
  const [first] = attempts
  const last = attempts.at(-1) ?? first
  const isRetrying = willRetry(run, last)
  const state = isRetrying ? 'waiting' : last.status
  const isOpen = state === 'waiting' || state === 'running'
  return {
    number: first.number,
    nodeId: first.nodeId,
    nodeType: first.nodeType,
    attempts,
    last,
    state,
    startedAt: Date.parse(first.startedAt),
    finishedAt: isOpen || last.finishedAt === null ? null : Date.parse(last.finishedAt),
    until: state === 'waiting' ? wakeOf(run, last, isRetrying) : null,
    isRetrying,
  }
}

/** The last attempt failed, the run goes on, and this node may be tried again before its error exit is taken. */
function willRetry(run: RunPart, last: Step): boolean {
  if (last.status !== 'failed' || ENDED.has(run.status) || run.nextWakeAt === null) return false
  const node = run.graph.nodes.find(each => each.id === last.nodeId)
  const retry = node?.retry ?? nodeTypes.get(last.nodeType)?.retry
  if (!retry || last.attempt >= retry.attempts) return false
  const exits = run.graph.edges.filter(edge => edge.source === last.nodeId && handleOf(edge) === ERROR_HANDLE)
  return !exits.some(edge =>
    run.stepList.some(step => step.nodeId === edge.target && step.number > last.number),
  )
}

/** A wait says itself until when; anything else goes on with the run's next timer. */
function wakeOf(run: RunPart, step: Step, isRetrying: boolean): number | null {
  const own = isRetrying ? undefined : memberOf(step.input, 'until')
  const at = typeof own === 'string' ? own : run.nextWakeAt
  const instant = at === null ? Number.NaN : Date.parse(at)
  return Number.isNaN(instant) ? null : instant
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

/** The last step of each node that was reached, by node id. */
export function lastTrails(trails: readonly Trail[]): Map<string, Trail> {
  return new Map(trails.map(trail => [trail.nodeId, trail]))
}

/** The exit a finished step left by; null when its output does not tell, undefined while it is under way. */
function exitOf(trail: Trail, node: GraphNode): string | null | undefined {
  if (trail.state === 'failed') return ERROR_HANDLE
  if (trail.state !== 'completed') return undefined
  const type = nodeTypes.get(node.type)
  const config = type?.config.safeParse(node.config)
  const handles = config?.success ? (type?.handles(config.data) ?? []) : []
  if (handles.length === 1) return handles[0]?.id
  const result = memberOf(trail.last.output, 'result')
  return typeof result === 'boolean' ? String(result) : null
}

/**
 * The ids of the edges a run went along. An edge with a condition of its own counts when its exit was taken and
 * its target was reached, because what the condition gave is not recorded.
 */
export function takenEdges(graph: Graph, trails: readonly Trail[]): Set<string> {
  const reached = lastTrails(trails)
  const nodes = new Map(graph.nodes.map(node => [node.id, node]))
  const taken = new Set<string>()
  for (const edge of graph.edges) {
    const trail = reached.get(edge.source)
    const node = nodes.get(edge.source)
    if (!edge.enabled || !trail || !node || !reached.has(edge.target)) continue
    const exit = exitOf(trail, node)
    if (exit === null || exit === handleOf(edge)) taken.add(edge.id)
  }
  return taken
}

/** The step a person wants to see when they chose none: what failed, else what is under way, else the last. */
export function noteworthyStep(trails: readonly Trail[]): Trail | undefined {
  const open = (trail: Trail) => trail.state === 'running' || trail.state === 'waiting'
  return trails.findLast(trail => trail.state === 'failed') ?? trails.find(open) ?? trails.at(-1)
}
