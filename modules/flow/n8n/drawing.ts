/** How the steps of a file hang together: their order, the circles among them, and the ids they get. Browser-safe. */

import { isForbiddenName } from '#platform/contract/plain-data.ts'
import type { N8nConnection, N8nFile, N8nNode } from './n8n-file.ts'

/** An id that can be read in expressions, different from those in `taken`. */
export function idFor(name: string, taken: Set<string>): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .replace(/^(?=\d)/, 'step_')
    .slice(0, 40)
  const base = plain === '' || isForbiddenName(plain) ? 'step' : plain
  let id = base
  for (let number = 2; taken.has(id); number++) id = `${base}_${number}`
  taken.add(id)
  return id
}

export interface Order {
  /** Places of the steps, so that nearly every step comes behind those that lead to it. */
  readonly places: readonly number[]
  /** The connections that lead back to a step before. */
  readonly back: ReadonlySet<N8nConnection>
}

/**
 * The order in which steps are looked at. From the exit of a loop that is done a walk goes last, so that the connection
 * that closes a circle is the one that leads back to the loop.
 */
export function orderOf(file: N8nFile, startsFirst: (place: number) => boolean): Order {
  const leaving = Map.groupBy(file.connections, ({ from }) => from)
  const state = new Map<number, 'open' | 'over'>()
  const done: number[] = []
  const back = new Set<N8nConnection>()
  const entered = new Set(file.connections.map(({ to }) => to))
  const all = file.nodes.map((_, place) => place)
  const starts = [...all.filter(startsFirst), ...all.filter(place => !entered.has(place)), ...all]
  for (const start of starts) {
    if (state.has(start)) continue
    state.set(start, 'open')
    const walk = [{ place: start, left: [...(leaving.get(start) ?? [])] }]
    for (let at = walk.at(-1); at !== undefined; at = walk.at(-1)) {
      const connection = at.left.pop()
      if (connection === undefined) {
        state.set(at.place, 'over')
        done.push(at.place)
        walk.pop()
        continue
      }
      const { to } = connection
      if (state.get(to) === 'open') back.add(connection)
      if (state.has(to)) continue
      state.set(to, 'open')
      walk.push({ place: to, left: [...(leaving.get(to) ?? [])] })
    }
  }
  return { places: done.toReversed(), back }
}

/** Nodes are wider here than there, so everything lies further apart. */
const SPREAD = 1.5

export function placeOf({ position }: N8nNode): { x: number; y: number } {
  return { x: Math.round(position.x * SPREAD), y: Math.round(position.y * SPREAD) }
}

/** The exit of a placeholder for a connection that is not of items, such as the one of a model to its agent. */
export function exitOf(kind: string): string {
  const plain = kind.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 40)
  return plain === '' || plain === 'error' || plain === 'out' ? 'other' : plain
}
