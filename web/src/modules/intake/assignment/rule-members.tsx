import { NumberInput, Select, Switch } from '@mantine/core'
import { X } from 'lucide-react'
import type { Assignment, AssignmentMember } from '#modules/intake/contract.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import classes from './assignment.module.css'

/** Somebody leads can be given to. */
export interface Candidate {
  readonly userId: string
  readonly name: string
}

interface RuleMembersProps {
  name: string
  members: readonly AssignmentMember[]
  candidates: readonly Candidate[]
  /** What is known of those the saved settings name. */
  people: Assignment['people']
  onChange: (members: AssignmentMember[]) => void
}

/** Who gets the leads of a rule, in the order of their turns. */
export function RuleMembers({ name, members, candidates, people, onChange }: RuleMembersProps) {
  const taken = new Set(members.map(({ userId }) => userId))
  const left = candidates.filter(({ userId }) => !taken.has(userId))
  return (
    <>
      <ul className={classes.members}>
        {members.map((member, at) => (
          <MemberLine
            key={member.userId}
            rule={name}
            member={member}
            name={nameOf(member.userId, candidates, people)}
            known={people.find(({ userId }) => userId === member.userId)}
            onChange={next => onChange(members.map((each, place) => (place === at ? next : each)))}
            onRemove={() => onChange(members.filter(each => each !== member))}
          />
        ))}
      </ul>
      {left.length > 0 ? (
        <Select
          size="xs"
          aria-label={`${name}: add a member`}
          placeholder="Add a member"
          searchable
          nothingFoundMessage="Nobody fits that."
          data={left.map(each => ({ value: each.userId, label: each.name }))}
          value={null}
          onChange={userId => userId && onChange([...members, { userId, capacity: null, isAway: false }])}
        />
      ) : null}
    </>
  )
}

/** What a user is called, also one who has left. */
export function nameOf(
  userId: string,
  candidates: readonly Candidate[],
  people: Assignment['people'],
): string {
  return [...candidates, ...people].find(each => each.userId === userId)?.name ?? 'A former member'
}

interface MemberLineProps {
  rule: string
  member: AssignmentMember
  name: string
  known: Assignment['people'][number] | undefined
  onChange: (member: AssignmentMember) => void
  onRemove: () => void
}

function MemberLine({ rule, member, name, known, onChange, onRemove }: MemberLineProps) {
  const isGone = known?.isActive === false
  return (
    <li className={classes.member} data-away={member.isAway || isGone}>
      <span className={classes.memberName}>
        {name}
        <span className={classes.about}>
          {isGone ? 'not active' : known ? `${known.openLeads.toLocaleString()} open` : null}
        </span>
      </span>
      <NumberInput
        size="xs"
        className={classes.capacity ?? ''}
        aria-label={`${rule}: at most so many open leads for ${name}`}
        placeholder="No limit"
        min={1}
        max={100_000}
        allowDecimal={false}
        hideControls
        value={member.capacity ?? ''}
        onChange={value =>
          onChange({ ...member, capacity: typeof value === 'number' && value >= 1 ? value : null })
        }
      />
      <Switch
        size="xs"
        label="Away"
        aria-label={`${rule}: ${name} is away`}
        checked={member.isAway}
        onChange={event => onChange({ ...member, isAway: event.currentTarget.checked })}
      />
      <IconButton label={`${rule}: remove ${name}`} size="sm" onClick={onRemove}>
        <X size={14} />
      </IconButton>
    </li>
  )
}
