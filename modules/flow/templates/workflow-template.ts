/** What a template of the gallery is, and how its graph is written down. Browser-safe. */

import { z } from 'zod'
import { EmailAddress } from '#platform/contract/fields.ts'
import type { Json } from '#platform/contract/plain-data.ts'
import type { Graph, GraphNode } from '../graph.ts'
import { TimeZoneField } from '../time-fields.ts'

export const TemplateCategory = z.enum(['leads', 'deals', 'customers', 'people', 'team', 'own'])
export type TemplateCategory = z.output<typeof TemplateCategory>

/** What kind of value is filled in, so that it can be chosen from what the organization has. */
export const BlankKind = z.enum(['text', 'email', 'url', 'number', 'member', 'members', 'time_zone'])
export type BlankKind = z.output<typeof BlankKind>

/** Something to fill in before a workflow out of a template does what it should. */
export interface Blank {
  readonly key: string
  /** What is asked, as a question or a name. */
  readonly title: string
  readonly kind: BlankKind
  /** What stands behind the value in the setting, such as a placeholder at the end of an address. */
  readonly suffix?: string
  /** Settings that get the value: the node and where in its configuration. */
  readonly at: readonly { readonly nodeId: string; readonly path: readonly (string | number)[] }[]
}

export interface WorkflowTemplate {
  /** Its name in addresses. Never changed. */
  readonly key: string
  readonly name: string
  /** What it does, in a sentence or two. */
  readonly description: string
  readonly category: TemplateCategory
  readonly blanks: readonly Blank[]
  readonly graph: Graph
}

/** Stands in texts of templates for what the organization is called. */
export const ORGANIZATION = '[[organization]]'

type Step = readonly [id: string, type: string, label: string, config?: Record<string, unknown>]

const COLUMN = 300
const ROW = 150

/**
 * A graph out of its steps, the trigger first, and its edges as "a>b" or "a:exit>b". Without edges the steps are a row. Steps
 * stand to the right of what leads to them, those beside each other below one another.
 */
export function drawn(steps: readonly Step[], edges: readonly string[] | null = null): Graph {
  const lines = edges ?? steps.slice(1).map(([id], index) => `${steps[index]?.[0]}>${id}`)
  const read = lines.map(line => {
    const [, source = '', sourceHandle, target = ''] = /^(\w+)(?::(\w+))?>(\w+)$/.exec(line) ?? []
    return { source, sourceHandle, target }
  })
  const columns = new Map(steps.map(([id]) => [id, 0]))
  // Templates have no circles, so after as many rounds as there are steps every one stands right of all before it.
  for (const _ of steps)
    for (const { source, target } of read)
      columns.set(target, Math.max(columns.get(target) ?? 0, (columns.get(source) ?? 0) + 1))
  const filled = new Map<number, number>()
  const nodes = steps.map(([id, type, label, config = {}]): GraphNode => {
    const column = columns.get(id) ?? 0
    const row = filled.get(column) ?? 0
    filled.set(column, row + 1)
    return { id, type, label, config, position: { x: column * COLUMN, y: row * ROW } }
  })
  return {
    nodes,
    edges: read.map(({ source, sourceHandle, target }) => ({
      id: `${source}-${sourceHandle ?? 'out'}-${target}`,
      source,
      target,
      enabled: true,
      ...(sourceHandle === undefined ? {} : { sourceHandle }),
    })),
  }
}

/** A blank whose value goes into one setting. */
export function blank(
  key: string,
  title: string,
  kind: BlankKind,
  nodeId: string,
  ...path: (string | number)[]
): Blank {
  return { key, title, kind, at: [{ nodeId, path }] }
}

/** A value in a configuration with other ones in it, looked through for texts. */
function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(item => mapTexts(item, change))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]))
}

/** The graph of a template with the organization's name in its texts. A name is no template, whatever stands in it. */
export function signedGraph(graph: Graph, organization: string): Graph {
  const name = organization.replaceAll(/[{}]/g, '')
  const sign = (text: string) => text.replaceAll(ORGANIZATION, () => name)
  return {
    ...graph,
    nodes: graph.nodes.map(node => ({
      ...node,
      config: mapTexts(node.config as Json, sign) as Record<string, unknown>,
    })),
  }
}

/** Values for blanks by their keys. */
export type Filling = Readonly<Record<string, string | number | readonly string[]>>

/** The graph with the values where they go; blanks nobody filled in stay as they are. */
export function filledGraph(graph: Graph, blanks: readonly Blank[], filling: Filling): Graph {
  const nodes = structuredClone(graph.nodes)
  for (const { key, at, suffix = '' } of blanks) {
    if (!Object.hasOwn(filling, key)) continue
    for (const { nodeId, path } of at) {
      const node = nodes.find(({ id }) => id === nodeId)
      if (node) put(node.config, path, suffix === '' ? filling[key] : `${filling[key]}${suffix}`)
    }
  }
  return { ...graph, nodes }
}

function put(config: Record<string, unknown>, path: readonly (string | number)[], value: unknown): void {
  const [last, ...before] = [...path].reverse()
  let place: unknown = config
  for (const segment of before.reverse())
    place = (place as Record<string | number, unknown> | undefined)?.[segment]
  if (typeof place === 'object' && place !== null && last !== undefined)
    Object.assign(place, { [last]: value })
}

/** What a value for a blank has to be; null when it is so. */
export function faultOfValue({ kind }: Blank, value: unknown): string | null {
  if (kind === 'number') return typeof value === 'number' && Number.isFinite(value) ? null : 'Use a number.'
  if (kind === 'members') {
    const isList = Array.isArray(value) && value.length > 0 && value.every(isFilled)
    return isList ? null : 'Name one member at least.'
  }
  if (!isFilled(value)) return 'Write something here.'
  if (kind === 'url' && !/^https?:\/\/[^\s{}]+$/i.test(value))
    return 'Use an address that begins with https://.'
  if (kind === 'time_zone' && !TimeZoneField.safeParse(value).success)
    return 'Use a time zone like Europe/Paris.'
  if (kind === 'email' && !EmailAddress.safeParse(value).success) return 'Use an e-mail address.'
  return null
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
