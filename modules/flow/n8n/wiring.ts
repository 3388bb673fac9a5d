/** Draws what a walk has made: nodes with their places, edges, and what had to be added between them. Browser-safe. */

import { ERROR_HANDLE, type GraphEdge, type GraphNode } from '../graph.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import { exitOf, placeOf } from './drawing.ts'
import { pathText } from './item.ts'
import type { N8nConnection } from './n8n-file.ts'
import type { ImportedNode } from './report.ts'
import type { Made, Walk } from './walk.ts'

export class Wiring {
  readonly #walk: Walk
  readonly #nodes: GraphNode[] = []
  readonly #edges: GraphEdge[] = []
  readonly #told: ImportedNode[] = []
  readonly #addedNodes: string[] = []
  readonly #addedEdges: string[] = []

  constructor(walk: Walk) {
    this.#walk = walk
  }

  drawn() {
    const { made, file, order } = this.#walk
    for (const [place, one] of made) {
      if (one.mapped.type === 'loop' && one.mapped.exits.includes('done'))
        this.#walk.collectDrawn(place, one.id)
    }
    const before = new Map<string, string>()
    file.nodes.forEach((_, place) => {
      const one = made.get(place)
      if (one !== undefined) this.#node(one, before)
    })
    for (const connection of file.connections) this.#edge(connection, before)
    this.#loops(before)
    this.#failures(before)
    for (const connection of order.back) this.#circle(connection)
    for (const [place, one] of [...made].sort(([a], [b]) => a - b)) this.#tell(place, one)
    return {
      nodes: this.#nodes,
      edges: this.#edges,
      told: this.#told,
      addedNodes: this.#addedNodes,
      addedEdges: this.#addedEdges,
    }
  }

