/** When a field is asked, as a sentence. */

import { operatorWords } from '../conditions/answer-condition.ts'
import type { Condition, DraftField, Visibility } from './draft.ts'

type Named = Pick<DraftField, 'key' | 'label' | 'type'>

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
