import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { advance } from '../advance.ts'
import { graphSchema } from '../graph.ts'
import { loadPlan } from '../loaded-plan.ts'
import { compile } from '../plan.ts'
import type { SliceResult } from '../run-state.ts'
import { nodeTypes } from './catalogue.ts'
import { nodeRunners } from './runners.ts'

const now = Date.UTC(2026, 2, 1)

/** Runs one node behind a trigger over the input and gives the slice. */
function runNode(type: string, config: object, input: JsonObject = {}): SliceResult {
  const graph = {
    nodes: [
      { id: 'start', type: 'manual' },
      { id: 'node', type, config },
    ],
    edges: [{ id: 'e', source: 'start', target: 'node' }],
  }
  const plan = loadPlan(compile(graphSchema.parse(graph), nodeTypes), nodeRunners)
  const run = { orgId: 'org', runId: 'run', startedAt: now, input }
  return advance(plan, plan.start, [], { run, now, random: () => 0 })
}

function refused(type: string, config: object): boolean {
  return nodeTypes.get(type)?.config.safeParse(config).success === false
}

test('an e-mail goes to exactly one plain address, whatever a lead writes', () => {
  const send = (to: string) =>
    runNode('send_email', { to: '{{lead.email}}', subject: 's', text: 't' }, { lead: { email: to } })
  for (const good of ['ada@example.com', ' Ada.L+tag@mail.example.co.uk ', "o'neil@example.com"]) {
    assert.deepEqual(
      send(good).effects.map(effect => effect.payload.to),
      [good.trim()],
      good,
    )
  }
  const bad = [
    'a@b.example, c@d.example',
    'a@b.example;c@d.example',
    'Ada <a@b.example>',
    '"a b"@c.example',
    'a@b.example\r\nBcc: c@d.example',
    'a@b@c.example',
    'a@b',
    // The mail module sends to plain ASCII addresses only.
    'é@exämple.fr',
    '@b.example',
    'a@.example',
    'a@b..example',
    'a@-b.example',
    'a b@c.example',
    'a@b.example\u0000',
    'a@[127.0.0.1]',
    '',
    `${'x'.repeat(65)}@b.example`,
  ]
  for (const address of bad) {
    const result = send(address)
    assert.deepEqual(
      [result.outcome, result.error?.code, result.effects],
      ['failed', 'mail.invalid_recipient', []],
      JSON.stringify(address),
    )
  }
})

test('a subject is one line and HTML values are escaped', () => {
  const config = { to: 'a@b.example', subject: 'Hi {{n}}', text: '{{n}}', html: '<p>{{n}}</p>' }
  const [effect] = runNode('send_email', config, { n: 'A<b>\r\nBcc: x@y.example\u2028' }).effects
  assert.equal(effect?.payload.subject, 'Hi A<b> Bcc: x@y.example')
  assert.equal(effect?.payload.html, '<p>A&lt;b&gt;\r\nBcc: x@y.example\u2028</p>')
})

test('an e-mail may leave gaps only when that was chosen, and never in the address', () => {
  const config = { to: '{{to}}', subject: 's', text: 'Hi {{n}}' }
  assert.equal(runNode('send_email', config, { to: 'a@b.example' }).error?.code, 'template.missing_value')
  const gaps = runNode('send_email', { ...config, missing: 'empty' }, { to: 'a@b.example' })
  assert.equal(gaps.effects[0]?.payload.text, 'Hi ')
  assert.equal(
    runNode('send_email', { ...config, missing: 'empty' }, {}).error?.code,
    'template.missing_value',
  )
})

