import { posix } from 'node:path'
import { parseSync } from 'vite'

/** One node of the syntax tree, in ESTree shape with TypeScript's nodes; offsets count UTF-16 units. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

/** One way in which a file names another: an import, a re-export, `import()` or an import type. */
export interface Import {
  readonly specifier: string
  readonly node: Node
  /** The names asked for, as the other module calls them; `*` for a namespace. Empty for `import()`. */
  readonly names: readonly string[]
  /** True when nothing of it is left at run time. */
  readonly typeOnly: boolean
}

export interface Comment {
  readonly value: string
  readonly start: number
}

/** A parsed file. `errors` is not empty when the parser gave up; the nodes are then few or none. */
export interface Source {
  readonly path: string
  readonly errors: readonly string[]
  readonly comments: readonly Comment[]
  readonly imports: readonly Import[]
  /** Every node of the given types, in the order of the text. */
  all(...types: readonly string[]): Node[]
  parent(node: Node): Node | undefined
  lineAt(offset: number): number
}

/** Reads one TypeScript or JavaScript text. It never throws: a broken text has `errors`. */
export function parseSource(path: string, text: string): Source {
  const result = parseSync(path, text)
  const byType = new Map<string, Node[]>()
  const parents = new Map<Node, Node>()
  const visit = (node: Node, parent: Node | undefined): void => {
    if (parent) parents.set(node, parent)
    const same = byType.get(node.type)
    if (same) same.push(node)
    else byType.set(node.type, [node])
    for (const child of childrenOf(node)) visit(child, node)
  }
  visit(result.program as unknown as Node, undefined)
  const all = (...types: readonly string[]) =>
    types.flatMap(type => byType.get(type) ?? []).sort((a, b) => a.start - b.start)
  const starts = lineStarts(text)
  return {
    path,
    errors: result.errors.map(error => error.message),
    comments: result.comments.map(({ value, start }) => ({ value, start })),
    imports: importsIn(all),
    all,
    parent: node => parents.get(node),
    lineAt: offset => starts.findLastIndex(start => start <= offset) + 1,
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap(value =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  )
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** The node under a key, when there is one. */
export function nodeAt(node: Node | undefined, key: string): Node | undefined {
  const value = node?.[key]
  return isNode(value) ? value : undefined
}

/** The nodes in the list under a key. */
export function nodesAt(node: Node | undefined, key: string): Node[] {
  const value = node?.[key]
  return Array.isArray(value) ? value.filter(isNode) : []
}

/** The name of an identifier, the text of a string literal; undefined for everything else. */
export function nameOf(node: Node | undefined): string | undefined {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined
  if (node?.type === 'Identifier' || node?.type === 'JSXIdentifier') return String(node.name)
  return undefined
}

/** `a.b` as ['a', 'b'], also for `a['b']` and `a?.b`; undefined when either side is not a plain name. */
export function memberOf(node: Node | undefined): [object: string, property: string] | undefined {
  if (node?.type !== 'MemberExpression') return undefined
  const property = nodeAt(node, 'property')
  if (node.computed === true && property?.type !== 'Literal') return undefined
  const [object, name] = [nameOf(nodeAt(node, 'object')), nameOf(property)]
  return object !== undefined && name !== undefined ? [object, name] : undefined
}

function importsIn(all: (...types: string[]) => Node[]): Import[] {
  return all(
    'ImportDeclaration',
    'ExportNamedDeclaration',
    'ExportAllDeclaration',
    'ImportExpression',
    'TSImportType',
  ).flatMap(node => {
    const specifier = nameOf(nodeAt(node, 'source') ?? nodeAt(node, 'argument'))
    if (specifier === undefined) return []
    const parts = nodesAt(node, 'specifiers')
    const allTypes =
      parts.length > 0 && parts.every(part => part.importKind === 'type' || part.exportKind === 'type')
    const typeOnly =
      node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type' || allTypes
    const names = node.type === 'ExportAllDeclaration' ? ['*'] : parts.map(importedName)
    return [{ specifier, node, names, typeOnly }]
  })
}

function importedName(part: Node): string {
  if (part.type === 'ImportNamespaceSpecifier') return '*'
  if (part.type === 'ImportDefaultSpecifier') return 'default'
  return nameOf(nodeAt(part, 'imported') ?? nodeAt(part, 'local')) ?? '*'
}

/** The names under which a file knows a whole module: `import x from` and `import * as x from`. */
export function localNamesOf(imported: Import): string[] {
  return nodesAt(imported.node, 'specifiers')
    .filter(part => part.type === 'ImportNamespaceSpecifier' || part.type === 'ImportDefaultSpecifier')
    .flatMap(part => nameOf(nodeAt(part, 'local')) ?? [])
}

/**
 * Where an import specifier leads: a path from the repository root for `./x`, `../x` and the `#` names of
 * package.json, undefined for packages and Node's own modules. Endings that a bundler adds are tried.
 */
export function resolveSpecifier(
  from: string,
  specifier: string,
  has: (path: string) => boolean,
): string | undefined {
  const bare = specifier.replace(/\?.*$/, '')
  const path = bare.startsWith('#')
    ? bare.slice(1)
    : bare.startsWith('.')
      ? posix.normalize(posix.join(posix.dirname(from), bare))
      : undefined
  if (path === undefined) return undefined
  return [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find(has) ?? path
}
