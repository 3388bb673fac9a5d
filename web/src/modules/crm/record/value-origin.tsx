import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { RecordField } from '#modules/crm/contract.ts'
import { problemWords } from '../../../shell/problem.ts'
import { FieldValue } from '../fields/field-value.tsx'
import type { RecordTarget } from './edits.ts'
import { OriginLine } from './origin-line.tsx'
import { provenanceQuery } from './record-access.ts'
import { isSame } from './record-values.ts'
import { saveField } from './save-field.ts'
import { useHistory } from './use-history.ts'
import classes from './value-origin.module.css'

const SHOWN = 6

interface ValueOriginProps {
  target: RecordTarget
  field: RecordField
  value: unknown
  mayChange: boolean
  onDone: () => void
}

/** Who or what wrote a value, when and by which way, and what stood there before, to be put back. */
export function ValueOrigin({ target, field, value, mayChange, onDone }: ValueOriginProps) {
  const { data, error } = useQuery(provenanceQuery(target))
  const { entries } = useHistory(target, field.key, SHOWN)
  const origin = data?.items.find(each => each.field === field.key)
  const earlier = entries.flatMap(entry => {
    const written = entry.fields.find(each => each.field === field.key)
    return written && entry.id !== origin?.changeId ? [{ entry, value: written.after }] : []
  })
  const putBack = (old: unknown) => {
    saveField(target, field, value, old)
    onDone()
  }
  return (
    <div className={classes.card}>
      <p className={classes.label}>{field.label}</p>
      {error ? <p>{problemWords(error).what}</p> : null}
      {data ? (
        <p>
          {origin ? (
            <OriginLine origin={origin} />
          ) : (
            'Nobody has written anything here since records are kept track of.'
          )}
        </p>
      ) : null}
      {earlier.length > 0 ? (
        <>
          <p className={classes.label}>Before</p>
          <ul className={classes.list}>
            {earlier.map(({ entry, value: old }) => (
              <li key={entry.id} className={classes.entry}>
                <div className={classes.old}>
                  <FieldValue field={field} value={old} empty="Nothing" />
                  <span className={classes.when}>
                    <OriginLine origin={entry} />
                  </span>
                </div>
                {mayChange && field.isEditable && !isSame(old, value) ? (
                  <Button size="xs" variant="subtle" onClick={() => putBack(old)}>
                    Put back
                  </Button>
                ) : null}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </div>
  )
}
