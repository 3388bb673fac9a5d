import {
  ERROR_HANDLE,
  type Graph,
  type GraphEdge,
  type GraphNode,
  type Handle,
  handleOf,
  type NodeKind,
  nodeTypes,
} from '#modules/flow/contract.ts'
import { conditionWords } from '../condition-words.ts'
import { withNames } from '../panel/named-settings.ts'
import { sentenceCase } from '../words.ts'
import { exitsOf } from './exits.ts'

/** What a node shows of itself. */
export interface Face {
  readonly name: string
  /** What kind of step it is, in words. */
  readonly title: string
  readonly kind: NodeKind | 'unknown'
  /** The name of its icon, as the node type gives it. */
  readonly icon: string
  /** Its settings in one line. */
  readonly line: string
  /** Its exits, the error exit only when an edge leaves by it. */
  readonly exits: readonly Handle[]
}

/** What a node is called: by its author, else by its kind. */
export function nameOf(node: GraphNode): string {
  return node.label || nodeTypes.get(node.type)?.title || sentenceCase(node.type)
}

/** The names of all nodes by their id. */
export function namesOf(graph: Pick<Graph, 'nodes'>): Map<string, string> {
  return new Map(graph.nodes.map(node => [node.id, nameOf(node)]))
}

const ERROR_EXIT: Handle = { id: ERROR_HANDLE, label: 'On error' }

const NOTHING_CALLED: ReadonlyMap<string, string> = new Map()

/**
 * How a node of a graph looks; never fails, whatever its settings are. `called` says what ids in settings are called; those it
 * does not know are said by their kind.
 */
export function faceOf(
  node: GraphNode,
  graph: Graph,
  names: ReadonlyMap<string, string>,
  called: ReadonlyMap<string, string> = NOTHING_CALLED,
): Face {
  const type = nodeTypes.get(node.type)
  const leaving = graph.edges.filter(edge => edge.source === node.id)
  const more = leaving.some(edge => handleOf(edge) === ERROR_HANDLE) ? [ERROR_EXIT] : []
  if (!type) {
    const title = sentenceCase(node.type)
    const used = [...new Set(leaving.map(handleOf))].map(id => ({ id, label: sentenceCase(id) }))
    return { name: nameOf(node), title, kind: 'unknown', icon: '', line: 'Unknown kind of step', exits: used }
  }
  const { title, kind, icon } = type
  const config = type.config.safeParse(node.config)
  if (!config.success) {
    const known = exitsOf(node)
    const ids = new Set(leaving.map(handleOf).filter(id => id !== ERROR_HANDLE))
    for (const { id } of known) ids.delete(id)
    const exits = [...known, ...[...ids].map(id => ({ id, label: sentenceCase(id) }))]
    return { name: nameOf(node), title, kind, icon, line: 'Settings are missing', exits: [...exits, ...more] }
  }
  // A name may not be what a setting takes, such as the id of a workflow, so it is put in after the settings were read.
  const shown = withNames({ type: node.type, config: config.data as GraphNode['config'] }, called)
  const [condition, ...others] = type.conditions(config.data)
  // One condition is the whole of what such a node does; of several, the node itself knows what to say.
  const line =
    condition && others.length === 0 ? conditionWords(condition.condition, names) : type.summary(shown)
  return { name: nameOf(node), title, kind, icon, line, exits: [...type.handles(config.data), ...more] }
}

/** The words on an edge: only where it is not the one way on, or has a condition. */
export function edgeWords(
  edge: GraphEdge,
  source: Face | undefined,
  names: ReadonlyMap<string, string>,
): string {
  const exit = source?.exits.find(each => each.id === handleOf(edge))
  const isChoice = exit !== undefined && (exit.id === ERROR_HANDLE || isBranching(source))
  const words = [
    ...(isChoice ? [exit.label] : []),
    ...(edge.condition ? [`If ${conditionWords(edge.condition, names, edge.source)}`] : []),
    ...(edge.enabled ? [] : ['Off']),
  ]
  return words.join(' · ')
}

function isBranching(face: Face | undefined): boolean {
  return (face?.exits.filter(exit => exit.id !== ERROR_HANDLE).length ?? 0) > 1
}
