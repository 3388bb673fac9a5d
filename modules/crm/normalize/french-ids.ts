/** The editions of the French nomenclature of activities that are in use, by the names the register gives them. */
export const NAF_NOMENCLATURES = ['NAFRev2', 'NAF2025'] as const
export type NafNomenclature = (typeof NAF_NOMENCLATURES)[number]

/** La Poste has more establishments than its numbers have check digits; theirs are checked in another way. */
const LA_POSTE = '356000000'

/** What is wrong with a number of the register. */
export type NumberFault = 'form' | 'check_digit'

/** A SIREN as nine digits, whatever stands between them; null for what is none. */
export function checkSiren(text: string): string | null {
  return sirenFault(text) === null ? digitsOf(text) : null
}

/** A SIRET as fourteen digits, whatever stands between them; null for what is none. */
export function checkSiret(text: string): string | null {
  return siretFault(text) === null ? digitsOf(text) : null
}

/** Why a text is no SIREN; null for one that is. */
export function sirenFault(text: string): NumberFault | null {
  const digits = digitsOf(text)
  if (!/^\d{9}$/.test(digits)) return 'form'
  return hasCheckDigit(digits) ? null : 'check_digit'
}

/** Why a text is no SIRET; null for one that is. */
export function siretFault(text: string): NumberFault | null {
  const digits = digitsOf(text)
  if (!/^\d{14}$/.test(digits)) return 'form'
  if (digits.startsWith(LA_POSTE) && sumOf(digits) % 5 === 0) return null
  return hasCheckDigit(digits.slice(0, 9)) && hasCheckDigit(digits) ? null : 'check_digit'
}

/**
 * A NAF code as the register writes it, such as `62.01Z`; null for what cannot be one. The editions share their digits, but not the
 * letter behind them: A to F and Z belong to the second revision, the others to 2025.
 */
export function checkNaf(code: string, nomenclature: string): string | null {
  const edition = nafNomenclature(nomenclature)
  const parts = /^(\d{2})[.\s]?(\d{2})\s?([A-Z])$/.exec(code.trim().toUpperCase())
  const [, division = '00', rest, letter = ''] = parts ?? []
  if (edition === null || division === '00') return null
  return editionOfLetter(letter) === edition ? `${division}.${rest}${letter}` : null
}

/** The edition that a text names, such as `NAF rév. 2`; null for any other. */
export function nafNomenclature(text: string): NafNomenclature | null {
  const key = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
  if (['nafrev2', 'nafrevision2', 'naf2008', 'naf2'].includes(key)) return 'NAFRev2'
  return ['naf2025', 'naf25'].includes(key) ? 'NAF2025' : null
}

/** The edition that a code is of by its letter; null for what cannot be a code. For files that do not say it. */
export function nomenclatureOfNaf(code: string): NafNomenclature | null {
  const edition = editionOfLetter(code.trim().slice(-1).toUpperCase())
  return edition !== null && checkNaf(code, edition) !== null ? edition : null
}

function editionOfLetter(letter: string): NafNomenclature | null {
  if (/^[A-FZ]$/.test(letter)) return 'NAFRev2'
  return /^[G-Y]$/.test(letter) ? 'NAF2025' : null
}

/** Spaces of any width, dots and dashes are how people group digits. */
function digitsOf(text: string): string {
  return text.replace(/[\s\u00A0\u2007\u202F.\u2010-\u2013-]/g, '')
}

function sumOf(digits: string): number {
  return [...digits].reduce((sum, digit) => sum + Number(digit), 0)
}

/** The check of Luhn: every second digit from the right is doubled. */
function hasCheckDigit(digits: string): boolean {
  const sum = [...digits].toReversed().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 1 : 2)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return sum % 10 === 0 && /[1-9]/.test(digits)
}
