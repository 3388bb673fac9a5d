import { topPlace } from '#platform/column-order.ts'
import type { Context } from '#platform/context.ts'
import { publish } from '#platform/events/publish.ts'
import { faultPoint } from '#platform/faults.ts'
import { newId } from '#platform/ids.ts'
import { assignNewLead, hasAssignment } from './assignment/assign-new-lead.ts'
import type { LeadEventKind } from './contract.ts'
import { leadCreated } from './events.ts'
import type { Identity } from './identity.ts'

/** How a lead came in: by the page of its form, or another way. */
export interface Arrival {
  /** What the lead and a new person say of where they came from. */
  readonly source: string
  readonly who: Identity
  /** The entry in the lead's history. Its words are those for the first arrival and for one of somebody who was known. */
  readonly kind: LeadEventKind
  readonly words: readonly [first: string, again: string]
  readonly actor: 'visitor' | 'system'
  /** What the entry keeps. */
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** The lead of an arrival as it was stored. */
export interface ArrivedLead {
  readonly id: string
  readonly person_id: string
  readonly status: string
  readonly is_new: boolean
  readonly is_given_away: boolean
}

/**
 * The statement that stores an arrival, to be run by `storeArrival`. An address has one live lead in a workflow; a new one comes in
 * at the first open column.
 *
 * @param parts `gate` is a part of its own, `name as (...)`, without whose rows nothing is stored. `answers` is a part that gives
 *   the answers as rows of (field_id, value, text_version). Their own values begin at $15; $3 is the workflow and $5 the address.
 */
export function arrivalStatement(parts: { gate?: { name: string; sql: string }; answers: string }): string {
  const { gate, answers } = parts
  return `
  with ${gate ? `${gate.name} as (${gate.sql}), ` : ''}lead as (
    insert into intake.leads (org_id, id, workflow_id, person_id, email, name, source, status, position)
    select $1, $2::uuid, $3::uuid, $4::uuid, $5::citext, $6, $7,
      (select s.status from intake.lead_statuses s where s.org_id = $1 and s.workflow_id = $3::uuid
       order by s.kind <> 'open', s.position, s.status limit 1), $8 ${gate ? `from ${gate.name}` : ''}
    on conflict (org_id, workflow_id, email_key) where deleted_at is null do update set last_submitted_at = now()
    returning id, person_id, status, id = $2 as is_new
  ), answered as (
    insert into intake.lead_values (org_id, lead_id, field_id, value, text_version)
    select $1, lead.id, given.field_id, given.value, given.text_version
    from lead, ${answers}
    on conflict (org_id, lead_id, field_id) do nothing
  ), noted as (
    insert into intake.lead_events (org_id, id, lead_id, kind, description, metadata, actor_type)
    select $1, $9::uuid, lead.id, $10, case when lead.is_new then $11 else $12 end, $13::jsonb, $14
    from lead
  )
  select id, person_id, status, is_new, is_new and ${hasAssignment('$3::uuid')} as is_given_away from lead`
}

/** Stores an arrival in the caller's transaction by its statement; undefined when the gate let nothing through. */
export async function storeArrival(
  ctx: Context,
  statement: string,
  of: { workflowId: string; personId: string; arrival: Arrival },
  own: readonly unknown[],
): Promise<ArrivedLead | undefined> {
  const { source, who, kind, words, actor, metadata } = of.arrival
  const result = await ctx.db.query<ArrivedLead>(statement, [
    ctx.orgId,
    newId(),
    of.workflowId,
    of.personId,
    who.email,
    who.name,
    source,
    topPlace(ctx.clock.now()),
    newId(),
    kind,
    ...words,
    JSON.stringify(metadata),
    actor,
    ...own,
  ])
  return result.rows[0]
}

/** Tells of an arrival, and gives a new lead to whom its workflow says; returns what further events about it say. */
export async function announceArrival(
  ctx: Context,
  { id: leadId, person_id: personId, status, is_new, is_given_away }: ArrivedLead,
  workflowId: string,
  { email, name }: Identity,
) {
  const subjects = [
    { type: 'lead', id: leadId },
    { type: 'workflow', id: workflowId },
    { type: 'person', id: personId },
  ]
  const about = { leadId, workflowId, personId, email, name }
  if (is_new) await publish(ctx, leadCreated, { subjects, payload: { ...about, status } })
  faultPoint('submission.after_lead')
  if (is_given_away) await assignNewLead(ctx, { leadId, workflowId, personId })
  return { subjects, about }
}
