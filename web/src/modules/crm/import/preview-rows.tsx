import type { Import } from '#modules/crm/contract.ts'
import classes from './import.module.css'
import { usePreview } from './use-imports.ts'

const words = (values: Record<string, unknown> | null) =>
  Object.entries(values ?? {}).map(([key, value]) => ({ key, text: textOf(value) }))

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}

/** The first rows as the records they would become. */
export function PreviewRows({ item }: { item: Import }) {
  const { data } = usePreview(item)
  if (!data || data.rows.length === 0) return null
  const person = [...new Set(data.rows.flatMap(row => words(row.person).map(({ key }) => key)))]
  const company = [...new Set(data.rows.flatMap(row => words(row.company).map(({ key }) => key)))]
  return (
    <section className={classes.preview} aria-label="First rows">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <div className={classes.scroll} tabIndex={0}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Line</th>
              {person.map(key => (
                <th key={`p ${key}`} scope="col">
                  {heading(key)}
                </th>
              ))}
              {company.map(key => (
                <th key={`c ${key}`} scope="col">
                  {item.object === 'person' ? `Company ${heading(key).toLowerCase()}` : heading(key)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.rows.map(row => (
              <tr key={row.line} data-faulty={row.problems.length > 0}>
                <td>{row.line}</td>
                {person.map(key => (
                  <td key={`p ${key}`}>{key in (row.person ?? {}) ? textOf(row.person?.[key]) : ''}</td>
                ))}
                {company.map(key => (
                  <td key={`c ${key}`}>{key in (row.company ?? {}) ? textOf(row.company?.[key]) : ''}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

/** `firstName` as people read it. */
function heading(key: string): string {
  const spaced = key
    .replace(/^custom\./, '')
    .replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
    .replaceAll('_', ' ')
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}
