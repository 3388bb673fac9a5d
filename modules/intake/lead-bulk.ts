import type { Context } from '#platform/context.ts'
import { eachItem } from '#platform/http/bulk.ts'
import { versionsOf } from '#platform/http/etags.ts'
import type { Lead, LeadChange, LeadOutcome } from './contract.ts'
import { moveLead } from './lead-moves.ts'
import { assignLead } from './lead-owner.ts'
import { deleteLead, restoreLead } from './leads/removal.ts'

/** Moves, assigns, deletes and brings back leads in the order given; each as a whole or not at all. */
export async function changeLeads(
  ctx: Context,
  changes: readonly LeadChange[],
): Promise<{ items: LeadOutcome[]; changed: number; failed: number }> {
  const outcomes = await eachItem(ctx, changes, change => changeLead(ctx, change))
  const items = outcomes.map((outcome, index): LeadOutcome => {
    if ('value' in outcome) return { index, ok: true, lead: outcome.value, problem: null }
    return { index, ok: false, lead: null, problem: outcome.problem }
  })
  const changed = items.filter(item => item.ok).length
  return { items, changed, failed: items.length - changed }
}

async function changeLead(ctx: Context, change: LeadChange): Promise<Lead> {
  const { leadId, status, below, ownerUserId } = change
  const expected = versionsOf(change.ifMatch)
  if (change.deleted) return deleteLead(ctx, leadId, expected)
  const restored = change.deleted === false ? await restoreLead(ctx, leadId) : null
  const moved =
    status === undefined
      ? restored
      : await moveLead(ctx, leadId, { status, below }, restored ? null : expected)
  if (moved && ownerUserId === undefined) return moved
  // What was done before has heeded what the change is based on, and has made a new version.
  const assigned = await assignLead(ctx, leadId, ownerUserId ?? null, moved ? null : expected)
  return assigned.value
}
