import { Answer } from '#platform/http/handlers.ts'

/**
 * What the page of an HTML body may do, wherever it is opened: nothing is fetched, nothing runs, nothing is submitted,
 * it has an origin of its own, and only our own pages may frame it. Styles and pictures that the message itself carries
 * are shown. It is a header of its own answer because a frame whose text another page supplies would be under that
 * page's policy too, which allows no inline styles.
 */
export const HTML_BODY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox"

const BASE_STYLE =
  ':root{color-scheme:light}html{background:#fff;color:#1a1f20;font:15px/1.6 system-ui,sans-serif;overflow-wrap:anywhere}body{margin:20px 24px}img{max-width:100%}'

/** The HTML body of a message as a page, exactly as it was written, on white paper. */
export function htmlBodyPage(html: string): Answer {
  // A link wants a new window, which the sandbox refuses, so a click leads nowhere. The message's own <html>, <head>
  // and <body> are merged into this document by the parser.
  const head = `<meta charset="utf-8"><base target="_blank"><style>${BASE_STYLE}</style>`
  return new Answer(200, `<!doctype html><html><head>${head}</head><body>${html}</body></html>`, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': HTML_BODY_POLICY,
    'referrer-policy': 'no-referrer',
  })
}
