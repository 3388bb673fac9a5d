import type { Context } from '#platform/context.ts'
import type { ChangeSet, ChangeSetKind } from '../change-sets-api.ts'
import { undoImport } from '../import/undo-import.ts'
import { undoMerge } from '../merge/undo-merge.ts'

/**
 * Takes a whole act back in the transaction of the request, where what its changes say is not all that it did. Counts with
 * `advanceChangeSet(ctx, undoId, …)`; changes are noted with `undoId` as their change set. Throws what the caller is told.
 */
export type OwnUndo = (ctx: Context, act: ChangeSet, undoId: string) => Promise<void>

/** The acts that know better how to take themselves back, by their kind. */
const OWN: Partial<Record<ChangeSetKind, OwnUndo>> = { import: undoImport, merge: undoMerge }

export function ownUndo(kind: ChangeSetKind): OwnUndo | undefined {
  return OWN[kind]
}

/** Acts that are too large for one transaction: their undo only begins in the request, and its job ends it. */
const BY_JOB: ReadonlySet<ChangeSetKind> = new Set(['import'])

export function isUndoneByJob(kind: ChangeSetKind): boolean {
  return BY_JOB.has(kind)
}
