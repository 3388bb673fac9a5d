import type { RecordField } from '#modules/crm/contract.ts'
import { type FieldDraft, isTyped } from './field-draft.ts'
import { MemberPicker } from './member-picker.tsx'
import { ChoicePicker, ChoicesPicker } from './option-pickers.tsx'
import { RecordPicker } from './record-picker.tsx'
import { TypedEditor } from './typed-editor.tsx'

export interface FieldEditorProps {
  field: RecordField
  /** What is edited. */
  value: unknown
  /** What was typed before and could not be saved, to go on with. */
  draft?: FieldDraft | undefined
  /** What the server said about it. */
  error?: string | undefined
  /** Called once, on Enter, on leaving, or on choosing; with null for nothing. Not called when nothing was changed. */
  onSave: (value: unknown) => void
  /** Called when nothing was changed, and by Esc. Called after `onSave` as well: close the editor here. */
  onClose: () => void
  /** Tab was pressed; the value is saved already. Without it the browser goes to what comes next. */
  onTab?: ((isBackwards: boolean) => void) | undefined
}

/**
 * Edits one value in place, by the kind of its field. Enter and leaving it save, Esc does not; what cannot be read is
 * kept with a message. It takes the focus when it is drawn.
 */
export function FieldEditor(props: FieldEditorProps) {
  const { field } = props
  if (isTyped(field.kind)) return <TypedEditor {...props} />
  switch (field.kind) {
    case 'boolean':
      return (
        <ChoicePicker
          {...props}
          field={booleanField(field)}
          value={wordOf(props.value)}
          onSave={word => props.onSave(word === null ? null : word === 'true')}
        />
      )
    case 'select':
      return <ChoicePicker {...props} />
    case 'multi_select':
      return <ChoicesPicker {...props} />
    case 'user':
      return <MemberPicker {...props} />
    default:
      return <RecordPicker {...props} />
  }
}

function booleanField(field: RecordField): RecordField {
  return {
    ...field,
    options: [
      { value: 'true', label: 'Yes' },
      { value: 'false', label: 'No' },
    ],
  }
}

function wordOf(value: unknown): string | null {
  return typeof value === 'boolean' ? String(value) : null
}
