import { templatePieces } from './template-pieces.ts'
import classes from './template-text.module.css'

/** A text with what each run fills in marked. Line breaks are kept. */
export function TemplateText({ text }: { text: string }) {
  return (
    <span className={classes.text}>
      {templatePieces(text).map((piece, index) =>
        piece.kind === 'placeholder' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text have no other identity
          <code key={index} className={classes.placeholder}>
            {piece.text}
          </code>
        ) : (
          piece.text
        ),
      )}
    </span>
  )
}
