/**
 * Workflows of n8n as graphs of ours. Every step becomes one node, or a note when it is one; every connection becomes one
 * edge. What has no counterpart is kept in an imported step. In n8n a step is given a list of items and does its work for
 * each; here a run works on one thing, and a list is gone through by a loop. So a step that makes a list of items is
 * followed by a loop, and a step that takes all items stands behind it. Pure and browser-safe.
 */

import { checkCondition } from '../condition.ts'
import { EDGES_MAX, type Graph, type GraphNode, NODES_MAX, NOTES_MAX } from '../graph.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import { checkTemplate } from '../template.ts'
import { idFor, orderOf } from './drawing.ts'
import { isTriggerKind, STICKY_NOTE } from './kinds.ts'
import { type N8nFile, NotN8nError, readN8nFile } from './n8n-file.ts'
import { notesOf } from './notes.ts'
import type { ImportedNode, ImportReport } from './report.ts'
import { Walk } from './walk.ts'
import { Wiring } from './wiring.ts'

export interface N8nImport {
  readonly graph: Graph
  /** The name in the file, or words for one without. */
  readonly name: string
  readonly report: ImportReport
}

/** Takes a parsed file or its text. Throws NotN8nError, and nothing else, for what is no workflow of n8n. */
export function importN8n(given: unknown): N8nImport {
  const file = readN8nFile(given)
  const taken = new Set<string>()
  const ids = file.nodes.map(node => (node.kind === STICKY_NOTE ? null : idFor(node.name, taken)))
  if (taken.size > NODES_MAX || file.connections.length > EDGES_MAX)
    throw new NotN8nError(`The workflow has more than ${NODES_MAX} steps or ${EDGES_MAX} connections.`)
  const isTrigger = (place: number) => isTriggerKind(file.nodes[place]?.kind ?? '')
  const walk = new Walk(file, ids, orderOf(file, isTrigger))
  walk.steps()
  const { nodes, edges, told, addedNodes, addedEdges } = new Wiring(walk).drawn()
  if (nodes.length > NODES_MAX || edges.length > EDGES_MAX)
    throw new NotN8nError(`The workflow would have more than ${NODES_MAX} nodes or ${EDGES_MAX} edges here.`)
  const { notes, beyond } = notesOf(file, taken)
  const noted = file.nodes.filter(node => node.kind === STICKY_NOTE).map(noteTold)
  const added = { nodes: addedNodes, edges: addedEdges }
  const report = reportOf(file, [...told.map(one => withProblems(one, nodes)), ...noted], added, beyond)
  const graph: Graph = { nodes, edges, ...(notes.length === 0 ? {} : { notes }) }
  return { graph, name: file.name.replace(/\s+/g, ' ').slice(0, 200) || 'Workflow from n8n', report }
}

/** What became of a file, or why it is no workflow of n8n. */
export type ReadN8n =
  | { readonly imported: N8nImport; readonly problem?: undefined }
  | { readonly imported: null; readonly problem: string }

/** `importN8n` for those who only pass on what is wrong, also between threads. */
export function readN8n(given: unknown): ReadN8n {
  try {
    return { imported: importN8n(given) }
  } catch (error) {
    if (error instanceof NotN8nError) return { imported: null, problem: error.message }
    throw error
  }
}

function noteTold({ name, kind, version }: N8nFile['nodes'][number]): ImportedNode {
  return {
    name,
    kind,
    version,
    status: 'mapped',
    nodeId: null,
    nodeType: 'note',
    changes: [],
    todo: [],
    reason: null,
  }
}

/** What the settings of a node still lack is to be done, as far as nothing says so already. */
function withProblems(told: ImportedNode, nodes: readonly GraphNode[]): ImportedNode {
  const node = nodes.find(({ id }) => id === told.nodeId)
  if (node === undefined || told.status === 'placeholder' || told.todo.length > 0) return told
  const type = nodeTypes.get(node.type)
  const read = type?.config.safeParse(node.config)
  if (type === undefined || read?.success !== true) return told
  const wrong = [
    ...type.templates(read.data).flatMap(({ text }) => checkTemplate(text)),
    ...type.conditions(read.data).flatMap(({ condition }) => checkCondition(condition)),
  ]
  const [first] = wrong
  return first === undefined
    ? told
    : { ...told, status: 'changed', todo: [`Look at its settings: ${first.message}`] }
}

function reportOf(
  file: N8nFile,
  nodes: readonly ImportedNode[],
  added: ImportReport['added'],
  notesBeyond: number,
): ImportReport {
  const count = (status: ImportedNode['status']) => nodes.filter(node => node.status === status).length
  const leftOut: string[] = []
  if (file.pinned.length > 0) leftOut.push(`Sample data pinned to ${file.pinned.slice(0, 20).join(', ')}.`)
  if (notesBeyond > 0)
    leftOut.push(`${notesBeyond} of the notes, because a workflow has at most ${NOTES_MAX} here.`)
  const credentials = [...new Set(file.nodes.flatMap(node => node.credentials))]
  if (credentials.length > 0)
    leftOut.push(`Credentials, of which the file only has names: ${credentials.slice(0, 20).join(', ')}.`)
  const { errorWorkflow, executionTimeout } = file.settings
  if (typeof errorWorkflow === 'string' && errorWorkflow !== '')
    leftOut.push('The workflow that looks after failures: choose it in the settings of this one.')
  if (typeof executionTimeout === 'number' && executionTimeout > 0)
    leftOut.push(`That a run may take ${executionTimeout} seconds at most.`)
  return {
    nodes,
    mapped: count('mapped'),
    changed: count('changed'),
    placeholders: count('placeholder'),
    added,
    leftOut,
  }
}
