import type { Finding, Rule } from './rule.ts'
import { baseName, type Tree } from './tree.ts'

const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/
const ALIAS = /^npm:(@[^@/]+\/)?[^@/]+@/
const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides'] as const

function looseVersions(tree: Tree, file: string): Finding[] {
  const manifest = JSON.parse(tree.text(file)) as Partial<Record<string, Record<string, unknown>>>
  return FIELDS.flatMap(field => Object.entries(manifest[field] ?? {})).flatMap(([name, version]) => {
    // `$name` in overrides repeats a version of this file; an object there is not a version.
    const exact =
      typeof version !== 'string' || EXACT.test(version.replace(ALIAS, '')) || version === `$${name}`
    return exact ? [] : [{ file, what: `asks for ${name} ${version}` }]
  })
}

export const exactVersions: Rule = {
  name: 'package.json names exact versions',
  cure: 'Write the version without ^, ~ or a tag; an update is a commit of its own.',
  find: tree =>
    tree.paths
      .filter(path => baseName(path) === 'package.json' && !path.startsWith('test/fixtures/'))
      .flatMap(file => looseVersions(tree, file)),
  bad: ['^4.6.7', '~4.6.7', '4.6', 'latest', '*', '>=4.6.7', 'github:colinhacks/zod', 'file:../zod'].map(
    zod => ({
      'package.json': JSON.stringify({ dependencies: { zod } }),
    }),
  ),
  good: [
    { 'package.json': '{"dependencies":{"zod":"4.6.7","pg":"npm:other-pg@8.0.0"}}' },
    {
      'package.json':
        '{"optionalDependencies":{"a":"18.4.0-beta.17"},"overrides":{"a":"$a","b":{"c":"1.0.0"}}}',
    },
    { 'sdk/package.json': '{"peerDependencies":{"zod":"^4.0.0"}}' },
  ],
}

export const lockWithoutHosts: Rule = {
  name: 'The lock file names no download address',
  cure: 'Install with the .npmrc of this repository (omit-lockfile-registry-resolved=true) and commit the result.',
  find: tree => {
    const text = tree.text('package-lock.json')
    const lines = text.split('\n')
    const first = lines.findIndex(line => /"resolved":\s*"(https?|git)/.test(line))
    return first < 0 ? [] : [{ file: 'package-lock.json', line: first + 1, what: 'has a "resolved" address' }]
  },
  bad: [{ 'package-lock.json': '{\n"resolved": "https://example.org/zod.tgz"\n}' }],
  good: [{ 'package-lock.json': '{\n"version": "4.6.7",\n"resolved": "sdk", "link": true\n}' }],
}
