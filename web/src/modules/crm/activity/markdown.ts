import { linkedText } from '../../mail/linked-text.ts'

/** A run of text in one style. */
export interface Inline {
  readonly text: string
  readonly style?: 'bold' | 'italic' | 'code' | undefined
  readonly href?: string | undefined
}

/** A paragraph with its lines, a list with its items, or a heading. */
export interface Block {
  readonly kind: 'paragraph' | 'bullets' | 'numbers' | 'heading'
  readonly lines: readonly (readonly Inline[])[]
}

// What is marked begins and ends with something, so that "2 * 3 * 4" is a sum.
const STYLED =
  /\*\*(?!\s)([^*\n]+)(?<!\s)\*\*|(?<![\w*])\*(?!\s)([^*\n]+)(?<!\s)\*(?![\w*])|(?<!\w)_(?!\s)([^_\n]+)(?<!\s)_(?!\w)|`([^`\n]+)`/gu
const LINK = /\[([^\]\n]{1,300})\]\((https?:\/\/[^\s)]+|mailto:[^\s)]+)\)/giu

/** Bold, italic, code and links of one line. Whatever is none of them stays as it was typed, HTML included. */
export function inlinesOf(line: string): Inline[] {
  const parts: Inline[] = []
  let from = 0
  for (const match of line.matchAll(LINK)) {
    parts.push(...styled(line.slice(from, match.index)))
    parts.push({ text: match[1] ?? '', href: match[2] })
    from = match.index + match[0].length
  }
  parts.push(...styled(line.slice(from)))
  return parts
}

function styled(text: string): Inline[] {
  const parts: Inline[] = []
  let from = 0
  for (const match of text.matchAll(STYLED)) {
    parts.push(...linkedText(text.slice(from, match.index)))
    const [, bold, starred, lined, code] = match
    if (bold !== undefined) parts.push({ text: bold, style: 'bold' })
    else if (code !== undefined) parts.push({ text: code, style: 'code' })
    else parts.push({ text: starred ?? lined ?? '', style: 'italic' })
    from = match.index + match[0].length
  }
  parts.push(...linkedText(text.slice(from)))
  return parts
}

/** The same text without its marks, for whoever only hears it. */
export function plainText(text: string): string {
  return blocksOf(text)
    .flatMap(({ lines }) => lines.map(line => line.map(part => part.text).join('')))
    .join('\n')
}

const kinds: readonly (readonly [Block['kind'], RegExp])[] = [
  ['bullets', /^\s*[-*•]\s+/u],
  ['numbers', /^\s*\d{1,3}[.)]\s+/u],
  ['heading', /^#{1,4}\s+/u],
]

/** What people mean by Markdown when they write a note: paragraphs, lists, headings and a few styles. */
export function blocksOf(text: string): Block[] {
  const blocks: { kind: Block['kind']; lines: Inline[][] }[] = []
  let isApart = true
  for (const line of text.split(/\r?\n/u)) {
    if (line.trim() === '') {
      isApart = true
      continue
    }
    const [kind, mark] = kinds.find(([, pattern]) => pattern.test(line)) ?? (['paragraph', /^/u] as const)
    const last = blocks.at(-1)
    const inlines = inlinesOf(line.replace(mark, ''))
    const goesOn = last?.kind === kind && kind !== 'heading' && (!isApart || kind !== 'paragraph')
    if (last && goesOn) last.lines.push(inlines)
    else blocks.push({ kind, lines: [inlines] })
    isApart = false
  }
  return blocks
}
