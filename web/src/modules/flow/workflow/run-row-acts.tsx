import { useNavigate } from '@tanstack/react-router'
import { RotateCcw, RotateCw } from 'lucide-react'
import type { Run } from '#modules/flow/contract.ts'
import { useMay } from '../../../shell/session.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { actsOn } from '../run/run-control.ts'
import { useBulk } from '../use-bulk.ts'
import classes from './runs-tab.module.css'

/** Takes a failed run up again, or leads to its repetition, from its row; the keyboard does the same by selecting it. */
export function RunRowActs({ run }: { run: Run }) {
  const navigate = useNavigate()
  const may = useMay('workflows:write')
  const bulk = useBulk(() => undefined)
  const acts = may ? actsOn(run.status) : []
  return (
    <span className={classes.rowActs}>
      {acts.includes('retry') ? (
        <IconButton
          label="Retry failed step"
          size="sm"
          tabIndex={-1}
          loading={bulk.progress !== undefined}
          onClick={event => {
            event.stopPropagation()
            void bulk.start('retry', { runIds: [run.id] })
          }}
        >
          <RotateCw size={14} />
        </IconButton>
      ) : null}
      {acts.includes('repeat') ? (
        <IconButton
          label="Repeat from start"
          size="sm"
          tabIndex={-1}
          onClick={event => {
            event.stopPropagation()
            void navigate({ to: '/runs/$runId', params: { runId: run.id }, search: { repeat: 0 } })
          }}
        >
          <RotateCcw size={14} />
        </IconButton>
      ) : null}
    </span>
  )
}
