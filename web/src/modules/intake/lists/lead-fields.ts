import type { RecordField } from '#modules/crm/contract.ts'
import type { Form, LeadStatus } from '#modules/intake/contract.ts'
import type { ListFields } from '../../crm/list/use-list-fields.ts'

/** What a list of leads can be ordered by, by the key of the column. */
export const LEAD_SORTS: ReadonlySet<string> = new Set([
  'name',
  'email',
  'status',
  'createdAt',
  'lastSubmittedAt',
  'statusChangedAt',
])

const KINDS: Readonly<Record<string, RecordField['kind']>> = {
  LONG_TEXT: 'long_text',
  EMAIL: 'email',
  PHONE: 'phone',
  URL: 'url',
  DROPDOWN: 'select',
  MULTI_SELECT: 'multi_select',
  NUMBER: 'number',
  DATE: 'date',
  CHECKBOX: 'boolean',
  CONSENT: 'boolean',
}

/** The key of a field of a form among the fields of its leads. */
export const answerKey = (key: string) => `answers.${key}`

function fieldOf(
  key: string,
  label: string,
  kind: RecordField['kind'],
  group: string,
  options?: readonly { value: string; label: string }[],
): RecordField {
  return {
    key,
    label,
    kind,
    group,
    ...(options ? { options: [...options] } : {}),
    isCustom: false,
    isEditable: false,
    isRequired: false,
    isSortable: LEAD_SORTS.has(key),
    isFilterable: true,
    isImportable: false,
  }
}

/** What leads of a workflow are filtered by: who they are, whose, where they come from and when, and what they answered. */
export function leadFields(
  form: Pick<Form, 'fields'> | undefined,
  statuses: readonly LeadStatus[],
): ListFields {
  const own = [
    fieldOf('ownerUserId', 'Owner', 'user', 'Lead'),
    fieldOf(
      'status',
      'Status',
      'select',
      'Lead',
      statuses.map(({ status, name }) => ({ value: status, label: name })),
    ),
    fieldOf('source', 'Source', 'text', 'Lead'),
    fieldOf('createdAt', 'Came in', 'time', 'Lead'),
    fieldOf('lastSubmittedAt', 'Sent last', 'time', 'Lead'),
    fieldOf('statusChangedAt', 'Status since', 'time', 'Lead'),
    fieldOf('name', 'Name', 'text', 'Lead'),
    fieldOf('email', 'E-mail', 'email', 'Lead'),
  ]
  const answers = (form?.fields ?? []).map(field =>
    fieldOf(
      answerKey(field.key),
      field.label,
      KINDS[field.type] ?? 'text',
      'Answers',
      'options' in field ? field.options.map(option => ({ value: option, label: option })) : undefined,
    ),
  )
  const filters = [...own, ...answers]
  return {
    columns: filters,
    filters,
    byKey: new Map(filters.map(field => [field.key, field])),
    sortOf: key => (LEAD_SORTS.has(key) ? key : undefined),
  }
}
