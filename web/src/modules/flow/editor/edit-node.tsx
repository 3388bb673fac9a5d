import { Handle, type NodeProps, Position } from '@xyflow/react'
import { Plus, TriangleAlert } from 'lucide-react'
import { memo, useContext, useId, useMemo } from 'react'
import { exitOffset } from '../canvas/drawing.ts'
import { NodeIcon } from '../canvas/node-icon.tsx'
import nodeClasses from '../canvas/step-node.module.css'
import { FiguresBar } from '../overlay/figures-bar.tsx'
import { useFigures } from '../overlay/figures-context.ts'
import { figuresLine, figuresSentence } from '../overlay/node-figures.ts'
import { counted, listed } from '../words.ts'
import type { EditNode, EditNodeData, Port } from './edit-drawing.ts'
import classes from './edit-node.module.css'
import { ProblemsContext, useEditor, useSnapshot } from './editor-context.ts'
import { standingWords } from './standing-words.ts'

/** Ports are placed inside the border of the node, in pixels. */
const BORDER = 1

/** A node that can be moved, connected and opened. */
export const EditNodeView = memo(function EditNodeView({ id, data, selected }: NodeProps<EditNode>) {
  const { face, ports, problems, others, isCurrent } = data
  const figures = useFigures()
  const own = figures?.get(id)
  const standingId = useId()
  return (
    <div className={nodeClasses.node} data-selected={selected} data-edited="true">
      {face.kind === 'trigger' ? null : (
        <Handle
          type="target"
          position={Position.Left}
          className={classes.entry}
          style={{ top: exitOffset(0, 1, 'right') - BORDER }}
        />
      )}
      <button
        type="button"
        className={nodeClasses.face}
        data-step={id}
        tabIndex={isCurrent ? 0 : -1}
        aria-label={spoken(data, figures && figuresSentence(own))}
        title={figures && figuresSentence(own)}
        aria-pressed={selected}
        aria-describedby={isCurrent ? standingId : undefined}
      >
        <NodeIcon face={face} />
        <span className={nodeClasses.words}>
          <span className={nodeClasses.name}>{face.name}</span>
          <span className={nodeClasses.line}>{figures ? figuresLine(own) : face.line}</span>
        </span>
        {problems > 0 ? <TriangleAlert className={nodeClasses.problem} size={15} aria-hidden="true" /> : null}
        {figures ? <FiguresBar figures={own} /> : null}
      </button>
      {isCurrent ? <Standing htmlId={standingId} nodeId={id} /> : null}
      {ports.map((port, index) => (
        <Exit
          key={port.id}
          nodeId={id}
          port={port}
          top={exitOffset(index, ports.length, 'right') - BORDER}
          isNamed={ports.length > 1}
        />
      ))}
      {others.length > 0 ? <span className={classes.others}>{listed(others)}</span> : null}
    </div>
  )
})

/** What a screen reader adds to the name of the step the keyboard is on. */
function Standing({ htmlId, nodeId }: { htmlId: string; nodeId: string }) {
  const { session } = useEditor()
  const { graph } = useSnapshot(session)
  const problems = useContext(ProblemsContext)
  return (
    <span id={htmlId} hidden>
      {useMemo(() => standingWords(graph, nodeId, problems), [graph, nodeId, problems])}
    </span>
  )
}

interface ExitProps {
  nodeId: string
  port: Port
  top: number
  isNamed: boolean
}

/** An exit: an edge is drawn from it, a click adds a step behind it. */
function Exit({ nodeId, port, top, isNamed }: ExitProps) {
  const { choose } = useEditor()
  const add = () => choose({ what: 'step', spot: { after: nodeId, handle: port.id } })
  return (
    <Handle
      id={port.id}
      type="source"
      position={Position.Right}
      className={port.isOpen ? classes.open : nodeClasses.port}
      style={{ top }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keyboard adds steps with "/" */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard adds steps with "/" */}
      <span
        className={classes.add}
        data-open={port.isOpen}
        title={isNamed ? `Add a step after “${port.label}”` : 'Add a step'}
        onClick={event => {
          event.stopPropagation()
          add()
        }}
      >
        <Plus size={12} strokeWidth={2.25} aria-hidden="true" />
      </span>
      {isNamed && port.isOpen ? <span className={classes.exit}>{port.label}</span> : null}
    </Handle>
  )
}

/** The whole node in words, for a screen reader. */
function spoken({ face, problems, ports, others }: EditNodeData, figures: string | undefined): string {
  const open = ports.filter(port => port.isOpen).map(port => port.label)
  const parts = [
    face.name === face.title ? face.name : `${face.name}, ${face.title}`,
    face.line,
    figures,
    problems > 0 ? counted(problems, 'problem') : undefined,
    open.length > 0 && ports.length > 1 ? `Leads nowhere yet: ${listed(open)}` : undefined,
    others.length > 0 ? `${listed(others)} ${others.length === 1 ? 'is' : 'are'} here` : undefined,
  ]
  return parts.filter(Boolean).join('. ')
}
