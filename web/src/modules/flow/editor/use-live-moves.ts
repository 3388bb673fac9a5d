import type { Node, NodeChange, XYPosition } from '@xyflow/react'
import { useMemo, useRef, useState } from 'react'

export interface Live {
  readonly position?: XYPosition | undefined
  readonly size?: { readonly width: number; readonly height: number } | undefined
}

type LiveMap = ReadonlyMap<string, Live>
const NONE: LiveMap = new Map()

/**
 * What is being dragged or resized, laid over the drawing until it is let go. The graph itself changes only then, so that a
 * frame of a drag costs the nodes that move and nothing else.
 */
export function useLiveMoves<T extends Node>(drawn: readonly T[]) {
  const [live, setLive] = useState<LiveMap>(NONE)
  const latest = useRef(live)
  const take = useRef((changes: readonly NodeChange<T>[]): LiveMap => {
    const moving = new Map(latest.current)
    const settled = new Map<string, Live>()
    let isMoving = false
    for (const change of changes) {
      if (change.type === 'position' && change.position) {
        moving.set(change.id, { ...moving.get(change.id), position: change.position })
        isMoving = true
        if (change.dragging === false) settled.set(change.id, moving.get(change.id) ?? {})
      } else if (change.type === 'dimensions' && change.dimensions && change.resizing !== undefined) {
        moving.set(change.id, { ...moving.get(change.id), size: change.dimensions })
        isMoving = true
        if (!change.resizing) settled.set(change.id, moving.get(change.id) ?? {})
      } else if (change.type === 'position' && change.dragging === false) {
        const last = moving.get(change.id)
        if (last) settled.set(change.id, last)
      } else if (change.type === 'dimensions' && change.resizing === false) {
        const last = moving.get(change.id)
        if (last) settled.set(change.id, last)
      }
    }
    for (const id of settled.keys()) moving.delete(id)
    if (isMoving || settled.size > 0) {
      latest.current = moving.size === 0 ? NONE : moving
      setLive(latest.current)
    }
    return settled
  })
  const nodes = useMemo(
    () =>
      live.size === 0
        ? [...drawn]
        : drawn.map(node => {
            const { position, size } = live.get(node.id) ?? {}
            if (!position && !size) return node
            return {
              ...node,
              ...(position ? { position } : {}),
              ...(size ? { ...size, measured: size } : {}),
            }
          }),
    [drawn, live],
  )
  return { nodes, take: take.current }
}
