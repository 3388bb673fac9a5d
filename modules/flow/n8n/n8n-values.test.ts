import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowOf, type Step, tried } from './n8n-factories.ts'

const start: Step = ['Start', 'manualTrigger', 1]
const hook: Step = ['Webhook', 'webhook', 2, { httpMethod: 'POST', path: 'x' }]

const assigned = (...fields: [name: string, type: string, value: unknown][]) => ({
  assignments: {
    assignments: fields.map(([name, type, value], index) => ({ id: `a${index}`, name, type, value })),
  },
  options: {},
})

test('Set of every version gives its fields with their types, and what came in beside them or not', async () => {
  const file = rowOf(
    start,
    [
      'Oldest',
      'set',
      1,
      {
        values: {
          string: [{ name: 'first name', value: 'Ada' }],
          number: [{ name: 'age', value: 36 }],
          boolean: [{ name: 'ok', value: true }],
        },
        options: {},
      },
    ],
    [
      'Only',
      'set',
      2,
      { keepOnlySet: true, values: { string: [{ name: 'name', value: '={{$json["first name"]}} L.' }] } },
    ],
    [
      'Third',
      'set',
      3.2,
      {
        fields: {
          values: [
            { name: 'next', type: 'numberValue', numberValue: '={{ $("Oldest").item.json.age + 1 }}' },
            { name: 'list', type: 'arrayValue', arrayValue: '[1, 2]' },
          ],
        },
        include: 'all',
      },
    ],
    [
      'Newest',
      'set',
      3.4,
      {
        ...assigned(
          ['a.b', 'string', '={{ $json.name }}'],
          ['count', 'number', '7'],
          ['flag', 'boolean', 'true'],
          ['list', 'array', '={{ $json.list }}'],
          ['braces', 'string', 'a {{ b'],
        ),
        includeOtherFields: false,
      },
    ],
    [
      'Read',
      'set',
      3.4,
      assigned(['whole', 'string', '=<{{ $json.a.b }}|{{ $json.count }}|{{ $node["Only"].json["name"] }}>']),
    ],
  )
  const { outputs } = await tried(file)
  assert.deepEqual(outputs('oldest'), [{ first_name: 'Ada', age: 36, ok: true }])
  assert.deepEqual(outputs('only'), [{ name: 'Ada L.' }])
  assert.deepEqual(outputs('third'), [{ next: 37, list: [1, 2] }])
  assert.deepEqual(outputs('newest'), [
    { a_b: 'Ada L.', count: 7, flag: true, list: [1, 2], braces: 'a {{ b' },
  ])
  assert.deepEqual(outputs('read'), [{ whole: '<Ada L.|7|Ada L.>' }])
})

test('Set reads what goes on beside its own fields, through steps that change nothing', async () => {
  const file = rowOf(
    hook,
    ['Add', 'set', 3.4, { ...assigned(['score', 'number', 5]), includeOtherFields: true }],
    ['Nothing', 'noOp', 1],
    ['Read', 'set', 3.4, assigned(['all', 'string', '={{ $json.body.email }}/{{ $json.score }}'])],
  )
  const { outputs, told } = await tried(file, {
    input: { webhook: { headers: {}, query: {}, body: { email: 'a@b.example' } } },
  })
  assert.deepEqual(outputs('read'), [{ all: 'a@b.example/5' }])
  assert.equal(told('Add').status, 'mapped')
})

test('Set with a whole object as JSON gives the fields that are written in it', async () => {
  const json =
    '={\n  "name": "{{ $json.body.name }}",\n  "age": {{ $json.body.age }},\n  "both": "{{ $json.body.name }} is {{ $json.body.age }}",\n  "fixed": "x"\n}'
  const file = rowOf(
    hook,
    ['Raw', 'set', 3.4, { mode: 'raw', jsonOutput: json, options: {} }],
    ['Plain', 'set', 3.4, { mode: 'raw', jsonOutput: '{ "a": 1, "b": { "c": [2] } }', options: {} }],
  )
  const { outputs } = await tried(file, { input: { webhook: { body: { name: 'Ada', age: 36 } } } })
  assert.deepEqual(outputs('raw'), [{ name: 'Ada', age: 36, both: 'Ada is 36', fixed: 'x' }])
  assert.deepEqual(outputs('plain'), [{ a: 1, b: { c: [2] } }])
})

