import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import type { Context } from '#platform/context.ts'
import { randomToken, sha256 } from '#platform/crypto/tokens.ts'
import { asSealed, type SealedAt } from '#platform/crypto/vault.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import type { Delivered } from '#platform/webhooks/content.ts'
import { isUsableSecret } from '#platform/webhooks/signatures.ts'
import { flowErrors } from './errors.ts'
import { type WebhookConfig, webhookConfig } from './nodes/webhook.ts'
import { runSeen } from './run-sight.ts'
import type { TriggerState } from './trigger-sync.ts'
import type { Webhook } from './webhook-api.ts'

const KEY_BYTES = 24
const SECRET_BYTES = 32
const SAMPLES_MAX = 5
const SAMPLE_BYTES_MAX = 32 * 1024

interface WebhookRow {
  id: string
  key: string
  secret: string
  previous_secret: string | null
  previous_until: Date | null
  config: unknown
  status: string
  is_published: boolean
}

const READ = `
  select h.id, h.key, h.secret, h.previous_secret, h.previous_until, h.config, w.status,
    w.published_version_id is not null as is_published
  from flow.webhooks h join flow.workflows w on w.org_id = $1 and w.id = h.workflow_id and w.deleted_at is null
  where h.org_id = $1 and h.workflow_id = $2`

function secretAt(orgId: string, id: string, column: 'secret' | 'previous_secret'): SealedAt {
  return { orgId, table: 'flow.webhooks', column, id }
}

/** In the spelling of Standard Webhooks, which is a secret for every other way of checking as well. */
function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
}

/** Follows what is published: the settings of a webhook trigger, or none while the workflow starts otherwise. */
export async function syncWebhook(ctx: Context, { workflowId, trigger }: TriggerState): Promise<void> {
  const config = trigger?.type === 'webhook' ? webhookConfig.parse(trigger.config) : null
  if (config) await ensureWebhook(ctx, workflowId)
  await ctx.db.query('update flow.webhooks set config = $3 where org_id = $1 and workflow_id = $2', [
    ctx.orgId,
    workflowId,
    config ? JSON.stringify(config) : null,
  ])
}

/** Makes the address of a workflow's webhook when it has none; one that it has stays as it is. */
async function ensureWebhook(ctx: Context, workflowId: string): Promise<void> {
  const id = newId()
  const key = randomToken(KEY_BYTES)
  const secret = await ctx.kit.vault.seal(newSecret(), secretAt(ctx.orgId, id, 'secret'))
  const made = await ctx.db.query(
    `insert into flow.webhooks (org_id, id, workflow_id, key, secret) values ($1, $2, $3, $4, $5)
     on conflict (org_id, workflow_id) do nothing`,
    [ctx.orgId, id, workflowId, key, secret],
  )
  if (made.rowCount === 0) return
  await ctx.db.query('insert into flow.webhook_keys (key_hash, org_id, webhook_id) values ($1, $2, $3)', [
    sha256(key),
    ctx.orgId,
    id,
  ])
}

/** A webhook as a delivery meets it. */
export interface OpenWebhook {
  readonly id: string
  readonly workflowId: string
  /** Null while what is published starts otherwise or nothing is. */
  readonly config: WebhookConfig | null
  /** Every secret that is accepted now, the newest first. */
  readonly secrets: readonly string[]
  /** Why it starts no run, or null when it does. */
  readonly closedBecause: string | null
}

const READ_BY_ID = `
  select h.id, h.workflow_id, h.key, h.secret, h.previous_secret, h.previous_until, h.config, w.status,
    w.published_version_id is not null as is_published, coalesce(h.previous_until > now(), false) as is_previous_good
  from flow.webhooks h join flow.workflows w on w.org_id = $1 and w.id = h.workflow_id and w.deleted_at is null
  where h.org_id = $1 and h.id = $2`

/** The webhook behind an address, with its secrets open; null when it or its workflow is gone. */
export async function openWebhook(ctx: Context, webhookId: string): Promise<OpenWebhook | null> {
  const found = await ctx.db.query<WebhookRow & { workflow_id: string; is_previous_good: boolean }>(
    READ_BY_ID,
    [ctx.orgId, webhookId],
  )
  const row = found.rows[0]
  if (!row) return null
  const { vault } = ctx.kit
  const secrets = [await vault.openText(asSealed(row.secret), secretAt(ctx.orgId, row.id, 'secret'))]
  if (row.previous_secret !== null && row.is_previous_good) {
    const at = secretAt(ctx.orgId, row.id, 'previous_secret')
    secrets.push(await vault.openText(asSealed(row.previous_secret), at))
  }
  return {
    id: row.id,
    workflowId: row.workflow_id,
    config: row.config === null ? null : webhookConfig.parse(row.config),
    secrets,
    closedBecause: closedBecause(row),
  }
}

function closedBecause(row: Pick<WebhookRow, 'status' | 'is_published' | 'config'>): string | null {
  if (row.status === 'paused') return 'The workflow is paused.'
  if (row.status === 'archived') return 'The workflow is archived.'
  if (!row.is_published || row.status !== 'active') return 'The workflow is not published.'
  return row.config === null ? 'The workflow no longer starts by its webhook.' : null
}

