import type {
  CustomField,
  CustomFieldDraft,
  CustomFieldPatch,
  FieldKind,
  OptionColor,
  RecordObject,
} from '#modules/crm/contract.ts'

/** An option while it is edited; `id` tells rows apart, `value` is undefined until it is stored. */
export interface OptionRow {
  readonly id: string
  readonly value: string | undefined
  readonly label: string
  readonly color: OptionColor
  readonly isArchived: boolean
}

/** A field while it is edited. */
export interface FieldForm {
  readonly label: string
  readonly key: string
  readonly kind: FieldKind
  readonly relatesTo: RecordObject
  readonly help: string
  readonly group: string
  readonly isRequired: boolean
  readonly options: readonly OptionRow[]
}

let made = 0

/** A new option, told apart from all others of this page. */
export function newOption(label = '', color: OptionColor = 'neutral'): OptionRow {
  return { id: `new-${++made}`, value: undefined, label, color, isArchived: false }
}

/** A form for a field that is there, or for a new one. */
export function formOf(field: CustomField | undefined): FieldForm {
  return {
    label: field?.label ?? '',
    key: field?.key ?? '',
    kind: field?.kind ?? 'text',
    relatesTo: field?.relatesTo ?? 'company',
    help: field?.help ?? '',
    group: field?.group ?? '',
    isRequired: field?.isRequired ?? false,
    options: (field?.options ?? []).map(option => ({ ...option, id: option.value })),
  }
}

/** Whether fields of this kind have options. */
export function hasOptions(kind: FieldKind): boolean {
  return kind === 'select' || kind === 'multi_select'
}

/** What is missing before the form can be sent, by field. */
export function formErrors(form: FieldForm): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {}
  if (form.label.trim() === '') errors.label = 'Say what the field is called.'
  if (!hasOptions(form.kind)) return errors
  const used = form.options.filter(option => option.label.trim() !== '')
  const labels = used.map(option => option.label.trim().toLowerCase())
  const twice = used.find((_, index) => labels.indexOf(labels[index] ?? '') !== index)
  if (!used.some(option => !option.isArchived)) errors.options = 'Give it at least one option.'
  else if (twice) errors.options = `“${twice.label.trim()}” stands here twice.`
  return errors
}

/** The options as they are sent; rows that were left empty are left out. */
function optionsOf(form: FieldForm) {
  if (!hasOptions(form.kind)) return []
  return form.options
    .filter(option => option.label.trim() !== '')
    .map(({ value, label, color, isArchived }) => ({
      ...(value === undefined ? {} : { value }),
      label: label.trim(),
      color,
      isArchived,
    }))
}

/** The body that creates the field. */
export function bodyOf(
  form: FieldForm,
  object: RecordObject,
): Omit<CustomFieldDraft, 'key'> & { key?: string } {
  const { kind, isRequired } = form
  return {
    object,
    label: form.label.trim(),
    kind,
    help: form.help.trim() || null,
    group: form.group.trim(),
    isRequired,
    options: optionsOf(form).map(option => ({ ...option, value: option.value })),
    ...(form.key.trim() === '' ? {} : { key: form.key.trim() }),
    ...(kind === 'relation' ? { relatesTo: form.relatesTo } : {}),
  }
}

/** The body that changes the field from what it was: what differs, and nothing else. */
export function patchOf(form: FieldForm, before: CustomField): CustomFieldPatch {
  const { label, help, group, isRequired, options } = bodyOf(form, before.object)
  const stored = before.options.map(({ value, label, color, isArchived }) => ({
    value,
    label,
    color,
    isArchived,
  }))
  return {
    ...(label === before.label ? {} : { label }),
    ...(help === before.help ? {} : { help }),
    ...(group === before.group ? {} : { group }),
    ...(isRequired === before.isRequired ? {} : { isRequired }),
    ...(JSON.stringify(options) === JSON.stringify(stored) ? {} : { options }),
  }
}
