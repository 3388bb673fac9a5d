import type { AssignmentRule, AssignmentSettings } from '#modules/intake/contract.ts'

export type RuleWhen = NonNullable<AssignmentRule['when']>
export type RuleCondition = RuleWhen['conditions'][number]
type Operator = RuleCondition['operator']

/** A field of the form, as conditions ask for it. */
export interface AskedField {
  readonly key: string
  readonly label: string
  readonly type: string
  readonly options?: readonly string[] | undefined
}

const PLAIN: readonly Operator[] = ['is', 'is_not', 'contains', 'not_contains', 'is_answered', 'is_empty']
const AMOUNTS: readonly Operator[] = ['is', 'is_not', 'at_least', 'at_most', 'is_answered', 'is_empty']
const OPERATORS: Readonly<Record<string, readonly Operator[]>> = {
  DROPDOWN: ['is', 'is_not', 'is_answered', 'is_empty'],
  MULTI_SELECT: ['contains', 'not_contains', 'is_answered', 'is_empty'],
  NUMBER: AMOUNTS,
  DATE: AMOUNTS,
  CHECKBOX: ['is', 'is_not'],
  CONSENT: ['is_answered', 'is_empty'],
  FILE: ['is_answered', 'is_empty'],
}

/** What can be asked of an answer. */
export function operatorsFor(type: string): readonly Operator[] {
  return OPERATORS[type] ?? PLAIN
}

const WORDS: Readonly<Record<Operator, string>> = {
  is: 'is',
  is_not: 'is not',
  contains: 'contains',
  not_contains: 'does not contain',
  at_least: 'is at least',
  at_most: 'is at most',
  is_answered: 'is answered',
  is_empty: 'is not answered',
}

export function operatorText(operator: Operator, type: string): string {
  if (type === 'MULTI_SELECT' && operator === 'contains') return 'has'
  if (type === 'MULTI_SELECT' && operator === 'not_contains') return 'does not have'
  return WORDS[operator]
}

/** Whether an operator is compared with nothing. */
export function isBare(operator: Operator): boolean {
  return operator === 'is_answered' || operator === 'is_empty'
}

/** What a condition on a field begins with: what is asked of it most. */
export function conditionOn({ key, type, options }: AskedField): RuleCondition {
  const [option] = options ?? []
  if (type === 'CHECKBOX') return { field: key, operator: 'is', value: 'true' }
  if (type === 'MULTI_SELECT') return { field: key, operator: 'contains', value: option }
  if (type === 'DROPDOWN') return { field: key, operator: 'is', value: option }
  return { field: key, operator: 'is_answered' }
}

/** A rule that says nothing yet but its name. */
export function newRule(id: string, taken: readonly AssignmentRule[]): AssignmentRule {
  return { id, name: `Rule ${taken.length + 1}`, when: null, by: 'turn', members: [] }
}

/** What has to be put right before the settings can be saved, by the id of the rule. */
export function draftProblems({ rules }: AssignmentSettings): ReadonlyMap<string, string> {
  const problems = new Map<string, string>()
  for (const { id, name, members, when } of rules) {
    const isOpen = when?.conditions.some(({ operator, value }) => !isBare(operator) && !value?.trim())
    if (name.trim() === '') problems.set(id, 'Give this rule a name.')
    else if (members.length === 0) problems.set(id, 'Choose who gets these leads.')
    else if (isOpen) problems.set(id, 'Say what the answer is compared with.')
  }
  return problems
}

/** Settings as the API takes them. */
export function settingsOf({ rules, defaultOwnerId }: AssignmentSettings): AssignmentSettings {
  return {
    rules: rules.map(({ id, name, when, by, members }) => ({
      id,
      name: name.trim(),
      by,
      when: when && {
        match: when.match,
        conditions: when.conditions.map(({ field, operator, value }) =>
          isBare(operator) ? { field, operator } : { field, operator, value },
        ),
      },
      members: members.map(({ userId, capacity, isAway }) => ({ userId, capacity, isAway })),
    })),
    defaultOwnerId,
  }
}
