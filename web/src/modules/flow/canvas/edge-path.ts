import type { Direction, Point } from './layout.ts'

/**
 * A smooth line through points that always leaves and arrives along the direction of the graph, as the path of
 * an SVG element, and the middle of its first stretch, where a label stands.
 */
export function edgePath(
  points: readonly [Point, ...Point[]],
  direction: Direction,
): { path: string; middle: Point } {
  const [start, ...rest] = points
  let path = `M${start.x},${start.y}`
  let from = start
  for (const to of rest) {
    const half = direction === 'right' ? (from.x + to.x) / 2 : (from.y + to.y) / 2
    path +=
      direction === 'right'
        ? `C${half},${from.y} ${half},${to.y} ${to.x},${to.y}`
        : `C${from.x},${half} ${to.x},${half} ${to.x},${to.y}`
    from = to
  }
  const next = rest[0] ?? start
  return { path, middle: { x: (start.x + next.x) / 2, y: (start.y + next.y) / 2 } }
}
