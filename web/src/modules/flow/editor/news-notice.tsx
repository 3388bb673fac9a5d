import { Button } from '@mantine/core'
import { X } from 'lucide-react'
import type { Graph, MergeConflict } from '#modules/flow/contract.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { nameOf } from '../canvas/face.ts'
import { labelOf } from '../workflow/setting-labels.ts'
import classes from './editor-bar.module.css'
import { useEditor, useSnapshot } from './editor-context.ts'
import { newsWords } from './session.ts'
import { withTheirs } from './theirs.ts'

/** Says what somebody else did meanwhile, and offers theirs where both did the same. */
export function NewsNotice() {
  const { session, open } = useEditor()
  const { news, graph } = useSnapshot(session)
  if (!news) return null
  return (
    <section className={classes.news} aria-label="What others changed">
      <header>
        <p className={classes.said}>{newsWords(news)}</p>
        <IconButton label="Close" size="sm" onClick={session.readNews}>
          <X size={14} />
        </IconButton>
      </header>
      {news.conflicts.map(conflict => (
        <div key={`${conflict.of} ${conflict.id} ${conflict.path.join('/')}`} className={classes.conflict}>
          <strong>{aboutWords(conflict, graph)}</strong>
          <p className={classes.value}>Yours: {valueWords(conflict.mine)}</p>
          <p className={classes.value}>
            {news.by ?? 'Theirs'}: {valueWords(conflict.theirs)}
          </p>
          <div>
            <Button
              size="compact-xs"
              onClick={() => {
                session.apply(withTheirs(session.get().graph, conflict))
                session.settle(conflict)
              }}
            >
              Take theirs
            </Button>
            <Button size="compact-xs" onClick={() => session.settle(conflict)}>
              Keep yours
            </Button>
            {graph.nodes.some(node => node.id === conflict.id) ? (
              <Button size="compact-xs" variant="subtle" onClick={() => open(conflict.id)}>
                Show
              </Button>
            ) : null}
          </div>
        </div>
      ))}
    </section>
  )
}

function aboutWords({ of, id, path, mine, theirs, base }: MergeConflict, graph: Graph): string {
  if (of === 'note') return 'A note'
  if (of === 'edge') return 'A connection'
  const whole = [mine, base, theirs].find(isNamed)
  const node = graph.nodes.find(each => each.id === id) ?? whole
  const name = node ? `“${nameOf({ config: {}, position: { x: 0, y: 0 }, ...node })}”` : 'A step'
  const [part, setting] = path
  if (part === undefined) return name
  return `${name}, ${part === 'config' && setting !== undefined ? labelOf(node?.type ?? '', String(setting)) : String(part)}`
}

function isNamed(value: unknown): value is { id: string; type: string; label?: string } {
  return typeof value === 'object' && value !== null && 'id' in value && 'type' in value
}

function valueWords(value: unknown): string {
  if (value === undefined) return 'deleted'
  if (isNamed(value)) return 'kept, with changes'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 119)}…` : text
}
