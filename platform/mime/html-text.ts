/** The named characters of Latin-1 from 160 on, in their order, as old mail programs write them. */
const LATIN =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'

const NAMED = new Map<string, string>([
  ...LATIN.split(' ').map((name, at): [string, string] => [name, String.fromCharCode(160 + at)]),
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['euro', '€'],
  ['ndash', '–'],
  ['mdash', '—'],
  ['lsquo', '‘'],
  ['rsquo', '’'],
  ['ldquo', '“'],
  ['rdquo', '”'],
  ['hellip', '…'],
  ['bull', '•'],
  ['oelig', 'œ'],
  ['OElig', 'Œ'],
  ['zwnj', ''],
  ['zwj', ''],
])

/** What stands in these is not read. */
const UNREAD = new Set(['script', 'style', 'head', 'title', 'template', 'noscript'])
/** What begins on a line of its own. */
const BLOCKS = new Set(
  'p div tr table ul ol li blockquote h1 h2 h3 h4 h5 h6 section article header footer hr pre address center dl dt dd'.split(
    ' ',
  ),
)

/** What a reader would see of an HTML body, as text with lines. Every character is looked at a fixed number of times. */
export function htmlToText(html: string): string {
  const pieces: string[] = []
  let at = 0
  while (at < html.length) {
    const open = html.indexOf('<', at)
    const end = open < 0 ? html.length : open
    pieces.push(html.slice(at, end).replaceAll(/\s+/g, ' '))
    if (open < 0) break
    at = passTag(html, open, pieces)
  }
  return characters(pieces.join(''))
    .replaceAll(/[ \t\u00a0]+/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

/** Passes what begins with `<`, and gives the place behind it. */
function passTag(html: string, open: number, pieces: string[]): number {
  if (html.startsWith('<!--', open)) return behind(html, '-->', open + 4)
  const match = /^<(\/?)([a-z][a-z0-9]*)/i.exec(html.slice(open, open + 24))
  if (!match) {
    if (/^<[!?]/.test(html.slice(open, open + 2))) return behind(html, '>', open)
    pieces.push('<')
    return open + 1
  }
  const name = (match[2] ?? '').toLowerCase()
  const close = behind(html, '>', open)
  if (name === 'br') pieces.push('\n')
  else if (BLOCKS.has(name)) pieces.push(name === 'p' ? '\n\n' : '\n')
  else if (name === 'td' || name === 'th') pieces.push(' ')
  if (match[1] === '/' || !UNREAD.has(name)) return close
  const rest = new RegExp(`</${name}\\b`, 'gi')
  rest.lastIndex = close
  const ends = rest.exec(html)
  return ends ? behind(html, '>', ends.index) : html.length
}

function behind(html: string, sign: string, from: number): number {
  const found = html.indexOf(sign, from)
  return found < 0 ? html.length : found + sign.length
}

function characters(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z][a-z0-9]{1,8}));?/gi,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return NAMED.get(name) ?? whole
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
      const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
      return isCharacter ? String.fromCodePoint(code) : ''
    },
  )
}
