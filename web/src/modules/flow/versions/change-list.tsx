import { ArrowRight, Minus, Move, Pencil, Plus } from 'lucide-react'
import type { ChangeLine } from './change-words.ts'
import classes from './versions.module.css'

const SIGNS = {
  added: { icon: Plus, word: 'Added' },
  removed: { icon: Minus, word: 'Removed' },
  changed: { icon: Pencil, word: 'Changed' },
  moved: { icon: Move, word: 'Moved' },
} as const

interface ChangeListProps {
  lines: readonly ChangeLine[]
  /** Shows the node of a change; without it the lines lead nowhere. */
  onShow?: ((nodeId: string) => void) | undefined
}

/** What differs between two graphs, one line each, with the values of settings before and after. */
export function ChangeList({ lines, onShow }: ChangeListProps) {
  return (
    <ul className={classes.changes}>
      {lines.map(line => {
        const { nodeId } = line
        return (
          <li key={line.key}>
            {nodeId && onShow ? (
              <button type="button" className={classes.change} onClick={() => onShow(nodeId)}>
                <Inside line={line} />
              </button>
            ) : (
              <div className={classes.change}>
                <Inside line={line} />
              </div>
            )}
          </li>
        )
      })}
    </ul>
  )
}

function Inside({ line }: { line: ChangeLine }) {
  const { icon: Icon } = SIGNS[line.mark]
  return (
    <>
      <Icon className={classes.sign} data-mark={line.mark} size={14} aria-hidden="true" />
      <span className={classes.words}>
        {line.words}
        {line.parts.map(part => (
          <span className={classes.part} key={part.name}>
            <span className={classes.setting}>{part.name}</span>
            {part.before === undefined && part.after === undefined ? null : (
              <span className={classes.values}>
                <span className={classes.before}>{part.before ?? 'nothing'}</span>
                <ArrowRight size={12} role="img" aria-label="to" />
                <span>{part.after ?? 'nothing'}</span>
              </span>
            )}
          </span>
        ))}
      </span>
    </>
  )
}
