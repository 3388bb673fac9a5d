import { isPlainObject, type Json, type JsonObject } from '#platform/contract/plain-data.ts'
import { newId } from '#platform/ids.ts'
import type { Graph, GraphEdge, GraphNode } from '../graph.ts'
import { isBackEdge, roundBodies } from '../graph-rounds.ts'
import { topologicalOrder } from '../graph-walk.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import { scopeOf } from '../scope.ts'
import { evaluateTemplate, parseTemplate } from '../template.ts'
import { inputInRounds, loneNode, type StepInput } from './lone-node.ts'
import { madeUpAnswer } from './made-up.ts'
import { type Occasion, triggerOf } from './occasions.ts'
import type { PastStep } from './past-steps.ts'
import { scopeOfInput } from './sample-scope.ts'
import type { SampleOrigin } from './trial-api.ts'
import type { Pace } from './trial-pace.ts'
import { isAnswered } from './trial-sources.ts'

/** What a step reads, and where each part of it comes from. */
export interface SampleInput extends StepInput {
  readonly inputOrigin: SampleOrigin
  readonly outputOrigins: ReadonlyMap<string, SampleOrigin>
  /** By name: which node wrote a variable, and where its value comes from. */
  readonly varOrigins: ReadonlyMap<string, { readonly nodeId: string; readonly origin: SampleOrigin }>
  readonly roundsOrigin: SampleOrigin
}

/** What samples are made from. */
export interface SampleSources {
  readonly draft: Graph
  readonly pins: ReadonlyMap<string, Json>
  readonly last: ReadonlyMap<string, PastStep>
  readonly occasion: Occasion
}

/** The nodes that run before a node, in an order in which they could, and the nodes whose rounds it is in, outermost first. */
export function nodesBefore({ nodes, edges }: Graph, nodeId: string): { before: string[]; loops: string[] } {
  const enabled = edges.filter(edge => edge.enabled)
  const withRounds = nodes.filter(({ type }) => nodeTypes.get(type)?.hasRounds).map(({ id }) => id)
  const bodies = roundBodies(withRounds, enabled)
  const loops = withRounds.filter(id => bodies.get(id)?.has(nodeId))
  const forward = enabled.filter(edge => !isBackEdge(edge, bodies))
  const before = ancestorsOf(nodeId, forward)
  const isInside = (id: string) =>
    withRounds.every(loop => loops.includes(loop) || !bodies.get(loop)?.has(id))
  const reached = new Set(before.filter(isInside))
  const order = topologicalOrder(
    nodes.map(({ id }) => id).filter(id => reached.has(id)),
    forward.filter(({ source, target }) => reached.has(source) && reached.has(target)),
  )
  return { before: order, loops: order.filter(id => loops.includes(id)) }
}

function ancestorsOf(nodeId: string, edges: readonly GraphEdge[]): string[] {
  const sources = Map.groupBy(edges, edge => edge.target)
  const found = new Set<string>()
  const open = [nodeId]
  for (const id of open) {
    for (const { source } of sources.get(id) ?? []) {
      if (source === nodeId || found.has(source)) continue
      found.add(source)
      open.push(source)
    }
  }
  return [...found]
}

/**
 * What a node of the draft would read, as far as it is known: what is pinned, what the draft's own pure steps make of it,
 * what steps gave last, and otherwise nothing. With `after`, what the node itself leaves belongs to it.
 */
export async function sampleInput(
  sources: SampleSources,
  nodeId: string,
  pace: Pace,
  after = false,
): Promise<SampleInput> {
  const { draft, occasion } = sources
  const { before, loops } = nodesBefore(draft, nodeId)
  const builder = new SampleBuilder(sources)
  const nodes = new Map(draft.nodes.map(node => [node.id, node]))
  const trigger = triggerOf(draft)?.id
  for (const id of after ? [...before, nodeId] : before) {
    const node = nodes.get(id)
    if (node === undefined || id === trigger) continue
    await pace.breathe()
    if (pace.stopped !== null) break
    if (loops.includes(id)) builder.enter(node)
    else builder.leave(node)
  }
  return { ...builder.made(), input: occasion.input, inputOrigin: occasion.origin }
}

class SampleBuilder {
  readonly #sources: SampleSources
  #vars: JsonObject = {}
  readonly #varOrigins = new Map<string, { nodeId: string; origin: SampleOrigin }>()
  readonly #outputs: Record<string, Json> = {}
  readonly #outputOrigins = new Map<string, SampleOrigin>()
  readonly #rounds: { loop: string; item: Json; index: number }[] = []

  constructor(sources: SampleSources) {
    this.#sources = sources
  }

  made() {
    return {
      vars: this.#vars,
      varOrigins: this.#varOrigins,
      outputs: this.#outputs,
      outputOrigins: this.#outputOrigins,
      rounds: this.#rounds,
      roundsOrigin: 'draft' as const,
    }
  }

  /** Steps into the first round of a node. */
  enter(node: GraphNode): void {
    this.#rounds.push({ loop: node.id, item: this.#firstItem(node), index: 0 })
  }

  /** Keeps what a node leaves behind. */
  leave(node: GraphNode): void {
    const { output, origin } = this.#outputOf(node)
    this.#outputs[node.id] = output
    this.#outputOrigins.set(node.id, origin)
    if (node.type !== 'set_fields' || !isPlainObject(output)) return
    this.#vars = { ...this.#vars, ...(output as JsonObject) }
    for (const name of Object.keys(output)) this.#varOrigins.set(name, { nodeId: node.id, origin })
  }

  #outputOf(node: GraphNode): { output: Json; origin: SampleOrigin } {
    const { pins, last } = this.#sources
    const pinned = pins.get(node.id)
    if (pinned !== undefined) return { output: pinned, origin: 'pin' }
    const past = last.get(node.id)
    // What needs nobody else is made anew: its settings may have changed since it ran, and it fits the rest of the sample.
    const made = isAnswered(node) ? null : this.#tried(node)
    if (made !== null) return { output: made, origin: 'draft' }
    if (past !== undefined) return { output: past.output, origin: 'run' }
    return { output: madeUpAnswer(node.type), origin: 'made_up' }
  }

  /** What the node gives when it is run on what is known so far; null when it does not complete by itself. */
  #tried(node: GraphNode): Json | null {
    const given = { ...this.made(), input: this.#sources.occasion.input }
    try {
      const plan = loneNode(node)
      const body = plan.nodes.get(node.id)?.body
      const now = this.#sources.occasion.at.getTime()
      const run = { orgId: '', runId: newId(), startedAt: now, input: inputInRounds(given) }
      const scope = scopeOf(plan.roots, { run, now, random: Math.random }, given)
      const outcome = body?.run({ scope, now, arrived: 1, effectId: newId })
      if (outcome?.do === 'next') return outcome.output
      return outcome?.do === 'rounds' ? { rounds: outcome.items?.length ?? 0, failed: 0 } : null
    } catch {
      // A step that is not finished being set up gives nothing yet.
      return null
    }
  }

  #firstItem({ config }: GraphNode): Json {
    try {
      const scope = scopeOfInput({ ...this.made(), input: this.#sources.occasion.input }, new Date())
      const items = evaluateTemplate(parseTemplate(String(config.items ?? '')), scope, { missing: 'empty' })
      return Array.isArray(items) ? ((items[0] ?? null) as Json) : Number.isInteger(items) ? 0 : null
    } catch {
      return null
    }
  }
}
