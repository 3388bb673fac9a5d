import { type Html, html } from './html.ts'

const LINK = /\[([^[\]\n]{1,200})\]\(((?:https?:\/\/|mailto:)[^\s()]{1,1000})\)/

/**
 * A text in which `[words](https://example.com)` is a link, opened beside the page so that nothing typed is lost. Everything
 * else, other addresses included, stays text.
 */
export function linked(text: string): Html[] {
  const parts: Html[] = []
  let rest = text
  for (let found = LINK.exec(rest); found !== null; found = LINK.exec(rest)) {
    const [whole, words = '', address = ''] = found
    const url = URL.parse(address)
    parts.push(html`${rest.slice(0, found.index)}`)
    parts.push(
      url === null
        ? html`${whole}`
        : html`<a href="${url.href}" target="_blank" rel="noopener noreferrer">${words}</a>`,
    )
    rest = rest.slice(found.index + whole.length)
  }
  return [...parts, html`${rest}`]
}
