import {
  ERROR_HANDLE,
  type Graph,
  handleOf,
  type NodeKind,
  type NodeType,
  nodeTypes,
} from '#modules/flow/contract.ts'
import { matchScore } from '../../../shell/palette-match.ts'
import { exitsOf, isTrigger, mayConnect } from '../canvas/exits.ts'
import { type Face, faceOf, nameOf, namesOf } from '../canvas/face.ts'
import { flowOrder } from '../canvas/flow-order.ts'
import type { Choosing } from './editor-context.ts'
import type { Spot } from './step-edits.ts'

/** Something that can be picked from the list beside the canvas. */
export interface Option {
  readonly id: string
  readonly title: string
  readonly line: string
  readonly group: string
  /** Other words it is found by. */
  readonly keywords: string
  readonly look: Pick<Face, 'icon' | 'kind'> | undefined
}

const GROUPS: Readonly<Record<NodeKind, string>> = {
  trigger: 'What starts it',
  logic: 'Logic',
  action: 'Actions',
  utility: 'Values',
}

/** What people call steps, besides their names. */
const ALSO: Readonly<Record<string, string>> = {
  form_submitted: 'lead enquiry website contact',
  webhook: 'api incoming http post zapier',
  event: 'when something happens lead moved email opened replied',
  schedule: 'cron every day week time clock',
  manual: 'manual button by hand start',
  condition: 'if else branch yes no',
  switch: 'case route several ways if',
  random_split: 'a/b test percent',
  filter: 'only if stop unless',
  merge: 'join branches together',
  loop: 'each list items for',
  repeat: 'while again until',
  sub_workflow: 'call another',
  wait: 'delay pause sleep later days',
  wait_for_event: 'until reply opened signal',
  approval: 'ask decide confirm human',
  set_fields: 'variable save value',
  format: 'text template join',
  date_math: 'add days date time',
  code: 'javascript typescript script function',
  send_email: 'mail message write',
  http_request: 'api call rest fetch post get',
  notify: 'tell message alert',
  move_lead: 'stage column status board',
  create_person: 'contact add new',
  update_person: 'contact change',
  lookup: 'find read get search',
  stop: 'end finish',
  fail: 'error end',
}

/** Kinds that come into a graph by other ways than being picked. */
const NOT_OFFERED: ReadonlySet<string> = new Set(['imported_step'])

/** The kinds of steps that fit, in the order of the palette; what starts a workflow only while nothing does. */
export function kindChoices(graph: Graph, choosing: Choosing): Option[] {
  const hasTrigger = graph.nodes.some(node => isTrigger(node.type))
  const replaced =
    choosing.what === 'kind' ? graph.nodes.find(node => node.id === choosing.nodeId) : undefined
  const wantsTrigger = (type: NodeType): boolean => {
    const is = type.kind === 'trigger'
    if (replaced) return is === isTrigger(replaced.type) && type.type !== replaced.type
    if (choosing.what === 'step' && choosing.spot && !('at' in choosing.spot && !choosing.spot.from)) {
      return !is
    }
    return !is || !hasTrigger
  }
  return [...nodeTypes.values()]
    .filter(type => !NOT_OFFERED.has(type.type) && wantsTrigger(type))
    .map(type => ({
      id: type.type,
      title: type.title,
      line: type.description,
      group: GROUPS[type.kind],
      keywords: `${ALSO[type.type] ?? ''} ${type.description}`,
      look: type,
    }))
}

/** The exits of a node, with where they lead. */
export function exitChoices(graph: Graph, nodeId: string): Option[] {
  const node = graph.nodes.find(each => each.id === nodeId)
  if (!node) return []
  const names = namesOf(graph)
  const error = isTrigger(node.type) ? [] : [{ id: ERROR_HANDLE, label: 'On error' }]
  return [...exitsOf(node), ...error].map(exit => {
    const to = graph.edges
      .filter(edge => edge.source === nodeId && handleOf(edge) === exit.id)
      .map(edge => names.get(edge.target))
    return {
      id: exit.id,
      title: exit.label,
      line: to.length > 0 ? `Leads to ${to.join(', ')}` : 'Leads nowhere yet',
      group: 'Which way',
      keywords: '',
      look: undefined,
    }
  })
}

/** The nodes an exit may lead to, in flow order. */
export function targetChoices(graph: Graph, nodeId: string, handle: string): Option[] {
  return nodeChoices(graph).filter(({ id }) => mayConnect(graph, nodeId, handle, id))
}

/** Every node, in flow order. */
export function nodeChoices(graph: Graph): Option[] {
  const names = namesOf(graph)
  return flowOrder(graph).map(node => {
    const face = faceOf(node, graph, names)
    return {
      id: node.id,
      title: face.name,
      line: face.line,
      group: 'Steps',
      keywords: face.title,
      look: face,
    }
  })
}

/** What of a list answers what was typed, the best first; all of it in its order when nothing was. */
export function found(options: readonly Option[], query: string): Option[] {
  if (query.trim() === '') return [...options]
  return options
    .map(option => ({ option, score: matchScore(option.title, option.keywords, query) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ option }) => option)
}

/** The heading of the list: what is being chosen. */
export function headingOf(graph: Graph, choosing: Choosing): string {
  const name = (id: string) => {
    const node = graph.nodes.find(each => each.id === id)
    return node ? `“${nameOf(node)}”` : 'a step'
  }
  switch (choosing.what) {
    case 'find':
      return 'Go to a step'
    case 'kind':
      return `Make ${name(choosing.nodeId)} a step of another kind`
    case 'target': {
      if (choosing.handle === undefined) return `Connect ${name(choosing.nodeId)}: which way?`
      return `Connect ${name(choosing.nodeId)} to`
    }
    case 'step':
      return graph.nodes.length === 0 ? 'Choose what starts it' : spotWords(graph, choosing.spot, name)
  }
}

function spotWords(graph: Graph, spot: Spot | undefined, name: (id: string) => string): string {
  if (!spot) return 'Add a step'
  if ('edge' in spot) {
    const edge = graph.edges.find(each => each.id === spot.edge)
    return edge ? `Add a step between ${name(edge.source)} and ${name(edge.target)}` : 'Add a step'
  }
  const from = 'at' in spot ? spot.from : { nodeId: spot.after, handle: spot.handle }
  if (!from) return 'Add a step'
  const node = graph.nodes.find(each => each.id === from.nodeId)
  const exits = node ? exitsOf(node) : []
  const label = from.handle === ERROR_HANDLE ? 'On error' : exits.find(exit => exit.id === from.handle)?.label
  return exits.length > 1 || from.handle === ERROR_HANDLE
    ? `Add a step after ${name(from.nodeId)}, ${label ?? from.handle}`
    : `Add a step after ${name(from.nodeId)}`
}
