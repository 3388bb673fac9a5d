export interface TextPart {
  readonly text: string
  /** The address a part leads to; without it the part is plain text. */
  readonly href?: string | undefined
}

const ADDRESS = /https?:\/\/[^\s<>"'`]+/giu
const TRAILING = /[.,;:!?…*_~\]]+$/u

/** What belongs to the sentence around an address is not part of it: closing marks and unopened parentheses. */
function trimmed(address: string): string {
  let end = address.replace(TRAILING, '')
  while (end.endsWith(')') && end.split(')').length > end.split('(').length) {
    end = end.slice(0, -1).replace(TRAILING, '')
  }
  return end
}

/** Splits plain text into runs of text and web addresses. Joined again, the parts are the text as it was. */
export function linkedText(text: string): TextPart[] {
  const parts: TextPart[] = []
  let from = 0
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0])
    if (!URL.canParse(address)) continue
    if (match.index > from) parts.push({ text: text.slice(from, match.index) })
    parts.push({ text: address, href: address })
    from = match.index + address.length
  }
  if (from < text.length) parts.push({ text: text.slice(from) })
  return parts
}
