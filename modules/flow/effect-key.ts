import { hash } from 'node:crypto'

/**
 * The key of an effect: the same for every attempt and every crash, different for every node, iteration and
 * run. Sent to other systems as Idempotency-Key and unique in ours. SHA-256 in hexadecimal.
 */
export function effectKey(orgId: string, runId: string, nodeId: string, path: string): string {
  return hash('sha256', `${orgId}|${runId}|${nodeId}|${path}`)
}

/**
 * The id of what a local effect makes, known before it is made: a UUIDv7 (RFC 9562, section 5.7) whose time is
 * the slice's and whose random bits come from the effect key.
 */
export function effectId(key: string, now: number): string {
  const time = Math.trunc(now).toString(16).padStart(12, '0').slice(-12)
  const variant = ((Number.parseInt(key.slice(3, 4), 16) & 0x3) | 0x8).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${key.slice(0, 3)}-${variant}${key.slice(4, 7)}-${key.slice(7, 19)}`
}
