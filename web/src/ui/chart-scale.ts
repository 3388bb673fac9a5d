/** The top of an axis that begins at 0: the least of 1, 2 and 5 times a power of ten that holds `max`. */
export function niceTop(max: number): number {
  if (max <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(max))
  return [1, 2, 5, 10].map(step => step * power).find(top => top >= max) ?? max
}

/** Which of `count` columns carry a label, so that at most `most` do: evenly spaced, the first among them. */
export function labelled(count: number, most: number): (index: number) => boolean {
  const step = Math.max(1, Math.ceil(count / most))
  return index => index % step === 0
}
