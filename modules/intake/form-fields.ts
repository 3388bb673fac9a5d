import type { Context } from '#platform/context.ts'
import type { FieldProblem } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { intakeErrors } from './errors.ts'
import type { FormField, ShownField } from './form-definition.ts'

/** A row `d` of `intake.form_fields` as JSON for `FormField`. */
export const FIELD = `jsonb_strip_nulls(jsonb_build_object('key', d.field_key, 'label', d.label, 'help', d.help,
      'type', d.field_type, 'required', d.required, 'validation', d.validation,
      'options', case when d.field_type in ('DROPDOWN', 'MULTI_SELECT') then d.options end,
      'visibleWhen', d.visible_when, 'prefill', d.prefill, 'page', d.page)) || d.settings`

const RETYPED = `
  select f.id from unnest($3::text[], $4::text[]) as given (key, type)
  join intake.form_fields f on f.org_id = $1 and f.form_id = $2 and f.field_key = given.key
  where f.field_type <> given.type`

const ANSWERED = `
  select f.field_key as key from intake.form_fields f
  where f.org_id = $1 and f.id = any($2)
    and exists (select from intake.lead_values v where v.org_id = $1 and v.field_id = f.id)`

/** The keys of fields that have answers of another type than they would get, whoever may see these. */
export async function retypedKeys(
  ctx: Context,
  formId: string,
  fields: readonly { readonly key: string; readonly type: string }[],
): Promise<string[]> {
  const retyped = await ctx.db.query<{ id: string }>(RETYPED, [
    ctx.orgId,
    formId,
    fields.map(field => field.key),
    fields.map(field => field.type),
  ])
  if (retyped.rows.length === 0) return []
  const ids = retyped.rows.map(({ id }) => id)
  const answered = await ctx.db.unnarrowed(() => ctx.db.query<{ key: string }>(ANSWERED, [ctx.orgId, ids]))
  return answered.rows.map(({ key }) => key)
}

/** What is said of a field, by its place in the form, that cannot become another type. */
export function retypedProblem(index: number): FieldProblem {
  return {
    in: 'body',
    pointer: `/fields/${index}/type`,
    code: 'field_has_answers',
    message: 'This field has answers of its present type.',
  }
}

const ARCHIVE = `
  update intake.form_fields set archived_at = now()
  where org_id = $1 and form_id = $2 and archived_at is null and field_key <> all ($3)`

const WRITE = `
  insert into intake.form_fields (org_id, id, form_id, field_key, label, help, field_type, options, required, validation,
    visible_when, prefill, page, settings, position)
  select $1, given.id, $2, given.key, given.label, given.help, given.type, given.options, given.required, given.validation,
    given.visible_when, given.prefill, given.page, given.settings, given.position
  from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::boolean[], $10::jsonb[],
      $11::jsonb[], $12::jsonb[], $13::int[], $14::jsonb[], $15::int[])
    as given (id, key, label, help, type, options, required, validation, visible_when, prefill, page, settings, position)
  on conflict (org_id, form_id, field_key) do update
  set label = excluded.label, help = excluded.help, field_type = excluded.field_type, options = excluded.options,
    required = excluded.required, validation = excluded.validation,
    visible_when = excluded.visible_when, prefill = excluded.prefill, page = excluded.page,
    settings = excluded.settings, position = excluded.position, archived_at = null`

/**
 * Makes the fields of a form those that are given; what is left out is archived. Throws `intake.field_has_answers` when one with
 * answers changes its type.
 */
export async function saveFields(ctx: Context, formId: string, fields: readonly FormField[]): Promise<void> {
  const keys = fields.map(field => field.key)
  const types = fields.map(field => field.type)
  const shown: readonly ShownField[] = fields
  const retyped = await retypedKeys(ctx, formId, fields)
  if (retyped.length > 0) {
    throw intakeErrors.field_has_answers({ errors: retyped.map(key => retypedProblem(keys.indexOf(key))) })
  }
  await Promise.all([
    ctx.db.query(ARCHIVE, [ctx.orgId, formId, keys]),
    ctx.db.query(WRITE, [
      ctx.orgId,
      formId,
      fields.map(() => newId()),
      keys,
      fields.map(field => field.label),
      fields.map(field => field.help),
      types,
      fields.map(field => JSON.stringify('options' in field ? field.options : [])),
      fields.map(field => field.required),
      fields.map(field => JSON.stringify(field.validation)),
      shown.map(field => jsonOrNull(field.visibleWhen)),
      shown.map(field => jsonOrNull(field.prefill)),
      fields.map(field => field.page),
      fields.map(field => JSON.stringify(settingsOf(field))),
      fields.map((_, position) => position),
    ]),
  ])
}

const COLUMNS: ReadonlySet<string> = new Set([
  'key',
  'label',
  'help',
  'type',
  'required',
  'validation',
  'options',
  'visibleWhen',
  'prefill',
  'page',
])

/** What has no column of its own. */
function settingsOf(field: FormField): object {
  return Object.fromEntries(Object.entries(field).filter(([name]) => !COLUMNS.has(name)))
}

function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}
