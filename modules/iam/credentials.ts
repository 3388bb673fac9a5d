import { crc32 } from 'node:zlib'
import type { Kit } from '#platform/context.ts'
import { randomToken, sha256 } from '#platform/crypto/tokens.ts'
import type { Tx } from '#platform/db/database.ts'

/** What a token is for. Each kind is looked up in its own table and accepted at its own door only. */
export type CredentialKind = 'session' | 'access' | 'refresh' | 'key' | 'invitation'

const prefixes = { session: 'mrs', access: 'mra', refresh: 'mrr', key: 'mrk', invitation: 'mri' } as const

/** A token as its holder keeps it (`text`) and as it is stored (`hash`). */
export interface Credential {
  readonly text: string
  readonly hash: Buffer
  readonly orgId: string | null
}

const NO_ORGANIZATION = '0'.repeat(32)
const TEXT = /^(mrs|mra|mrr|mrk|mri)_([0-9a-f]{32})_[A-Za-z0-9_-]{43}([0-9A-Za-z]{6})?$/

/**
 * Makes a token: kind, organization and 256 random bits. The organization in it is no secret and proves
 * nothing; it lets the server open that organization's transaction at once. The hash covers the whole text,
 * so a token with another organization written into it is unknown. A key ends with a checksum, by which a program that
 * looks for secrets where none belong tells it from random text.
 */
export function mintCredential(
  kind: CredentialKind,
  orgId: string | null,
  secret: string = randomToken(),
): Credential {
  const organization = orgId === null ? NO_ORGANIZATION : orgId.replaceAll('-', '')
  const body = `${prefixes[kind]}_${organization}_${secret}`
  const text = kind === 'key' ? body + checksumOf(body) : body
  return { text, hash: sha256(text), orgId }
}

/** Reads a token of one kind; null for anything that cannot be one. Whether it exists is for the table to say. */
export function readCredential(kind: CredentialKind, text: string): Credential | null {
  const match = TEXT.exec(text)
  const [, prefix, organization = '', checksum = ''] = match ?? []
  if (prefix !== prefixes[kind]) return null
  const body = text.slice(0, text.length - checksum.length)
  if (checksum !== (kind === 'key' ? checksumOf(body) : '')) return null
  return { text, hash: sha256(text), orgId: organization === NO_ORGANIZATION ? null : dashed(organization) }
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** CRC-32 in six digits to the base 62, the way of other services whose keys scanners know. */
function checksumOf(body: string): string {
  let rest = crc32(body)
  let digits = ''
  for (let n = 0; n < 6; n++) {
    digits = DIGITS[rest % 62] + digits
    rest = Math.floor(rest / 62)
  }
  return digits
}

function dashed(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/**
 * Opens the transaction of the organization that a token names. Nothing but the token's own rows may be read
 * in it before they are found, because the name alone proves nothing.
 */
export function inOrganizationOf<T>(
  kit: Kit,
  credential: Credential,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return credential.orgId === null ? kit.db.withGlobal(work) : kit.db.withOrg(credential.orgId, work)
}
