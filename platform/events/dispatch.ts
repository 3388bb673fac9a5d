import { z } from 'zod'
import { type Actor, type Context, inOrganization, type Kit } from '../context.ts'
import type { PublishedEvent, Subject } from '../contract/event.ts'
import { faultPoint } from '../faults.ts'
import { defineJob, enqueue } from '../jobs/kinds.ts'
import { messageOf } from '../log.ts'
import { letRequestsGoFirst } from '../pressure.ts'
import type { Reaction } from './reactions.ts'

const ORGANIZATIONS_MAX = 50
const EVENTS_MAX = 100
const POLL_MS = 500

const FIND = `
  select org_id from events.pending group by org_id order by min(created_at) limit ${ORGANIZATIONS_MAX}`

const CLAIM = `
  with picked as materialized (
    select event_id from events.pending where org_id = $1
    order by event_id limit ${EVENTS_MAX} for update skip locked
  )
  delete from events.pending p using picked
  where p.org_id = $1 and p.event_id = picked.event_id
  returning p.event_id`

const READ = `
  select id, type, version, subjects, payload, actor, created_at
  from events.events where org_id = $1 and id = any($2) order by id`

interface EventRow {
  id: string
  type: string
  version: number
  subjects: Subject[]
  payload: unknown
  actor: Actor
  created_at: Date
}

/**
 * One reaction that failed inside the dispatcher, tried again on its own with backoff until it is a dead
 * letter. The event's other reactions are not held up by it.
 */
export const retryReaction = defineJob({
  kind: 'events.react',
  payload: z.object({ eventId: z.string(), reaction: z.string() }),
  attemptsMax: 10,
  timeoutMs: 30_000,
  async run({ kit, orgId, payload }) {
    const reaction = kit.reactions.byId(payload.reaction)
    if (!reaction) throw new Error(`No reaction is called ${payload.reaction}.`)
    await inOrganization(kit, { orgId, actor: { type: 'system', name: 'events' } }, async ctx => {
      const [event] = await readEvents(ctx, [payload.eventId])
      if (event) await reaction.run(ctx, event)
    })
  },
})

/**
 * Runs the reactions of published events until aborted. Each organization's batch is one transaction
 * that also takes the events off the pending list, so a reaction's writes happen exactly once.
 */
export async function dispatchEvents(kit: Kit, abort: AbortSignal): Promise<void> {
  while (!abort.aborted) {
    try {
      await letRequestsGoFirst(kit, abort)
      if ((await dispatchOnce(kit)) === 0) await kit.wake.wait('events', POLL_MS, abort)
    } catch (error) {
      kit.log.error({ error: messageOf(error) }, 'events.dispatch_failed')
      await kit.wake.wait('events', POLL_MS, abort)
    }
  }
}

/** One round over the organizations with pending events; returns how many events were handled. */
export async function dispatchOnce(kit: Kit): Promise<number> {
  const found = await kit.db.withDispatch(tx => tx.query<{ org_id: string }>(FIND))
  let handled = 0
  for (const { org_id: orgId } of found.rows) {
    handled += await dispatchOrganization(kit, orgId)
  }
  return handled
}

/**
 * All reactions at first without a net, so that nothing waits for anything; when one fails, the whole batch is
 * done again with a savepoint around each.
 */
async function dispatchOrganization(kit: Kit, orgId: string): Promise<number> {
  try {
    return await reactToBatch(kit, orgId, reactAtOnce)
  } catch {
    return reactToBatch(kit, orgId, async (ctx, due) => {
      for (const { reaction, event } of due) await attempt(ctx, reaction, event)
    })
  }
}

/** A reaction that an event is owed. */
interface Due {
  readonly reaction: Reaction
  readonly event: PublishedEvent
}

async function reactAtOnce(ctx: Context, due: readonly Due[]): Promise<void> {
  for (const { reaction, event } of due) if (!reaction.isOrderFree) await reaction.run(ctx, event)
  const free = due.filter(({ reaction }) => reaction.isOrderFree)
  await Promise.all(free.map(({ reaction, event }) => reaction.run(ctx, event)))
}

async function reactToBatch(
  kit: Kit,
  orgId: string,
  run: (ctx: Context, due: readonly Due[]) => Promise<void>,
): Promise<number> {
  const actor = { type: 'system', name: 'events' } as const
  return inOrganization(kit, { orgId, actor, plans: 'kept' }, async ctx => {
    const claimed = await ctx.db.query<{ event_id: string }>(CLAIM, [orgId])
    if (claimed.rows.length === 0) return 0
    const events = await readEvents(
      ctx,
      claimed.rows.map(row => row.event_id),
    )
    const due = events.flatMap(event =>
      kit.reactions.of(event.type, 'after').map(reaction => ({ reaction, event })),
    )
    await run(ctx, due)
    faultPoint('events.before_commit')
    return claimed.rows.length
  })
}

async function attempt(ctx: Context, reaction: Reaction, event: PublishedEvent): Promise<void> {
  ctx.db.flush()
  ctx.db.send('savepoint reaction')
  try {
    await reaction.run(ctx, event)
    await ctx.db.settle()
    ctx.db.send('release savepoint reaction')
  } catch (error) {
    ctx.db.discard()
    await ctx.db.settle().catch(() => {})
    await ctx.db.query('rollback to savepoint reaction')
    ctx.log.warn(
      { reaction: reaction.id, event: event.type, error: messageOf(error) },
      'events.reaction_failed',
    )
    await enqueue(ctx, retryReaction, {
      key: `${event.id}:${reaction.id}`,
      payload: { eventId: event.id, reaction: reaction.id },
    })
  }
}

async function readEvents(ctx: Context, ids: readonly string[]): Promise<PublishedEvent[]> {
  const rows = await ctx.db.query<EventRow>(READ, [ctx.orgId, ids])
  return rows.rows.map(row => ({
    id: row.id,
    orgId: ctx.orgId,
    type: row.type,
    version: row.version,
    subjects: row.subjects,
    payload: row.payload,
    actor: row.actor,
    at: row.created_at,
  }))
}
