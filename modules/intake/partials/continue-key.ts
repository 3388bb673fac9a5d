import type { Kit } from '#platform/context.ts'
import { readSignedId, signId } from '../signed-id.ts'
import { CONTINUE_PARAMETER } from './partials-api.ts'

const PURPOSE = 'intake.partial'

/** The address that goes on with kept answers: their id, signed, so that it cannot be made up. */
export function continueUrl(
  kit: Kit,
  { formId, key }: { readonly formId: string; readonly key: string },
  submissionId: string,
): string {
  return `${kit.config.publicUrl}/f/${key}?${CONTINUE_PARAMETER}=${signId(kit, PURPOSE, formId, submissionId)}`
}

/** The id of the answers that a parameter of our making is for; null for any other text. */
export function readContinueKey(kit: Kit, formId: string, text: unknown): string | null {
  if (typeof text !== 'string' || text.length > 200) return null
  return readSignedId(kit, PURPOSE, formId, text)
}
