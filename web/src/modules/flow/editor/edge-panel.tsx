import { Button, Switch } from '@mantine/core'
import { Plus, Trash2 } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { conditionSchema, type Graph, type GraphEdge } from '#modules/flow/contract.ts'
import { ConditionBuilder } from '../panel/condition-builder.tsx'
import { FormContext, GraphContext } from '../panel/form-context.ts'
import { type SettingPath, valueAt, withValueAt } from '../panel/paths.ts'
import { ReadableContext, useVariables } from '../panel/use-variables.ts'
import inspectorClasses from '../workflow/inspector.module.css'
import classes from './connections.module.css'
import { useEditor } from './editor-context.ts'
import { randomId } from './ids.ts'
import { withChangedEdge, without } from './step-edits.ts'

const CONDITION: SettingPath = ['condition']

/** What can be said about a connection: whether it is on, and when it is followed. */
export function EdgePanel({ edge, graph }: { edge: GraphEdge; graph: Graph }) {
  const { session, choose } = useEditor()
  const readable = useVariables(session.workflowId, edge.target)
  const source = graph.nodes.find(node => node.id === edge.source)
  const change = (next: GraphEdge) =>
    session.apply(withChangedEdge(session.get().graph, next), { isQuiet: true })
  // What is not a condition yet stays here until it is one.
  const [written, setWritten] = useState<unknown>(edge.condition)
  const latest = useRef(written)
  const form = useMemo(
    () => ({
      type: 'edge',
      workflowId: session.workflowId,
      isReadOnly: false,
      set: (path: SettingPath, value: unknown) => {
        const next = valueAt(withValueAt({ condition: latest.current }, path, value), ['condition'])
        latest.current = next
        setWritten(next)
        const { graph: now } = session.get()
        const old = now.edges.find(each => each.id === edge.id)
        const condition = conditionSchema.safeParse(next).data
        if (!old || (next !== undefined && !condition)) return
        const { condition: _, ...rest } = old
        session.apply(withChangedEdge(now, condition ? { ...rest, condition } : rest), { isQuiet: true })
      },
    }),
    [session, edge.id],
  )
  const around = useMemo(() => source && { graph, node: source }, [graph, source])
  return (
    <>
      <p className={inspectorClasses.intro}>
        A run follows this connection when the step before it leaves by its exit and the condition holds.
      </p>
      <section className={inspectorClasses.part}>
        <Switch
          label="On"
          checked={edge.enabled}
          onChange={event => change({ ...edge, enabled: event.currentTarget.checked })}
        />
      </section>
      <section className={inspectorClasses.part}>
        <FormContext value={form}>
          <GraphContext value={around}>
            <ReadableContext value={readable}>
              <ConditionBuilder label="Only when" path={CONDITION} value={written} isOptional />
            </ReadableContext>
          </GraphContext>
        </FormContext>
      </section>
      <div className={classes.foot}>
        <Button
          leftSection={<Plus size={14} />}
          onClick={() => choose({ what: 'step', spot: { edge: edge.id } })}
        >
          Add a step here
        </Button>
        <Button
          leftSection={<Trash2 size={14} />}
          onClick={() => session.apply(without(session.get().graph, new Set([edge.id]), randomId))}
        >
          Disconnect
        </Button>
      </div>
    </>
  )
}
