const WORD_MAX = 40

/**
 * A word of small letters, digits and `_` made out of what people call something, such as `date_de_renouvellement`, unlike those
 * that are taken. `otherwise` stands in where nothing of the label can be kept.
 */
export function wordFrom(label: string, otherwise: string, taken: ReadonlySet<string>): string {
  const plain = label
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[0-9_]+(?=[a-z])|^_+|_+$/g, '')
    .slice(0, WORD_MAX)
    .replace(/_+$/, '')
  const word = /^[a-z]/.test(plain) ? plain : `${otherwise}${plain === '' ? '' : `_${plain}`}`
  for (let number = 2, made = word; ; number++) {
    if (!taken.has(made)) return made
    made = `${word}_${number}`
  }
}
