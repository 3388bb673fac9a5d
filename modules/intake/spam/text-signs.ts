import { rated, type Sign, type Typed } from './signs.ts'
import { disposableDomains, functionWords, SHORTENED, soldPhrases } from './word-lists.ts'

const LINK = /(?:https?:\/\/|www\.)[^\s<>"')\]]+/gi
const MARKUP = /<a\s[^>]*href|\[(?:url|link)[=\]]/i
/** Letters that do not stand beside each other in the languages that are written with them. */
const RARE_PAIR =
  /q[bcdfghjkmnpqrtvwxyz]|[bcdfgjkmpqvwxz]q|[bcdfghjkmpqrsvwz]x|x[bdgjkmnrsvwxz]|j[bfghlqrvwxyz]|[gqvwxz]j|v[bcfghjkmpqwxz]|[fhjkpqwx]v|w[jqvxz]|[fjpqvx]z|z[fjqvx]|[cfjkpqvx]w|[fgjmpqvx]k|[qv][cdfghmpt]|j[fghpt]|x[dfghm]|[hvz]f|[jkvwz]b|[jkqvw]g/
const WORD = /[\p{L}\p{M}]+/gu

/** A text as it is compared: small letters without accents, one space between words. */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

/** The words of a text, folded and without links. */
export function wordsOf(text: string): string[] {
  return folded(text.replace(LINK, ' ')).match(WORD) ?? []
}

/** What the texts themselves tell, whoever sent them. `shown` is what the form says, in the languages that it says it in. */
export function textSigns(typed: Typed, shown: string): Sign[] {
  const text = typed.texts.join('\n')
  return [
    ...linkSigns(typed, text),
    ...phraseSigns(text),
    ...scriptSigns([typed.name, ...typed.lines, text].join('\n'), shown),
    ...sentenceSigns(text),
    ...gibberishSigns([...new Set([typed.name, ...typed.lines, text])]),
    ...repeatSigns(typed),
    ...addressSigns(typed.email),
  ].filter(sign => sign.points > 0)
}

function linkSigns(typed: Typed, text: string): Sign[] {
  const links = text.match(LINK) ?? []
  const rest = wordsOf(text).length
  const lines = typed.lines.filter(line => /https?:\/\/|www\.|<a\s|\[url/i.test(line))
  return [
    {
      code: 'markup',
      words: 'The text has links in the code of web pages.',
      points: MARKUP.test(text) ? 8 : 0,
    },
    {
      code: 'links',
      words: links.length === 1 ? 'The text has a link.' : `The text has ${links.length} links.`,
      points: rated(links.length, [0, 1, 3, 6, 6, 9]),
    },
    {
      code: 'only_link',
      words: 'The text says little beside its link.',
      points: links.length > 0 && rest < 5 ? 4 : 0,
    },
    {
      code: 'short_link',
      words: 'The text has a link that hides where it leads.',
      points: SHORTENED.test(text) ? 4 : 0,
    },
    {
      code: 'link_in_line',
      words: 'There is a link in an answer that asks for none.',
      points: lines.length > 0 ? 7 : 0,
    },
  ]
}

function phraseSigns(text: string): Sign[] {
  const said = folded(text)
  const found = soldPhrases.filter(phrase => phrase.test(said)).length
  const points = rated(found, [0, 3, 6, 9, 10])
  return [{ code: 'phrases', words: 'The text offers what mass mailings offer.', points }]
}

const SCRIPTS = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Arabic',
  'Hebrew',
  'Thai',
]
const ofScript = SCRIPTS.map(script => new RegExp(`\\p{Script=${script}}`, 'gu'))

function countsOf(text: string): number[] {
  return ofScript.map(script => text.match(script)?.length ?? 0)
}

function scriptSigns(text: string, shown: string): Sign[] {
  const words = text.match(WORD) ?? []
  const mixed = words.filter(
    word => /\p{Script=Latin}/u.test(word) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(word),
  )
  const disguised =
    (text.match(/[\u{1d400}-\u{1d7ff}\u{ff21}-\u{ff5a}]/gu)?.length ?? 0) > 3 ||
    /[A-Za-z][\u200b-\u200d\u2060\ufeff][A-Za-z]/.test(text)
  const [counts, known] = [countsOf(text), countsOf(shown)]
  const total = counts.reduce((sum, count) => sum + count, 0)
  const isForeign = counts.some((count, index) => count > 10 && count > total / 2 && known[index] === 0)
  return [
    {
      code: 'mixed_letters',
      words: 'Words mix letters of several alphabets.',
      points: rated(mixed.length, [0, 3, 6]),
    },
    { code: 'disguised_letters', words: 'Letters are disguised as other signs.', points: disguised ? 5 : 0 },
    {
      code: 'other_alphabet',
      words: 'The text is written in another alphabet than the form.',
      points: isForeign ? 2 : 0,
    },
  ]
}

/** Whether it reads like sentences at all. */
function sentenceSigns(text: string): Sign[] {
  const words = wordsOf(text).filter(word => /^[a-z]+$/.test(word))
  const bound = words.filter(word => functionWords.has(word)).length
  const isSalad = words.length >= 8 && bound < words.length / 14
  // People put something between sentences, and between things that they only name.
  const isRow = !/[\p{P}\n]/u.test(text.trim().replace(/\p{P}$/u, ''))
  const saladPoints = isRow ? (words.length >= 14 ? 8 : 6) : 2
  const distinct = new Set(words).size
  const letters = text.match(/\p{L}/gu) ?? []
  const capitals = text.match(/\p{Lu}/gu) ?? []
  return [
    {
      code: 'no_sentence',
      words: 'The text is a row of words and no sentence.',
      points: isSalad ? saladPoints : 0,
    },
    {
      code: 'same_words',
      words: 'The text says the same words over and over.',
      points: words.length >= 8 && distinct < words.length / 3 ? 3 : 0,
    },
    {
      code: 'shouted',
      words: 'The text is written in capitals.',
      points: letters.length >= 30 && capitals.length > letters.length * 0.7 ? 2 : 0,
    },
  ]
}

/** Words that change between small and capital letters inside themselves, or whose letters nobody puts side by side. */
function gibberishSigns(texts: readonly string[]): Sign[] {
  const letters = texts.join('\n').replace(LINK, ' ').normalize('NFKD').replace(/\p{M}/gu, '')
  const words = [...new Set(letters.match(/[A-Za-z]{7,}/g) ?? [])]
  const jagged = words.filter(word => (word.match(/[a-z][A-Z]/g)?.length ?? 0) >= 2).length
  const pairs = words.reduce((sum, word) => sum + word.length - 1, 0)
  const rare = words.reduce((sum, word) => sum + rareIn(word.toLowerCase()), 0)
  const bare = words.filter(word => word.length >= 9 && !/[aeiouy]/i.test(word)).length
  const isGibberish = rare >= 3 && rare > pairs * 0.08
  const points = Math.min(10, (isGibberish ? 7 : 0) + rated(jagged, [0, 4, 8]) + rated(bare, [0, 4, 8]))
  return [{ code: 'gibberish', words: 'Answers are made of random letters.', points }]
}

function rareIn(word: string): number {
  let count = 0
  for (let index = 0; index < word.length - 1; index++) {
    if (word.slice(index, index + 2).search(RARE_PAIR) === 0) count++
  }
  return count
}

function repeatSigns({ lines, texts }: Typed): Sign[] {
  const all = [...lines, ...texts].map(folded).filter(text => text.length > 3)
  const most = Math.max(0, ...all.map(text => all.filter(other => other === text).length))
  const isLineText = texts.some(text => lines.some(line => folded(line) === folded(text) && text.length > 3))
  const points = most >= 3 || isLineText ? 4 : most === 2 ? 1 : 0
  return [{ code: 'same_answers', words: 'Several questions have the same answer.', points }]
}

function addressSigns(email: string): Sign[] {
  const [local = '', domain = ''] = email.toLowerCase().split('@')
  const dots = local.split('.').length - 1
  const letters = local.replace(/[^a-z]/g, '')
  const isRandom = rareIn(letters) >= 3 && rareIn(letters) > letters.length * 0.15
  const isScattered = dots >= 4 && /^g(?:oogle)?mail\.com$/.test(domain)
  const hasManyDigits = (local.match(/\d/g)?.length ?? 0) >= 7
  return [
    {
      code: 'disposable_address',
      words: `Addresses at ${domain} are made to be thrown away.`,
      points: disposableDomains.has(domain) ? 3 : 0,
    },
    {
      code: 'odd_address',
      words: 'The e-mail address looks made up by a program.',
      points: isScattered || isRandom ? 3 : hasManyDigits ? 1 : 0,
    },
  ]
}
