import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { sha256 } from '#platform/crypto/tokens.ts'
import { generalErrors } from '#platform/errors.ts'
import { callerKey } from '#platform/http/caller.ts'
import type { Http } from '#platform/http/handlers.ts'
import { createRateLimit, type RateLimit } from '#platform/http/rate.ts'
import { messageOf } from '#platform/log.ts'
import { type Delivered, deliveryKey, readDelivery } from '#platform/webhooks/content.ts'
import { isGenuine } from '#platform/webhooks/signatures.ts'
import { flowErrors } from './errors.ts'
import type { WebhookConfig } from './nodes/webhook.ts'
import { startSoon } from './start-soon.ts'
import { keepSample, type OpenWebhook, openWebhook } from './webhooks.ts'

const KEY = /^[A-Za-z0-9_-]{32}$/
const SAMPLES_PER_MINUTE = 60
const REMEMBERED_MAX = 10_000
const ACTOR = { type: 'system', name: 'webhook' } as const

interface Place {
  readonly orgId: string
  readonly webhookId: string
}

/** What this process keeps for its webhooks: where addresses lead, which never changes, and how often they are used. */
interface Memory {
  readonly places: Map<string, Place>
  /** Webhooks that are about to be read, by id. */
  readonly asked: Map<string, Promise<OpenWebhook | null>>
  readonly deliveries: RateLimit
  readonly samples: RateLimit
}

const memories = new WeakMap<Kit, Memory>()

function memoryOf(kit: Kit): Memory {
  const memory = memories.get(kit) ?? {
    places: new Map(),
    asked: new Map(),
    deliveries: createRateLimit(kit.config.hookPostsPerMinute),
    samples: createRateLimit(SAMPLES_PER_MINUTE),
  }
  memories.set(kit, memory)
  return memory
}

/** A delivery that is durable as a run. */
export interface Accepted {
  readonly orgId: string
  readonly runId: string
  /** Whether it started the run; false for a delivery that came before. */
  readonly isNew: boolean
  readonly reply: WebhookConfig['reply']
}

/**
 * Takes a delivery to a webhook: when this resolves, its run is committed. Throws `request.not_found` for an address that
 * leads nowhere, `request.too_many`, `flow.webhook_refused`, `flow.webhook_closed`, `flow.delivery_reused` and what
 * reading the content throws.
 */
export async function receiveDelivery(http: Http, hookKey: string, query: unknown): Promise<Accepted> {
  const { kit, requestId } = http
  const place = await placeOf(kit, hookKey)
  if (!place) throw generalErrors.not_found()
  const { orgId, webhookId } = place
  const waitS = memoryOf(kit).deliveries.take(`${webhookId} ${callerKey(http.address)}`)
  if (waitS > 0) throw generalErrors.too_many({ retryAfterS: waitS })
  const webhook = await openedWebhook(kit, place)
  const { config, workflowId } = webhook
  const delivered = readDelivery(http, query, config)
  const key = deliveryKey(http, config, delivered.body)
  // In one commit with whatever else is being delivered at this moment.
  const { runId, isNew } = await startSoon(kit, orgId, ACTOR, {
    workflowId,
    trigger: 'webhook',
    input: { webhook: { ...delivered } } satisfies JsonObject,
    ...(key === undefined ? {} : { idempotencyKey: `webhook:${key}` }),
  })
  const options = { orgId, actor: ACTOR, requestId }
  if (!isNew && hasFixedBodies(config))
    await inOrganization(kit, options, ctx => refuseOther(ctx, runId, delivered))
  if (isNew && memoryOf(kit).samples.take(webhookId) === 0) {
    // For people's convenience: the run is durable, so that nothing which goes wrong here is the sender's concern.
    const about = { webhookId, runId }
    await inOrganization(kit, options, ctx => keepSample(ctx, about, delivered)).catch(error =>
      kit.log.warn({ ...about, error: messageOf(error) }, 'flow.sample_not_kept'),
    )
  }
  return { orgId, runId, isNew, reply: config.reply }

  /** The webhook once it is known that it is open and who has sent this: until then only the bytes are looked at. */
  async function openedWebhook(kit: Kit, place: Place): Promise<OpenWebhook & { config: WebhookConfig }> {
    const known = await knownWebhook(kit, place)
    if (!known) throw generalErrors.not_found()
    const { config, secrets, closedBecause } = known
    const signed = {
      header: (name: string) => http.header(name),
      body: http.rawBody,
      now: kit.clock.now().getTime(),
    }
    if (config && !isGenuine(config.verification, signed, secrets)) throw flowErrors.webhook_refused()
    if (!config || closedBecause !== null) {
      throw flowErrors.webhook_closed({ detail: `${closedBecause} Nothing was kept of the delivery.` })
    }
    return { ...known, config }
  }
}

/** The webhook as it is now, read once for all deliveries that came in the same turn of the event loop. */
function knownWebhook(kit: Kit, { orgId, webhookId }: Place): Promise<OpenWebhook | null> {
  const { asked } = memoryOf(kit)
  const shared = asked.get(webhookId)
  if (shared) return shared
  const webhook = new Promise<void>(resolve => setImmediate(resolve)).then(() => {
    // Whoever comes from now on may know of a later change, and reads for itself.
    asked.delete(webhookId)
    return inOrganization(kit, { orgId, actor: ACTOR }, ctx => openWebhook(ctx, webhookId))
  })
  asked.set(webhookId, webhook)
  return webhook
}

/** Where the sender promises that what it sends again is the same to the byte. */
function hasFixedBodies({ verification, deduplicateBy }: WebhookConfig): boolean {
  const { type } = verification
  return deduplicateBy === undefined && (type === 'standard_webhooks' || type === 'github')
}

async function refuseOther(ctx: Context, runId: string, { digest }: Delivered): Promise<void> {
  const first = await ctx.db.query<{ digest: string | null }>(
    `select input #>> '{webhook,digest}' as digest from flow.runs where org_id = $1 and id = $2`,
    [ctx.orgId, runId],
  )
  const known = first.rows[0]?.digest
  if (!known || known === digest) return
  ctx.log.warn({ runId }, 'flow.delivery_reused')
  throw flowErrors.delivery_reused()
}

async function placeOf(kit: Kit, hookKey: string): Promise<Place | null> {
  if (!KEY.test(hookKey)) return null
  const { places } = memoryOf(kit)
  const known = places.get(hookKey)
  if (known) return known
  const found = await kit.db.withGlobal(tx =>
    tx.query<{ org_id: string; webhook_id: string }>(
      'select org_id, webhook_id from flow.webhook_keys where key_hash = $1',
      [sha256(hookKey)],
    ),
  )
  const row = found.rows[0]
  if (!row) return null
  const place = { orgId: row.org_id, webhookId: row.webhook_id }
  // A map keeps the order of insertion, so the first one is the longest in memory.
  if (places.size >= REMEMBERED_MAX) places.delete(places.keys().next().value ?? hookKey)
  places.set(hookKey, place)
  return place
}
