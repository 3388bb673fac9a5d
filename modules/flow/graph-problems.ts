/**
 * Everything that keeps a graph from being published, each with its place and plain words. Every check is
 * linear in nodes and edges.
 */

import type { z } from 'zod'
import type { Path } from '#platform/contract/plain-data.ts'
import { type Condition, checkCondition } from './condition.ts'
import { compileCondition } from './condition-compile.ts'
import { ERROR_HANDLE, type Graph, type GraphEdge, type GraphNode, graphSchema, handleOf } from './graph.ts'
import { edgesIntoRounds, isBackEdge, roundBodies } from './graph-rounds.ts'
import { findCycles, reachableFrom } from './graph-walk.ts'
import { calledBy, findWarnings, type ReadNode } from './graph-warnings.ts'
import type { NodeType } from './node-type.ts'
import type { NodeTypes } from './nodes/catalogue.ts'
import { readTemplate, templatePaths } from './template.ts'
import type { TemplateProblem } from './template-parse.ts'

export type GraphProblemCode =
  | 'invalid_graph'
  | 'duplicate_node_id'
  | 'duplicate_edge_id'
  | 'duplicate_note_id'
  | 'self_loop'
  | 'dangling_edge'
  | 'no_trigger'
  | 'several_triggers'
  | 'edge_into_trigger'
  | 'edge_into_rounds'
  | 'code_switched_off'
  | 'code_error'
  | 'unreachable_node'
  | 'imported_step'
  | 'switched_off_node'
  | 'dead_merge'
  | 'idle_rounds'
  | 'cycle'
  | 'unknown_node_type'
  | 'invalid_config'
  | 'unknown_handle'
  | 'template_error'
  | 'condition_error'
  | 'unknown_reference'

export type GraphProblem = {
  /** An error keeps the graph from being published; a warning does not. */
  readonly severity: 'error' | 'warning'
  readonly code: GraphProblemCode
  readonly message: string
  /** Where in the graph, such as ["nodes", 3, "config", "subject"]. */
  readonly path: (string | number)[]
  readonly nodeId?: string
  readonly edgeId?: string
  /** Inside the text at `path`, counted from 1. */
  readonly line?: number
  readonly column?: number
}

/** Checks anything that was sent as a graph: its shape, then its meaning. `graph` is there when the shape is right. */
export function readGraph(
  value: unknown,
  types: NodeTypes,
): { graph: Graph | null; problems: GraphProblem[] } {
  const result = graphSchema.safeParse(value)
  if (result.success) return { graph: result.data, problems: validateGraph(result.data, types) }
  const problems = result.error.issues
    .flatMap(issue => leaves(issue))
    .map(({ path, message }): GraphProblem => ({ severity: 'error', code: 'invalid_graph', message, path }))
  return { graph: null, problems }
}

/** Checks what a graph means. No problem of severity "error" means that it compiles and can be run. */
export function validateGraph(graph: Graph, types: NodeTypes): GraphProblem[] {
  return checkGraph(graph, types).problems
}

/** The same with what was read on the way: the nodes whose settings are right, by id, and every path their texts and conditions look at. */
export function checkGraph(
  graph: Graph,
  types: NodeTypes,
): {
  readonly problems: GraphProblem[]
  readonly read: ReadonlyMap<string, ReadNode>
  readonly paths: readonly Path[]
} {
  const check = new GraphCheck(graph, types)
  check.ids()
  check.nodes()
  check.edges()
  check.shape()
  return check
}

/** What keeps a graph from being stored as a draft, which may have every other problem: ids that are there twice, and loops of one. */
export function storingProblems(graph: Graph, types: NodeTypes): GraphProblem[] {
  const check = new GraphCheck(graph, types)
  check.ids()
  check.loops()
  return check.problems
}

class GraphCheck {
  readonly problems: GraphProblem[] = []
  readonly #graph: Graph
  readonly #types: NodeTypes
  /** The first node of every id. */
  readonly #byId = new Map<string, { node: GraphNode; index: number }>()
  /** The exits of every node whose configuration is right; a broken one is reported alone. */
  readonly #handles = new Map<string, string[]>()
  /** The nodes whose configuration is right, by id. */
  readonly read = new Map<string, ReadNode>()
  /** What the templates and conditions of those nodes look at. */
  readonly paths: Path[] = []
  /** The nodes that edges lead from or to which are switched on. */
  readonly #connected: ReadonlySet<string>

  constructor(graph: Graph, types: NodeTypes) {
    this.#graph = graph
    this.#types = types
    const enabled = graph.edges.filter(edge => edge.enabled)
    this.#connected = new Set(enabled.flatMap(edge => [edge.source, edge.target]))
  }

