/** Folds a text as names, headings and options are compared: small letters without accents, one space between words. */
export function foldCell(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replace(/\s+/gu, ' ')
    .trim()
}
