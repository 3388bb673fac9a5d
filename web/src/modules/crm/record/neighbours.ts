import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { RecordObject } from '#modules/crm/contract.ts'

/** The order of a list from which records are opened. */
export interface ListOrder {
  readonly object: RecordObject
  /** The ids as they stand in the list, as far as it is read. */
  readonly ids: readonly string[]
  /** Reads on, when the last of those come near. */
  readonly readMore?: (() => void) | undefined
}

const NEAR_END = 3

let order: ListOrder | undefined
const listeners = new Set<() => void>()

/** A list says in which order its records stand, whenever that changes; the list seen last is the one that counts. */
export function rememberOrder(next: ListOrder): void {
  order = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export interface Neighbours {
  readonly before: string | undefined
  readonly after: string | undefined
}

/**
 * The records around one in a list. A record that has left the list, for example because an edit took it out of the filter, still
 * stands where it stood, `lastAt`.
 */
export function neighboursIn(ids: readonly string[], id: string, lastAt?: number | undefined): Neighbours {
  const at = ids.indexOf(id)
  if (at >= 0) return { before: ids[at - 1], after: ids[at + 1] }
  return lastAt === undefined
    ? { before: undefined, after: undefined }
    : { before: ids[lastAt - 1], after: ids[lastAt] }
}

/** The records before and after one in the list it was opened from; neither when it was not opened from one. */
export function useNeighbours(object: RecordObject, id: string): Neighbours {
  const seen = useSyncExternalStore(subscribe, () => order)
  const last = useRef<{ id: string; at: number }>(undefined)
  const list = seen?.object === object ? seen : undefined
  const at = list?.ids.indexOf(id) ?? -1
  useEffect(() => {
    if (at < 0 || !list) return
    last.current = { id, at }
    if (at >= list.ids.length - NEAR_END) list.readMore?.()
  }, [id, at, list])
  return neighboursIn(list?.ids ?? [], id, last.current?.id === id ? last.current.at : undefined)
}
