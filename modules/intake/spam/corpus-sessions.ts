import type { Seeded } from '#platform/seeded.ts'
import type { FormDefinition } from '../form-definition.ts'
import {
  customerMessages,
  dictionarySentences,
  dictionaryWords,
  enquiries,
  familyNames,
  givenNames,
  nouns,
  otherNames,
  randomLetters,
  spunOffer,
} from './corpus-texts.ts'

/** The form that all of them send. */
export const CORPUS_FORM: Omit<FormDefinition, 'name'> = {
  title: 'How can we help?',
  intro: 'Tell us what you need. We answer within a day.',
  status: 'published',
  fields: [
    { type: 'TEXT', key: 'name', label: 'Your name', required: true },
    { type: 'EMAIL', key: 'email', label: 'Your e-mail address', required: true },
    { type: 'TEXT', key: 'company', label: 'Company' },
    { type: 'DROPDOWN', key: 'budget', label: 'Budget', options: ['$500', '$5000', '$10000+'] },
    { type: 'LONG_TEXT', key: 'message', label: 'Message' },
  ],
}

export interface Answers {
  readonly name: string
  readonly email: string
  readonly company: string
  readonly budget: string
  readonly message: string
}

/** Somebody, or something, that sends a form. */
export interface Session {
  readonly kind: string
  readonly isHuman: boolean
  readonly answers: Answers
  /** Where it comes from. */
  readonly address: string
  readonly headers: Readonly<Record<string, string>>
  /** Which of the forms. */
  readonly form: number
  /** When the page is opened, in milliseconds from the beginning, and how long it stays open. */
  readonly openAt: number
  readonly waitMs: number
  /** Opens the page and sends it plainly, as its script does, or sends it without a page. */
  readonly way: 'plain' | 'script' | 'no page'
  /** Runs the script, so that it can do the work that it is asked for. */
  readonly canWork: boolean
  /** What it sends beside the answers. */
  readonly trap?: string
  /** Sends all with the token of its first page. */
  readonly sharesToken?: boolean
  /** Sends again after a refusal, so long after. */
  readonly triesAgainMs?: number
  /** Sends the same twice at once. */
  readonly isDoubled?: boolean
  /** Sends an answer that is wrong first. */
  readonly isCorrected?: boolean
  /** Leaves out what it need not send. */
  readonly isSparse?: boolean
}

const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
]

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
/** The corpus lasts two days. */
const SPAN_MS = 48 * HOUR_MS

/** All that a browser says of itself when it sends a form. */
function browserHeaders(chance: Seeded): Record<string, string> {
  return {
    'user-agent': chance.pick(BROWSERS),
    'accept-language': chance.pick(['en-US,en;q=0.9', 'de', 'fr-FR,fr;q=0.8,en;q=0.5', 'pl', 'ja']),
    'sec-fetch-site': 'same-origin',
    origin: 'null',
  }
}

function anywhere(chance: Seeded): string {
  return [chance.whole(11, 99), chance.whole(0, 255), chance.whole(0, 255), chance.whole(1, 254)].join('.')
}

function folded(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z]/g, '')
}

/** What people put down, each under an address of their own. */
function humanAnswers(chance: Seeded, index: number): Answers {
  const [given, family] = [chance.pick(givenNames), chance.pick(familyNames)]
  const name = chance.chance(0.1) ? chance.pick(otherNames) : `${given} ${family}`
  const domain = chance.chance(0.03)
    ? 'yopmail.com'
    : chance.pick([
        'gmail.com',
        'web.example',
        'posteo.example',
        'bakery.example',
        'outlook.com',
        'uni.example',
      ])
  // Nobody writes what somebody else has written.
  const message = [...enquiries, ...customerMessages][index] ?? ''
  return {
    name,
    email: `${folded(given) || 'me'}.${folded(family) || 'x'}${index}@${domain}`,
    company: chance.chance(0.4)
      ? `${family} ${chance.pick(['GmbH', 'Ltd', 'SARL', '& Sons', 'Bakery'])}`
      : '',
    budget: chance.pick(['', '$500', '$5000', '$10000+']),
    message: chance.chance(0.85) ? message : '',
  }
}

const OFFICE = '203.0.113.7'

/** Two hundred people: they type, let the browser fill in, take a day, use keys alone, or have no script. */
export function humanSessions(chance: Seeded, forms: number): Session[] {
  const kinds = ['types', 'autofill', 'slow', 'keyboard only', 'without script'] as const
  return Array.from({ length: 200 }, (_, index): Session => {
    const kind = kinds[index % kinds.length] ?? 'types'
    const answers = humanAnswers(chance, index)
    const typing = answers.message.length * chance.whole(120, 400)
    const waits: Record<(typeof kinds)[number], () => number> = {
      types: () => 8 * SECOND_MS + typing,
      // Name and address are there at once, and what was written elsewhere is pasted.
      autofill: () => chance.whole(1_300, 7_000),
      slow: () => chance.whole(20 * MINUTE_MS, 23 * HOUR_MS),
      'keyboard only': () => 15 * SECOND_MS + 2 * typing,
      'without script': () => (chance.chance(0.3) ? chance.whole(2_500, 9_000) : 10 * SECOND_MS + typing),
    }
    return {
      kind,
      isHuman: true,
      answers,
      address: chance.chance(0.12) ? OFFICE : anywhere(chance),
      headers: browserHeaders(chance),
      form: chance.whole(0, Math.min(3, forms - 1)),
      openAt: chance.whole(0, SPAN_MS),
      waitMs: Math.round(waits[kind]()),
      way: kind === 'without script' ? 'plain' : 'script',
      canWork: kind !== 'without script',
      isDoubled: chance.chance(0.1),
      isCorrected: chance.chance(0.08),
    }
  })
}

