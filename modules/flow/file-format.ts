/**
 * Workflows as files, made to be kept under version control: keys stand in one order, nodes are sorted by their ids and
 * edges by the nodes they join, so that a file differs only where the workflow does.
 */

import { isScalar, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml'
import { z } from 'zod'
import { line } from '#platform/contract/fields.ts'
import { isForbiddenName, isPlainObject, isShallow } from '#platform/contract/plain-data.ts'
import {
  EDGES_MAX,
  GRAPH_DEPTH_MAX,
  type Graph,
  graphEdgeSchema,
  graphNodeSchema,
  graphNoteSchema,
  handleOf,
  MAIN_HANDLE,
  NODES_MAX,
  NOTES_MAX,
  shallow,
} from './graph.ts'
import { yamlText } from './yaml-text.ts'

export type FileFormat = 'yaml' | 'json'

/** What the first line of a file says. Another number would be another format. */
const FORMAT = 'millrace.workflow/1'

const fileSchema = shallow(
  z.strictObject({
    format: z.literal(FORMAT, `The file has to begin with "format: ${FORMAT}".`),
    name: line(200),
    description: z.string().max(2_000).default(''),
    nodes: z.array(graphNodeSchema).max(NODES_MAX),
    edges: z.array(graphEdgeSchema).max(EDGES_MAX).default([]),
    notes: z.array(graphNoteSchema).max(NOTES_MAX).default([]),
  }),
)

/** What a file holds of a workflow. */
export interface FiledWorkflow {
  readonly name: string
  readonly description: string
  readonly graph: Graph
}

/** Something that keeps a text from being read; line and column are counted from 1. */
export interface FileProblem {
  readonly message: string
  readonly path: readonly (string | number)[]
  readonly line?: number
  readonly column?: number
}

export type ReadFile =
  | { readonly workflow: FiledWorkflow; readonly problems: readonly [] }
  | { readonly workflow: null; readonly problems: readonly FileProblem[] }

/** Where a node lies is one line of a comparison, and nodes are kept apart in it. */
const LOOKS = { inline: new Set(['position']), apart: new Set(['nodes', 'notes']) }
/** More of them would say nothing more. */
const PROBLEMS_MAX = 50

/** The text of a workflow's file; the same workflow always gives the same text. */
export function writeWorkflowFile(workflow: FiledWorkflow, format: FileFormat): string {
  const content = inOrder(workflow)
  return format === 'json' ? `${JSON.stringify(content, null, 2)}\n` : yamlText(content, LOOKS)
}

/** Reads the text of a file in either format. Every problem comes with its place, as far as it has one. */
export function readWorkflowFile(text: string): ReadFile {
  // A byte order mark is not part of the text.
  const plain = text.replace(/^\uFEFF/, '')
  const { value, problems } = /^\s*\{/.test(plain) ? readJson(plain) : readYaml(plain)
  if (problems.length > 0) return { workflow: null, problems: problems.slice(0, PROBLEMS_MAX) }
  const result = fileSchema.safeParse(value)
  if (!result.success) {
    const found = result.error.issues.map(issue => ({
      message: issue.message,
      path: issue.path.map(segment => (typeof segment === 'symbol' ? String(segment) : segment)),
    }))
    return { workflow: null, problems: found.slice(0, PROBLEMS_MAX) }
  }
  const { name, description, nodes, edges, notes } = result.data
  return {
    workflow: { name, description, graph: { nodes, edges, ...(notes.length === 0 ? {} : { notes }) } },
    problems: [],
  }
}

function inOrder({ name, description, graph }: FiledWorkflow) {
  const nodes = [...graph.nodes].sort(byText(({ id }) => id))
  const edges = [...graph.edges].sort(
    byText(edge => JSON.stringify([edge.source, handleOf(edge), edge.target, edge.id])),
  )
  const notes = [...(graph.notes ?? [])].sort(byText(({ id }) => id))
  return {
    format: FORMAT,
    name,
    ...(description === '' ? {} : { description }),
    nodes: nodes.map(({ id, type, label, config, retry, timeoutMs, position, ...rest }) => {
      rest satisfies Record<string, never>
      return given({
        id,
        type,
        label,
        config: sorted(config),
        retry: sorted(retry),
        timeoutMs,
        position: at(position),
      })
    }),
    edges: edges.map(edge => {
      const { id, source, target, condition, enabled } = edge
      const handle = handleOf(edge)
      return given({
        id,
        source,
        sourceHandle: handle === MAIN_HANDLE ? undefined : handle,
        target,
        condition: sorted(condition),
        enabled: enabled ? undefined : false,
      })
    }),
    ...(notes.length === 0
      ? {}
      : {
          notes: notes.map(({ id, text, color, position, width, height }) => ({
            id,
            text,
            color,
            position: at(position),
            width,
            height,
          })),
        }),
  }
}

function at({ x, y }: { readonly x: number; readonly y: number }) {
  return { x, y }
}

/** Text compared by its code units, so that no machine sorts otherwise. */
function byText<T>(textOf: (value: T) => string): (a: T, b: T) => number {
  return (a, b) => {
    const [left, right] = [textOf(a), textOf(b)]
    return left < right ? -1 : left > right ? 1 : 0
  }
}

function given(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, content]) => content !== undefined))
}

