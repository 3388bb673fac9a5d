import type { AssignmentRule, AssignmentSettings } from '#modules/intake/contract.ts'
import { isBare } from '../conditions/answer-condition.ts'

export type RuleWhen = NonNullable<AssignmentRule['when']>
export type RuleCondition = RuleWhen['conditions'][number]

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
