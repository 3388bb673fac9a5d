import { useViewport } from '@xyflow/react'
import { Maximize, Minus, Plus } from 'lucide-react'
import { IconButton } from '../../../ui/icon-button.tsx'
import { useShortcuts } from '../../../ui/shortcuts.ts'
import classes from './canvas.module.css'
import type { CanvasView } from './use-view.ts'

/** Zoom by buttons and keys, at the bottom left of the canvas. */
export function ViewControls({ view }: { view: CanvasView }) {
  const { zoom } = useViewport()
  const group = 'Canvas'
  useShortcuts([
    { keys: '+', label: 'Zoom in', group, run: view.zoomIn },
    { keys: '=', label: 'Zoom in', group, run: view.zoomIn },
    { keys: '-', label: 'Zoom out', group, run: view.zoomOut },
    { keys: '0', label: 'Show the whole workflow', group, run: view.showAll },
  ])
  return (
    // The pane below would take a press for the start of a move.
    <div className={`${classes.controls} nopan nowheel`}>
      <IconButton label="Zoom out" keys="-" onClick={view.zoomOut}>
        <Minus size={15} />
      </IconButton>
      <span className={classes.zoom}>{Math.round(zoom * 100)} %</span>
      <IconButton label="Zoom in" keys="+" onClick={view.zoomIn}>
        <Plus size={15} />
      </IconButton>
      <IconButton label="Show the whole workflow" keys="0" onClick={view.showAll}>
        <Maximize size={14} />
      </IconButton>
    </div>
  )
}
