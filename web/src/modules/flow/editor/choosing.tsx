import { useMemo } from 'react'
import { MAIN_HANDLE } from '#modules/flow/contract.ts'
import { exitsOf, isTrigger } from '../canvas/exits.ts'
import { NODE_HEIGHT, NODE_WIDTH } from '../canvas/layout.ts'
import { exitChoices, headingOf, kindChoices, nodeChoices, targetChoices } from './choices.ts'
import { type Choosing, useEditor, useSnapshot } from './editor-context.ts'
import { randomId } from './ids.ts'
import { Picker } from './picker.tsx'
import { type Spot, spotAfter, withEdge, withKind, withStep } from './step-edits.ts'

/** What a kind of step is called while it is dragged from the list onto the canvas. */
export const STEP_DRAG = 'application/x-millrace-step'

interface ChoosingListProps {
  choosing: Choosing
  /** The node the keyboard was on when the list was opened. */
  currentId: string | undefined
  onClose: () => void
}

/** The list beside the canvas for whatever is being chosen, and what the choice does. */
export function ChoosingList({ choosing, currentId, onClose }: ChoosingListProps) {
  const { session, choose, open, focus, middle } = useEditor()
  const { graph, selected } = useSnapshot(session)
  const options = useMemo(() => {
    if (choosing.what === 'find') return nodeChoices(graph)
    if (choosing.what !== 'target') return kindChoices(graph, choosing)
    const { nodeId, handle } = choosing
    return handle === undefined ? exitChoices(graph, nodeId) : targetChoices(graph, nodeId, handle)
  }, [graph, choosing])

  // Where it goes is said at the top of the list, so it is decided when the list opens and not when something is picked.
  const spot = useMemo((): Spot | undefined => {
    if (choosing.what !== 'step' || choosing.spot) return choosing.what === 'step' ? choosing.spot : undefined
    const only = selected.size === 1 ? [...selected][0] : undefined
    if (graph.edges.some(edge => edge.id === only)) return { edge: only ?? '' }
    return spotAfter(graph, only ?? currentId ?? '')
  }, [choosing, graph, selected, currentId])

  const add = (type: string) => {
    const { x, y } = middle()
    const isFirst = graph.nodes.length === 0
    // The first step stands where there is room for what follows.
    const free: Spot = { at: { x: x - (isFirst ? 3 : 1) * (NODE_WIDTH / 2), y: y - NODE_HEIGHT / 2 } }
    const edit = withStep(graph, type, isTrigger(type) ? free : (spot ?? free), randomId)
    onClose()
    if (session.apply(edit) && edit?.selected?.[0]) open(edit.selected[0])
  }

  const pick = (id: string) => {
    switch (choosing.what) {
      case 'find':
        onClose()
        open(id)
        return
      case 'kind':
        onClose()
        session.apply(withKind(graph, choosing.nodeId, id))
        open(choosing.nodeId)
        return
      case 'step':
        add(id)
        return
      case 'target': {
        const { nodeId, handle } = choosing
        if (handle === undefined) {
          choose({ what: 'target', nodeId, handle: id })
          return
        }
        onClose()
        session.apply(withEdge(graph, nodeId, handle, id, randomId))
        focus(nodeId)
      }
    }
  }

  return (
    <Picker
      // Another list begins at its top, with nothing typed.
      key={`${choosing.what} ${choosing.what === 'target' ? choosing.handle : ''}`}
      heading={headingOf(graph, choosing.what === 'step' ? { ...choosing, spot } : choosing)}
      options={options}
      onPick={pick}
      onClose={onClose}
      onDrag={
        choosing.what === 'step'
          ? (event, id) => {
              event.dataTransfer.setData(STEP_DRAG, id)
              event.dataTransfer.effectAllowed = 'copy'
            }
          : undefined
      }
    />
  )
}

/** Where connecting a node begins: with its only exit, or with the question which one. */
export function connecting(node: { id: string; type: string; config: Record<string, unknown> }): Choosing {
  const exits = exitsOf(node)
  const [only] = exits
  return {
    what: 'target',
    nodeId: node.id,
    ...(exits.length === 1 ? { handle: only?.id ?? MAIN_HANDLE } : {}),
  }
}
