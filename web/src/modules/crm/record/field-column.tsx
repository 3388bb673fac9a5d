import { Button } from '@mantine/core'
import { useState } from 'react'
import type { RecordField } from '#modules/crm/contract.ts'
import { isBlank } from '../fields/field-words.ts'
import type { FieldEdit, RecordTarget } from './edits.ts'
import classes from './field-column.module.css'
import { InlineField } from './inline-field.tsx'
import { type AnyRecord, valueIn } from './record-values.ts'

interface FieldColumnProps {
  target: RecordTarget
  fields: readonly RecordField[]
  record: AnyRecord
  edits: readonly FieldEdit[]
  mayChange: boolean
  heading: 'h2' | 'h3'
}

/** Of so many groups so many empty fields invite to be filled in; further ones are shown on demand. */
const OPEN_GROUPS = 3
const OPEN_FIELDS = 3

/** The fields of a record in their groups: what is known, and what is asked for first. Tab goes from one editor to the next. */
export function FieldColumn(props: FieldColumnProps) {
  const { fields, record, edits, mayChange } = props
  const [openKey, setOpenKey] = useState<string>()
  const [isWhole, setWhole] = useState(false)
  // A field that was emptied here stays, so that it can be filled in again where it was.
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const all = [...Map.groupBy(fields, field => field.group)]
  const groups = all.map(([name, inGroup], place) => {
    const isShown = (field: RecordField, index: number) =>
      isWhole ||
      (place < OPEN_GROUPS && index < OPEN_FIELDS && field.isEditable && mayChange) ||
      !isBlank(valueIn(record, field)) ||
      touched.has(field.key) ||
      edits.some(edit => edit.field.key === field.key)
    return { name, shown: inGroup.filter(isShown) }
  })
  const hidden = fields.length - groups.reduce((sum, { shown }) => sum + shown.length, 0)
  const order = groups.flatMap(({ shown }) => shown).filter(field => field.isEditable)
  const open = (key: string | undefined) => {
    setOpenKey(key)
    if (key !== undefined) setTouched(before => new Set(before).add(key))
  }
  const step = (from: string, isBackwards: boolean) => {
    const at = order.findIndex(field => field.key === from)
    open(order[at + (isBackwards ? -1 : 1)]?.key)
  }
  if (fields.length === 0) return null
  return (
    <div className={classes.groups}>
      {groups
        .filter(({ shown }) => shown.length > 0)
        .map(({ name, shown }) => (
          <section key={name} aria-label={name}>
            <props.heading className={classes.title}>{name}</props.heading>
            <dl className={classes.fields}>
              {shown.map(field => (
                <div key={field.key} className={classes.line}>
                  <dt title={field.help}>{field.label}</dt>
                  <dd>
                    <InlineField
                      {...props}
                      field={field}
                      isOpen={openKey === field.key}
                      onOpen={() => open(field.key)}
                      onClose={() => setOpenKey(now => (now === field.key ? undefined : now))}
                      onTab={isBackwards => step(field.key, isBackwards)}
                    />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      {hidden > 0 ? (
        <Button variant="subtle" size="xs" className={classes.more} onClick={() => setWhole(true)}>
          {hidden === 1 ? 'Show 1 empty field' : `Show ${hidden} empty fields`}
        </Button>
      ) : null}
    </div>
  )
}
