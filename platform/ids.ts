import { randomBytes, randomUUIDv7 } from 'node:crypto'

/** Time, version and the twelve bits after it, as text: what orders the ids of this process. */
const HEAD = 18
const COUNTER_MAX = 0xfff

let lastHead = ''

/**
 * Mints an identifier: UUIDv7, so that keys are ordered by time and partitions prune by id. Of two ids of this process
 * the later one is the greater, also within a millisecond: the twelve bits after the version then count on from the
 * last id (RFC 9562, section 6.2, method 1), so that what one transaction writes reads back in its order.
 */
export function newId(): string {
  const id = randomUUIDv7()
  const head = id.slice(0, HEAD)
  lastHead = head > lastHead ? head : headAfter(lastHead)
  return lastHead + id.slice(HEAD)
}

/** The next head; when the counter of a millisecond is used up, the first of the next millisecond. */
function headAfter(head: string): string {
  const counter = Number.parseInt(head.slice(15), 16) + 1
  if (counter <= COUNTER_MAX) return head.slice(0, 15) + counter.toString(16).padStart(3, '0')
  const time = (Number.parseInt(head.slice(0, 8) + head.slice(9, 13), 16) + 1).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000`
}

/**
 * Mints a UUIDv7 for a given instant (RFC 9562, section 5.7): 48 bits of Unix milliseconds, version,
 * 74 random bits. For demo data and tests that live in the past; live code uses `newId`.
 */
export function idAt(at: Date): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(at.getTime(), 0, 6)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return format(bytes)
}

/** The smallest UUID of an instant; every UUIDv7 minted at or after it sorts at or above. */
export function idFloor(at: Date): string {
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(at.getTime(), 0, 6)
  return format(bytes)
}

/** The instant a UUIDv7 was minted, to the millisecond. */
export function timeOfId(id: string): Date {
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16))
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether a text is a UUID in the one spelling we accept: lower case with dashes. */
export function isId(text: unknown): text is string {
  return typeof text === 'string' && UUID.test(text)
}

function format(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
