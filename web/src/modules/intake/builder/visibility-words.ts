/** When a field is asked, as a sentence. */

import type { Condition, DraftField, Visibility } from './draft.ts'

type Named = Pick<DraftField, 'key' | 'label' | 'type'>

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

function conditionWords({ field, operator, value }: Condition, fields: readonly Named[]): string {
  const asked = fields.find(each => each.key === field)
  const name = `“${asked?.label.trim() || field}”`
  if (asked?.type === 'CHECKBOX') {
    const isTicked = (value === 'true') === (operator === 'is')
    return `${name} is ${isTicked ? 'ticked' : 'not ticked'}`
  }
  const words = `${name} ${operatorWords(operator, asked?.type)}`
  return value === undefined ? words : `${words} “${value}”`
}

/** All conditions of a field as one sentence without its end, such as: Asked when “Budget” is “More”. */
export function visibilityWords({ match, conditions }: Visibility, fields: readonly Named[]): string {
  const last = match === 'any' ? ' or ' : ' and '
  const words = conditions.map(condition => conditionWords(condition, fields))
  const joined = words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')}${last}${words.at(-1)}`
  return `Asked when ${joined}`
}
