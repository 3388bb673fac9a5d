import type { Finding, Rule } from './rule.ts'
import { nameOf, resolveSpecifier } from './syntax.ts'
import { isSource, isTest, type Tree } from './tree.ts'

// Where a reader, a command or the test runner comes in. Commands of package.json are found by themselves.
const ENTRY_FOLDERS = /^(test|bench|chaos|sdk)\//
const WATCHED = /^(platform|modules|programs|web\/src)\/.*\.(ts|tsx|mjs)$/

/** The files that start something: named in a command, in a page, or in the build's configuration. */
function entries(tree: Tree): string[] {
  const starters = ['package.json', '.ci/run', ...tree.paths.filter(path => /^web\/[^/]+\.html$/.test(path))]
  const named = starters.flatMap(file => {
    const folder = file.startsWith('web/') ? 'web' : ''
    const words = tree.text(file).match(/[\w./-]+\.(tsx?|mjs|js)\b/g) ?? []
    return words.map(word => [folder, word.replace(/^\.?\//, '')].filter(Boolean).join('/'))
  })
  return [...named, ...tree.paths.filter(path => path === 'web/vite.config.ts')].filter(tree.has)
}

/**
 * The files a file names: its imports, and the texts in it that are the path of a file, seen from the file or
 * from the root: workers and child processes are started by such a text.
 */
function reachedFrom(tree: Tree, path: string): string[] {
  if (!isSource(path) && !path.includes('.generated.')) return []
  const source = tree.source(path)
  const texts = source
    .all('Literal')
    .flatMap(node => nameOf(node) ?? [])
    .filter(text => /^[\w./-]+\.(tsx?|mjs)$/.test(text))
    .map(text => text.replace(/^\//, ''))
  const named = texts.flatMap(text => [text, resolveSpecifier(path, `./${text}`, tree.has) ?? ''])
  const imported = source.imports.flatMap(
    ({ specifier }) => resolveSpecifier(path, specifier, tree.has) ?? [],
  )
  return [...imported, ...named].filter(tree.has)
}

function reach(tree: Tree, roots: readonly string[]): Set<string> {
  const seen = new Set<string>()
  const due = [...roots]
  for (let path = due.pop(); path !== undefined; path = due.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    due.push(...reachedFrom(tree, path))
  }
  return seen
}

const isWatched = (path: string) => WATCHED.test(path) && !isTest(path) && !path.endsWith('.d.ts')
const isTestSide = (path: string) => isTest(path) || (ENTRY_FOLDERS.test(path) && isSource(path))

export const noDeadFiles: Rule = {
  name: 'Every file is reached from a command, a page or a test',
  cure: 'Import it where it is needed or delete it. A new command goes into the scripts of package.json.',
  find: tree => {
    const alive = reach(tree, [...entries(tree), ...tree.paths.filter(isTestSide)])
    return tree.paths
      .filter(path => isWatched(path) && !alive.has(path))
      .map((file): Finding => ({ file, what: 'is imported by nothing that runs' }))
  },
  notice: tree => {
    const alive = reach(tree, [...entries(tree), ...tree.paths.filter(isTestSide)])
    const running = reach(tree, entries(tree))
    const idle = tree.paths.filter(
      path => isWatched(path) && alive.has(path) && !running.has(path) && !path.endsWith('/factories.ts'),
    )
    return idle.length === 0 ? [] : [`reached only from tests: ${idle.join(', ')}`]
  },
  bad: [
    { 'modules/crm/people.ts': '' },
    { 'modules/crm/people.ts': "import './deals.ts'", 'modules/crm/deals.ts': "import './people.ts'" },
    {
      'programs/old.ts': '',
      'programs/millrace.ts': '',
      'package.json': '{"scripts":{"start":"node programs/millrace.ts"}}',
    },
    {
      'web/src/ui/card.tsx': '',
      'web/src/main.tsx': '',
      'web/index.html': '<script src="/src/main.tsx"></script>',
    },
  ],
  good: [
    {
      'package.json': '{"scripts":{"start":"node programs/millrace.ts"}}',
      'programs/millrace.ts':
        "import '#modules/crm/index.ts'\nspawn(process.execPath, ['programs/worker.ts'])",
      'programs/worker.ts': "new Worker(new URL('./heavy.ts', import.meta.url))",
      'programs/heavy.ts': '',
      'modules/crm/index.ts': "export { a } from './people.ts'",
      'modules/crm/people.ts': '',
    },
    { 'modules/crm/people.test.ts': "import { a } from './people.ts'", 'modules/crm/people.ts': '' },
    {
      'web/index.html': '<script type="module" src="/src/main.tsx"></script>',
      'web/src/main.tsx': "const Board = lazy(() => import('./board.tsx'))",
      'web/src/board.tsx': '',
      'web/src/vite-env.d.ts': '',
    },
  ],
}