/** The value with the keys of every object in it in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isPlainObject(value)) return value
  const entries = Object.entries(value).filter(([, content]) => content !== undefined)
  return Object.fromEntries(
    entries.sort(byText(([key]) => key)).map(([key, content]) => [key, sorted(content)]),
  )
}

interface Parsed {
  readonly value: unknown
  readonly problems: readonly FileProblem[]
}

function readJson(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text)
    return { value, problems: strangeIn(value) }
  } catch (error) {
    const message = `This is not JSON: ${error instanceof Error ? error.message : 'it cannot be read'}.`
    return { value: undefined, problems: [{ message, path: [] }] }
  }
}

function readYaml(text: string): Parsed {
  const lines = new LineCounter()
  try {
    // The parser compares every key with every other one of its map; a set does the same at once, below.
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false })
    const problems: FileProblem[] = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
      message,
      path: [],
      ...placeOf(lines, pos[0]),
    }))
    visit(document, {
      Map(_, map) {
        problems.push(...repeated(map, lines))
      },
    })
    if (problems.length > 0) return { value: undefined, problems }
    // Aliases could make much out of little, and no file of ours has any.
    const value: unknown = document.toJS({ maxAliasCount: 0 })
    return { value, problems: strangeIn(value) }
  } catch (error) {
    // Nesting beyond what the stack takes, or an alias.
    const message = `This is not YAML that can be read: ${error instanceof Error ? error.message : 'it is malformed'}.`
    return { value: undefined, problems: [{ message, path: [] }] }
  }
}

function placeOf(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line: at, col } = lines.linePos(offset)
  return { line: at, column: col }
}

function repeated(map: YAMLMap, lines: LineCounter): FileProblem[] {
  const known = new Set<string>()
  return map.items.flatMap(({ key }) => {
    const name = isScalar(key) ? String(key.value) : ''
    const isNew = !known.has(name)
    known.add(name)
    if (isNew) return []
    const offset = isScalar(key) ? key.range?.[0] : undefined
    return [
      {
        message: `"${name}" stands here twice.`,
        path: [],
        ...(offset === undefined ? {} : placeOf(lines, offset)),
      },
    ]
  })
}

/** As `strange`, for any depth; what is nested too deep is the schema's to refuse. */
function strangeIn(value: unknown): FileProblem[] {
  return isShallow(value, GRAPH_DEPTH_MAX) ? strange(value, []) : []
}

/** The database takes no NUL, and half a pair is no character. */
function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed()
}

/** What JSON has no word for, what the database does not take, and names that reach a prototype. The value is a tree. */
function strange(value: unknown, path: readonly (string | number)[]): FileProblem[] {
  if (typeof value === 'number' && !Number.isFinite(value))
    return [{ message: 'This is not a number.', path }]
  if (Array.isArray(value)) return value.flatMap((item, index) => strange(item, [...path, index]))
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, content]) =>
      isForbiddenName(key) || !isStorable(key)
        ? [{ message: `Nothing can be called ${JSON.stringify(key)}.`, path }]
        : strange(content, [...path, key]),
    )
  }
  if (typeof value === 'string' && !isStorable(value))
    return [{ message: 'This text has a character that cannot be stored.', path }]
  return value === undefined || typeof value === 'bigint' || typeof value === 'symbol'
    ? [{ message: 'This value is not known here.', path }]
    : []
}
