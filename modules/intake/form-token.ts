import type { Kit } from '#platform/context.ts'
import { hmacSign, hmacVerify } from '#platform/crypto/tokens.ts'
import { isId, newId } from '#platform/ids.ts'
import { intakeErrors } from './errors.ts'

const PURPOSE = 'intake.form-token'
/** Nobody reads a form and fills it in, or presses its button by hand, in less. */
const AGE_MIN_MS = 1000
const AGE_MAX_MS = 24 * 60 * 60 * 1000
/** How far the clocks of two processes may be apart. */
const SKEW_MS = 60_000

/** What a page carries: the id of the act of sending it, and proof of when it was made. */
export interface FormToken {
  readonly submissionId: string
  readonly token: string
}

/**
 * A token for one showing of a form: issue time and submission id, signed together with the form's id. It is for a submission of
 * its own, or for one that was begun before.
 */
export function issueFormToken(kit: Kit, formId: string, submissionId = newId()): FormToken {
  const issued = kit.clock.now().getTime().toString(36)
  const signature = hmacSign(kit.keyFor(PURPOSE), formId, issued, submissionId)
  return { submissionId, token: `${issued}.${submissionId}.${signature}` }
}

/** What a token of ours for this form says, however old it is; null for one that is not. */
export function readFormToken(
  kit: Kit,
  formId: string,
  token: string,
): { submissionId: string; ageMs: number } | null {
  const [issued = '', submissionId = '', signature = '', ...rest] = token.split('.')
  const isOurs =
    rest.length === 0 &&
    isId(submissionId) &&
    hmacVerify(kit.keyFor(PURPOSE), signature, formId, issued, submissionId)
  const ageMs = kit.clock.now().getTime() - Number.parseInt(issued, 36)
  return isOurs && ageMs >= -SKEW_MS ? { submissionId, ageMs } : null
}

/** Whether a token is of a page of ours for this form that is still open: made a day ago at most. */
export function isPageOpen(kit: Kit, formId: string, token: string): boolean {
  const read = readFormToken(kit, formId, token)
  return read !== null && read.ageMs <= AGE_MAX_MS
}

/**
 * The submission a page was made for: by us, for this form, not just now and not long ago. Throws
 * `intake.sent_too_fast` under a second, `intake.page_expired` after a day, `intake.token_invalid` for everything else.
 */
export function checkFormToken(kit: Kit, formId: string, token: string): string {
  const { submissionId, ageMs } = openPage(kit, formId, token)
  if (ageMs < AGE_MIN_MS) throw intakeErrors.sent_too_fast()
  return submissionId
}

/**
 * The submission of a page that is open, however short a time. Throws `intake.page_expired` after a day, `intake.token_invalid` for
 * what is no token of this form.
 */
export function openPage(kit: Kit, formId: string, token: string): { submissionId: string; ageMs: number } {
  const read = readFormToken(kit, formId, token)
  if (!read) throw intakeErrors.token_invalid()
  if (read.ageMs > AGE_MAX_MS) throw intakeErrors.page_expired()
  return read
}
