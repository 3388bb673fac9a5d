import {
  EmailStatus,
  LifecycleStage,
  PersonStatus,
  type RecordField,
  type RecordObject,
} from '#modules/crm/contract.ts'

const words: Readonly<Record<string, string>> = { active: 'Active', churned: 'Churned' }
const optionsOf = (values: readonly string[]) =>
  values.map(value => ({ value, label: words[value] ?? value[0]?.toUpperCase() + value.slice(1) }))

type Brief = Pick<RecordField, 'key' | 'label' | 'kind' | 'group'> & Partial<RecordField>

const field = (brief: Brief): RecordField => ({
  isCustom: false,
  isEditable: true,
  isRequired: false,
  isSortable: false,
  isFilterable: true,
  isImportable: true,
  ...brief,
})

const readOnly = { isEditable: false, isImportable: false }

const person: readonly RecordField[] = [
  field({ key: 'firstName', label: 'First name', kind: 'text', group: 'About', isSortable: true }),
  field({ key: 'lastName', label: 'Last name', kind: 'text', group: 'About', isSortable: true }),
  field({ key: 'salutation', label: 'Salutation', kind: 'text', group: 'About' }),
  field({ key: 'email', label: 'E-mail', kind: 'email', group: 'Contact', ...readOnly }),
  field({
    key: 'emailStatus',
    label: 'E-mail status',
    kind: 'select',
    options: optionsOf(EmailStatus.options),
    group: 'Contact',
    ...readOnly,
  }),
  field({ key: 'phone', label: 'Phone', kind: 'phone', group: 'Contact' }),
  field({ key: 'mobile', label: 'Mobile', kind: 'phone', group: 'Contact' }),
  field({ key: 'linkedinUrl', label: 'LinkedIn', kind: 'url', group: 'Contact' }),
  field({
    key: 'lifecycleStage',
    label: 'Lifecycle',
    kind: 'select',
    options: optionsOf(LifecycleStage.options),
    isRequired: true,
    group: 'Standing',
  }),
  field({
    key: 'status',
    label: 'Status',
    kind: 'select',
    options: optionsOf(PersonStatus.options),
    isRequired: true,
    group: 'Standing',
  }),
  field({
    key: 'score',
    label: 'Score',
    kind: 'number',
    isRequired: true,
    isSortable: true,
    group: 'Standing',
  }),
  field({ key: 'tags', label: 'Tags', kind: 'multi_select', group: 'Standing' }),
  field({ key: 'source', label: 'Source', kind: 'text', group: 'System', ...readOnly }),
  field({ key: 'createdAt', label: 'Created', kind: 'time', isSortable: true, group: 'System', ...readOnly }),
  field({ key: 'updatedAt', label: 'Changed', kind: 'time', isSortable: true, group: 'System', ...readOnly }),
]

export const builtInFields: Readonly<Record<RecordObject, readonly RecordField[]>> = {
  person,
  company: [],
  deal: [],
}
