/** How messages travel between processes: as JSON, in pieces that fit into a notification. */

import type { Subject } from '../contract/event.ts'
import type { LiveMessage } from './message.ts'

/** PostgreSQL takes less than 8,000 bytes; the sender and the number of a packet stand before its content. */
const BYTES_MAX = 7_800

/** What one packet says. */
export interface PacketContent {
  readonly messages: readonly LiveMessage[]
  /** Organizations of which something got lost on the way; readers read anew. */
  readonly lost: readonly string[]
}

type PackedMessage = [id: string, orgId: string, type: string, many: 0 | 1, ...subjects: string[]]

/** Packs messages and losses into as few contents as hold them. */
export function pack(messages: readonly LiveMessage[], lost: readonly string[]): string[] {
  const entries = [...messages.map(packed), ...lost.map(orgId => JSON.stringify(orgId))]
  const contents: string[] = []
  let open: string[] = []
  let bytes = 2
  for (const entry of entries) {
    const size = Buffer.byteLength(entry) + 1
    if (bytes + size > BYTES_MAX) {
      contents.push(`[${open.join(',')}]`)
      open = []
      bytes = 2
    }
    open.push(entry)
    bytes += size
  }
  if (open.length > 0) contents.push(`[${open.join(',')}]`)
  return contents
}

function packed({ id, orgId, type, subjects, many }: LiveMessage): string {
  const entry = (named: readonly Subject[], isMany: boolean) => {
    const parts: PackedMessage = [
      id,
      orgId,
      type,
      isMany ? 1 : 0,
      ...named.flatMap(subject => [subject.type, subject.id]),
    ]
    return JSON.stringify(parts)
  }
  const whole = entry(subjects, many === true)
  return Buffer.byteLength(whole) <= BYTES_MAX - 10 ? whole : entry([], true)
}

/** Reads what `pack` wrote; undefined for anything else. */
export function unpack(content: string): PacketContent | undefined {
  let entries: unknown
  try {
    entries = JSON.parse(content)
  } catch {
    return undefined
  }
  if (!Array.isArray(entries)) return undefined
  const messages: LiveMessage[] = []
  const lost: string[] = []
  for (const entry of entries) {
    if (typeof entry === 'string') lost.push(entry)
    else if (Array.isArray(entry)) messages.push(unpacked(entry as PackedMessage))
  }
  return { messages, lost }
}

function unpacked([id, orgId, type, many, ...named]: PackedMessage): LiveMessage {
  const subjects: Subject[] = []
  for (let at = 0; at + 1 < named.length; at += 2)
    subjects.push({ type: named[at] ?? '', id: named[at + 1] ?? '' })
  return { id, orgId, type, subjects, ...(many === 1 ? { many: true as const } : {}) }
}
