import { Button, Popover, TagsInput } from '@mantine/core'
import { PencilLine, Tags, Trash2, UserRound } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { BulkAct, RecordField } from '#modules/crm/contract.ts'
import { SelectionBar } from '../../../ui/selection-bar.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { FieldEditor } from '../fields/field-editor.tsx'
import { FieldMenu } from '../list/field-menu.tsx'
import type { ListObject } from '../list/list-objects.ts'
import type { ListFields } from '../list/use-list-fields.ts'
import { patchOf } from '../record/record-values.ts'
import classes from './bulk.module.css'

interface BulkBarProps {
  of: ListObject
  fields: ListFields
  /** How many are selected, in words. */
  words: string
  /** Offers to select everything that the filter lets through; names how many that are. */
  all: { readonly words: string; readonly run: () => void } | undefined
  isBusy: boolean
  onAct: (act: BulkAct) => void
  onClear: () => void
  /** Further acts of others. */
  children?: ReactNode
}

/** In place of the foot of a list: what is selected, and what can be done with it. */
export function BulkBar({ of, fields, words, all, isBusy, onAct, onClear, children }: BulkBarProps) {
  const owner = fields.byKey.get('ownerUserId')
  const hasTags = fields.byKey.get('tags')?.isEditable ?? false
  useShortcuts([
    {
      keys: 'delete',
      label: `Delete the selected ${of.many}`,
      group: 'Selection',
      run: () => onAct({ type: 'delete' }),
    },
  ])
  return (
    <SelectionBar label={`Selected ${of.many}`} words={words} onClear={onClear} hasKey>
      {all ? (
        <Button size="xs" variant="light" onClick={all.run}>
          {all.words}
        </Button>
      ) : null}
      <SetField fields={fields} isBusy={isBusy} onAct={onAct} />
      {owner ? (
        <SetValue field={owner} icon={<UserRound size={14} />} word="Owner" isBusy={isBusy} onAct={onAct} />
      ) : null}
      {hasTags ? <SetTags isBusy={isBusy} onAct={onAct} /> : null}
      {children}
      <Button
        size="xs"
        color="red"
        leftSection={<Trash2 size={14} />}
        disabled={isBusy}
        onClick={() => onAct({ type: 'delete' })}
      >
        Delete
      </Button>
    </SelectionBar>
  )
}

interface ActProps {
  isBusy: boolean
  onAct: (act: BulkAct) => void
}

/** Chooses a field, then what it shall hold everywhere. */
function SetField({ fields, isBusy, onAct }: ActProps & { fields: ListFields }) {
  const [isChoosing, setChoosing] = useState(false)
  const [field, setField] = useState<RecordField>()
  const editable = fields.columns.filter(each => each.isEditable && each.key !== 'tags')
  if (field)
    return (
      <SetValue
        key={field.key}
        field={field}
        icon={<PencilLine size={14} />}
        word={field.label}
        isBusy={isBusy}
        onAct={onAct}
        isOpen
        onClose={() => setField(undefined)}
      />
    )
  return (
    <FieldMenu
      label="Field to change"
      fields={editable}
      opened={isChoosing}
      onChange={setChoosing}
      onChoose={chosen => {
        setChoosing(false)
        setField(chosen)
      }}
    >
      <Button
        size="xs"
        leftSection={<PencilLine size={14} />}
        disabled={isBusy}
        onClick={() => setChoosing(!isChoosing)}
      >
        Set a field
      </Button>
    </FieldMenu>
  )
}

interface SetValueProps extends ActProps {
  field: RecordField
  icon: ReactNode
  word: string
  isOpen?: boolean
  onClose?: () => void
}

function SetValue({ field, icon, word, isBusy, onAct, isOpen = false, onClose }: SetValueProps) {
  const [opened, setOpened] = useState(isOpen)
  const close = () => {
    setOpened(false)
    onClose?.()
  }
  const set = (value: unknown) => onAct({ type: 'change', patch: patchOf(field, undefined, value) })
  return (
    <Popover
      opened={opened}
      onChange={next => (next ? setOpened(true) : close())}
      position="top-start"
      withinPortal
      returnFocus
      closeOnClickOutside={false}
    >
      <Popover.Target>
        <Button size="xs" leftSection={icon} disabled={isBusy} onClick={() => setOpened(!opened)}>
          {word}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.editor ?? ''} p="sm">
        <FieldEditor field={field} value={null} onSave={set} onClose={close} />
        {field.isRequired ? null : (
          <Button
            size="xs"
            variant="subtle"
            // Before the editor hears that the focus left it.
            onMouseDown={event => event.preventDefault()}
            onClick={() => {
              set(null)
              close()
            }}
          >
            Empty it
          </Button>
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

function SetTags({ isBusy, onAct }: ActProps) {
  const [opened, setOpened] = useState(false)
  const [add, setAdd] = useState<string[]>([])
  const [remove, setRemove] = useState<string[]>([])
  const save = () => {
    onAct({
      type: 'change',
      patch: {
        ...(add.length > 0 ? { addTags: add } : {}),
        ...(remove.length > 0 ? { removeTags: remove } : {}),
      },
    })
    setOpened(false)
    setAdd([])
    setRemove([])
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" trapFocus returnFocus>
      <Popover.Target>
        <Button
          size="xs"
          leftSection={<Tags size={14} />}
          disabled={isBusy}
          onClick={() => setOpened(!opened)}
        >
          Tags
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.editor ?? ''} p="sm">
        <TagsInput label="Add" value={add} onChange={setAdd} maxTags={100} data-autofocus />
        <TagsInput label="Take away" value={remove} onChange={setRemove} maxTags={100} />
        <Button variant="filled" disabled={add.length + remove.length === 0} onClick={save}>
          Change tags
        </Button>
      </Popover.Dropdown>
    </Popover>
  )
}
