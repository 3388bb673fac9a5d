import { randomInt } from 'node:crypto'
import type { Context } from '#platform/context.ts'
import { sqlState } from '#platform/db/database.ts'
import { generalErrors } from '#platform/errors.ts'
import { changedMeanwhile, isExpected } from '#platform/http/etags.ts'
import { newId } from '#platform/ids.ts'
import { FormSettings } from './definition/form-settings.ts'
import { type Form, FormDefinition, FormField, type FormStatus } from './form-definition.ts'
import { FIELD, saveFields } from './form-fields.ts'
import { ensureDefaultStatuses } from './lead-statuses.ts'

// No vowels and nothing that looks like something else: a key spells no word and can be read out.
const KEY_DIGITS = '23456789bcdfghjkmnpqrstvwxz'
/** 26 characters of 27 are 123 random bits. */
const KEY_LENGTH = 26

interface FormRow {
  id: string
  workflow_id: string
  key: string
  name: string
  title: string
  intro: string
  submit_label: string
  thank_you_title: string
  thank_you_text: string
  redirect_url: string | null
  settings: unknown
  published_version: number | null
  status: FormStatus
  version: number
  published_at: Date | null
  created_at: Date
  updated_at: Date
  fields: unknown[]
}

/** One statement, so that the fields are those of the version. */
const READ = `
  select f.id, f.workflow_id, k.key, f.name, f.title, f.intro, f.submit_label, f.thank_you_title, f.thank_you_text,
    f.redirect_url, f.settings, f.status, f.version, f.published_version, f.published_at, f.created_at, f.updated_at,
    (select jsonb_agg(${FIELD} order by d.position)
     from intake.form_fields d
     where d.org_id = $1 and d.form_id = f.id and d.archived_at is null) as fields
  from intake.forms f
  join intake.form_keys k on k.org_id = $1 and k.form_id = f.id
  where f.org_id = $1 and f.workflow_id = $2
  order by k.created_at desc
  limit 1`

/** The form of a workflow. Throws `request.not_found` when it has none. */
export async function getForm(ctx: Context, workflowId: string): Promise<Form> {
  const found = await ctx.db.query<FormRow>(READ, [ctx.orgId, workflowId])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return {
    id: row.id,
    workflowId: row.workflow_id,
    key: row.key,
    url: `${ctx.kit.config.publicUrl}/f/${row.key}`,
    name: row.name,
    title: row.title,
    intro: row.intro,
    submitLabel: row.submit_label,
    thankYouTitle: row.thank_you_title,
    thankYouText: row.thank_you_text,
    redirectUrl: row.redirect_url,
    ...FormSettings.parse(row.settings),
    status: row.status,
    version: row.version,
    publishedVersion: row.published_version,
    fields: row.fields.map(field => FormField.parse(field)),
    publishedAt: row.published_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

type Parsed = ReturnType<typeof FormDefinition.parse>

/**
 * Replaces the form of a workflow, or makes it together with the default columns of the board. Fields that are left out
 * are archived, so no answer is ever without its question. Throws `request.changed_meanwhile` when the form is not at
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
  const found = await ctx.db.query<{ id: string; version: number }>(
    'select id, version from intake.forms where org_id = $1 and workflow_id = $2 for update',
    [ctx.orgId, workflowId],
  )
  const existing = found.rows[0]
  const version = existing?.version ?? 0
  if ((form.version ?? version) !== version || !isExpected(expected, String(version))) {
    const value = existing ? await getForm(ctx, workflowId) : {}
    throw changedMeanwhile(form, { version: String(version), value })
  }
  const formId = existing ? existing.id : await createForm(ctx, workflowId, form)
  if (existing) await updateForm(ctx, formId, form)
  await saveFields(ctx, formId, form.fields)
  return getForm(ctx, workflowId)
}

function wordsOf(form: Parsed): unknown[] {
  return [
    form.name,
    form.title,
    form.intro,
    form.submitLabel,
    form.thankYouTitle,
    form.thankYouText,
    form.status,
    form.redirectUrl,
    JSON.stringify(FormSettings.parse(form)),
  ]
}

async function createForm(ctx: Context, workflowId: string, form: Parsed): Promise<string> {
  const formId = newId()
  const createdBy = ctx.actor.type === 'user' ? ctx.actor.userId : null
  try {
    await ctx.db.query(
      `insert into intake.forms (org_id, id, workflow_id, created_by, name, title, intro, submit_label, thank_you_title,
         thank_you_text, status, redirect_url, settings, published_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, case when $11 = 'published' then now() end)`,
      [ctx.orgId, formId, workflowId, createdBy, ...wordsOf(form)],
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

async function updateForm(ctx: Context, formId: string, form: Parsed): Promise<void> {
  await ctx.db.query(
    `update intake.forms
     set name = $3, title = $4, intro = $5, submit_label = $6, thank_you_title = $7, thank_you_text = $8, status = $9,
       redirect_url = $10, settings = $11, version = version + 1, published_at = case when $9 = 'published' then coalesce(published_at, now()) else published_at end
     where org_id = $1 and id = $2`,
    [ctx.orgId, formId, ...wordsOf(form)],
  )
}

function makeKey(): string {
  return Array.from({ length: KEY_LENGTH }, () => KEY_DIGITS.charAt(randomInt(KEY_DIGITS.length))).join('')
}
