import { Autocomplete, Select, TextInput } from '@mantine/core'
import { useForm, useIssue } from './form-context.ts'
import { Labelled } from './labelled.tsx'
import classes from './pairs-input.module.css'
import type { SettingPath } from './paths.ts'
import { Rows } from './rows.tsx'
import { pickOfName } from './setting-looks.ts'
import type { InputProps } from './simple-inputs.tsx'
import { useChoices } from './use-choices.ts'
import { ValueInput } from './value-input.tsx'
import type { Option, ValueKind } from './widgets.ts'

interface PairsProps extends InputProps {
  names: readonly Option[]
  isOpen: boolean
  kinds: readonly ValueKind[]
  /** What one of them is called. */
  one: string
}

interface Pair {
  readonly name: string
  readonly value: unknown
}

const pairsOf = (value: unknown): Pair[] =>
  Array.isArray(value) ? value.map(each => ({ name: '', value: '', ...(each as Partial<Pair> | null) })) : []

/** Names with values, a row each. */
export function PairsField({ field, path, value, names, isOpen, kinds, one }: PairsProps) {
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
        {(pair, index, put, remove) => (
          <PairRow
            pair={pair}
            path={[...path, index]}
            place={index + 1}
            put={put}
            remove={remove}
            names={names}
            isOpen={isOpen}
            kinds={kinds}
          />
        )}
      </Rows>
    </Labelled>
  )
}

interface PairRowProps extends Pick<PairsProps, 'names' | 'isOpen' | 'kinds'> {
  pair: Pair
  path: SettingPath
  place: number
  put: (pair: Pair) => void
  remove: React.ReactNode
}

function PairRow({ pair, path, place, put, remove, names, isOpen, kinds }: PairRowProps) {
  const { isReadOnly } = useForm()
  const nameIssue = useIssue([...path, 'name'])
  const valueIssue = useIssue([...path, 'value'], true)
  const choices = useChoices(pickOfName(pair.name))
  const problem = [nameIssue, valueIssue].find(issue => issue && !issue.isGap)
  const named = {
    'aria-label': `Name ${place}`,
    placeholder: 'Name',
    value: pair.name,
    readOnly: isReadOnly,
    error: Boolean(nameIssue && !nameIssue.isGap),
  }
  return (
    <div className={classes.pair}>
      <div className={classes.head}>
        {names.length === 0 ? (
          <TextInput {...named} onChange={event => put({ ...pair, name: event.currentTarget.value })} />
        ) : isOpen ? (
          <Autocomplete
            {...named}
            data={names.map(each => each.value)}
            renderOption={({ option }) =>
              names.find(each => each.value === option.value)?.label ?? option.value
            }
            onChange={name => put({ ...pair, name })}
          />
        ) : (
          <Select
            {...named}
            data={names}
            value={pair.name || null}
            searchable
            allowDeselect={false}
            onChange={name => name && put({ ...pair, name })}
          />
        )}
        {remove}
      </div>
      <ValueInput
        label={`Value ${place}`}
        placeholder="Value"
        value={pair.value}
        kinds={kinds}
        choices={choices}
        isReadOnly={isReadOnly}
        isInvalid={valueIssue !== undefined && !valueIssue.isGap}
        onChange={next => put({ ...pair, value: next })}
      />
      {problem ? <p className={classes.problem}>{problem.message}</p> : null}
    </div>
  )
}
