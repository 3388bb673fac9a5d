import { escapeHtml } from '#platform/html.ts'
import type { LetterContent } from './letters.ts'

const PRODUCT = 'Millrace'

/** In whose name a letter is written. */
export function letterSender(content: LetterContent): string {
  return content.organizationName ?? PRODUCT
}

const STYLES = {
  body: 'margin:0;padding:32px 16px;background:#ffffff;color:#1a1f20;font:16px/1.6 system-ui,sans-serif',
  letter: 'max-width:520px;margin:0 auto;overflow-wrap:anywhere',
  sender: 'margin:0 0 24px;font-weight:600',
  button:
    'display:inline-block;padding:10px 18px;border-radius:6px;background:#1a1f20;color:#ffffff;text-decoration:none;font-weight:600',
  link: 'color:#5b6466;font-size:13px',
  foot: 'margin:32px 0 0;color:#5b6466;font-size:13px',
} as const

/**
 * A letter as HTML: one template, nothing loaded from anywhere. Everything in it came from people and is escaped.
 * A paragraph that is nothing but a link is a button with its address below, for readers that show no buttons.
 */
export function letterPage(content: LetterContent): string {
  const paragraphs = content.text
    .trim()
    .split(/\n{2,}/)
    .map(paragraphOf)
  const foot =
    content.organizationName === undefined ? '' : `<p style="${STYLES.foot}">Sent with ${PRODUCT}</p>`
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(content.subject)}</title></head><body style="${STYLES.body}"><div style="${STYLES.letter}"><p style="${STYLES.sender}">${escapeHtml(letterSender(content))}</p>${paragraphs.join('')}${foot}</div></body></html>`
}

/** An address with or without a line before it that says where it leads: `Accept the invitation:`. */
const LINK = /^(?:(.+):\n)?(https?:\/\/\S+)$/

function paragraphOf(text: string): string {
  const [, label = 'Open', url] = LINK.exec(text) ?? []
  if (url === undefined) return `<p>${escapeHtml(text).replaceAll('\n', '<br>')}</p>`
  const [href, name] = [escapeHtml(url), escapeHtml(label)]
  return `<p><a href="${href}" style="${STYLES.button}">${name}</a></p><p style="${STYLES.link}">${href}</p>`
}
