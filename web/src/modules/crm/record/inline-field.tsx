import { Pencil } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import { useMemberNames } from '../../../shell/member-names.ts'
import { draftOf, isTyped } from '../fields/field-draft.ts'
import { FieldEditor } from '../fields/field-editor.tsx'
import { FieldValue } from '../fields/field-value.tsx'
import { fieldWords } from '../fields/field-words.ts'
import { EditTrouble } from './edit-trouble.tsx'
import type { FieldEdit, RecordTarget } from './edits.ts'
import classes from './inline-field.module.css'
import { type AnyRecord, valueIn } from './record-values.ts'
import { saveField } from './save-field.ts'
import { useOriginCard } from './use-origin-card.ts'
import { ValueOrigin } from './value-origin.tsx'

interface InlineFieldProps {
  target: RecordTarget
  field: RecordField
  /** With what is being saved. */
  record: AnyRecord
  edits: readonly FieldEdit[]
  /** Whether the reader may change the record. */
  mayChange: boolean
  isOpen: boolean
  onOpen: () => void
  onClose: () => void
  onTab?: ((isBackwards: boolean) => void) | undefined
  /** Where the card about the value has room. */
  originAt?: 'left-start' | 'bottom-start' | undefined
}

/** A value that is edited where it stands: a click or Enter opens it, Enter and leaving it save. */
export function InlineField(props: InlineFieldProps) {
  const {
    target,
    field,
    record,
    edits,
    mayChange,
    isOpen,
    onOpen,
    onClose,
    onTab,
    originAt = 'left-start',
  } = props
  const opener = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(false)
  const value = valueIn(record, field)
  const names = useMemberNames(field.kind === 'user' && typeof value === 'string' ? [value] : [])
  const trouble = edits.findLast(each => each.field.key === field.key && each.state.kind !== 'saving')
  const refused = trouble?.state.kind === 'failed' ? trouble.state : undefined
  useEffect(() => {
    // The focus goes back to where it came from, unless the person has taken it elsewhere.
    if (wasOpen.current && !isOpen && isNowhere(document.activeElement)) opener.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  const origin = useOriginCard()
  const words = fieldWords(field, value, names)
  const isEditable = mayChange && field.isEditable
  if (isOpen) {
    // What could not be saved is gone on with; otherwise what is shown is edited.
    const start = refused ? trouble?.value : value
    return (
      <div className={classes.open}>
        <FieldEditor
          field={field}
          value={value}
          draft={refused && isTyped(field.kind) ? draftOf(field.kind, start) : undefined}
          error={refused?.isRefused ? refused.message : undefined}
          onSave={next => saveField(target, field, value, next)}
          onClose={onClose}
          onTab={onTab}
        />
      </div>
    )
  }
  return (
    <div className={classes.field}>
      <div className={classes.cell} data-editable={isEditable} {...origin.value}>
        {isEditable ? (
          <button
            ref={opener}
            type="button"
            className={classes.opener}
            data-field={field.key}
            aria-label={`Edit ${field.label.toLowerCase()}${words ? `: ${words}` : ''}`}
            onClick={() => {
              origin.close()
              onOpen()
            }}
          />
        ) : null}
        <span className={classes.value} data-value={field.key}>
          <FieldValue field={field} value={value} names={names} empty={isEditable ? 'Add' : '–'} />
        </span>
        {isEditable ? <Pencil className={classes.pencil} size={12} aria-hidden="true" /> : null}
        {origin.isOpen ? (
          <ValueOrigin
            target={target}
            field={field}
            value={value}
            mayChange={mayChange}
            position={originAt}
            cardRef={origin.card}
            around={origin.around}
            onDone={() => {
              opener.current?.focus()
              origin.close()
            }}
          />
        ) : null}
      </div>
      {trouble ? <EditTrouble target={target} edit={trouble} onEdit={onOpen} /> : null}
    </div>
  )
}

function isNowhere(element: Element | null): boolean {
  return element === null || element === document.body
}
