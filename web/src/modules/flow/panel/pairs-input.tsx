import { Autocomplete, Select, TextInput } from '@mantine/core'
import { memo } from 'react'
import type { Named } from '#modules/flow/contract.ts'
import { useForm, useIssue } from './form-context.ts'
import { Labelled } from './labelled.tsx'
import classes from './pairs-input.module.css'
import { pathOf, pathText } from './paths.ts'
import { RemoveRow, Rows } from './rows.tsx'
import type { InputProps } from './simple-inputs.tsx'
import { useNamedByField } from './use-named.ts'
import { ValueInput } from './value-input.tsx'
import type { Option, ValueKind } from './widgets.ts'

interface PairsProps extends InputProps {
  names: readonly Option[]
  isOpen: boolean
  kinds: readonly ValueKind[]
  /** What one of them is called. */
  one: string
  /** What values name, by the names they stand under. */
  naming: Readonly<Record<string, Named>>
}

interface Pair {
  readonly name: string
  readonly value: unknown
}

const pairsOf = (value: unknown): Pair[] =>
  Array.isArray(value) ? value.map(each => ({ name: '', value: '', ...(each as Partial<Pair> | null) })) : []

/** Names with values, a row each. */
export function PairsField({ field, path, value, names, isOpen, kinds, one, naming }: PairsProps) {
  const { set, isReadOnly } = useForm()
  return (
    <Labelled label={field.label} about={field.about} path={path}>
      <Rows
        items={pairsOf(value)}
        one={one}
        most={50}
        isReadOnly={isReadOnly}
        blank={() => ({ name: '', value: '' })}
        onChange={next => set(path, next)}
      >
        {(pair, index, onRemove) => (
          <PairRow
            {...pair}
            path={pathText([...path, index])}
            index={index}
            one={one}
            onRemove={onRemove}
            names={names}
            isOpen={isOpen}
            kinds={kinds}
            naming={naming}
          />
        )}
      </Rows>
    </Labelled>
  )
}

interface PairRowProps extends Pair, Pick<PairsProps, 'names' | 'isOpen' | 'kinds' | 'one' | 'naming'> {
  /** Where the pair stands, its parts joined by dots. */
  path: string
  index: number
  onRemove: (index: number) => void
}

/** One name with its value, drawn anew only when one of them changes. */
const PairRow = memo(function PairRow(props: PairRowProps) {
  const { name, value, path, index, one, onRemove, names, isOpen, kinds, naming } = props
  const { isReadOnly, set } = useForm()
  const at = pathOf(path)
  const put = (key: keyof Pair, next: unknown) => set([...at, key], next)
  const nameIssue = useIssue([...at, 'name'])
  const valueIssue = useIssue([...at, 'value'], true)
  const held = useNamedByField(naming, name)
  const problem = [nameIssue, valueIssue].find(issue => issue && !issue.isGap)
  const place = index + 1
  const named = {
    'aria-label': `Name ${place}`,
    placeholder: 'Name',
    value: name,
    readOnly: isReadOnly,
    error: Boolean(nameIssue && !nameIssue.isGap),
  }
  return (
    <div className={classes.pair}>
      <div className={classes.head}>
        {names.length === 0 ? (
          <TextInput {...named} onChange={event => put('name', event.currentTarget.value)} />
        ) : isOpen ? (
          <Autocomplete
            {...named}
            data={names.map(each => each.value)}
            renderOption={({ option }) =>
              names.find(each => each.value === option.value)?.label ?? option.value
            }
            onChange={next => put('name', next)}
          />
        ) : (
          <Select
            {...named}
            data={names}
            value={name || null}
            searchable
            allowDeselect={false}
            onChange={next => next && put('name', next)}
          />
        )}
        {isReadOnly ? null : <RemoveRow one={one} index={index} onRemove={onRemove} />}
      </div>
      <ValueInput
        label={`Value ${place}`}
        placeholder="Value"
        value={value}
        kinds={kinds}
        names={held}
        isReadOnly={isReadOnly}
        isInvalid={valueIssue !== undefined && !valueIssue.isGap}
        onChange={next => put('value', next)}
      />
      {problem ? <p className={classes.problem}>{problem.message}</p> : null}
    </div>
  )
})
