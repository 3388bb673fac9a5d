import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * AES-256-GCM (NIST SP 800-38D) with a fresh random 96-bit IV: gives IV, ciphertext and 128-bit tag in
 * one buffer. `aad` is authenticated but not stored; the same bytes must be given to `gcmOpen`. One key
 * takes at most 2^32 messages, the limit for random IVs.
 */
export function gcmSeal(key: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Buffer {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES }).setAAD(aad)
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** The plaintext of what `gcmSeal` gave, or undefined when the key, the bytes or the AAD differ. */
export function gcmOpen(key: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Buffer | undefined {
  // Without this check a short buffer would leave a short tag, and a short tag can be guessed.
  if (sealed.length < IV_BYTES + TAG_BYTES) return undefined
  const iv = sealed.subarray(0, IV_BYTES)
  const tag = sealed.subarray(sealed.length - TAG_BYTES)
  const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES }).setAAD(aad)
  decipher.setAuthTag(tag)
  const plaintext = decipher.update(sealed.subarray(IV_BYTES, sealed.length - TAG_BYTES))
  try {
    return Buffer.concat([plaintext, decipher.final()])
  } catch {
    plaintext.fill(0)
    return undefined
  }
}
