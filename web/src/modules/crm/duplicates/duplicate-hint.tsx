import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { checkDuplicates, type DuplicateValues, type RecordObject } from '#modules/crm/contract.ts'
import { call } from '../../../shell/api.ts'
import { RecordLink } from '../fields/record-link.tsx'
import { reasonWords } from './duplicate-words.ts'
import classes from './duplicates.module.css'

const PAUSE_MS = 300
const SHOWN_MAX = 3

interface DuplicateHintProps {
  object: RecordObject
  /** What stands in the form now; parts of it may be missing. */
  values: DuplicateValues
}

/** Says under a form that a record like this is there already. Draws nothing while there is none. */
export function DuplicateHint({ object, values }: DuplicateHintProps) {
  const [typed] = useDebouncedValue(JSON.stringify(values), PAUSE_MS)
  const asked = JSON.parse(typed) as DuplicateValues
  const isAsked = Object.values(asked).some(value => (Array.isArray(value) ? value.length > 0 : value))
  const { data } = useQuery({
    queryKey: [checkDuplicates.id, object, typed],
    queryFn: ({ signal }) => call(checkDuplicates, { body: { object, values: asked } }, { signal }),
    enabled: isAsked,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  })
  // What was found before stays while something else is asked, and goes when nothing is.
  const candidates = isAsked ? (data?.candidates.slice(0, SHOWN_MAX) ?? []) : []
  if (candidates.length === 0) return null
  return (
    <div className={classes.hint} role="status">
      <p className={classes.hintHead}>
        {candidates.length === 1 ? 'This may be there already' : 'These may be there already'}
      </p>
      <ul className={classes.hintList}>
        {candidates.map(({ record, reasons }) => (
          <li key={record.id} className={classes.hintLine}>
            <RecordLink object={object} id={record.id} className={classes.hintName}>
              {record.name || 'No name'}
            </RecordLink>
            <span className={classes.detail}>{record.detail}</span>
            <span className={classes.why}>{reasons.map(reason => reasonWords[reason]).join(' · ')}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
