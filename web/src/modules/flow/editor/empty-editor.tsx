import { Button } from '@mantine/core'
import { Workflow } from 'lucide-react'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { sampleWorkflow } from '../workflow/sample-workflow.ts'
import { useEditor } from './editor-context.ts'
import classes from './empty-editor.module.css'

/** An empty canvas: what belongs here, how to begin, and a sample. */
export function EmptyEditor() {
  const { session, choose, focus } = useEditor()
  return (
    <div className={classes.middle}>
      <EmptyState
        icon={<Workflow size={20} />}
        action={
          <span className={classes.actions}>
            <Button variant="filled" onClick={() => choose({ what: 'step' })}>
              Choose what starts it
            </Button>
            <Button
              onClick={() => {
                const graph = sampleWorkflow()
                session.apply({ graph, words: 'Began with a sample.' })
                if (graph.nodes[0]) focus(graph.nodes[0].id)
              }}
            >
              Begin with a sample
            </Button>
          </span>
        }
      >
        The steps of this workflow go here, from its trigger to its end. Press “/” to add one. The sample
        tells you something, waits half a minute and tells you again.
      </EmptyState>
    </div>
  )
}
