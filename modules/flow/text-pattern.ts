/** Longer patterns fit nothing, which bounds the work a comparison can take. */
export const PATTERN_LENGTH_MAX = 200

/**
 * Whether the whole text fits a pattern in which * stands for anything, also nothing, and ? for one character.
 * Takes at most text times pattern steps: it goes back to the last * only, never further.
 */
export function isLike(text: string | null, pattern: string): boolean {
  if (text === null || pattern.length > PATTERN_LENGTH_MAX) return false
  const [signs, wanted] = [[...text], [...pattern]]
  let [at, expected] = [0, 0]
  let [star, from] = [-1, 0]
  while (at < signs.length) {
    const sign = wanted[expected]
    if (sign === '*') {
      star = expected
      from = at
      expected += 1
    } else if (sign === '?' || (sign !== undefined && sign === signs[at])) {
      at += 1
      expected += 1
    } else if (star !== -1) {
      from += 1
      at = from
      expected = star + 1
    } else return false
  }
  return wanted.slice(expected).every(sign => sign === '*')
}
