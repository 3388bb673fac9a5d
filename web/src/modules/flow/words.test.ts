import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Condition, graphSchema } from '#modules/flow/contract.ts'
import { conditionWords, valueWords } from './condition-words.ts'
import { templatePieces } from './template-pieces.ts'
import { counted, listed, sentenceCase } from './words.ts'
import { isSameGraph } from './workflow/same-graph.ts'

test('technical names become sentence case', () => {
  assert.equal(sentenceCase('bodyType'), 'Body type')
  assert.equal(sentenceCase('form_submitted'), 'Form submitted')
  assert.equal(sentenceCase('to'), 'To')
  assert.equal(sentenceCase(''), '')
})

test('lists and counts are said as people say them', () => {
  assert.equal(listed([]), '')
  assert.equal(listed(['a']), 'a')
  assert.equal(listed(['a', 'b', 'c']), 'a, b and c')
  assert.equal(counted(1, 'step'), '1 step')
  assert.equal(counted(0, 'step'), '0 steps')
})

test('a value is named without the path that leads to it', () => {
  assert.equal(valueWords('lead.fields.team_size'), 'team size')
  assert.equal(valueWords('lead.email'), 'lead email')
  assert.equal(valueWords('vars.limit'), 'limit')
  assert.equal(
    valueWords('nodes.call.body.total', new Map([['call', 'Call the CRM']])),
    'body total of Call the CRM',
  )
  assert.equal(valueWords('nodes.gone.status'), 'status of gone')
})

test('a condition reads as a sentence, its groups in brackets', () => {
  const budget = { field: 'lead.fields.budget', operator: 'greater_or_equal', value: 500 } as const
  const country: Condition = { field: 'country', operator: 'in', value: ['France', 'Spain'] }
  const phone = { field: 'lead.phone', operator: 'is_empty' } as const
  assert.equal(conditionWords(budget), 'budget is at least 500')
  assert.equal(
    conditionWords({ all: [budget, { any: [country, phone] }] }),
    'budget is at least 500 and (country is one of “France” or “Spain” or lead phone is empty)',
  )
  assert.equal(conditionWords({ field: 'a', operator: 'equals', value: null }), 'a is nothing')
  assert.equal(conditionWords({ not: budget }), 'not budget is at least 500')
  assert.equal(conditionWords({ not: { all: [budget] } }), 'not (budget is at least 500)')
  assert.equal(conditionWords({ field: 'a', operator: 'between', value: [1, 2] }), 'a is between 1 and 2')
  assert.equal(conditionWords({ field: 'a', operator: 'equals', value: true }), 'a is yes')
  assert.equal(conditionWords({ field: 'a', operator: 'equals', value: '' }), 'a is an empty text')
})

test('placeholders are found, also with closing braces inside a quoted text', () => {
  assert.deepEqual(templatePieces('Dear {{ lead.name | default: "}} you" }}, hello'), [
    { kind: 'text', text: 'Dear ' },
    { kind: 'placeholder', text: '{{ lead.name | default: "}} you" }}' },
    { kind: 'text', text: ', hello' },
  ])
  assert.deepEqual(templatePieces(''), [])
})

test('pieces joined give the text again, whatever is broken in it', () => {
  for (const text of ['{{', '}}', '{{ a', '{{ "a }}', 'a{{b}}c{{d}}', '{{{{a}}}}', '{{ \'a" }} b {{c}}']) {
    assert.equal(
      templatePieces(text)
        .map(piece => piece.text)
        .join(''),
      text,
    )
  }
})

test('graphs are alike whatever the order of nodes, edges and keys, and differ by any setting', () => {
  const node = { id: 'a', type: 'manual', config: { x: 1, y: 2 } }
  const other = { id: 'b', type: 'notify', config: { title: 'Hello' } }
  const edge = { id: 'e', source: 'a', target: 'b' }
  const one = graphSchema.parse({ nodes: [node, other], edges: [edge] })
  const two = graphSchema.parse({
    nodes: [other, { ...node, config: { y: 2, x: 1 } }],
    edges: [{ ...edge, sourceHandle: 'out' }],
  })
  assert.equal(isSameGraph(one, two), true)
  const changed = graphSchema.parse({ nodes: [node, { ...other, config: { title: 'Bye' } }], edges: [edge] })
  assert.equal(isSameGraph(one, changed), false)
  const moved = graphSchema.parse({ nodes: [node, { ...other, position: { x: 9, y: 0 } }], edges: [edge] })
  assert.equal(isSameGraph(one, moved), false)
})
