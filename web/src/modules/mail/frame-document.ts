/**
 * What the frame around an HTML body may do: nothing is fetched, nothing runs, nothing is submitted. Styles and
 * pictures that the message itself carries are shown.
 */
export const FRAME_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"

const BASE_STYLE =
  ':root{color-scheme:light}html{background:#fff;color:#1a1f20;font:15px/1.6 system-ui,sans-serif;overflow-wrap:anywhere}body{margin:20px 24px}img{max-width:100%}'

/**
 * The document for a frame with an empty `sandbox`. The policy comes first, before anything of the message, and
 * a second policy inside the message can only forbid more (Content Security Policy Level 3, section 8.1).
 */
export function frameDocument(html: string): string {
  const head = [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${FRAME_POLICY}">`,
    '<meta name="referrer" content="no-referrer">',
    // A link wants a new window, which the sandbox refuses, so a click leads nowhere.
    '<base target="_blank">',
    `<style>${BASE_STYLE}</style>`,
  ]
  // The message's own <html>, <head> and <body> are merged into this document by the parser.
  return `<!doctype html><html><head>${head.join('')}</head><body>${html}</body></html>`
}

const FOREIGN_SOURCE =
  /<(?:img|source|video|audio|link|iframe|object|embed|script)\b[^>]*\b(?:src|srcset|href|data)\s*=\s*["']?\s*(?:https?:)?\/\//i
const FOREIGN_STYLE = /(?:url\(|@import)\s*["']?\s*(?:https?:)?\/\//i

/** Whether a body wants something from elsewhere that the frame will not load. */
export function asksForMore(html: string): boolean {
  return FOREIGN_SOURCE.test(html) || FOREIGN_STYLE.test(html)
}