  ids(): void {
    this.#graph.nodes.forEach((node, index) => {
      if (!this.#byId.has(node.id)) this.#byId.set(node.id, { node, index })
      else this.#node(node, index, ['id'], 'duplicate_node_id', `Two nodes have the id "${node.id}".`)
    })
    const edgeIds = new Set<string>()
    this.#graph.edges.forEach((edge, index) => {
      if (edgeIds.has(edge.id))
        this.#edge(edge, index, ['id'], 'duplicate_edge_id', `Two edges have the id "${edge.id}".`)
      edgeIds.add(edge.id)
    })
    const noteIds = new Set<string>()
    this.#graph.notes?.forEach(({ id }, index) => {
      const path = ['notes', index, 'id']
      const message = `Two notes have the id "${id}".`
      if (noteIds.has(id)) this.problems.push({ severity: 'error', code: 'duplicate_note_id', message, path })
      noteIds.add(id)
    })
  }

  nodes(): void {
    this.#graph.nodes.forEach((node, index) => {
      const type = this.#types.get(node.type)
      if (type === undefined) {
        this.#node(
          node,
          index,
          ['type'],
          'unknown_node_type',
          `There is no kind of node called "${node.type}".`,
        )
        return
      }
      const config = type.config.safeParse(node.config)
      if (config.success) {
        this.read.set(node.id, { node, index, type, config: config.data })
        this.#fields(node, index, type, config.data)
      } else {
        for (const { path, message } of config.error.issues.flatMap(issue => leaves(issue))) {
          this.#node(node, index, ['config', ...path], 'invalid_config', message)
        }
      }
    })
  }

  loops(): void {
    this.#graph.edges.forEach((edge, index) => {
      if (edge.source === edge.target)
        this.#edge(edge, index, [], 'self_loop', 'A node cannot lead to itself.')
    })
  }

  edges(): void {
    this.loops()
    this.#graph.edges.forEach((edge, index) => {
      const source = this.#byId.get(edge.source)?.node
      const target = this.#byId.get(edge.target)?.node
      if (source === undefined) this.#dangling(edge, index, 'source')
      if (target === undefined) this.#dangling(edge, index, 'target')
      if (target !== undefined && this.#isTrigger(target)) {
        this.#edge(
          edge,
          index,
          ['target'],
          'edge_into_trigger',
          `Nothing can lead into the trigger ${this.#called(target)}.`,
        )
      }
      if (source !== undefined) this.#handle(edge, index, source)
      if (edge.condition !== undefined) {
        const report: Report = (path, code, message, at) =>
          this.#edge(edge, index, ['condition', ...path], code, message, at)
        this.#condition(edge.condition, report)
      }
    })
  }

  shape(): void {
    const { nodes, edges } = this.#graph
    const triggers = nodes.flatMap((node, index) => (this.#isTrigger(node) ? [{ node, index }] : []))
    const [first, ...more] = triggers
    if (first === undefined) {
      this.problems.push({
        severity: 'error',
        code: 'no_trigger',
        message: 'The workflow has no trigger.',
        path: ['nodes'],
      })
    }
    for (const { node, index } of more) {
      this.#node(
        node,
        index,
        [],
        'several_triggers',
        `A workflow has one trigger, but ${this.#called(node)} is another one.`,
      )
    }
    const enabled = edges.filter(edge => edge.enabled)
    const bodies = roundBodies(
      nodes.filter(node => this.#types.get(node.type)?.hasRounds).map(node => node.id),
      enabled,
    )
    this.#rounds(enabled, bodies)
    // A condition that cannot be read says nothing about what it looks at.
    if (!this.problems.some(({ code }) => code === 'condition_error'))
      this.problems.push(...findWarnings(this.#graph, this.read, bodies))
    const forward = enabled.filter(edge => !isBackEdge(edge, bodies))
    for (const cycle of findCycles([...this.#byId.keys()], forward)) this.#cycle(cycle)
    if (first === undefined) return
    const ids = triggers.map(({ node }) => node.id)
    const live = reachableFrom(ids, enabled)
    const drawn = reachableFrom(ids, edges)
    for (const { node, index } of this.#byId.values()) {
      // What only stands for something may lie aside.
      if (this.#types.get(node.type)?.standsFor !== undefined && !this.#connected.has(node.id)) continue
      if (!drawn.has(node.id))
        this.#node(node, index, [], 'unreachable_node', `Nothing leads to ${this.#called(node)}.`)
      else if (!live.has(node.id)) {
        const message = `${this.#called(node)} is only reached over edges that are switched off.`
        this.#node(node, index, [], 'switched_off_node', message, { severity: 'warning' })
      }
    }
  }

  #rounds(enabled: readonly GraphEdge[], bodies: ReadonlyMap<string, ReadonlySet<string>>): void {
    for (const { edge, roundsOf } of edgesIntoRounds(enabled, bodies)) {
      const target = this.#byId.get(edge.target)?.node
      const loop = this.#byId.get(roundsOf)?.node
      if (target === undefined || loop === undefined) continue
      this.#edge(
        edge,
        this.#graph.edges.indexOf(edge),
        ['target'],
        'edge_into_rounds',
        `${this.#called(target)} is repeated by ${this.#called(loop)}, so nothing from outside its rounds can lead there.`,
      )
    }
  }

  #fields(node: GraphNode, index: number, type: NodeType, config: unknown): void {
    const original = this.#connected.has(node.id) ? (type.standsFor?.(config) ?? null) : null
    if (original !== null)
      this.#node(node, index, [], 'imported_step', `${this.#called(node)} only stands for ${original}`)
    const handles = type.handles(config).map(handle => handle.id)
    this.#handles.set(node.id, type.kind === 'trigger' ? handles : [...handles, ERROR_HANDLE])
    for (const field of type.templates(config)) {
      const path = ['config', ...field.path]
      const { template, problems } = readTemplate(field.text)
      for (const problem of problems)
        this.#node(node, index, path, 'template_error', problem.message, place(problem))
      if (template === null) continue
      const paths = templatePaths(template)
      this.paths.push(...paths)
      this.#references(paths, (code, message) => this.#node(node, index, path, code, message))
    }
    for (const field of type.conditions(config)) {
      const report: Report = (path, code, message, at) =>
        this.#node(node, index, ['config', ...field.path, ...path], code, message, at)
      this.paths.push(...this.#condition(field.condition, report))
    }
  }

  /** Checks a condition and gives what it looks at. */
  #condition(condition: Condition, report: Report): readonly Path[] {
    const problems = checkCondition(condition)
    for (const problem of problems) report(problem.path, 'condition_error', problem.message, place(problem))
    if (problems.length > 0) return []
    const { paths } = compileCondition(condition)
    this.#references(paths, (code, message) => report([], code, message))
    return paths
  }

  /** A path into the output of another node must name a node that is there. */
  #references(paths: readonly Path[], report: (code: GraphProblemCode, message: string) => void): void {
    for (const path of paths) {
      const id = path[0] === 'nodes' && path.length > 1 ? String(path[1]) : null
      if (id !== null && !this.#byId.has(id))
        report('unknown_reference', `There is no node "${id}" to read from.`)
    }
  }

  #handle(edge: GraphEdge, index: number, source: GraphNode): void {
    const handles = this.#handles.get(source.id)
    const used = handleOf(edge)
    if (handles === undefined || handles.includes(used)) return
    const exits = handles.map(handle => `"${handle}"`).join(', ')
    this.#edge(
      edge,
      index,
      ['sourceHandle'],
      'unknown_handle',
      `${this.#called(source)} has no exit "${used}"; it has ${exits}.`,
    )
  }

  #cycle(ids: readonly string[]): void {
    const known = ids.flatMap(id => this.#byId.get(id) ?? [])
    const [first] = known
    if (first === undefined) return
    const way = [...known, first].map(({ node }) => this.#called(node)).join(' → ')
    this.#node(first.node, first.index, [], 'cycle', `These nodes lead in a circle: ${way}.`)
  }

  #dangling(edge: GraphEdge, index: number, end: 'source' | 'target'): void {
    this.#edge(
      edge,
      index,
      [end],
      'dangling_edge',
      `This edge has a ${end} "${edge[end]}" that is not there.`,
    )
  }

  #isTrigger(node: GraphNode): boolean {
    return this.#types.get(node.type)?.kind === 'trigger'
  }

  /** What a node is called where it is drawn: by its author, else by its kind. */
  #called(node: GraphNode): string {
    return calledBy(node, this.#types.get(node.type))
  }

  #node(
    node: GraphNode,
    index: number,
    path: Path,
    code: GraphProblemCode,
    message: string,
    more: Partial<GraphProblem> = {},
  ): void {
    this.problems.push({
      severity: 'error',
      code,
      message,
      path: ['nodes', index, ...path],
      nodeId: node.id,
      ...more,
    })
  }

  #edge(
    edge: GraphEdge,
    index: number,
    path: Path,
    code: GraphProblemCode,
    message: string,
    more: Partial<GraphProblem> = {},
  ): void {
    this.problems.push({
      severity: 'error',
      code,
      message,
      path: ['edges', index, ...path],
      edgeId: edge.id,
      ...more,
    })
  }
}

type Report = (path: Path, code: GraphProblemCode, message: string, more?: Partial<GraphProblem>) => void

function place({ line, column }: TemplateProblem): { line: number; column: number } {
  return { line, column }
}

/**
 * The plain issues inside a zod issue. A value that fits no member of a union gets the issues of the member
 * it came closest to, which is the one that was left at the deepest place.
 */
function leaves(issue: z.core.$ZodIssue, base: Path = []): { path: (string | number)[]; message: string }[] {
  const path = [
    ...base,
    ...issue.path.map(segment => (typeof segment === 'symbol' ? String(segment) : segment)),
  ]
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ path, message: issue.message }]
  const members = issue.errors.map(member => member.flatMap(inner => leaves(inner, path)))
  const depth = (member: { path: Path }[]) => Math.max(...member.map(leaf => leaf.path.length))
  const strange = (member: { message: string }[]) =>
    member.some(leaf => leaf.message.startsWith('Unrecognized')) ? 1 : 0
  const [closest] = members.sort(
    (a, b) => strange(a) - strange(b) || depth(b) - depth(a) || a.length - b.length,
  )
  return closest ?? [{ path, message: issue.message }]
}
