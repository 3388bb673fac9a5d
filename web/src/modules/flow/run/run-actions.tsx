import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Pause, Play, RotateCcw, RotateCw, X } from 'lucide-react'
import type { RunDetail } from '#modules/flow/contract.ts'
import { usePaletteActions } from '../../../shell/palette-store.ts'
import { useMay } from '../../../shell/session.ts'
import { InlineConfirm } from '../../../ui/inline-confirm.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { actsOn, type RunAct } from './run-control.ts'
import type { useRunControl } from './use-run-control.ts'

interface RunActionsProps {
  run: RunDetail
  control: ReturnType<typeof useRunControl>
}

const ICONS = { pause: Pause, resume: Play, retry: RotateCw, repeat: RotateCcw, cancel: X } as const

const NAMES: Readonly<Record<RunAct, { label: string; keys?: string }>> = {
  pause: { label: 'Pause', keys: 'p' },
  resume: { label: 'Resume', keys: 'p' },
  retry: { label: 'Retry failed step', keys: 'r' },
  repeat: { label: 'Repeat from start', keys: 'shift+r' },
  cancel: { label: 'Cancel run' },
}

/** What can be done with a run as it stands. */
export function RunActions({ run, control }: RunActionsProps) {
  const navigate = useNavigate({ from: '/runs/$runId' })
  const may = useMay('workflows:write')
  const acts = may ? actsOn(run.status) : []
  const perform = (act: RunAct) => {
    if (act === 'retry') control.retry()
    else if (act === 'repeat') navigate({ search: old => ({ ...old, repeat: 0 }), replace: true })
    else control.ask(act)
  }
  // Cancelling cannot be undone, so it has no key: its button asks first.
  const direct = acts.filter(act => act !== 'cancel')
  useShortcuts(
    direct.flatMap(act => {
      const { label, keys } = NAMES[act]
      return keys ? [{ keys, label, group: 'Run', run: () => perform(act) }] : []
    }),
  )
  usePaletteActions(
    direct.map(act => ({
      id: `run.${act}`,
      label: NAMES[act].label,
      group: 'Run',
      keys: NAMES[act].keys,
      icon: ICONS[act],
      run: () => perform(act),
    })),
  )
  return (
    <>
      {acts.includes('cancel') && control.asked !== 'cancel' ? (
        <InlineConfirm
          label="Cancel run"
          consequence="What is done stays done; the rest will not happen."
          onConfirm={() => perform('cancel')}
        />
      ) : null}
      {direct.map(act => {
        const Icon = ICONS[act]
        return (
          <Button
            key={act}
            variant={act === 'retry' || act === 'resume' ? 'filled' : 'default'}
            leftSection={<Icon size={13} aria-hidden="true" />}
            disabled={control.asked !== undefined}
            loading={act === 'retry' && control.isRetrying}
            onClick={() => perform(act)}
          >
            {NAMES[act].label}
          </Button>
        )
      })}
    </>
  )
}
