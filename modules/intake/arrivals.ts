import { topPlace } from '#platform/column-order.ts'
import type { Context } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import { inRounds, rowsFor } from '#platform/db/rounds.ts'
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

/** An arrival as its statement reads it. */
interface ArrivalRow {
  readonly org_id: string
  readonly id: string
  readonly workflow_id: string
  readonly person_id: string
  readonly email: string
  readonly name: string
  readonly source: string
  readonly position: string
  readonly event_id: string
  readonly kind: LeadEventKind
  readonly first_words: string
  readonly again_words: string
  readonly metadata: Readonly<Record<string, unknown>> | undefined
  readonly actor: Arrival['actor']
  readonly own: Readonly<Record<string, unknown>>
}

/** Stores the arrivals that come side by side in one transaction; undefined for each that the gate did not let through. */
export type StoreArrivals = (
  tx: Tx,
  arrivals: readonly ArrivalRow[],
) => Promise<readonly (ArrivedLead | undefined)[]>

const RECORD = `nr int, id uuid, workflow_id uuid, person_id uuid, email text, name text, source text, position text,
      event_id uuid, kind text, first_words text, again_words text, metadata jsonb, actor text, own jsonb`

/**
 * How arrivals are stored, to be handed to `storeArrival`. An address has one live lead in a workflow; a new one comes in
 * at the first open column.
 *
 * @param parts `answers` gives the answers to arrival `a` as rows `given (field_id, value, text_version)`, and
 *   `gate` is `insert into … select … from asked a … returning`, of which those arrivals go on whose `passes` holds for a row `g` of it.
 *   `a.own` is what `storeArrival` was given for the arrival; `one` names what two in one statement must not have in common.
 */
export function storingArrivals({
  gate,
  answers,
}: {
  gate?: { sql: string; passes: string; one: (own: ArrivalRow['own']) => string }
  answers: string
}): StoreArrivals {
  const text = `
  with asked as materialized (
    select * from jsonb_to_recordset($2::jsonb) as a (${RECORD})
  ), ${gate ? `gate as (${gate.sql}), ` : ''}let_in as materialized (
    select a.* from asked a ${gate ? `join gate g on ${gate.passes}` : ''}
  ), lead as (
    insert into intake.leads (org_id, id, workflow_id, person_id, email, name, source, status, position)
    select $1, a.id, a.workflow_id, a.person_id, a.email::citext, a.name, a.source,
      (select s.status from intake.lead_statuses s where s.org_id = $1 and s.workflow_id = a.workflow_id
       order by s.kind <> 'open', s.position, s.status limit 1), a.position
    from let_in a order by lower(a.email)
    on conflict (org_id, workflow_id, email_key) where deleted_at is null do update set last_submitted_at = now()
    returning id, workflow_id, person_id, status, email_key
  ), stored as materialized (
    select a.*, l.id as lead_id, l.person_id as of_person, l.status, l.id = a.id as is_new
    from let_in a join lead l on l.workflow_id = a.workflow_id and l.email_key = lower(a.email)
  ), answered as (
    insert into intake.lead_values (org_id, lead_id, field_id, value, text_version)
    select $1, a.lead_id, given.field_id, given.value, given.text_version
    from stored a cross join lateral (${answers}) given
    on conflict (org_id, lead_id, field_id) do nothing
  ), noted as (
    insert into intake.lead_events (org_id, id, lead_id, kind, description, metadata, actor_type)
    select $1, a.event_id, a.lead_id, a.kind, case when a.is_new then a.first_words else a.again_words end,
      coalesce(a.metadata, '{}'), a.actor
    from stored a
  )
  select a.nr, a.lead_id as id, a.of_person as person_id, a.status, a.is_new,
    a.is_new and ${hasAssignment('a.workflow_id')} as is_given_away
  from stored a`
  return (tx, arrivals) =>
    inRounds(
      arrivals,
      row => [`${row.workflow_id} ${row.email.toLowerCase()}`, ...(gate ? [gate.one(row.own)] : [])],
      round => rowsFor<ArrivedLead>(tx, text, round),
    )
}

/** Stores an arrival in the caller's transaction, with others that come side by side; undefined when the gate did not let it through. */
export function storeArrival(
  ctx: Context,
  store: StoreArrivals,
  of: { workflowId: string; personId: string; arrival: Arrival },
  own: ArrivalRow['own'],
): Promise<ArrivedLead | undefined> {
  const { source, who, kind, words, actor, metadata } = of.arrival
  return ctx.db.ask(store, {
    org_id: ctx.orgId,
    id: newId(),
    workflow_id: of.workflowId,
    person_id: of.personId,
    email: who.email,
    name: who.name,
    source,
    position: topPlace(ctx.clock.now()),
    event_id: newId(),
    kind,
    first_words: words[0],
    again_words: words[1],
    metadata,
    actor,
    own,
  })
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
  if (is_given_away) await ctx.db.inTurn(() => assignNewLead(ctx, { leadId, workflowId, personId }))
  return { subjects, about }
}
