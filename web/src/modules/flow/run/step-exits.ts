import type { Graph, GraphNode } from '#modules/flow/contract.ts'
import { faceOf } from '../canvas/face.ts'
import { listed, sentenceCase } from '../words.ts'

/** The exits a step left by, in the words of its node; undefined where there was no choice. */
export function exitWords(node: GraphNode, graph: Graph, exits: readonly string[]): string | undefined {
  const face = faceOf(node, graph, new Map())
  const labels = exits.flatMap(id => {
    const label = face.exits.find(exit => exit.id === id)?.label
    return label === undefined ? (face.kind === 'unknown' ? [sentenceCase(id)] : []) : [label]
  })
  if (face.exits.length < 2 || labels.length === 0) return undefined
  return listed(labels)
}
