import type { Graph, GraphChange } from '#modules/flow/contract.ts'
import { nameOf } from '../canvas/face.ts'
import { conditionWords } from '../condition-words.ts'
import { counted } from '../words.ts'
import { labelOf } from '../workflow/setting-labels.ts'

/** What became of something a graph has, as it is marked on the canvas. */
export type DiffMark = 'added' | 'removed' | 'changed'

/** A difference between two graphs in words. */
export interface ChangeLine {
  readonly key: string
  readonly mark: DiffMark | 'moved'
  readonly words: string
  /** Each setting that changed, with the values where they are short enough to be read beside each other. */
  readonly parts: readonly ChangePart[]
  /** The node it is about, to be shown on the canvas. */
  readonly nodeId: string | undefined
}

export interface ChangePart {
  readonly name: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** A value longer than this is said to have changed and not shown. */
const SHOWN_MAX = 80

const OWN_PARTS: Readonly<Record<string, string>> = {
  label: 'Name',
  type: 'Kind of step',
  retry: 'Retries',
  timeoutMs: 'Time limit',
}

/** The differences as people say them, what does something first; how often things were moved is one line. */
export function changeLines(
  changes: readonly GraphChange[],
  { before, after }: { before: Graph; after: Graph },
): ChangeLine[] {
  const names = new Map([...before.nodes, ...after.nodes].map(node => [node.id, nameOf(node)]))
  const lines = changes.flatMap(change => {
    const line = change.kind === 'moved' ? undefined : lineOf(change, names)
    return line ? [{ key: `${change.of}.${change.kind}.${change.id}`, ...line }] : []
  })
  const moved = changes.filter(change => change.kind === 'moved').length
  if (moved > 0)
    lines.push({
      key: 'moved',
      mark: 'moved',
      words: `${counted(moved, 'thing')} moved on the canvas`,
      parts: [],
      nodeId: undefined,
    })
  return lines
}

type Line = Omit<ChangeLine, 'key'>

function lineOf(
  change: Exclude<GraphChange, { kind: 'moved' }>,
  names: ReadonlyMap<string, string>,
): Line | undefined {
  if (change.of === 'node') return nodeLine(change, names)
  if (change.of === 'edge') return edgeLine(change, names)
  const words = { added: 'Added a note', removed: 'Removed a note', changed: 'Changed a note' }[change.kind]
  const text = change.kind === 'removed' ? change.before.text : change.after.text
  return {
    mark: change.kind,
    words: text ? `${words}: ${shortText(text)}` : words,
    parts: [],
    nodeId: undefined,
  }
}

type NodeChange = Exclude<Extract<GraphChange, { of: 'node' }>, { kind: 'moved' }>

function nodeLine(change: NodeChange, names: ReadonlyMap<string, string>): Line {
  const name = `“${names.get(change.id) ?? change.id}”`
  if (change.kind !== 'changed') {
    const words = change.kind === 'added' ? `Added ${name}` : `Removed ${name}`
    return { mark: change.kind, words, parts: [], nodeId: change.id }
  }
  const { before, after } = change
  const places = new Map(change.paths.map(path => [settingOf(path), path]))
  const parts = [...places].map(([setting, path]): ChangePart => {
    const isConfig = path[0] === 'config'
    const label = isConfig
      ? labelOf(after.type, setting)
      : (OWN_PARTS[String(path[0])] ?? labelOf(after.type, setting))
    const read = (node: typeof before) =>
      shown(
        isConfig
          ? (node.config as Record<string, unknown>)[setting]
          : node[path[0] as 'label' | 'retry' | 'timeoutMs'],
      )
    return { name: label, before: read(before), after: read(after) }
  })
  return { mark: 'changed', words: `Changed ${name}`, parts, nodeId: change.id }
}

/** The setting a path leads into: what people see as one field. */
function settingOf(path: readonly (string | number)[]): string {
  return String(path[0] === 'config' ? (path[1] ?? 'config') : path[0])
}

type EdgeChange = Exclude<Extract<GraphChange, { of: 'edge' }>, { kind: 'moved' }>

function edgeLine(change: EdgeChange, names: ReadonlyMap<string, string>): Line {
  const edge = change.kind === 'removed' ? change.before : change.after
  const nameFor = (id: string) => `“${names.get(id) ?? id}”`
  const way = `${nameFor(edge.source)} to ${nameFor(edge.target)}`
  if (change.kind !== 'changed')
    return {
      mark: change.kind,
      words: change.kind === 'added' ? `Connected ${way}` : `Disconnected ${way}`,
      parts: [],
      nodeId: edge.source,
    }
  const { before, after } = change
  const parts: ChangePart[] = []
  if (before.enabled !== after.enabled)
    parts.push({
      name: 'State',
      before: before.enabled ? 'On' : 'Off',
      after: after.enabled ? 'On' : 'Off',
    })
  const isOf = (name: string) => change.paths.some(path => path[0] === name)
  if (isOf('condition'))
    parts.push({
      name: 'Condition',
      before: before.condition && conditionWords(before.condition, names, before.source),
      after: after.condition && conditionWords(after.condition, names, after.source),
    })
  if (isOf('sourceHandle'))
    parts.push({ name: 'Exit', before: before.sourceHandle ?? 'out', after: after.sourceHandle ?? 'out' })
  for (const [name, end] of [
    ['From', 'source'],
    ['To', 'target'],
  ] as const)
    if (isOf(end)) parts.push({ name, before: nameFor(before[end]), after: nameFor(after[end]) })
  return { mark: 'changed', words: `Changed the way from ${way}`, parts, nodeId: after.source }
}

/** A value in a few words; undefined for none, and for one too long or deep to be read in a line. */
function shown(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (typeof value === 'object') {
    const text = JSON.stringify(value)
    return text.length <= SHOWN_MAX ? text : undefined
  }
  return shortText(String(value))
}

function shortText(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  return flat.length <= SHOWN_MAX ? flat : `${flat.slice(0, SHOWN_MAX - 1).trimEnd()}…`
}
