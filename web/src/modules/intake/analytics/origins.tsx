import type { FormAnalytics } from '#modules/intake/contract.ts'
import { FigureSection, FigureTable, NumberCell, NumberHead } from '../../../ui/figure-table.tsx'
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
        <FigureSection title="Versions compared">
          <FigureTable
            head={
              <>
                <th scope="col">Version</th>
                <NumberHead>Views</NumberHead>
                <NumberHead>Began</NumberHead>
                <NumberHead>Sent</NumberHead>
                <NumberHead>Sent of views</NumberHead>
                <NumberHead isWide>Half took less than</NumberHead>
              </>
            }
          >
            {versions.map(row => (
              <tr key={row.version}>
                <td>{row.version}</td>
                <NumberCell>{row.views.toLocaleString()}</NumberCell>
                <NumberCell>{row.starts.toLocaleString()}</NumberCell>
                <NumberCell>{row.completions.toLocaleString()}</NumberCell>
                <NumberCell>{shareWords(row.completions, row.views)}</NumberCell>
                <NumberCell isWide>{secondsWords(row.medianSeconds)}</NumberCell>
              </tr>
            ))}
          </FigureTable>
        </FigureSection>
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
    <FigureSection title={title}>
      <FigureTable
        head={
          <>
            <th scope="col">{head}</th>
            <NumberHead>Views</NumberHead>
            <NumberHead>Sent</NumberHead>
            <NumberHead>Sent of views</NumberHead>
          </>
        }
      >
        {rows.map(({ name, views, completions }) => (
          <tr key={name}>
            <td>{name}</td>
            <NumberCell>{views.toLocaleString()}</NumberCell>
            <NumberCell>{completions.toLocaleString()}</NumberCell>
            <NumberCell>{shareWords(completions, views)}</NumberCell>
          </tr>
        ))}
      </FigureTable>
    </FigureSection>
  )
}
