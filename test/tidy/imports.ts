import { at, type Example, type Finding, inSources, type Rule } from './rule.ts'
import { type Import, resolveSpecifier, type Source } from './syntax.ts'
import { isTest, type Tree } from './tree.ts'

/**
 * The order in which modules stand on each other. A module may import the layers before its own, never its
 * own layer or a later one. `programs` knows all.
 */
const LAYERS = [
  ['iam', 'billing'],
  ['crm', 'ai'],
  // What leaves by e-mail asks the do-not-contact list in the transaction that sends it.
  ['mail'],
  ['intake', 'inbox', 'outreach', 'sync'],
  ['flow'],
] as const
// These hear events: they may import every layer, and nobody but programs imports them.
const LISTENERS = ['webhooks', 'analytics', 'plugins', 'tracking', 'ops']

const ORDER = `platform ← ${LAYERS.map(layer => layer.join(', ')).join(' ← ')}; then ${LISTENERS.join(', ')}`

/** Who a file belongs to: a module by its name, or a top folder with a slash ("platform/"). */
function ownerOf(path: string): string {
  const [top = '', second = ''] = path.split('/')
  return top === 'modules' ? second : `${top}/`
}

function layerOf(module: string): number {
  const layer = LAYERS.findIndex(names => (names as readonly string[]).includes(module))
  if (layer >= 0) return layer
  return LISTENERS.includes(module) ? LAYERS.length : -1
}

const isModulePath = (path: string) => path.startsWith('modules/') && path.split('/').length > 2
// Tests and factories of a module may stand on the shared test bench.
const isTestCode = (path: string) => isTest(path) || path.endsWith('/factories.ts')

interface Edge {
  readonly imported: Import
  readonly to: string
}

/** The imports of a file that lead to another file of the repository. */
function edgesOf(source: Source, tree: Tree): Edge[] {
  return source.imports.flatMap(imported => {
    const to = resolveSpecifier(source.path, imported.specifier, tree.has)
    return to === undefined ? [] : [{ imported, to }]
  })
}

/** Why a file may not import another, or undefined when it may. */
function orderBreach(from: string, to: string): string | undefined {
  const [own, other] = [ownerOf(from), ownerOf(to)]
  if (own === other) return undefined
  if (['test/', 'bench/', 'chaos/'].includes(other))
    return isTestCode(from) ? undefined : 'which is only for tests'
  if (!isModulePath(to)) return other === 'platform/' ? undefined : 'which stands above it'
  if (own === 'platform/') return 'but platform knows no module'
  if (layerOf(own) < 0) return `but ${own} has no place in the order of modules`
  if (layerOf(other) < 0) return `but ${other} has no place in the order of modules`
  if (LISTENERS.includes(other)) return `but only programs may import ${other}`
  return layerOf(other) < layerOf(own) ? undefined : `but ${other} does not stand before ${own}`
}

const one = (path: string, specifier: string): Example => ({ [path]: `import { a } from '${specifier}'` })

