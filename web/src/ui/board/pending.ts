import { useSyncExternalStore } from 'react'

export interface PendingMoves<Move> {
  /** Shows a move from now on, in the same drawing as whatever else its event changes. */
  readonly show: (move: Move) => void
  /** Ends showing a move: the server has made it, or has refused it. */
  readonly end: (move: Move) => void
  /** The moves that were asked for and are not answered yet, in their order. What is shown is the server's board with them. */
  readonly use: () => readonly Move[]
}

/** The moves of one kind of board that are under way, for every board that shows them. */
export function pendingMoves<Move>(): PendingMoves<Move> {
  let pending: readonly Move[] = []
  const listeners = new Set<() => void>()
  const change = (next: readonly Move[]) => {
    pending = next
    for (const listener of listeners) listener()
  }
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  return {
    show: move => change([...pending, move]),
    end: move => change(pending.filter(other => other !== move)),
    use: () => useSyncExternalStore(subscribe, () => pending),
  }
}
