import type { Context } from '#platform/context.ts'
import { eachItem } from '#platform/http/bulk.ts'
import { versionsOf } from '#platform/http/etags.ts'
import type { Lead, LeadChange, LeadOutcome } from './contract.ts'
import { moveLead } from './lead-moves.ts'
import { assignLead } from './lead-owner.ts'

/** Moves and assigns leads in the order given; each as a whole or not at all. */
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
  const { leadId, status, ownerUserId } = change
  const expected = versionsOf(change.ifMatch)
  const moved = status === undefined ? null : await moveLead(ctx, leadId, { status }, expected)
  if (moved && ownerUserId === undefined) return moved
  // The move has heeded what the change is based on, and has made a new version.
  const assigned = await assignLead(ctx, leadId, ownerUserId ?? null, moved ? null : expected)
  return assigned.value
}
