/** Graphs that nobody would draw, of every kind of node in the catalogue that a run can stand on. */

import type { Seeded } from '#platform/seeded.ts'
import { ERROR_HANDLE } from '../graph.ts'
import { EACH_HANDLE } from '../node-type.ts'
import { nodeTypes } from '../nodes/catalogue.ts'

/** A graph as it would be sent, not yet checked. */
export type Sketch = { readonly nodes: readonly object[]; readonly edges: readonly object[] }

/** What every simulated run is started with; the conditions below read it. */
export const RUN_INPUT = {
  lead: { id: 'lead', name: 'Ada', email: 'ada@example.com', fields: { a: 1, b: 50, c: 99 } },
}

type Body = { readonly type: string; readonly config: object; readonly retry?: object }
type Kind = readonly [weight: number, make: (chance: Seeded) => Body]

const condition = (chance: Seeded) => ({
  field: chance.pick(['a', 'b', 'c', 'lead.name', 'nothing']),
  operator: chance.pick(['>=', '<', 'is_empty', 'not_equals']),
  value: chance.pick([0, 50, 100]),
})
const seconds = (chance: Seeded, max: number) => ({ amount: chance.whole(1, max * 10) / 10, unit: 'seconds' })
const of = (type: string, config: object): Body => ({ type, config })

/** Some e-mails have no recipient and some lists are none, so that every way out is taken. */
const PLAIN: readonly Kind[] = [
  [
    3,
    chance => {
      const value = chance.pick(['{{vars.x}}1', 'v', '{{lead.name}}'])
      return of('set_fields', { fields: [{ name: chance.pick(['x', 'y']), value }] })
    },
  ],
  [3, chance => of('condition', { condition: condition(chance) })],
  [
    2,
    chance =>
      of('send_email', {
        to: chance.pick(['{{lead.email}}', '{{lead.email}}', 'nobody']),
        subject: 's',
        text: 't',
      }),
  ],
  [
    2,
    chance => ({
      ...of('http_request', { url: 'https://a.example/{{vars.x | default: 0}}' }),
      retry: { attempts: chance.whole(1, 3), backoffMs: 100 },
    }),
  ],
  [2, chance => of('wait', { duration: seconds(chance, 3) })],
  [1, () => of('notify', { title: '{{vars.x}} {{nodes.n1 | json}}' })],
]

const WORKFLOW = '01890000-0000-7000-8000-000000000000'

const OTHERS: readonly Kind[] = [
  [1, chance => of('filter', { condition: condition(chance) })],
  [
    2,
    chance => {
      const mode = chance.pick(['all', 'any', 'count'])
      return of('merge', {
        mode,
        ...(mode === 'count' ? { count: chance.whole(1, 3) } : {}),
        cancelRest: chance.chance(0.4),
      })
    },
  ],
  [
    1,
    chance => {
      const rules = ['r1', 'r2'].map(id => ({ id, condition: condition(chance) }))
      return of('switch', { rules, all: chance.chance(0.5) })
    },
  ],
  [1, chance => of('wait_for_event', { event: 'email.sent', timeout: seconds(chance, 8) })],
  [
    1,
    chance =>
      of('approval', { title: 'ok?', ...(chance.chance(0.5) ? { timeout: seconds(chance, 8) } : {}) }),
  ],
  [1, chance => of('sub_workflow', { workflowId: WORKFLOW, wait: chance.chance(0.7) })],
  [1, () => of('code', { source: 'return 1' })],
  [0.3, () => of('stop', {})],
  [0.3, () => of('fail', { message: 'no' })],
  [
    1.5,
    chance =>
      of('loop', {
        items: String(chance.whole(0, 4)),
        concurrency: chance.whole(1, 3),
        onError: chance.pick(['stop', 'continue']),
        ...(chance.chance(0.5) ? { collect: '{{ index }}' } : {}),
      }),
  ],
  [0.5, chance => of('repeat', { condition: condition(chance), maxRounds: chance.whole(1, 3) })],
]

export interface GraphSize {
  readonly nodesMax: number
  /** `plain`: pure steps, effects, calls and waits. `all`: every kind there is, rounds and merges included. */
  readonly kinds: 'plain' | 'all'
}

/** A graph without circles in which everything is reached; what has rounds gets steps to do in them. */
export function randomGraph(chance: Seeded, { nodesMax, kinds }: GraphSize): Sketch {
  const known = (kinds === 'plain' ? PLAIN : [...PLAIN, ...OTHERS]).filter(([, make]) =>
    nodeTypes.has(make(chance).type),
  )
  const sketcher = new Sketcher(chance, known, nodesMax)
  sketcher.fill(sketcher.addNode({ type: 'manual', config: {} }), null, chance.whole(1, nodesMax), 0)
  return sketcher
}

const DEPTH_MAX = 2

interface SketchNode extends Body {
  readonly id: string
}

class Sketcher implements Sketch {
  readonly nodes: SketchNode[] = []
  readonly edges: object[] = []
  readonly #chance: Seeded
  readonly #kinds: readonly Kind[]
  readonly #weight: number
  readonly #nodesMax: number

  constructor(chance: Seeded, kinds: readonly Kind[], nodesMax: number) {
    this.#chance = chance
    this.#kinds = kinds
    this.#nodesMax = nodesMax
    this.#weight = kinds.reduce((sum, [weight]) => sum + weight, 0)
  }

  addNode(body: Body): SketchNode {
    const node = { id: `n${this.nodes.length}`, ...body }
    this.nodes.push(node)
    return node
  }

  /** Adds nodes that are reached from `first` and from each other; `handle` is the only exit of `first`, if given. */
  fill(first: SketchNode, handle: string | null, count: number, depth: number): void {
    const region = [first]
    for (let index = 0; index < count && this.nodes.length <= this.#nodesMax; index++) {
      const exits = region.flatMap(node => this.#exitsOf(node, node === first ? handle : null, depth))
      if (exits.length === 0) return
      const node = this.addNode(this.#body(depth))
      for (let links = this.#chance.whole(1, 3); links > 0; links--)
        this.#link(this.#chance.pick(exits), node)
      region.push(node)
      if (nodeTypes.get(node.type)?.hasRounds)
        this.fill(node, EACH_HANDLE, this.#chance.whole(1, 3), depth + 1)
    }
  }

  #exitsOf(node: SketchNode, only: string | null, depth: number): { source: string; sourceHandle: string }[] {
    const type = nodeTypes.get(node.type)
    if (type === undefined) return []
    const all = type.handles(type.config.parse(node.config)).map(handle => handle.id)
    const own = only === null ? all.filter(id => id !== EACH_HANDLE) : [only]
    const hasError = only === null && type.kind !== 'trigger' && depth < DEPTH_MAX
    return [...own, ...(hasError ? [ERROR_HANDLE] : [])].map(sourceHandle => ({
      source: node.id,
      sourceHandle,
    }))
  }

  #link(exit: { source: string; sourceHandle: string }, target: SketchNode): void {
    const isConditional = this.#chance.chance(0.15)
    this.edges.push({
      id: `e${this.edges.length}`,
      ...exit,
      target: target.id,
      ...(isConditional ? { condition: condition(this.#chance) } : {}),
    })
  }

  #body(depth: number): Body {
    for (;;) {
      let at = this.#chance.next() * this.#weight
      const kind = this.#kinds.find(([weight]) => {
        at -= weight
        return at < 0
      })
      const body = kind?.[1](this.#chance)
      if (body === undefined) continue
      if (depth >= DEPTH_MAX && nodeTypes.get(body.type)?.hasRounds) continue
      return body
    }
  }
}
