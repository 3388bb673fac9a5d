import { ChevronDown, ChevronUp } from 'lucide-react'
import { memo, useCallback, useRef } from 'react'
import { IconButton } from '../../../ui/icon-button.tsx'
import { moved, newEntry } from './entries.ts'
import { FieldView } from './field-view.tsx'
import { useForm } from './form-context.ts'
import { Labelled } from './labelled.tsx'
import classes from './list-input.module.css'
import { pathOf, pathText } from './paths.ts'
import { RemoveRow, Rows } from './rows.tsx'
import type { InputProps } from './simple-inputs.tsx'
import type { Field } from './widgets.ts'

interface ListProps extends InputProps {
  fields: readonly Field[]
  one: string
  hasId: boolean
  most: number
}

type Entry = Readonly<Record<string, unknown>>

/** Entries with settings of their own, in an order that counts, such as the rules of a switch. */
export function ListField({ field, path, value, fields, one, hasId, most }: ListProps) {
  const { set, isReadOnly } = useForm()
  const entries: readonly Entry[] = Array.isArray(value) ? value : []
  const latest = useRef(entries)
  latest.current = entries
  const move = useCallback(
    (at: string, index: number, by: 1 | -1) => set(pathOf(at), moved(latest.current, index, by)),
    [set],
  )
  const called = one.charAt(0).toUpperCase() + one.slice(1)
  return (
    <Labelled label={field.label} about={field.about} path={path}>
      <Rows
        items={entries}
        one={one}
        most={most}
        isReadOnly={isReadOnly}
        blank={() => newEntry(fields, entries, hasId)}
        onChange={next => set(path, next)}
      >
        {(entry, index, onRemove) => (
          <fieldset className={classes.entry}>
            <legend className="visually-hidden">{`${called} ${index + 1}`}</legend>
            <EntryHead
              one={one}
              index={index}
              count={entries.length}
              path={pathText(path)}
              onRemove={onRemove}
              onMove={move}
            />
            {fields.map(each => (
              <FieldView
                key={each.name}
                field={each}
                path={pathText([...path, index, each.name])}
                value={entry?.[each.name]}
              />
            ))}
          </fieldset>
        )}
      </Rows>
    </Labelled>
  )
}

interface EntryHeadProps {
  one: string
  index: number
  count: number
  path: string
  onRemove: (index: number) => void
  onMove: (path: string, index: number, by: 1 | -1) => void
}

/** What an entry is called by its place, and what moves it or takes it away. */
const EntryHead = memo(function EntryHead({ one, index, count, path, onRemove, onMove }: EntryHeadProps) {
  const { isReadOnly } = useForm()
  const called = one.charAt(0).toUpperCase() + one.slice(1)
  return (
    <div className={classes.head}>
      <span className={classes.name}>{`${called} ${index + 1}`}</span>
      {isReadOnly || count < 2 ? null : (
        <>
          <IconButton
            label={`Move ${one} ${index + 1} up`}
            size="sm"
            className={classes.move ?? ''}
            aria-disabled={index === 0}
            onClick={() => onMove(path, index, -1)}
          >
            <ChevronUp size={14} />
          </IconButton>
          <IconButton
            label={`Move ${one} ${index + 1} down`}
            size="sm"
            className={classes.move ?? ''}
            aria-disabled={index === count - 1}
            onClick={() => onMove(path, index, 1)}
          >
            <ChevronDown size={14} />
          </IconButton>
        </>
      )}
      {isReadOnly ? null : <RemoveRow one={one} index={index} onRemove={onRemove} />}
    </div>
  )
})
