import { Button, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ArrowLeftRight } from 'lucide-react'
import { useState } from 'react'
import type { RecordObject } from '#modules/crm/contract.ts'
import { problemWords } from '../../../shell/problem.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { TableSkeleton } from '../../../ui/skeleton.tsx'
import classes from './merge.module.css'
import { MergeSides } from './merge-sides.tsx'
import { previewQuery, useMerge } from './use-merge.ts'

interface MergeDialogProps {
  object: RecordObject
  /** The record that stays unless the two are swapped. */
  keepId: string
  otherId: string
  onClose: () => void
  /** Called with the id of the record that stayed. */
  onMerged?: ((id: string) => void) | undefined
}

/** Makes two records one: side by side, whose value stays is chosen, and it can be taken back. */
export function MergeDialog({ object, keepId, otherId, onClose, onMerged }: MergeDialogProps) {
  const [isSwapped, setSwapped] = useState(false)
  const [choices, setChoices] = useState<Readonly<Record<string, 'keep' | 'other'>>>({})
  const [isBusy, setBusy] = useState(false)
  const [keep, other] = isSwapped ? [otherId, keepId] : [keepId, otherId]
  const { data, error, refetch } = useQuery(previewQuery(object, keep, other))
  const merge = useMerge()
  const run = async () => {
    if (!data || isBusy) return
    setBusy(true)
    const words = `${data.other.name || 'The other one'} is now part of ${data.keep.name || 'it'}.`
    const isDone = await merge({ object, keepId: keep, otherId: other, choices, words })
    setBusy(false)
    if (!isDone) return
    onClose()
    onMerged?.(keep)
  }
  // What was chosen by sides means the other record once they are swapped.
  const swap = () => {
    setSwapped(!isSwapped)
    setChoices(
      Object.fromEntries(
        Object.entries(choices).map(([key, side]) => [key, side === 'keep' ? 'other' : 'keep']),
      ),
    )
  }
  const problem = error ? problemWords(error) : undefined
  return (
    <Modal
      opened
      onClose={onClose}
      title="Merge two records"
      size="48rem"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {problem ? (
        <ErrorState what={problem.what} next={problem.next} onRetry={() => void refetch()} />
      ) : data ? (
        <MergeSides
          preview={data}
          choices={choices}
          onChoose={(key, side) => setChoices({ ...choices, [key]: side })}
        />
      ) : (
        <TableSkeleton />
      )}
      <div className={classes.acts}>
        <Button
          variant="subtle"
          leftSection={<ArrowLeftRight size={14} aria-hidden="true" />}
          onClick={swap}
          disabled={!data}
        >
          Keep the other one
        </Button>
        <span className={classes.spring} />
        <Button variant="subtle" onClick={onClose}>
          Cancel
        </Button>
        <Button variant="filled" data-autofocus loading={isBusy} disabled={!data} onClick={() => void run()}>
          Merge
        </Button>
      </div>
    </Modal>
  )
}
