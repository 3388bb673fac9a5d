import {
  checkTemplate,
  type Graph,
  type GraphNode,
  nodeTypes,
  validateGraph,
} from '#modules/flow/contract.ts'
import type { DraftProblem } from '../workflow/draft-problems.ts'
import { fieldsOf } from './fields.ts'
import { pathText, type SettingPath, valueAt } from './paths.ts'
import type { Field } from './widgets.ts'

export interface Issue {
  readonly message: string
  /** Whether it only says that something is still to be filled in. */
  readonly isGap: boolean
  readonly severity: 'error' | 'warning'
}

/** What is wrong with settings, by the path of the setting inside the settings. */
export type Issues = ReadonlyMap<string, Issue>

/** What the panel finds out by itself as somebody types; the rest is known to whoever sees the whole graph. */
const OWN_CODES: ReadonlySet<string> = new Set(['invalid_config', 'template_error', 'condition_error'])
const SAYS_MISSING = /^(Too small|Invalid input|Invalid option)\b/

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

const LIMIT = /^Too (?:small|big): expected (\w+) to (?:be|have) ([<>]=?)\s?(-?[\d.]+)/
const COUNTED: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' }
const LIMIT_WORDS: Readonly<Record<string, string>> = {
  '<=': 'At most',
  '<': 'Less than',
  '>=': 'At least',
  '>': 'More than',
}

/** A message of a schema in the words of a form. */
function plainMessage(message: string, value: unknown): string {
  if (isEmpty(value) && SAYS_MISSING.test(message)) return 'Needed before the workflow can be published.'
  const [, kind = '', sign = '', limit] = LIMIT.exec(message) ?? []
  return limit === undefined ? message : `${LIMIT_WORDS[sign]} ${limit}${COUNTED[kind] ?? ''}.`
}

function fieldsFor({ type }: GraphNode): readonly Field[] {
  const known = nodeTypes.get(type)
  return known ? fieldsOf(known) : []
}

/**
 * What is wrong with the settings of a node: its own settings checked here, and what `problems` of the graph say about it that
 * can only be seen there.
 */
export function issuesOf(node: GraphNode, problems: readonly DraftProblem[]): Issues {
  const alone: Graph = { nodes: [node], edges: [] }
  const found = new Map<string, Issue>()
  const add = (path: SettingPath, message: string, severity: Issue['severity']) => {
    const key = pathText(path)
    const value = valueAt(node.config, path)
    const isGap = isEmpty(value)
    if (!found.has(key)) found.set(key, { message: plainMessage(message, value), isGap, severity })
  }
  for (const { code, path, message, severity } of validateGraph(alone, nodeTypes)) {
    if (path[0] === 'nodes' && path[2] === 'config' && OWN_CODES.has(code))
      add(path.slice(3), message, severity)
  }
  // Settings that do not fit their schema as a whole are looked at one by one, so that nothing hides behind a gap.
  for (const { name, widget } of fieldsFor(node)) {
    const text = node.config[name]
    if (typeof text !== 'string' || (widget.as !== 'template' && widget.as !== 'pick')) continue
    for (const { message } of checkTemplate(text)) add([name], message, 'error')
  }
  for (const { code, path, message, severity } of problems) {
    if (path[0] === 'nodes' && path[2] === 'config' && !OWN_CODES.has(code))
      add(path.slice(3), message, severity)
  }
  return found
}

/** What is wrong at a path or anywhere inside it, the first of it. */
export function issueWithin(issues: Issues, path: SettingPath): Issue | undefined {
  const own = pathText(path)
  for (const [key, issue] of issues) if (key === own || key.startsWith(`${own}.`)) return issue
  return undefined
}
