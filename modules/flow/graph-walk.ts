/** Walks over graphs that need nothing but ids; all of them linear and without recursion. */

type Edge = { readonly source: string; readonly target: string }

/** The targets of every source, in the order of the edges. */
export function targetsOf(edges: readonly Edge[]): Map<string, string[]> {
  const targets = new Map<string, string[]>()
  for (const { source, target } of edges) {
    const known = targets.get(source)
    if (known === undefined) targets.set(source, [target])
    else known.push(target)
  }
  return targets
}

/** Every id that can be reached from the starts, the starts included. */
export function reachableFrom(starts: readonly string[], edges: readonly Edge[]): Set<string> {
  const targets = targetsOf(edges)
  const reached = new Set(starts)
  // A Set may grow while it is walked, which makes it the queue as well.
  for (const id of reached) {
    for (const target of targets.get(id) ?? []) reached.add(target)
  }
  return reached
}

/**
 * The ids so that every edge points forward, or as many as can be placed: those in a circle or behind one are
 * left out. Ids that could stand at the same place keep the order they were given in.
 */
export function topologicalOrder(ids: readonly string[], edges: readonly Edge[]): string[] {
  const targets = targetsOf(edges)
  const open = new Map(ids.map(id => [id, 0]))
  for (const { target } of edges) open.set(target, (open.get(target) ?? 0) + 1)
  const order = ids.filter(id => open.get(id) === 0)
  for (const id of order) {
    for (const target of targets.get(id) ?? []) {
      const left = (open.get(target) ?? 0) - 1
      open.set(target, left)
      if (left === 0) order.push(target)
    }
  }
  return order
}

/** Circles among the ids that share no id: at least one if there is any, but not every one there is. */
export function findCycles(ids: readonly string[], edges: readonly Edge[]): string[][] {
  const known = new Set(ids)
  const between = edges.filter(
    ({ source, target }) => source !== target && known.has(source) && known.has(target),
  )
  const stuck = new Set(ids)
  for (const id of topologicalOrder(ids, between)) stuck.delete(id)
  const inside = between.filter(({ source, target }) => stuck.has(source) && stuck.has(target))
  // What lies behind a circle is stuck as well; seen from the other end it is not.
  const reversed = inside.map(({ source, target }) => ({ source: target, target: source }))
  for (const id of topologicalOrder([...stuck], reversed)) stuck.delete(id)

  const targets = targetsOf(inside)
  const visited = new Set<string>()
  const cycles: string[][] = []
  for (const start of stuck) {
    const walk: string[] = []
    let at: string | undefined = start
    while (at !== undefined && !visited.has(at)) {
      visited.add(at)
      walk.push(at)
      at = targets.get(at)?.find(target => stuck.has(target))
    }
    const back = at === undefined ? -1 : walk.indexOf(at)
    if (back !== -1) cycles.push(walk.slice(back))
  }
  return cycles
}
