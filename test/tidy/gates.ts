import { at, type Finding, inSources, type Rule } from './rule.ts'
import { localNamesOf, memberOf, type Node, nameOf, nodeAt, nodesAt, type Source } from './syntax.ts'
import { isTest } from './tree.ts'

// Tests, benchmarks and fault injection look at the product from outside.
const isOutside = (path: string) => isTest(path) || /^(test|bench|chaos)\//.test(path)
const isServer = (path: string) => /^(platform|modules|programs)\//.test(path) && !isTest(path)

function importsOf(source: Source, pattern: RegExp): Source['imports'] {
  return source.imports.filter(({ specifier }) => pattern.test(specifier))
}

/** `fetch(…)` and `globalThis.fetch(…)`, but not a local function or parameter of that name. */
function globalFetches(source: Source): Node[] {
  const isDeclared = [
    ...source.all('FunctionDeclaration', 'VariableDeclarator').map(node => nameOf(nodeAt(node, 'id'))),
    ...source.all('ImportSpecifier').map(node => nameOf(nodeAt(node, 'local'))),
    ...source
      .all('FunctionDeclaration', 'ArrowFunctionExpression')
      .flatMap(node => nodesAt(node, 'params').map(nameOf)),
  ].includes('fetch')
  const bare = source.all('CallExpression').filter(call => nameOf(nodeAt(call, 'callee')) === 'fetch')
  const onGlobal = source.all('MemberExpression').filter(node => {
    const member = memberOf(node)
    return member?.[0] === 'globalThis' && member[1] === 'fetch'
  })
  return [...(isDeclared ? [] : bare), ...onGlobal]
}

/** Clients made from node:http or node:https; a server made from them is fine. */
function httpClients(source: Source): Node[] {
  return importsOf(source, /^(node:)?https?$/)
    .filter(({ typeOnly }) => !typeOnly)
    .flatMap(imported => {
      const whole = localNamesOf(imported)
      const isClient = (name: string) => ['request', 'get', 'Agent', 'ClientRequest'].includes(name)
      const members = source.all('MemberExpression').filter(node => {
        const member = memberOf(node)
        return member !== undefined && whole.includes(member[0]) && isClient(member[1])
      })
      return [...(imported.names.some(isClient) ? [imported.node] : []), ...members]
    })
}

export const oneWayOut: Rule = {
  name: 'HTTP leaves the server only through platform/egress',
  cure: 'Call the function of #platform/egress: it refuses private addresses and bounds time and size.',
  find: inSources(
    path => isServer(path) && !path.startsWith('platform/egress/') && path !== 'platform/contract/client.ts',
    (source): Finding[] => [
      ...importsOf(source, /^undici(\/|$)/).map(({ node }) => at(source, node, 'imports undici')),
      ...globalFetches(source).map(node => at(source, node, 'calls the global fetch')),
      ...httpClients(source).map(node => at(source, node, 'makes requests with node:http')),
    ],
  ),
  allowed: {
    'modules/intake/page/form-server.js':
      'It runs in the browser of whoever fills in a form, not on the server.',
    'programs/follow.ts':
      'A client of our own server, like the typed client, for a stream that one cannot read.',
  },
  bad: [
    { 'modules/flow/nodes/http.ts': "import { request } from 'undici'" },
    { 'modules/flow/nodes/http.ts': "import type { Dispatcher } from 'undici'" },
    { 'modules/flow/nodes/http.ts': 'export const load = (url: string) => fetch(url)' },
    { 'modules/flow/nodes/http.ts': 'export const load = globalThis.fetch' },
    { 'modules/flow/nodes/http.ts': "import { request } from 'node:https'" },
    { 'modules/flow/nodes/http.ts': "import http from 'node:http'\nhttp.get('http://example.org')" },
    { 'programs/demo.ts': "import * as http from 'http'\nhttp.request('http://example.org')" },
  ],
  good: [
    { 'platform/egress/request.ts': "import { request } from 'undici'" },
    { 'platform/contract/client.ts': 'export const call = (url: string) => fetch(url)' },
    { 'platform/http/server.ts': "import { createServer } from 'node:http'\ncreateServer()" },
    { 'platform/http/server.ts': "import type { Agent } from 'node:http'\nexport type { Agent }" },
    { 'modules/sync/client.ts': 'export const load = (fetch: (url: string) => void) => fetch("a")' },
    { 'modules/sync/client.test.ts': "import { request } from 'undici'\nfetch('http://127.0.0.1')" },
    { 'web/src/shell/session.ts': "fetch('/v1/session')" },
  ],
}

