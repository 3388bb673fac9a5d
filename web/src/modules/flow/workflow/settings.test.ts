import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphSchema, nodeTypes, validateGraph } from '#modules/flow/contract.ts'
import { sampleWorkflow } from './sample-workflow.ts'
import { patienceOf, settingsOf } from './settings.ts'

function nodeOf(type: string, config: Record<string, unknown>, more = {}) {
  const [node] = graphSchema.parse({ nodes: [{ id: 'n', type, config, ...more }], edges: [] }).nodes
  assert.ok(node)
  return node
}

const settings = (type: string, config: Record<string, unknown>) =>
  Object.fromEntries(settingsOf(nodeOf(type, config)).map(setting => [setting.id, setting]))

test('every setting of every kind of node has a label, whatever is stored', () => {
  for (const type of nodeTypes.keys()) {
    for (const config of [{}, { to: 5, fields: [null], roles: 'x', condition: null, duration: 3 }]) {
      for (const setting of settingsOf(nodeOf(type, config))) assert.ok(setting.label, setting.id)
    }
  }
})

test('an e-mail shows its texts as templates, its choice in words, what is not set as not set', () => {
  const shown = settings('send_email', { to: '{{ lead.email }}', subject: 'Hello', text: 'Hi' })
  assert.deepEqual(shown.to?.value, { as: 'template', text: '{{ lead.email }}' })
  assert.match(shown.to?.about ?? '', /One address/)
  assert.deepEqual(shown.missing?.value, { as: 'words', words: 'Stop the e-mail' })
  assert.deepEqual(shown.html?.value, { as: 'none' })
})

test('times, lists, names with values and conditions are said in their own way', () => {
  assert.deepEqual(settings('wait', { duration: { amount: 1, unit: 'days' } }).duration?.value, {
    as: 'words',
    words: '1 day',
  })
  const offset = { amount: 1, unit: 'days', direction: 'before' }
  const until = settings('wait', { until: '{{ lead.meeting_at }}', offset })
  assert.deepEqual(until.until?.value, { as: 'template', text: '{{ lead.meeting_at }}' })
  assert.deepEqual(until.offset?.value, { as: 'words', words: '1 day before' })
  assert.equal(until.duration, undefined)
  const hours = {
    timeZone: 'Europe/Paris',
    days: [1, 5],
    from: '09:00',
    to: '17:00',
    holidays: ['2026-12-25'],
  }
  assert.deepEqual(settings('wait', { businessHours: hours }).businessHours?.value, {
    as: 'words',
    words: 'Every Monday and Friday from 09:00 to 17:00, Europe/Paris. Closed on 2026-12-25',
  })
  assert.deepEqual(settings('notify', { title: 'x', roles: ['owner', 'admin'] }).roles?.value, {
    as: 'words',
    words: 'Owner and admin',
  })
  assert.deepEqual(settings('set_fields', { fields: [{ name: 'a', value: 5 }] }).fields?.value, {
    as: 'pairs',
    pairs: [{ name: 'a', value: '5' }],
  })
  const condition = { field: 'budget', operator: 'equals', value: 5 }
  assert.deepEqual(settings('condition', { condition }).condition?.value, { as: 'condition', condition })
  assert.deepEqual(settings('http_request', { url: 'https://example.com' }).method?.value, {
    as: 'words',
    words: 'GET',
  })
})

test('settings without a form of their own are still readable', () => {
  const condition = { field: 'budget', operator: 'greater_than', value: 5 }
  const rules = [
    { id: 'big', label: 'Big', condition },
    { id: 'small', condition: { not: condition } },
  ]
  assert.deepEqual(settings('switch', { rules }).rules?.value, {
    as: 'pairs',
    pairs: [
      { name: 'Big', value: 'budget is more than 5' },
      { name: 'small', value: 'not budget is more than 5' },
    ],
  })
  const cases = [{ id: 'fr', equals: 'France' }]
  assert.deepEqual(settings('switch', { mode: 'value', value: '{{ a }}', cases }).cases?.value, {
    as: 'pairs',
    pairs: [{ name: 'fr', value: 'France' }],
  })
  const rounds = settings('repeat', { condition: { not: condition } })
  assert.deepEqual(rounds.condition?.value, { as: 'condition', condition: { not: condition } })
  assert.deepEqual(settings('merge', { mode: 'any' }).mode?.value, { as: 'words', words: 'The first branch' })
  assert.deepEqual(settings('update_person', { addTags: ['a', 'b'] }).addTags?.value, {
    as: 'words',
    words: 'A and b',
  })
})

test('a node says how it tries again and how long it may take', () => {
  assert.equal(
    patienceOf(nodeOf('http_request', {})),
    'Tried up to 3 times, the first 2 s apart, then twice as long each time. Each attempt may take 30 s.',
  )
  const retry = { attempts: 2, backoffMs: 60_000, growth: 'fixed' }
  assert.equal(patienceOf(nodeOf('notify', {}, { retry })), 'Tried up to 2 times, 1 min apart.')
  assert.equal(patienceOf(nodeOf('notify', {})), undefined)
})

test('the sample can be published as it is', () => {
  assert.deepEqual(validateGraph(sampleWorkflow(), nodeTypes), [])
})
