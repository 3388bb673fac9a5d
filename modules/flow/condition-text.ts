import type { Condition } from './condition.ts'

/** A condition in one line, for the summaries of nodes. */
export function conditionWords(stated: Condition): string {
  if ('all' in stated) return stated.all.map(conditionWords).join(' and ')
  if ('any' in stated) return stated.any.map(conditionWords).join(' or ')
  if ('not' in stated) return `not (${conditionWords(stated.not)})`
  const value = stated.value === undefined ? '' : ` ${[stated.value].flat().join(', ')}`
  return `${stated.field} ${stated.operator.replaceAll('_', ' ')}${value}`
}
