/** Goes through the steps of a file in their order and makes a node of each. Browser-safe. */

import type { Path } from '#platform/contract/plain-data.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import { DEFINITION_LENGTH_MAX } from '../nodes/imported-step.ts'
import { exitOf, type Order } from './drawing.ts'
import { either, type Item, itemAt, NO_ITEM, Untranslatable } from './item.ts'
import { isTriggerKind, mapperOf } from './kinds.ts'
import { type N8nConnection, type N8nFile, type N8nNode, NotN8nError } from './n8n-file.ts'
import { isOfLists } from './steps-lists.ts'
import { template } from './term.ts'
import { type Mapped, Translation, Unmapped } from './translation.ts'

/** A step and the node it became. */
export interface Made {
  readonly node: N8nNode
  readonly id: string
  readonly mapped: Mapped
  readonly step: Translation
  /** Why it is a placeholder; null when it is none. */
  readonly reason: string | null
  /** The loops it is in, from the outermost one. */
  readonly loops: readonly string[]
  /** Whether it lies aside: its edges are switched off. */
  readonly isAside: boolean
  /** Whether some step before it goes one way or another. */
  readonly hasChoice: boolean
}

/** How a connection reaches its step. */
export interface Way {
  /** The loop it enters, or the one it leaves by its end; null for the plain way. */
  readonly through: { readonly loop: string; readonly exit: 'each' | 'done' } | null
  readonly item: Item
  readonly list: Path | null
  readonly loops: readonly string[]
}

export class Walk {
  readonly made = new Map<number, Made>()
  readonly ways = new Map<N8nConnection, Way>()
  /** Loops that were added behind steps that give lists, by the step; and what each round leaves behind. */
  readonly added = new Map<string, string>()
  readonly collected = new Map<string, string>()
  readonly file: N8nFile
  readonly ids: readonly (string | null)[]
  readonly order: Order
  /** Loops that stand for a list, and not for a loop that somebody drew. */
  readonly #implied = new Set<string>()
  readonly #byName: ReadonlyMap<string, number>
  readonly #entry: number | null
  readonly #arriving: ReadonlyMap<number, readonly N8nConnection[]>
  readonly #leaving: ReadonlyMap<number, readonly N8nConnection[]>

  constructor(file: N8nFile, ids: readonly (string | null)[], order: Order) {
    this.file = file
    this.ids = ids
    this.order = order
    this.#byName = new Map(file.nodes.map(({ name }, place) => [name, place]))
    this.#arriving = Map.groupBy(file.connections, ({ to }) => to)
    this.#leaving = Map.groupBy(file.connections, ({ from }) => from)
    this.#entry = this.#chosenTrigger()
  }

