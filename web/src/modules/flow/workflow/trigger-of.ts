import type { Graph, GraphNode, WorkflowDetail } from '#modules/flow/contract.ts'

/** Kinds of triggers that have something to show besides their settings. */
const SHOWN: ReadonlySet<string> = new Set(['webhook', 'schedule'])

/** The trigger of a graph when it has a page of its own. */
export function triggerOf(graph: Graph | null): GraphNode | undefined {
  return graph?.nodes.find(node => SHOWN.has(node.type))
}

/** Whether a workflow starts by a webhook or by the clock, or will once its draft is published. */
export function hasTrigger({ published, draft }: Pick<WorkflowDetail, 'published' | 'draft'>): boolean {
  return triggerOf(published) !== undefined || triggerOf(draft) !== undefined
}
