import type { Kit } from '#platform/context.ts'
import { hmacSign } from '#platform/crypto/tokens.ts'
import { asSealed, type SealedAt } from '#platform/crypto/vault.ts'
import type { Tx } from '#platform/db/database.ts'
import { newId } from '#platform/ids.ts'

/** Letters to one address in one hour and in one day, from the whole installation. */
const HOURLY_MAX = 10
const DAILY_MAX = 30
/** RFC 5321, section 4.5.4.1: "the give-up time generally needs to be at least 4-5 days". */
const GIVE_UP = '5 days'

/** A letter of the installation to a person, apart from every organization's mailbox. */
export interface SystemLetter {
  readonly to: string
  readonly subject: string
  /**
   * Paragraphs with an empty line between them. One that is nothing but `Accept the invitation:` and a URL on the next
   * line becomes a button.
   */
  readonly text: string
  /** After this nobody needs it any more: it is neither sent nor kept. Null for one that stays true. */
  readonly expiresAt: Date | null
  /** In whose name it is written; the product's own when absent. */
  readonly organizationName?: string
}

/** What of a letter is stored, sealed as one. */
export type LetterContent = Pick<SystemLetter, 'to' | 'subject' | 'text' | 'organizationName'>

/**
 * Stores a letter in the caller's transaction, in an organization or outside; it is sent after the commit. One that is
 * too much for its recipient (10 an hour, 30 a day) is dropped without a word to the caller, whose answer must not tell
 * what others have sent; the row that stays says so.
 */
export async function queueLetter(tx: Tx, kit: Kit, letter: SystemLetter): Promise<void> {
  const id = newId()
  const recipient = recipientKey(kit, letter.to)
  // Until the commit, so that of many at the same time no more than the limit get through.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `letters ${recipient.toString('hex')}`,
  ])
  const { to, subject, text, organizationName } = letter
  const content: LetterContent = {
    to,
    subject,
    text,
    ...(organizationName === undefined ? {} : { organizationName }),
  }
  const sealed = await kit.vault.seal(JSON.stringify(content), contentAt(id))
  await tx.query(STORE, [id, recipient, sealed, letter.expiresAt])
  tx.afterCommit(() => kit.wake.signal('letters'))
}

const STORE = `
  insert into iam.letters (id, recipient, content, state, expires_at, last_error)
  select $1, $2, case when full_up then null else $3 end, case when full_up then 'failed' else 'queued' end,
    coalesce($4::timestamptz, now() + interval '${GIVE_UP}'),
    case when full_up then 'Too many letters to this address in a short time.' end
  from (
    select count(*) >= ${DAILY_MAX} or count(*) filter (where created_at > now() - interval '1 hour') >= ${HOURLY_MAX} as full_up
    from iam.letters
    where recipient = $2 and created_at > now() - interval '1 day' and (state <> 'failed' or attempts > 0)
  ) limits`

/** Under which the letters to an address are counted, however it is written. */
export function recipientKey(kit: Kit, address: string): Buffer {
  return Buffer.from(hmacSign(kit.keyFor('iam.letter-recipients'), address.toLowerCase()), 'base64url')
}

/** What a stored letter says. */
export async function openLetter(kit: Kit, row: { id: string; content: string }): Promise<LetterContent> {
  return JSON.parse(await kit.vault.openText(asSealed(row.content), contentAt(row.id)))
}

/** The vault ties a value to an organization; a letter has none. */
function contentAt(id: string): SealedAt {
  return { orgId: '00000000-0000-0000-0000-000000000000', table: 'iam.letters', column: 'content', id }
}
