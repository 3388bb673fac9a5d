/** A part of a text, and whether it is what was looked for. */
export interface TextPart {
  readonly text: string
  readonly isFound: boolean
  /** Where it begins, which tells it from the others. */
  readonly at: number
}

const LIGATURES: Readonly<Record<string, string>> = { ß: 'ss', œ: 'oe', æ: 'ae', ø: 'o', ł: 'l' }

/** A character as searches compare it: small, without accents; sometimes two letters, sometimes none. */
function folded(character: string): string {
  const small = character.toLowerCase()
  return (LIGATURES[small] ?? small).normalize('NFKD').replace(/\p{M}/gu, '')
}

/** Cuts a text where the words that were looked for begin and end; words come as the search compares them. */
export function highlightParts(text: string, words: readonly string[]): TextPart[] {
  const places: number[] = []
  let plain = ''
  let at = 0
  for (const character of text) {
    const letters = folded(character)
    for (let n = 0; n < letters.length; n++) places.push(at)
    plain += letters
    at += character.length
  }
  places.push(text.length)
  const found = new Array<boolean>(text.length).fill(false)
  for (const word of words) {
    if (word === '') continue
    for (let start = plain.indexOf(word); start >= 0; start = plain.indexOf(word, start + 1)) {
      found.fill(true, places[start], endOf(places, start + word.length, text.length))
    }
  }
  const parts: TextPart[] = []
  for (let from = 0; from < text.length; ) {
    let to = from + 1
    while (to < text.length && found[to] === found[from]) to++
    parts.push({ text: text.slice(from, to), isFound: found[from] ?? false, at: from })
    from = to
  }
  return parts
}

/** Where the character that a word ends in ends itself: accents that stand apart belong to their letter. */
function endOf(places: readonly number[], after: number, length: number): number {
  const last = places[after - 1] ?? 0
  return places.slice(after).find(place => place > last) ?? length
}
