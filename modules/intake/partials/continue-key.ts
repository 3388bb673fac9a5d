import type { Kit } from '#platform/context.ts'
import { hmacSign, hmacVerify } from '#platform/crypto/tokens.ts'
import { isId } from '#platform/ids.ts'
import { CONTINUE_PARAMETER } from './partials-api.ts'

const PURPOSE = 'intake.partial'

/** The address that goes on with kept answers: their id, signed, so that it cannot be made up. */
export function continueUrl(
  kit: Kit,
  { formId, key }: { readonly formId: string; readonly key: string },
  submissionId: string,
): string {
  const signature = hmacSign(kit.keyFor(PURPOSE), formId, submissionId)
  return `${kit.config.publicUrl}/f/${key}?${CONTINUE_PARAMETER}=${submissionId}.${signature}`
}

/** The id of the answers that a parameter of our making is for; null for any other text. */
export function readContinueKey(kit: Kit, formId: string, text: unknown): string | null {
  if (typeof text !== 'string' || text.length > 200) return null
  const [submissionId = '', signature = '', ...rest] = text.split('.')
  const isOurs =
    rest.length === 0 &&
    isId(submissionId) &&
    hmacVerify(kit.keyFor(PURPOSE), signature, formId, submissionId)
  return isOurs ? submissionId : null
}
