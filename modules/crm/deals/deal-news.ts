import type { Context } from '#platform/context.ts'
import type { Subject } from '#platform/contract/event.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import {
  dealCreated,
  dealDeleted,
  dealLost,
  dealRestored,
  dealStageChanged,
  dealUpdated,
  dealWon,
} from './deal-api.ts'
import type { DealState } from './deal-state.ts'
import type { StageType } from './pipeline-api.ts'

/** What events of a deal are about: the deal first, then where it stands and whom it is with. */
function subjectsOf(dealId: string, state: DealState, users: readonly (string | null)[] = []): Subject[] {
  const named = (type: string, id: string | null) => (id === null ? [] : [{ type, id }])
  return [
    { type: 'deal', id: dealId },
    { type: 'pipeline', id: state.pipelineId },
    ...named('company', state.companyId),
    ...named('person', state.personId),
    ...state.peopleIds.flatMap(id => named('person', id)),
    ...users.flatMap(id => named('user', id)),
  ]
}

/** A deal before and after it was written; null before for a new one. */
export interface Written {
  readonly before: { readonly state: DealState; readonly status: StageType } | null
  readonly after: { readonly state: DealState; readonly status: StageType }
  readonly stageName: string
  /** Names of the fields that differ. */
  readonly changed: readonly string[]
}

/** Publishes what became of a deal: that it was made or changed, that it is in another stage, and how it ended. */
export async function announceDeal(ctx: Context, dealId: string, written: Written): Promise<void> {
  const { before, after, changed } = written
  const { state, status } = after
  const { pipelineId, stageId, value, ownerUserId, lostReasonId } = state
  const isGiven = before !== null && before.state.ownerUserId !== ownerUserId
  // The one who had it and the one who gets it hear of it, whatever they see afterwards.
  const subjects = subjectsOf(dealId, state, isGiven ? [before.state.ownerUserId, ownerUserId] : [])
  const placed = { dealId, pipelineId, stageId }
  if (before === null)
    await publish(ctx, dealCreated, { subjects, payload: { ...placed, name: state.name, status } })
  else await publish(ctx, dealUpdated, { subjects, payload: { dealId, changed: [...changed] } })
  const from = before?.state.stageId
  if (from !== undefined && from !== stageId) {
    const payload = { dealId, pipelineId, from, to: stageId, stage: written.stageName }
    await publish(ctx, dealStageChanged, { subjects, payload })
  }
  if (status === before?.status) return
  if (status === 'won') await publish(ctx, dealWon, { subjects, payload: { ...placed, value } })
  if (status === 'lost')
    await publish(ctx, dealLost, { subjects, payload: { ...placed, value, lostReasonId } })
}

/** Publishes that a deal was deleted or came back. */
export async function announcePresence(
  ctx: Context,
  dealId: string,
  state: DealState,
  isThere: boolean,
): Promise<void> {
  const kind = isThere ? dealRestored : dealDeleted
  await publish(ctx, kind, { subjects: subjectsOf(dealId, state), payload: { dealId } })
}

/** Tells open boards that a deal has another place in its column; nobody else needs to know. */
export function announcePlace(ctx: Context, dealId: string, state: DealState): void {
  const message = {
    id: newId(),
    orgId: ctx.orgId,
    type: 'deal.reordered',
    subjects: subjectsOf(dealId, state),
  }
  ctx.db.afterCommit(() => ctx.kit.live.send(message))
}