test('a request is filled in without letting a value change its address, headers or body', () => {
  const config = {
    method: 'POST',
    url: 'https://api.example/people/{{id}}?q={{q}}',
    headers: [{ name: 'X-Name', value: '{{name}}' }],
    body: '{"name":"{{name}}","age":{{age}},"none":{{nothing}}}',
  }
  const [call] = runNode('http_request', config, {
    id: '../admin',
    q: 'a&b=c',
    name: 'A "B" \\',
    age: 36,
  }).remote
  assert.deepEqual(call?.request, {
    method: 'POST',
    url: 'https://api.example/people/..%2Fadmin?q=a%26b%3Dc',
    headers: [
      ['content-type', 'application/json'],
      ['X-Name', 'A "B" \\'],
    ],
    body: '{"name":"A \\"B\\" \\\\","age":36,"none":null}',
  })
})

test('a request that cannot be right is not made', () => {
  const codes: [object, JsonObject, string][] = [
    [{ url: '{{u}}' }, { u: 'ftp://a.example' }, 'http.invalid_url'],
    [{ url: '{{u}}' }, { u: 'javascript:alert(1)' }, 'http.invalid_url'],
    [{ url: '{{u}}' }, { u: 'a.example' }, 'http.invalid_url'],
    [{ url: 'https://{{u}}/' }, { u: 'evil.example/@a' }, 'template.bad_value'],
    [{ url: 'https://{{u}}/' }, { u: 'a@evil' }, 'template.bad_value'],
    [
      { url: 'https://a.example', headers: [{ name: 'X-A', value: '{{h}}' }] },
      { h: 'a\r\nX-Evil: 1' },
      'http.invalid_header',
    ],
    [
      { url: 'https://a.example', headers: [{ name: 'X-A', value: '{{h}}' }] },
      { h: 'snow ☃' },
      'http.invalid_header',
    ],
    [{ url: 'https://a.example', method: 'POST', body: '{"a": {{ a }' }, {}, 'syntax'],
    [{ url: 'https://a.example', method: 'POST', body: '{"a": ' }, {}, 'http.invalid_body'],
  ]
  for (const [config, input, code] of codes) {
    if (code === 'syntax') assert.throws(() => runNode('http_request', config, input))
    else assert.equal(runNode('http_request', config, input).error?.code, code, JSON.stringify(config))
  }
  for (const name of ['Host', 'content-length', 'Idempotency-Key', 'Transfer-Encoding', 'a b', 'a:b', '']) {
    assert.ok(refused('http_request', { url: 'https://a.example', headers: [{ name, value: 'x' }] }), name)
  }
})

test('a body is only sent with methods that have one, and keeps a content type that was given', () => {
  const request = (config: object) =>
    runNode('http_request', { url: 'https://a.example', body: '1', ...config }).remote[0]
      ?.request as JsonObject
  assert.deepEqual([request({}).body, request({}).headers], [null, []])
  assert.deepEqual(request({ method: 'PUT', bodyType: 'text' }).headers, [
    ['content-type', 'text/plain; charset=utf-8'],
  ])
  const own = { method: 'PUT', headers: [{ name: 'Content-Type', value: 'application/xml' }] }
  assert.deepEqual(request(own).headers, [['Content-Type', 'application/xml']])
})

test('a notification is proposed with the roles it is for', () => {
  const [effect] = runNode(
    'notify',
    { title: 'New: {{lead.name}}', body: '{{lead.nothing}}' },
    { lead: { name: 'Ada' } },
  ).effects
  assert.deepEqual(
    [effect?.kind, effect?.payload],
    ['notify', { roles: ['owner'], title: 'New: Ada', body: '' }],
  )
})

