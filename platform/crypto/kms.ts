import { gcmOpen, gcmSeal } from './gcm.ts'
import { type MasterKey, openKeyFile, readKeyFile } from './key-file.ts'
import { encodeParts } from './parts.ts'
import { deriveKey } from './tokens.ts'

/** A data key encrypted by a master key that never leaves its key service. */
export type WrappedKey = { readonly keyId: string; readonly bytes: Uint8Array }

/** What a wrapped key is bound to: it can only be unwrapped with the very same names and values. */
export type KeyContext = Readonly<Record<string, string>>

/** The key service behind the vault: a local key file here, a cloud key service elsewhere. */
export interface Kms {
  /** The master key that wraps new data keys; 1 to 200 letters, digits and `: / _ -`. */
  readonly keyId: string
  wrap(dek: Uint8Array, context: KeyContext): Promise<WrappedKey>
  /** Throws `KmsError` when the key is unknown, the bytes were changed or the context differs. */
  unwrap(wrapped: WrappedKey, context: KeyContext): Promise<Uint8Array>
}

/** A key service over a key file, which also gives keys for other purposes. */
export interface LocalKms extends Kms {
  /**
   * The 32-byte keys of a purpose, one per master key version, newest first: sign with the first, accept
   * any, so that a rotation of the master key does not void what was signed before it.
   */
  deriveKeys(purpose: string): readonly [Uint8Array, ...Uint8Array[]]
}

/** `unknown_key`: this installation has no such master key. `refused`: changed bytes or another context. */
export class KmsError extends Error {
  readonly code: 'unknown_key' | 'refused'

  constructor(code: 'unknown_key' | 'refused', message: string) {
    super(message)
    this.name = 'KmsError'
    this.code = code
  }
}

/**
 * The key service of an installation without a cloud key service. The file is created with one random key
 * if missing (see `openKeyFile`); every version in it unwraps, the highest wraps. A version that another
 * process added is picked up when first met. Throws `KeyFileError` when the file cannot be used.
 */
export function localKms(keyFilePath: string): LocalKms {
  let keys = openKeyFile(keyFilePath)

  function find(keyId: string): MasterKey | undefined {
    return keys.find(key => keyIdOf(key) === keyId)
  }

  return {
    get keyId() {
      return keyIdOf(keys[0])
    },

    async wrap(dek, context) {
      const keyId = keyIdOf(keys[0])
      return { keyId, bytes: gcmSeal(wrappingKey(keys[0]), dek, contextBytes(keyId, context)) }
    },

    async unwrap(wrapped, context) {
      if (!find(wrapped.keyId)) keys = readKeyFile(keyFilePath)
      const key = find(wrapped.keyId)
      if (!key) throw new KmsError('unknown_key', `The key file does not hold the key ${wrapped.keyId}.`)
      const dek = gcmOpen(wrappingKey(key), wrapped.bytes, contextBytes(wrapped.keyId, context))
      if (!dek) throw new KmsError('refused', 'The wrapped key was changed or belongs elsewhere.')
      return dek
    },

    deriveKeys(purpose) {
      const [newest, ...older] = keys
      return [deriveKey(newest.bytes, purpose), ...older.map(key => deriveKey(key.bytes, purpose))]
    },
  }
}

function keyIdOf(key: MasterKey): string {
  return `local:${key.version}`
}

function wrappingKey(key: MasterKey): Buffer {
  return deriveKey(key.bytes, 'kms wrap 1')
}

function contextBytes(keyId: string, context: KeyContext): Buffer {
  const entries = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))
  return encodeParts(['kms 1', keyId, ...entries.flat()])
}
