/**
 * The graph a user draws, as it is stored and sent. The schemas check the shape alone; what a graph means is
 * checked in graph-problems.ts. A change of position or label never changes what a graph does.
 */

import { z } from 'zod'
import { isForbiddenName, isShallow } from '#platform/contract/plain-data.ts'
import { conditionSchema } from './condition.ts'

export const NODES_MAX = 1_000
export const EDGES_MAX = 5_000
export const NOTES_MAX = 500
/** Containers inside containers; bounds every recursion over a graph, its configurations included. */
export const GRAPH_DEPTH_MAX = 30

/** Ids as React Flow makes them. They are keys of stored objects, so names that reach a prototype are refused. */
export const graphIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'An id has 1 to 64 letters, digits, dashes and underscores.')
  .refine(id => !isForbiddenName(id), 'This id is reserved.')

export const retrySchema = z.strictObject({
  attempts: z
    .number()
    .int()
    .min(1)
    .max(10)
    .describe('How often the step is tried in all, the first time included.'),
  backoffMs: z
    .number()
    .int()
    .min(100)
    .max(3_600_000)
    .default(1_000)
    .describe('The wait before the second attempt.'),
  growth: z
    .enum(['fixed', 'exponential'])
    .default('exponential')
    .describe('Whether every wait is the same or twice the one before, up to an hour.'),
  on: z
    .array(z.enum(['timeout', 'network', 'throttled', 'server']))
    .min(1)
    .optional()
    .describe('Only failures of these classes are tried again; all that may pass when absent.'),
})

export type Retry = z.infer<typeof retrySchema>

export const graphNodeSchema = z.strictObject({
  id: graphIdSchema,
  type: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'A node type has small letters, digits and underscores.'),
  label: z.string().max(200).optional(),
  config: z.record(z.string(), z.unknown()).default({}).describe('The settings of the node, by its type.'),
  position: z.strictObject({ x: z.number(), y: z.number() }).default({ x: 0, y: 0 }),
  retry: retrySchema.optional(),
  timeoutMs: z
    .number()
    .int()
    .min(1_000)
    .max(900_000)
    .optional()
    .describe('The longest one attempt may take.'),
})

export type GraphNode = z.infer<typeof graphNodeSchema>

export const graphEdgeSchema = z.strictObject({
  id: graphIdSchema,
  source: graphIdSchema,
  target: graphIdSchema,
  sourceHandle: z
    .string()
    .max(64)
    .nullish()
    .describe('The exit of the source; "out" when a node has only one.'),
  condition: conditionSchema.optional().describe('Followed only when this holds.'),
  enabled: z.boolean().default(true),
})

export type GraphEdge = z.infer<typeof graphEdgeSchema>

/** The colours of notes, by name; how they look in light and dark is the canvas's. */
export const NOTE_COLORS = ['yellow', 'orange', 'red', 'purple', 'blue', 'green', 'gray'] as const

export const graphNoteSchema = z.strictObject({
  id: graphIdSchema,
  text: z.string().max(10_000).default('').describe('Markdown.'),
  position: z.strictObject({ x: z.number(), y: z.number() }).default({ x: 0, y: 0 }),
  width: z.number().min(40).max(10_000).default(240),
  height: z.number().min(40).max(10_000).default(160),
  color: z.enum(NOTE_COLORS).default('yellow'),
})

/** Words beside the nodes. They are kept with the graph and say nothing to the engine. */
export type GraphNote = z.infer<typeof graphNoteSchema>

/** The schema, for values that are not nested deeper than so many levels, by default as many as a graph may have. */
export function shallow<T extends z.ZodType>(schema: T, levels = GRAPH_DEPTH_MAX) {
  return z.preprocess((value, context) => {
    if (isShallow(value, levels)) return value
    context.addIssue({ code: 'custom', message: `The graph is nested deeper than ${levels} levels.` })
    return z.NEVER
  }, schema)
}

export const graphSchema = shallow(
  z.strictObject({
    nodes: z.array(graphNodeSchema).max(NODES_MAX),
    edges: z.array(graphEdgeSchema).max(EDGES_MAX),
    notes: z
      .array(graphNoteSchema)
      .max(NOTES_MAX)
      .optional()
      .describe('Words beside the nodes; absent when there are none.'),
  }),
)

export type Graph = z.infer<typeof graphSchema>

/** The exit of a node that has only one. */
export const MAIN_HANDLE = 'out'
/** Taken instead of failing the run when an edge leaves it; every node but a trigger has it. */
export const ERROR_HANDLE = 'error'

/** The name of the exit an edge leaves by. */
export function handleOf(edge: Pick<GraphEdge, 'sourceHandle'>): string {
  return edge.sourceHandle ?? MAIN_HANDLE
}

/** The graph without edges that point at nodes which are not there, as after a node was deleted. */
export function withoutDanglingEdges(graph: Graph): Graph {
  const ids = new Set(graph.nodes.map(node => node.id))
  return {
    ...graph,
    edges: graph.edges.filter(edge => ids.has(edge.source) && ids.has(edge.target)),
  }
}
