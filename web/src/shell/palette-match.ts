function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

function scoreIn(text: string, query: string): number {
  const at = text.indexOf(query)
  if (at === 0) return 4
  if (at > 0) return /\s/.test(text[at - 1] ?? '') ? 3 : 2
  let from = 0
  for (const letter of query) {
    const found = text.indexOf(letter, from)
    if (found < 0) return 0
    from = found + 1
  }
  return 1
}

/**
 * How well a label answers what was typed: 4 begins with it, 3 has a word that begins with it, 2 contains
 * it, 1 has its letters in order, 0 not at all. Accents and case do not count.
 */
export function matchScore(label: string, keywords: string, query: string): number {
  const wanted = plain(query.trim())
  if (!wanted) return 1
  return Math.max(scoreIn(plain(label), wanted), keywords ? Math.min(3, scoreIn(plain(keywords), wanted)) : 0)
}