test('set fields keeps types, and a condition shows the values that decided it', () => {
  const fields = [
    { name: 'n', value: '{{ n }}' },
    { name: 'l', value: '{{ l }}' },
    { name: 't', value: 'n is {{ n }}' },
    { name: 'x', value: '{{ no }}' },
    { name: 'f', value: 5 },
  ]
  assert.deepEqual(runNode('set_fields', { fields }, { n: 7, l: [1] }).state.vars, {
    n: 7,
    l: [1],
    t: 'n is 7',
    x: null,
    f: 5,
  })
  const condition = {
    any: [
      { field: 'a', operator: 'equals', value: '{{ b }}' },
      { field: 'l', operator: 'is_empty' },
      { field: 'no', operator: 'is_empty' },
    ],
  }
  const result = runNode('condition', { condition }, { a: 'x'.repeat(300), b: 2, l: [1] })
  assert.deepEqual(result.steps[1]?.input, { a: 'x'.repeat(200), b: 2, no: null })
  assert.deepEqual(result.steps[1]?.output, { result: true })
})

test('a wait is as long as it says, a year at most', () => {
  const until = (amount: number, unit: string) =>
    (runNode('wait', { duration: { amount, unit } }).timers[0]?.fireAt ?? 0) - now
  assert.deepEqual(
    [until(1.5, 'seconds'), until(2, 'weeks'), until(366, 'days')],
    [1_500, 1_209_600_000, 31_622_400_000],
  )
  for (const amount of [0, -1, 367, Number.POSITIVE_INFINITY, Number.NaN])
    assert.ok(refused('wait', { duration: { amount, unit: 'days' } }))
})

test('every node is summed up in one short line', () => {
  const summaries: [string, object, string][] = [
    ['wait', { duration: { amount: 1, unit: 'days' } }, 'Wait 1 day'],
    [
      'condition',
      {
        condition: {
          all: [
            { field: 'budget', operator: '>=', value: 5000 },
            { field: 'tag', operator: 'in', value: ['a', 'b'] },
          ],
        },
      },
      'budget greater or equal 5000 and tag in a, b',
    ],
    [
      'set_fields',
      {
        fields: [
          { name: 'a', value: 1 },
          { name: 'b', value: 1 },
        ],
      },
      'Set a, b',
    ],
    [
      'send_email',
      { to: 'a@b.example', subject: `x${' y'.repeat(99)}`, text: 't' },
      'To a@b.example: x y y y y y y y y y y y y y y y y y y y y y…',
    ],
    ['http_request', { url: 'https://a.example' }, 'GET https://a.example'],
    ['notify', { title: 'Line\none' }, 'Tell owners: Line one'],
  ]
  for (const [name, config, expected] of summaries) {
    const type = nodeTypes.get(name)
    assert.ok(type)
    const summary = type.summary(type.config.parse(config))
    assert.equal(summary, expected)
    assert.ok(summary.length <= 60)
  }
})

test('no input makes a node throw: it completes, waits, calls or fails its step', () => {
  const configs: [string, object][] = [
    [
      'set_fields',
      {
        fields: [
          { name: 'a', value: '{{a}} {{ b | upper }}' },
          { name: 'c', value: '{{ a | number: 2 }}' },
        ],
      },
    ],
    [
      'condition',
      {
        condition: {
          any: [
            { field: 'a.b', operator: '>', value: '{{b}}' },
            { field: 'b', operator: 'contains', value: 'x' },
          ],
        },
      },
    ],
    [
      'send_email',
      { to: '{{a}}', subject: '{{b}}', text: '{{ a | truncate: 5 }}', html: '{{b}}', missing: 'empty' },
    ],
    [
      'http_request',
      {
        method: 'POST',
        url: '{{a}}',
        headers: [{ name: 'X-A', value: '{{b}}' }],
        body: '{"a":{{a}},"b":"{{b}}"}',
      },
    ],
    ['notify', { title: '{{ a | date }}', body: '{{b}}' }],
  ]
  fc.assert(
    fc.property(fc.constantFrom(...configs), fc.jsonValue(), fc.jsonValue(), ([type, config], a, b) => {
      const result = runNode(type, config, { a, b } as JsonObject)
      assert.ok(['completed', 'waiting', 'failed'].includes(result.outcome))
      if (result.error) assert.match(result.error.code, /^(template|mail|http)\./)
    }),
    { numRuns: 500 },
  )
})
