import { z } from 'zod'
import {
  type Graph,
  graphEdgeSchema,
  graphNodeSchema,
  graphNoteSchema,
  NODES_MAX,
} from '#modules/flow/contract.ts'
import { isTrigger } from '../canvas/exits.ts'
import type { Point } from '../canvas/layout.ts'
import { counted } from '../words.ts'
import type { NewId } from './ids.ts'
import { freePlace, snapped, withNotes } from './places.ts'
import type { Edit } from './step-edits.ts'

/** What tells steps on the clipboard from any other text. */
const KIND = 'millrace/steps'

const clipSchema = z.object({
  kind: z.literal(KIND),
  nodes: z.array(graphNodeSchema).max(NODES_MAX),
  edges: z.array(graphEdgeSchema),
  notes: z.array(graphNoteSchema).default([]),
})

/** Steps with the connections between them, as they travel over the clipboard. */
export type Clip = z.output<typeof clipSchema>

/** The chosen steps and notes with the connections between them; undefined when none is chosen. */
export function clipOf(graph: Graph, ids: ReadonlySet<string>): Clip | undefined {
  const nodes = graph.nodes.filter(node => ids.has(node.id))
  const notes = (graph.notes ?? []).filter(note => ids.has(note.id))
  if (nodes.length + notes.length === 0) return undefined
  const inside = new Set(nodes.map(node => node.id))
  const edges = graph.edges.filter(edge => inside.has(edge.source) && inside.has(edge.target))
  return { kind: KIND, nodes, edges, notes }
}

/** The clip as text, which can be pasted into any editor and back. */
export function clipText(clip: Clip): string {
  return JSON.stringify(clip, null, 2)
}

/** Reads steps from pasted text; undefined when it is something else. */
export function readClip(text: string): Clip | undefined {
  try {
    return clipSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** How a paste is placed: with its top left corner at a point, or this far from where it was copied. */
export type PastePlace = { readonly at: Point } | { readonly by: Point }

/**
 * Puts copied steps into the graph under new ids. What they read of each other follows the new ids. A trigger is left out
 * when there is one already.
 */
export function pasted(graph: Graph, clip: Clip, place: PastePlace, newId: NewId): Edit | undefined {
  const hasTrigger = graph.nodes.some(node => isTrigger(node.type))
  let triggers = hasTrigger ? 1 : 0
  const taken = clip.nodes.filter(node => !isTrigger(node.type) || triggers++ === 0)
  const all = [...taken, ...clip.notes]
  if (all.length === 0) return undefined
  const corner = {
    x: Math.min(...all.map(({ position }) => position.x)),
    y: Math.min(...all.map(({ position }) => position.y)),
  }
  const by = 'at' in place ? { x: place.at.x - corner.x, y: place.at.y - corner.y } : place.by
  const ids = new Map(taken.map(node => [node.id, newId(node.type)]))
  const nodes = [...graph.nodes]
  for (const node of taken) {
    const wanted = { x: snapped(node.position.x + by.x), y: snapped(node.position.y + by.y) }
    nodes.push({
      ...node,
      id: ids.get(node.id) ?? newId(node.type),
      config: readingFrom(node.config, ids),
      position: taken.length === 1 ? freePlace(graph.nodes, wanted) : wanted,
    })
  }
  const edges = clip.edges.flatMap(edge => {
    const [source, target] = [ids.get(edge.source), ids.get(edge.target)]
    return source && target ? [{ ...readingFrom(edge, ids), id: newId('e'), source, target }] : []
  })
  const notes = clip.notes.map(note => ({
    ...note,
    id: newId('note'),
    position: { x: snapped(note.position.x + by.x), y: snapped(note.position.y + by.y) },
  }))
  const words = [
    ...(taken.length > 0 ? [counted(taken.length, 'step')] : []),
    ...(notes.length > 0 ? [counted(notes.length, 'note')] : []),
  ]
  const left = clip.nodes.length - taken.length
  return {
    graph: withNotes({ ...graph, nodes, edges: [...graph.edges, ...edges] }, [
      ...(graph.notes ?? []),
      ...notes,
    ]),
    words: `Pasted ${words.join(' and ')}.${left > 0 ? ' The trigger was left out; there is one already.' : ''}`,
    selected: [...ids.values(), ...notes.map(note => note.id)],
  }
}

/** Any value with `nodes.<old id>` in its texts pointing at the copies. */
function readingFrom<T>(value: T, ids: ReadonlyMap<string, string>): T {
  if (typeof value === 'string') {
    return value.replace(/\bnodes\.([A-Za-z0-9_-]+)/g, (all, id: string) => {
      const copy = ids.get(id)
      return copy === undefined ? all : `nodes.${copy}`
    }) as T
  }
  if (Array.isArray(value)) return value.map(each => readingFrom(each, ids)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, readingFrom(each, ids)])) as T
}
