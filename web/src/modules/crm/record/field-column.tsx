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

/** So many fields of a group are shown at first, and those that hold something. */
const SHOWN_AT_FIRST = 6

/** The fields of a record in their groups. Tab goes from one editor to the next. */
export function FieldColumn(props: FieldColumnProps) {
  const { fields, record, edits } = props
  const [openKey, setOpenKey] = useState<string>()
  const [whole, setWhole] = useState<ReadonlySet<string>>(new Set())
  const groups = [...Map.groupBy(fields, field => field.group)].map(([name, all]) => {
    const isShown = (field: RecordField, index: number) =>
      index < SHOWN_AT_FIRST ||
      whole.has(name) ||
      !isBlank(valueIn(record, field)) ||
      field.key === openKey ||
      edits.some(edit => edit.field.key === field.key)
    const shown = all.filter(isShown)
    return { name, shown, hidden: all.length - shown.length }
  })
  const order = groups.flatMap(({ shown }) => shown).filter(field => field.isEditable)
  const step = (from: string, isBackwards: boolean) => {
    const at = order.findIndex(field => field.key === from)
    setOpenKey(order[at + (isBackwards ? -1 : 1)]?.key)
  }
  return (
    <div className={classes.groups}>
      {groups.map(({ name, shown, hidden }) => (
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
                    onOpen={() => setOpenKey(field.key)}
                    onClose={() => setOpenKey(now => (now === field.key ? undefined : now))}
                    onTab={isBackwards => step(field.key, isBackwards)}
                  />
                </dd>
              </div>
            ))}
          </dl>
          {hidden > 0 ? (
            <Button
              variant="subtle"
              size="xs"
              className={classes.more}
              onClick={() => setWhole(before => new Set(before).add(name))}
            >
              {hidden === 1 ? 'Show 1 empty field' : `Show ${hidden} empty fields`}
            </Button>
          ) : null}
        </section>
      ))}
    </div>
  )
}
