import { pendingMoves } from '../../../ui/board/pending.ts'
import type { Move } from './board-state.ts'

/** The moves of deals that are under way. */
export const dealMoves = pendingMoves<Move>()
