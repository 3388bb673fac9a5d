import type { Kit } from '#platform/context.ts'
import { hmacSign } from '#platform/crypto/tokens.ts'
import { callerKey } from '#platform/http/caller.ts'
import type { PublishedForm } from '../published-forms.ts'
import { isAllowedSite } from './allowed-sites.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * The id of a submission that came without one, from a form that somebody wrote into a page of their own: the same answers
 * to the same form from the same address on one day are one act of sending, however often its button was pressed.
 */
export function plainSubmissionId(
  kit: Kit,
  formId: string,
  sender: { readonly address: string; readonly answers: Readonly<Record<string, unknown>> },
): string {
  const day = String(Math.floor(kit.clock.now().getTime() / DAY_MS))
  const answers = JSON.stringify(Object.entries(sender.answers).sort(([a], [b]) => (a < b ? -1 : 1)))
  const mark = hmacSign(kit.keyFor('intake.plain-post'), formId, day, callerKey(sender.address), answers)
  const hex = Buffer.from(mark, 'base64url').toString('hex')
  // A UUID of version 8 (RFC 9562, section 5.8): its bits are ours.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** The answers among what was posted. A page of one's own may name its button and ask for more: that is left out. */
export function knownAnswers<T>(
  form: PublishedForm,
  answers: Readonly<Record<string, T>>,
): Record<string, T> {
  const known = new Set(form.fields.map(field => field.key))
  return Object.fromEntries(Object.entries(answers).filter(([key]) => known.has(key)))
}

/** The page of an allowed host that a post wants to lead to, or null. */
export function nextPage(kit: Kit, form: PublishedForm, next: unknown): string | null {
  const url = typeof next === 'string' ? URL.parse(next) : null
  return url !== null && isAllowedSite(kit, form, url.origin) ? url.href : null
}
