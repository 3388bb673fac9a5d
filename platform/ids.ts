import { randomBytes, randomUUIDv7 } from 'node:crypto'

/** Mints an identifier: UUIDv7, so that keys are ordered by time to the millisecond and partitions prune by id. */
export function newId(): string {
  return randomUUIDv7()
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