export const moduleOrder: Rule = {
  name: 'Modules import only what stands before them',
  cure: `The order is ${ORDER}. To cause something on the right, publish an event; a test of both goes under test/.`,
  find: inSources(
    path => path.startsWith('platform/') || isModulePath(path),
    (source, tree) =>
      edgesOf(source, tree).flatMap(({ imported, to }) => {
        const reason = orderBreach(source.path, to)
        return reason === undefined ? [] : [at(source, imported.node, `imports ${to}, ${reason}`)]
      }),
  ),
  bad: [
    one('platform/http/server.ts', '#modules/iam/index.ts'),
    one('platform/http/server.test.ts', '#modules/iam/index.ts'),
    one('platform/http/server.ts', '#programs/modules.ts'),
    one('modules/iam/users.ts', '../billing/index.ts'),
    one('modules/billing/plans.ts', '#modules/crm/contract.ts'),
    one('modules/crm/people.ts', '#modules/flow/index.ts'),
    one('modules/intake/leads.ts', '#modules/outreach/index.ts'),
    one('modules/flow/runs.ts', '#modules/webhooks/index.ts'),
    one('modules/ops/health.ts', '#modules/analytics/index.ts'),
    one('modules/flow/runs.ts', '../../programs/modules.ts'),
    one('modules/flow/runs.ts', '#test/database.ts'),
    one('modules/newcomer/a.ts', '#modules/iam/index.ts'),
    one('modules/flow/runs.ts', '#modules/newcomer/index.ts'),
    { 'modules/crm/people.ts': "export { a } from '#modules/flow/contract.ts'" },
    { 'modules/crm/people.ts': "import type { A } from '#modules/flow/contract.ts'" },
    { 'modules/crm/people.ts': "export type A = import('#modules/flow/contract.ts').A" },
    { 'modules/crm/people.ts': "export const load = () => import('#modules/flow/index.ts')" },
  ],
  good: [
    one('modules/flow/runs.ts', '#modules/intake/index.ts'),
    one('modules/flow/runs.ts', '#platform/db/database.ts'),
    one('modules/analytics/facts.ts', '#modules/flow/index.ts'),
    one('modules/crm/people.test.ts', '#test/database.ts'),
    one('modules/crm/people.ts', './persons/names.ts'),
    one('programs/modules.ts', '#modules/webhooks/index.ts'),
    one('test/journeys/form.test.ts', '#modules/webhooks/index.ts'),
  ],
}

const FACES = ['index.ts', 'contract.ts']

export const publicFaces: Rule = {
  name: 'A module is entered only through its index.ts or its contract.ts',
  cure: 'Export what is needed from the index.ts of the other module by its name, or move the work there.',
  find: inSources(
    path => !path.startsWith('programs/') && !path.startsWith('web/') && !path.startsWith('sdk/'),
    (source, tree) =>
      edgesOf(source, tree).flatMap(({ imported, to }) => {
        if (!isModulePath(to) || ownerOf(to) === ownerOf(source.path)) return []
        const faces =
          isTestCode(source.path) || source.path.startsWith('test/') ? [...FACES, 'factories.ts'] : FACES
        const open = faces.some(face => to === `modules/${ownerOf(to)}/${face}`)
        return open ? [] : [at(source, imported.node, `imports ${to}, which is private to ${ownerOf(to)}`)]
      }),
  ),
  bad: [
    one('modules/flow/runs.ts', '#modules/crm/people.ts'),
    one('modules/flow/runs.ts', '../crm/deep/index.ts'),
    one('modules/flow/runs.ts', '#modules/crm/factories.ts'),
    one('test/journeys/form.test.ts', '#modules/crm/people.ts'),
    one('bench/intake.ts', '#modules/intake/leads.ts'),
  ],
  good: [
    one('modules/flow/runs.ts', '#modules/crm/index.ts'),
    one('modules/flow/runs.ts', '#modules/crm/contract.ts'),
    one('modules/flow/runs.test.ts', '#modules/crm/factories.ts'),
    one('modules/flow/nodes/wait.ts', '../runs.ts'),
    one('programs/modules.ts', '#modules/crm/routes.ts'),
    one('test/journeys/form.test.ts', '#platform/db/database.ts'),
  ],
}

const isContract = (path: string) => /^modules\/[^/]+\/contract\.ts$/.test(path)
const isPlatformContract = (path: string) => path.startsWith('platform/contract/')

/** Whether a browser-safe file may import another one. What it leads to is checked in its turn. */
function mayReach(from: string, to: string): boolean {
  if (isPlatformContract(to) || isContract(to)) return isPlatformContract(to) || !isPlatformContract(from)
  return isModulePath(from) && ownerOf(from) === ownerOf(to)
}

