import { randomInt } from 'node:crypto'
import type { Context } from '#platform/context.ts'
import { sqlState } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import { changedMeanwhile, isExpected } from '#platform/http/etags.ts'
import { newId } from '#platform/ids.ts'
import { finishedParts } from './definition/finished-parts.ts'
import { FormSettings } from './definition/form-settings.ts'
import { lockState, readState } from './definition/form-state.ts'
import { keepVersion } from './definition/form-versions.ts'
import { type Form, type FormContent, FormDefinition, type FormStatus } from './form-definition.ts'
import { saveFields } from './form-fields.ts'
import { ensureDefaultStatuses } from './lead-statuses.ts'

// No vowels and nothing that looks like something else: a key spells no word and can be read out.
const KEY_DIGITS = '23456789bcdfghjkmnpqrstvwxz'
/** 26 characters of 27 are 123 random bits. */
const KEY_LENGTH = 26

/** The form of a workflow; one that is not public yet as far as it is finished. Throws `request.not_found` when it has none. */
export async function getForm(ctx: Context, workflowId: string): Promise<Form> {
  const state = await readState(ctx, workflowId)
  if (!state) throw generalErrors.not_found()
  const { formId, content, draft, publishedAt, createdAt, updatedAt } = state
  const isOpen = state.status === 'draft' && draft.definition !== null
  return {
    id: formId,
    workflowId,
    key: state.key,
    url: urlOfForm(ctx, state.key),
    ...(isOpen && draft.definition ? finishedParts(draft.definition) : content),
    status: state.status,
    version: state.version,
    publishedVersion: state.publishedVersion,
    publishedAt: publishedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}

/** The public address of a form. */
export function urlOfForm(ctx: Context, key: string): string {
  return `${ctx.kit.config.publicUrl}/f/${key}`
}

/**
 * Replaces the form of a workflow, or makes it together with the default columns of the board. Fields that are left out
 * are archived, so no answer is ever without its question. What is public is kept as a version. A draft of a public form stays
 * as it is; that of one which is not is what is replaced. Throws `request.changed_meanwhile` when the form is not at
 * the version the edit began with or at none of the expected ones, `intake.field_has_answers` when an answered field changes its type, and
 * `request.not_found` for a workflow that does not exist.
 */
export async function saveForm(
  ctx: Context,
  workflowId: string,
  definition: FormDefinition,
  expected: readonly string[] | null = null,
): Promise<Form> {
  const form = FormDefinition.parse(definition)
  const { status, version: base, ...content } = form
  const existing = await lockState(ctx, workflowId)
  const version = existing?.version ?? 0
  if ((base ?? version) !== version || !isExpected(expected, String(version))) {
    const value = existing ? await getForm(ctx, workflowId) : {}
    throw changedMeanwhile(form, { version: String(version), value })
  }
  const formId = existing ? existing.formId : await createForm(ctx, workflowId, content)
  await writeForm(ctx, formId, content, { status, isNew: !existing })
  if (existing) await touchDraft(ctx, formId, { isReplaced: [status, existing.status].includes('draft') })
  return getForm(ctx, workflowId)
}

/** Writes what visitors see, or would see, of a locked form, and keeps what is public as a version. */
export async function writeForm(
  ctx: Context,
  formId: string,
  content: FormContent,
  { status, isNew = false }: { status: FormStatus; isNew?: boolean },
): Promise<void> {
  await ctx.db.query(
    `update intake.forms
     set name = $3, title = $4, intro = $5, submit_label = $6, thank_you_title = $7, thank_you_text = $8, redirect_url = $9,
       settings = $10, status = $11, version = version + $12,
       published_at = case when $11 = 'published' then coalesce(published_at, now()) else published_at end
     where org_id = $1 and id = $2`,
    [ctx.orgId, formId, ...partsOf(content), status, isNew ? 0 : 1],
  )
  await saveFields(ctx, formId, content.fields)
  if (status !== 'draft') await keepVersion(ctx, formId, content)
}

function partsOf(content: FormContent): unknown[] {
  return [
    content.name,
    content.title,
    content.intro,
    content.submitLabel,
    content.thankYouTitle,
    content.thankYouText,
    content.redirectUrl,
    JSON.stringify(FormSettings.parse(content)),
  ]
}

/**
 * Makes a form without fields that is not public, with the default columns of the board. Throws `request.not_found` for a workflow
 * that does not exist, `request.changed_meanwhile` when somebody else made its form at the same moment.
 */
export async function createForm(ctx: Context, workflowId: string, content: FormContent): Promise<string> {
  const formId = newId()
  const createdBy = ctx.actor.type === 'user' ? ctx.actor.userId : null
  try {
    await ctx.db.query(
      `insert into intake.forms (org_id, id, workflow_id, created_by, version, name, title, intro, submit_label,
         thank_you_title, thank_you_text, redirect_url, settings)
       values ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [ctx.orgId, formId, workflowId, createdBy, ...partsOf(content)],
    )
  } catch (error) {
    // The one thing a form refers to is its workflow. Somebody else made the form at the same moment otherwise.
    if (sqlState(error) === '23503') throw generalErrors.not_found({ cause: error })
    if (sqlState(error) === '23505') throw generalErrors.changed_meanwhile({ cause: error })
    throw error
  }
  await ctx.db.query('insert into intake.form_keys (key, org_id, form_id) values ($1, $2, $3)', [
    makeKey(),
    ctx.orgId,
    formId,
  ])
  await ensureDefaultStatuses(ctx, workflowId)
  return formId
}

/** Tells those who write at the draft of a form that it was saved another way. */
async function touchDraft(
  ctx: Context,
  formId: string,
  { isReplaced }: { isReplaced: boolean },
): Promise<void> {
  await ctx.db.query(
    `insert into intake.form_drafts (org_id, form_id, revision) values ($1, $2, 2)
     on conflict (org_id, form_id) do update set revision = form_drafts.revision + 1, changed_by = $4,
       definition = case when $3 then null else form_drafts.definition end`,
    [ctx.orgId, formId, isReplaced, ctx.actor.type === 'user' ? ctx.actor.userId : null],
  )
}

function makeKey(): string {
  return Array.from({ length: KEY_LENGTH }, () => KEY_DIGITS.charAt(randomInt(KEY_DIGITS.length))).join('')
}
