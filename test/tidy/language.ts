import { at, type Finding, inSources, type Rule } from './rule.ts'
import { localNamesOf, memberOf, type Node, nameOf, nodeAt, type Source } from './syntax.ts'

const anywhere = () => true

export const namedExports: Rule = {
  name: 'Exports are named one by one',
  cure: 'Write `export { a, b } from` with the names, so that a reader sees what a file gives away.',
  find: inSources(anywhere, source =>
    source
      .all('ExportAllDeclaration')
      .map(node => at(source, node, `exports everything of ${nameOf(nodeAt(node, 'source'))}`)),
  ),
  bad: [
    { 'modules/crm/index.ts': "export * from './people.ts'" },
    { 'modules/crm/index.ts': "export * as people from './people.ts'" },
    { 'modules/crm/index.ts': "export type * from './people.ts'" },
  ],
  good: [{ 'modules/crm/index.ts': "export { addPerson } from './people.ts'\nconst b = 'export * from'" }],
}

export const noDefaultExports: Rule = {
  name: 'Nothing is exported as default',
  cure: 'Export it under its name; a default export has another name in every file.',
  find: inSources(anywhere, source => {
    const renamed = source
      .all('ExportSpecifier')
      .filter(node => nameOf(nodeAt(node, 'exported')) === 'default')
    return [...source.all('ExportDefaultDeclaration'), ...renamed].map(node =>
      at(source, node, 'has a default export'),
    )
  }),
  allowed: { 'web/vite.config.ts': 'Vite reads its configuration from the default export.' },
  bad: [
    { 'modules/crm/people.ts': 'export default function addPerson() {}' },
    { 'web/src/shell/app.tsx': 'function App() { return <div /> }\nexport { App as default }' },
  ],
  good: [{ 'modules/crm/people.ts': "import pg from 'pg'\nexport function addPerson() { return pg }" }],
}

const NOT_ERASABLE: Readonly<Record<string, string>> = {
  TSEnumDeclaration: 'declares an enum',
  TSParameterProperty: 'has a parameter property',
  Decorator: 'has a decorator',
  TSImportEqualsDeclaration: 'has an `import =`',
  TSExportAssignment: 'has an `export =`',
}

export const erasable: Rule = {
  name: 'TypeScript is only types: no enums, namespaces, parameter properties or decorators',
  cure: 'Node runs the files by erasing types. Use a union of strings or an `as const` object; write fields out.',
  find: inSources(anywhere, source => [
    ...source
      .all(...Object.keys(NOT_ERASABLE))
      .map(node => at(source, node, NOT_ERASABLE[node.type] ?? node.type)),
    // `declare global` and `declare module 'x'` only describe what is there.
    ...source
      .all('TSModuleDeclaration')
      .filter(node => nodeAt(node, 'id')?.type === 'Identifier' && node.kind !== 'global')
      .map(node => at(source, node, 'declares a namespace')),
  ]),
  bad: [
    { 'modules/crm/people.ts': 'export enum Stage { Won }' },
    { 'modules/crm/people.ts': 'export const enum Stage { Won }' },
    { 'modules/crm/people.ts': 'export namespace People { export const a = 1 }' },
    { 'modules/crm/people.ts': 'class Person { constructor(private name: string) {} }' },
    { 'modules/crm/people.ts': 'class Person { @field name = 1 }' },
    { 'modules/crm/people.ts': "import fs = require('node:fs')" },
  ],
  good: [
    {
      'modules/crm/people.ts': "// an enum, a namespace\nexport const stages = ['won', 'enum x {}'] as const",
    },
    { 'platform/log.ts': "declare global { interface Window { a: 1 } }\ndeclare module 'x' {}\nexport {}" },
  ],
}

export const noAny: Rule = {
  name: 'No `any`, and no comment that silences the type checker',
  cure: 'Use `unknown` and narrow it. A needed cast goes into a named function with its guarantee above it.',
  find: inSources(anywhere, source => [
    ...source.all('TSAnyKeyword').map(node => at(source, node, 'says `any`')),
    ...source.comments
      .filter(({ value }) => /@ts-(ignore|nocheck)\b/.test(value))
      .map(comment => ({
        file: source.path,
        line: source.lineAt(comment.start),
        what: 'silences the type checker',
      })),
  ]),
  bad: [
    { 'modules/crm/people.ts': 'export function add(person: any) {}' },
    { 'modules/crm/people.ts': 'export const person = load() as any' },
    { 'modules/crm/people.ts': 'export type Row = Record<string, any[]>' },
    { 'modules/crm/people.ts': '// @ts-ignore\nexport const a: number = "1"' },
    { 'web/src/shell/app.tsx': '/* @ts-nocheck */\nexport const a = 1' },
  ],
  good: [
    {
      'modules/crm/people.ts':
        "// Not any of them.\nexport const any = 'as any'\nexport const b = '// @ts-ignore'",
    },
  ],
}

