import { nameMembers } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { changedMeanwhile, isExpected, rowVersion } from '#platform/http/etags.ts'
import { Versioned } from '#platform/http/handlers.ts'
import { openRecords, requireWritable } from '#platform/owned.ts'
import type { Lead } from './contract.ts'
import { leadAssigned } from './events.ts'
import { recordLeadEvent } from './lead-events.ts'
import { LEAD_COLUMNS, type LeadRow, leadOf } from './leads.ts'

const LOCK = `
  select ${LEAD_COLUMNS}, ${rowVersion('l.updated_at')} as version from intake.leads l
  where l.org_id = $1 and l.id = $2 and l.deleted_at is null
  for update`

const ASSIGN = `
  update intake.leads l set owner_user_id = $3 where l.org_id = $1 and l.id = $2
  returning ${LEAD_COLUMNS}, ${rowVersion('l.updated_at')} as version`

/**
 * Gives a lead to a member, or takes it from everybody. Whoever may change a lead may give it away, also out of their own
 * sight: then it is gone for them with the next request. Throws `request.not_found` and `request.read_only` for the lead,
 * `request.invalid` for one who is no active member, and `request.changed_meanwhile` when the lead is at none of the
 * expected versions.
 */
export async function assignLead(
  ctx: Context,
  leadId: string,
  ownerUserId: string | null,
  expected: readonly string[] | null = null,
): Promise<Versioned<Lead>> {
  openRecords(ctx, 'lead', [leadId])
  const found = await ctx.db.query<LeadRow & { version: string }>(LOCK, [ctx.orgId, leadId])
  const before = found.rows[0]
  if (!before) throw generalErrors.not_found()
  // The policy would let through what becomes one's own by this.
  await requireWritable(ctx, 'lead', leadId)
  if (!isExpected(expected, before.version))
    throw changedMeanwhile({ ownerUserId }, { version: before.version, value: leadOf(before) })
  if (before.owner_user_id === ownerUserId) return new Versioned(leadOf(before), before.version)
  const name = ownerUserId === null ? null : await nameOfMember(ctx, ownerUserId)
  const stored = await ctx.db.query<LeadRow & { version: string }>(ASSIGN, [ctx.orgId, leadId, ownerUserId])
  const row = stored.rows[0]
  if (!row) throw generalErrors.not_found()
  await recordLeadEvent(ctx, {
    leadId,
    kind: 'OWNER_CHANGED',
    description: name === null ? 'Has no owner any more' : `Given to ${name}`,
    metadata: { from: before.owner_user_id, to: ownerUserId },
  })
  // The one who had it and the one who gets it hear of it, whatever they see afterwards.
  const people = [before.owner_user_id, ownerUserId].flatMap(id => (id === null ? [] : { type: 'user', id }))
  await publish(ctx, leadAssigned, {
    subjects: [
      { type: 'lead', id: leadId },
      { type: 'workflow', id: row.workflow_id },
      { type: 'person', id: row.person_id },
      ...people,
    ],
    payload: { leadId, workflowId: row.workflow_id, from: before.owner_user_id, to: ownerUserId },
  })
  return new Versioned(leadOf(row), row.version)
}

async function nameOfMember(ctx: Context, userId: string): Promise<string> {
  const [member] = await nameMembers(ctx, [userId])
  if (member?.status === 'active') return member.name
  throw generalErrors.invalid({
    errors: [
      {
        in: 'body',
        pointer: '/ownerUserId',
        code: 'not_there',
        message: 'Choose an active member of the organization.',
      },
    ],
  })
}
