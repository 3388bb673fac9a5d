import type { z } from 'zod'
import type { Context } from '../context.ts'
import type { EventKind, PublishedEvent, Subject } from '../contract/event.ts'
import type { Tx } from '../db/database.ts'
import { EVERYTHING } from '../db/visibility.ts'
import { newId } from '../ids.ts'

const INSERT = `
  with e as materialized (
    select * from unnest($2::uuid[], $3::text[], $4::smallint[], $5::jsonb[], $6::jsonb[], $7::jsonb[], $8::boolean[])
      as e (id, type, version, actor, subjects, payload, is_pending)
  ), stored as (
    insert into events.events (org_id, id, type, version, actor, subjects, payload)
    select $1, e.id, e.type, e.version, e.actor, e.subjects, e.payload from e
  )
  insert into events.pending (org_id, event_id) select $1, e.id from e where e.is_pending`

interface EventRow {
  event: PublishedEvent
  actor: string
  isPending: boolean
}

/** The events of a transaction in one statement, however many it publishes. */
function writeEvents(tx: Tx, rows: readonly EventRow[]): void {
  const orgId = rows[0]?.event.orgId
  tx.send(INSERT, [
    orgId,
    rows.map(({ event }) => event.id),
    rows.map(({ event }) => event.type),
    rows.map(({ event }) => event.version),
    rows.map(({ actor }) => actor),
    rows.map(({ event }) => JSON.stringify(event.subjects)),
    rows.map(({ event }) => JSON.stringify(event.payload)),
    rows.map(({ isPending }) => isPending),
  ])
}

/**
 * Publishes an event in the caller's transaction: stores it, runs the reactions that belong to the same
 * transaction, and leaves the others to the dispatcher. Live views hear of it after the commit.
 * Throws what a `with` reaction throws, which rolls the caller back.
 */
export async function publish<S extends z.ZodType>(
  ctx: Context,
  kind: EventKind<S>,
  event: { subjects: readonly Subject[]; payload: z.input<S> },
): Promise<PublishedEvent<z.output<S>>> {
  const published: PublishedEvent<z.output<S>> = {
    id: newId(),
    orgId: ctx.orgId,
    type: kind.type,
    version: kind.version,
    subjects: event.subjects,
    payload: kind.payload.parse(event.payload),
    actor: ctx.actor,
    at: ctx.clock.now(),
  }
  const isPending = ctx.kit.reactions.of(kind.type, 'after').length > 0
  ctx.db.gather(writeEvents, { event: published, actor: JSON.stringify(ctx.actor), isPending })
  if (isPending) ctx.db.afterCommit(() => ctx.kit.wake.signal('events'))
  // What reacts is the organization's own doing: it sees everything, whatever the one who acts may see.
  for (const reaction of ctx.kit.reactions.of(kind.type, 'with')) {
    await ctx.db.unnarrowed(() => reaction.run({ ...ctx, visibility: EVERYTHING }, published))
  }
  ctx.db.afterCommit(() =>
    ctx.kit.live.send({
      id: published.id,
      orgId: ctx.orgId,
      type: published.type,
      subjects: published.subjects,
    }),
  )
  return published
}
