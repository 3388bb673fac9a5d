import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { encodeParts, utf8 } from './parts.ts'

/** Fewer than 128 random bits can be guessed in bulk, and a plain hash of them is then no protection. */
const MIN_TOKEN_BYTES = 16
const MIN_KEY_BYTES = 32

/** A random token of `bytes` bytes (at least 16, by default 32) as base64url text. */
export function randomToken(bytes = 32): string {
  if (!Number.isInteger(bytes) || bytes < MIN_TOKEN_BYTES) {
    throw new RangeError(`A token needs at least ${MIN_TOKEN_BYTES} bytes.`)
  }
  return randomBytes(bytes).toString('base64url')
}

/**
 * The 32-byte SHA-256 under which a random token is stored and looked up. Only for values with at least
 * 112 random bits (OWASP ASVS 5.0, 6.5.2); a password needs `hashPassword`.
 */
export function sha256(token: string | Uint8Array): Buffer {
  return createHash('sha256').update(bytesOf(token)).digest()
}

/** Compares two secrets in a time that depends on neither their content nor where they differ. */
export function constantTimeEqual(a: string | Uint8Array, b: string | Uint8Array): boolean {
  return timingSafeEqual(sha256(a), sha256(b))
}

/**
 * HMAC-SHA256 (RFC 2104) over the parts, each with its length, as base64url text of 43 characters. The
 * key has at least 32 bytes, made by `deriveKey` for one purpose.
 */
export function hmacSign(key: Uint8Array, ...parts: readonly (string | Uint8Array)[]): string {
  if (key.length < MIN_KEY_BYTES) throw new RangeError(`A signing key needs at least ${MIN_KEY_BYTES} bytes.`)
  return createHmac('sha256', key).update(encodeParts(parts)).digest('base64url')
}

/** Whether `signature` is what `hmacSign` gives for the same key and parts; never throws on a bad signature. */
export function hmacVerify(
  key: Uint8Array,
  signature: string,
  ...parts: readonly (string | Uint8Array)[]
): boolean {
  const expected = hmacSign(key, ...parts)
  return signature.isWellFormed() && constantTimeEqual(signature, expected)
}

/**
 * The 32-byte key of one purpose, by HKDF-SHA256 (RFC 5869) from a master key of at least 32 bytes. Two
 * purposes never share a key, so a signature made for one is worthless for the other.
 */
export function deriveKey(masterKey: Uint8Array, purpose: string): Buffer {
  if (masterKey.length < MIN_KEY_BYTES) {
    throw new RangeError(`A master key needs at least ${MIN_KEY_BYTES} bytes.`)
  }
  if (purpose === '') throw new RangeError('A derived key needs a purpose.')
  return Buffer.from(hkdfSync('sha256', masterKey, 'millrace key derivation 1', utf8(purpose), 32))
}

function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? utf8(value) : value
}
