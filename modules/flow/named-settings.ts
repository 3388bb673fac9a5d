/** What the settings of a step name by ids, as the schemas of the kinds of nodes say it; `nodes/record-reference.ts` has the marks. */

import { z } from 'zod'
import { Id } from '#platform/contract/fields.ts'
import type { GraphNode } from './graph.ts'
import type { NodeType } from './node-type.ts'
import { nodeTypes } from './nodes/catalogue.ts'
import type { Named } from './nodes/record-reference.ts'

/** Something that a setting names by its id, and where in the settings. */
export interface NamedId {
  readonly names: Named
  readonly id: string
  readonly path: readonly (string | number)[]
}

/** The marks of a setting in the JSON Schema of its kind of node. */
interface Marks {
  readonly names?: Named
  readonly namesWhat?: string
  readonly namesByField?: Readonly<Record<string, Named>>
}

const NONE: readonly NamedId[] = []
const marksOfTypes = new WeakMap<NodeType, readonly (readonly [name: string, marks: Marks])[]>()
const known = new WeakMap<GraphNode['config'], readonly NamedId[]>()

/** What the settings of a node name by ids; what is written out or filled in by each run is none of it. */
export function namedIn({ type: called, config }: Pick<GraphNode, 'type' | 'config'>): readonly NamedId[] {
  const before = known.get(config)
  if (before) return before
  const type = nodeTypes.get(called)
  const found = type ? marksOf(type).flatMap(([name, marks]) => namedBy(name, marks, config)) : NONE
  known.set(config, found)
  return found
}

function marksOf(type: NodeType) {
  const made = marksOfTypes.get(type)
  if (made) return made
  const { properties = {} } = z.toJSONSchema(type.config, { io: 'input', unrepresentable: 'any' })
  const marked = Object.entries(properties as Record<string, Marks>).filter(
    ([, marks]) => marks.names ?? marks.namesWhat ?? marks.namesByField,
  )
  marksOfTypes.set(type, marked)
  return marked
}

function namedBy(name: string, marks: Marks, config: GraphNode['config']): readonly NamedId[] {
  const { names, namesWhat, namesByField } = marks
  const value = config[name]
  const taken = (kind: Named | undefined, text: unknown, path: NamedId['path']): NamedId[] =>
    kind !== undefined && typeof text === 'string' && Id.safeParse(text).success
      ? [{ names: kind, id: text.toLowerCase(), path }]
      : []
  if (!Array.isArray(value)) return taken(names ?? recordOf(config[namesWhat ?? '']), value, [name])
  if (namesByField === undefined) return value.flatMap((text, at) => taken(names, text, [name, at]))
  return value.flatMap((pair, at) =>
    isPair(pair) && Object.hasOwn(namesByField, pair.name)
      ? taken(namesByField[pair.name], pair.value, [name, at, 'value'])
      : [],
  )
}

/** What a setting that says what another one names says; a person where it says nothing. */
function recordOf(said: unknown): Named | undefined {
  if (said === undefined) return 'person'
  return said === 'person' || said === 'company' || said === 'deal' ? said : undefined
}

function isPair(value: unknown): value is { name: string; value: unknown } {
  return typeof value === 'object' && value !== null && 'name' in value && 'value' in value
}
