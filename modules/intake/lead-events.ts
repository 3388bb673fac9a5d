import type { z } from 'zod'
import type { emailFailed, emailSent, emailSuppressed, emailUnknown } from '#modules/mail/contract.ts'
import type { Context } from '#platform/context.ts'
import type { PublishedEvent } from '#platform/contract/event.ts'
import type { Tx } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import { pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { newId } from '#platform/ids.ts'
import { openRecords } from '#platform/owned.ts'
import type { LeadEvent, LeadEventKind } from './contract.ts'

const DESCRIPTION_MAX = 1000

export interface LeadEventDraft {
  readonly leadId: string
  readonly kind: LeadEventKind
  /** One sentence for people; cut to 1,000 characters. */
  readonly description: string
  readonly metadata: Readonly<Record<string, unknown>>
  /** Whose doing it was, when not the context's actor. */
  readonly runId?: string
  readonly userId?: string
  /** It followed from settings, whoever set it off. */
  readonly bySystem?: true
}

// From the lead, so that a lead that is gone makes a caller's transaction neither fail nor wait.
const RECORD = `
  insert into intake.lead_events (org_id, id, lead_id, kind, description, metadata, actor_type, user_id, run_id)
  select $1, e.id, l.id, e.kind, e.description, e.metadata, e.actor_type, e.user_id, e.run_id
  from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::jsonb[], $7::text[], $8::uuid[], $9::uuid[])
    as e (id, lead_id, kind, description, metadata, actor_type, user_id, run_id)
  cross join lateral (select id from intake.leads where org_id = $1 and id = e.lead_id offset 0) l`

interface NotedEvent {
  readonly orgId: string
  readonly id: string
  readonly event: LeadEventDraft
  readonly by: ReturnType<typeof attributionOf>
}

function writeLeadEvents(tx: Tx, noted: readonly NotedEvent[]): void {
  tx.send(RECORD, [
    noted[0]?.orgId,
    noted.map(({ id }) => id),
    noted.map(({ event }) => event.leadId),
    noted.map(({ event }) => event.kind),
    noted.map(({ event }) => [...event.description].slice(0, DESCRIPTION_MAX).join('')),
    noted.map(({ event }) => JSON.stringify(event.metadata)),
    noted.map(({ by }) => by.type),
    noted.map(({ by }) => by.userId ?? null),
    noted.map(({ by }) => by.runId ?? null),
  ])
}

const LIST = `
  select id, kind, description, metadata, actor_type, user_id, run_id, created_at
  from intake.lead_events
  where org_id = $1 and lead_id = $2 and ($3::uuid is null or id < $3)
  order by id desc
  limit $4`

/**
 * Adds to what is known to have happened to a lead, for good; nothing when the lead is gone. It is written with all others of
 * the transaction, before its commit.
 */
export async function recordLeadEvent(ctx: Context, event: LeadEventDraft): Promise<void> {
  const by = attributionOf(ctx, event)
  openRecords(ctx, 'lead', [event.leadId])
  ctx.db.gather(writeLeadEvents, { orgId: ctx.orgId, id: newId(), event, by })
  // A page that shows the lead's history reads it again; for the rest of the product nothing has happened.
  const subjects = [{ type: 'lead', id: event.leadId }]
  ctx.db.afterCommit(() =>
    ctx.kit.live.send({ id: newId(), orgId: ctx.orgId, type: 'lead_event.recorded', subjects }),
  )
}

function attributionOf(
  { actor }: Context,
  { runId, userId, bySystem }: LeadEventDraft,
): { type: LeadEvent['actor']; userId?: string; runId?: string } {
  if (bySystem) return { type: 'system' }
  if (runId !== undefined) return { type: 'run', runId }
  if (userId !== undefined) return { type: 'user', userId }
  if (actor.type === 'run') return { type: 'run', runId: actor.runId }
  if (actor.type === 'user') return { type: 'user', userId: actor.userId }
  return { type: actor.type }
}

interface EventRow {
  id: string
  kind: LeadEventKind
  description: string
  metadata: Record<string, unknown>
  actor_type: LeadEvent['actor']
  user_id: string | null
  run_id: string | null
  created_at: Date
}

/** A page of what happened to a lead, the newest first; empty for a lead that does not exist. */
export async function readLeadEvents(
  ctx: Context,
  leadId: string,
  query: { limit: number; cursor?: string | undefined },
): Promise<{ items: LeadEvent[]; nextCursor: string | null }> {
  const before = readIdCursor(query)
  const found = await ctx.db.query<EventRow>(LIST, [ctx.orgId, leadId, before, query.limit + 1])
  return pageOfRows(query, found.rows, eventOf)
}

/** A page of what happened to a lead, the newest first. Throws `request.not_found`. */
export async function listLeadEvents(
  ctx: Context,
  leadId: string,
  query: { limit: number; cursor?: string | undefined },
): Promise<{ items: LeadEvent[]; nextCursor: string | null }> {
  openRecords(ctx, 'lead', [leadId])
  const lead = await ctx.db.query(
    'select 1 from intake.leads where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, leadId],
  )
  if (lead.rowCount === 0) throw generalErrors.not_found()
  return readLeadEvents(ctx, leadId, query)
}

function eventOf(row: EventRow): LeadEvent {
  return {
    id: row.id,
    kind: row.kind,
    description: row.description,
    metadata: row.metadata,
    actor: row.actor_type,
    userId: row.user_id,
    runId: row.run_id,
    createdAt: row.created_at.toISOString(),
  }
}

type Outcome = typeof emailSent | typeof emailFailed | typeof emailUnknown | typeof emailSuppressed

/** How an e-mail event reads on a lead. */
const EMAIL_EVENTS: Readonly<Record<string, { kind: LeadEventKind; words: string }>> = {
  'email.sent': { kind: 'EMAIL_SENT', words: 'E-mail sent' },
  'email.failed': { kind: 'EMAIL_FAILED', words: 'E-mail refused' },
  'email.unknown': { kind: 'EMAIL_UNKNOWN', words: 'E-mail perhaps not sent' },
  'email.suppressed': { kind: 'EMAIL_SUPPRESSED', words: 'E-mail not sent, do not contact' },
}

/** What became of an e-mail goes on record at the lead it was about. A reaction to `email.sent`, `.failed`, `.unknown`. */
export async function recordEmailOnLead(
  ctx: Context,
  event: PublishedEvent<z.output<Outcome['payload']>>,
): Promise<void> {
  const { leadId, runId, messageId, to, subject } = event.payload
  const outcome = EMAIL_EVENTS[event.type]
  if (leadId === undefined || !outcome) return
  const reason = 'reason' in event.payload ? { reason: event.payload.reason } : {}
  await recordLeadEvent(ctx, {
    leadId,
    kind: outcome.kind,
    description: `${outcome.words}: ${subject}`,
    metadata: { messageId, to, subject, ...reason },
    ...(runId === undefined ? {} : { runId }),
  })
}
