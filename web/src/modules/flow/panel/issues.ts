import { type Graph, type GraphNode, nodeTypes, validateGraph } from '#modules/flow/contract.ts'
import type { DraftProblem } from '../workflow/draft-problems.ts'
import { pathText, type SettingPath, valueAt } from './paths.ts'

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

/** A message of a schema in the words of a form. */
function plainMessage(message: string, value: unknown): string {
  if (!SAYS_MISSING.test(message)) return message
  if (isEmpty(value)) return 'This is not filled in.'
  const least = /expected (?:number|int|bigint) to be >=?\s?(-?[\d.]+)/.exec(message)?.[1]
  const most = /expected (?:number|int|bigint) to be <=?\s?(-?[\d.]+)/.exec(message)?.[1]
  if (least !== undefined) return message.includes('>=') ? `At least ${least}.` : `More than ${least}.`
  if (most !== undefined) return `At most ${most}.`
  return message
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
    const isGap = isEmpty(value) && SAYS_MISSING.test(message)
    if (!found.has(key)) found.set(key, { message: plainMessage(message, value), isGap, severity })
  }
  for (const { code, path, message, severity } of validateGraph(alone, nodeTypes)) {
    if (path[0] === 'nodes' && path[2] === 'config' && OWN_CODES.has(code))
      add(path.slice(3), message, severity)
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
