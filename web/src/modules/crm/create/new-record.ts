import type { DuplicateValues, RecordField } from '#modules/crm/contract.ts'
import { draftOf, type FieldDraft, isTyped, valueOfDraft } from '../fields/field-draft.ts'
import { isBlank } from '../fields/field-words.ts'
import { patchOf } from '../record/record-values.ts'

/** What stands in the form of a new record, by the keys of its fields: drafts of typed fields, values of chosen ones. */
export interface NewDraft {
  readonly typed: Readonly<Record<string, FieldDraft>>
  readonly chosen: Readonly<Record<string, unknown>>
}

export const emptyDraft: NewDraft = { typed: {}, chosen: {} }

/** What a person's and a company's form ask for first, in their order. */
export const askedFirst = {
  person: ['firstName', 'lastName', 'email', 'companyId', 'title', 'phone'],
  company: ['name', 'websiteUrl', 'phones', 'city', 'ownerUserId'],
} as const

/** The fields of the form: those that are asked first, and whatever the organization requires. */
export function askedFields(
  object: 'person' | 'company',
  fields: readonly RecordField[],
): readonly RecordField[] {
  const first: readonly string[] = askedFirst[object]
  const named = first.flatMap(key => fields.find(field => field.key === key) ?? [])
  return [
    ...named,
    ...fields.filter(field => field.isCustom && field.isRequired && !first.includes(field.key)),
  ]
}

/** Whether a field has to be filled in; built-in ones that have a value from the beginning are not asked for. */
export function isAsked({ key, isCustom, isRequired }: RecordField): boolean {
  return isRequired && (isCustom || key === 'name')
}

export interface NewBody {
  readonly body: Readonly<Record<string, unknown>>
  /** What is wrong, by field. */
  readonly errors: Readonly<Record<string, string>>
}

/** The body of the request that makes the record, or what has to be corrected before. */
export function bodyOf(fields: readonly RecordField[], draft: NewDraft): NewBody {
  const body: Record<string, unknown> = {}
  const custom: Record<string, unknown> = {}
  const errors: Record<string, string> = {}
  for (const field of fields) {
    const read = isTyped(field.kind)
      ? valueOfDraft(
          { ...field, isRequired: isAsked(field) },
          draft.typed[field.key] ?? draftOf(field.kind, null),
        )
      : { value: draft.chosen[field.key] ?? null }
    if (read.error !== undefined) errors[field.key] = read.error
    else if (!isBlank(read.value)) {
      const { custom: own, ...built } = patchOf(field, null, read.value)
      Object.assign(body, built)
      Object.assign(custom, own)
    } else if (isAsked(field)) errors[field.key] = `${field.label} is needed.`
  }
  return { body: Object.keys(custom).length > 0 ? { ...body, custom } : body, errors }
}

/** The form's field a pointer of the server's answer is about: `custom.budget` of `custom.budget.amount`. */
export function fieldOfError(path: string, fields: readonly RecordField[]): string | undefined {
  return fields.find(({ key }) => path === key || path.startsWith(`${key}.`))?.key
}

const COMPARED = ['name', 'firstName', 'lastName', 'email', 'phone', 'websiteUrl'] as const

/** What of a form records are compared by, to find out whether the one being typed is there already. */
export function comparedOf({ typed, chosen }: NewDraft): DuplicateValues {
  const texts = COMPARED.flatMap(key => {
    const text = typed[key]?.text.trim()
    return text ? [[key, text] as const] : []
  })
  const company = chosen.companyId as { name?: unknown } | null | undefined
  return {
    ...Object.fromEntries(texts),
    ...(typeof company?.name === 'string' ? { company: company.name } : {}),
  }
}
