import type { Graph, MergeConflict } from '#modules/flow/contract.ts'
import { NewsNotice } from '../../../shell/news-notice.tsx'
import { nameOf } from '../canvas/face.ts'
import { labelOf } from '../workflow/setting-labels.ts'
import classes from './editor-bar.module.css'
import { useEditor, useSnapshot } from './editor-context.ts'
import { withTheirs } from './theirs.ts'

/** What somebody else did to the workflow meanwhile. */
export function WorkflowNews() {
  const { session, open } = useEditor()
  const { news, graph } = useSnapshot(session)
  if (!news) return null
  return (
    <NewsNotice
      news={news}
      what="workflow"
      className={classes.news}
      wordsOf={conflict => ({
        key: `${conflict.of} ${conflict.id} ${conflict.path.join('/')}`,
        about: aboutWords(conflict, graph),
        mine: valueWords(conflict.mine),
        theirs: valueWords(conflict.theirs),
      })}
      onTake={conflict => {
        session.apply(withTheirs(session.get().graph, conflict))
        session.settle(conflict)
      }}
      onKeep={session.settle}
      showOf={({ id }) => (graph.nodes.some(node => node.id === id) ? () => open(id) : undefined)}
      onClose={session.readNews}
    />
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
  return typeof value === 'string' ? value : JSON.stringify(value)
}
