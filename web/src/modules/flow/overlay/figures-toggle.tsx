import { Button } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Gauge } from 'lucide-react'
import { usePaletteActions } from '../../../shell/palette-store.ts'
import { useMay } from '../../../shell/session.ts'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import { useFigures } from './figures-context.ts'
import classes from './overlay.module.css'

/** Switches the figures on the nodes on and off, and says what they are about. */
export function FiguresToggle() {
  const { figures: isOn = false } = useSearch({ from: '/app/workflows/$workflowId/' })
  const navigate = useNavigate({ from: '/workflows/$workflowId/' })
  const may = useMay('runs:read')
  const figures = useFigures()
  const toggle = () =>
    navigate({ search: old => ({ ...old, figures: isOn ? undefined : true }), replace: true })
  const label = isOn ? 'Hide how steps went' : 'Show how steps went'
  useShortcuts(may ? [{ keys: 'i', label, group: 'Canvas', run: toggle }] : [])
  usePaletteActions(
    may ? [{ id: 'flow.figures', label, group: 'Workflow', keys: 'i', icon: Gauge, run: toggle }] : [],
  )
  if (!may) return null
  return (
    <span className={classes.toggle}>
      <Button
        size="xs"
        leftSection={<Gauge size={14} aria-hidden="true" />}
        aria-pressed={isOn}
        title="How often each step succeeds, and how long half of them take at most (I)"
        onClick={toggle}
      >
        How steps went
      </Button>
      {isOn ? (
        <span className={classes.legend} role="status">
          {figures === undefined
            ? 'Counting'
            : figures.size === 0
              ? 'Nothing ran yet'
              : 'In the last 100 runs'}
        </span>
      ) : null}
    </span>
  )
}
