import type { Graph, GraphNote } from '#modules/flow/contract.ts'
import type { Point } from '../canvas/layout.ts'
import type { NewId } from './ids.ts'
import { snapped, withNotes } from './places.ts'
import type { Edit } from './step-edits.ts'

export const NOTE_WIDTH = 240
export const NOTE_HEIGHT = 120

/** Adds an empty note with its middle at a point. */
export function withNote(graph: Graph, middle: Point, newId: NewId): Edit {
  const note: GraphNote = {
    id: newId('note'),
    text: '',
    position: { x: snapped(middle.x - NOTE_WIDTH / 2), y: snapped(middle.y - NOTE_HEIGHT / 2) },
    width: NOTE_WIDTH,
    height: NOTE_HEIGHT,
    color: 'yellow',
  }
  return {
    graph: withNotes(graph, [...(graph.notes ?? []), note]),
    words: 'Added a note.',
    selected: [note.id],
  }
}

/** Changes the text, the size or the colour of a note. Changes in a row are one. */
export function withChangedNote(graph: Graph, note: GraphNote): Edit | undefined {
  const old = graph.notes?.find(each => each.id === note.id)
  if (!old || old === note) return undefined
  return {
    graph: withNotes(
      graph,
      graph.notes?.map(each => (each.id === note.id ? note : each)),
    ),
    words: 'Changed a note.',
    mark: `note ${note.id}`,
  }
}
