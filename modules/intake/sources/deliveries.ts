import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import type { Json } from '#platform/contract/plain-data.ts'
import { sha256 } from '#platform/crypto/tokens.ts'
import { asSealed } from '#platform/crypto/vault.ts'
import { generalErrors } from '#platform/errors.ts'
import type { Http } from '#platform/http/handlers.ts'
import { newId } from '#platform/ids.ts'
import { enqueue } from '#platform/jobs/kinds.ts'
import { type Delivered, type DeliveryRules, deliveryKey, readDelivery } from '#platform/webhooks/content.ts'
import { isGenuine } from '#platform/webhooks/signatures.ts'
import { intakeErrors } from '../errors.ts'
import { visitLimit } from '../visits.ts'
import { calendlyKey } from './calendly.ts'
import { takeDelivery } from './delivery-job.ts'
import { type SourceKind, WebhookSourceSettings } from './source-api.ts'
import { secretAt } from './source-secrets.ts'
import { verificationOf } from './sources.ts'

const KEY = /^[A-Za-z0-9_-]{32}$/
const ACTOR = { type: 'system', name: 'source' } as const

const takePost = visitLimit(kit => kit.config.hookPostsPerMinute)

interface SourceRow {
  id: string
  workflow_id: string
  kind: SourceKind
  secret: string
  previous_secret: string | null
  is_previous_good: boolean
  settings: unknown
  is_enabled: boolean
}

const READ = `
  select id, workflow_id, kind, secret, previous_secret, settings, is_enabled,
    coalesce(previous_until > now(), false) as is_previous_good
  from intake.sources where org_id = $1 and id = $2`

const KEEP = `
  insert into intake.source_deliveries (org_id, id, source_id, delivery_key, digest, content, status, outcome)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (org_id, source_id, delivery_key) where delivery_key is not null do nothing
  returning id`

/**
 * Takes a delivery to a source: when this resolves it is stored, and what becomes of it follows from there. Throws
 * `request.not_found` for an address that leads nowhere, `request.too_many`, `intake.delivery_refused`, `intake.source_closed` and
 * what reading the content throws.
 */
export async function receiveSourceDelivery(
  http: Http,
  sourceKey: string,
  query: unknown,
): Promise<{ deliveryId: string; isNew: boolean }> {
  const { kit, requestId } = http
  const place = await placeOf(kit, sourceKey)
  if (!place) throw generalErrors.not_found()
  takePost(kit, place.sourceId, http.address)
  return inOrganization(kit, { orgId: place.orgId, actor: ACTOR, requestId }, async ctx => {
    const source = await openSource(ctx, http, place.sourceId)
    const rules = rulesOf(source)
    const delivered = readDelivery(http, query, rules)
    const body = delivered.body as Json
    const key = source.kind === 'calendly' ? calendlyKey(body) : deliveryKey(http, rules, body)
    return keep(ctx, source, delivered, key?.slice(0, 200))
  })
}

/** The source once it is known that it is open and who has sent this: until then only the bytes are looked at. */
async function openSource(ctx: Context, http: Http, sourceId: string): Promise<SourceRow> {
  const found = await ctx.db.query<SourceRow>(READ, [ctx.orgId, sourceId])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  const { vault, clock } = ctx.kit
  const secrets = [await vault.openText(asSealed(row.secret), secretAt(ctx.orgId, row.id, 'secret'))]
  if (row.previous_secret !== null && row.is_previous_good) {
    const at = secretAt(ctx.orgId, row.id, 'previous_secret')
    secrets.push(await vault.openText(asSealed(row.previous_secret), at))
  }
  const signed = {
    header: (name: string) => http.header(name),
    body: http.rawBody,
    now: clock.now().getTime(),
  }
  if (!isGenuine(verificationOf(row.kind, row.settings), signed, secrets))
    throw intakeErrors.delivery_refused()
  if (!row.is_enabled) throw intakeErrors.source_closed()
  return row
}

function rulesOf({ kind, settings }: SourceRow): DeliveryRules {
  if (kind === 'calendly') return { verification: { type: 'calendly' } }
  const { verification, deduplicateBy } = WebhookSourceSettings.parse(settings)
  return { verification, deduplicateBy: deduplicateBy ?? undefined }
}

async function keep(
  ctx: Context,
  { id: sourceId, kind, settings, workflow_id: workflowId }: SourceRow,
  { digest, ...content }: Delivered,
  key: string | undefined,
): Promise<{ deliveryId: string; isNew: boolean }> {
  const isMapped = kind === 'calendly' || WebhookSourceSettings.parse(settings).mapping !== null
  const deliveryId = newId()
  const kept = await ctx.db.query(KEEP, [
    ctx.orgId,
    deliveryId,
    sourceId,
    key ?? null,
    digest,
    JSON.stringify(content),
    isMapped ? 'waiting' : 'unmapped',
    isMapped ? '' : 'Kept until there is a mapping.',
  ])
  const isNew = kept.rows.length > 0
  if (!isNew) {
    const first = await ctx.db.query<{ id: string }>(
      'select id from intake.source_deliveries where org_id = $1 and source_id = $2 and delivery_key = $3',
      [ctx.orgId, sourceId, key],
    )
    return { deliveryId: first.rows[0]?.id ?? deliveryId, isNew }
  }
  if (isMapped) await enqueue(ctx, takeDelivery, { key: deliveryId, payload: { deliveryId } })
  const subjects = [{ type: 'workflow', id: workflowId }]
  ctx.db.afterCommit(() =>
    ctx.kit.live.send({ id: newId(), orgId: ctx.orgId, type: 'lead_source.delivered', subjects }),
  )
  return { deliveryId, isNew }
}

async function placeOf(kit: Kit, sourceKey: string): Promise<{ orgId: string; sourceId: string } | null> {
  if (!KEY.test(sourceKey)) return null
  const found = await kit.db.withGlobal(tx =>
    tx.query<{ org_id: string; source_id: string }>(
      'select org_id, source_id from intake.source_keys where key_hash = $1',
      [sha256(sourceKey)],
    ),
  )
  const row = found.rows[0]
  return row ? { orgId: row.org_id, sourceId: row.source_id } : null
}