/** Calls and constructions of a bare name, or of the same name on the global object. */
function callsOf(source: Source, name: string): Node[] {
  return source.all('CallExpression', 'NewExpression').filter(call => {
    const callee = nodeAt(call, 'callee')
    const member = memberOf(callee)
    if (member) return member[1] === name && ['globalThis', 'window', 'self'].includes(member[0])
    return nameOf(callee) === name
  })
}

export const noEval: Rule = {
  name: 'No text is ever run as code',
  cure: 'Expressions and templates go through our own interpreters; tenant code runs in the sandbox.',
  find: inSources(anywhere, source => [
    ...callsOf(source, 'eval').map(node => at(source, node, 'calls eval')),
    ...callsOf(source, 'Function').map(node => at(source, node, 'builds a function from text')),
    ...source.imports
      .filter(({ specifier }) => /^(node:)?vm$/.test(specifier))
      .map(({ node }) => at(source, node, 'imports node:vm')),
  ]),
  bad: [
    { 'modules/flow/expression.ts': 'export const run = (text: string) => eval(text)' },
    { 'modules/flow/expression.ts': 'export const run = (text: string) => globalThis.eval(text)' },
    { 'modules/flow/expression.ts': "export const run = (text: string) => new Function('ctx', text)" },
    { 'modules/flow/expression.ts': 'export const run = (text: string) => Function(text)' },
    { 'modules/flow/expression.ts': "import { runInNewContext } from 'node:vm'" },
    { 'modules/flow/expression.ts': "export const load = () => import('vm')" },
  ],
  good: [
    {
      'modules/flow/expression.ts': "export const evaluate = (f: Function) => interpreter.eval('eval(1)', f)",
    },
  ],
}

function shellImports(source: Source): Finding[] {
  return source.imports
    .filter(({ specifier }) => /^(node:)?child_process$/.test(specifier))
    .flatMap(imported => {
      const whole = localNamesOf(imported)
      const members = source.all('MemberExpression').filter(node => {
        const member = memberOf(node)
        return member !== undefined && whole.includes(member[0]) && /^exec(Sync)?$/.test(member[1])
      })
      const byName = imported.names.some(name => /^exec(Sync)?$/.test(name)) ? [imported.node] : []
      return [...byName, ...members].map(node => at(source, node, 'runs a command line through a shell'))
    })
}

export const noShell: Rule = {
  name: 'No command goes through a shell',
  cure: 'Use spawn or execFile with a list of arguments.',
  find: inSources(anywhere, source => [
    ...shellImports(source),
    ...source
      .all('Property')
      .filter(node => nameOf(nodeAt(node, 'key')) === 'shell' && nodeAt(node, 'value')?.value === true)
      .map(node => at(source, node, 'sets shell: true')),
  ]),
  bad: [
    { 'modules/ops/backup.ts': "import { exec } from 'node:child_process'" },
    { 'modules/ops/backup.ts': "import { execSync as run } from 'child_process'" },
    { 'modules/ops/backup.ts': "import * as child from 'node:child_process'\nchild.exec('ls')" },
    {
      'modules/ops/backup.ts': "import { spawn } from 'node:child_process'\nspawn('ls', [], { shell: true })",
    },
  ],
  good: [
    {
      'modules/ops/backup.ts':
        "import { execFile, spawn } from 'node:child_process'\n/a/.exec('a')\nspawn('ls', [])",
    },
  ],
}

const RAW_HTML = ['dangerouslySetInnerHTML', 'innerHTML', 'outerHTML']

export const noRawHtml: Rule = {
  name: 'No HTML text is put into a page unescaped',
  cure: 'Render elements. Mail bodies are cleaned on the server and shown in a sandboxed frame.',
  find: inSources(anywhere, source => [
    ...source
      .all('JSXAttribute', 'Property')
      .filter(node => (nameOf(nodeAt(node, 'name')) ?? nameOf(nodeAt(node, 'key'))) === RAW_HTML[0])
      .map(node => at(source, node, 'uses dangerouslySetInnerHTML')),
    ...source.all('AssignmentExpression').flatMap(node => {
      const property = nameOf(nodeAt(nodeAt(node, 'left'), 'property'))
      return property !== undefined && RAW_HTML.includes(property)
        ? [at(source, node, `assigns ${property}`)]
        : []
    }),
    ...source
      .all('CallExpression')
      .filter(node => nameOf(nodeAt(nodeAt(node, 'callee'), 'property')) === 'insertAdjacentHTML')
      .map(node => at(source, node, 'calls insertAdjacentHTML')),
  ]),
  bad: [
    { 'web/src/a.tsx': 'export const A = () => <div dangerouslySetInnerHTML={{ __html: x }} />' },
    { 'web/src/a.tsx': 'export const A = () => <div {...{ dangerouslySetInnerHTML: x }} />' },
    { 'web/public/form.js': 'document.body.innerHTML = x' },
    { 'web/public/form.js': "document.body.insertAdjacentHTML('beforeend', x)" },
  ],
  good: [
    {
      'web/src/a.tsx':
        'export const A = () => <div title="dangerouslySetInnerHTML">{document.body.innerHTML}</div>',
    },
  ],
}
