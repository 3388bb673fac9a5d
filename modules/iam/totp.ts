import { createHmac } from 'node:crypto'
import { constantTimeEqual } from '#platform/crypto/tokens.ts'

const DIGITS = 6
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Seconds that a code stands for. */
export const TOTP_STEP_S = 30

/** The code of a step: HMAC-SHA-1 of its number, truncated (RFC 6238, section 4; RFC 4226, section 5.3). */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = mac.readUInt8(mac.length - 1) & 15
  const number = mac.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

/**
 * The step whose code was typed, or null: the present one or one of its neighbours, because clocks differ and typing
 * takes time (RFC 6238, section 5.2).
 */
export function matchingStep(secret: Uint8Array, typed: string, now: number): number | null {
  const code = typed.replace(/[\s-]/g, '')
  const matching = [now - 1, now, now + 1].filter(step => constantTimeEqual(totpCode(secret, step), code))
  return matching.at(-1) ?? null
}

/** Base32 without padding (RFC 4648, section 6), as authenticator apps take a secret. */
export function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, byte => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? [])
    .map(five => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)] ?? '')
    .join('')
}

/** What the QR code says (the key URI format that authenticator apps share). */
export function totpUri(secret: Uint8Array, account: string): string {
  const label = `Millrace:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=Millrace&algorithm=SHA1&digits=${DIGITS}&period=${TOTP_STEP_S}`
}