  #node({ node, id, mapped, step }: Made, before: Map<string, string>): void {
    const position = placeOf(node)
    const type = nodeTypes.get(mapped.type)
    const collect = this.#walk.collected.get(id)
    const goesOn = mapped.type === 'loop' && node.onError !== 'stop'
    const config = {
      ...mapped.config,
      ...(collect === undefined || mapped.type !== 'loop' ? {} : { collect }),
      ...(goesOn ? { onError: 'continue' } : {}),
    }
    this.#nodes.push({
      id,
      type: mapped.type,
      ...(node.name === '' ? {} : { label: node.name.slice(0, 200) }),
      config,
      position,
      ...(node.retry === null || type?.purity !== 'remote' ? {} : { retry: retryOf(node.retry) }),
      ...(mapped.timeoutMs === undefined ? {} : { timeoutMs: mapped.timeoutMs }),
    })
    this.#before({ node, id, step }, before)
  }

  /** The steps that make values for a node, in the order in which they need one another. */
  #before({ node, id, step }: Pick<Made, 'node' | 'id' | 'step'>, before: Map<string, string>): void {
    const { x, y } = placeOf(node)
    const label = `Values for ${node.name}`.slice(0, 200)
    let next = id
    const add = (name: string, type: string, config: GraphNode['config'], up: number) => {
      this.#added({ id: name, type, label, config, position: { x: x - 120, y: y - up } })
      this.#link(name, next, 'out')
      before.set(id, name)
      next = name
    }
    if (step.before.length > 0) {
      add(`${id}-values`, 'format', { values: step.before }, 100)
      step.differs('A step before it makes the values that it looks at.')
    }
    if (step.scripts.length > 0) add(`${id}-code`, 'code', step.codeBefore(), 200)
  }

  #edge(connection: N8nConnection, before: ReadonlyMap<string, string>): void {
    const { made, ways, order } = this.#walk
    const [source, target] = [made.get(connection.from), made.get(connection.to)]
    if (source === undefined || target === undefined) return
    const way = ways.get(connection)
    const to = before.get(target.id) ?? target.id
    const exit = exitFor(source, connection)
    if (exit === null)
      source.step.needs(`One of its outputs (${connection.output + 1}) is not there: connect it anew.`)
    const isBack = order.back.has(connection)
    this.#edges.push({
      id: `e${this.#edges.length + 1}`,
      source: way?.through?.loop ?? source.id,
      target: isBack && target.mapped.type === 'loop' ? target.id : to,
      sourceHandle: way?.through?.exit ?? exit ?? `out_${connection.output + 1}`,
      enabled: !source.isAside && !target.isAside,
    })
    if (way?.through?.exit === 'done')
      target.step.differs('It stands behind the loop over the items, which it takes all at once.')
  }

  #loops(before: ReadonlyMap<string, string>): void {
    for (const one of this.#walk.made.values()) {
      const loop = this.#walk.added.get(one.id)
      const { list } = one.mapped
      if (loop === undefined || list === undefined) continue
      const { x, y } = placeOf(one.node)
      const collect = this.#walk.collected.get(loop)
      this.#added({
        id: loop,
        type: 'loop',
        label: `For each of ${one.node.name}`.slice(0, 200),
        config: {
          items: `{{ ${pathText(list.at)} }}`,
          maxItems: 10_000,
          ...(collect === undefined ? {} : { collect }),
        },
        position: { x: x + 150, y: y + 110 },
      })
      this.#link(one.id, before.get(loop) ?? loop, 'out')
      one.step.differs('A loop behind it goes through its items.')
    }
  }

  /** A step whose failure goes on like a result leads on from its error exit too. */
  #failures(before: ReadonlyMap<string, string>): void {
    const { made, file, ways } = this.#walk
    for (const connection of file.connections) {
      const [source, target] = [made.get(connection.from), made.get(connection.to)]
      if (source === undefined || target === undefined || source.isAside || target.isAside) continue
      if (source.node.onError !== 'goOn' || connection.kind !== 'main' || connection.output !== 0) continue
      if (source.mapped.type === 'imported_step' || !canFail(source)) continue
      const through = ways.get(connection)?.through
      if (through?.exit === 'done') continue
      this.#link(source.id, through?.loop ?? before.get(target.id) ?? target.id, ERROR_HANDLE)
    }
  }

  #circle(connection: N8nConnection): void {
    const [source, target] = [this.#walk.made.get(connection.from), this.#walk.made.get(connection.to)]
    if (source === undefined || target === undefined || target.mapped.type === 'loop') return
    source.step.needs(
      `The way back to "${target.node.name.slice(0, 60)}" makes a circle: put a Repeat step there instead.`,
    )
  }

  #tell(_place: number, { node, id, mapped, step, reason }: Made): void {
    const isChanged = step.changes.length > 0 || step.todo.length > 0
    this.#told.push({
      name: node.name,
      kind: node.kind,
      version: node.version,
      status: reason !== null ? 'placeholder' : isChanged ? 'changed' : 'mapped',
      nodeId: id,
      nodeType: mapped.type,
      changes: reason === null ? step.changes : [],
      todo: step.todo,
      reason,
    })
  }

  #added(node: GraphNode): void {
    this.#nodes.push(node)
    this.#addedNodes.push(node.id)
  }

  #link(source: string, target: string, sourceHandle: string): void {
    const isThere = this.#edges.some(
      edge => edge.source === source && edge.target === target && edge.sourceHandle === sourceHandle,
    )
    if (isThere) return
    const id = `a${this.#addedEdges.length + 1}`
    this.#edges.push({ id, source, target, sourceHandle, enabled: true })
    this.#addedEdges.push(id)
  }
}

/** The exit a connection leaves by; null when the node has none for it. */
function exitFor({ mapped, node }: Made, { kind, output }: N8nConnection): string | null {
  if (kind !== 'main') return mapped.type === 'imported_step' ? exitOf(kind) : null
  const exit = mapped.exits[output]
  if (exit !== undefined) return exit
  return node.onError === 'exit' && output === mapped.exits.length ? ERROR_HANDLE : null
}

function canFail({ mapped }: Made): boolean {
  return nodeTypes.get(mapped.type)?.kind !== 'trigger' && mapped.exits.length > 0
}

function retryOf({ attempts, waitMs }: { readonly attempts: number; readonly waitMs: number }) {
  return {
    attempts: Math.max(1, Math.min(10, Math.trunc(attempts))),
    backoffMs: Math.max(100, Math.min(3_600_000, Math.trunc(waitMs))),
    growth: 'fixed' as const,
  }
}