type Bot = (chance: Seeded, index: number) => Partial<Session> & { answers: Answers; way: Session['way'] }

function botAnswers(chance: Seeded, index: number, message: string): Answers {
  const [given, family] = [chance.pick(givenNames), chance.pick(familyNames)]
  return {
    name: `${given} ${family}`,
    email: `${folded(given) || 'al'}${chance.whole(1, 999)}.${index}@${chance.pick(['gmail.com', 'outlook.com', 'mail.example'])}`,
    company: chance.chance(0.5) ? `${chance.pick(nouns)} ${chance.pick(['LLC', 'Group'])}` : '',
    budget: chance.pick(['$500', '$5000', '$10000+']),
    message,
  }
}

const CASINO = [
  'Лучшее онлайн казино с бонусом за регистрацию [url=http://win-casino.example/r]играть[/url]',
  'Bеst саsino bоnus: <a href="http://spin.example/free">free spins</a> http://spin.example http://slots.example',
  '在线赌场 最好的奖金 http://win.example/cn http://win.example/2 http://win.example/3',
  'Купить ссылки прогон по форумам дешево [link=http://xrumer.example]тут[/link]',
]
const PROGRAMS = ['python-requests/2.32.3', 'Go-http-client/1.1', '', 'curl/8.5.0', BROWSERS[0] ?? '']
const POLITE =
  'Good morning, I represent a family company and would be glad to talk with whoever is in charge of purchasing about working together this year.'

/** Ten kinds of bots, of which seven read the page as people do, and five wait and change their address each time. */
export const botKinds: Readonly<Record<string, Bot>> = {
  'fills in every field': (c, i) => ({
    way: 'plain',
    answers: botAnswers(c, i, spunOffer(c)),
    trap: 'https://offers.example',
    waitMs: c.whole(2_000, 9_000),
  }),
  'sends at once, and again when refused': (c, i) => ({
    way: 'plain',
    answers: botAnswers(c, i, 'Earn up to $900 per day from home with crypto: https://bit.ly/3xYz'),
    waitMs: c.whole(50, 900),
    triesAgainMs: c.chance(0.5) ? 1_200 : 0,
  }),
  'sends a hundred times with one token': (c, i) => ({
    way: 'plain',
    answers: botAnswers(c, i, dictionaryWords(c, 14)),
    sharesToken: true,
    waitMs: 3_000 + i * 20_000,
  }),
  'calls the API with links': (c, i) => ({
    way: 'no page',
    answers: botAnswers(
      c,
      i,
      `Check this out https://${c.pick(nouns)}.example/${i} and https://${c.pick(nouns)}.example best price`,
    ),
    headers: { 'user-agent': c.pick(PROGRAMS) },
  }),
  'offers, spun anew each time': (c, i) => ({
    way: 'plain',
    answers: botAnswers(c, i, spunOffer(c)),
    waitMs: c.whole(20_000, 120_000),
  }),
  'random letters': (c, i) => ({
    way: 'plain',
    answers: {
      ...botAnswers(c, i, randomLetters(c, c.whole(10, 24))),
      name: randomLetters(c, c.whole(8, 14)),
      company: randomLetters(c, c.whole(8, 14)),
    },
    waitMs: c.whole(4_000, 30_000),
  }),
  'casinos in other letters': (c, i) => ({
    way: 'plain',
    answers: botAnswers(c, i, `${c.pick(CASINO)} ${i}`),
    waitMs: c.whole(3_000, 20_000),
    isSparse: true,
  }),
  'one polite text to many forms': (c, i) => ({
    way: 'script',
    answers: botAnswers(c, i, `${c.pick(['', 'Hello. ', 'Hi! '])}${POLITE}`),
    form: i,
    waitMs: c.whole(30_000, 200_000),
  }),
  'reads the page, waits, writes words of a dictionary': (c, i) => ({
    way: 'plain',
    answers: botAnswers(c, i, dictionaryWords(c, c.whole(10, 30))),
    waitMs: c.whole(30_000, 200_000),
  }),
  'speaks as the script, waits, writes sentences of a dictionary': (c, i) => ({
    way: 'script',
    answers: botAnswers(c, i, dictionarySentences(c, c.whole(2, 4))),
    waitMs: c.whole(30_000, 240_000),
  }),
}

/** A campaign of one kind of bots: a hundred posts within some hours, each from another address. */
export function botSessions(kind: string, chance: Seeded, forms: number): Session[] {
  const bot = botKinds[kind]
  if (!bot) throw new Error(`There are no bots that are called ${kind}.`)
  const begin = chance.whole(0, SPAN_MS - 8 * HOUR_MS)
  return Array.from({ length: 100 }, (_, index): Session => {
    const made = bot(chance, index)
    const form = (made.form ?? chance.whole(0, 3)) % forms
    return {
      kind,
      isHuman: false,
      address: anywhere(chance),
      headers: browserHeaders(chance),
      openAt: made.sharesToken ? begin : begin + chance.whole(0, 6 * HOUR_MS),
      waitMs: 5_000,
      canWork: false,
      ...made,
      form: made.sharesToken ? 0 : form,
    }
  })
}
