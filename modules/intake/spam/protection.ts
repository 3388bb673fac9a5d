import { audit } from '#platform/audit/audit.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import type { RouteInput } from '#platform/contract/route.ts'
import { asSealed, type Sealed, type SealedAt } from '#platform/crypto/vault.ts'
import { generalErrors } from '#platform/errors.ts'
import { intakeErrors } from '../errors.ts'
import type { PublishedForm } from '../published-forms.ts'
import type {
  CaptchaProvider,
  CaptchaService,
  FormProtection,
  ProtectionLevel,
  setFormProtection,
} from './protection-api.ts'

/** The captcha of a form. */
export interface Captcha {
  readonly provider: CaptchaProvider
  readonly siteKey: string
  readonly secret: Sealed
  readonly service: CaptchaService | null
}

/** How a form is protected. */
export interface Protection {
  readonly level: ProtectionLevel
  readonly captcha: Captcha | null
  /** Counts saves, from 1; 0 while nothing was saved. */
  readonly revision: number
}

interface Row {
  level: ProtectionLevel
  captcha_provider: CaptchaProvider | null
  captcha_site_key: string | null
  captcha_secret: string | null
  captcha_service: CaptchaService | null
  revision: number
}

const READ = `select p.level, p.captcha_provider, p.captcha_site_key, p.captcha_secret, p.captcha_service, p.revision
  from intake.form_protection p where p.org_id = $1 and p.form_id = $2`

const UNCHANGED: Protection = { level: 'standard', captcha: null, revision: 0 }
const REMEMBERED_MAX = 5_000

/** What this process has read, by form. A submission checks that its revision is still the one. */
const remembered = new WeakMap<Kit, Map<string, Protection>>()

function memoryOf(kit: Kit): Map<string, Protection> {
  const memory = remembered.get(kit) ?? new Map<string, Protection>()
  remembered.set(kit, memory)
  return memory
}

/** How a form is protected as this process last read it, which may be old. */
export async function recallProtection(kit: Kit, { orgId, formId }: PublishedForm): Promise<Protection> {
  return memoryOf(kit).get(formId) ?? (await currentProtection(kit, { orgId, formId }))
}

/** How a form is protected now, which is remembered. */
export async function currentProtection(
  kit: Kit,
  { orgId, formId }: Pick<PublishedForm, 'orgId' | 'formId'>,
): Promise<Protection> {
  const memory = memoryOf(kit)
  const actor = { type: 'system', name: 'intake' } as const
  const read = await inOrganization(kit, { orgId, actor }, ctx => readProtection(ctx, formId))
  memory.set(formId, read)
  if (memory.size > REMEMBERED_MAX) memory.delete(memory.keys().next().value ?? formId)
  return read
}

/** Reads it anew the next time. */
export function forgetProtection(kit: Kit, { formId }: Pick<PublishedForm, 'formId'>): void {
  memoryOf(kit).delete(formId)
}

/** How a form is protected now. */
export async function readProtection(ctx: Context, formId: string): Promise<Protection> {
  const row = (await ctx.db.query<Row>(READ, [ctx.orgId, formId])).rows[0]
  if (!row) return UNCHANGED
  const { captcha_provider: provider, captcha_site_key: siteKey, captcha_secret: secret } = row
  const captcha =
    provider === null || siteKey === null || secret === null
      ? null
      : {
          provider,
          siteKey,
          secret: asSealed(secret),
          service: row.captcha_service,
        }
  return { level: row.level, captcha, revision: row.revision }
}

/** Where the vault keeps the secret of a form's captcha. */
export function captchaSecretAt(orgId: string, formId: string): SealedAt {
  return { orgId, table: 'intake.form_protection', column: 'captcha_secret', id: formId }
}

async function formOf(ctx: Context, workflowId: string): Promise<{ id: string; name: string }> {
  const found = await ctx.db.query<{ id: string; name: string }>(
    'select id, name from intake.forms where org_id = $1 and workflow_id = $2 for update',
    [ctx.orgId, workflowId],
  )
  const form = found.rows[0]
  if (!form) throw generalErrors.not_found()
  return form
}

function shown({ level, captcha }: Protection): FormProtection {
  if (!captcha) return { level, captcha: null }
  const { provider, siteKey, service } = captcha
  return { level, captcha: { provider, siteKey, service } }
}

/** How the form of a workflow is protected. Throws `request.not_found` when it has none. */
export async function getProtection(ctx: Context, workflowId: string): Promise<FormProtection> {
  const found = await ctx.db.query<{ id: string }>(
    'select id from intake.forms where org_id = $1 and workflow_id = $2',
    [ctx.orgId, workflowId],
  )
  const form = found.rows[0]
  if (!form) throw generalErrors.not_found()
  return shown(await readProtection(ctx, form.id))
}

type Change = RouteInput<typeof setFormProtection>['body']

/**
 * Changes how the form of a workflow is protected; what is left out stays. Throws `request.not_found`, and
 * `intake.captcha_secret_needed` for a service that no secret is known of.
 */
export async function setProtection(
  ctx: Context,
  workflowId: string,
  change: Change,
): Promise<FormProtection> {
  const form = await formOf(ctx, workflowId)
  const before = await readProtection(ctx, form.id)
  const captcha =
    change.captcha === undefined ? before.captcha : await sealed(ctx, form.id, change.captcha, before)
  const after = { level: change.level ?? before.level, captcha, revision: before.revision + 1 }
  await ctx.db.query(
    `insert into intake.form_protection (org_id, form_id, level, captcha_provider, captcha_site_key, captcha_secret,
       captcha_service, revision)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (org_id, form_id) do update
     set level = excluded.level, captcha_provider = excluded.captcha_provider,
       captcha_site_key = excluded.captcha_site_key, captcha_secret = excluded.captcha_secret,
       captcha_service = excluded.captcha_service, revision = excluded.revision`,
    [
      ctx.orgId,
      form.id,
      after.level,
      captcha?.provider ?? null,
      captcha?.siteKey ?? null,
      captcha?.secret ?? null,
      captcha?.service ? JSON.stringify(captcha.service) : null,
      after.revision,
    ],
  )
  ctx.db.afterCommit(() => forgetProtection(ctx.kit, { formId: form.id }))
  await audit(ctx, {
    action: 'form_protection.changed',
    object: { type: 'form', id: form.id, name: form.name },
    before: { level: before.level, captcha: before.captcha?.provider ?? null },
    after: { level: after.level, captcha: captcha?.provider ?? null },
  })
  return shown(after)
}

async function sealed(
  ctx: Context,
  formId: string,
  wanted: Change['captcha'],
  before: Protection,
): Promise<Captcha | null> {
  if (!wanted) return null
  const { provider, siteKey, service, secret } = wanted
  if (secret !== undefined) {
    const kept = await ctx.kit.vault.seal(secret, captchaSecretAt(ctx.orgId, formId))
    return { provider, siteKey, service, secret: kept }
  }
  // The secret of one service is of no use to another.
  if (before.captcha?.provider !== provider) throw intakeErrors.captcha_secret_needed()
  return { provider, siteKey, service, secret: before.captcha.secret }
}
