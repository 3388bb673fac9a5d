import { randomBytes } from 'node:crypto'
import type { SealedAt } from '#platform/crypto/vault.ts'

const SECRET_BYTES = 32

/** Where the secrets of a source are sealed to. */
export function secretAt(orgId: string, id: string, column: 'secret' | 'previous_secret'): SealedAt {
  return { orgId, table: 'intake.sources', column, id }
}

/** A new secret in the spelling of Standard Webhooks, which is one for every other way of checking as well. */
export function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
}
