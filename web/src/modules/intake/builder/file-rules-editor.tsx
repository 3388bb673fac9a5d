import { MultiSelect, NumberInput } from '@mantine/core'
import { FILES_MAX, FileKind, FileRules } from '#modules/intake/contract.ts'
import classes from './builder.module.css'
import { useBuilder } from './builder-context.ts'
import type { DraftField } from './draft.ts'
import { problemAt } from './draft-problems.ts'

const KINDS: Readonly<Record<FileKind, string>> = {
  image: 'Pictures',
  pdf: 'PDF',
  document: 'Documents',
  spreadsheet: 'Spreadsheets',
  presentation: 'Presentations',
  text: 'Plain text',
  archive: 'Archives',
}
/** What holds where nothing is set. */
const PRESET = FileRules.parse({})

interface FileRulesProps {
  field: DraftField
  put: (name: string, value: unknown) => void
}

/** How many files a field takes, how large and of which kinds. */
export function FileRulesEditor({ field, put }: FileRulesProps) {
  const { problems } = useBuilder()
  const { validation, key } = field
  const wrong = (name: string) => problemAt(problems, key, ['validation', name], true)
  const numbers = [
    ['maxFiles', 'Most files', '', FILES_MAX],
    ['maxMegabytes', 'Largest file', ' MB', 100],
  ] as const
  return (
    <>
      <div className={classes.pair}>
        {numbers.map(([name, label, suffix, max]) => (
          <NumberInput
            key={name}
            label={label}
            suffix={suffix}
            min={1}
            max={max}
            allowDecimal={false}
            allowNegative={false}
            hideControls
            value={typeof validation[name] === 'number' ? validation[name] : PRESET[name]}
            error={wrong(name)}
            onChange={value => put(name, typeof value === 'number' ? value : undefined)}
          />
        ))}
      </div>
      <MultiSelect
        label="Kinds"
        description="By what is in a file, whatever it is called"
        data={FileKind.options.map(kind => ({ value: kind, label: KINDS[kind] }))}
        value={Array.isArray(validation.kinds) ? validation.kinds.map(String) : [...PRESET.kinds]}
        error={wrong('kinds')}
        onChange={kinds => put('kinds', kinds)}
      />
    </>
  )
}