  steps(): void {
    for (const place of this.order.places) {
      const node = this.file.nodes[place]
      const id = this.ids[place]
      if (node !== undefined && typeof id === 'string') this.made.set(place, this.#make(place, node, id))
    }
  }

  /** A workflow has one trigger: the one that reaches most, and one started by hand only when there is no other. */
  #chosenTrigger(): number | null {
    const places = this.file.nodes.flatMap(({ kind, isOff }, place) =>
      isTriggerKind(kind) && !isOff && this.ids[place] !== null ? [place] : [],
    )
    const rank = (place: number) => {
      const kind = this.file.nodes[place]?.kind ?? ''
      const isByHand = /\.(?:manualTrigger|start|executeWorkflowTrigger|errorTrigger)$/.test(kind)
      const isKnown = mapperOf(kind) !== undefined
      return [isKnown && !isByHand ? 2 : isKnown ? 1 : 0, this.#reach(place)] as const
    }
    const ranked = places.map(place => ({ place, rank: rank(place) }))
    ranked.sort((a, b) => b.rank[0] - a.rank[0] || b.rank[1] - a.rank[1] || a.place - b.place)
    return ranked[0]?.place ?? null
  }

  #reach(start: number): number {
    const seen = new Set([start])
    for (const place of seen) for (const { to } of this.#leaving.get(place) ?? []) seen.add(to)
    return seen.size
  }

  #make(place: number, node: N8nNode, id: string): Made {
    const arriving = (this.#arriving.get(place) ?? []).filter(
      one => one.kind === 'main' && !this.order.back.has(one) && this.made.get(one.from)?.isAside === false,
    )
    const isTrigger = isTriggerKind(node.kind) && !node.isOff
    const isAside = (isTrigger && place !== this.#entry) || (node.isOff && isTriggerKind(node.kind))
    const ways = this.#waysOf(node, arriving)
    const loops = ways.reduce<readonly string[]>(
      (most, way) => (way.loops.length > most.length ? way.loops : most),
      [],
    )
    const items = ways.map(way => way.item)
    const inputs: Item[] = []
    arriving.forEach((one, index) => {
      const at = Math.min(one.input, 50)
      inputs[at] = either([inputs[at] ?? NO_ITEM, items[index] ?? NO_ITEM])
    })
    const loop = loops.at(-1)
    const step = new Translation({
      node,
      id,
      input: either(items),
      inputs: Array.from(inputs, item => item ?? NO_ITEM),
      inputList: ways.length === 1 ? (ways[0]?.list ?? null) : null,
      outputs: (this.#leaving.get(place) ?? []).length,
      step: name => this.#itemOfStep(name, loops),
      timeZone: this.file.timeZone,
      workflow: this.file.name,
      index: loop === undefined ? null : ['loops', loop, 'index'],
    })
    const hasChoice = arriving.some(({ from }) => this.#chooses(from))
    if (arriving.length > 1 && !hasChoice && !/\.(?:merge|noOp)$/.test(node.kind))
      step.differs('It runs once when its branches have come; n8n ran it once for each of them.')
    if (node.runsOnce && loops.length > 0) step.differs('It runs in every round of the loop it is in.')
    const { mapped, reason } = this.#mapped(place, step, isAside)
    if (mapped.type === 'loop' && !/\.splitInBatches$/.test(node.kind)) this.#implied.add(id)
    return { node, id, mapped, step, reason, loops, isAside, hasChoice }
  }

  #chooses(place: number): boolean {
    const made = this.made.get(place)
    if (made === undefined) return false
    return made.hasChoice || made.mapped.exits.length > 1 || made.node.onError === 'exit'
  }

  #waysOf(node: N8nNode, arriving: readonly N8nConnection[]): Way[] {
    const takesAll = isOfLists(node.kind) || isCodeOfAll(node)
    return arriving.map(connection => {
      const way = this.#wayOf(connection, takesAll && arriving.length === 1, node.runsOnce)
      this.ways.set(connection, way)
      return way
    })
  }

  #wayOf(connection: N8nConnection, takesAll: boolean, runsOnce: boolean): Way {
    const source = this.made.get(connection.from)
    if (source === undefined) return { through: null, item: NO_ITEM, list: null, loops: [] }
    const { mapped, id, loops } = source
    const item = mapped.itemOf?.(connection.output) ?? mapped.item
    const exit = mapped.exits[connection.output]
    const inner = mapped.type === 'loop' && exit === 'each' ? [...loops, id] : loops
    const isResult = exit !== undefined && exit !== 'rejected'
    if (mapped.list !== undefined && isResult) {
      if (takesAll) return { through: null, item, list: mapped.list.at, loops }
      if (runsOnce) return { through: null, item, list: null, loops }
      const loop = this.#loopBehind(source)
      return {
        through: { loop, exit: 'each' },
        item: mapped.list.entry(loop),
        list: null,
        loops: [...loops, loop],
      }
    }
    if (mapped.type === 'loop' && exit === 'done')
      return { through: null, item, list: takesAll ? ['nodes', id, 'results'] : null, loops }
    const around = inner.at(-1)
    if (takesAll && around !== undefined && this.#implied.has(around) && this.#collects(around, item)) {
      const outer = inner.slice(0, -1)
      return {
        through: { loop: around, exit: 'done' },
        item: itemAt('nodes', around, 'results', 0),
        list: ['nodes', around, 'results'],
        loops: outer,
      }
    }
    return { through: null, item, list: null, loops: inner }
  }

