import { isDeepStrictEqual } from 'node:util'
import type { Context } from '#platform/context.ts'
import { type FormContent, FormField, type FormStatus } from '../form-definition.ts'
import { FIELD } from '../form-fields.ts'
import type { DraftContent } from './draft-api.ts'
import { FormSettings } from './form-settings.ts'

/** A form with everything that is known of it inside the organization. */
export interface FormState {
  readonly formId: string
  readonly workflowId: string
  readonly key: string
  readonly status: FormStatus
  /** Counts what happened to the form. */
  readonly version: number
  /** What visitors see, or would see. */
  readonly content: FormContent
  /** The number of the version it was published as, and when that was. */
  readonly publishedVersion: number | null
  readonly versionAt: Date | null
  readonly publishedAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly draft: {
    /** Null while there is nothing to it but the content. */
    readonly definition: DraftContent | null
    readonly revision: number
    readonly changedBy: string | null
    readonly changedAt: Date
  }
}

interface Row {
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
  status: FormStatus
  version: number
  published_version: number | null
  version_at: Date | null
  published_at: Date | null
  created_at: Date
  updated_at: Date
  draft: DraftContent | null
  revision: number
  changed_by: string | null
  changed_at: Date
  fields: unknown[] | null
}

/** One statement, so that the fields are those of the version. */
const READ = `
  select f.id, f.workflow_id, k.key, f.name, f.title, f.intro, f.submit_label, f.thank_you_title, f.thank_you_text,
    f.redirect_url, f.settings, f.status, f.version, f.published_version, v.created_at as version_at, f.published_at,
    f.created_at, f.updated_at, w.definition as draft, coalesce(w.revision, 1) as revision, w.changed_by,
    coalesce(w.updated_at, f.updated_at) as changed_at,
    (select jsonb_agg(${FIELD} order by d.position)
     from intake.form_fields d
     where d.org_id = $1 and d.form_id = f.id and d.archived_at is null) as fields
  from intake.forms f
  join intake.form_keys k on k.org_id = $1 and k.form_id = f.id
  left join intake.form_drafts w on w.org_id = $1 and w.form_id = f.id
  left join intake.form_versions v on v.org_id = $1 and v.form_id = f.id and v.number = f.published_version
  where f.org_id = $1 and f.workflow_id = $2
  order by k.created_at desc
  limit 1`

/** The form of a workflow, or null. */
export async function readState(ctx: Context, workflowId: string): Promise<FormState | null> {
  const found = await ctx.db.query<Row>(READ, [ctx.orgId, workflowId])
  const row = found.rows[0]
  if (!row) return null
  return {
    formId: row.id,
    workflowId: row.workflow_id,
    key: row.key,
    status: row.status,
    version: row.version,
    content: {
      name: row.name,
      title: row.title,
      intro: row.intro,
      submitLabel: row.submit_label,
      thankYouTitle: row.thank_you_title,
      thankYouText: row.thank_you_text,
      redirectUrl: row.redirect_url,
      ...FormSettings.parse(row.settings),
      fields: (row.fields ?? []).map(field => FormField.parse(field)),
    },
    publishedVersion: row.published_version,
    versionAt: row.version_at,
    publishedAt: row.published_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    draft: {
      definition: row.draft,
      revision: row.revision,
      changedBy: row.changed_by,
      changedAt: row.changed_at,
    },
  }
}

/**
 * The form of a workflow, or null. Whoever changes it waits for whoever does already; submissions go on, because they only
 * rely on the form being there.
 */
export async function lockState(ctx: Context, workflowId: string): Promise<FormState | null> {
  await ctx.db.query('select id from intake.forms where org_id = $1 and workflow_id = $2 for no key update', [
    ctx.orgId,
    workflowId,
  ])
  return readState(ctx, workflowId)
}

/** Whether two forms say the same, in whatever order their parts were written down. */
export function isSame(one: object, other: object): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)))
}