/** What was sent may be about anybody, so it is shown with its run or not at all. */
function sampleSeen(ctx: Context): string {
  const seen = runSeen(ctx, 'r')
  return seen && ` and exists (select 1 from flow.runs r where r.org_id = $1 and r.id = s.run_id${seen})`
}

/** The webhook of a workflow as members see it. Throws `request.not_found` for a workflow that is not there. */
export async function getWebhook(ctx: Context, workflowId: string): Promise<z.input<typeof Webhook>> {
  const [workflow, found, samples] = await Promise.all([
    ctx.db.query('select 1 from flow.workflows where org_id = $1 and id = $2 and deleted_at is null', [
      ctx.orgId,
      workflowId,
    ]),
    ctx.db.query<WebhookRow>(READ, [ctx.orgId, workflowId]),
    ctx.db.query<{
      run_id: string
      sample: Omit<z.input<typeof Webhook>['samples'][0], 'runId' | 'at'>
      created_at: Date
    }>(
      `select s.run_id, s.sample, s.created_at from flow.webhook_samples s
       join flow.webhooks h on h.org_id = $1 and h.id = s.webhook_id
       where s.org_id = $1 and h.workflow_id = $2${sampleSeen(ctx)} order by s.id desc limit ${SAMPLES_MAX}`,
      [ctx.orgId, workflowId],
    ),
  ])
  if (workflow.rows.length === 0) throw generalErrors.not_found()
  const row = found.rows[0]
  const config = row?.config ? webhookConfig.parse(row.config) : null
  return {
    url: row ? `${ctx.kit.config.publicUrl}/hooks/${row.key}` : null,
    verification: config?.verification ?? null,
    closedBecause: row ? closedBecause(row) : 'The workflow has no webhook yet.',
    previousSecretUntil: row?.previous_until?.toISOString() ?? null,
    samples: samples.rows.map(({ run_id, sample, created_at }) => ({
      ...sample,
      runId: run_id,
      at: created_at.toISOString(),
    })),
  }
}

/**
 * Gives the webhook another secret and answers it; it is shown this once. `secret` is one that the sender has made.
 * The one before is accepted for `keepPreviousHours`. A workflow without a webhook gets its address by this.
 */
export async function rotateSecret(
  ctx: Context,
  workflowId: string,
  { secret: given, keepPreviousHours }: { secret?: string | undefined; keepPreviousHours: number },
): Promise<{ url: string; secret: string }> {
  const locked = await ctx.db.query(
    'select 1 from flow.workflows where org_id = $1 and id = $2 and deleted_at is null for update',
    [ctx.orgId, workflowId],
  )
  if (locked.rows.length === 0) throw generalErrors.not_found()
  await ensureWebhook(ctx, workflowId)
  const found = await ctx.db.query<WebhookRow>(READ, [ctx.orgId, workflowId])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  const type = row.config === null ? null : webhookConfig.parse(row.config).verification.type
  if (given !== undefined && !isUsableSecret(type ?? 'none', given)) throw flowErrors.secret_unusable()
  const secret = given ?? newSecret()
  const { vault } = ctx.kit
  const before = await vault.openText(asSealed(row.secret), secretAt(ctx.orgId, row.id, 'secret'))
  const [sealed, sealedBefore] = await Promise.all([
    vault.seal(secret, secretAt(ctx.orgId, row.id, 'secret')),
    keepPreviousHours === 0 ? null : vault.seal(before, secretAt(ctx.orgId, row.id, 'previous_secret')),
  ])
  await ctx.db.query(
    `update flow.webhooks set secret = $3, previous_secret = $4,
       previous_until = case when $4::text is null then null else now() + make_interval(hours => $5::int) end
     where org_id = $1 and id = $2`,
    [ctx.orgId, row.id, sealed, sealedBefore, keepPreviousHours],
  )
  return { url: `${ctx.kit.config.publicUrl}/hooks/${row.key}`, secret }
}

/** Keeps a delivery as a sample beside the few before it; a long body is cut and then a text. */
export async function keepSample(
  ctx: Context,
  { webhookId, runId }: { webhookId: string; runId: string },
  { headers, query, body }: Delivered,
): Promise<void> {
  const around = JSON.stringify({ headers, query })
  const text = JSON.stringify(body)
  const room = SAMPLE_BYTES_MAX - Buffer.byteLength(around)
  const isCut = Buffer.byteLength(text) > room
  const sample = isCut
    ? { headers: room < 0 ? {} : headers, query: room < 0 ? {} : query, body: cutTo(text, room), isCut }
    : { headers, query, body, isCut }
  await ctx.db.query(
    'insert into flow.webhook_samples (org_id, id, webhook_id, run_id, sample) values ($1, $2, $3, $4, $5)',
    [ctx.orgId, newId(), webhookId, runId, JSON.stringify(sample)],
  )
  await ctx.db.query(
    `delete from flow.webhook_samples where org_id = $1 and webhook_id = $2 and id in (
       select id from flow.webhook_samples where org_id = $1 and webhook_id = $2 order by id desc offset ${SAMPLES_MAX})`,
    [ctx.orgId, webhookId],
  )
}

/** The beginning of a text, at most as many bytes and no half of a character. */
function cutTo(text: string, bytes: number): string {
  const kept = Buffer.from(text).subarray(0, Math.max(0, bytes < 0 ? SAMPLE_BYTES_MAX : bytes))
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(kept, { stream: true })
}
