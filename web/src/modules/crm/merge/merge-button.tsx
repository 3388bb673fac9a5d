import { Button } from '@mantine/core'
import { GitMerge } from 'lucide-react'
import { useState } from 'react'
import type { RecordObject } from '#modules/crm/contract.ts'
import { MergeDialog } from './merge-dialog.tsx'

interface MergeButtonProps {
  object: RecordObject
  /** The two records, the one that stays first. */
  ids: readonly [keepId: string, otherId: string]
  onMerged: () => void
}

/** Makes one record of the two that are selected. */
export function MergeButton({ object, ids: [keepId, otherId], onMerged }: MergeButtonProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button size="xs" leftSection={<GitMerge size={14} />} onClick={() => setOpen(true)}>
        Merge
      </Button>
      {isOpen ? (
        <MergeDialog
          object={object}
          keepId={keepId}
          otherId={otherId}
          onClose={() => setOpen(false)}
          onMerged={onMerged}
        />
      ) : null}
    </>
  )
}
