import { posix } from 'node:path'
import type { Finding, Rule } from './rule.ts'
import { isSource, type Tree } from './tree.ts'

const TEXT_NAME =
  /\.(ts|tsx|mts|js|mjs|cjs|jsx|md|sql|css|html|json|yml|yaml|sh|txt)$|^[^.]*$|(^|\/)\.[a-z]+(rc|ignore)?$/

/** The lines of a text with their numbers, from 1. */
function numbered(text: string): { line: number; words: string }[] {
  return text.split('\n').map((words, index) => ({ line: index + 1, words }))
}

const MARKER = /\b(TODO|FIXME|XXX)\b/

/** Where a note to oneself can stand: comments in code; in prose and SQL everything but quoted code. */
function markersIn(tree: Tree, file: string): Finding[] {
  if (isSource(file)) {
    const source = tree.source(file)
    return source.comments.flatMap(({ value, start }) => {
      const found = MARKER.exec(value)?.[1]
      return found === undefined ? [] : [{ file, line: source.lineAt(start), what: `says ${found}` }]
    })
  }
  return numbered(tree.text(file)).flatMap(({ line, words }) => {
    const found = MARKER.exec(words.replaceAll(/`[^`]*`/g, ''))?.[1]
    return found === undefined ? [] : [{ file, line, what: `says ${found}` }]
  })
}

export const noMarkers: Rule = {
  name: 'No unfinished business in the text (TODO, FIXME, XXX)',
  cure: 'Do it now, or open an issue for it and delete the note.',
  find: tree =>
    tree.paths
      .filter(
        path => isSource(path) || (/\.(md|sql|css|html)$/.test(path) && !path.startsWith('test/fixtures/')),
      )
      .flatMap(file => markersIn(tree, file)),
  bad: [
    { 'modules/crm/people.ts': '// TODO: merge' },
    { 'modules/crm/people.ts': '/** Adds a person.\n * FIXME names */' },
    { 'modules/crm/migrations/0001_people.sql': '-- XXX index' },
    { 'docs/operations.md': 'TODO write' },
  ],
  good: [
    { 'modules/crm/people.ts': "export const word = '// TODO'", 'docs/style.md': 'No `TODO` in the text.' },
  ],
}

// Assembled from parts, so that this file does not say what it forbids.
const join = (...parts: string[]) => parts.join('')
const FOREIGN: readonly (readonly [pattern: RegExp, what: string])[] = [
  [new RegExp(join('/wo', 'rk/(main|shared)\\b')), 'names a folder of one machine'],
  [new RegExp(join('\\.\\./sha', 'red\\b')), 'names a folder outside the repository'],
  [
    /\/(home|Users)\/(?!(runner|node|user|you|name|me)\/)[a-z][\w-]*\//,
    'names the home folder of one person',
  ],
  [new RegExp(join('regis', 'try\\.(npmjs|yarnpkg|npmmirror)')), 'names a package registry'],
  [/https?:\/\/[\w.-]*\bregistry[\w.-]*[/:]/, 'names a package registry'],
]

export const nothingForeign: Rule = {
  name: 'The project speaks of itself alone: no folders of one machine, no registry hosts',
  cure: 'Write a path from the repository root, or leave the sentence out.',
  find: tree =>
    tree.paths
      .filter(path => TEXT_NAME.test(path) && !path.startsWith('test/fixtures/'))
      .flatMap(file =>
        numbered(tree.text(file)).flatMap(({ line, words }) =>
          FOREIGN.filter(([pattern]) => pattern.test(words)).map(
            ([, what]): Finding => ({ file, line, what }),
          ),
        ),
      ),
  bad: [
    { 'docs/operations.md': join('See /wo', 'rk/main/docs.') },
    { 'bench/run.ts': join("const folder = '/wo", "rk/shared/testdata'") },
    { 'README.md': join('Take it from ../sha', 'red/design.') },
    { 'test/a.ts': join("const home = '/ho", "me/alice/millrace'") },
    { '.npmrc': join('regis', 'try=https://regis', 'try.npmjs.org/') },
    { 'package-lock.json': join('"https://regis', 'try.example.org/zod"') },
  ],
  good: [
    {
      'docs/operations.md':
        'Data is in /var/lib/millrace. See https://www.npmjs.com/package/zod, z.registry().',
    },
  ],
}

const CITED = /^#?((platform|modules|programs|web|sdk|test|bench|chaos|docs|\.ci)\/[\w@.*/-]*)$/

/** True when a cited path is in the tree; `*` stands for one part of a path, `**` for several. */
function isThere(tree: Tree, cited: string): boolean {
  const path = cited.replace(/\/$/, '')
  if (!path.includes('*')) return tree.has(path) || tree.hasFolder(path)
  const pattern = path
    .replaceAll(/[.@-]/g, '\\$&')
    .replaceAll(/\*\*\/?|\*/g, part => (part === '*' ? '[^/]*' : '.*'))
  const matcher = new RegExp(`^${pattern}(/|$)`)
  return tree.paths.some(known => matcher.test(known))
}

/** The paths in quoted code, and the relative links, that lead nowhere. */
function brokenReferences(tree: Tree, file: string): Finding[] {
  return numbered(tree.text(file)).flatMap(({ line, words }) => {
    const quoted = [...words.matchAll(/`([^`]+)`/g)].flatMap(match => (match[1] ?? '').split(/[\s,;()"'=]+/))
    const cited = quoted
      .map(word =>
        word
          .replace(/^\.\//, '')
          .replace(/(:\d+)+$/, '')
          .replace(/[.:]$/, ''),
      )
      .flatMap(word => CITED.exec(word)?.[1] ?? [])
      // What is built or made by a generator is not committed under these names.
      .filter(path => !/(^|\/)(dist|node_modules)(\/|$)|NNNN/.test(path) && !isThere(tree, path))
    const links = [...words.replaceAll(/`[^`]*`/g, '').matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)]
      .map(match => match[1] ?? '')
      .filter(link => !isThere(tree, posix.normalize(posix.join(posix.dirname(file), link))))
    return [...cited, ...links].map(
      (path): Finding => ({ file, line, what: `cites ${path}, which does not exist` }),
    )
  })
}

export const citedPaths: Rule = {
  name: 'Every path that a page cites exists',
  cure: 'Correct the path, or the sentence, to what is there now.',
  find: tree =>
    tree.paths
      .filter(path => path.endsWith('.md') && !path.startsWith('test/fixtures/'))
      .flatMap(file => brokenReferences(tree, file)),
  bad: [
    { 'ARCHITECTURE.md': 'See `platform/db/gone.ts`.' },
    { 'ARCHITECTURE.md': 'See `#platform/db/gone.ts:12`.' },
    { 'ARCHITECTURE.md': 'Run `node programs/gone.ts --json`.' },
    { 'ARCHITECTURE.md': 'See `modules/gone/`.', 'modules/crm/index.ts': '' },
    { 'ARCHITECTURE.md': 'All of `modules/*/gone.ts`.', 'modules/crm/index.ts': '' },
    { 'docs/index.md': 'See [the decision](decisions/009-gone.md).' },
  ],
  good: [
    {
      'ARCHITECTURE.md':
        'See `modules/crm/index.ts`, `modules/crm/`, `modules/*/index.ts`, `#modules/crm/index.ts`, `web/dist/`, ' +
        '`text/html`, `/v1/forms`, `modules/<name>/gone.ts`, [crm](modules/crm/index.ts#top), [x](https://a.b/c).',
      'modules/crm/index.ts': '',
    },
  ],
}
