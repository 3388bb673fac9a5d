/** A condition on an answer of a form, as somebody puts it together. Pure. */

import { FieldOperator, operatorsOf } from '#modules/intake/contract.ts'

/** A field of the form, as conditions ask for it. */
export interface AskedField {
  readonly key: string
  readonly label: string
  readonly type: string
  readonly options?: readonly string[] | undefined
}

const WORDS: Readonly<Record<string, string>> = {
  is: 'is',
  is_not: 'is not',
  contains: 'contains',
  not_contains: 'does not contain',
  at_least: 'is at least',
  at_most: 'is at most',
  is_answered: 'is answered',
  is_empty: 'is not answered',
}
const OF_CHOICES: Readonly<Record<string, string>> = {
  contains: 'has chosen',
  not_contains: 'has not chosen',
}
const OF_DATES: Readonly<Record<string, string>> = { at_least: 'is on or after', at_most: 'is on or before' }
const OF_CONSENTS: Readonly<Record<string, string>> = { is_answered: 'is ticked', is_empty: 'is not ticked' }
const OWN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  MULTI_SELECT: OF_CHOICES,
  DATE: OF_DATES,
  CONSENT: OF_CONSENTS,
}

/** An operator as it stands between the name of a field of this type and what it is compared with. */
export function operatorWords(operator: string, type: string | undefined): string {
  const own = OWN[type ?? '']?.[operator]
  return own ?? WORDS[operator] ?? operator
}

/** What can be asked of the answer to a field of this type, to choose from. */
export function operatorChoices(type: string | undefined): { value: FieldOperator; label: string }[] {
  const operators = operatorsOf(type ?? 'TEXT')
  return FieldOperator.options
    .filter(operator => operators.includes(operator))
    .map(value => ({ value, label: operatorWords(value, type) }))
}

/** Whether an operator is compared with nothing. */
export function isBare(operator: string): boolean {
  return operator === 'is_answered' || operator === 'is_empty'
}

/** What a condition on a field begins with: what is asked of it most. */
export function conditionOn({ key: field, type, options }: Omit<AskedField, 'label'>): {
  field: string
  operator: FieldOperator
  value?: string | undefined
} {
  const [option] = options ?? []
  if (type === 'CHECKBOX') return { field, operator: 'is', value: 'true' }
  if (type === 'MULTI_SELECT') return { field, operator: 'contains', value: option }
  if (type === 'DROPDOWN') return { field, operator: 'is', value: option }
  return { field, operator: 'is_answered' }
}
