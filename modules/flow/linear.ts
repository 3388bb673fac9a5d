/**
 * The short form of a workflow that is one row of steps: a trigger and what happens then, one after the other. It is
 * written by programs and drawn by the simple editor. Browser-safe and pure.
 */

import { z } from 'zod'
import {
  GRAPH_DEPTH_MAX,
  type Graph,
  type GraphNode,
  graphNodeSchema,
  graphNoteSchema,
  handleOf,
  MAIN_HANDLE,
  NODES_MAX,
  NOTES_MAX,
  shallow,
} from './graph.ts'

/** A step as it is written: its id can be left out, and where it is drawn is not part of it. */
const linearStepSchema = graphNodeSchema
  .omit({ position: true })
  .extend({ id: graphNodeSchema.shape.id.optional() })

export const linearSchema = shallow(
  z
    .strictObject({
      trigger: linearStepSchema,
      actions: z.array(linearStepSchema).max(NODES_MAX - 1),
      notes: z.array(graphNoteSchema).max(NOTES_MAX).optional(),
    })
    .meta({ id: 'LinearWorkflow' }),
  // The trigger lies one level deeper in a graph.
  GRAPH_DEPTH_MAX - 1,
)

export type LinearStep = z.infer<typeof linearStepSchema>
export type Linear = z.infer<typeof linearSchema>

/** How far apart the steps of a row are drawn, from left to right. */
const STEP_WIDTH = 280
const ROW_Y = 120

/**
 * The row of steps a graph is, or null when it is none: when something branches, meets, leaves by another exit than the
 * only one, is followed on a condition only, is switched off, or hangs on nothing. Says nothing about whether the first
 * step is a trigger.
 */
export function linearOf(graph: Graph): Linear | null {
  const { nodes, edges, notes } = graph
  if (nodes.length === 0 || edges.length !== nodes.length - 1) return null
  const isPlain = edges.every(
    edge => edge.enabled && edge.condition === undefined && handleOf(edge) === MAIN_HANDLE,
  )
  if (!isPlain) return null
  const byId = new Map(nodes.map(node => [node.id, node]))
  const next = new Map(edges.map(edge => [edge.source, edge.target]))
  const targets = new Set(edges.map(edge => edge.target))
  const [first, ...others] = nodes.filter(node => !targets.has(node.id))
  if (first === undefined || others.length > 0) return null
  const row: LinearStep[] = []
  const seen = new Set<string>()
  for (let node: GraphNode | undefined = first; node !== undefined && !seen.has(node.id); ) {
    seen.add(node.id)
    const { position: _, ...step } = node
    row.push(step)
    node = byId.get(next.get(node.id) ?? '')
  }
  const [trigger, ...actions] = row
  if (trigger === undefined || row.length !== nodes.length) return null
  return { trigger, actions, ...(notes === undefined || notes.length === 0 ? {} : { notes }) }
}

/** The graph of a row of steps, drawn from left to right. Steps without an id are called by their kind, and counted. */
export function graphOf({ trigger, actions, notes }: Linear): Graph {
  const steps = [trigger, ...actions]
  const taken = new Set(steps.flatMap(({ id }) => id ?? []))
  const nodes = steps.map((step, index): GraphNode => {
    const id = step.id ?? freeId(step.type, taken)
    taken.add(id)
    return { ...step, id, position: { x: index * STEP_WIDTH, y: ROW_Y } }
  })
  const edges = nodes.slice(1).map((node, index) => ({
    id: `step-${index + 1}`,
    source: nodes[index]?.id ?? '',
    target: node.id,
    enabled: true,
  }))
  return { nodes, edges, ...(notes === undefined ? {} : { notes }) }
}

function freeId(type: string, taken: ReadonlySet<string>): string {
  // A kind may be called as long as an id may be.
  const stem = type.slice(0, 58)
  for (let count = 1; ; count++) {
    const id = count === 1 ? stem : `${stem}_${count}`
    if (!taken.has(id)) return id
  }
}
