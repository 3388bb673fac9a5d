import { EmailAddress } from '#platform/contract/fields.ts'

/**
 * An e-mail address as it is compared: in small letters, out of what people paste, such as `Ada <ada@example.com>` or
 * `mailto:ada@example.com`; null for what is none. A domain in another script is none either: nothing here sends to one.
 */
export function normalizeEmail(text: string): string | null {
  const pasted = text.normalize('NFKC').replace(/[\u200B-\u200F\u2060\uFEFF]/g, '')
  const bracketed = /^[^<>]*<([^<>]+)>\s*$/.exec(pasted)
  const bare = (bracketed?.[1] ?? pasted).trim().replace(/^mailto:/i, '')
  const checked = EmailAddress.safeParse(bare)
  return checked.success ? checked.data.toLowerCase() : null
}

/** The domain of an address, in small letters. */
export function domainOfEmail(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase()
}
