import { useSyncExternalStore } from 'react'
import type { Move } from './board-moves.ts'

let pending: readonly Move[] = []
const listeners = new Set<() => void>()

function change(next: readonly Move[]): void {
  pending = next
  for (const listener of listeners) listener()
}

/** Shows a move from now on, in the same drawing as whatever else its event changes. */
export function showMove(move: Move): void {
  change([...pending, move])
}

/** Ends showing a move: the server has made it, or has refused it. */
export function endMove(move: Move): void {
  change(pending.filter(other => other !== move))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The moves that were asked for and are not answered yet, in their order. What is shown is the server's board with them. */
export function usePendingMoves(): readonly Move[] {
  return useSyncExternalStore(subscribe, () => pending)
}
