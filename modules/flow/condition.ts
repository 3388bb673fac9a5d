/**
 * Conditions as they are stored and sent: { field, operator, value }, alone or in { all }, { any } and { not } groups.
 * How each operator decides is written at the top of condition-compile.ts.
 */

import { z } from 'zod'
import { isShallow } from '#platform/contract/plain-data.ts'
import { readSpan } from './date-text.ts'
import { checkTemplate } from './template.ts'
import { parsePath, TemplateError, type TemplateProblem } from './template-parse.ts'
import { PATTERN_LENGTH_MAX } from './text-pattern.ts'

export const CONDITION_OPERATORS = [
  'equals',
  'not_equals',
  'contains',
  'not_contains',
  'starts_with',
  'ends_with',
  'greater_than',
  'greater_or_equal',
  'less_than',
  'less_or_equal',
  'is_empty',
  'is_not_empty',
  'in',
  'not_in',
  'before',
  'after',
  'on_or_before',
  'on_or_after',
  'same_day',
  'within_last',
  'within_next',
  'older_than',
  'between',
  'contains_any',
  'contains_all',
  'contains_none',
  'like',
  'not_like',
  'size_equals',
  'size_greater_than',
  'size_less_than',
  'is_true',
  'is_false',
  'is_number',
  'is_date',
] as const

export type ConditionOperator = (typeof CONDITION_OPERATORS)[number]

/** Operators that look at the value alone. */
const ALONE: ReadonlySet<ConditionOperator> = new Set([
  'is_empty',
  'is_not_empty',
  'is_true',
  'is_false',
  'is_number',
  'is_date',
])

/** Signs accepted on input in place of the words; stored conditions hold the words. */
const OPERATOR_SIGNS: ReadonlyMap<unknown, ConditionOperator> = new Map([
  ['==', 'equals'],
  ['=', 'equals'],
  ['!=', 'not_equals'],
  ['>', 'greater_than'],
  ['>=', 'greater_or_equal'],
  ['<', 'less_than'],
  ['<=', 'less_or_equal'],
])

const SPANS: ReadonlySet<ConditionOperator> = new Set(['within_last', 'within_next', 'older_than'])

const LIKES: ReadonlySet<ConditionOperator> = new Set(['like', 'not_like'])

const GROUP_DEPTH_MAX = 5
const GROUP_SIZE_MAX = 50
const LIST_SIZE_MAX = 1_000
const TEXT_LENGTH_MAX = 2_000

const scalar = z.union([z.string().max(TEXT_LENGTH_MAX), z.number(), z.boolean(), z.null()])

export const comparisonSchema = z.strictObject({
  field: z.string().min(1).max(200).describe('The path of the value to look at, such as lead.fields.budget.'),
  operator: z.preprocess(sign => OPERATOR_SIGNS.get(sign) ?? sign, z.enum(CONDITION_OPERATORS)),
  value: z
    .union([scalar, z.array(scalar).max(LIST_SIZE_MAX)])
    .optional()
    .describe('What to compare with: a value, a list for "in", or a template such as {{ vars.limit }}.'),
})

export type Comparison = z.infer<typeof comparisonSchema>

export type Condition = Comparison | { all: Condition[] } | { any: Condition[] } | { not: Condition }

const nested: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    comparisonSchema,
    z.strictObject({ all: z.array(nested).min(1).max(GROUP_SIZE_MAX) }),
    z.strictObject({ any: z.array(nested).min(1).max(GROUP_SIZE_MAX) }),
    z.strictObject({ not: nested }),
  ]),
)

/** Deep nesting is refused before the recursive schema sees it, so no input can exhaust the stack. */
export const conditionSchema = z.preprocess((value, context) => {
  if (isShallow(value, GROUP_DEPTH_MAX * 2 + 1)) return value
  context.addIssue({ code: 'custom', message: `Groups may be nested ${GROUP_DEPTH_MAX} levels deep.` })
  return z.NEVER
}, nested)

export type ConditionProblem = TemplateProblem & { readonly path: readonly (string | number)[] }

/** True when the text of a condition's value is a template rather than the text itself. */
export function isTemplateValue(value: unknown): value is string {
  return typeof value === 'string' && value.includes('{{')
}

/** Every comparison in the condition with its place in it. */
export function listComparisons(
  condition: Condition,
): { comparison: Comparison; path: (string | number)[] }[] {
  if ('field' in condition) return [{ comparison: condition, path: [] }]
  if ('not' in condition) {
    return listComparisons(condition.not).map(({ comparison, path }) => ({
      comparison,
      path: ['not', ...path],
    }))
  }
  const [name, members] =
    'all' in condition ? (['all', condition.all] as const) : (['any', condition.any] as const)
  return members.flatMap((member, index) =>
    listComparisons(member).map(({ comparison, path }) => ({ comparison, path: [name, index, ...path] })),
  )
}

/** What the schema cannot see: paths and value templates that do not parse, operators without a value. */
export function checkCondition(condition: Condition): ConditionProblem[] {
  return listComparisons(condition).flatMap(({ comparison, path }) => checkComparison(comparison, path))
}

function checkComparison(comparison: Comparison, path: (string | number)[]): ConditionProblem[] {
  const problems: ConditionProblem[] = []
  try {
    parsePath(comparison.field)
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    const { code, message, line, column } = error
    problems.push({ path: [...path, 'field'], code, message, line, column })
  }
  const { operator, value } = comparison
  if (isTemplateValue(value)) {
    for (const problem of checkTemplate(value)) problems.push({ path: [...path, 'value'], ...problem })
  }
  const problem = isTemplateValue(value) ? undefined : problemWithValue(operator, value)
  if (problem !== undefined) {
    problems.push({ path: [...path, 'value'], code: 'syntax', message: problem, line: 1, column: 1 })
  }
  return problems
}

/** Why an operator can never hold with this value, or undefined. */
function problemWithValue(operator: ConditionOperator, value: Comparison['value']): string | undefined {
  if (ALONE.has(operator)) return undefined
  if (value === undefined) return `The operator "${operator}" needs a value to compare with.`
  if (SPANS.has(operator) && readSpan(value) === null)
    return `The operator "${operator}" needs a span such as "7 days".`
  if (LIKES.has(operator) && String(value).length > PATTERN_LENGTH_MAX)
    return `A pattern has at most ${PATTERN_LENGTH_MAX} characters.`
  if (operator !== 'between') return undefined
  const ends = typeof value === 'string' ? value.split(',') : value
  return Array.isArray(ends) && ends.length === 2
    ? undefined
    : 'The operator "between" needs two values, the lower one first.'
}
