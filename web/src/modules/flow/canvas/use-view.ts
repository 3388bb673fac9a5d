import { useReactFlow, useStoreApi } from '@xyflow/react'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { boundsOf, type Direction, NODE_HEIGHT, NODE_WIDTH, openingView, type Places } from './layout.ts'

interface ViewOptions {
  readonly frame: RefObject<HTMLDivElement | null>
  readonly places: Places
  readonly direction: Direction
  readonly selectedId: string | undefined
  /** Kept in sight while nothing is chosen and nobody has moved the drawing. */
  readonly follow: string | undefined
  /** How much of the top is covered, in pixels. */
  readonly above: number
}

/** How near to the edge of the screen a node may stand and still count as seen, in pixels. */
const EDGE = 20

function calmMs(): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 160
}

/**
 * Which part of the drawing is seen. It opens with the whole graph, or with its beginning when that would be
 * unreadable, follows the size of the page until a person moves it, and keeps the chosen node in sight.
 */
export function useView({ frame, places, direction, selectedId, follow, above }: ViewOptions) {
  const flow = useReactFlow()
  const store = useStoreApi()
  const [size, setSize] = useState<{ width: number; height: number }>()
  const isTouched = useRef(false)

  useLayoutEffect(() => {
    const element = frame.current
    if (!element) return
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [frame])

  const bounds = boundsOf(places)
  const opening = size && bounds ? openingView(bounds, size, direction, above) : { x: 0, y: 0, zoom: 1 }
  const openingText = `${opening.x} ${opening.y} ${opening.zoom}`

  const reveal = useCallback(
    (id: string) => {
      const at = places.get(id)
      if (!at) return
      const { width, height, transform } = store.getState()
      const [x, y, zoom] = transform
      const left = at.x * zoom + x
      const top = at.y * zoom + y
      const isSeen =
        left >= EDGE &&
        top >= EDGE &&
        left + NODE_WIDTH * zoom <= width - EDGE &&
        top + NODE_HEIGHT * zoom <= height - EDGE
      if (isSeen) return
      flow.setCenter(at.x + NODE_WIDTH / 2, at.y + NODE_HEIGHT / 2, { zoom, duration: calmMs() })
    },
    [flow, store, places],
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new way of reading is a new drawing, nobody has moved it
  useEffect(() => {
    isTouched.current = false
  }, [direction])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the view; the size has to be known to React Flow as well
  useEffect(() => {
    if (selectedId !== undefined) {
      reveal(selectedId)
    } else if (!isTouched.current) {
      flow.setViewport(opening)
      if (follow !== undefined) reveal(follow)
    }
  }, [openingText, selectedId, follow, size?.width, size?.height])

  const touch = () => {
    isTouched.current = true
  }
  return {
    isReady: size !== undefined && size.width > 0,
    opening,
    reveal,
    touch,
    zoomIn: () => {
      touch()
      flow.zoomIn({ duration: calmMs() })
    },
    zoomOut: () => {
      touch()
      flow.zoomOut({ duration: calmMs() })
    },
    showAll: () => {
      isTouched.current = false
      flow.fitView({ padding: 0.08, maxZoom: 1, duration: calmMs() })
    },
  }
}

export type CanvasView = ReturnType<typeof useView>
