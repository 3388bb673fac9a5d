import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SandboxError } from './errors.ts'
import type { CodeLanguage } from './guest-job.ts'
import { type CodeResult, type CodeRun, checkSource, runCode } from './sandbox.ts'

const MEBIBYTE = 1024 * 1024

function run(source: string, input: unknown = {}, more: Partial<CodeRun> = {}): Promise<CodeResult> {
  // Time enough for a busy machine: what has to be stopped is stopped whenever its time is over.
  const limits = { memoryBytes: 32 * MEBIBYTE, timeMs: 5_000, outputBytes: 64 * 1024 }
  return runCode({
    source,
    language: 'javascript',
    input,
    limits,
    partition: 'one',
    waitMs: 60_000,
    ...more,
  })
}

const brief = { limits: { memoryBytes: 32 * MEBIBYTE, timeMs: 50, outputBytes: 64 * 1024 } }

async function failureOf(promise: Promise<unknown>): Promise<SandboxError> {
  try {
    await promise
  } catch (error) {
    assert.ok(error instanceof SandboxError, String(error))
    return error
  }
  assert.fail('The code gave a result.')
}

const outputOf = async (...args: Parameters<typeof run>) => (await run(...args)).output
const codeOf = async (...args: Parameters<typeof run>) => (await failureOf(run(...args))).code

test('code gets its input and gives what it returns', async () => {
  assert.deepEqual(await outputOf('return { total: input.a + input.b }', { a: 1, b: 2 }), { total: 3 })
  assert.equal(await outputOf('const nothing = 1'), null)
  assert.equal(await outputOf('return new Date(0)'), '1970-01-01T00:00:00.000Z')
  assert.deepEqual(await outputOf('return [NaN, undefined, () => 1]'), [null, null, null])
  assert.equal(await outputOf('// Last line, no break.\nreturn input.text // Said so.', { text: 'é' }), 'é')
})

test('a function that is exported as default is called', async () => {
  const sources = [
    'export default function (input) { return input.n * 2 }',
    '// What it does.\n/* And **why**. */\nexport default async input => 0\n',
    'export default async function double(input) {\n  return twice(input.n)\n}\nfunction twice(n) { return n * 2 }',
    'export default (input) => input.n * 2',
  ]
  const outputs = []
  for (const source of sources) outputs.push(await outputOf(source, { n: 4 }))
  assert.deepEqual(outputs, [8, 0, 8, 8])
})

test('TypeScript is code with types, and keeps its lines', async () => {
  const typescript = { language: 'typescript' as const }
  const source = 'type N = number\nconst x: N = input.a as N\nreturn x satisfies number'
  assert.equal(await outputOf(source, { a: 7 }, typescript), 7)
  const thrown = await failureOf(run('type A = {\n  a: string\n}\nthrow new Error("no")', {}, typescript))
  assert.deepEqual([thrown.code, thrown.message, thrown.line], ['thrown', 'no', 4])
  const unread = await failureOf(run('const a = 1\nconst b: = 2', {}, typescript))
  assert.deepEqual([unread.code, unread.line, unread.column], ['syntax', 2, 10])
  assert.equal(await codeOf('enum A { B }\nreturn 1', {}, typescript), 'syntax')
})

test('an error says where in the source it happened', async () => {
  const typeError = await failureOf(run('const a = 1\nconst b = 2\n  null.x'))
  assert.deepEqual([typeError.code, typeError.line], ['thrown', 3])
  assert.match(typeError.message, /^TypeError: /)
  const unread = await failureOf(run('const a = 1\nreturn }'))
  assert.deepEqual([unread.code, unread.line], ['syntax', 2])
  const cutOff = await failureOf(run('if (input) {\n  return 1'))
  assert.deepEqual([cutOff.code, cutOff.line], ['syntax', 2])
  const parsed = await failureOf(run('\nreturn JSON.parse("{bad")'))
  assert.deepEqual([parsed.code, parsed.line], ['thrown', 2])
  const texts: [string, string][] = [
    ['"text"', 'text'],
    ['{ a: 1 }', '{"a":1}'],
    ['null', 'null'],
    ['undefined', 'undefined'],
    ['Symbol("s")', 'Symbol(s)'],
    ['{ toString() { throw 1 }, toJSON() { throw 2 } }', '(a value that cannot be shown)'],
  ]
  for (const [thrown, message] of texts) {
    const error = await failureOf(run(`throw ${thrown}`))
    assert.deepEqual([error.code, error.message], ['thrown', message], thrown)
  }
})

test('promises that can be settled are, and one that cannot ends the run', async () => {
  assert.equal(await outputOf('const f = async () => { await null; return 5 }\nreturn (await f()) + 1'), 6)
  assert.equal(await outputOf('return Promise.all([1, 2]).then(all => all.length)'), 2)
  const stuck = await failureOf(run('return new Promise(() => {})'))
  assert.deepEqual([stuck.code, stuck.message], ['time', 'The code waits for something that never comes.'])
  assert.equal(await codeOf('for (;;) await 0', {}, brief), 'time')
  assert.equal(await codeOf('await Promise.reject(new Error("no"))'), 'thrown')
})

