import {
  EACH_HANDLE,
  type Graph,
  handleOf,
  nodeTypes,
  type RunDetail,
  type Step,
} from '#modules/flow/contract.ts'
import { roundsOf } from './rounds.ts'

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
  /** The rounds of the loops it belongs to; empty outside loops. */
  readonly path: string
  readonly state: Exclude<NodeState, 'idle'>
  readonly startedAt: number
  /** Null while it is under way. */
  readonly finishedAt: number | null
  /** When it goes on, while it waits; null when nobody can tell, as in a run that is held. */
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
    path: last.path,
    state,
    startedAt: Date.parse(first.startedAt),
    finishedAt: isOpen || last.finishedAt === null ? null : Date.parse(last.finishedAt),
    until: state === 'waiting' ? wakeOf(run, last, isRetrying) : null,
    isRetrying,
  }
}

/** The last attempt failed, no exit was taken, the run goes on, and this node may be tried again. */
function willRetry(run: RunPart, last: Step): boolean {
  if (last.status !== 'failed' || last.exits.length > 0 || ENDED.has(run.status)) return false
  if (run.nextWakeAt === null) return false
  const node = run.graph.nodes.find(each => each.id === last.nodeId)
  const retry = node?.retry ?? nodeTypes.get(last.nodeType)?.retry
  return retry !== undefined && last.attempt < retry.attempts
}

/** A wait says itself until when; anything else goes on with the run's next timer. */
function wakeOf(run: RunPart, step: Step, isRetrying: boolean): number | null {
  if (run.status === 'paused') return null
  const own = isRetrying ? undefined : memberOf(step.input, 'until')
  // What waits for other steps or for people alone is not woken by the run's timers.
  const mayTimer = isRetrying || step.nodeType === 'wait'
  const at = typeof own === 'string' ? own : mayTimer ? run.nextWakeAt : null
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

/**
 * The ids of the edges a run went along, in any round. An edge with a condition of its own counts when its exit was
 * taken and its target was reached, because what the condition gave is not recorded.
 */
export function takenEdges(graph: Graph, trails: readonly Trail[]): Set<string> {
  const reached = new Set(trails.map(trail => trail.nodeId))
  const exits = new Set(trails.flatMap(({ nodeId, last }) => last.exits.map(exit => exitKey(nodeId, exit))))
  // A loop takes its way into a round without being over.
  for (const { path } of trails) {
    for (const { nodeId } of roundsOf(path)) exits.add(exitKey(nodeId, EACH_HANDLE))
  }
  const isTaken = (edge: Graph['edges'][number]) =>
    edge.enabled && reached.has(edge.target) && exits.has(exitKey(edge.source, handleOf(edge)))
  return new Set(graph.edges.filter(isTaken).map(edge => edge.id))
}

const exitKey = (nodeId: string, exit: string) => `${nodeId}#${exit}`

/** The step a person wants to see when they chose none: what failed, else what is under way, else the last. */
export function noteworthyStep(trails: readonly Trail[]): Trail | undefined {
  const open = (trail: Trail) => trail.state === 'running' || trail.state === 'waiting'
  return trails.findLast(trail => trail.state === 'failed') ?? trails.find(open) ?? trails.at(-1)
}
