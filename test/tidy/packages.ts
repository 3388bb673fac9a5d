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

// Licences whose code may be part of a work under AGPL-3.0.
const COMPATIBLE = new Set(
  `0BSD Apache-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause CC0-1.0 GPL-3.0-or-later ISC MIT MIT-0 MPL-2.0 OFL-1.1
  PostgreSQL Python-2.0 Unlicense Zlib`.split(/\s+/),
)

/** Reads an SPDX expression: every part of an AND, or one part of an OR, has to be compatible. */
function isCompatible(license: string): boolean {
  const bare = license.replace(/^\((.*)\)$/, '$1')
  return bare
    .split(' AND ')
    .every(part => part.split(' OR ').some(name => COMPATIBLE.has(name.replace(/[()]/g, ''))))
}

export const compatibleLicenses: Rule = {
  name: 'Every dependency has a licence that fits AGPL-3.0',
  cure: 'Take another package. docs/decisions/001-license.md says which licences fit, and why.',
  find: tree => {
    const file = 'package-lock.json'
    const lock = JSON.parse(tree.text(file) || '{}') as {
      packages?: Record<string, { license?: string; link?: boolean }>
    }
    return Object.entries(lock.packages ?? {})
      .filter(([path, entry]) => path.startsWith('node_modules/') && entry.link !== true)
      .filter(([, { license }]) => !isCompatible(license ?? ''))
      .map(([path, { license }]): Finding => ({ file, what: `has ${path} under ${license ?? 'no licence'}` }))
  },
  bad: [
    'BUSL-1.1',
    'SSPL-1.0',
    'EPL-2.0',
    'UNLICENSED',
    'MIT AND BUSL-1.1',
    '(BUSL-1.1 OR SSPL-1.0)',
    undefined,
  ].map(license => ({
    'package-lock.json': JSON.stringify({ packages: { 'node_modules/a': { license } } }),
  })),
  good: ['MIT', '(MIT OR CC0-1.0)', 'EPL-2.0 OR GPL-3.0-or-later', 'MIT AND ISC'].map(license => ({
    'package-lock.json': JSON.stringify({ packages: { '': {}, 'node_modules/a': { license } } }),
  })),
}
