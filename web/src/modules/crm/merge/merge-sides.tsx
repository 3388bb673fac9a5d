import type { MergePreview, RecordField, RecordObject } from '#modules/crm/contract.ts'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { FieldValue } from '../fields/field-value.tsx'
import { useRecordFields } from '../fields/use-record-fields.ts'
import classes from './merge.module.css'

type Choices = Readonly<Record<string, 'keep' | 'other'>>
type Field = MergePreview['fields'][number]

interface MergeSidesProps {
  preview: MergePreview
  choices: Choices
  onChoose: (key: string, side: 'keep' | 'other') => void
}

/** Two records field by field: whose value stays is chosen where they differ. */
export function MergeSides({ preview, choices, onChoose }: MergeSidesProps) {
  const { object, keep, other, fields, moving } = preview
  const known = new Map(useRecordFields(object).map(field => [field.key, field]))
  return (
    <>
      <div className={classes.sides}>
        <div className={classes.head}>
          <span className={classes.label} />
          {[keep, other].map((side, at) => (
            <div key={side.id} className={classes.side}>
              <span className={classes.role}>{at === 0 ? 'Stays' : 'Goes into it'}</span>
              <span className={classes.name}>{side.name || 'No name'}</span>
              <span className={classes.since}>
                Since <RelativeTime at={side.createdAt} />
              </span>
            </div>
          ))}
        </div>
        {fields.map(field => (
          <Row
            key={field.key}
            field={field}
            known={known.get(field.key)}
            chosen={choices[field.key] ?? field.choice}
            onChoose={side => onChoose(field.key, side)}
          />
        ))}
      </div>
      <p className={classes.moving}>{movingWords(object, moving)}</p>
    </>
  )
}

interface RowProps {
  field: Field
  known: RecordField | undefined
  chosen: 'keep' | 'other'
  onChoose: (side: 'keep' | 'other') => void
}

function Row({ field, known, chosen, onChoose }: RowProps) {
  const isSame = JSON.stringify(field.keep) === JSON.stringify(field.other)
  return (
    <fieldset className={classes.row} data-same={isSame || undefined}>
      <legend className={classes.label}>{field.label}</legend>
      {(['keep', 'other'] as const).map(side =>
        isSame ? (
          <span key={side} className={classes.value}>
            <Value field={known} value={field[side]} />
          </span>
        ) : (
          <label key={side} className={classes.value} data-chosen={chosen === side || undefined}>
            <input
              type="radio"
              name={`merge-${field.key}`}
              checked={chosen === side}
              onChange={() => onChoose(side)}
            />
            <Value field={known} value={field[side]} />
          </label>
        ),
      )}
    </fieldset>
  )
}

function Value({ field, value }: { field: RecordField | undefined; value: unknown }) {
  if (value === null || value === '') return <span className={classes.nothing}>Nothing</span>
  // An address and a position are several fields in one line; money comes without its currency here.
  if (!field || typeof value === 'object' || field.key === 'email' || field.kind === 'money')
    return <span className={classes.text}>{wordsOf(value)}</span>
  return <FieldValue field={field} value={value} />
}

function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOf).join(', ')
  if (typeof value === 'object' && value !== null)
    return Object.values(value).filter(Boolean).map(wordsOf).join(', ')
  return typeof value === 'boolean' ? (value ? 'Yes' : 'No') : String(value)
}

function movingWords(object: RecordObject, moving: MergePreview['moving']): string {
  const stage = object === 'deal' ? ' The stage is that of the deal that stays.' : ''
  const tags = 'Tags of both are kept.'
  if (moving.length === 0) return `${tags}${stage}`
  const parts = moving.map(({ what, count }) => `${what.toLowerCase()} (${count.toLocaleString()})`)
  return `${tags} What belongs to the other one goes along: ${parts.join(', ')}.${stage}`
}
