import { at, type Finding, inSources, type Rule } from './rule.ts'
import { memberOf, type Node, nameOf, nodeAt, nodesAt, type Source } from './syntax.ts'
import { isTest } from './tree.ts'

// What node:test knows as ways to leave a test out, as a method and as an option.
const LEAVING_OUT = ['only', 'skip', 'todo']
const TEST_CALLS = ['test', 'it', 'describe', 'suite', 't']

/** `test`, `it.only`, `t.test`: the name at the start of a call, or undefined when it is not a test's. */
function testCallee(call: Node): string | undefined {
  const callee = nodeAt(call, 'callee')
  const name = nameOf(callee) ?? memberOf(callee)?.[0]
  return name !== undefined && TEST_CALLS.includes(name) ? name : undefined
}

export const noSkippedTests: Rule = {
  name: 'Every test runs: no only, skip or todo',
  cure: 'Repair the test or delete it; git remembers it.',
  find: inSources(
    path => /\.test\.tsx?$/.test(path),
    source =>
      source
        .all('CallExpression')
        .filter(testCallee)
        .flatMap(call => {
          const method = memberOf(nodeAt(call, 'callee'))?.[1] ?? ''
          const options = nodesAt(call, 'arguments')
            .filter(argument => argument.type === 'ObjectExpression')
            .flatMap(argument => nodesAt(argument, 'properties'))
            .flatMap(property => nameOf(nodeAt(property, 'key')) ?? [])
          const found = [method, ...options].find(name => LEAVING_OUT.includes(name))
          return found === undefined ? [] : [at(source, call, `leaves tests out (${found})`)]
        }),
  ),
  bad: [
    { 'modules/crm/people.test.ts': "test.only('a person is added', () => {})" },
    { 'modules/crm/people.test.ts': "describe.skip('people', () => {})" },
    { 'modules/crm/people.test.ts': "it.todo('a person is added')" },
    { 'modules/crm/people.test.ts': "test('a person is added', { skip: true }, () => {})" },
    { 'modules/crm/people.test.ts': "test('a person is added', t => { t.skip('later') })" },
  ],
  good: [{ 'modules/crm/people.test.ts': "test('only one', () => { add({ skip: 1 }); list.skip(2) })" }],
}

/** `new Promise(resolve => setTimeout(resolve, 50))`: a promise that only waits for the clock. */
function isTimerPromise(source: Source, node: Node): boolean {
  const executor = nodesAt(node, 'arguments')[0]
  const resolve = nameOf(nodesAt(executor, 'params')[0])
  if (nameOf(nodeAt(node, 'callee')) !== 'Promise' || executor === undefined || resolve === undefined)
    return false
  return source
    .all('CallExpression')
    .some(
      call =>
        call.start >= executor.start &&
        call.end <= executor.end &&
        nameOf(nodeAt(call, 'callee')) === 'setTimeout' &&
        nameOf(nodesAt(call, 'arguments')[0]) === resolve,
    )
}

export const noSleepingTests: Rule = {
  name: 'No test waits for the clock',
  cure: 'Wait for the thing itself (an event, a row, a promise), or drive the fake clock of the context.',
  find: inSources(
    path => /\.test\.tsx?$/.test(path),
    source => [
      ...source.imports
        .filter(({ specifier }) => /^(node:)?timers\/promises$/.test(specifier))
        .filter(({ names }) => names.some(name => name !== 'setImmediate'))
        .map(({ node }) => at(source, node, 'imports a sleep from timers/promises')),
      ...source
        .all('NewExpression')
        .filter(node => isTimerPromise(source, node))
        .map(node => at(source, node, 'waits a fixed time')),
      ...source
        .all('CallExpression')
        .filter(node => memberOf(nodeAt(node, 'callee'))?.[1] === 'waitForTimeout')
        .map(node => at(source, node, 'waits a fixed time')),
    ],
  ),
  bad: [
    { 'modules/crm/people.test.ts': "import { setTimeout as sleep } from 'node:timers/promises'" },
    { 'modules/crm/people.test.ts': "import timers from 'timers/promises'" },
    { 'modules/crm/people.test.ts': 'await new Promise(resolve => setTimeout(resolve, 50))' },
    { 'test/browser/board.test.ts': 'await page.waitForTimeout(100)' },
    { 'modules/crm/people.test.ts': 'await new Promise<void>(done => { setTimeout(done, 50) })' },
  ],
  good: [
    { 'modules/crm/people.test.ts': "import { setImmediate } from 'node:timers/promises'" },
    {
      'modules/crm/people.test.ts':
        'new Promise((done, fail) => { stop.on("x", done); setTimeout(fail, 5000) })',
    },
    { 'test/until.ts': "import { setTimeout } from 'node:timers/promises'" },
  ],
}

