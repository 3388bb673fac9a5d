import { audit } from '#platform/audit/audit.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { intakeErrors } from '../errors.ts'
import { FormField } from '../form-definition.ts'
import { FIELD } from '../form-fields.ts'
import type { FormDraft, FormFieldLife } from './draft-api.ts'
import { addToDraft, definitionOf } from './drafts.ts'
import { lockState, readState } from './form-state.ts'

interface FieldRow {
  id: string
  field: unknown
  archived_at: Date | null
}

/**
 * The fields a form asks for or has asked for, with how many leads have answered each, whoever may see these. Throws
 * `request.not_found`.
 */
export async function listFields(ctx: Context, workflowId: string): Promise<{ items: FormFieldLife[] }> {
  const state = await readState(ctx, workflowId)
  if (!state) throw generalErrors.not_found()
  const found = await ctx.db.query<FieldRow>(
    `select d.id, ${FIELD} as field, d.archived_at from intake.form_fields d
     where d.org_id = $1 and d.form_id = $2
     order by d.archived_at is not null, d.archived_at desc, d.position, d.field_key`,
    [ctx.orgId, state.formId],
  )
  const counts = await countAnswers(
    ctx,
    workflowId,
    found.rows.map(row => row.id),
  )
  return {
    items: found.rows.map(({ id, archived_at: archivedAt, field: stored }) => {
      const field = FormField.parse(stored)
      return {
        key: field.key,
        label: field.label,
        field,
        isArchived: archivedAt !== null,
        archivedAt: archivedAt?.toISOString() ?? null,
        answers: counts.get(id) ?? 0,
      }
    }),
  }
}

/** By way of the leads of the workflow, whose answers stand together: there is no index of the answers of a field. */
const COUNT = `
  select v.field_id, count(*)::int as answers
  from intake.leads l
  join intake.lead_values v on v.org_id = $1 and v.lead_id = l.id
  where l.org_id = $1 and l.workflow_id = $2 and v.field_id = any($3::uuid[])
  group by v.field_id`

async function countAnswers(
  ctx: Context,
  workflowId: string,
  fieldIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = await ctx.db.unnarrowed(() =>
    ctx.db.query<{ field_id: string; answers: number }>(COUNT, [ctx.orgId, workflowId, fieldIds]),
  )
  return new Map(found.rows.map(row => [row.field_id, row.answers]))
}

/**
 * Puts an archived field at the end of the draft. Throws `request.not_found` for one that is not archived,
 * `intake.field_in_use` when the draft has its key, `request.changed_meanwhile`.
 */
export function restoreField(
  ctx: Context,
  workflowId: string,
  fieldKey: string,
  expected: readonly string[] | null,
): Promise<FormDraft> {
  return addToDraft(
    ctx,
    workflowId,
    async state => {
      const found = await ctx.db.query<FieldRow>(
        `select d.id, ${FIELD} as field, d.archived_at from intake.form_fields d
         where d.org_id = $1 and d.form_id = $2 and d.field_key = $3 and d.archived_at is not null`,
        [ctx.orgId, state.formId, fieldKey],
      )
      const row = found.rows[0]
      if (!row) throw generalErrors.not_found()
      if (definitionOf(state).fields.some(({ key }) => key === fieldKey)) throw intakeErrors.field_in_use()
      // What it was asked by may not be there any more.
      const { visibleWhen: _, ...field } = row.field as Record<string, unknown>
      return field
    },
    expected,
  )
}

/**
 * Deletes an archived field with its answers for good, once `confirm` is how many go. A submission that was on its way with an
 * answer to it finds the form changed and tries again. Throws `request.not_found`, `intake.field_in_use` for a field of the
 * form or of its draft, `intake.answers_would_go` with the number.
 */
export async function deleteField(
  ctx: Context,
  workflowId: string,
  fieldKey: string,
  confirm = 0,
): Promise<void> {
  const state = await lockState(ctx, workflowId)
  if (!state) throw generalErrors.not_found()
  // Whoever stores an answer holds a share of this lock.
  const found = await ctx.db.query<{ id: string; label: string; archived_at: Date | null }>(
    `select id, label, archived_at from intake.form_fields
     where org_id = $1 and form_id = $2 and field_key = $3 for update`,
    [ctx.orgId, state.formId, fieldKey],
  )
  const field = found.rows[0]
  if (!field) throw generalErrors.not_found()
  if (field.archived_at === null || definitionOf(state).fields.some(({ key }) => key === fieldKey)) {
    throw intakeErrors.field_in_use()
  }
  const answers = (await countAnswers(ctx, workflowId, [field.id])).get(field.id) ?? 0
  if (answers !== confirm) {
    const message = String(answers)
    throw intakeErrors.answers_would_go({
      detail: `${answers === 1 ? 'One answer' : `${answers} answers`} would go for good. Nothing was deleted. Confirm with this number.`,
      errors: [{ in: 'query', pointer: '/confirm', code: 'answers', message }],
    })
  }
  await ctx.db.unnarrowed(() =>
    ctx.db.query('delete from intake.lead_values where org_id = $1 and field_id = $2', [ctx.orgId, field.id]),
  )
  await ctx.db.query('delete from intake.form_fields where org_id = $1 and id = $2', [ctx.orgId, field.id])
  await audit(ctx, {
    action: 'form.field_deleted',
    object: { type: 'form', id: state.formId, name: state.content.name },
    before: { field: fieldKey, label: field.label, answers },
  })
}
