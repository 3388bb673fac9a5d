import type { ReactNode } from 'react'
import type { FormAnalytics } from '#modules/intake/contract.ts'
import classes from './analytics.module.css'
import { deviceWord, secondsWords, shareWords, sourceWord } from './analytics-words.ts'

/** Where visitors came from, what they had in their hands, and which version they saw. */
export function Origins({ analytics: { sources, devices, versions } }: { analytics: FormAnalytics }) {
  return (
    <>
      <div className={classes.pair}>
        <Split
          title="Where they came from"
          head="Source"
          rows={sources.map(row => ({ ...row, name: sourceWord(row.source) }))}
        />
        <Split
          title="What they used"
          head="Device"
          rows={devices.map(row => ({ ...row, name: deviceWord(row.device) }))}
        />
      </div>
      {versions.length > 1 ? (
        <section className={classes.section}>
          <header className={classes.head}>
            <h2>Versions compared</h2>
          </header>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">Version</th>
                <NumberHead>Views</NumberHead>
                <NumberHead>Began</NumberHead>
                <NumberHead>Sent</NumberHead>
                <NumberHead>Sent of views</NumberHead>
                <th scope="col" className={`${classes.number} ${classes.wide}`}>
                  Half took less than
                </th>
              </tr>
            </thead>
            <tbody>
              {versions.map(row => (
                <tr key={row.version}>
                  <td>{row.version}</td>
                  <td className={classes.number}>{row.views.toLocaleString()}</td>
                  <td className={classes.number}>{row.starts.toLocaleString()}</td>
                  <td className={classes.number}>{row.completions.toLocaleString()}</td>
                  <td className={classes.number}>{shareWords(row.completions, row.views)}</td>
                  <td className={`${classes.number} ${classes.wide}`}>{secondsWords(row.medianSeconds)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </>
  )
}

interface SplitProps {
  title: string
  head: string
  rows: readonly { name: string; views: number; completions: number }[]
}

function Split({ title, head, rows }: SplitProps) {
  return (
    <section className={classes.section}>
      <header className={classes.head}>
        <h2>{title}</h2>
      </header>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <NumberHead>Views</NumberHead>
            <NumberHead>Sent</NumberHead>
            <NumberHead>Sent of views</NumberHead>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, views, completions }) => (
            <tr key={name}>
              <td>{name}</td>
              <td className={classes.number}>{views.toLocaleString()}</td>
              <td className={classes.number}>{completions.toLocaleString()}</td>
              <td className={classes.number}>{shareWords(completions, views)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function NumberHead({ children }: { children: ReactNode }) {
  return (
    <th scope="col" className={classes.number}>
      {children}
    </th>
  )
}
