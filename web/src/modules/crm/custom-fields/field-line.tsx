import type { CustomField, FieldKind, RecordField, RecordObject } from '#modules/crm/contract.ts'
import { Tag } from '../../../ui/tag.tsx'
import classes from './custom-fields.module.css'
import { kindWords, objectWords } from './kind-words.ts'

/** A field of the organization; opens it. */
export function FieldLine({ field, onOpen }: { field: CustomField; onOpen: () => void }) {
  const offered = field.options.filter(option => !option.isArchived).length
  const muted = field.isArchived || field.isBeingDeleted
  return (
    <button
      type="button"
      className={muted ? `${classes.line} ${classes.muted}` : classes.line}
      onClick={onOpen}
    >
      <Name kind={field.kind} label={field.label} />
      <span className={classes.kind}>
        {kindText(field.kind, field.relatesTo)}
        {offered > 0 ? ` · ${offered === 1 ? '1 option' : `${offered} options`}` : ''}
      </span>
      <span className={classes.key}>custom.{field.key}</span>
      <span className={classes.marks}>
        {field.isBeingDeleted ? <Tag tone="wait">Being deleted</Tag> : null}
        {field.isRequired && !muted ? <Tag>Required</Tag> : null}
      </span>
    </button>
  )
}

/** A field that every organization has; nothing about it can be changed. */
export function BuiltInLine({ field }: { field: RecordField }) {
  return (
    <div className={`${classes.line} ${classes.muted}`}>
      <Name kind={field.kind} label={field.label} />
      <span className={classes.kind}>{kindText(field.kind, field.relatesTo ?? null)}</span>
      <span className={classes.key}>{field.key}</span>
      <span className={classes.marks}>{field.isEditable ? null : <Tag>Kept by Millrace</Tag>}</span>
    </div>
  )
}

function Name({ kind, label }: { kind: FieldKind; label: string }) {
  const Icon = kindWords[kind].icon
  return (
    <span className={classes.name}>
      <Icon size={14} aria-hidden="true" />
      <span className={classes.cut}>{label}</span>
    </span>
  )
}

function kindText(kind: FieldKind, relatesTo: RecordObject | null): string {
  const { label } = kindWords[kind]
  return relatesTo ? `${label} to ${objectWords[relatesTo].many.toLowerCase()}` : label
}
