import { at, type Finding, inSources, type Rule } from './rule.ts'
import { memberOf, type Node, nameOf, nodeAt, type Source } from './syntax.ts'
import { isSource, isTest, type Tree } from './tree.ts'

const FILE_LINES_MAX = 600
const TEST_LINES_MAX = 800
const FILE_LINES_NOTICED = 400
const FUNCTION_LINES_MAX = 90
// A component's markup is read as a picture, one tag to a line.
const COMPONENT_LINES_MAX = 150

const isMeasured = (path: string) =>
  isSource(path) || (path.endsWith('.css') && !path.startsWith('test/fixtures/'))

function linesOf(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}

const lines = (count: number) => 'const a = 1\n'.repeat(count)
const functionOf = (count: number, head: string, tail = '}') =>
  `${head}\n${'  work()\n'.repeat(count - 2)}${tail}\n`

export const fileLength: Rule = {
  name: `A file has at most ${FILE_LINES_MAX} lines, a test file ${TEST_LINES_MAX}`,
  cure: 'Cut the file along behaviours (runs.ts → runs.ts, runs-replay.ts), never along layers.',
  find: tree =>
    tree.paths.filter(isMeasured).flatMap((file): Finding[] => {
      const count = linesOf(tree.text(file))
      const max = isTest(file) ? TEST_LINES_MAX : FILE_LINES_MAX
      return count > max ? [{ file, what: `has ${count} lines, ${max} are allowed` }] : []
    }),
  notice: tree =>
    tree.paths
      .filter(isMeasured)
      .map(file => ({ file, count: linesOf(tree.text(file)) }))
      .filter(({ file, count }) => count > (isTest(file) ? FILE_LINES_MAX : FILE_LINES_NOTICED))
      .map(({ file, count }) => `${file} has ${count} lines: think about a cut`),
  bad: [
    { 'modules/crm/people.ts': lines(FILE_LINES_MAX + 1) },
    { 'modules/crm/people.test.ts': lines(TEST_LINES_MAX + 1) },
    { 'web/src/ui/theme.css': '.a {}\n'.repeat(FILE_LINES_MAX + 1) },
  ],
  good: [
    { 'modules/crm/people.ts': lines(FILE_LINES_MAX) },
    { 'modules/crm/people.test.ts': lines(TEST_LINES_MAX) },
    { 'platform/db/schema.generated.ts': lines(5000) },
  ],
}

/** The callback of `describe` or `suite` is a heading with tests under it, not a function to be read whole. */
function isHeading(source: Source, node: Node): boolean {
  const call = source.parent(node)
  if (!isTest(source.path) || call?.type !== 'CallExpression') return false
  return ['describe', 'suite'].includes(
    nameOf(nodeAt(call, 'callee')) ?? memberOf(nodeAt(call, 'callee'))?.[0] ?? '',
  )
}

function functionName(source: Source, node: Node): string {
  const parent = source.parent(node)
  const named = nodeAt(node, 'id') ?? nodeAt(parent, 'id') ?? nodeAt(parent, 'key')
  return nameOf(named) ?? 'an unnamed function'
}

export const functionLength: Rule = {
  name: `A function has at most ${FUNCTION_LINES_MAX} lines, a component ${COMPONENT_LINES_MAX}`,
  cure: 'Give the parts names: move each step of it into a function below, in the order of the calls.',
  find: inSources(
    () => true,
    source =>
      source.all('FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression').flatMap(node => {
        const count = source.lineAt(node.end) - source.lineAt(node.start) + 1
        const max = source.path.endsWith('x') ? COMPONENT_LINES_MAX : FUNCTION_LINES_MAX
        if (count <= max || isHeading(source, node)) return []
        return [at(source, node, `${functionName(source, node)} has ${count} lines, ${max} are allowed`)]
      }),
  ),
  bad: [
    {
      'modules/crm/people.ts': functionOf(
        FUNCTION_LINES_MAX + 1,
        'export function addPerson(): { id: string } {',
      ),
    },
    {
      'modules/crm/people.ts': functionOf(
        FUNCTION_LINES_MAX + 1,
        'const addPerson = async (): Promise<void> => {',
      ),
    },
    { 'modules/crm/people.ts': `class A {\n${functionOf(FUNCTION_LINES_MAX + 1, 'add() {')}}` },
    { 'modules/crm/people.test.ts': functionOf(FUNCTION_LINES_MAX + 1, "test('a person', () => {", '})') },
    { 'web/src/shell/app.tsx': functionOf(COMPONENT_LINES_MAX + 1, 'export function App() {') },
  ],
  good: [
    { 'modules/crm/people.ts': functionOf(FUNCTION_LINES_MAX, 'export function addPerson() {') },
    { 'modules/crm/people.ts': functionOf(500, 'export const table = {', '}').replaceAll('work()', 'work,') },
    { 'modules/crm/people.test.ts': functionOf(300, "describe('people', () => {", '})') },
    { 'web/src/shell/app.tsx': functionOf(COMPONENT_LINES_MAX, 'export function App() {') },
  ],
}

export const parses: Rule = {
  name: 'Every source file can be parsed',
  cure: 'Repair the syntax; the other rules see nothing of a file that does not parse.',
  find: inSources(
    () => true,
    (source: Source, _tree: Tree) =>
      source.errors.slice(0, 1).map(error => ({ file: source.path, what: `does not parse: ${error}` })),
  ),
  bad: [{ 'modules/crm/people.ts': 'export const = 1' }, { 'web/src/a.tsx': 'const a = <div>' }],
  good: [{ 'modules/crm/people.ts': 'const a = <T,>(x: T): T => x\nexport { a }' }],
}
