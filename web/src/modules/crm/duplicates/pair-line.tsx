import { Button } from '@mantine/core'
import type { DuplicatePair } from '#modules/crm/contract.ts'
import { Kbd } from '../../../ui/kbd.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { RecordLink } from '../fields/record-link.tsx'
import { reasonWords, sureness } from './duplicate-words.ts'
import classes from './duplicates.module.css'

interface PairLineProps {
  pair: DuplicatePair
  /** The one that keys act on. */
  isCurrent: boolean
  onPoint: () => void
  onMerge: (() => void) | undefined
  onDismiss: (() => void) | undefined
}

/** Two records that may be one, side by side, with what they share. */
export function PairLine({ pair, isCurrent, onPoint, onMerge, onDismiss }: PairLineProps) {
  const { object, first, second, score, reasons } = pair
  return (
    <li
      className={classes.pair}
      aria-current={isCurrent || undefined}
      onPointerDown={onPoint}
      onFocus={onPoint}
    >
      <div className={classes.records}>
        {[first, second].map(record => (
          <div key={record.id} className={classes.record}>
            <RecordLink object={object} id={record.id} className={classes.name}>
              {record.name || 'No name'}
            </RecordLink>
            <span className={classes.detail}>{record.detail ?? ''}</span>
          </div>
        ))}
      </div>
      <div className={classes.reasons}>
        <span className={classes.sure}>{sureness(score)}</span>
        {reasons.map(reason => (
          <Tag key={reason}>{reasonWords[reason]}</Tag>
        ))}
      </div>
      {onMerge && onDismiss ? (
        <div className={classes.acts}>
          <Button size="xs" onClick={onMerge} rightSection={isCurrent ? <Kbd keys="m" /> : null}>
            Merge…
          </Button>
          <Button
            size="xs"
            variant="subtle"
            onClick={onDismiss}
            rightSection={isCurrent ? <Kbd keys="x" /> : null}
          >
            Not the same
          </Button>
        </div>
      ) : null}
    </li>
  )
}
