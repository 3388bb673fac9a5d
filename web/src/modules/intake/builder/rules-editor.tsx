import { NumberInput, Select, Switch, TextInput } from '@mantine/core'
import type { FieldType } from '#modules/intake/contract.ts'
import classes from './builder.module.css'
import { useBuilder } from './builder-context.ts'
import type { DraftField } from './draft.ts'
import { problemAt } from './draft-problems.ts'
import { FileRulesEditor } from './file-rules-editor.tsx'

type Rules = DraftField['validation']

interface RulesProps {
  field: DraftField
  onChange: (validation: Rules) => void
}

const LIMITS: Partial<Record<FieldType, readonly [name: string, label: string][]>> = {
  TEXT: [
    ['minLength', 'Least characters'],
    ['maxLength', 'Most characters'],
  ],
  LONG_TEXT: [
    ['minLength', 'Least characters'],
    ['maxLength', 'Most characters'],
  ],
  MULTI_SELECT: [
    ['min', 'Least choices'],
    ['max', 'Most choices'],
  ],
  NUMBER: [
    ['min', 'Smallest'],
    ['max', 'Largest'],
  ],
}

/** Whether there are rules for answers of this type. */
export function hasRules(type: FieldType): boolean {
  return type === 'DATE' || type === 'FILE' || LIMITS[type] !== undefined
}

/** What an answer has to be like. */
export function RulesEditor({ field, onChange }: RulesProps) {
  const { problems, isReadOnly } = useBuilder()
  const { type, key, validation } = field
  const put = (name: string, value: unknown) => {
    const { [name]: _, ...others } = validation
    onChange(value === undefined ? others : { ...others, [name]: value })
  }
  const wrong = (...path: string[]) => problemAt(problems, key, ['validation', ...path])
  return (
    <fieldset className={classes.group} disabled={isReadOnly}>
      <legend className="visually-hidden">Rules</legend>
      {LIMITS[type] ? (
        <div className={classes.pair}>
          {LIMITS[type].map(([name, label]) => (
            <NumberInput
              key={name}
              label={label}
              placeholder="Any"
              value={typeof validation[name] === 'number' ? validation[name] : ''}
              allowDecimal={type === 'NUMBER' && validation.integer !== true}
              allowNegative={type === 'NUMBER'}
              clampBehavior="none"
              hideControls
              error={wrong(name)}
              onChange={value => put(name, typeof value === 'number' ? value : undefined)}
            />
          ))}
        </div>
      ) : null}
      {type === 'FILE' ? <FileRulesEditor field={field} put={put} /> : null}
      {type === 'DATE' ? (
        <div className={classes.pair}>
          {(['min', 'max'] as const).map(name => (
            <TextInput
              key={name}
              type="date"
              label={name === 'min' ? 'First day' : 'Last day'}
              value={typeof validation[name] === 'string' ? validation[name] : ''}
              error={wrong(name)}
              onChange={event => put(name, event.currentTarget.value || undefined)}
            />
          ))}
        </div>
      ) : null}
      {type === 'NUMBER' ? (
        <Switch
          label="Whole numbers only"
          checked={validation.integer === true}
          onChange={event => put('integer', event.currentTarget.checked || undefined)}
        />
      ) : null}
      {type === 'TEXT' ? (
        <>
          <Switch
            label="Room for several lines"
            checked={validation.multiline === true}
            onChange={event => put('multiline', event.currentTarget.checked || undefined)}
          />
          <Pattern field={field} put={put} />
        </>
      ) : null}
      {wrong() ? <p className={classes.error}>{wrong()}</p> : null}
    </fieldset>
  )
}

const LOOKS = [
  { value: '', label: 'Anything' },
  { value: '[0-9]+', label: 'Digits only' },
  { value: '[A-Z]{2}[0-9]{2,12}', label: 'VAT number' },
  { value: '[0-9]{14}', label: 'SIRET' },
  { value: '[0-9]{5}', label: 'Postal code of five digits' },
]
const MESSAGES: Readonly<Record<string, string>> = {
  '[0-9]+': 'Use digits only.',
  '[A-Z]{2}[0-9]{2,12}': 'Use two letters and the digits after them, such as FR12345678901.',
  '[0-9]{14}': 'Use the 14 digits of the SIRET.',
  '[0-9]{5}': 'Use five digits.',
}
const OWN = 'own'

/** What a line of text has to look like. */
function Pattern({ field, put }: { field: DraftField; put: (name: string, value: unknown) => void }) {
  const { problems } = useBuilder()
  const pattern = field.validation.pattern as { expression: string; message: string } | undefined
  const isKnown = LOOKS.some(({ value }) => value === (pattern?.expression ?? ''))
  const wrong = (name: string) => problemAt(problems, field.key, ['validation', 'pattern', name])
  const choose = (value: string | null) => {
    if (value === null || value === '') put('pattern', undefined)
    else if (value === OWN)
      put('pattern', { expression: '[A-Z]{3}-[0-9]{4}', message: 'Use something like ABC-1234.' })
    else put('pattern', { expression: value, message: MESSAGES[value] ?? '' })
  }
  return (
    <>
      <Select
        label="Has to look like"
        data={[...LOOKS, { value: OWN, label: 'An expression of your own' }]}
        value={isKnown ? (pattern?.expression ?? '') : OWN}
        allowDeselect={false}
        onChange={choose}
      />
      {pattern ? (
        <>
          {isKnown ? null : (
            <TextInput
              label="Expression"
              description="A regular expression that the whole answer has to match"
              classNames={{ input: classes.code ?? '' }}
              value={pattern.expression}
              maxLength={200}
              error={wrong('expression')}
              onChange={event => put('pattern', { ...pattern, expression: event.currentTarget.value })}
            />
          )}
          <TextInput
            label="What is said when it does not"
            value={pattern.message}
            maxLength={200}
            error={wrong('message')}
            onChange={event => put('pattern', { ...pattern, message: event.currentTarget.value })}
          />
        </>
      ) : null}
    </>
  )
}
