import { useMemo } from 'react'
import { MAIN_HANDLE } from '#modules/flow/contract.ts'
import { exitsOf } from '../canvas/exits.ts'
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

  const add = (type: string, wanted: Spot | undefined) => {
    const only = selected.size === 1 ? [...selected][0] : undefined
    const beside = graph.edges.some(edge => edge.id === only)
      ? ({ edge: only ?? '' } as const)
      : spotAfter(graph, only ?? currentId ?? '')
    const isTriggerFirst = kindChoices(graph, { what: 'step' }).find(({ id }) => id === type)?.group
    const spot = wanted ?? (isTriggerFirst === 'What starts it' ? undefined : beside) ?? { at: middle() }
    const edit = withStep(graph, type, spot, randomId)
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
        add(id, choosing.spot)
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
      heading={headingOf(graph, choosing)}
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
