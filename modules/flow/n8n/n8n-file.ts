/**
 * Reads what n8n exports or copies: an object with `nodes` and `connections`, a list with one such object, or one wrapped
 * in `workflow` as its template pages have it. Anything odd inside is read as far as it makes sense; only a file without
 * nodes is refused. Browser-safe.
 */

import { isForbiddenName, isPlainObject, isShallow } from '#platform/contract/plain-data.ts'

/** The file is no workflow of n8n; the message is for the person who chose it. */
export class NotN8nError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'NotN8nError'
  }
}

const DEPTH_MAX = 100
const STEPS_MAX = 1_400

export type Parameters = Readonly<Record<string, unknown>>

export interface N8nNode {
  readonly name: string
  /** Such as `n8n-nodes-base.set`. */
  readonly kind: string
  readonly version: number
  readonly parameters: Parameters
  readonly position: { readonly x: number; readonly y: number }
  readonly isOff: boolean
  /** The kinds of credentials it uses, such as `slackApi`. */
  readonly credentials: readonly string[]
  readonly notes: string
  readonly retry: { readonly attempts: number; readonly waitMs: number } | null
  /** `goOn`: a failure is passed on like a result; `exit`: it has an exit of its own. */
  readonly onError: 'stop' | 'goOn' | 'exit'
  readonly runsOnce: boolean
  /** As it stood in the file. */
  readonly raw: unknown
}

export interface N8nConnection {
  readonly from: number
  readonly to: number
  /** `main`, or `ai_tool` and its like. */
  readonly kind: string
  readonly output: number
  readonly input: number
}

export interface N8nFile {
  readonly name: string
  readonly nodes: readonly N8nNode[]
  readonly connections: readonly N8nConnection[]
  readonly timeZone: string | null
  /** What the file has besides, by name. */
  readonly pinned: readonly string[]
  readonly settings: Parameters
}

/** Reads a parsed file, or its text. Throws NotN8nError. */
export function readN8nFile(given: unknown): N8nFile {
  const value = typeof given === 'string' ? parsed(given) : given
  if (!isShallow(value, DEPTH_MAX)) throw new NotN8nError('The file is nested too deep.')
  const file = workflowIn(value)
  const rawNodes = listOf(file.nodes).filter(isPlainObject)
  if (rawNodes.length > STEPS_MAX)
    throw new NotN8nError(`The workflow has more than ${STEPS_MAX} steps and notes.`)
  const names = new Set<string>()
  const nodes = rawNodes.map((raw, index) => nodeOf(raw, index, names))
  const settings = objectOf(file.settings)
  const zone = settings.timezone
  return {
    name: textOf(file.name).trim(),
    nodes,
    connections: connectionsOf(objectOf(file.connections), nodes),
    timeZone: typeof zone === 'string' && zone !== '' && zone !== 'DEFAULT' ? zone : null,
    pinned: Object.keys(objectOf(file.pinData)),
    settings,
  }
}

export function objectOf(value: unknown): Parameters {
  return isPlainObject(value) ? value : {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

/** The number a setting is or says; NaN for anything else. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
}

/** What stands under a path of parameters, such as `options.response.response`; undefined when there is nothing. */
export function at(parameters: unknown, path: string): unknown {
  let value = parameters
  for (const name of path.split('.')) {
    if (!isPlainObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text, (_name, value: unknown) =>
      typeof value === 'string' ? value.replaceAll('\u0000', '').toWellFormed() : value,
    )
  } catch {
    throw new NotN8nError('The text is not JSON.')
  }
}

function workflowIn(value: unknown, depth = 0): Parameters {
  if (Array.isArray(value) && value.length === 1 && depth < 3) return workflowIn(value[0], depth + 1)
  if (Array.isArray(value)) throw new NotN8nError('The file has several workflows. Bring them one at a time.')
  if (!isPlainObject(value)) throw new NotN8nError('The file has no steps of n8n.')
  if (Array.isArray(value.nodes)) return value
  if (isPlainObject(value.workflow) && depth < 3) return workflowIn(value.workflow, depth + 1)
  if (isPlainObject(value.data) && depth < 3) return workflowIn(value.data, depth + 1)
  throw new NotN8nError('The file has no steps of n8n.')
}

const NUMBER_MAX = 1_000_000

function finite(value: unknown, other: number): number {
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) return other
  return Math.max(-NUMBER_MAX, Math.min(NUMBER_MAX, number))
}

function nodeOf(raw: Parameters, index: number, names: Set<string>): N8nNode {
  const written = textOf(raw.name)
  let name = written || `Step ${index + 1}`
  for (let number = 2; names.has(name); number++) name = `${written || 'Step'} (${number})`
  names.add(name)
  const position = listOf(raw.position)
  const place = objectOf(raw.position)
  const isRetried = raw.retryOnFail === true
  return {
    name,
    kind: textOf(raw.type),
    version: finite(raw.typeVersion, 1),
    parameters: objectOf(raw.parameters),
    position: { x: finite(position[0] ?? place.x, 0), y: finite(position[1] ?? place.y, 0) },
    isOff: raw.disabled === true,
    credentials: Object.keys(objectOf(raw.credentials)),
    notes: textOf(raw.notes),
    retry: isRetried
      ? { attempts: finite(raw.maxTries, 3), waitMs: finite(raw.waitBetweenTries, 1_000) }
      : null,
    onError: onErrorOf(raw),
    runsOnce: raw.executeOnce === true,
    raw,
  }
}

function onErrorOf(raw: Parameters): N8nNode['onError'] {
  if (raw.onError === 'continueErrorOutput') return 'exit'
  return raw.onError === 'continueRegularOutput' || raw.continueOnFail === true ? 'goOn' : 'stop'
}

/** Connections name their ends; in old files they may be keyed by id. What leads to or from nothing is left out. */
function connectionsOf(connections: Parameters, nodes: readonly N8nNode[]): N8nConnection[] {
  const places = new Map<string, number>()
  nodes.forEach(({ raw }, index) => {
    const id = textOf(objectOf(raw).id)
    if (id !== '') places.set(id, index)
  })
  nodes.forEach(({ name }, index) => {
    places.set(name, index)
  })
  const found: N8nConnection[] = []
  for (const [source, byKind] of Object.entries(connections)) {
    const from = places.get(source)
    if (from === undefined) continue
    for (const [kind, outputs] of Object.entries(objectOf(byKind))) {
      listOf(outputs).forEach((targets, output) => {
        for (const target of listOf(targets)) {
          const { node, index } = objectOf(target)
          const to = places.get(textOf(node))
          if (to === undefined) continue
          const input = Math.max(0, Math.trunc(finite(index, 0)))
          found.push({ from, to, kind: isForbiddenName(kind) ? 'other' : kind, output, input })
        }
      })
    }
  }
  return found
}
