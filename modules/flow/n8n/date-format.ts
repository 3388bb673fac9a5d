/** Formats of dates, from the letters of Luxon and Moment to those of templates. Browser-safe. */

import { Untranslatable } from './item.ts'

const LUXON: Readonly<Record<string, string>> = {
  yyyy: 'YYYY',
  y: 'YYYY',
  yy: 'YY',
  LLLL: 'MMMM',
  MMMM: 'MMMM',
  LLL: 'MMM',
  MMM: 'MMM',
  LL: 'MM',
  MM: 'MM',
  L: 'M',
  M: 'M',
  dd: 'DD',
  d: 'D',
  EEEE: 'dddd',
  cccc: 'dddd',
  EEE: 'ddd',
  ccc: 'ddd',
  HH: 'HH',
  H: 'H',
  hh: 'hh',
  h: 'h',
  mm: 'mm',
  m: 'm',
  ss: 'ss',
  s: 's',
  a: 'A',
  ZZ: 'Z',
}

const MOMENT: ReadonlySet<string> = new Set(
  'YYYY YY MMMM MMM MM M dddd ddd DD D HH H hh h mm m ss s A a Z'.split(' '),
)

/** Throws Untranslatable for letters that templates do not know. */
export function dateFormat(format: string): string {
  const isMoment = /YYYY|DD|dddd|\[/.test(format)
  const pieces =
    format.match(
      isMoment ? /\[[^\]]*\]|([A-Za-z])\1*|[^A-Za-z[]+|\[/g : /'[^']*'|([A-Za-z])\1*|[^A-Za-z']+|'/g,
    ) ?? []
  return pieces.map(piece => (isMoment ? momentPiece(piece) : luxonPiece(piece))).join('')
}

function luxonPiece(piece: string): string {
  if (piece.startsWith("'")) return `[${piece.slice(1, -1)}]`
  if (!/^[A-Za-z]/.test(piece)) return piece
  // The T between day and time is often left unquoted, and Luxon writes something else for it that nobody wants.
  return LUXON[piece] ?? refuse(piece)
}

function momentPiece(piece: string): string {
  if (piece === 'T') return '[T]'
  return /^[A-Za-z]/.test(piece) && !MOMENT.has(piece) ? refuse(piece) : piece
}

function refuse(letters: string): never {
  throw new Untranslatable(`a date with "${letters}" in its format`)
}
