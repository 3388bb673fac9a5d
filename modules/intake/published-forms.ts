import { isOrganizationClosed } from '#modules/iam/index.ts'
import type { Context, Kit } from '#platform/context.ts'
import { inOrganization } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { type FormLanguage, FormSettings } from './definition/form-settings.ts'
import { wordsIn } from './definition/words/languages.ts'
import { intakeErrors } from './errors.ts'
import { FormField, type FormStatus } from './form-definition.ts'
import { FIELD } from './form-fields.ts'

/** A form as visitors meet it, with what a submission needs to know. */
export interface PublishedForm extends FormSettings {
  readonly orgId: string
  readonly formId: string
  readonly workflowId: string
  readonly key: string
  readonly version: number
  /** The number of the version that visitors see; null for a form that was never published. */
  readonly publishedVersion: number | null
  readonly status: FormStatus
  readonly title: string
  readonly intro: string
  readonly submitLabel: string
  readonly thankYouTitle: string
  readonly thankYouText: string
  /** Where a browser goes after sending; null is the page of thanks. */
  readonly redirectUrl: string | null
  readonly fields: readonly (FormField & { readonly id: string })[]
}

interface FormRow {
  workflow_id: string
  version: number
  published_version: number | null
  settings: unknown
  status: FormStatus
  title: string
  intro: string
  submit_label: string
  thank_you_title: string
  thank_you_text: string
  redirect_url: string | null
  fields: { id: string; field: unknown }[] | null
}

const FIND = 'select org_id, form_id from intake.form_keys where key = $1'

/** One statement, so that version and fields belong together. */
const LOAD = `
  select f.workflow_id, f.version, f.status, f.title, f.intro, f.submit_label, f.thank_you_title, f.thank_you_text,
    f.redirect_url, f.settings, f.published_version,
    (select jsonb_agg(jsonb_build_object('id', d.id, 'field', ${FIELD}) order by d.position)
     from intake.form_fields d
     where d.org_id = $1 and d.form_id = f.id
       and (d.archived_at is null or d.field_key = any ($3::text[]))) as fields
  from intake.forms f
  where f.org_id = $1 and f.id = $2`

const VERSION = `
  select f.version from intake.form_keys k
  join intake.forms f on f.org_id = $1 and f.id = k.form_id
  where k.key = $2 and k.org_id = $1`

const REMEMBERED_MAX = 1000
const KEY = /^[a-z0-9]{20,40}$/

/** Definitions this process has read, by key. They are never trusted by their age, only by their version. */
const remembered = new WeakMap<Kit, Map<string, PublishedForm>>()

function memoryOf(kit: Kit): Map<string, PublishedForm> {
  const memory = remembered.get(kit) ?? new Map<string, PublishedForm>()
  remembered.set(kit, memory)
  return memory
}

/** The form of a key as this process last read it, which may be old; null when the key leads nowhere. */
export async function recallForm(kit: Kit, key: string): Promise<PublishedForm | null> {
  return memoryOf(kit).get(key) ?? loadForm(kit, key)
}

/** The form of a key as it is now; null when the key leads nowhere. */
export async function currentForm(kit: Kit, key: string): Promise<PublishedForm | null> {
  const known = memoryOf(kit).get(key) ?? (await loadForm(kit, key))
  if (!known) return null
  const [isCurrent, isClosed] = await inOrganization(kit, visitor(known.orgId), ctx =>
    Promise.all([isVersionCurrent(ctx, known), isOrganizationClosed(ctx)]),
  )
  const form = isCurrent ? known : await loadForm(kit, key)
  // A form of an organization that takes nothing is closed, whatever its own status says.
  return form?.status === 'published' && isClosed ? { ...form, status: 'closed' } : form
}

/** Whether nothing has changed since the form was read: two look-ups by key, made inside the caller's transaction. */
export async function isVersionCurrent(ctx: Context, form: PublishedForm): Promise<boolean> {
  const found = await ctx.db.query<{ version: number }>(VERSION, [ctx.orgId, form.key])
  return found.rows[0]?.version === form.version
}