/** What a browser does not have or must not see, in one file on the way from a contract. */
function serverThings(source: Source, tree: Tree): Finding[] {
  const foreign = source.imports
    .filter(
      ({ specifier }) =>
        resolveSpecifier(source.path, specifier, tree.has) === undefined && specifier !== 'zod',
    )
    .map(({ node, specifier }) => at(source, node, `imports ${specifier}, but a contract leads to it`))
  const tooFar = edgesOf(source, tree)
    .filter(({ to }) => !mayReach(source.path, to))
    .map(({ imported, to }) => at(source, imported.node, `imports ${to}, but a contract leads to it`))
  const globals = source
    .all('MemberExpression')
    .map(node => ({ node, object: node.object as { type?: string; name?: string } | undefined }))
    .filter(
      ({ object }) => object?.type === 'Identifier' && ['process', 'Buffer'].includes(object.name ?? ''),
    )
    .map(({ node, object }) => at(source, node, `uses ${object?.name}, which no browser has`))
  return [...foreign, ...tooFar, ...globals]
}

function browserSafety(tree: Tree): Finding[] {
  const due = tree.paths.filter(
    path => (isContract(path) || isPlatformContract(path)) && /(?<!\.test)\.ts$/.test(path),
  )
  const seen = new Set<string>()
  const findings: Finding[] = []
  for (let path = due.pop(); path !== undefined; path = due.pop()) {
    if (seen.has(path) || !tree.has(path)) continue
    seen.add(path)
    const [from, source] = [path, tree.source(path)]
    findings.push(...serverThings(source, tree))
    due.push(
      ...edgesOf(source, tree)
        .map(({ to }) => to)
        .filter(to => mayReach(from, to)),
    )
  }
  return findings
}

export const browserSafeContracts: Rule = {
  name: 'A contract.ts and all it imports can run in a browser',
  cure: 'Import only zod, #platform/contract/*, other contract.ts files and browser-safe files of the same module.',
  find: browserSafety,
  bad: [
    one('modules/crm/contract.ts', 'node:crypto'),
    one('modules/crm/contract.ts', 'pg'),
    one('modules/crm/contract.ts', '#platform/db/database.ts'),
    one('modules/flow/contract.ts', '#modules/crm/index.ts'),
    one('platform/contract/route.ts', '../errors.ts'),
    one('platform/contract/route.ts', '#modules/crm/contract.ts'),
    { 'modules/crm/contract.ts': 'export const mode = process.env.NODE_ENV' },
    {
      'modules/crm/phone.ts': "import { readFileSync } from 'node:fs'",
      'modules/crm/names.ts': "import { a } from './phone.ts'",
      'modules/crm/contract.ts': "import { b } from './names.ts'",
    },
  ],
  good: [
    one('modules/crm/contract.ts', 'zod'),
    one('modules/flow/contract.ts', '#modules/crm/contract.ts'),
    {
      'modules/crm/contract.ts': "import { a } from './names.ts'",
      'modules/crm/names.ts': "import { z } from 'zod'",
    },
    one('platform/contract/client.ts', './route.ts'),
    one('platform/contract/client.test.ts', 'node:test'),
  ],
}

export const contractsOnly: Rule = {
  name: 'web/ and sdk/ take only contracts from the server',
  cure: 'Import #modules/<name>/contract.ts or #platform/contract/*; ask the API for everything else.',
  find: inSources(
    path => (path.startsWith('web/') || path.startsWith('sdk/')) && !isTest(path),
    (source, tree) =>
      edgesOf(source, tree)
        .filter(
          ({ to }) => ownerOf(to) !== ownerOf(source.path) && !isContract(to) && !isPlatformContract(to),
        )
        .map(({ imported, to }) => at(source, imported.node, `imports ${to}`)),
  ),
  bad: [
    one('web/src/modules/crm/people.tsx', '#modules/crm/index.ts'),
    one('web/src/modules/crm/people.tsx', '../../../../modules/crm/people.ts'),
    one('web/src/shell/app.tsx', '#platform/errors.ts'),
    one('sdk/index.ts', '../programs/modules.ts'),
    { 'web/src/shell/app.tsx': "import type { Config } from '#platform/config.ts'" },
  ],
  good: [
    one('web/src/modules/crm/people.tsx', '#modules/crm/contract.ts'),
    one('web/src/modules/crm/people.tsx', '../../shell/app.tsx'),
    one('web/src/shell/app.tsx', '#platform/contract/client.ts'),
    one('web/src/shell/app.tsx', 'react'),
  ],
}
