/** Markup that is safe to send: made by `html`, which escapes everything that is not. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type HtmlPart = Html | string | number | false | null | undefined | readonly HtmlPart[]

/**
 * Markup from a template: what is put into it is escaped for text and quoted attributes alike, unless it is markup
 * itself. Nothing is shown for false, null and undefined, so a condition can stand in it.
 */
export function html(strings: TemplateStringsArray, ...parts: HtmlPart[]): Html {
  return new Html(strings.reduce((text, string, index) => `${text}${escaped(parts[index - 1])}${string}`))
}

function escaped(part: HtmlPart): string {
  if (part === false || part === null || part === undefined) return ''
  if (part instanceof Html) return part.text
  if (Array.isArray(part)) return part.map(escaped).join('')
  return String(part).replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`)
}
