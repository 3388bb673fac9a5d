import { Popover } from '@mantine/core'
import { CircleAlert } from 'lucide-react'
import { useState } from 'react'
import type { RecordField, RecordObject } from '#modules/crm/contract.ts'
import { Avatar } from '../../../ui/avatar.tsx'
import { IconButton } from '../../../ui/icon-button.tsx'
import type { EditorEnd } from '../../../ui/table/grid.tsx'
import { exactTime, relativeTime } from '../../../ui/time.ts'
import { useNow } from '../../../ui/use-now.ts'
import { FieldEditor } from '../fields/field-editor.tsx'
import { FieldValue } from '../fields/field-value.tsx'
import { EditTrouble } from '../record/edit-trouble.tsx'
import { useEdits, withEdits } from '../record/edits.ts'
import { type AnyRecord, valueIn } from '../record/record-values.ts'
import { saveField } from '../record/save-field.ts'
import classes from './list.module.css'

interface RecordCellProps {
  object: RecordObject
  record: AnyRecord
  field: RecordField
  names: ReadonlyMap<string, string>
  onEdit: () => void
}

/** A value in a table, with what is being saved, and what could not be. */
export function RecordCell({ object, record, field, names, onEdit }: RecordCellProps) {
  const target = { object, id: record.id }
  const edits = useEdits(target)
  const value = valueIn(withEdits(record, edits), field)
  const trouble = edits.findLast(each => each.field.key === field.key && each.state.kind !== 'saving')
  const [opened, setOpened] = useState(false)
  return (
    <>
      <span className={classes.value}>
        {field.kind === 'time' && typeof value === 'string' ? (
          <TimeCell at={value} />
        ) : (
          <FieldValue field={field} value={value} names={names} />
        )}
      </span>
      {trouble ? (
        <Popover opened={opened} onChange={setOpened} position="bottom-start" returnFocus>
          <Popover.Target>
            <IconButton
              label={`${field.label} was not saved`}
              size="sm"
              className={classes.trouble ?? ''}
              onClick={event => {
                event.stopPropagation()
                setOpened(!opened)
              }}
            >
              <CircleAlert size={14} />
            </IconButton>
          </Popover.Target>
          <Popover.Dropdown>
            <EditTrouble
              target={target}
              edit={trouble}
              onEdit={() => {
                setOpened(false)
                onEdit()
              }}
            />
          </Popover.Dropdown>
        </Popover>
      ) : null}
    </>
  )
}

/** A time in a table. A tooltip for each of hundreds that come and go while scrolling would cost more than the rows. */
function TimeCell({ at }: { at: string }) {
  const instant = Date.parse(at)
  return (
    <time dateTime={at} title={exactTime(instant)}>
      {relativeTime(instant, useNow())}
    </time>
  )
}

/** The name of a record, which opens it. */
export function NameCell({
  object,
  record,
  isPeeked,
  onOpen,
}: {
  object: RecordObject
  record: AnyRecord
  isPeeked: boolean
  onOpen: () => void
}) {
  return (
    <span className={classes.nameCell} data-peeked={isPeeked}>
      <Avatar name={record.name || '?'} size={20} square={object !== 'person'} />
      {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: the grid opens it by Enter */}
      <span
        className={classes.nameLink}
        onClick={event => {
          if (event.shiftKey) return
          onOpen()
        }}
      >
        {record.name || 'Without a name'}
      </span>
    </span>
  )
}

interface CellEditorProps {
  object: RecordObject
  record: AnyRecord
  field: RecordField
  end: EditorEnd
}

/** The editor of a value in a table. */
export function CellEditor({ object, record, field, end }: CellEditorProps) {
  const target = { object, id: record.id }
  const edits = useEdits(target)
  const value = valueIn(withEdits(record, edits), field)
  const [last] = useState(() => ({ key: '' }))
  return (
    <div
      className={classes.cellEditor}
      onKeyDownCapture={event => {
        last.key = event.key
      }}
      onPointerDownCapture={() => {
        last.key = ''
      }}
    >
      <FieldEditor
        field={field}
        value={value}
        onSave={next => saveField(target, field, value, next)}
        onClose={() => (/^(Enter|Escape|Tab)$/.test(last.key) ? end.byKey() : end.byItself())}
        onTab={isBackwards => end.byKey(isBackwards ? -1 : 1)}
      />
    </div>
  )
}
