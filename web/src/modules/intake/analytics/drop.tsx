import type { FormAnalytics } from '#modules/intake/contract.ts'
import {
  DrawnCell,
  DrawnHead,
  FigureSection,
  FigureTable,
  NumberCell,
  NumberHead,
} from '../../../ui/figure-table.tsx'
import classes from './analytics.module.css'
import { shareWords, worstField } from './analytics-words.ts'

/** Field by field: how many came so far, and for how many it was the last one. */
export function Drop({ analytics: { fields, starts } }: { analytics: FormAnalytics }) {
  if (fields.every(({ entered }) => entered === 0)) return null
  const worst = worstField(fields)
  return (
    <FigureSection
      title="Where people stop"
      aside={
        <span className={classes.note}>
          {worst
            ? `Most stop at “${worst.label}”: ${shareWords(worst.left, worst.entered)} of those who came there`
            : 'Nobody who began has left so far'}
        </span>
      }
    >
      <FigureTable
        head={
          <>
            <th scope="col">Field</th>
            <DrawnHead>Share of those who began</DrawnHead>
            <NumberHead>Entered</NumberHead>
            <NumberHead>Left here</NumberHead>
          </>
        }
      >
        {fields.map(field => (
          <tr key={field.key}>
            <td>
              {field.label}
              {field.archived ? <span className={classes.quiet}> no longer asked</span> : null}
            </td>
            <DrawnCell className={classes.track}>
              <Reach entered={field.entered} left={field.left} starts={starts} />
            </DrawnCell>
            <NumberCell>
              {field.entered.toLocaleString()}{' '}
              <span className={classes.share}>{shareWords(field.entered, starts)}</span>
            </NumberCell>
            <NumberCell>
              {field.left.toLocaleString()}{' '}
              <span className={classes.share}>{shareWords(field.left, field.entered)}</span>
            </NumberCell>
          </tr>
        ))}
      </FigureTable>
    </FigureSection>
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
