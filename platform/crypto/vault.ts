import { randomBytes } from 'node:crypto'
import { gcmOpen, gcmSeal } from './gcm.ts'
import { type Kms, KmsError, type WrappedKey } from './kms.ts'
import { encodeParts, utf8 } from './parts.ts'
import { Secret } from './secret.ts'

/**
 * An encrypted value as stored in a text column: `mv1.<key id>.<wrapped data key>.<IV, ciphertext, tag>`,
 * the last two in base64url. The key id is readable so that a rotation can find what is left to do.
 */
export type Sealed = string & { readonly [sealedBrand]: true }
declare const sealedBrand: unique symbol

/** The place a value belongs to. It opens nowhere else: not in another row, column, table or organization. */
export type SealedAt = {
  readonly orgId: string
  readonly table: string
  readonly column: string
  readonly id: string
}

/** `malformed`: not a sealed value. `refused`: changed, moved from elsewhere, or sealed by a lost key. */
export class VaultError extends Error {
  readonly code: 'malformed' | 'refused'

  constructor(code: 'malformed' | 'refused', message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'VaultError'
    this.code = code
  }
}

/** Encrypts values for storage. Every value has its own random data key, wrapped by the key service. */
export interface Vault {
  seal(plaintext: string | Uint8Array, at: SealedAt): Promise<Sealed>
  /** The bytes sealed at this place; throws `VaultError`, or what the key service throws when it is out of reach. */
  open(sealed: Sealed, at: SealedAt): Promise<Uint8Array>
  /** As `open`, for a sealed text. Prefer `openSecret` wherever the value is handed on. */
  openText(sealed: Sealed, at: SealedAt): Promise<string>
  /** As `openText`, wrapped so that it cannot be printed, logged or serialised by accident. */
  openSecret(sealed: Sealed, at: SealedAt): Promise<Secret>
  /** Whether the newest master key sealed it; after a rotation what is not current is opened and sealed again. */
  isCurrent(sealed: Sealed): boolean
}

const FORMAT = 'mv1'
const PATTERN = /^mv1\.([A-Za-z0-9:/_-]{1,200})\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/
const DEK_BYTES = 32

/** Envelope encryption with AES-256-GCM over a key service. */
export function createVault(options: { readonly kms: Kms }): Vault {
  const { kms } = options

  async function open(sealed: Sealed, at: SealedAt): Promise<Buffer> {
    const { wrapped, box } = parse(sealed)
    const dek = await unwrap(kms, wrapped, at)
    const plaintext = dek.length === DEK_BYTES ? gcmOpen(dek, box, aadOf(wrapped.keyId, at)) : undefined
    dek.fill(0)
    if (!plaintext) throw refused()
    return plaintext
  }

  async function openText(sealed: Sealed, at: SealedAt): Promise<string> {
    const plaintext = await open(sealed, at)
    try {
      // A byte order mark is part of the value, so it must not be dropped.
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext)
    } catch (error) {
      throw new VaultError('malformed', 'The sealed value is not a text.', { cause: error })
    }
  }

  return {
    async seal(plaintext, at) {
      const bytes = typeof plaintext === 'string' ? utf8(plaintext) : plaintext
      const dek = randomBytes(DEK_BYTES)
      const wrapped = await kms.wrap(dek, contextOf(at))
      const box = gcmSeal(dek, bytes, aadOf(wrapped.keyId, at))
      dek.fill(0)
      return asSealed(`${FORMAT}.${wrapped.keyId}.${base64url(wrapped.bytes)}.${base64url(box)}`)
    },
    open,
    openText,
    async openSecret(sealed, at) {
      return new Secret(await openText(sealed, at))
    },
    isCurrent(sealed) {
      return parse(sealed).wrapped.keyId === kms.keyId
    },
  }
}

/** Takes the text of a column as a sealed value; throws `VaultError` (`malformed`) when it is not one. */
export function asSealed(text: string): Sealed {
  if (!isSealed(text)) throw new VaultError('malformed', 'The stored value is not a sealed value.')
  return text
}

/** Whether a text has the form of a sealed value; whether it opens only `open` can tell. */
export function isSealed(text: string): text is Sealed {
  return PATTERN.test(text)
}

function parse(sealed: Sealed): { wrapped: WrappedKey; box: Buffer } {
  const match = PATTERN.exec(sealed)
  if (!match) throw new VaultError('malformed', 'The stored value is not a sealed value.')
  const [, keyId = '', key = '', box = ''] = match
  return { wrapped: { keyId, bytes: fromBase64url(key) }, box: fromBase64url(box) }
}

async function unwrap(kms: Kms, wrapped: WrappedKey, at: SealedAt): Promise<Uint8Array> {
  try {
    return await kms.unwrap(wrapped, contextOf(at))
  } catch (error) {
    // Only the key service's own refusal is final; being out of reach is not, and must stay visible as that.
    if (error instanceof KmsError) throw refused(error)
    throw error
  }
}

function refused(cause?: Error): VaultError {
  return new VaultError(
    'refused',
    'The stored value cannot be opened here: changed, moved or sealed by a lost key.',
    {
      cause,
    },
  )
}

function contextOf(at: SealedAt): Record<string, string> {
  return { orgId: at.orgId, table: at.table, column: at.column, id: at.id }
}

function aadOf(keyId: string, at: SealedAt): Buffer {
  return encodeParts([FORMAT, keyId, at.orgId, at.table, at.column, at.id])
}

/** The unused last bits must be zero: a value has one spelling, so that comparing texts compares values. */
function fromBase64url(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  if (base64url(bytes) !== text) throw new VaultError('malformed', 'The stored value is not a sealed value.')
  return bytes
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
