import type { Kit } from '#platform/context.ts'
import { readSignedId, signId } from '../signed-id.ts'
import { CONTINUE_PARAMETER } from './partials-api.ts'

const PURPOSE = 'intake.partial'

/**
 * What an address of the form ends with to go on with kept answers: their id, signed, so that it cannot be made up. Whoever
 * has it can read them, so it is made for whoever is known to have written them or is about to.
 */
export function continueSearch(kit: Kit, formId: string, submissionId: string): string {
  return `?${CONTINUE_PARAMETER}=${signId(kit, PURPOSE, formId, submissionId)}`
}

/** The address that goes on with kept answers. */
export function continueUrl(
  kit: Kit,
  { formId, key }: { readonly formId: string; readonly key: string },
  submissionId: string,
): string {
  return `${kit.config.publicUrl}/f/${key}${continueSearch(kit, formId, submissionId)}`
}

/** The id of the answers that a parameter of our making is for; null for any other text. */
export function readContinueKey(kit: Kit, formId: string, text: unknown): string | null {
  if (typeof text !== 'string' || text.length > 200) return null
  return readSignedId(kit, PURPOSE, formId, text)
}
