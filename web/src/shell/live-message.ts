import type { Subject } from '#platform/contract/event.ts'

/** Something changed in the organization: what kind of event, about which records. The content is read anew. */
export interface LiveMessage {
  readonly id: string
  readonly type: string
  readonly subjects: readonly Subject[]
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
  return { id: value.id, type: value.type, subjects }
}
