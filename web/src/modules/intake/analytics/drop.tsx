import type { FormAnalytics } from '#modules/intake/contract.ts'
import classes from './analytics.module.css'
import { shareWords, worstField } from './analytics-words.ts'

/** Field by field: how many came so far, and for how many it was the last one. */
export function Drop({ analytics: { fields, starts } }: { analytics: FormAnalytics }) {
  if (fields.every(({ entered }) => entered === 0)) return null
  const worst = worstField(fields)
  return (
    <section className={classes.section}>
      <header className={classes.head}>
        <h2>Where people stop</h2>
        {worst ? (
          <span className={classes.note}>
            Most stop at “{worst.label}”: {shareWords(worst.left, worst.entered)} of those who came there
          </span>
        ) : (
          <span className={classes.note}>Nobody who began has left so far</span>
        )}
      </header>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col" className={classes.wide}>
              <span className="visually-hidden">Share of those who began</span>
            </th>
            <th scope="col" className={classes.number}>
              Entered
            </th>
            <th scope="col" className={classes.number}>
              Left here
            </th>
          </tr>
        </thead>
        <tbody>
          {fields.map(field => (
            <tr key={field.key}>
              <td>
                {field.label}
                {field.archived ? <span className={classes.quiet}> no longer asked</span> : null}
              </td>
              <td className={`${classes.wide} ${classes.track}`}>
                <Reach entered={field.entered} left={field.left} starts={starts} />
              </td>
              <td className={classes.number}>
                {field.entered.toLocaleString()}{' '}
                <span className={classes.quiet}>{shareWords(field.entered, starts)}</span>
              </td>
              <td className={classes.number}>
                {field.left.toLocaleString()}{' '}
                <span className={classes.quiet}>{shareWords(field.left, field.entered)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** A bar as long as the share that came here; its end is those who stopped. The numbers stand beside it. */
function Reach({ entered, left, starts }: { entered: number; left: number; starts: number }) {
  const width = (count: number) => `${Math.min(100, (100 * count) / Math.max(1, starts))}%`
  return (
    <span className={classes.reach} aria-hidden="true">
      <span className={classes.went} style={{ width: width(entered - left) }} />
      <span className={classes.left} style={{ width: width(left) }} />
    </span>
  )
}
