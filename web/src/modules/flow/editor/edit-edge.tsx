import { EdgeLabelRenderer, type EdgeProps } from '@xyflow/react'
import { Plus } from 'lucide-react'
import { memo, useRef, useState } from 'react'
import { edgePath } from '../canvas/edge-path.ts'
import wayClasses from '../canvas/way-edge.module.css'
import type { EditEdge } from './edit-drawing.ts'
import classes from './edit-edge.module.css'
import { useEditor } from './editor-context.ts'

/** How long the button stays after the pointer has left the line, in milliseconds. */
const LEAVE_MS = 160

/** An edge that can be chosen, and that a step can be put onto. */
export const EditEdgeView = memo(function EditEdgeView(props: EdgeProps<EditEdge>) {
  const { id, sourceX, sourceY, targetX, targetY, data, selected = false } = props
  const { choose } = useEditor()
  const [isOver, setOver] = useState(false)
  const leaving = useRef<ReturnType<typeof setTimeout>>(undefined)
  const enter = () => {
    clearTimeout(leaving.current)
    setOver(true)
  }
  const leave = () => {
    leaving.current = setTimeout(() => setOver(false), LEAVE_MS)
  }
  const end = { x: targetX, y: targetY }
  const { path, middle } = edgePath([{ x: sourceX, y: sourceY }, end], 'right')
  const hasButton = isOver || selected
  return (
    <>
      <path
        className={wayClasses.line}
        data-off={data?.isOff}
        data-way={selected || isOver ? 'taken' : 'plain'}
        data-chosen={selected || isOver}
        d={path}
      />
      <path
        className={wayClasses.arrow}
        data-way={selected || isOver ? 'taken' : 'plain'}
        d="M-6,-4 L0,0 L-6,4"
        transform={`translate(${end.x},${end.y})`}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only shows the button; the panel offers the same */}
      <path className={classes.reach} data-edge={id} d={path} onMouseEnter={enter} onMouseLeave={leave} />
      {data?.words || hasButton ? (
        <EdgeLabelRenderer>
          <div
            className={classes.middle}
            style={{ transform: `translate(-50%, -50%) translate(${middle.x}px, ${middle.y}px)` }}
          >
            {data?.words ? (
              <span className={classes.words} data-chosen={selected} title={data.words}>
                {data.words}
              </span>
            ) : null}
            {hasButton ? (
              <button
                type="button"
                tabIndex={-1}
                className={`${classes.add} nodrag nopan`}
                aria-label="Add a step here"
                title="Add a step here"
                onMouseEnter={enter}
                onMouseLeave={leave}
                onClick={event => {
                  event.stopPropagation()
                  choose({ what: 'step', spot: { edge: id } })
                }}
              >
                <Plus size={13} strokeWidth={2.25} aria-hidden="true" />
              </button>
            ) : null}
          </div>
        </EdgeLabelRenderer>
      ) : null}
    </>
  )
})
