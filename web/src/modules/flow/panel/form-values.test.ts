import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeTypes } from '#modules/flow/contract.ts'
import { freshId, moved, newEntry } from './entries.ts'
import { fieldsOf } from './fields.ts'
import { issuesOf, issueWithin } from './issues.ts'
import { suggestionsFor } from './suggestions.ts'
import { matching, previewOf } from './variables.ts'
import { switchedTo, wayOf } from './ways.ts'

function fieldsFor(name: string) {
  const type = nodeTypes.get(name)
  assert.ok(type)
  return fieldsOf(type)
}

function waysOf(name: string, setting: string) {
  const widget = fieldsFor(name).find(field => field.name === setting)?.widget
  assert.ok(widget?.as === 'ways')
  return widget.ways
}

test('which way a node is set up is told by what it holds', () => {
  const waits = waysOf('wait', '')
  assert.equal(wayOf(waits, { until: '{{ now }}' })?.id, 'until')
  assert.equal(wayOf(waits, { duration: { amount: 1, unit: 'days' } })?.id, 'duration')
  assert.equal(wayOf(waits, {}), undefined)
  const proofs = waysOf('webhook', 'verification')
  assert.equal(wayOf(proofs, { type: 'hmac', header: 'x' })?.id, 'hmac')
  assert.equal(wayOf(proofs, 'hmac'), undefined)
})

test('another way begins with what it needs and keeps what has the same name', () => {
  const proofs = waysOf('webhook', 'verification')
  const header = proofs.find(({ id }) => id === 'secret_header')
  assert.ok(header)
  assert.deepEqual(switchedTo(header, { type: 'hmac', header: 'x-mine', encoding: 'hex' }), {
    type: 'secret_header',
    header: 'x-mine',
  })
  const type = nodeTypes.get('wait')
  for (const way of waysOf('wait', '')) {
    if (way.id !== 'until') assert.ok(type?.config.safeParse(switchedTo(way, {})).success, way.id)
  }
})

test('new entries get an id nobody has and can be told apart', () => {
  const rules = [{ id: 'exit_1' }, { id: 'exit_3' }]
  assert.equal(freshId(rules), 'exit_4')
  assert.equal(freshId([{ id: 'exit_2' }]), 'exit_3')
  assert.equal(freshId([]), 'exit_1')
  const exits = fieldsFor('random_split').find(({ name }) => name === 'exits')?.widget
  assert.ok(exits?.as === 'list')
  assert.deepEqual(newEntry(exits.fields, [], exits.hasId), { id: 'exit_1', weight: 1 })
  assert.deepEqual(moved(['a', 'b', 'c'], 1, -1), ['b', 'a', 'c'])
  assert.deepEqual(moved(['a', 'b'], 1, 1), ['a', 'b'])
})

test('what is wrong is filed under its setting, and what is only missing is told apart', () => {
  const node = (config: Record<string, unknown>) => ({
    id: 'n',
    type: 'send_email',
    config,
    position: { x: 0, y: 0 },
  })
  const issues = issuesOf(node({ to: '{{ lead.email', subject: 'Hello' }), [])
  assert.equal(issues.get('to')?.isGap, false)
  assert.match(issues.get('to')?.message ?? '', /never closed/)
  assert.equal(issues.get('subject'), undefined)
  const whole = issuesOf(node({ to: 'a', subject: '', text: 'x' }), [])
  assert.deepEqual([whole.get('subject')?.isGap, whole.get('to')], [true, undefined])
  const elsewhere = issuesOf(node({ to: 'a', subject: 'b', text: 'c' }), [
    {
      severity: 'warning',
      code: 'unknown_reference',
      message: 'No step x.',
      path: ['nodes', 0, 'config', 'text'],
    },
    { severity: 'error', code: 'unreachable_node', message: 'Nothing leads here.', path: ['nodes', 0] },
  ])
  assert.deepEqual([...elsewhere.keys()], ['text'])
  assert.equal(issueWithin(issues, ['to'])?.isGap, false)
})

test('limits of numbers are said in words', () => {
  const node = { id: 'n', type: 'repeat', config: { maxRounds: 5_000 }, position: { x: 0, y: 0 } }
  assert.equal(issuesOf(node, []).get('maxRounds')?.message, 'At most 1000.')
  const long = { id: 'n', type: 'notify', config: { title: 'x'.repeat(501) }, position: { x: 0, y: 0 } }
  assert.equal(issuesOf(long, []).get('title')?.message, 'At most 500 characters.')
})

const variables = [
  {
    path: 'lead.email',
    title: 'E-mail',
    group: 'Lead',
    nodeId: null,
    type: 'text',
    sample: 'a@b.example',
    origin: 'made_up',
  },
  {
    path: 'lead.fields.budget',
    title: 'Budget',
    group: 'Lead',
    nodeId: null,
    type: 'number',
    sample: 5,
    origin: 'made_up',
  },
  {
    path: 'nodes.call.status',
    title: 'Status',
    group: 'Call',
    nodeId: 'call',
    type: 'number',
    sample: 200,
    origin: 'run',
  },
] as const

test('values are found by their path and their title, the closest first', () => {
  const paths = (query: string) => matching(variables, query).map(({ path }) => path)
  assert.deepEqual(paths('budg'), ['lead.fields.budget'])
  assert.deepEqual(paths('lead.'), ['lead.email', 'lead.fields.budget'])
  assert.deepEqual(paths('call status'), ['nodes.call.status'])
  assert.deepEqual(paths('zzz'), [])
  assert.equal(paths('').length, 3)
})

test('suggestions are values in braces and filters behind a bar, and nothing anywhere else', () => {
  const listed = (text: string, query: string, of: 'value' | 'filter' = 'value') =>
    suggestionsFor({ of, start: 0, caret: text.length, query }, variables).map(({ path }) => path)
  assert.deepEqual(listed('{{ budget', 'budget'), ['lead.fields.budget'])
  assert.ok(listed('{{ a | upp', 'upp', 'filter').includes('upper'))
  assert.deepEqual(suggestionsFor(null, variables), [])
})

test('a preview fills in samples, says what does not fit, and waits while something is being written', () => {
  const scope = { lead: { name: 'Ada', fields: { budget: 5 } } }
  assert.deepEqual(previewOf('Hello {{ lead.name | upper }}', scope), { text: 'Hello ADA' })
  assert.deepEqual(previewOf('{{ lead.nothing }}', scope), { text: '' })
  assert.match(previewOf('{{ lead.name | date }}', scope)?.problem ?? '', /date/)
  assert.equal(previewOf('Hello', scope), undefined)
  assert.equal(previewOf('Hello {{ lead.na', scope), undefined)
})
