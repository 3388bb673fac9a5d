/** As many characters as a first or a last name may have in its column. */
export const NAME_MAX = 200

/**
 * First and last name out of one line. The last word is the last name, a single word the first name; nobody can
 * know better ("Ludwig van Beethoven", "Ng Siew Hoon"), so people can correct it, and nothing is lost.
 */
export function splitName(full: string): { firstName: string | null; lastName: string | null } {
  const words = full.split(/\s+/u).filter(Boolean)
  const last = words.length > 1 ? words.pop() : undefined
  return { firstName: cleanName(words.join(' ')), lastName: last === undefined ? null : cleanName(last) }
}

/** A name as it is stored: trimmed, at most 200 characters, null when there is nothing. */
export function cleanName(text: string | undefined): string | null {
  return cutText(text?.trim() ?? '', NAME_MAX) || null
}

/** The first `max` characters as PostgreSQL counts them, so that no character is cut in half. */
export function cutText(text: string, max: number): string {
  return text.length <= max ? text : [...text].slice(0, max).join('')
}
