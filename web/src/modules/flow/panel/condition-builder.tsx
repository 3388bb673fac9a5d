import { Button, Select } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { memo, useCallback, useRef } from 'react'
import type { ConditionOperator } from '#modules/flow/contract.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { operatorWords } from '../condition-words.ts'
import classes from './condition-builder.module.css'
import {
  conditionOf,
  EMPTY_ROW,
  type Group,
  type GroupKind,
  isGroup,
  memberPath,
  OPERATOR_GROUPS,
  type Row,
  readGroup,
  withMember,
  withOperator,
  withoutMember,
} from './condition-edit.ts'
import { ConditionValue } from './condition-value.tsx'
import { useForm, useIssue } from './form-context.ts'
import { PathInput } from './path-input.tsx'
import { pathOf, pathText, type SettingPath } from './paths.ts'

interface ConditionBuilderProps {
  label: string
  path: SettingPath
  value: unknown
  /** Whether no condition at all is fine as well. */
  isOptional: boolean
}

const KINDS: readonly { value: GroupKind; label: string }[] = [
  { value: 'all', label: 'All of these hold' },
  { value: 'any', label: 'Any of these holds' },
  { value: 'none', label: 'None of these holds' },
  { value: 'not_all', label: 'Not all of these hold' },
]

const OPERATORS = OPERATOR_GROUPS.map(({ label, operators }) => ({
  group: label,
  items: operators.map(operator => ({ value: operator, label: operatorWords(operator) })),
}))

/** How deep groups can be put into groups with a button; what is stored may go deeper. */
const DEPTH_MAX = 3

/** A condition in rows: a value, an operator in words and what to compare with, in groups that can hold groups. */
export function ConditionBuilder({ label, path, value, isOptional }: ConditionBuilderProps) {
  const { set, isReadOnly } = useForm()
  const stored = readGroup(value)
  // A condition that has to be there begins with a row to fill in.
  const group = stored.members.length === 0 && !isOptional ? { ...stored, members: [EMPTY_ROW] } : stored
  return (
    <GroupView
      label={label}
      group={group}
      path={path}
      depth={0}
      least={isOptional ? 0 : 1}
      isReadOnly={isReadOnly}
      onChange={next => set(path, conditionOf(next))}
    />
  )
}

interface GroupViewProps {
  label: string
  group: Group
  path: SettingPath
  depth: number
  least: number
  isReadOnly: boolean
  onChange: (group: Group) => void
  onRemove?: (() => void) | undefined
}

function GroupView(props: GroupViewProps) {
  const { label, group, path, depth, least, isReadOnly, onChange, onRemove } = props
  const box = useRef<HTMLFieldSetElement>(null)
  const add = (member: Group | Row) => {
    onChange({
      ...group,
      isBare: group.isBare && group.members.length === 0,
      members: [...group.members, member],
    })
    // The new row is drawn by then, and is the last one.
    requestAnimationFrame(() => {
      const rows = box.current?.querySelectorAll<HTMLElement>(':scope [data-field] input')
      rows?.[rows.length - 1]?.focus()
    })
  }
  const removeAt = (index: number) => {
    onChange(withoutMember(group, index))
    box.current?.querySelector<HTMLElement>(':scope > [data-more] > button')?.focus()
  }
  const latest = useRef({ group, onChange, removeAt })
  latest.current = { group, onChange, removeAt }
  const putRow = useCallback((index: number, row: Row) => {
    const { group: now, onChange: tell } = latest.current
    tell(withMember(now, index, row))
  }, [])
  const removeRow = useCallback((index: number) => latest.current.removeAt(index), [])
  const isMany = group.members.length > 1 || group.kind === 'none' || group.kind === 'not_all' || depth > 0
  return (
    <fieldset ref={box} className={classes.group} data-depth={depth} disabled={isReadOnly}>
      <legend className="visually-hidden">{label}</legend>
      {isMany ? (
        <div className={classes.head}>
          <Select
            aria-label="How the conditions are taken together"
            size="xs"
            className={classes.kind ?? ''}
            data={KINDS}
            value={group.kind}
            allowDeselect={false}
            onChange={kind => kind && onChange({ ...group, kind, isBare: false })}
          />
          {onRemove ? (
            <IconButton label="Remove the group" size="sm" onClick={onRemove}>
              <X size={14} />
            </IconButton>
          ) : null}
        </div>
      ) : null}
      {group.members.map((member, index) => {
        const at = [...path, ...memberPath(group, index)]
        const remove = group.members.length > least ? () => removeAt(index) : undefined
        const put = (next: Group | Row) => onChange(withMember(group, index, next))
        const key = index
        return isGroup(member) ? (
          <GroupView
            key={key}
            label={`Group ${index + 1}`}
            group={member}
            path={at}
            depth={depth + 1}
            least={1}
            isReadOnly={isReadOnly}
            onChange={put}
            onRemove={remove}
          />
        ) : (
          <RowView
            key={key}
            index={index}
            {...member}
            path={pathText(at)}
            onPut={putRow}
            onRemove={remove && removeRow}
          />
        )
      })}
      {isReadOnly ? null : (
        <div className={classes.more} data-more="">
          <Button size="xs" variant="subtle" leftSection={<Plus size={14} />} onClick={() => add(EMPTY_ROW)}>
            Add a condition
          </Button>
          {depth < DEPTH_MAX && group.members.length > 0 ? (
            <Button
              size="xs"
              variant="subtle"
              onClick={() =>
                add({ kind: group.kind === 'any' ? 'all' : 'any', members: [EMPTY_ROW], isBare: false })
              }
            >
              Add a group
            </Button>
          ) : null}
        </div>
      )}
    </fieldset>
  )
}

interface RowViewProps extends Row {
  index: number
  /** Where the row stands, its parts joined by dots. */
  path: string
  onPut: (index: number, row: Row) => void
  onRemove: ((index: number) => void) | undefined
}

/** One row, drawn anew only when something of it changes. */
const RowView = memo(function RowView({
  index,
  path,
  onPut,
  onRemove,
  field,
  operator,
  value,
}: RowViewProps) {
  const row = { field, operator, value }
  const place = index + 1
  const onChange = (next: Row) => onPut(index, next)
  const at = pathOf(path)
  const fieldIssue = useIssue([...at, 'field'])
  const valueIssue = useIssue([...at, 'value'], true)
  const problem = [fieldIssue, valueIssue].find(issue => issue && !issue.isGap)
  return (
    <div className={classes.row} data-field="">
      <div className={classes.top}>
        <PathInput
          label={`Value ${place} to look at`}
          value={row.field}
          onChange={field => onChange({ ...row, field })}
        />
        {onRemove ? (
          <IconButton label={`Remove condition ${place}`} size="sm" onClick={() => onRemove(index)}>
            <X size={14} />
          </IconButton>
        ) : null}
      </div>
      <div className={classes.bottom}>
        <Select
          aria-label={`Operator ${place}`}
          data={OPERATORS}
          value={row.operator}
          allowDeselect={false}
          searchable
          nothingFoundMessage="No operator is called that."
          comboboxProps={{ width: 240, position: 'bottom-start' }}
          onChange={next => next && onChange(withOperator(row, next as ConditionOperator))}
        />
        <ConditionValue place={place} row={row} onChange={onChange} />
      </div>
      {problem ? <p className={classes.problem}>{problem.message}</p> : null}
    </div>
  )
})
