import { ArrowDown, ArrowUp, ChevronRight, Trash2, TriangleAlert } from 'lucide-react'
import { useCallback } from 'react'
import type { Graph, GraphNode } from '#modules/flow/contract.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { faceOf, namesOf } from '../canvas/face.ts'
import { NodeIcon } from '../canvas/node-icon.tsx'
import { useEditor } from '../editor/editor-context.ts'
import { withNode } from '../editor/step-edits.ts'
import { NodePanel } from '../panel/node-panel.tsx'
import { useCalledIn } from '../panel/use-called.ts'
import { TryStep } from '../trial/try-step.tsx'
import { counted } from '../words.ts'
import type { DraftProblem } from '../workflow/draft-problems.ts'
import classes from './list.module.css'
import { movedInRow } from './row-edits.ts'

interface ListStepProps {
  node: GraphNode
  graph: Graph
  /** From 1. */
  number: number
  isOpen: boolean
  problems: readonly DraftProblem[]
  /** How many of them are about this step. */
  count: number
  /** Who else is at this step, in words. */
  others: string | undefined
  onToggle: () => void
  onMove: (by: -1 | 1) => void
  onDelete: () => void
}

/** A step of the list: what it is and does, what moves and deletes it, and its settings in place when it is open. */
export function ListStep(props: ListStepProps) {
  const { node, graph, number, isOpen, problems, count, others, onToggle, onMove, onDelete } = props
  const { session } = useEditor()
  const face = faceOf(node, graph, namesOf(graph), useCalledIn(graph))
  const change = useCallback(
    (next: GraphNode) => session.apply(withNode(session.get().graph, next), { isQuiet: true }),
    [session],
  )
  const words = [
    `Step ${number}: ${face.name}`,
    face.name === face.title ? undefined : face.title,
    face.line,
    count > 0 ? counted(count, 'problem') : undefined,
    others,
  ]
  return (
    <div className={classes.step} data-open={isOpen}>
      <div className={classes.head}>
        <h2 className={classes.heading}>
          <button
            type="button"
            className={classes.face}
            data-step={node.id}
            aria-expanded={isOpen}
            aria-label={words.filter(Boolean).join('. ')}
            onClick={onToggle}
          >
            <NodeIcon face={face} />
            <span className={classes.words}>
              <span className={classes.name}>{face.name}</span>
              <span className={classes.line}>{face.line}</span>
            </span>
            {others ? <span className={classes.others}>{others}</span> : null}
            {count > 0 ? <TriangleAlert className={classes.problem} size={15} aria-hidden="true" /> : null}
            <ChevronRight className={classes.chevron} size={16} aria-hidden="true" />
          </button>
        </h2>
        <div className={classes.acts}>
          {face.kind === 'trigger' ? null : (
            <>
              <IconButton
                label={`Move ${face.name} up`}
                keys="alt+arrowup"
                disabled={!movedInRow(graph, node.id, -1)}
                onClick={() => onMove(-1)}
              >
                <ArrowUp size={15} />
              </IconButton>
              <IconButton
                label={`Move ${face.name} down`}
                keys="alt+arrowdown"
                disabled={!movedInRow(graph, node.id, 1)}
                onClick={() => onMove(1)}
              >
                <ArrowDown size={15} />
              </IconButton>
            </>
          )}
          <IconButton label={`Delete ${face.name}`} keys="delete" onClick={onDelete}>
            <Trash2 size={15} />
          </IconButton>
        </div>
      </div>
      {isOpen ? (
        <section className={classes.body} aria-label={`Settings of ${face.name}`}>
          <NodePanel
            workflowId={session.workflowId}
            graph={graph}
            node={node}
            problems={problems}
            onChange={change}
          />
          <TryStep workflowId={session.workflowId} node={node} onBefore={session.flush} />
        </section>
      ) : null}
    </div>
  )
}
