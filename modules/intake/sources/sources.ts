import type { Context } from '#platform/context.ts'
import type { Verification } from '#platform/contract/verification.ts'
import { randomToken, sha256 } from '#platform/crypto/tokens.ts'
import { asSealed } from '#platform/crypto/vault.ts'
import { generalErrors } from '#platform/errors.ts'
import { changedMeanwhile, isExpected, rowVersion } from '#platform/http/etags.ts'
import { Versioned } from '#platform/http/handlers.ts'
import { newId } from '#platform/ids.ts'
import { isUsableSecret } from '#platform/webhooks/signatures.ts'
import { intakeErrors } from '../errors.ts'
import { listStatuses } from '../lead-statuses.ts'
import { disconnectCalendly } from './calendly-connection.ts'
import { lookAgain } from './delivery-log.ts'
import {
  CalendlySourceSettings,
  type Source,
  type SourceChanges,
  type SourceDraft,
  type SourceKind,
  WebhookSourceSettings,
} from './source-api.ts'
import { newSecret, secretAt } from './source-secrets.ts'

const KEY_BYTES = 24
/** In one workflow. */
const SOURCES_MAX = 20

interface SourceRow {
  id: string
  workflow_id: string
  kind: SourceKind
  name: string
  key: string
  secret: string
  previous_until: Date | null
  settings: unknown
  is_enabled: boolean
  created_at: Date
  updated_at: Date
  version: string
  counts: Record<string, number> | null
  last_at: Date | null
  connected_scope: 'user' | 'organization' | null
  connected_account: string | null
  connection_problem: string | null
  connection_checked_at: Date | null
}

const READ = `
  select s.id, s.workflow_id, s.kind, s.name, s.key, s.secret, s.previous_until, s.settings, s.is_enabled, s.created_at,
    s.updated_at, ${rowVersion('s.updated_at')} as version, told.counts, told.last_at,
    c.scope as connected_scope, c.account as connected_account, c.problem as connection_problem,
    c.checked_at as connection_checked_at
  from intake.sources s
  left join intake.calendly_connections c on c.org_id = $1 and c.source_id = s.id
  left join lateral (
    select jsonb_object_agg(each.status, each.n) as counts, max(each.last_at) as last_at
    from (select d.status, count(*)::int as n, max(d.created_at) as last_at from intake.source_deliveries d
          where d.org_id = $1 and d.source_id = s.id group by d.status) each
  ) told on true
  where s.org_id = $1`

/** The sources of a workflow in the order they were made. Throws `request.not_found` for one that is not there or has no form. */
export async function listSources(ctx: Context, workflowId: string): Promise<{ items: Source[] }> {
  const [form, found] = await Promise.all([
    ctx.db.query('select 1 from intake.forms where org_id = $1 and workflow_id = $2', [
      ctx.orgId,
      workflowId,
    ]),
    ctx.db.query<SourceRow>(`${READ} and s.workflow_id = $2 order by s.id`, [ctx.orgId, workflowId]),
  ])
  if (form.rows.length === 0) throw generalErrors.not_found()
  return { items: found.rows.map(row => sourceOf(ctx, row)) }
}

/** One source. Throws `request.not_found`. */
export async function getSource(ctx: Context, sourceId: string): Promise<Versioned<Source>> {
  const row = await readRow(ctx, sourceId)
  return new Versioned(sourceOf(ctx, row), row.version)
}

async function readRow(ctx: Context, sourceId: string): Promise<SourceRow> {
  const found = await ctx.db.query<SourceRow>(`${READ} and s.id = $2`, [ctx.orgId, sourceId])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return row
}

/**
 * Makes a source with an address and a secret of its own. Throws `request.not_found` for a workflow that is not there or has no
 * form, `intake.too_many_sources`, and `request.invalid` for columns that the board has not and settings of another kind.
 */
