/** What was sent within one window, and what of it is told: detail while there is little, kinds when there is much. */

import type { Subject } from '../contract/event.ts'
import { newId } from '../ids.ts'
import type { LiveMessage } from './message.ts'

/** Different messages of one type and organization that are told one by one. */
const DETAIL_MAX = 25
/** Messages kept to look for repetitions; what comes after them is only summed up. */
const KEPT_MAX = 100
/** Records of one kind that a summed-up message still names. */
const NAMED_MAX = 20
/** Messages of a whole window that are told one by one. */
const WINDOW_MAX = 500

/** What one organization sent within a window, by type. */
export type Gathered = Map<string, Kind>

interface Kind {
  kept: LiveMessage[]
  sum: Sum | undefined
}

/** Records by kind; null for a kind of which there are too many to name. */
type Sum = Map<string, Set<string> | null>

/** Adds a message to the window. Stands in the path of every commit, so what takes time is left to the end of the window. */
export function gatherInto(window: Map<string, Gathered>, message: LiveMessage): void {
  let own = window.get(message.orgId)
  if (own === undefined) {
    own = new Map()
    window.set(message.orgId, own)
  }
  const kind = own.get(message.type)
  if (kind === undefined) own.set(message.type, { kept: [message], sum: undefined })
  else if (kind.kept.length < KEPT_MAX) kind.kept.push(message)
  else {
    kind.sum ??= new Map()
    addTo(kind.sum, message.subjects)
  }
}

function addTo(sum: Sum, subjects: readonly Subject[]): void {
  for (const { type, id } of subjects) {
    const named = sum.get(type)
    if (named === null) continue
    if (named === undefined) sum.set(type, new Set([id]))
    else if (named.size < NAMED_MAX || named.has(id)) named.add(id)
    else sum.set(type, null)
  }
}

/** What is told of a window. */
export function messagesOf(window: ReadonlyMap<string, Gathered>): LiveMessage[] {
  const told: LiveMessage[] = []
  const kinds = window.values().reduce((sum, own) => sum + own.size, 0)
  let room = Math.max(WINDOW_MAX - kinds, 0)
  for (const [orgId, own] of window) {
    for (const [type, kind] of own) {
      const different = inDetail(kind, Math.min(room + 1, DETAIL_MAX))
      room -= (different?.length ?? 1) - 1
      if (different) told.push(...different)
      else told.push(summedUp(orgId, type, kind))
    }
  }
  return told
}

/** What was sent of one kind without repetitions; undefined when that is more than `max`. */
function inDetail({ kept, sum }: Kind, max: number): LiveMessage[] | undefined {
  if (kept.length === 1) return kept
  if (sum !== undefined) return undefined
  const different = withoutRepetitions(kept, max)
  return different.length <= max ? different : undefined
}

/** The last of those that are about the same records: it is the one that a reader finds newest. Stops past `max`. */
function withoutRepetitions(messages: readonly LiveMessage[], max: number): LiveMessage[] {
  const bySubjects = new Map<string, LiveMessage>()
  for (const message of messages) {
    let key = message.many ? '+' : ''
    for (const { type, id } of message.subjects) key += ` ${type} ${id}`
    bySubjects.delete(key)
    bySubjects.set(key, message)
    if (bySubjects.size > max) break
  }
  return [...bySubjects.values()]
}

function summedUp(orgId: string, type: string, { kept, sum }: Kind): LiveMessage {
  const all: Sum = sum ?? new Map()
  for (const { subjects } of kept) addTo(all, subjects)
  const subjects = [...all].flatMap(([kind, ids]) => [...(ids ?? [])].map(id => ({ type: kind, id })))
  return { id: newId(), orgId, type, subjects, many: true }
}
