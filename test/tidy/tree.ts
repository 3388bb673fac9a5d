import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSource, type Source } from './syntax.ts'

/**
 * The project's own files as the rules see them: paths from the repository root with forward slashes,
 * texts and parsed sources read once. A rule never touches the disk, so that its examples can be a few
 * lines in memory.
 */
export interface Tree {
  /** Every file of the project, sorted. */
  readonly paths: readonly string[]
  has(path: string): boolean
  hasFolder(path: string): boolean
  /** The text of a file of the tree; empty for a path that is not in it. */
  text(path: string): string
  /** The parsed form of a TypeScript or JavaScript file of the tree. */
  source(path: string): Source
}

const SOURCE_NAME = /\.(ts|tsx|mts|js|mjs|cjs|jsx)$/

/** True for files a parser can read: TypeScript and JavaScript, without generated code and fixtures. */
export function isSource(path: string): boolean {
  return SOURCE_NAME.test(path) && !path.includes('.generated.') && !path.startsWith('test/fixtures/')
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts')
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** A tree of the given files, for the examples that prove a rule. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  return makeTree(Object.keys(files), path => files[path] ?? '')
}

/** The tree on disk: what git tracks plus what it would track, or a walk where git cannot be asked. */
export function readTree(root: string): Tree {
  const listed = listByGit(root) ?? listByWalk(root)
  const isFile = (path: string) => existsSync(join(root, path)) && lstatSync(join(root, path)).isFile()
  return makeTree(listed.filter(isFile), path => readFileSync(join(root, path), 'utf8'))
}

function makeTree(listed: readonly string[], read: (path: string) => string): Tree {
  const paths = [...listed].sort()
  const known = new Set(paths)
  const folders = new Set<string>()
  for (const path of paths) {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1))
      folders.add(path.slice(0, cut))
  }
  const texts = new Map<string, string>()
  const sources = new Map<string, Source>()
  const text = (path: string): string => {
    const seen = texts.get(path)
    if (seen !== undefined) return seen
    const fresh = known.has(path) ? read(path) : ''
    texts.set(path, fresh)
    return fresh
  }
  const source = (path: string): Source => {
    const parsed = sources.get(path) ?? parseSource(path, text(path))
    sources.set(path, parsed)
    return parsed
  }
  return { paths, has: path => known.has(path), hasFolder: path => folders.has(path), text, source }
}

const LISTING_BYTES_MAX = 64 << 20

/** Undefined when there is no git, no repository, or a repository git refuses to read for this user. */
function listByGit(root: string): string[] | undefined {
  try {
    const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z']
    const listed = execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: LISTING_BYTES_MAX,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .split('\0')
      .filter(Boolean)
    return listed.includes('package.json') ? [...new Set(listed)] : undefined
  } catch {
    return undefined
  }
}

// An unpacked archive has no git; these are what .gitignore would have left out.
const NEVER_WALKED = new Set(['.git', 'node_modules', 'dist', '.millrace', '.DS_Store'])

/** Lists a folder recursively without what is never committed. Exported so that a test can compare it with git. */
export function listByWalk(root: string, folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    if (NEVER_WALKED.has(entry.name) || entry.name.endsWith('.log')) return []
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    return entry.isDirectory() ? listByWalk(root, path) : [path]
  })
}
