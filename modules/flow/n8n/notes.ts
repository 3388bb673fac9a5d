/** Sticky notes of n8n, and the words that stand at single steps, as notes of the graph. Browser-safe. */

import { type GraphNote, type NOTE_COLORS, NOTES_MAX } from '../graph.ts'
import { idFor, placeOf } from './drawing.ts'
import { STICKY_NOTE } from './kinds.ts'
import { at, type N8nFile, type N8nNode, numberOf, textOf } from './n8n-file.ts'

const TEXT_MAX = 10_000
/** By the number n8n stores. */
const COLORS: Readonly<Record<string, (typeof NOTE_COLORS)[number]>> = {
  1: 'yellow',
  2: 'orange',
  3: 'red',
  4: 'green',
  5: 'blue',
  6: 'purple',
  7: 'gray',
}

/** A text that is too long for one note goes on in further ones. Says how many are beyond the limit of a graph. */
export function notesOf(file: N8nFile, taken: Set<string>): { notes: GraphNote[]; beyond: number } {
  const notes = file.nodes.flatMap(node => (node.kind === STICKY_NOTE ? sticky(node) : beside(node)))
  const kept = notes.slice(0, NOTES_MAX)
  return {
    notes: kept.map(note => ({ ...note, id: idFor('note', taken) })),
    beyond: notes.length - kept.length,
  }
}

type Note = Omit<GraphNote, 'id'>

function sticky(node: N8nNode): Note[] {
  const size = (path: string, other: number) => {
    const value = numberOf(at(node.parameters, path) ?? other)
    return Number.isFinite(value) ? Math.max(40, Math.min(10_000, value)) : other
  }
  const color = COLORS[textOf(at(node.parameters, 'color'))] ?? 'yellow'
  const position = placeOf(node)
  const [width, height] = [size('width', 240), size('height', 160)]
  const text = storable(textOf(at(node.parameters, 'content')))
  return pieces(text).map((piece, index) => ({
    text: piece,
    position: { x: position.x + index * (width + 20), y: position.y },
    width,
    height,
    color,
  }))
}

function beside(node: N8nNode): Note[] {
  if (node.notes.trim() === '') return []
  const { x, y } = placeOf(node)
  return pieces(storable(node.notes)).map((text, index) => ({
    text,
    position: { x: x + index * 260, y: y + 90 },
    width: 240,
    height: 80,
    color: 'gray',
  }))
}

function pieces(text: string): string[] {
  const found: string[] = []
  for (let from = 0; from === 0 || from < text.length; from += TEXT_MAX)
    found.push(text.slice(from, from + TEXT_MAX))
  return found
}

/** Databases keep no NUL and no half pairs. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed()
}
