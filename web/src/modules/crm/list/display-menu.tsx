import { ActionIcon, Button, Popover } from '@mantine/core'
import { ChevronDown, ChevronUp, SlidersHorizontal } from 'lucide-react'
import { useId, useState } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import { Check } from '../../../ui/check.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { moved } from '../../../ui/table/grid-model.ts'
import classes from './display-menu.module.css'
import { FieldMenu } from './field-menu.tsx'
import { mayGroup } from './list-groups.ts'
import type { ListColumn, ListState } from './list-state.ts'
import { type ListFields, NAME_KEY } from './use-list-fields.ts'

interface DisplayMenuProps {
  fields: ListFields
  state: ListState
  columns: readonly ListColumn[]
  onChange: (change: Partial<ListState>) => void
}

/** Which columns a table has, in which order, how it is grouped and how high its rows are. */
export function DisplayMenu({ fields, state, columns, onChange }: DisplayMenuProps) {
  const [opened, setOpened] = useState(false)
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button
          size="xs"
          variant="subtle"
          leftSection={<SlidersHorizontal size={14} />}
          onClick={() => setOpened(!opened)}
        >
          Display
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown ?? ''} p={0} aria-label="Display">
        <div className={classes.part}>
          <span className={classes.word}>Rows</span>
          <Choice
            label="Height of rows"
            options={[
              { value: 'compact', label: 'Compact' },
              { value: 'comfortable', label: 'Comfortable' },
            ]}
            value={state.density}
            onChange={density => onChange({ density })}
          />
        </div>
        <div className={classes.columns}>
          <span className={classes.word}>Columns</span>
          <Columns fields={fields} columns={columns} onChange={next => onChange({ columns: next })} />
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

function Columns({
  fields,
  columns,
  onChange,
}: {
  fields: ListFields
  columns: readonly ListColumn[]
  onChange: (columns: readonly ListColumn[]) => void
}) {
  const chosen = columns.filter(({ key }) => key !== NAME_KEY)
  const name = columns.find(({ key }) => key === NAME_KEY) ?? { key: NAME_KEY }
  const shown = new Set(columns.map(({ key }) => key))
  const others = fields.columns.filter(field => !shown.has(field.key))
  const put = (next: readonly ListColumn[]) => onChange([name, ...next])
  return (
    <ul className={classes.list}>
      {chosen.map((column, at) => {
        const label = fields.byKey.get(column.key)?.label ?? column.key
        return (
          <li key={column.key} className={classes.line}>
            <Shown label={label} isShown onChange={() => put(chosen.filter(each => each !== column))} />
            <ActionIcon
              size="sm"
              aria-label={`Move ${label} up`}
              disabled={at === 0}
              onClick={() => put(moved(chosen, at, at - 1))}
            >
              <ChevronUp size={14} />
            </ActionIcon>
            <ActionIcon
              size="sm"
              aria-label={`Move ${label} down`}
              disabled={at === chosen.length - 1}
              onClick={() => put(moved(chosen, at, at + 1))}
            >
              <ChevronDown size={14} />
            </ActionIcon>
          </li>
        )
      })}
      {others.map(field => (
        <li key={field.key} className={classes.line}>
          <Shown label={field.label} isShown={false} onChange={() => put([...chosen, { key: field.key }])} />
        </li>
      ))}
    </ul>
  )
}

function Shown({ label, isShown, onChange }: { label: string; isShown: boolean; onChange: () => void }) {
  const id = useId()
  return (
    <>
      <Check id={id} checked={isShown} onChange={onChange} />
      <label htmlFor={id} className={classes.label}>
        {label}
      </label>
    </>
  )
}

interface FieldChoiceProps {
  word: string
  fields: readonly RecordField[]
  value: string | null
  /** What stands there while nothing is chosen. */
  nothing: string
  mayClear?: boolean
  onChoose: (key: string | null) => void
}

/** Chooses the field that something goes by: groups, the columns of a board, the days of a calendar. */
export function FieldChoice({ word, fields, value, nothing, mayClear = false, onChoose }: FieldChoiceProps) {
  const [opened, setOpened] = useState(false)
  const chosen = fields.find(field => field.key === value)
  return (
    <FieldMenu
      label={word}
      fields={fields}
      opened={opened}
      onChange={setOpened}
      chosen={value}
      onChoose={field => {
        setOpened(false)
        onChoose(field.key)
      }}
      {...(mayClear && chosen
        ? {
            more: {
              label: nothing,
              run: () => {
                setOpened(false)
                onChoose(null)
              },
            },
          }
        : {})}
    >
      <Button size="xs" variant="subtle" onClick={() => setOpened(!opened)}>
        {chosen ? `${word}: ${chosen.label}` : mayClear ? word : nothing}
      </Button>
    </FieldMenu>
  )
}

/** The fields a list can be grouped by. */
export function groupFields(fields: ListFields): readonly RecordField[] {
  return fields.columns.filter(mayGroup)
}
