import { pendingMoves } from '../../ui/board/pending.ts'
import type { Move } from './board-moves.ts'

/** The moves of leads that are under way. */
export const leadMoves = pendingMoves<Move>()
