import { TextInput } from '@mantine/core'
import { Trash2 } from 'lucide-react'
import type { Assignment, AssignmentRule } from '#modules/intake/contract.ts'
import { Choice } from '../../../ui/choice.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import type { AskedField } from '../conditions/answer-condition.ts'
import classes from './assignment.module.css'
import { RuleConditions } from './rule-conditions.tsx'
import { type Candidate, RuleMembers } from './rule-members.tsx'

const ways = [
  { value: 'turn', label: 'In turn' },
  { value: 'load', label: 'Fewest open leads' },
] as const

interface RuleEditorProps {
  rule: AssignmentRule
  fields: readonly AskedField[]
  candidates: readonly Candidate[]
  people: Assignment['people']
  problem: string | undefined
  onChange: (rule: AssignmentRule) => void
  onRemove: () => void
}

/** One rule: which leads, how they are shared out, and among whom. */
export function RuleEditor({ rule, fields, candidates, people, problem, ...on }: RuleEditorProps) {
  const change = (next: Partial<AssignmentRule>) => on.onChange({ ...rule, ...next })
  const name = rule.name.trim() || 'This rule'
  return (
    <div className={classes.rule}>
      <div className={classes.head}>
        <TextInput
          className={classes.ruleName ?? ''}
          aria-label={`Name of ${name}`}
          value={rule.name}
          maxLength={100}
          onChange={event => change({ name: event.currentTarget.value })}
        />
        <IconButton label={`Remove ${name}`} onClick={on.onRemove}>
          <Trash2 size={14} />
        </IconButton>
      </div>
      <RuleConditions name={name} when={rule.when} fields={fields} onChange={when => change({ when })} />
      <div>
        <Choice label={`${name}: how`} options={ways} value={rule.by} onChange={by => change({ by })} />
      </div>
      <RuleMembers
        name={name}
        members={rule.members}
        candidates={candidates}
        people={people}
        onChange={members => change({ members })}
      />
      {problem ? (
        <p className={classes.problem} role="alert">
          {problem}
        </p>
      ) : null}
    </div>
  )
}
