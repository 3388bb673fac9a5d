import { escapeHtml } from '../html.ts'

/** The little Markdown of descriptions: paragraphs, lists, code, bold words and links inside the reference. */
export function prose(text: string): string {
  return text
    .split('\n\n')
    .map(block => {
      const lines = block.split('\n')
      if (!lines.every(line => line.startsWith('- '))) return `<p>${inline(block)}</p>`
      return `<ul>${lines.map(line => `<li>${inline(line.slice(2))}</li>`).join('')}</ul>`
    })
    .join('')
}

function inline(text: string): string {
  return escapeHtml(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/\[([^\]]+)\]\((\/[^)\s]*)\)/g, '<a href="$2">$1</a>')
}

/** JSON with its strings, numbers and keys told apart by colour. */
export function colouredJson(value: unknown): string {
  return escapeHtml(JSON.stringify(value, null, 2)).replace(
    /(&quot;(?:[^&\\]|\\.|&(?!quot;))*?&quot;)(\s*:)?|\b(-?\d+(?:\.\d+)?|true|false|null)\b/g,
    (_, text: string | undefined, colon: string | undefined, other: string | undefined) =>
      other === undefined
        ? `<span class="${colon ? 'k' : 's'}">${text}</span>${colon ?? ''}`
        : `<span class="n">${other}</span>`,
  )
}
