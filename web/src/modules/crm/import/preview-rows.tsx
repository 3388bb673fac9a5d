import type { Import } from '#modules/crm/contract.ts'
import { moneyOf, moneyWords } from '../fields/money.ts'
import classes from './import.module.css'
import { useImportFields, usePreview } from './use-imports.ts'

type Rows = NonNullable<ReturnType<typeof usePreview>['data']>['rows']
type Row = Rows[number]

/** A column of the preview: a value of the person or the company that a row becomes. */
interface Shown {
  readonly of: 'person' | 'company'
  readonly key: string
  readonly label: string
  /** The column of the file it comes from; undefined for what follows from others. */
  readonly column: number | undefined
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The first rows as the records they would become, with what is wrong in each. */
export function PreviewRows({ item }: { item: Import }) {
  const { data } = usePreview(item)
  const { data: fields } = useImportFields(item.object)
  if (!data || data.rows.length === 0) return null
  const labels = new Map(fields?.items.map(({ key, label }) => [key, label]))
  const shown = columnsOf(data.rows, item, labels)
  const isFaulty = data.rows.some(({ problems }) => problems.length > 0)
  const problemOf = ({ column, message }: Row['problems'][number]) => {
    const name = item.columns.find(({ index }) => index === column)?.name
    return name === undefined ? message : `${name}: ${message}`
  }
  return (
    <section className={classes.preview} aria-label="First rows">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <div className={classes.scroll} tabIndex={0}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Line</th>
              {isFaulty ? <th scope="col">Problem</th> : null}
              {shown.map(({ of, key, label }) => (
                <th key={`${of} ${key}`} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.rows.map(row => {
              const problems = row.problems.map(problemOf).join(' ')
              return (
                <tr key={row.line} data-faulty={row.problems.length > 0}>
                  <td>{row.line}</td>
                  {isFaulty ? <td className={classes.wrong}>{problems}</td> : null}
                  {shown.map(each => (
                    <td key={`${each.of} ${each.key}`}>{wordsOf(row, each)}</td>
                  ))}
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function columnsOf(rows: Rows, { object, mapping }: Import, labels: ReadonlyMap<string, string>): Shown[] {
  return (['person', 'company'] as const).flatMap(of => {
    const keys = new Set(rows.flatMap(row => Object.keys(row[of] ?? {})))
    return [...keys].map((key): Shown => {
      const field = object === 'person' && of === 'company' ? `company.${key}` : key
      return {
        of,
        key,
        label: labels.get(field) ?? words(key),
        column: mapping.find(each => each.field === field)?.column,
      }
    })
  })
}

function wordsOf(row: Row, { of, key, column }: Shown): string {
  const value = row[of]?.[key]
  // A member or a record is shown as the file names it.
  if (typeof value === 'string' && ID.test(value) && column !== undefined) return row.cells[column] ?? value
  return textOf(value)
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.join(', ')
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  const money = moneyOf(value)
  if (money) return moneyWords(money)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** `nafNomenclature` as people read it. */
function words(key: string): string {
  const spaced = key.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}