test('what does not end is stopped', async () => {
  const endless = [
    'for (;;) {}',
    'try { for (;;) {} } catch {} finally { for (;;) {} }',
    'return /^(a+)+$/.test("a".repeat(40) + "b")',
    'return { get x() { for (;;) {} } }',
    'return new Proxy({}, { ownKeys() { for (;;) {} } })',
    'return { toJSON() { for (;;) {} } }',
    'throw new Proxy({}, { get() { for (;;) {} } })',
    'throw { toJSON() { for (;;) {} } }',
    'return [3, 1, 2].sort(() => { for (;;) {} })',
    'return { then() { for (;;) {} } }',
    'console.log({ toJSON() { for (;;) {} } })',
    // Out of the function it is wrapped in: it runs while it is read.
    '})(); (function () { for (;;) {} })(); (function () {',
  ]
  for (const source of endless) assert.equal(await codeOf(source, {}, brief), 'time', source)
  assert.equal(await outputOf('return 1'), 1)
})

test('what does not even look at the clock is ended with its thread, and the next run gets a new one', async () => {
  const search = 'const text = "a".repeat(8e6); const sought = "a".repeat(4e6) + "b"; console.log("made")'
  const limits = { ...brief.limits, timeMs: 1_000 }
  const ended = await failureOf(run(`${search}; return text.indexOf(sought)`, {}, { limits }))
  // What was written to the console is lost with the thread, so it was not the interpreter that stopped.
  assert.deepEqual([ended.code, ended.logs], ['time', []])
  assert.equal(await outputOf('return 1'), 1)
})

test('memory is bounded, whatever it is used for', async () => {
  const hungry = [
    'const all = []; for (;;) all.push(new Array(1e5).fill(1))',
    'const all = []; for (;;) all.push({})',
    'const all = []; for (let i = 0; ; i++) all.push("x".repeat(1e5) + i)',
    'return new Uint8Array(31 * 1024 * 1024).length',
    'return new Array(1e9).fill(0)',
    'const all = new Map(); for (let i = 0; ; i++) all.set(i, i)',
  ]
  const before = process.memoryUsage.rss()
  for (const source of hungry) assert.equal(await codeOf(source), 'memory', source)
  assert.ok(process.memoryUsage.rss() - before < 300 * MEBIBYTE)
  assert.equal(await outputOf('return 1'), 1)
})

test('deep nesting of calls, sources and texts is an error and no crash', async () => {
  assert.equal(await codeOf('const f = () => f() + 1\nreturn f()'), 'thrown')
  assert.equal(await codeOf('return JSON.parse("[".repeat(2e5))'), 'thrown')
  assert.equal(await codeOf('('.repeat(2e4)), 'syntax')
  // This breaks the parser of types in its thread for good; the next run is in another one.
  assert.equal(await codeOf('('.repeat(2e4), {}, { language: 'typescript' }), 'syntax')
  assert.equal(await outputOf('return 1 as number', {}, { language: 'typescript' }), 1)
  assert.equal(await outputOf('try { (function f() { f() })() } catch { return "caught" }'), 'caught')
})

test('only JSON of a bounded size comes out', async () => {
  for (const source of [
    'return Symbol()',
    'return 1n',
    'const a = {}; a.a = a; return a',
    'return () => () => 1',
  ])
    assert.equal(await codeOf(source), 'not_json', source)
  const nested = 'let o = {}; const all = o; for (let i = 0; i < 100; i++) { o.a = {}; o = o.a } return all'
  assert.equal(await codeOf(nested), 'not_json')
  assert.equal(await codeOf('return "x".repeat(65536)'), 'output_too_large')
  // Few characters, many bytes.
  assert.equal(await codeOf('return "☃".repeat(30000)'), 'output_too_large')
  assert.equal(await outputOf('return "x".repeat(65534)'), 'x'.repeat(65_534))
  assert.equal(await outputOf('return "\\u0000é😀\\ud800"'), '\u0000é😀\ud800')
  assert.deepEqual(await outputOf('return input', { 'a\u0000😀': ['\u2028'] }), { 'a\u0000😀': ['\u2028'] })
})

test('the console keeps a hundred lines of a kilobyte', async () => {
  const source =
    'for (let i = 0; i < 1000; i++) console.log("line", i, { i }, null)\nconsole.error("x".repeat(5000))'
  const { logs } = await run(source)
  assert.deepEqual([logs.length, logs[0], logs[99]], [100, 'line 0 {"i":0} null', 'line 99 {"i":99} null'])
  const [long] = (await run('console.warn("x".repeat(5000), 1)')).logs
  assert.equal(long?.length, 1_024)
  assert.deepEqual((await run('console.log("a\\u0000b", "é😀")')).logs, ['ab é😀'])
  const failed = await failureOf(run('console.log("first")\nthrow new Error("then")'))
  assert.deepEqual(failed.logs, ['first'])
})

