import { z } from 'zod'
import { isCalendarDate } from './calendar-date.ts'
import { FieldKey } from './field-key.ts'

export const FieldOperator = z.enum([
  'is',
  'is_not',
  'contains',
  'not_contains',
  'at_least',
  'at_most',
  'is_answered',
  'is_empty',
])
export type FieldOperator = z.output<typeof FieldOperator>

const FieldCondition = z.strictObject({
  field: FieldKey.describe('The key of a field further up in the form.'),
  operator: FieldOperator,
  value: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .optional()
    .describe(
      'What it is compared with; left out for is_answered and is_empty. A checkbox is true or false.',
    ),
})

/** When a question is asked: by conditions on answers further up. A question that is not asked counts as not answered. */
export const VisibleWhen = z
  .strictObject({
    match: z.enum(['all', 'any']).default('all'),
    conditions: z.array(FieldCondition).min(1).max(20),
  })
  .meta({ id: 'FieldVisibility' })
export type VisibleWhen = z.output<typeof VisibleWhen>

/** What a condition has to know of the fields of a form. */
interface AskedField {
  readonly key: string
  readonly type: string
  readonly options?: readonly string[] | undefined
  readonly visibleWhen?: VisibleWhen | undefined
}

const WITHOUT_VALUE: readonly FieldOperator[] = ['is_answered', 'is_empty']
const OF_TEXT: readonly FieldOperator[] = ['is', 'is_not', 'contains', 'not_contains', ...WITHOUT_VALUE]
const OF_AMOUNTS: readonly FieldOperator[] = ['is', 'is_not', 'at_least', 'at_most', ...WITHOUT_VALUE]
const OPERATORS: Readonly<Record<string, readonly FieldOperator[]>> = {
  DROPDOWN: ['is', 'is_not', ...WITHOUT_VALUE],
  MULTI_SELECT: ['contains', 'not_contains', ...WITHOUT_VALUE],
  NUMBER: OF_AMOUNTS,
  DATE: OF_AMOUNTS,
  CHECKBOX: ['is', 'is_not'],
  CONSENT: WITHOUT_VALUE,
  FILE: WITHOUT_VALUE,
}

/** What the answer to a field of a type can be asked. */
export function operatorsOf(type: string): readonly FieldOperator[] {
  return OPERATORS[type] ?? OF_TEXT
}

/** What is wrong with the conditions of a form: `path` leads from its fields to the place. */
export function visibilityProblems(
  fields: readonly AskedField[],
): { readonly path: (string | number)[]; readonly message: string }[] {
  const problems: { path: (string | number)[]; message: string }[] = []
  const above = new Map<string, AskedField>()
  for (const [index, field] of fields.entries()) {
    for (const [number, condition] of (field.visibleWhen?.conditions ?? []).entries()) {
      const path = [index, 'visibleWhen', 'conditions', number]
      const asked = above.get(condition.field)
      if (!asked) {
        problems.push({ path: [...path, 'field'], message: 'Name a field that stands above this one.' })
        continue
      }
      if (!operatorsOf(asked.type).includes(condition.operator)) {
        problems.push({
          path: [...path, 'operator'],
          message: 'The answer to that field cannot be asked this.',
        })
        continue
      }
      const message = valueProblem(asked, condition.operator, condition.value)
      if (message !== null) problems.push({ path: [...path, 'value'], message })
    }
    above.set(field.key, field)
  }
  return problems
}

function valueProblem(asked: AskedField, operator: FieldOperator, value: string | undefined): string | null {
  if (WITHOUT_VALUE.includes(operator)) return value === undefined ? null : 'This is compared with nothing.'
  if (value === undefined) return 'Say what it is compared with.'
  switch (asked.type) {
    case 'DROPDOWN':
    case 'MULTI_SELECT':
      return asked.options?.includes(value) ? null : 'This is none of the options of that field.'
    case 'NUMBER':
      return /^-?\d{1,16}(?:\.\d{1,10})?$/.test(value) ? null : 'Use a plain number.'
    case 'DATE':
      return isCalendarDate(value) ? null : 'Use a date like 2026-11-30.'
    case 'CHECKBOX':
      return value === 'true' || value === 'false' ? null : 'Use true or false.'
    default:
      return null
  }
}
