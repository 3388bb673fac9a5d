import { NODE_HEIGHT, NODE_WIDTH, type Places, type Point } from './layout.ts'

type Edge = { readonly source: string; readonly target: string }

const AWAY: Readonly<Record<string, Point>> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
}

/** An edge makes its other end seem this much nearer, so that the arrow keys follow the flow where they can. */
const PULL = 240

/**
 * The node an arrow key leads to from `from`: the nearest one that lies in that direction, where a node joined
 * to this one by an edge counts as nearer. Undefined when nothing lies there or the key is no arrow.
 */
export function nodeTowards(
  key: string,
  from: string,
  places: Places,
  edges: readonly Edge[],
): string | undefined {
  const away = AWAY[key]
  const start = places.get(from)
  if (!away || !start) return undefined
  const joined = new Set(
    edges.flatMap(({ source, target }) => (source === from ? [target] : target === from ? [source] : [])),
  )
  let best: { id: string; cost: number } | undefined
  for (const [id, at] of places) {
    if (id === from) continue
    const along = (at.x - start.x) * away.x + (at.y - start.y) * away.y
    const across = Math.abs((at.x - start.x) * away.y) + Math.abs((at.y - start.y) * away.x)
    const reach = away.x === 0 ? NODE_HEIGHT : NODE_WIDTH
    // A node that stands beside rather than ahead belongs to the other pair of keys.
    if (along < reach / 2) continue
    const cost = along + 2 * across - (joined.has(id) ? PULL : 0)
    if (!best || cost < best.cost) best = { id, cost }
  }
  return best?.id
}