export const oneDatabaseDoor: Rule = {
  name: 'Only platform/db knows the database driver',
  cure: 'Take ctx.db, or what #platform/db offers; a second door would not set the organization.',
  find: inSources(
    path => !path.startsWith('platform/db/') && !isOutside(path),
    source =>
      importsOf(source, /^pg(-[a-z-]+)?(\/|$)/).map(({ node, specifier }) =>
        at(source, node, `imports ${specifier}`),
      ),
  ),
  allowed: {
    'programs/schema.ts':
      'A tool for developers: the type generator wants a pool of its own, on a throw-away database.',
  },
  bad: [
    { 'modules/crm/people.ts': "import pg from 'pg'" },
    { 'modules/crm/people.ts': "import type { PoolClient } from 'pg'" },
    { 'programs/api.ts': "import copy from 'pg-copy-streams'" },
    { 'platform/http/server.ts': "export const load = () => import('pg')" },
  ],
  good: [
    { 'platform/db/database.ts': "import pg from 'pg'" },
    { 'test/catalogue.test.ts': "import pg from 'pg'" },
    { 'bench/insert.ts': "import pg from 'pg'" },
  ],
}

/**
 * Every place that takes `env` from `process` or from node:process. `{ ...process.env }` is left alone: it
 * hands the environment on to a child process.
 */
function environmentReads(source: Source): Node[] {
  const processes = ['process', ...importsOf(source, /^(node:)?process$/).flatMap(localNamesOf)]
  const members = source.all('MemberExpression').filter(node => {
    const [object, property] = memberOf(node) ?? []
    return (
      object !== undefined &&
      processes.includes(object) &&
      property === 'env' &&
      source.parent(node)?.type !== 'SpreadElement'
    )
  })
  const taken = source.all('VariableDeclarator').filter(node => {
    const names = nodesAt(nodeAt(node, 'id'), 'properties').map(property => nameOf(nodeAt(property, 'key')))
    return processes.includes(nameOf(nodeAt(node, 'init')) ?? '') && names.includes('env')
  })
  const imported = importsOf(source, /^(node:)?process$/).filter(({ names }) => names.includes('env'))
  return [...members, ...taken, ...imported.map(({ node }) => node)]
}

export const oneConfiguration: Rule = {
  name: 'Only platform/config.ts reads the environment',
  cure: 'Declare the setting in platform/config.ts, where it is validated and documented, and pass it on.',
  find: inSources(
    path => path !== 'platform/config.ts' && !isOutside(path),
    source => environmentReads(source).map(node => at(source, node, 'reads the environment')),
  ),
  allowed: {
    'programs/install.mjs':
      'It runs before any dependency exists and asks npm, by its variables, how to call it.',
    'web/vite.config.ts': 'The development server asks where the API listens before any code of ours runs.',
  },
  bad: [
    { 'modules/crm/people.ts': 'export const url = process.env.DATABASE_URL' },
    { 'modules/crm/people.ts': "export const url = process['env'].DATABASE_URL" },
    { 'modules/crm/people.ts': 'const { env } = process' },
    { 'platform/log.ts': "import { env } from 'node:process'" },
    { 'programs/api.ts': "import p from 'node:process'\nexport const port = p.env.PORT" },
  ],
  good: [
    { 'platform/config.ts': 'export const url = process.env.DATABASE_URL' },
    { 'test/database.ts': 'export const url = process.env.DATABASE_URL' },
    { 'platform/db/embedded.ts': "spawn('initdb', { env: { ...process.env, LC_ALL: 'C' } })" },
    { 'modules/crm/people.ts': 'export const url = (config: { env: string }) => config.env + process.pid' },
  ],
}