// Where the runner looks for *.test.ts; `programs/test.ts` has a pattern for each folder in use.
const RUNNER = 'programs/test.ts'
const TEST_ROOTS = ['platform/', 'modules/', 'programs/', 'test/', 'web/src/']

/** A file that registers tests as soon as it is loaded. */
function registersTests(source: Source): boolean {
  const fromRunner = source.imports.filter(
    ({ specifier, typeOnly }) => specifier === 'node:test' && !typeOnly,
  )
  const names = fromRunner.flatMap(({ node }) =>
    nodesAt(node, 'specifiers').flatMap(part => nameOf(nodeAt(part, 'local')) ?? []),
  )
  return source.all('ExpressionStatement').some(statement => {
    const call = nodeAt(statement, 'expression')
    const name = call?.type === 'CallExpression' ? testCallee(call) : undefined
    return name !== undefined && names.includes(name) && source.parent(statement)?.type === 'Program'
  })
}

export const testsAreFound: Rule = {
  name: 'Every test file is one that the runner finds',
  cure: `Name it <noun>.test.ts and put it under ${TEST_ROOTS.join(', ')}.`,
  find: inSources(
    () => true,
    (source, tree): Finding[] => {
      const file = source.path
      if (
        /([._-](spec|tests?)|\.test)\.(tsx|mts|js|mjs|cjs)$|([._-]spec|[_-]tests?|\.tests)\.ts$/.test(file)
      ) {
        return [{ file, what: 'is named like a test, but the runner takes only *.test.ts' }]
      }
      const root = TEST_ROOTS.find(folder => file.startsWith(folder))
      const isLookedInto = !tree.has(RUNNER) || tree.text(RUNNER).includes(`'${root}**/*.test.ts'`)
      if (isTest(file) && (root === undefined || !isLookedInto)) {
        return [{ file, what: 'is a test in a folder the runner does not look into' }]
      }
      if (!isTest(file) && registersTests(source)) {
        return [{ file, what: 'registers tests, but its name does not end in .test.ts' }]
      }
      return []
    },
  ),
  bad: [
    { 'modules/crm/people.spec.ts': 'export {}' },
    { 'web/src/shell/app.test.tsx': 'export {}' },
    { 'modules/crm/people_test.ts': 'export {}' },
    { 'chaos/kill.test.ts': 'export {}' },
    { 'web/board.test.ts': 'export {}' },
    { 'web/src/a.test.ts': 'export {}', 'programs/test.ts': "const PATTERNS = ['test/**/*.test.ts']" },
    { 'test/people.ts': "import { test } from 'node:test'\ntest('a person', () => {})" },
  ],
  good: [
    { 'modules/crm/people.test.ts': "import { test } from 'node:test'\ntest('a person', () => {})" },
    { 'web/src/shell/app.test.ts': 'export {}' },
    { 'test/a.test.ts': 'export {}', 'programs/test.ts': "const PATTERNS = ['test/**/*.test.ts']" },
    { 'programs/test.ts': 'test(1)\nfunction test(a: number) { return a }' },
    {
      'test/store.ts':
        "import { test } from 'node:test'\nexport const suiteOf = () => { test('a', () => {}) }",
    },
  ],
}
