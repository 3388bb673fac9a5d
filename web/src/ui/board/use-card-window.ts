import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect } from 'react'

/** Between two cards, in pixels. */
export const CARD_GAP = 8

interface CardWindowOptions {
  readonly list: RefObject<HTMLDivElement | null>
  readonly ids: readonly string[]
  /** Stays in the page even when it is scrolled away, so that focus is never lost. */
  readonly pinnedId: string | undefined
  readonly onEnd: (() => void) | undefined
}

/** The cards of a column that are in view, measured as they are drawn. */
export function useCardWindow({ list, ids, pinnedId, onEnd }: CardWindowOptions) {
  const pinned = pinnedId === undefined ? -1 : ids.indexOf(pinnedId)
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => list.current,
    estimateSize: () => 88,
    getItemKey: index => ids[index] ?? index,
    gap: CARD_GAP,
    overscan: 6,
    rangeExtractor: range => {
      const shown = defaultRangeExtractor(range)
      return pinned < 0 || shown.includes(pinned) ? shown : [...shown, pinned].sort((a, b) => a - b)
    },
  })
  const items = virtual.getVirtualItems()
  const lastShown = items[items.length - 1]?.index ?? -1
  const nearEnd = ids.length > 0 && lastShown >= ids.length - 5
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks once for each length of the list, not for each render
  useEffect(() => {
    if (nearEnd) onEnd?.()
  }, [nearEnd, ids.length])
  return { items, height: virtual.getTotalSize(), measure: virtual.measureElement }
}
