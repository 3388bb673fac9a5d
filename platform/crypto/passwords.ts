import { argon2, randomBytes } from 'node:crypto'
import { constantTimeEqual } from './tokens.ts'

/** OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, 2 passes, 1 lane. */
const COST: Cost = { memory: 19_456, passes: 2, parallelism: 1 }
const SALT_BYTES = 16
const TAG_BYTES = 32

/** More would let a stranger make us hash megabytes; no password manager makes one as long. */
const MAX_PASSWORD_BYTES = 1024

/** Each hash holds 19 MiB and one of the process's four worker threads, which files and look-ups need too. */
const MAX_AT_ONCE = 2
const MAX_WAITING = 100

type Cost = { readonly memory: number; readonly passes: number; readonly parallelism: number }
type Parsed = Cost & { readonly salt: Buffer; readonly tag: Buffer }

/** `too_long`: over 1024 bytes. `busy`: too many hashes are waiting; answer 503 and let the person retry. */
export class PasswordError extends Error {
  readonly code: 'too_long' | 'busy'

  constructor(code: 'too_long' | 'busy', message: string) {
    super(message)
    this.name = 'PasswordError'
    this.code = code
  }
}

/**
 * Hashes a password with argon2id (RFC 9106) and a random salt, as a PHC string
 * (`$argon2id$v=19$m=19456,t=2,p=1$salt$hash`). Throws `PasswordError`.
 */
export async function hashPassword(password: string): Promise<string> {
  const message = messageOf(password)
  if (!message) throw new PasswordError('too_long', `A password has at most ${MAX_PASSWORD_BYTES} bytes.`)
  const salt = randomBytes(SALT_BYTES)
  const tag = await derive(message, salt, COST, TAG_BYTES)
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${phc(salt)}$${phc(tag)}`
}

/**
 * Whether the password is the one hashed. Give null for an account that does not exist or has no
 * password: the same work is done and the answer is false, so that timing does not tell who has an
 * account. A hash that cannot be read also gives false. Throws `PasswordError` (`busy`) only.
 */
export async function verifyPassword(password: string, encodedHash: string | null): Promise<boolean> {
  const message = messageOf(password)
  const parsed = encodedHash === null ? undefined : parse(encodedHash)
  const { salt, tag, ...cost } = parsed ?? NOBODY
  const derived = await derive(message ?? Buffer.alloc(1), salt, cost, tag.length)
  const equal = constantTimeEqual(derived, tag)
  return equal && parsed !== undefined && message !== undefined
}

/** Whether a hash was made with other parameters than today's, so that the next sign-in should renew it. */
export function needsRehash(encodedHash: string): boolean {
  const parsed = parse(encodedHash)
  return (
    parsed === undefined ||
    parsed.memory !== COST.memory ||
    parsed.passes !== COST.passes ||
    parsed.parallelism !== COST.parallelism ||
    parsed.salt.length < SALT_BYTES ||
    parsed.tag.length !== TAG_BYTES
  )
}

const NOBODY: Parsed = { ...COST, salt: randomBytes(SALT_BYTES), tag: randomBytes(TAG_BYTES) }

/**
 * The bytes to hash: the same typed password is composed differently by different keyboards, so it is
 * brought to NFC (RFC 8265, OpaqueString). Undefined when it is too long.
 */
function messageOf(password: string): Buffer | undefined {
  if (password.length > MAX_PASSWORD_BYTES) return undefined
  const message = Buffer.from(password.normalize('NFC'), 'utf8')
  return message.length > MAX_PASSWORD_BYTES ? undefined : message
}

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** Reads a PHC string. The bounds keep a tampered row from costing gigabytes or minutes. */
function parse(encoded: string): Parsed | undefined {
  const match = PHC.exec(encoded)
  if (!match) return undefined
  const [memory = 0, passes = 0, parallelism = 0] = match.slice(1, 4).map(Number)
  const [salt, tag] = match.slice(4).map(text => Buffer.from(text, 'base64'))
  if (!salt || !tag) return undefined
  if (parallelism < 1 || parallelism > 8 || passes < 1 || passes > 16) return undefined
  if (memory < 8 * parallelism || memory > 262_144) return undefined
  return { memory, passes, parallelism, salt, tag }
}

function phc(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}

let running = 0
const waiting: (() => void)[] = []

/** How many hashes run and wait in this process now, for the metrics and for tests. */
export function passwordLoad(): { readonly running: number; readonly waiting: number } {
  return { running, waiting: waiting.length }
}

async function derive(message: Buffer, nonce: Buffer, cost: Cost, tagLength: number): Promise<Buffer> {
  await takeTurn()
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      argon2('argon2id', { message, nonce, tagLength, ...cost }, (error, tag) => {
        if (error) reject(error)
        else resolve(tag)
      })
    })
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}

/** Waits for one of the places; a finished hash hands its place straight to the first in the queue. */
async function takeTurn(): Promise<void> {
  if (running < MAX_AT_ONCE) {
    running += 1
    return
  }
  if (waiting.length >= MAX_WAITING) {
    throw new PasswordError('busy', 'Too many sign-ins at once. Please try again in a moment.')
  }
  await new Promise<void>(resolve => waiting.push(resolve))
}
