import type { Context } from '#platform/context.ts'
import type { ChangeSet, ChangeSetKind } from '../change-sets-api.ts'

/**
 * Takes a whole act back in the transaction of the request, where what its changes say is not all that it did. Counts with
 * `advanceChangeSet(ctx, undoId, …)`; changes are noted with `undoId` as their change set. Throws what the caller is told.
 */
export type OwnUndo = (ctx: Context, act: ChangeSet, undoId: string) => Promise<void>

/** The acts that know better how to take themselves back, by their kind. */
const OWN: Partial<Record<ChangeSetKind, OwnUndo>> = {}

export function ownUndo(kind: ChangeSetKind): OwnUndo | undefined {
  return OWN[kind]
}
