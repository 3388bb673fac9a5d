import type { z } from 'zod'
import type { Context } from '../context.ts'
import type { EventKind, PublishedEvent, Subject } from '../contract/event.ts'
import { newId } from '../ids.ts'

const INSERT = `
  insert into events.events (org_id, id, type, version, actor, subjects, payload)
  values ($1, $2, $3, $4, $5, $6, $7)`

const INSERT_PENDING = 'insert into events.pending (org_id, event_id) values ($1, $2)'

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
    at: ctx.clock.now(),
  }
  ctx.db.send(INSERT, [
    ctx.orgId,
    published.id,
    published.type,
    published.version,
    JSON.stringify(ctx.actor),
    JSON.stringify(published.subjects),
    JSON.stringify(published.payload),
  ])
  if (ctx.kit.reactions.of(kind.type, 'after').length > 0) {
    ctx.db.send(INSERT_PENDING, [ctx.orgId, published.id])
    ctx.db.afterCommit(() => ctx.kit.wake.signal('events'))
  }
  for (const reaction of ctx.kit.reactions.of(kind.type, 'with')) await reaction.run(ctx, published)
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
