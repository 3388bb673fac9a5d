import type { Context } from '#platform/context.ts'

/** A field of a form as a column of a file. */
export interface AnswerColumn {
  readonly fieldId: string
  readonly type: string
  readonly heading: string
}

// An archived field has its column while a lead of the workflow has an answer to it.
const FIELDS = `
  select d.id as "fieldId", d.field_key as key, d.field_type as type, d.label, d.archived_at is not null as archived
  from intake.form_fields d
  join intake.forms f on f.org_id = $1 and f.id = d.form_id
  where d.org_id = $1 and f.workflow_id = $2
    and (d.archived_at is null or exists (
      select 1 from intake.lead_values v
      join intake.leads l on l.org_id = $1 and l.id = v.lead_id
      where v.org_id = $1 and v.field_id = d.id and l.deleted_at is null))
  order by d.archived_at is not null, d.position, d.field_key`

/** What stands in a file before the answers. */
export const LEAD_HEADINGS = [
  'Lead ID',
  'Name',
  'E-mail',
  'Status',
  'Owner',
  'Source',
  'Came in',
  'Sent last',
  'Status since',
] as const

/** The columns of the answers to a form, in its order, those that are no longer asked behind; no two have one heading. */
export async function answerColumns(ctx: Context, workflowId: string): Promise<AnswerColumn[]> {
  const { rows } = await ctx.db.query<{
    fieldId: string
    key: string
    type: string
    label: string
    archived: boolean
  }>(FIELDS, [ctx.orgId, workflowId])
  const taken = new Set<string>(LEAD_HEADINGS)
  return rows.map(({ fieldId, key, type, label, archived }) => {
    const words = archived ? `${label} (no longer asked)` : label
    // Keys are told apart by the form, so a heading with one is nobody else's.
    const heading = taken.has(words) ? `${words} [${key}]` : words
    taken.add(heading)
    return { fieldId, type, heading }
  })
}

/** An answer as a cell: what people read, and numbers as the spreadsheet of the reader takes them. */
export function answerCell(type: string, value: string, delimiter: string): string {
  switch (type) {
    case 'CHECKBOX':
    case 'CONSENT':
      return value === 'true' ? 'yes' : 'no'
    case 'MULTI_SELECT':
      return value.split('\n').join('; ')
    case 'NUMBER':
      return delimiter === ';' ? value.replace('.', ',') : value
    default:
      return value
  }
}
