import { Button, Popover } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { RefObject } from 'react'
import type { Provenance, RecordField } from '#modules/crm/contract.ts'
import { Kbd } from '../../../ui/kbd.tsx'
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
  position: 'left-start' | 'bottom-start'
  cardRef: RefObject<HTMLDivElement | null>
  around: { onMouseEnter: () => void; onMouseLeave: () => void }
  onDone: () => void
}

/**
 * Who or what wrote a value, when and by which way, and what stood there before, to be put back. Nothing for a value nobody has
 * written.
 */
export function ValueOrigin(props: ValueOriginProps) {
  const { target, field, position, cardRef, around, onDone } = props
  const { data } = useQuery(provenanceQuery(target))
  const origin = data?.items.find(each => each.field === field.key)
  if (!origin) return null
  return (
    <Popover opened position={position} width={280} trapFocus={false} returnFocus={false}>
      <Popover.Target>
        <span className={classes.anchor} />
      </Popover.Target>
      <Popover.Dropdown
        ref={cardRef}
        tabIndex={-1}
        aria-label={`Where ${field.label.toLowerCase()} comes from`}
        {...around}
        onKeyDown={event => {
          if (event.key !== 'Escape') return
          event.preventDefault()
          event.stopPropagation()
          onDone()
        }}
      >
        <Card {...props} origin={origin} />
      </Popover.Dropdown>
    </Popover>
  )
}

function Card({
  target,
  field,
  value,
  mayChange,
  origin,
  onDone,
}: ValueOriginProps & { origin: Provenance }) {
  const { entries } = useHistory(target, field.key, SHOWN)
  const earlier = entries.flatMap(entry => {
    const written = entry.fields.find(each => each.field === field.key)
    return written && entry.id !== origin.changeId ? [{ entry, value: written.after }] : []
  })
  const putBack = (old: unknown) => {
    saveField(target, field, value, old)
    onDone()
  }
  return (
    <div className={classes.card}>
      <p className={classes.label}>{field.label}</p>
      <p>
        <OriginLine origin={origin} />
      </p>
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
      <p className={classes.keys}>
        <Kbd keys="h" /> goes in here
      </p>
    </div>
  )
}
