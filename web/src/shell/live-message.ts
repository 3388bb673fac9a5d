import type { Subject } from '#platform/contract/event.ts'

/** Something changed in the organization: what kind of event, about which records. The content is read anew. */
export interface LiveMessage {
  readonly id: string
  readonly type: string
  readonly subjects: readonly Subject[]
  /** Stands for so many changes that only the records they share are named; others may have changed too. */
  readonly isMany: boolean
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isSubject(value: unknown): value is Subject {
  return isRecord(value) && typeof value.type === 'string' && typeof value.id === 'string'
}

/** Reads the data of one server-sent event; undefined when it is no message, so that one bad frame stops nothing. */
export function readLiveMessage(text: string): LiveMessage | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(value) || typeof value.type !== 'string' || typeof value.id !== 'string') return undefined
  const subjects = Array.isArray(value.subjects) ? value.subjects.filter(isSubject) : []
  return { id: value.id, type: value.type, subjects, isMany: value.many === true }
}

const KNOWN_MAX = 1_000

/** Tells repetitions: a stream that goes on where it was cut off says some things twice. */
export function createRepetitions(): { isNew(id: string): boolean } {
  const known = new Set<string>()
  return {
    isNew(id) {
      if (known.has(id)) return false
      known.add(id)
      // A set keeps the order in which things came, so the first is the oldest.
      if (known.size > KNOWN_MAX) known.delete(known.values().next().value ?? id)
      return true
    },
  }
}