const expressions: readonly (readonly [string, unknown])[] = [
  ['{{ $json.body.name.toUpperCase() }}', 'ADA LOVELACE'],
  ['{{ $json.body.name.split(" ")[1] }}', 'Lovelace'],
  ['{{ $json.body.tags.join("+") }}', 'a+b'],
  ['{{ $json.body.tags.length }}', 2],
  ['{{ $json.body.tags[0] }}', 'a'],
  ['{{ $json.body.people.map(p => p.name).join(", ") }}', 'Bo, Cy'],
  ['{{ $json.body.age * 2 }}', 72],
  ['{{ $json.body.age + 1 }}', 37],
  ['{{ "Dear " + $json.body.name }}', 'Dear Ada Lovelace'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: It is an expression of n8n.
  ['{{ `${$json.body.name}!` }}', 'Ada Lovelace!'],
  ['{{ $json.body.nothing || "none" }}', 'none'],
  ['{{ $json.body.nothing ?? $json.body.age }}', 36],
  ['{{ $json.body.name ? "yes" : "no" }}', 'yes'],
  ['{{ JSON.stringify($json.body.tags) }}', '["a","b"]'],
  ['{{ $json.body.name.replace(/ /g, "-") }}', 'Ada-Lovelace'],
  ['{{ $json.body["name"].slice(0, 3) }}', 'Ada'],
  ['{{ Math.round($json.body.price) }}', 13],
  ['{{ parseInt($json.body.text) }}', 12],
  ['{{ $json.body?.address?.city }}', 'Paris'],
  ['{{ $now.toISO() }}', '2026-03-01T12:00:00.000Z'],
  ['{{ $now.minus({ days: 1 }).toFormat("yyyy-MM-dd") }}', '2026-02-28'],
  ['{{ $today.plus(2, "weeks").format("dd.LL.yyyy") }}', '15.03.2026'],
  ['{{ new Date().toISOString() }}', '2026-03-01T12:00:00.000Z'],
  ['{{ $now.year }}', 2026],
  ['{{ $workflow.name }}', 'A workflow'],
  ['{{ $node["Webhook"].json.body.age }}', 36],
  ['{{ $node.Webhook.json["body"]["age"] }}', 36],
  ['{{ $("Webhook").first().json.body.age }}', 36],
  ['{{ $items("Webhook")[0].json.body.age }}', 36],
  ['{{ $input.first().json.body.age }}', 36],
  ['{{ $item("0").$node["Webhook"].json["body"]["age"] }}', 36],
  ['{{ $json.body.name.includes("Love") }}', true],
  ['{{ encodeURIComponent($json.body.name) }}', 'Ada%20Lovelace'],
]

test('expressions of n8n give what they gave', async () => {
  const body = {
    name: 'Ada Lovelace',
    age: 36,
    price: 12.5,
    text: '12.9',
    tags: ['a', 'b'],
    people: [{ name: 'Bo' }, { name: 'Cy' }],
    address: { city: 'Paris' },
  }
  for (const [expression, expected] of expressions) {
    const file = rowOf(hook, ['Read', 'set', 3.4, assigned(['value', 'string', `=${expression}`])])
    const { outputs } = await tried(file, { input: { webhook: { body } } })
    assert.deepEqual(outputs('read'), [{ value: expected }], expression)
  }
})

const scripts: readonly (readonly [string, unknown])[] = [
  ['{{ $json.body.age > 30 ? "old" : "young" }}', 'old'],
  ['{{ $json.body.name.match(/L\\w+/)[0] }}', 'Lovelace'],
  ['{{ $json.body.people.filter(p => p.name !== "Bo").length }}', 1],
  ['{{ Object.keys($json.body).length }}', 3],
  ['{{ $("Webhook").item.json.body.people.reduce((all, p) => all + p.name, "") }}', 'BoCy'],
  ['{{ JSON.stringify({ ...$json.body, age: 1 }).length > 5 }}', true],
]

test('expressions that are more than templates can say are worked out by code before the step', async () => {
  const body = { name: 'Ada Lovelace', age: 36, people: [{ name: 'Bo' }, { name: 'Cy' }] }
  for (const [expression, expected] of scripts) {
    const file = rowOf(hook, ['Read', 'set', 3.4, assigned(['value', 'string', `=${expression}`])])
    const { outputs, told, imported } = await tried(file, { input: { webhook: { body } } })
    assert.deepEqual(outputs('read'), [{ value: expected }], expression)
    assert.equal(told('Read').status, expression.startsWith('{{ Object.keys') ? 'mapped' : 'changed')
    if (told('Read').status === 'changed') assert.deepEqual(imported.report.added.nodes, ['read-code'])
  }
})

test('Date & Time of both versions moves and writes dates', async () => {
  const file = rowOf(
    hook,
    [
      'Old',
      'dateTime',
      1,
      { value: '={{ $json.body.at }}', dataPropertyName: 'day', toFormat: 'DD/MM/YYYY' },
    ],
    [
      'Later',
      'dateTime',
      1,
      {
        action: 'calculate',
        value: '={{ $json.body.at }}',
        duration: 2,
        timeUnit: 'days',
        dataPropertyName: 'later',
      },
    ],
    ['Now', 'dateTime', 2, {}],
    [
      'Less',
      'dateTime',
      2,
      {
        operation: 'subtractFromDate',
        magnitude: '={{ $json.currentDate }}',
        duration: 3,
        timeUnit: 'hours',
      },
    ],
    [
      'Written',
      'dateTime',
      2,
      {
        operation: 'formatDate',
        date: '={{ $json.newDate }}',
        format: 'custom',
        customFormat: 'yyyy-MM-dd HH:mm',
      },
    ],
    [
      'Between',
      'dateTime',
      2,
      {
        operation: 'getTimeBetweenDates',
        startDate: '={{ $json.body.at }}',
        endDate: '={{ $json.currentDate }}',
      },
    ],
    [
      'Read',
      'set',
      3.4,
      assigned([
        'all',
        'string',
        '={{ $json.day }} {{ $json.later }} {{ $json.formattedDate }} {{ $json.timeDifference.days }}',
      ]),
    ],
  )
  const { outputs } = await tried(file, { input: { webhook: { body: { at: '2026-02-27' } } } })
  assert.deepEqual(outputs('read'), [{ all: '27/02/2026 2026-03-01 2026-03-01 09:00 2' }])
})

test('HTML is put together', async () => {
  const file = rowOf(
    hook,
    ['Page', 'html', 1.2, { html: '<h1>{{ $json.body.title }}</h1>' }],
    ['Page too', 'html', 1.2, { html: '=<h1>{{ $json.body.title }}</h1>' }],
  )
  const { outputs } = await tried(file, { input: { webhook: { body: { title: 'Hi' } } } })
  assert.deepEqual(outputs('page'), [{ html: '<h1>Hi</h1>' }])
  assert.deepEqual(outputs('page_too'), [{ html: '<h1>Hi</h1>' }])
})
