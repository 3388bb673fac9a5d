import { EdgeLabelRenderer, type EdgeProps } from '@xyflow/react'
import { type CSSProperties, memo } from 'react'
import { ARRIVAL_MS } from '../run/arrivals.ts'
import type { WayEdge } from './drawing.ts'
import { edgePath } from './edge-path.ts'
import classes from './way-edge.module.css'

/** An edge with its arrow; it carries words only where it is one of several ways on. */
export const WayEdgeView = memo(function WayEdgeView(props: EdgeProps<WayEdge>) {
  const { sourceX, sourceY, targetX, targetY, data } = props
  if (!data) return null
  const { direction, bends, words, isTaken, isOff, diff, arrival } = data
  const end = { x: targetX, y: targetY }
  const { path, middle } = edgePath([{ x: sourceX, y: sourceY }, ...bends, end], direction)
  const way = isTaken === undefined ? 'plain' : isTaken ? 'taken' : 'missed'
  const delay = arrival === undefined ? undefined : `${arrival * ARRIVAL_MS}ms`
  const style = delay ? ({ '--arrival': delay } as CSSProperties) : undefined
  return (
    <>
      <path className={classes.line} data-way={way} data-off={isOff} data-diff={diff} d={path} />
      {isTaken ? (
        <path
          className={classes.went}
          data-new={arrival !== undefined}
          style={style}
          d={path}
          pathLength={1}
        />
      ) : null}
      <path
        className={classes.arrow}
        data-way={way}
        data-diff={diff}
        d="M-6,-4 L0,0 L-6,4"
        transform={`translate(${end.x},${end.y}) rotate(${direction === 'right' ? 0 : 90})`}
      />
      {words ? (
        <EdgeLabelRenderer>
          <span
            className={classes.words}
            data-way={way}
            title={words}
            style={{ transform: `translate(-50%, -50%) translate(${middle.x}px, ${middle.y}px)` }}
          >
            {words}
          </span>
        </EdgeLabelRenderer>
      ) : null}
    </>
  )
})
