import { randomBytes } from 'node:crypto'
import type { Kit } from '#platform/context.ts'
import { hmacSign } from '#platform/crypto/tokens.ts'
import type { Tx } from '#platform/db/database.ts'

const CODES = 10
const CHARACTERS = 16
/** 32 characters that are not taken for one another; 16 of them are 80 bits. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'

/** Ten new codes; the ones before end. They are shown to the person and kept as keyed hashes only. */
export async function makeRecoveryCodes(tx: Tx, kit: Kit, userId: string): Promise<string[]> {
  const codes = Array.from({ length: CODES }, newCode)
  await tx.query('delete from iam.recovery_codes where user_id = $1', [userId])
  await tx.query(
    'insert into iam.recovery_codes (user_id, code_hash) select $1, hash from unnest($2::bytea[]) as made (hash)',
    [userId, codes.map(code => hashOf(kit, userId, code))],
  )
  return codes
}

/** The codes of a person who has none yet; empty for one who has some, because they are never shown again. */
export async function firstRecoveryCodes(tx: Tx, kit: Kit, userId: string): Promise<string[]> {
  const some = await tx.query('select 1 from iam.recovery_codes where user_id = $1 limit 1', [userId])
  return some.rowCount === 0 ? makeRecoveryCodes(tx, kit, userId) : []
}

/** Whether a code is one of the person's that was not used; it is used up by this. */
export async function acceptRecoveryCode(tx: Tx, kit: Kit, userId: string, typed: string): Promise<boolean> {
  const used = await tx.query(
    'update iam.recovery_codes set used_at = now() where user_id = $1 and code_hash = $2 and used_at is null',
    [userId, hashOf(kit, userId, typed)],
  )
  return used.rowCount === 1
}

function newCode(): string {
  const characters = Array.from(randomBytes(CHARACTERS), byte => ALPHABET[byte % ALPHABET.length]).join('')
  return (characters.match(/.{4}/g) ?? []).join('-')
}

/** Keyed, because 80 bits without a key could be searched by whoever holds a copy of the database. */
function hashOf(kit: Kit, userId: string, typed: string): Buffer {
  const code = typed.toLowerCase().replace(/[\s-]/g, '')
  return Buffer.from(hmacSign(kit.keyFor('iam.recovery-codes'), userId, code), 'base64url')
}
