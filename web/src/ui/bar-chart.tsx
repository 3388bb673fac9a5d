import classes from './bar-chart.module.css'
import { labelled, niceTop } from './chart-scale.ts'

export type BarTone = 'accent' | 'bad' | 'neutral' | 'quiet'

interface Series {
  name: string
  tone: BarTone
}

interface Bar {
  /** Names the bar for sure, as an instant. */
  id: string
  /** Short, under the bar. */
  label: string
  /** In full, in the table. */
  name: string
  /** One number for each series, in their order. */
  values: readonly number[]
}

interface BarChartProps {
  /** What the bars count, as a caption. */
  label: string
  /** What one bar stands for, as the head of the table's first column. */
  unit: string
  /** Stacked from the bottom up. */
  series: readonly Series[]
  bars: readonly Bar[]
}

const LABELS_MAX = 6

/** Stacked bars over time, drawn with boxes; the same numbers as a table one click away. */
export function BarChart({ label, unit, series, bars }: BarChartProps) {
  const top = niceTop(Math.max(...bars.map(sumOf), 0))
  const isLabelled = labelled(bars.length, LABELS_MAX)
  return (
    <figure className={classes.chart}>
      <figcaption className={classes.caption}>
        <span className={classes.title}>{label}</span>
        <ul className={classes.legend}>
          {series.map(({ name, tone }) => (
            <li key={name}>
              <span className={classes.key} data-tone={tone} aria-hidden="true" />
              {name}
            </li>
          ))}
        </ul>
      </figcaption>
      <div className={classes.plot} aria-hidden="true">
        <div className={classes.axis}>
          <span>{top.toLocaleString()}</span>
          <span>0</span>
        </div>
        <div className={classes.bars}>
          {bars.map((bar, index) => (
            <div key={bar.id} className={classes.column} title={titleOf(bar, series)}>
              <div className={classes.stack}>
                {series.map(({ name, tone }, at) =>
                  bar.values[at] ? (
                    <span
                      key={name}
                      className={classes.part}
                      data-tone={tone}
                      style={{ height: `${(100 * bar.values[at]) / top}%` }}
                    />
                  ) : null,
                )}
              </div>
              {isLabelled(index) ? <span className={classes.tick}>{bar.label}</span> : null}
            </div>
          ))}
        </div>
      </div>
      <details className={classes.details}>
        <summary>As a table</summary>
        <BarTable label={label} unit={unit} series={series} bars={bars} />
      </details>
    </figure>
  )
}

function BarTable({ label, unit, series, bars }: BarChartProps) {
  return (
    <table className={classes.table}>
      <caption className="visually-hidden">{label}</caption>
      <thead>
        <tr>
          <th scope="col">{unit}</th>
          {series.map(({ name }) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {bars.map(bar => (
          <tr key={bar.id}>
            <th scope="row">{bar.name}</th>
            {series.map(({ name }, at) => (
              <td key={name}>{(bar.values[at] ?? 0).toLocaleString()}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function sumOf({ values }: Bar): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** "12 Nov: 4 completed, 1 failed", without what there was none of. */
function titleOf({ name, values }: Bar, series: readonly Series[]): string {
  const parts = series.flatMap((each, at) =>
    values[at] ? [`${values[at].toLocaleString()} ${each.name.toLowerCase()}`] : [],
  )
  return `${name}: ${parts.length === 0 ? 'none' : parts.join(', ')}`
}
