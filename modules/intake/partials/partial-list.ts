import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { type ListRequest, pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { isNarrowed } from '#platform/owned.ts'
import { ABANDONED_AFTER_MINUTES } from './abandonment.ts'
import { PARTIAL_KEPT_DAYS, type PartialSubmission } from './partials-api.ts'

interface PartialRow {
  id: string
  email_key: string | null
  answers: { key: string; label: string; value: unknown }[] | null
  last_field: string | null
  is_abandoned: boolean
  saved_at: Date
  created_at: Date
  expires_at: Date
}

// Answers in the order of the form; fields that it no longer asks for come last.
const LIST = `
  select p.submission_id as id, p.email_key, p.last_field, p.saved_at, p.created_at,
    p.saved_at < now() - interval '${ABANDONED_AFTER_MINUTES} minutes' as is_abandoned, p.saved_at + make_interval(days => ${PARTIAL_KEPT_DAYS}) as expires_at,
    (select jsonb_agg(jsonb_build_object('key', d.field_key, 'label', d.label, 'value', p.answers->d.field_key)
       order by d.archived_at is not null, d.position)
     from intake.form_fields d
     where d.org_id = $1 and d.form_id = p.form_id and p.answers->d.field_key is not null) as answers
  from intake.partial_submissions p
  where p.org_id = $1 and p.form_id = $2 and ($3::uuid is null or p.submission_id < $3)
    and p.saved_at > now() - make_interval(days => ${PARTIAL_KEPT_DAYS})
  order by p.submission_id desc limit $4`

/** Answers to the form of a workflow that were kept and not sent. Throws `request.not_found` without a form. */
export async function readPartials(
  ctx: Context,
  workflowId: string,
  request: ListRequest,
): Promise<{ items: PartialSubmission[]; nextCursor: string | null }> {
  const formId = await formOf(ctx, workflowId)
  const after = readIdCursor(request)
  // Nobody is their owner, so whoever sees the leads of some owners only has nothing to do with them.
  if (isNarrowed(ctx)) return { items: [], nextCursor: null }
  const found = await ctx.db.query<PartialRow>(LIST, [ctx.orgId, formId, after, request.limit + 1])
  return pageOfRows(request, found.rows, partialOf, row => [row.id])
}

function partialOf(row: PartialRow): PartialSubmission {
  return {
    id: row.id,
    email: row.email_key,
    answers: (row.answers ?? []).map(({ key, label, value }) => ({ key, label, value: textOf(value) })),
    lastField: row.last_field,
    abandoned: row.is_abandoned,
    savedAt: row.saved_at.toISOString(),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join('\n') : String(value)
}

/** Deletes kept answers. Throws `request.not_found`, also for somebody who sees a part of the leads only. */
export async function removePartial(ctx: Context, workflowId: string, partialId: string): Promise<void> {
  const formId = await formOf(ctx, workflowId)
  if (isNarrowed(ctx)) throw generalErrors.not_found()
  const gone = await ctx.db.query(
    'delete from intake.partial_submissions where org_id = $1 and form_id = $2 and submission_id = $3',
    [ctx.orgId, formId, partialId],
  )
  if (gone.rowCount === 0) throw generalErrors.not_found()
}

async function formOf(ctx: Context, workflowId: string): Promise<string> {
  const found = await ctx.db.query<{ id: string }>(
    'select id from intake.forms where org_id = $1 and workflow_id = $2',
    [ctx.orgId, workflowId],
  )
  const form = found.rows[0]
  if (!form) throw generalErrors.not_found()
  return form.id
}
