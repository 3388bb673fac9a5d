import { useReactFlow, useStore } from '@xyflow/react'
import { memo, type PointerEvent, useMemo, useRef } from 'react'
import type { Graph } from '#modules/flow/contract.ts'
import classes from '../canvas/canvas.module.css'
import { boundsOf, NODE_HEIGHT, NODE_WIDTH } from '../canvas/layout.ts'
import mapClasses from './overview.module.css'

const WIDTH = 200
const HEIGHT = 130
/** Room around the drawing, as a share of its size. */
const MARGIN = 0.04

interface OverviewProps {
  graph: Graph
  selected: ReadonlySet<string>
}

/**
 * The whole workflow in small, with what is seen of it marked; pressed or dragged, it leads there. All nodes are one path,
 * because a thousand elements of their own would cost more than the canvas itself.
 */
export const Overview = memo(function Overview({ graph, selected }: OverviewProps) {
  const flow = useReactFlow()
  const [x, y, zoom] = useStore(state => state.transform)
  const width = useStore(state => state.width)
  const height = useStore(state => state.height)
  const svg = useRef<SVGSVGElement>(null)
  const { box, all, chosen } = useMemo(() => {
    const bounds = boundsOf(new Map(graph.nodes.map(node => [node.id, node.position])))
    const { x: left, y: top, width: wide, height: high } = bounds ?? { x: 0, y: 0, width: 1, height: 1 }
    const scale = Math.max(wide / WIDTH, high / HEIGHT) * (1 + 2 * MARGIN)
    const [boxWidth, boxHeight] = [scale * WIDTH, scale * HEIGHT]
    const path = (isChosen: boolean) =>
      graph.nodes
        .filter(node => selected.has(node.id) === isChosen)
        .map(({ position }) => `M${position.x},${position.y}h${NODE_WIDTH}v${NODE_HEIGHT}h${-NODE_WIDTH}z`)
        .join('')
    return {
      box: {
        x: left + wide / 2 - boxWidth / 2,
        y: top + high / 2 - boxHeight / 2,
        width: boxWidth,
        height: boxHeight,
        scale,
      },
      all: path(false),
      chosen: path(true),
    }
  }, [graph.nodes, selected])
  const go = (event: PointerEvent) => {
    const frame = svg.current?.getBoundingClientRect()
    if (!frame) return
    void flow.setCenter(
      box.x + (event.clientX - frame.left) * box.scale,
      box.y + (event.clientY - frame.top) * box.scale,
      { zoom, duration: 0 },
    )
  }
  return (
    <svg
      ref={svg}
      className={`${classes.map} ${mapClasses.map} nopan nowheel`}
      role="img"
      aria-label="Overview"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
      onPointerDown={event => {
        event.stopPropagation()
        event.currentTarget.setPointerCapture(event.pointerId)
        go(event)
      }}
      onPointerMove={event => {
        if (event.buttons === 1) go(event)
      }}
    >
      <path className={mapClasses.nodes} d={all} />
      <path className={mapClasses.chosen} d={chosen} />
      <rect
        className={mapClasses.seen}
        x={-x / zoom}
        y={-y / zoom}
        width={width / zoom}
        height={height / zoom}
        rx={4 * box.scale}
        strokeWidth={1.5 * box.scale}
      />
    </svg>
  )
})