export async function createSource(ctx: Context, workflowId: string, draft: SourceDraft): Promise<Source> {
  const locked = await ctx.db.query(
    'select 1 from intake.forms where org_id = $1 and workflow_id = $2 for no key update',
    [ctx.orgId, workflowId],
  )
  if (locked.rows.length === 0) throw generalErrors.not_found()
  const settings = await settingsOf(ctx, { workflowId, kind: draft.kind }, draft, {})
  const count = await ctx.db.query<{ n: number }>(
    'select count(*)::int as n from intake.sources where org_id = $1 and workflow_id = $2',
    [ctx.orgId, workflowId],
  )
  if ((count.rows[0]?.n ?? 0) >= SOURCES_MAX) throw intakeErrors.too_many_sources()
  const id = newId()
  const key = randomToken(KEY_BYTES)
  const secret = await ctx.kit.vault.seal(newSecret(), secretAt(ctx.orgId, id, 'secret'))
  const createdBy = ctx.actor.type === 'user' ? ctx.actor.userId : null
  await ctx.db.query(
    `insert into intake.sources (org_id, id, workflow_id, kind, name, key, secret, settings, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [ctx.orgId, id, workflowId, draft.kind, draft.name, key, secret, JSON.stringify(settings), createdBy],
  )
  await ctx.db.query('insert into intake.source_keys (key_hash, org_id, source_id) values ($1, $2, $3)', [
    sha256(key),
    ctx.orgId,
    id,
  ])
  return sourceOf(ctx, await readRow(ctx, id))
}

/**
 * Changes a source. With its first mapping, what was kept until then is looked at. Throws `request.not_found`,
 * `request.changed_meanwhile`, and `request.invalid` as `createSource` does.
 */
export async function changeSource(
  ctx: Context,
  sourceId: string,
  changes: SourceChanges,
  expected: readonly string[] | null,
): Promise<Versioned<Source>> {
  await lock(ctx, sourceId)
  const row = await readRow(ctx, sourceId)
  if (!isExpected(expected, row.version)) {
    throw changedMeanwhile(changes, { version: row.version, value: sourceOf(ctx, row) })
  }
  const about = { workflowId: row.workflow_id, kind: row.kind }
  const settings = await settingsOf(ctx, about, changes, row.settings)
  await ctx.db.query(
    `update intake.sources set name = $3, is_enabled = $4, settings = $5 where org_id = $1 and id = $2`,
    [
      ctx.orgId,
      sourceId,
      changes.name ?? row.name,
      changes.isEnabled ?? row.is_enabled,
      JSON.stringify(settings),
    ],
  )
  if (changes.webhook?.mapping) await lookAgain(ctx, sourceId, ['unmapped'])
  return getSource(ctx, sourceId)
}

/** Takes a source away with its address and its log; Calendly is told where it is connected. Throws `request.not_found`. */
export async function deleteSource(ctx: Context, sourceId: string): Promise<void> {
  const { connected_scope } = await readRow(ctx, sourceId)
  if (connected_scope !== null) await disconnectCalendly(ctx, sourceId, { isAnyway: true })
  await lock(ctx, sourceId)
  await ctx.db.query('delete from intake.source_keys where org_id = $1 and source_id = $2', [
    ctx.orgId,
    sourceId,
  ])
  await ctx.db.query('delete from intake.sources where org_id = $1 and id = $2', [ctx.orgId, sourceId])
}

async function lock(ctx: Context, sourceId: string): Promise<void> {
  const found = await ctx.db.query('select 1 from intake.sources where org_id = $1 and id = $2 for update', [
    ctx.orgId,
    sourceId,
  ])
  if (found.rows.length === 0) throw generalErrors.not_found()
}

/**
 * Gives a source another secret and answers it; it is shown this once. `secret` is one that the sender has made. The one before is
 * accepted for `keepPreviousHours`. Throws `request.not_found`, `intake.source_secret_unusable` and `intake.calendly_connected`.
 */
export async function rotateSourceSecret(
  ctx: Context,
  sourceId: string,
  { secret: given, keepPreviousHours }: { secret?: string | undefined; keepPreviousHours: number },
): Promise<{ url: string; secret: string }> {
  await lock(ctx, sourceId)
  const row = await readRow(ctx, sourceId)
  if (row.connected_scope !== null) throw intakeErrors.calendly_connected()
  const { type } = verificationOf(row.kind, row.settings)
  if (given !== undefined && !isUsableSecret(type, given)) throw intakeErrors.source_secret_unusable()
  const secret = given ?? newSecret()
  const { vault } = ctx.kit
  const before = await vault.openText(asSealed(row.secret), secretAt(ctx.orgId, sourceId, 'secret'))
  const [sealed, sealedBefore] = await Promise.all([
    vault.seal(secret, secretAt(ctx.orgId, sourceId, 'secret')),
    keepPreviousHours === 0 ? null : vault.seal(before, secretAt(ctx.orgId, sourceId, 'previous_secret')),
  ])
  await ctx.db.query(
    `update intake.sources set secret = $3, previous_secret = $4,
       previous_until = case when $4::text is null then null else now() + make_interval(hours => $5::int) end
     where org_id = $1 and id = $2`,
    [ctx.orgId, sourceId, sealed, sealedBefore, keepPreviousHours],
  )
  return { url: urlOf(ctx, row.key), secret }
}

/** How deliveries to a source of this kind prove where they come from. */
export function verificationOf(kind: SourceKind, settings: unknown): Verification {
  return kind === 'calendly' ? { type: 'calendly' } : WebhookSourceSettings.parse(settings).verification
}

/** The settings after a change. Throws `request.invalid` for those of another kind and for columns that are not there. */
async function settingsOf(
  ctx: Context,
  { workflowId, kind }: { workflowId: string; kind: SourceKind },
  changes: Pick<SourceDraft, 'webhook' | 'calendly'>,
  before: unknown,
): Promise<unknown> {
  const other = kind === 'webhook' ? 'calendly' : 'webhook'
  if (changes[other] !== undefined) throw wrong(`/${other}`, 'This source is of another kind.')
  if (kind === 'webhook') return changes.webhook ?? WebhookSourceSettings.parse(before)
  if (changes.calendly === undefined && Object.keys(before as object).length > 0) return before
  const columns = new Set((await listStatuses(ctx, workflowId)).map(({ status }) => status))
  const known = (status: string | null) => (status !== null && columns.has(status) ? status : null)
  if (changes.calendly === undefined) {
    const { bookedStatus, canceledStatus } = CalendlySourceSettings.parse({})
    return { bookedStatus: known(bookedStatus), canceledStatus: known(canceledStatus) }
  }
  for (const name of ['bookedStatus', 'canceledStatus'] as const) {
    const status = changes.calendly[name]
    if (status !== null && known(status) === null) {
      throw wrong(`/calendly/${name}`, 'The board of this workflow has no such column.')
    }
  }
  return changes.calendly
}

function wrong(pointer: string, message: string) {
  return generalErrors.invalid({ errors: [{ in: 'body', pointer, code: 'not_there', message }] })
}

const urlOf = (ctx: Context, key: string) => `${ctx.kit.config.publicUrl}/in/${key}`

function sourceOf(ctx: Context, row: SourceRow): Source {
  const counts = { waiting: 0, unmapped: 0, done: 0, ignored: 0, failed: 0, ...row.counts }
  return {
    id: row.id,
    workflowId: row.workflow_id,
    kind: row.kind,
    name: row.name,
    url: urlOf(ctx, row.key),
    isEnabled: row.is_enabled,
    webhook: row.kind === 'webhook' ? WebhookSourceSettings.parse(row.settings) : null,
    calendly: row.kind === 'calendly' ? CalendlySourceSettings.parse(row.settings) : null,
    connection:
      row.connected_scope === null
        ? null
        : {
            scope: row.connected_scope,
            account: row.connected_account ?? '',
            problem: row.connection_problem,
            checkedAt: row.connection_checked_at?.toISOString() ?? row.updated_at.toISOString(),
          },
    previousSecretUntil: row.previous_until?.toISOString() ?? null,
    deliveries: { ...counts, lastAt: row.last_at?.toISOString() ?? null },
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