  #loopBehind({ id }: Made): string {
    const known = this.added.get(id)
    if (known !== undefined) return known
    // Ids out of names have no dash, so this one is nobody else's.
    const loop = `${id}-each`
    this.added.set(id, loop)
    this.#implied.add(loop)
    return loop
  }

  /** Has each round leave its item behind; false when that cannot be written, or rounds leave something else already. */
  #collects(loop: string, item: Item): boolean {
    try {
      const text = template({ is: 'item', item, path: [] })
      const known = this.collected.get(loop)
      if (known !== undefined && known !== text) return false
      this.collected.set(loop, text)
      return true
    } catch (error) {
      if (error instanceof Untranslatable) return false
      throw error
    }
  }

  /** What a loop that somebody drew gives at its end: the items of the steps that lead back to it. */
  collectDrawn(place: number, id: string): void {
    const backward = (this.#arriving.get(place) ?? []).filter(one => this.order.back.has(one))
    const [only, ...more] = backward.flatMap(({ from }) => this.made.get(from) ?? [])
    if (only !== undefined && more.length === 0) this.#collects(id, only.mapped.item)
  }

  #itemOfStep(name: string, loops: readonly string[]): Item | null {
    const place = this.#byName.get(name)
    const id = place === undefined ? null : this.ids[place]
    if (place === undefined || typeof id !== 'string') return null
    const source = this.made.get(place)
    if (source === undefined) return itemAt('nodes', id)
    if (source.isAside) throw new Untranslatable('a trigger that lies aside')
    if (source.loops.some(loop => !loops.includes(loop)))
      throw new Untranslatable(`a step ("${name.slice(0, 60)}") in a loop that is over`)
    const { mapped } = source
    const behind = this.added.get(id)
    if (mapped.list !== undefined && behind !== undefined && loops.includes(behind))
      return mapped.list.entry(behind)
    if (mapped.type === 'loop' && !loops.includes(id)) return itemAt('nodes', id, 'results', 0)
    return mapped.item
  }

  #mapped(place: number, step: Translation, isAside: boolean): { mapped: Mapped; reason: string | null } {
    const { node } = step
    if (node.isOff) {
      if (!isAside) step.differs('It was switched off: runs pass over it.')
      return { mapped: this.#placeholder(place, step, 'It was switched off.', true), reason: null }
    }
    if (isAside) return this.#aside(place, step)
    const mapper = mapperOf(node.kind)
    const reason = mapper === undefined ? unknown(node.kind) : null
    if (mapper === undefined || reason !== null)
      return { mapped: this.#placeholder(place, step, reason ?? '', false), reason }
    try {
      const mapped = mapper(step)
      this.#check(place, mapped, step)
      return { mapped, reason: null }
    } catch (error) {
      const why = reasonOf(error)
      return { mapped: this.#placeholder(place, step, why, false), reason: why }
    }
  }

  #aside(place: number, step: Translation): { mapped: Mapped; reason: string | null } {
    const entry = this.#entry === null ? '' : (this.file.nodes[this.#entry]?.name ?? '')
    if (/\.(?:manualTrigger|start)$/.test(step.node.kind)) {
      step.differs('It lies aside: runs can be started by hand whatever else starts the workflow.')
      return {
        mapped: this.#placeholder(place, step, 'Runs can be started by hand anyway.', true),
        reason: null,
      }
    }
    const reason = `A workflow here has one trigger, which is "${entry}". Copy the workflow to have this one too.`
    return { mapped: this.#placeholder(place, step, reason, true), reason }
  }

  /** Throws Unmapped for settings that no node of that type can have. */
  #check(place: number, mapped: Mapped, step: Translation): void {
    const leaving = this.#leaving.get(place) ?? []
    if (leaving.some(({ kind }) => kind !== 'main')) throw new Unmapped('It is a tool of a model.')
    const type = nodeTypes.get(mapped.type)
    const read = type?.config.safeParse(mapped.config)
    if (read?.success === true) return
    if (mapped.type === 'sub_workflow' && step.todo.length > 0) return
    const [issue] = read?.error.issues ?? []
    throw new Unmapped(`Its settings do not fit (${issue?.path.join('.') ?? ''}): ${issue?.message ?? ''}`)
  }

  #placeholder(place: number, step: Translation, reason: string, skip: boolean): Mapped {
    const leaving = this.#leaving.get(place) ?? []
    const last = Math.max(
      0,
      ...leaving.filter(({ kind }) => kind === 'main').map(({ output }) => Math.min(output, 40)),
    )
    const exits = Array.from({ length: last + 1 }, (_, index) => (index === 0 ? 'out' : `out_${index + 1}`))
    const others = new Set(leaving.filter(({ kind }) => kind !== 'main').map(({ kind }) => exitOf(kind)))
    const definition = JSON.stringify(step.node.raw)
    if (definition.length > DEFINITION_LENGTH_MAX)
      throw new NotN8nError(`The step "${step.node.name.slice(0, 100)}" is too large.`)
    const kind = step.node.kind.slice(0, 200)
    const config = {
      kind,
      reason: reason.slice(0, 2_000),
      definition,
      exits: [...exits, ...others].slice(0, 64),
      skip,
    }
    const item = skip ? step.around.input : itemAt('nodes', step.id)
    return { type: 'imported_step', config, exits, item }
  }
}

function isCodeOfAll({ kind, parameters }: N8nNode): boolean {
  return /\.(?:code|function)$/.test(kind) && parameters.mode !== 'runOnceForEachItem'
}

function unknown(kind: string): string {
  if (kind.startsWith('@n8n/n8n-nodes-langchain.'))
    return 'It belongs to a language model, which workflows here do not have.'
  const name = kind.slice(kind.lastIndexOf('.') + 1)
  return name === '' ? 'It does not say what it is.' : `There is no step for "${name.slice(0, 100)}" here.`
}

export const UNREAD = 'It could not be read.'

function reasonOf(error: unknown): string {
  if (error instanceof Unmapped) return error.message
  if (error instanceof Untranslatable) return `It has ${error.message}.`
  if (error instanceof NotN8nError) throw error
  return UNREAD
}
