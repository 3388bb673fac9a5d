import type { ReactNode } from 'react'
import classes from './activity.module.css'
import { blocksOf, type Inline } from './markdown.ts'

interface PieceProps {
  part: Inline
  linkTab: number | undefined
}

function Piece({ part, linkTab }: PieceProps): ReactNode {
  if (part.href !== undefined) {
    return (
      <a href={part.href} target="_blank" rel="noreferrer noopener nofollow" tabIndex={linkTab}>
        {part.text}
      </a>
    )
  }
  switch (part.style) {
    case 'bold':
      return <strong>{part.text}</strong>
    case 'italic':
      return <em>{part.text}</em>
    case 'code':
      return <code>{part.text}</code>
    default:
      return part.text
  }
}

function Pieces({ parts, linkTab }: Pick<PieceProps, 'linkTab'> & { parts: readonly Inline[] }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text keep their order
  return parts.map((part, index) => <Piece key={index} part={part} linkTab={linkTab} />)
}

interface NoteTextProps {
  text: string
  /** Whether the Tab key leads to its links, as `tabIndex` says it; it does unless said otherwise. */
  linkTab?: number | undefined
}

/** The text of a note as its writer meant it. Nothing in it is ever HTML. */
export function NoteText({ text, linkTab }: NoteTextProps) {
  return (
    <div className={classes.note}>
      {blocksOf(text).map((block, at) => {
        const items = block.lines.map((line, index) => {
          // biome-ignore lint/suspicious/noArrayIndexKey: lines keep their order
          return <li key={index}>{<Pieces parts={line} linkTab={linkTab} />}</li>
        })
        const key = `${at} ${block.kind}`
        if (block.kind === 'bullets') return <ul key={key}>{items}</ul>
        if (block.kind === 'numbers') return <ol key={key}>{items}</ol>
        return (
          <p key={key} data-heading={block.kind === 'heading' || undefined}>
            {block.lines.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines keep their order
              <span key={index}>
                {index > 0 ? <br /> : null}
                <Pieces parts={line} linkTab={linkTab} />
              </span>
            ))}
          </p>
        )
      })}
    </div>
  )
}
