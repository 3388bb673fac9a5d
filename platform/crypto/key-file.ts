import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { constantTimeEqual, sha256 } from './tokens.ts'

/** One version of the master key: 32 random bytes. */
export type MasterKey = { readonly version: number; readonly bytes: Uint8Array }

/** All versions in the file, newest first; there is always one. */
export type MasterKeys = readonly [MasterKey, ...MasterKey[]]

/** The key file is missing, unreadable or damaged. The message names the file and never the key. */
export class KeyFileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'KeyFileError'
  }
}

/**
 * One line per version: `mk1.<version>.<32 bytes, base64url>.<check>`. The check is the first 4 bytes of
 * SHA-256 over the rest of the line: a damaged key must be noticed before anything is sealed with it.
 */
const LINE = /^(mk1\.([1-9]\d{0,8})\.([A-Za-z0-9_-]{43}))\.([0-9a-f]{8})$/
const HEADER =
  '# Millrace master keys. Without this file stored credentials cannot be read: keep a copy apart from the database.\n'

/**
 * Reads the key file, creating it with one random key (mode 0600) if there is none. Creation is atomic
 * and never replaces a file: processes that start at once all end with the same key.
 */
export function openKeyFile(path: string): MasterKeys {
  try {
    return readKeyFile(path)
  } catch (error) {
    if (!(error instanceof KeyFileError && errorCode(error.cause) === 'ENOENT')) throw error
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = writeTemporary(path, HEADER + formatLine({ version: 1, bytes: randomBytes(32) }))
  try {
    // A hard link appears complete or not at all, and fails where a file already is; a rename would replace it.
    linkSync(temporary, path)
    syncFolder(path)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      throw new KeyFileError(`The key file ${path} could not be created.`, { cause: error })
    }
  } finally {
    rmSync(temporary, { force: true })
  }
  return readKeyFile(path)
}

/** Reads an existing key file; throws `KeyFileError` when it is missing or any line is not as it was written. */
export function readKeyFile(path: string): MasterKeys {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new KeyFileError(`The key file ${path} could not be read.`, { cause: error })
  }
  const keys: MasterKey[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const key = parseLine(line.trim())
    if (!key) throw new KeyFileError(`Line ${index + 1} of the key file ${path} is damaged. ${RESTORE}`)
    if (keys.some(other => other.version === key.version)) {
      throw new KeyFileError(`The key file ${path} holds version ${key.version} twice. ${RESTORE}`)
    }
    keys.push(key)
  }
  const [newest, ...older] = keys.sort((a, b) => b.version - a.version)
  if (!newest) throw new KeyFileError(`The key file ${path} holds no key. ${RESTORE}`)
  return [newest, ...older]
}

const RESTORE = 'Restore it from a copy; a new key cannot read what an old one sealed.'

/**
 * Adds a new random version, which from then on wraps; the older ones stay and unwrap. Gives the new
 * version number. Two rotations at once are refused, since the later one would drop the other's key.
 */
export function rotateKeyFile(path: string): number {
  const lock = `${path}.lock`
  try {
    closeSync(openSync(lock, 'wx', 0o600))
  } catch (error) {
    throw new KeyFileError(`Another rotation holds ${lock}. Remove that file if none is running.`, {
      cause: error,
    })
  }
  try {
    const version = readKeyFile(path)[0].version + 1
    const text = readFileSync(path, 'utf8').trimEnd()
    const temporary = writeTemporary(path, `${text}\n${formatLine({ version, bytes: randomBytes(32) })}`)
    renameSync(temporary, path)
    syncFolder(path)
    return version
  } finally {
    rmSync(lock, { force: true })
  }
}

function parseLine(line: string): MasterKey | undefined {
  const match = LINE.exec(line)
  if (!match) return undefined
  const [, checked = '', version = '', encoded = '', check = ''] = match
  if (!constantTimeEqual(checkOf(checked), check)) return undefined
  return { version: Number(version), bytes: Buffer.from(encoded, 'base64url') }
}

function formatLine(key: MasterKey): string {
  const line = `mk1.${key.version}.${Buffer.from(key.bytes).toString('base64url')}`
  return `${line}.${checkOf(line)}\n`
}

function checkOf(line: string): string {
  return sha256(line).toString('hex', 0, 4)
}

function writeTemporary(path: string, text: string): string {
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`
  const file = openSync(temporary, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return temporary
}

/** Makes the new name itself durable. Windows cannot open a folder; there the file's own sync has to do. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
