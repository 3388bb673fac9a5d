import type { Kit } from '#platform/context.ts'
import { hmacSign, hmacVerify } from '#platform/crypto/tokens.ts'
import { isId } from '#platform/ids.ts'

/** An id of something that belongs to a form, in a spelling that nobody else can make up; each purpose has its own. */
export function signId(kit: Kit, purpose: string, formId: string, id: string): string {
  return `${id}.${hmacSign(kit.keyFor(purpose), formId, id)}`
}

/** The id in a text that `signId` made for this purpose and form; null for any other text. */
export function readSignedId(kit: Kit, purpose: string, formId: string, text: string): string | null {
  const [id = '', signature = '', ...rest] = text.split('.')
  const isOurs = rest.length === 0 && isId(id) && hmacVerify(kit.keyFor(purpose), signature, formId, id)
  return isOurs ? id : null
}
