/** Conditions as a builder shows them: groups of rows, and groups inside groups. */

import type { Condition, ConditionOperator } from '#modules/flow/contract.ts'
import type { SettingPath } from './paths.ts'

/** How the rows of a group are taken together. */
export type GroupKind = 'all' | 'any' | 'none' | 'not_all'

export interface Row {
  readonly field: string
  readonly operator: ConditionOperator
  readonly value: unknown
}

export interface Group {
  readonly kind: GroupKind
  readonly members: readonly (Group | Row)[]
  /** Whether one row stands for itself, without a list around it. */
  readonly isBare: boolean
}

export const EMPTY_ROW: Row = { field: '', operator: 'equals', value: '' }

export function isGroup(member: Group | Row): member is Group {
  return 'members' in member
}

type Loose = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A condition as groups and rows; what cannot be read, such as one that is still missing, is an empty group. */
export function readGroup(condition: unknown): Group {
  if (!isObject(condition)) return { kind: 'all', members: [], isBare: true }
  if (isObject(condition.not)) {
    const { not } = condition
    if (Array.isArray(not.any)) return { kind: 'none', members: not.any.map(readMember), isBare: false }
    if (Array.isArray(not.all)) return { kind: 'not_all', members: not.all.map(readMember), isBare: false }
    return { kind: 'none', members: [readMember(not)], isBare: true }
  }
  if (Array.isArray(condition.all))
    return { kind: 'all', members: condition.all.map(readMember), isBare: false }
  if (Array.isArray(condition.any))
    return { kind: 'any', members: condition.any.map(readMember), isBare: false }
  return { kind: 'all', members: [readMember(condition)], isBare: true }
}

function readMember(condition: unknown): Group | Row {
  if (!isObject(condition) || 'all' in condition || 'any' in condition || 'not' in condition)
    return readGroup(condition)
  const { field, operator, value } = condition
  return {
    field: typeof field === 'string' ? field : '',
    operator: (typeof operator === 'string' ? operator : 'equals') as ConditionOperator,
    value,
  }
}

/** The condition that a group stands for; undefined when it has no row. */
export function conditionOf(group: Group): Condition | undefined {
  const { kind, members } = group
  const written = members.flatMap(member => {
    const each = isGroup(member) ? conditionOf(member) : rowCondition(member)
    return each === undefined ? [] : [each]
  })
  const [first] = written
  if (first === undefined) return undefined
  const isAlone = group.isBare && written.length === 1
  switch (kind) {
    case 'all':
      return isAlone ? first : { all: written }
    case 'any':
      return isAlone ? first : { any: written }
    case 'none':
      return { not: isAlone ? first : { any: written } }
    case 'not_all':
      return { not: isAlone ? first : { all: written } }
  }
}

function rowCondition({ field, operator, value }: Row): Condition {
  const isAlone = valueShape(operator) === 'none' || value === undefined
  return (isAlone ? { field, operator } : { field, operator, value }) as Condition
}

/** The path of a member inside the condition, which is what its problems are filed under. */
export function memberPath(group: Group, index: number): SettingPath {
  const isAlone = group.isBare && group.members.length === 1
  if (group.kind === 'all') return isAlone ? [] : ['all', index]
  if (group.kind === 'any') return isAlone ? [] : ['any', index]
  if (isAlone) return ['not']
  return ['not', group.kind === 'none' ? 'any' : 'all', index]
}

/** What stands behind an operator. */
export type ValueShape = 'none' | 'one' | 'two' | 'several' | 'span' | 'number'

const SHAPES: Readonly<Partial<Record<ConditionOperator, ValueShape>>> = {
  is_empty: 'none',
  is_not_empty: 'none',
  is_true: 'none',
  is_false: 'none',
  is_number: 'none',
  is_date: 'none',
  in: 'several',
  not_in: 'several',
  contains_any: 'several',
  contains_all: 'several',
  contains_none: 'several',
  between: 'two',
  within_last: 'span',
  within_next: 'span',
  older_than: 'span',
}

export function valueShape(operator: ConditionOperator): ValueShape {
  return SHAPES[operator] ?? 'one'
}

const isPlain = (value: unknown) => typeof value !== 'object' || value === null
const plainText = (value: unknown) => (value === undefined || value === null ? '' : String(value))

/** A row with another operator, its value carried over as far as it fits. */
export function withOperator(row: Row, operator: ConditionOperator): Row {
  const [before, after] = [valueShape(row.operator), valueShape(operator)]
  if (before === after) return { ...row, operator }
  const texts = Array.isArray(row.value)
    ? row.value
    : row.value === undefined || row.value === ''
      ? []
      : [row.value]
  switch (after) {
    case 'none':
      return { ...row, operator, value: undefined }
    case 'several':
      return { ...row, operator, value: texts }
    case 'two':
      return { ...row, operator, value: [texts[0] ?? '', texts[1] ?? ''] }
    case 'span':
      return { ...row, operator, value: '7 days' }
    default:
      return { ...row, operator, value: isPlain(row.value) ? plainText(row.value) : plainText(texts[0]) }
  }
}

/** A group without one of its members; one that is left stands for itself where it could before. */
export function withoutMember(group: Group, index: number): Group {
  return { ...group, members: group.members.filter((_, at) => at !== index) }
}

export function withMember(group: Group, index: number, member: Group | Row): Group {
  return { ...group, members: group.members.map((each, at) => (at === index ? member : each)) }
}

interface OperatorGroup {
  readonly label: string
  readonly operators: readonly ConditionOperator[]
}

/** Every operator under what it is for, in the order of the list to choose from. */
export const OPERATOR_GROUPS: readonly OperatorGroup[] = [
  { label: 'Anything', operators: ['equals', 'not_equals', 'is_empty', 'is_not_empty', 'in', 'not_in'] },
  {
    label: 'Text',
    operators: ['contains', 'not_contains', 'starts_with', 'ends_with', 'like', 'not_like'],
  },
  {
    label: 'Number',
    operators: ['greater_than', 'greater_or_equal', 'less_than', 'less_or_equal', 'between', 'is_number'],
  },
  {
    label: 'Date',
    operators: [
      'before',
      'after',
      'on_or_before',
      'on_or_after',
      'same_day',
      'within_last',
      'within_next',
      'older_than',
      'is_date',
    ],
  },
  {
    label: 'List',
    operators: [
      'contains_any',
      'contains_all',
      'contains_none',
      'size_equals',
      'size_greater_than',
      'size_less_than',
    ],
  },
  { label: 'Yes or no', operators: ['is_true', 'is_false'] },
]
