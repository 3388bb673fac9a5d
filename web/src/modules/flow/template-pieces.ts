export interface TemplatePiece {
  readonly kind: 'text' | 'placeholder'
  readonly text: string
}

/** A placeholder with its braces; two closing braces inside a quoted text do not end it. */
const PLACEHOLDER = /\{\{(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|(?!\}\})[^"'])*\}\}/g

/** Cuts a text into what is written out and what is filled in by each run; joined, the pieces give the text again. */
export function templatePieces(text: string): TemplatePiece[] {
  const pieces: TemplatePiece[] = []
  let end = 0
  for (const found of text.matchAll(PLACEHOLDER)) {
    if (found.index > end) pieces.push({ kind: 'text', text: text.slice(end, found.index) })
    pieces.push({ kind: 'placeholder', text: found[0] })
    end = found.index + found[0].length
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) })
  return pieces
}