/** Reads the form of a key from the database and remembers it. */
export async function loadForm(kit: Kit, key: string): Promise<PublishedForm | null> {
  const memory = memoryOf(kit)
  memory.delete(key)
  if (!KEY.test(key)) return null
  const found = await kit.db.withGlobal(tx => tx.query<{ org_id: string; form_id: string }>(FIND, [key]))
  const place = found.rows[0]
  if (!place) return null
  const form = await inOrganization(kit, visitor(place.org_id), ctx => read(ctx, key, place.form_id))
  if (!form) return null
  // Whoever read the same at the same time goes on with one object: what belongs together is found by it.
  const known = memory.get(key)
  if (known?.version === form.version) return known
  memory.set(key, form)
  // A map keeps the order of insertion, so the first one is the longest in memory.
  if (memory.size > REMEMBERED_MAX) memory.delete(memory.keys().next().value ?? key)
  return form
}

/** The form of a workflow as visitors see it, whether it takes answers or not; null when there is none. */
export async function formOfWorkflow(ctx: Context, workflowId: string): Promise<PublishedForm | null> {
  const found = await ctx.db.query<{ key: string; form_id: string }>(
    `select k.key, f.id as form_id from intake.forms f join intake.form_keys k on k.org_id = $1 and k.form_id = f.id
     where f.org_id = $1 and f.workflow_id = $2 order by k.created_at desc limit 1`,
    [ctx.orgId, workflowId],
  )
  const row = found.rows[0]
  return row ? read(ctx, row.key, row.form_id) : null
}

const LOCKED_KEY = `
  select k.key from intake.forms f join intake.form_keys k on k.org_id = $1 and k.form_id = f.id
  where f.org_id = $1 and f.id = $2 order by k.created_at desc limit 1 for share of f`

/**
 * A form for a submission that came earlier, whatever its status is now: as it is until the end of the transaction, and with
 * the fields of these keys also where it no longer asks for them. Null when it is not there.
 */
export async function readFormForSubmission(
  ctx: Context,
  formId: string,
  keys: readonly string[],
): Promise<PublishedForm | null> {
  const found = await ctx.db.query<{ key: string }>(LOCKED_KEY, [ctx.orgId, formId])
  const key = found.rows[0]?.key
  return key === undefined ? null : read(ctx, key, formId, keys)
}

async function read(
  ctx: Context,
  key: string,
  formId: string,
  alsoKeys: readonly string[] = [],
): Promise<PublishedForm | null> {
  const loaded = await ctx.db.query<FormRow>(LOAD, [ctx.orgId, formId, alsoKeys])
  const row = loaded.rows[0]
  if (!row) return null
  const settings = FormSettings.parse(row.settings)
  return {
    orgId: ctx.orgId,
    formId,
    workflowId: row.workflow_id,
    key,
    version: row.version,
    status: row.status,
    title: row.title,
    intro: row.intro,
    ...saidInLanguage({
      submitLabel: row.submit_label,
      thankYouTitle: row.thank_you_title,
      thankYouText: row.thank_you_text,
      language: settings.language,
    }),
    redirectUrl: row.redirect_url,
    ...settings,
    publishedVersion: row.published_version,
    fields: (row.fields ?? []).map(({ id, field }) => ({ ...FormField.parse(field), id })),
  }
}

/** The words of a form that visitors read, those of its language where it has none of its own. */
export function saidInLanguage(
  form: Pick<PublishedForm, 'submitLabel' | 'thankYouTitle' | 'thankYouText'> & { language: FormLanguage },
): Pick<PublishedForm, 'submitLabel' | 'thankYouTitle' | 'thankYouText'> {
  const words = wordsIn(form.language)
  return {
    submitLabel: form.submitLabel || words.send,
    thankYouTitle: form.thankYouTitle || words.thankYou,
    thankYouText: form.thankYouText || words.received,
  }
}

function visitor(orgId: string) {
  return { orgId, actor: { type: 'visitor', address: '' } } as const
}

/** The form when it takes answers. Throws `request.not_found` for a missing or unpublished one, `intake.form_closed`. */
export function openForm(form: PublishedForm | null): PublishedForm {
  if (!form || form.status === 'draft') throw generalErrors.not_found()
  if (form.status === 'closed') throw intakeErrors.form_closed()
  return form
}
