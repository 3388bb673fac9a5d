import { Button, Select } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { ArrowRight } from 'lucide-react'
import type { ColumnMapping, Import, ImportFieldOption } from '#modules/crm/contract.ts'
import { useMay } from '../../../shell/session.ts'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import classes from './import.module.css'
import { delimiterWords, encodingWords } from './import-words.ts'
import { useMakeField } from './make-field.ts'
import { useChangeImport, useImportFields } from './use-imports.ts'

/** What each column is: guessed, or as it was the last time; a choice is kept at once. */
export function ColumnsStep({ item, onNext }: { item: Import; onNext: () => void }) {
  const { data: fields } = useImportFields(item.object)
  const change = useChangeImport(item.id)
  const mapped = item.mapping.filter(({ field }) => field !== null).length
  const asks = item.columns.some(({ needsDateOrder }) => needsDateOrder)
  const set = (column: number, choice: Partial<ColumnMapping>) =>
    change({ mapping: item.mapping.map(each => (each.column === column ? { ...each, ...choice } : each)) })
  return (
    <>
      <Notes item={item} />
      <Reading item={item} onChange={change} />
      <ul className={classes.columns} aria-label="Columns">
        {item.columns.map(column => {
          const mapping = item.mapping.find(each => each.column === column.index)
          return (
            <li key={column.index} className={classes.column}>
              <div className={classes.columnHead}>
                <span className={classes.name}>{column.name}</span>
                <span className={classes.samples}>{column.samples.join(' · ') || 'Empty'}</span>
              </div>
              <FieldChoice
                object={item.object}
                name={column.name}
                samples={column.samples}
                mapping={mapping}
                taken={item.mapping}
                fields={fields?.items ?? []}
                onChange={choice => set(column.index, choice)}
              />
            </li>
          )
        })}
      </ul>
      <div className={classes.foot}>
        <span className={classes.about} role="status">
          {asks
            ? 'Say for the dates what comes first.'
            : `${mapped} of ${item.columns.length} columns are taken in.`}
        </span>
        <Button
          variant="filled"
          disabled={mapped === 0}
          onClick={onNext}
          rightSection={<ArrowRight size={14} aria-hidden="true" />}
        >
          Check the file
        </Button>
      </div>
    </>
  )
}

function Notes({ item }: { item: Import }) {
  return (
    <>
      {item.sameFile ? (
        <p className={classes.note}>
          Exactly this file was brought in before, <RelativeTime at={item.sameFile.createdAt} />.{' '}
          <Link to="/imports/$importId" params={{ importId: item.sameFile.id }}>
            See that import
          </Link>
        </p>
      ) : null}
      {item.isRemembered ? (
        <p className={classes.note}>
          The columns are as you chose them for the last file with these headings.
        </p>
      ) : null}
    </>
  )
}

/** How the file is read: found out, and put right here where that was wrong. */
function Reading({
  item,
  onChange,
}: {
  item: Import
  onChange: (body: { dialect: Partial<NonNullable<Import['dialect']>> }) => void
}) {
  const { dialect } = item
  if (!dialect) return null
  return (
    <div className={classes.reading}>
      <Select
        label="Encoding"
        size="xs"
        allowDeselect={false}
        data={Object.entries(encodingWords).map(([value, label]) => ({ value, label }))}
        value={dialect.encoding}
        onChange={encoding => onChange({ dialect: { encoding: encoding as keyof typeof encodingWords } })}
      />
      <Select
        label="Cells end with"
        size="xs"
        allowDeselect={false}
        data={Object.entries(delimiterWords).map(([value, label]) => ({ value, label }))}
        value={dialect.delimiter}
        onChange={delimiter => onChange({ dialect: { delimiter: delimiter ?? ',' } })}
      />
      <Select
        label="First row"
        size="xs"
        allowDeselect={false}
        data={[
          { value: 'yes', label: 'Names the columns' },
          { value: 'no', label: 'Is a record' },
        ]}
        value={dialect.hasHeader ? 'yes' : 'no'}
        onChange={value => onChange({ dialect: { hasHeader: value === 'yes' } })}
      />
    </div>
  )
}

/** Stands for a field that is yet to be made. */
const NEW_FIELD = '+'

interface FieldChoiceProps {
  object: Import['object']
  name: string
  samples: readonly string[]
  mapping: ColumnMapping | undefined
  taken: readonly ColumnMapping[]
  fields: readonly ImportFieldOption[]
  onChange: (choice: Partial<ColumnMapping>) => void
}

/** The field of a column, with the questions that its kind raises. */
function FieldChoice({ object, name, samples, mapping, taken, fields, onChange }: FieldChoiceProps) {
  const mayMake = useMay('organization:manage')
  const makeField = useMakeField(object)
  const chosen = fields.find(({ key }) => key === mapping?.field)
  const others = new Set(taken.filter(each => each !== mapping).map(({ field }) => field))
  const groups = [
    { group: 'Person', items: fields.filter(({ of }) => of === 'person') },
    { group: 'Company', items: fields.filter(({ of }) => of === 'company') },
  ].filter(({ items }) => items.length > 0)
  return (
    <div className={classes.fieldChoice}>
      <Select
        aria-label={`Field for ${name}`}
        placeholder="Left out"
        searchable
        clearable
        nothingFoundMessage="No such field"
        data={[
          ...groups.map(({ group, items }) => ({
            group,
            items: items.map(({ key, label }) => ({
              value: key,
              label,
              disabled: others.has(key) && !/tags$|phones$/.test(key),
            })),
          })),
          ...(mayMake
            ? [{ group: 'New', items: [{ value: NEW_FIELD, label: `New field “${name.slice(0, 60)}”` }] }]
            : []),
        ]}
        value={mapping?.field ?? null}
        onChange={async field => {
          const key = field === NEW_FIELD ? await makeField(name, samples) : field
          if (key !== undefined) onChange({ field: key })
        }}
      />
      {chosen?.isDate ? (
        <Select
          size="xs"
          aria-label={`Order of dates in ${name}`}
          placeholder="Day or month first?"
          error={mapping?.dateOrder === null ? 'Both would be possible' : undefined}
          data={[
            { value: 'dmy', label: 'Day, month, year' },
            { value: 'mdy', label: 'Month, day, year' },
            { value: 'ymd', label: 'Year, month, day' },
          ]}
          value={mapping?.dateOrder ?? null}
          onChange={order => onChange({ dateOrder: order as ColumnMapping['dateOrder'] })}
        />
      ) : null}
      {chosen?.isNumber ? (
        <Select
          size="xs"
          aria-label={`Decimals in ${name}`}
          allowDeselect={false}
          data={[
            { value: ',', label: 'Decimals: 1,5' },
            { value: '.', label: 'Decimals: 1.5' },
          ]}
          value={mapping?.decimal ?? '.'}
          onChange={decimal => onChange({ decimal: decimal === ',' ? ',' : '.' })}
        />
      ) : null}
      {chosen?.isSelect ? (
        <Select
          size="xs"
          aria-label={`Unknown options in ${name}`}
          allowDeselect={false}
          data={[
            { value: 'leave_out', label: 'Leave unknown options out' },
            { value: 'add', label: 'Add unknown options' },
          ]}
          value={mapping?.unknownOption ?? 'leave_out'}
          onChange={value => onChange({ unknownOption: value === 'add' ? 'add' : 'leave_out' })}
        />
      ) : null}
    </div>
  )
}
