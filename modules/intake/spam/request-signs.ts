import type { Manner, Sign, Typed } from './signs.ts'

const PROGRAM =
  /^$|bot|crawl|spider|curl|wget|python|requests|urllib|aiohttp|httpx|scrapy|java\/|okhttp|go-http|node|axios|libwww|perl|ruby|php|guzzle|winhttp|postman|insomnia/i
const DRIVEN = /headless|phantomjs|electron|puppeteer|playwright|selenium/i
/** Browsers of ten years ago. Nobody can read the web with them any more; lists of addresses to send from still name them. */
const OLD = /MSIE |Trident\/[1-6]|Windows NT 5|Chrome\/[1-6]?\d\.|Firefox\/[1-6]?\d\.|Opera\/9/
/** From these on a browser says where a request came from. */
const SAYS_SITE = /Chrome\/(?:[89]\d|\d{3})\.|Firefox\/(?:9\d|\d{3})\.|Version\/(?:16\.[4-9]|1[7-9]|2\d)/

const QUICK_MS = 3000
const QUICK_CHARACTERS = 40
/** A fast typist writes ten characters a second. */
const PER_SECOND_MAX = 40

/** What the way it was sent tells. A visitor without script is only a little odd; programs are welcome too. */
export function requestSigns(manner: Manner, typed: Typed, isSecure: boolean): Sign[] {
  const { channel, isTrapped, missing } = manner
  const signs: Sign[] = [
    { code: 'trap', words: 'A field was filled in that nobody sees.', points: isTrapped ? 100 : 0 },
    {
      code: 'no_script',
      words: 'The page was sent without its script.',
      points: channel === 'plain' ? 2 : 0,
    },
    {
      code: 'no_page',
      words: 'It was sent by a program, not from the page.',
      points: channel === 'program' ? 2 : 0,
    },
    {
      code: 'not_whole',
      words: 'Parts are missing that a browser always sends.',
      points: missing.length > 0 ? 4 : 0,
    },
    ...speedSigns(manner, typed),
    ...(channel === 'program' ? [] : headerSigns(manner, isSecure)),
  ]
  return signs.filter(sign => sign.points > 0)
}

function speedSigns({ ageMs }: Manner, typed: Typed): Sign[] {
  const length = typed.texts.reduce((sum, text) => sum + text.length, 0)
  if (ageMs === null || length < QUICK_CHARACTERS) return []
  const isQuick = ageMs < QUICK_MS
  const points = isQuick ? 5 : (length * 1000) / ageMs > PER_SECOND_MAX ? 3 : 0
  const seconds = Math.max(1, Math.round(ageMs / 1000))
  const words = `${length.toLocaleString('en')} characters were there ${seconds} s after the page was opened.`
  return [{ code: 'fast', words, points }]
}

function headerSigns({ channel, headers }: Manner, isSecure: boolean): Sign[] {
  const said = (name: string) => String(headers[name] ?? '')
  const agent = said('user-agent')
  const isPlain = channel === 'plain'
  return [
    {
      code: 'driven_browser',
      words: 'The browser says that a program drives it.',
      points: DRIVEN.test(agent) ? 1 : 0,
    },
    {
      code: 'program',
      words: 'What sent it is no browser by its own name.',
      points: isPlain && PROGRAM.test(agent) ? 2 : 0,
    },
    {
      code: 'old_browser',
      words: 'It names a browser that no longer works on the web.',
      points: OLD.test(agent) ? 2 : 0,
    },
    {
      code: 'no_language',
      words: 'The browser names no language.',
      points: isPlain && said('accept-language') === '' ? 2 : 0,
    },
    {
      code: 'no_origin',
      words: 'The browser does not say from which page it comes.',
      points: isPlain && said('origin') === '' && said('referer') === '' ? 1 : 0,
    },
    {
      code: 'not_that_browser',
      words: 'It is not the browser that it says it is.',
      // Over plain HTTP browsers leave it out.
      points: isPlain && isSecure && SAYS_SITE.test(agent) && said('sec-fetch-site') === '' ? 3 : 0,
    },
  ]
}
