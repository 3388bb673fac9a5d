import { personSql } from '#modules/crm/index.ts'
import type { Context } from '#platform/context.ts'
import type { FieldType as FilterType } from '#platform/contract/filter.ts'
import type { SqlField } from '#platform/filter/compile.ts'
import { type ListShape, readList } from '#platform/filter/list.ts'
import { isId } from '#platform/ids.ts'
import { sightOf } from '#platform/owned.ts'
import { LEAD_FIELDS } from '../contract.ts'

const LEADS: ListShape = {
  fields: LEAD_FIELDS,
  id: 'l.id',
  sql: {
    name: { sql: 'l.name', isNeverNull: true },
    email: { sql: 'l.email_key', isNeverNull: true, isFolded: true },
    status: { sql: 'l.status', isNeverNull: true },
    source: { sql: 'l.source', isNeverNull: true },
    workflowId: { sql: 'l.workflow_id', isNeverNull: true },
    personId: { sql: 'l.person_id', isNeverNull: true },
    ownerUserId: { sql: 'l.owner_user_id' },
    // Ids are made in order of time, and they are what the index is in order of.
    createdAt: { sql: 'l.created_at', isNeverNull: true, order: { sql: 'l.id', cast: 'uuid' } },
    updatedAt: { sql: 'l.updated_at', isNeverNull: true },
    lastSubmittedAt: { sql: 'l.last_submitted_at', isNeverNull: true },
    statusChangedAt: { sql: 'l.status_changed_at', isNeverNull: true },
    ...personSql('l.person_id'),
  },
}

const FIELDS = `
  select d.id, d.field_key as key, d.field_type as type from intake.form_fields d
  join intake.forms f on f.org_id = $1 and f.id = d.form_id
  where d.org_id = $1 and f.workflow_id = $2`

/**
 * What leads can be filtered and sorted by; those of one workflow by their answers too, as `answers.<key>`, archived fields among them.
 * The fields of the form are read for a filter that asks for answers only.
 */
export async function leadShape(
  ctx: Context,
  workflowId: string | undefined,
  filter: string | undefined,
): Promise<ListShape> {
  if (workflowId === undefined || !asksAnswers(filter)) return LEADS
  const { rows } = await ctx.db.query<{ id: string; key: string; type: string }>(FIELDS, [
    ctx.orgId,
    workflowId,
  ])
  const named = rows.map(row => ({ ...row, name: `answers.${row.key}` }))
  return {
    ...LEADS,
    fields: {
      ...LEADS.fields,
      ...Object.fromEntries(named.map(({ name, type }) => [name, { type: filterType(type) }])),
    },
    sql: {
      ...LEADS.sql,
      ...Object.fromEntries(named.map(({ name, id, type }) => [name, placeOf(id, filterType(type))])),
    },
  }
}

function filterType(type: string): FilterType {
  switch (type) {
    case 'NUMBER':
      return 'number'
    case 'DATE':
      return 'date'
    case 'CHECKBOX':
    case 'CONSENT':
      return 'boolean'
    case 'MULTI_SELECT':
      return 'list'
    default:
      return 'text'
  }
}

const VALUES: Readonly<Partial<Record<FilterType, string>>> = {
  // Answers are checked as they come in; what is none would fail the whole list.
  number: `case when v.value ~ '^-?[0-9]{1,20}([.][0-9]{1,20})?$' then v.value::numeric end`,
  date: `case when v.value ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then v.value::date end`,
  boolean: `(v.value = 'true')`,
  list: `string_to_array(v.value, E'\\n')`,
}

function placeOf(fieldId: string, type: FilterType): SqlField {
  if (!isId(fieldId)) throw new Error('A field has an id.')
  return {
    sql: VALUES[type] ?? 'v.value',
    via: {
      from: 'intake.lead_values v',
      on: `v.org_id = $1 and v.field_id = '${fieldId}' and v.lead_id = l.id`,
    },
  }
}

/**
 * The conditions of a filter alone, for counts and boards: begins with `and` when there is any. `values` are those of the statement's own
 * parameters. Throws `request.invalid`.
 */
export function conditionsOf(
  shape: ListShape,
  filter: string | undefined,
  values: readonly unknown[],
): { sql: string; values: readonly unknown[] } {
  const list = readList(shape, { limit: 1, filter }, values)
  // The last one is the limit, which stands in the order alone.
  return { sql: list.where, values: list.values.slice(0, -1) }
}

/**
 * Runs a list of leads whose filter may ask for answers. Those come into sight with their leads only, so for one who sees a part the
 * statement itself has to say which leads are seen, as `seenCondition` does, and sees their answers by this. Nothing else is to be
 * sent meanwhile.
 */
export function withAnswersInSight<T>(
  ctx: Context,
  filter: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  return asksAnswers(filter) && sightOf(ctx, 'lead') ? ctx.db.unnarrowed(work) : work()
}

function asksAnswers(filter: string | undefined): boolean {
  return filter?.includes('answers.') ?? false
}
