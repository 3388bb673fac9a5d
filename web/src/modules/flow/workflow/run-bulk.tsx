import { Button } from '@mantine/core'
import type { RunStatus } from '#modules/flow/contract.ts'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { type BulkAct, bulkWords } from '../bulk.ts'

const OPEN: readonly BulkAct[] = ['pause', 'cancel']

const ACTS: Readonly<Record<RunStatus, readonly BulkAct[]>> = {
  pending: OPEN,
  running: OPEN,
  waiting: OPEN,
  paused: ['resume', 'cancel'],
  failed: ['retry'],
  completed: [],
  cancelled: [],
}

/** What can be done with runs that stand like this, each act once, cancelling last. */
export function bulkActs(statuses: readonly RunStatus[]): BulkAct[] {
  const acts = new Set(statuses.flatMap(status => ACTS[status]))
  return (['retry', 'pause', 'resume', 'cancel'] as const).filter(act => acts.has(act))
}

interface BulkActsProps {
  statuses: readonly RunStatus[]
  /** Put behind the verb: "all failed" makes "Retry all failed". */
  object?: string | undefined
  onAct: (act: BulkAct) => void
}

/** A button for each act; cancelling asks first because it has no way back. */
export function BulkActs({ statuses, object, onAct }: BulkActsProps) {
  const labelOf = (act: BulkAct) => [bulkWords(act).act, object].filter(Boolean).join(' ')
  return bulkActs(statuses).map(act =>
    act === 'cancel' ? (
      <InlineConfirm
        key={act}
        label={labelOf(act)}
        consequence="What they have done stays done; the rest will not happen."
        onConfirm={() => onAct(act)}
      />
    ) : (
      <Button key={act} onClick={() => onAct(act)}>
        {labelOf(act)}
      </Button>
    ),
  )
}