test('nothing of the process is there', async () => {
  const names = ['require', 'process', 'fetch', 'WebAssembly', 'Atomics', 'setTimeout', 'Buffer', 'navigator']
  const there = names.map(name => `typeof ${name}`).join(', ')
  assert.deepEqual(
    await outputOf(`return [${there}]`),
    names.map(() => 'undefined'),
  )
  const globals = (await outputOf('return Object.getOwnPropertyNames(globalThis)')) as string[]
  const known = new Set([...Object.getOwnPropertyNames(globalThis), 'InternalError'])
  const foreign = globals.filter(name => !known.has(name) || names.includes(name))
  assert.deepEqual(foreign, [])
})

test('the known ways out of other sandboxes lead nowhere', async () => {
  const escapes = [
    'return constructor.constructor("return process")()',
    'return this.constructor.constructor("return process")()',
    'return (() => {}).constructor("return process")().env',
    'return console.log.constructor("return process")()',
    'return input.constructor.constructor("return globalThis.process.env.PATH")()',
    'return Function("return require")()("fs")',
    'return eval("process")',
    'return (async () => {}).constructor("return process")()',
    'return import("node:fs")',
    'return await import("file:///etc/passwd")',
    'import fs from "node:fs"; return 1',
    'try { null.x } catch (error) { return error.constructor.constructor("return process")() }',
    'Error.prepareStackTrace = (_, frames) => frames[0].getThis().process.env; return new Error().stack.PATH.x',
    'return arguments.callee.caller',
    'return console.log.caller.arguments',
    'return Reflect.get(globalThis, "process").mainModule',
    'return new Proxy(process, {})',
    'with (input) { return 1 }',
    'return require("child_process").execSync("id")',
  ]
  for (const source of escapes) {
    assert.ok(['thrown', 'syntax'].includes(await codeOf(source)), source)
  }
})

test('code that changes the language changes it for itself alone', async () => {
  const source = `Object.prototype.polluted = 1; JSON.stringify = JSON.parse = null; Promise.prototype.then = null
    Array.prototype.push = null; String.prototype.slice = null; globalThis.console = null; Reflect.apply = null
    Object.prototype.toJSON = function () { return 'own' }
    return { a: 1 }`
  assert.equal(await outputOf(source), 'own')
  assert.equal(({} as { polluted?: number }).polluted, undefined)
  const after = 'console.log("there")\nreturn [{}.polluted, typeof JSON.stringify, typeof globalThis.left]'
  assert.deepEqual(await run(after), { output: [null, 'function', 'undefined'], logs: ['there'] })
  assert.equal(await outputOf('globalThis.left = 1; return globalThis.left'), 1)
  assert.equal(await outputOf('return typeof globalThis.left'), 'undefined')
})

test('the input cannot be changed, and names in it are only names', async () => {
  assert.equal(await codeOf('input.list.push(1)', { list: [] }), 'thrown')
  assert.equal(await codeOf('input.deep.a = 1', { deep: { a: 0 } }), 'thrown')
  const input = JSON.parse('{"__proto__": {"admin": true}, "constructor": 1}')
  assert.deepEqual(await outputOf('return [input.admin, input.constructor, {}.admin]', input), [
    null,
    1,
    null,
  ])
})

test('local time is UTC, wherever the server stands', async () => {
  const { TZ } = process.env
  process.env.TZ = 'America/New_York'
  try {
    assert.equal(new Date('2026-07-01T12:00').toISOString(), '2026-07-01T16:00:00.000Z')
    const source = `const date = new Date('2026-07-01T12:00')
      return [date, date.getHours(), new Date(2026, 0, 1), date.getTimezoneOffset()]`
    assert.deepEqual(await outputOf(source), ['2026-07-01T12:00:00.000Z', 12, '2026-01-01T00:00:00.000Z', 0])
  } finally {
    if (TZ === undefined) delete process.env.TZ
    else process.env.TZ = TZ
  }
})

test('a source is checked without running it', async () => {
  const check = (source: string, language: CodeLanguage = 'javascript') =>
    checkSource(source, language, 'one')
  assert.equal(await check('return input.a'), null)
  assert.equal(await check('for (;;) {}', 'typescript'), null)
  assert.equal(await check('throw new Error("ran")'), null)
  const problem = await check('const a = 1\nretur n a')
  assert.deepEqual([problem?.code, problem?.place.line], ['syntax', 2])
  assert.equal((await check('const a: = 1', 'typescript'))?.code, 'syntax')
  assert.equal((await check('const a: number = 1'))?.code, 'syntax')
})
