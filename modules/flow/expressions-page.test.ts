import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { CONDITION_OPERATORS, checkCondition, conditionSchema, listComparisons } from './condition.ts'
import { compileCondition } from './condition-compile.ts'
import {
  checkTemplate,
  evaluateTemplate,
  parseTemplate,
  renderTemplate,
  TEMPLATE_BYTES_MAX,
} from './template.ts'
import { listFilters } from './template-filters.ts'
import { TemplateError } from './template-parse.ts'

const page = readFileSync(new URL('../../docs/expressions.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, kind = '', body = '']) => ({
  kind,
  body,
}))
const data = JSON.parse(blocks.find(block => block.kind === 'json')?.body ?? 'null') as { now: string }
const now = Date.parse(data.now)

/** The examples of one kind: what stands before and behind the arrow. */
const examplesOf = (kind: string) =>
  blocks
    .filter(block => block.kind === kind)
    .flatMap(block => block.body.trimEnd().split('\n'))
    .map(line => {
      const [source = '', expected] = line.split(' → ')
      assert.ok(expected !== undefined, `"${line}" has no result`)
      return { source, expected }
    })

/** The text of a template, or its error with the place. */
function outcomeOf(source: string): string {
  try {
    return renderTemplate(parseTemplate(source), data, { missing: 'error' })
  } catch (error) {
    assert.ok(error instanceof TemplateError, String(error))
    return `! ${error.code} at ${error.line}:${error.column}`
  }
}

const templates = examplesOf('template')
/** Filters with their arguments, as the examples use them. */
const pieces = [
  ...new Set(
    templates.flatMap(({ source, expected }) =>
      expected.startsWith('!')
        ? []
        : [...source.matchAll(/\{\{.*?\}\}/g)].flatMap(([found]) => found.match(/\| [^|}]+/g) ?? []),
    ),
  ),
]
const conditions = examplesOf('condition')

test('every template on the page gives what stands beside it', () => {
  assert.deepEqual(
    templates.map(({ source }) => `${source} → ${outcomeOf(source)}`),
    templates.map(({ source, expected }) => `${source} → ${expected}`),
  )
})

test('every condition on the page decides as it says', () => {
  for (const { source, expected } of conditions) {
    const condition = conditionSchema.parse(JSON.parse(source))
    assert.deepEqual(checkCondition(condition), [], source)
    assert.equal(String(compileCondition(condition).test(data, now)), expected, source)
  }
})

test('every filter and every operator has an example', () => {
  const shown = templates.flatMap(({ source }) =>
    [...source.matchAll(/\| (\w+)/g)].map(found => found[1] ?? ''),
  )
  const decided = conditions.flatMap(({ source }) =>
    listComparisons(conditionSchema.parse(JSON.parse(source))).map(({ comparison }) => comparison.operator),
  )
  const filters = listFilters().map(filter => filter.name)
  assert.deepEqual(
    filters.filter(name => !shown.includes(name)),
    [],
  )
  assert.deepEqual(
    CONDITION_OPERATORS.filter(name => !decided.includes(name)),
    [],
  )
})

test('the examples put together at random stay within their budgets and fail with a place', () => {
  const path = fc.constantFrom(
    'lead',
    'lead.tags',
    'lead.name',
    'vars.orders',
    'vars',
    'now',
    'deal',
    'x',
    '5',
    '"a"',
  )
  const chain = fc.tuple(path, fc.array(fc.constantFrom(...pieces), { maxLength: 12 }))
  const source = fc
    .array(chain, { minLength: 1, maxLength: 4 })
    .map(chains => chains.map(([from, filters]) => `a\n{{ ${from} ${filters.join(' ')} }}`).join(' '))
  fc.assert(
    fc.property(source, fc.jsonValue(), (text, x) => {
      assert.deepEqual(checkTemplate(text), [])
      const from = { ...data, x }
      try {
        const made = renderTemplate(parseTemplate(text), from, { missing: 'empty' })
        assert.ok(Buffer.byteLength(made) <= TEMPLATE_BYTES_MAX)
        assert.equal(renderTemplate(parseTemplate(text), from, { missing: 'empty' }), made)
        assert.doesNotThrow(() =>
          structuredClone(evaluateTemplate(parseTemplate(text), from, { missing: 'empty' })),
        )
      } catch (error) {
        assert.ok(error instanceof TemplateError, String(error))
        assert.ok(error.line >= 2 && error.column >= 1, `${error.line}:${error.column}`)
      }
    }),
    { numRuns: 3000 },
  )
})

test('a long text or list runs into the budget instead of taking its time', () => {
  const long = 'word '.repeat(50_000)
  const from = {
    text: long,
    texts: [long, long],
    many: Array.from({ length: 9_000 }, (_, index) => ({ n: index % 7, t: 'x' })),
    object: Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`k${index}`, index])),
  }
  // Looks at one end only, or does not look at all.
  const isCheap = /^\| (default|choose|coalesce|first|last|get|size) ?\b/
  for (const value of Object.keys(from)) {
    for (const filter of pieces) {
      const source = `{{ ${value} ${filter} }}`.repeat(1_500)
      const run = () => renderTemplate(parseTemplate(source), { ...data, ...from }, { missing: 'empty' })
      if (!isCheap.test(filter)) assert.throws(run, TemplateError, `${value} ${filter}`)
    }
  }
})
