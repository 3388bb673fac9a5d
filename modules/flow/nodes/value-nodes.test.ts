import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { advance } from '../advance.ts'
import { graphSchema } from '../graph.ts'
import { loadPlan } from '../loaded-plan.ts'
import { compile } from '../plan.ts'
import { nodeTypes } from './catalogue.ts'
import { nodeRunners } from './runners.ts'

const now = Date.UTC(2026, 2, 1, 12)

/** Runs one node behind a trigger and gives its step. */
function runNode(type: string, config: object, { input = {}, runId = 'run', at = now } = {}) {
  const nodes = [
    { id: 'start', type: 'manual' },
    { id: 'node', type, config },
  ]
  const graph = graphSchema.parse({ nodes, edges: [{ id: 'e', source: 'start', target: 'node' }] })
  const plan = loadPlan(compile(graph, nodeTypes), nodeRunners)
  const run = { orgId: 'org', runId, startedAt: at, input: input as JsonObject }
  const { steps } = advance(plan, plan.start, [], { run, now: at, random: () => 0 })
  return steps[1] ?? assert.fail('The node did not run.')
}

function refusals(type: string, config: object): string[] {
  const result = nodeTypes.get(type)?.config.safeParse(config)
  return result?.error?.issues.map(issue => issue.path.join('.')) ?? []
}

test('a split sends runs in the shares it says, and the same run the same way at any time', () => {
  const exits = [
    { id: 'a', weight: 1 },
    { id: 'none', weight: 0 },
    { id: 'b', label: 'The rest', weight: 3 },
  ]
  const counts: Record<string, number> = {}
  for (let index = 0; index < 2_000; index++) {
    const runId = `run ${index}`
    const { output } = runNode('random_split', { exits }, { runId })
    const later = runNode('random_split', { exits }, { runId, at: now + 86_400_000 })
    assert.deepEqual(later.output, output)
    const { exit } = output as { exit: string }
    counts[exit] = (counts[exit] ?? 0) + 1
  }
  assert.deepEqual(Object.keys(counts).sort(), ['a', 'b'])
  // The runs are always the same ones, so this is not by chance: a quarter with five standard deviations.
  assert.ok(Math.abs((counts.a ?? 0) - 500) < 97, String(counts.a))
  assert.equal(nodeTypes.get('random_split')?.summary({ exits }), 'a 25%, none 0%, The rest 75%')
})

test('a split has two exits at least, each of its own name, and something to share', () => {
  const exit = (id: string, weight = 1) => ({ id, weight })
  assert.deepEqual(refusals('random_split', { exits: [exit('a'), exit('b')] }), [])
  assert.deepEqual(refusals('random_split', { exits: [exit('a')] }), ['exits'])
  assert.deepEqual(refusals('random_split', { exits: [exit('a', 0), exit('b', 0)] }), ['exits'])
  assert.deepEqual(refusals('random_split', { exits: [exit('a'), exit('a')] }), ['exits.1.id'])
  assert.deepEqual(refusals('random_split', { exits: [exit('error'), exit('b')] }), ['exits.0.id'])
  assert.deepEqual(refusals('random_split', { exits: [exit('a', -1), exit('b')] }), ['exits.0.weight'])
})

test('format gives values of every type and keeps none of them for the run', () => {
  const values = [
    { name: 'greeting', value: 'Hello {{ lead.name }}' },
    { name: 'tags', value: '{{ lead.tags }}' },
    { name: 'none', value: '{{ lead.nothing }}' },
    { name: 'fixed', value: 5 },
  ]
  const { output } = runNode('format', { values }, { input: { lead: { name: 'Ada', tags: ['a'] } } })
  assert.deepEqual(output, { greeting: 'Hello Ada', tags: ['a'], none: null, fixed: 5 })
  assert.deepEqual(refusals('format', { values: [] }), ['values'])
})

test('date math goes by the calendar of the place', () => {
  const iso = (config: object, input = {}) =>
    (runNode('date_math', config, { input }).output as { iso?: string } | null)?.iso
  const paris = { timeZone: 'Europe/Paris' }
  assert.equal(iso({}), '2026-03-01T12:00:00.000Z')
  assert.equal(iso({ date: '2026-01-31', amount: 1, unit: 'months' }), '2026-02-28T00:00:00.000Z')
  assert.equal(iso({ date: '2028-02-29', amount: 1, unit: 'years' }), '2029-02-28T00:00:00.000Z')
  // The clock jumps on 29 March 2026 in Paris: a day later is 23 hours later, 24 hours later is another time.
  const eve = { ...paris, date: '2026-03-28T12:00' }
  assert.equal(iso({ ...eve, amount: 1, unit: 'days' }), '2026-03-29T10:00:00.000Z')
  assert.equal(iso({ ...eve, amount: 24, unit: 'hours' }), '2026-03-29T11:00:00.000Z')
  assert.equal(iso({ ...eve, amount: 2, unit: 'weeks', direction: 'subtract' }), '2026-03-14T11:00:00.000Z')
  const asked = { date: '{{ due }}', amount: '{{ days }}' }
  assert.equal(iso(asked, { due: '2026-05-01T00:00:00+02:00', days: ' 3 ' }), '2026-05-03T22:00:00.000Z')
  assert.equal(iso(asked, { due: Date.UTC(2026, 4, 1), days: -1 }), '2026-04-30T00:00:00.000Z')
})

test('date math gives the parts that the calendar of the place shows', () => {
  const config = { date: '2026-12-31T23:30:15Z', timeZone: 'Asia/Tokyo' }
  assert.deepEqual(runNode('date_math', config).output, {
    iso: '2026-12-31T23:30:15.000Z',
    local: '2027-01-01T08:30:15+09:00',
    date: '2027-01-01',
    time: '08:30',
    year: 2027,
    month: 1,
    day: 1,
    hour: 8,
    minute: 30,
    second: 15,
    weekday: 5,
    week: 53,
    timeZone: 'Asia/Tokyo',
  })
})

test('date math refuses what is no date, no whole number or no year of four digits', () => {
  const codeOf = (config: object, input: JsonObject) => runNode('date_math', config, { input }).error?.code
  const asked = { date: '{{ a }}', amount: '{{ b }}' }
  const wrong: [JsonObject, string][] = [
    [{ a: 'soon', b: 1 }, 'date.invalid_date'],
    [{ a: '2026-02-30', b: 1 }, 'date.invalid_date'],
    [{ a: [], b: 1 }, 'date.invalid_date'],
    [{ a: 1e300, b: 1 }, 'date.invalid_date'],
    [{ a: '2026-02-01', b: 1.5 }, 'date.invalid_amount'],
    [{ a: '2026-02-01', b: '1e3' }, 'date.invalid_amount'],
    [{ a: '2026-02-01', b: 1_000_001 }, 'date.invalid_amount'],
    [{ b: 1 }, 'template.missing_value'],
  ]
  for (const [input, code] of wrong) assert.equal(codeOf(asked, input), code, JSON.stringify(input))
  assert.equal(codeOf({ ...asked, unit: 'years' }, { a: '2026-02-01', b: 9_000 }), 'date.out_of_range')
  assert.equal(codeOf({ ...asked, unit: 'years' }, { a: '2026-02-01', b: 1_000_000 }), 'date.out_of_range')
  assert.deepEqual(refusals('date_math', { timeZone: 'Mars/Olympus' }), ['timeZone'])
})
