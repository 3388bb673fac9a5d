import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileOf, rowOf, type Step, tried } from './n8n-factories.ts'

const hook: Step = ['Webhook', 'webhook', 2, { httpMethod: 'POST', path: 'x' }]
const body = (more: object) => ({ input: { webhook: { headers: {}, query: {}, body: more } } as never })
const mark = (name: string): Step => [name, 'set', 1, { values: { string: [{ name: 'way', value: name }] } }]

const since2 = (
  combinator: string,
  ...conditions: [left: unknown, type: string, operation: string, right?: unknown][]
) => ({
  conditions: {
    options: { caseSensitive: true, leftValue: '', typeValidation: 'strict' },
    combinator,
    conditions: conditions.map(([leftValue, type, operation, rightValue = '']) => ({
      leftValue,
      rightValue,
      operator: { type, operation },
    })),
  },
  options: {},
})

const decisions: readonly (readonly [number, object, object, boolean])[] = [
  [1, { conditions: { string: [{ value1: '={{$json["body"]["a"]}}', value2: 'x' }] } }, { a: 'x' }, true],
  [
    1,
    { conditions: { string: [{ value1: '={{$json.body.a}}', operation: 'notStartsWith', value2: 'ab' }] } },
    { a: 'abc' },
    false,
  ],
  [1, { conditions: { number: [{ value1: '={{$json.body.n}}', value2: 5 }] } }, { n: 4 }, true],
  [
    1,
    { conditions: { number: [{ value1: '={{$json.body.n}}', operation: 'largerEqual', value2: 5 }] } },
    { n: 4 },
    false,
  ],
  [1, { conditions: { boolean: [{ value1: '={{$json.body.b}}', value2: true }] } }, { b: true }, true],
  [
    1,
    {
      conditions: { boolean: [{ value1: '={{$json.body.n > 3 && $json.body.a === "x"}}', value2: true }] },
    },
    { n: 4, a: 'x' },
    true,
  ],
  [1, { conditions: { boolean: [{ value1: '={{!$json.body.a}}', value2: true }] } }, { a: '' }, true],
  [
    1,
    {
      combineOperation: 'any',
      conditions: {
        string: [{ value1: '={{$json.body.a}}', operation: 'isEmpty' }],
        number: [{ value1: '={{$json.body.n}}', operation: 'equal', value2: 4 }],
      },
    },
    { a: 'x', n: 4 },
    true,
  ],
  [
    2,
    since2(
      'and',
      ['={{ $json.body.a }}', 'string', 'equals', 'x'],
      ['={{ $json.body.n }}', 'number', 'gt', 3],
    ),
    { a: 'x', n: 3 },
    false,
  ],
  [
    2.2,
    since2(
      'or',
      ['={{ $json.body.a }}', 'string', 'endsWith', 'z'],
      ['={{ $json.body.n }}', 'number', 'lte', 3],
    ),
    { a: 'x', n: 3 },
    true,
  ],
  [2.2, since2('and', ['={{ $json.body.tags }}', 'array', 'lengthGt', 1]), { tags: ['a', 'b'] }, true],
  [2.2, since2('and', ['={{ $json.body.tags.length }}', 'number', 'equals', 2]), { tags: ['a', 'b'] }, true],
  [
    2.2,
    since2('and', ['={{ $json.body.a.toLowerCase() }}', 'string', 'contains', 'hello']),
    { a: 'Say HELLO' },
    true,
  ],
  [2.2, since2('and', ['={{ $json.body.b }}', 'boolean', 'true']), { b: false }, false],
  [2.2, since2('and', ['={{ $json.body.b === "y" }}', 'boolean', 'false']), { b: 'y' }, false],
  [
    2.2,
    since2('and', ['={{ $json.body.at }}', 'dateTime', 'after', '2026-01-01']),
    { at: '2026-02-01' },
    true,
  ],
  [
    2.2,
    since2('and', ['={{ $json.body.at }}', 'dateTime', 'before', '={{ $now }}']),
    { at: '2026-02-01' },
    true,
  ],
  [2.2, since2('and', ['={{ $json.body.a }}', 'string', 'exists']), {}, false],
  [2.2, since2('and', ['={{ $json.body.a }}', 'string', 'regex', '^x\\d+$']), { a: 'x12' }, true],
  [
    2.2,
    since2('and', ['={{ $json.body.a }}', 'string', 'equals', '={{ $json.body.b }}']),
    { a: 'x', b: 'x' },
    true,
  ],
]
test('IF of every version decides as it did', async () => {
  for (const [version, parameters, given, expected] of decisions) {
    const file = fileOf(
      [hook, ['If', 'if', version, parameters], mark('Yes'), mark('No')],
      ['Webhook>If', 'If>Yes', 'If:1>No'],
    )
    const { outputs } = await tried(file, body(given))
    assert.deepEqual(
      [outputs('yes').length, outputs('no').length],
      expected ? [1, 0] : [0, 1],
      JSON.stringify(parameters),
    )
  }
})

test('a filter lets through what it let through', async () => {
  const parameters = since2('and', ['={{ $json.body.n }}', 'number', 'gte', 3])
  const file = rowOf(hook, ['Filter', 'filter', 2.2, parameters], mark('After'))
  assert.equal((await tried(file, body({ n: 3 }))).outputs('after').length, 1)
  assert.equal((await tried(file, body({ n: 2 }))).outputs('after').length, 0)
})

test('Switch of every version takes the exits it took', async () => {
  const old = {
    dataType: 'string',
    value1: '={{ $json.body.a }}',
    rules: { rules: [{ value2: 'one' }, { value2: 'two', output: 1 }] },
    fallbackOutput: 3,
  }
  const rule = (value: string) => ({
    ...since2('and', ['={{ $json.body.a }}', 'string', 'equals', value]),
    renameOutput: true,
    outputKey: value,
  })
  const newer = { rules: { values: [rule('one'), rule('two')] }, options: { fallbackOutput: 'extra' } }
  const ways = ['One', 'Two', 'Three', 'Four'].map(mark)
  const drawn = ['Webhook>Switch', 'Switch:0>One', 'Switch:1>Two', 'Switch:2>Three', 'Switch:3>Four']
  const taken = async (version: number, parameters: object, a: unknown) => {
    const steps = [hook, ['Switch', 'switch', version, parameters] as Step, ...ways]
    const connections = version >= 3 && !('mode' in parameters) ? drawn.slice(0, 4) : drawn
    const file = fileOf(version >= 3 && !('mode' in parameters) ? steps.slice(0, 5) : steps, connections)
    if (version < 3) {
      // The third output of old switches leads nowhere when no rule is given one.
      const { outputs } = await tried(
        fileOf(
          [hook, steps[1] as Step, ...[ways[0], ways[1], ways[3]].map(one => one as Step)],
          ['Webhook>Switch', 'Switch:0>One', 'Switch:1>Two', 'Switch:3>Four'],
        ),
        body({ a }),
      )
      return ['one', 'two', 'four'].filter(id => outputs(id).length > 0)
    }
    const { outputs } = await tried(file, body({ a }))
    return ['one', 'two', 'three', 'four'].filter(id => outputs(id).length > 0)
  }
  assert.deepEqual(await taken(1, old, 'two'), ['two'])
  assert.deepEqual(await taken(1, old, 'else'), ['four'])
  assert.deepEqual(await taken(3.2, newer, 'one'), ['one'])
  assert.deepEqual(await taken(3, newer, 'else'), ['three'])
  assert.deepEqual(
    await taken(3, { mode: 'expression', numberOutputs: 4, output: '={{ $json.body.a }}' }, 2),
    ['three'],
  )
})

test('what fits no rule may leave by the exit of one of them', async () => {
  const old = {
    dataType: 'number',
    value1: '={{ $json.body.n }}',
    rules: {
      rules: [
        { operation: 'equal', value2: 1 },
        { operation: 'equal', value2: 2, output: 1 },
      ],
    },
    fallbackOutput: 1,
  }
  const file = fileOf(
    [hook, ['Switch', 'switch', 1, old], mark('One'), mark('Two')],
    ['Webhook>Switch', 'Switch>One', 'Switch:1>Two'],
  )
  for (const [n, way] of [
    [1, 'one'],
    [2, 'two'],
    [9, 'two'],
  ] as const)
    assert.equal((await tried(file, body({ n }))).outputs(way).length, 1)
})

test('Merge brings branches together, by place or by choice', async () => {
  const values = (name: string, field: string): Step => [
    name,
    'set',
    2,
    { keepOnlySet: true, values: { string: [{ name: field, value: name }] } },
  ]
  const read: Step = [
    'Read',
    'set',
    1,
    { values: { string: [{ name: 'all', value: '={{$json.a}}{{$json.b}}' }] }, keepOnlySet: true },
  ]
  const merged = async (version: number, parameters: object, reading = read) => {
    const file = fileOf(
      [hook, values('A', 'a'), values('B', 'b'), ['Merge', 'merge', version, parameters], reading],
      ['Webhook>A', 'Webhook>B', 'A>Merge', 'B>Merge:1', 'Merge>Read'],
    )
    return (await tried(file, body({}))).outputs('read')
  }
  assert.deepEqual(await merged(3, { mode: 'combine', combineBy: 'combineByPosition' }), [{ all: 'AB' }])
  assert.deepEqual(await merged(2.1, { mode: 'combine', combinationMode: 'mergeByPosition' }), [
    { all: 'AB' },
  ])
  assert.deepEqual(await merged(1, { mode: 'multiplex' }), [{ all: 'AB' }])
  const only: Step = [
    'Read',
    'set',
    1,
    { keepOnlySet: true, values: { string: [{ name: 'b', value: '={{$json.b}}' }] } },
  ]
  assert.deepEqual(await merged(2, { mode: 'chooseBranch', output: 'input2' }, only), [{ b: 'B' }])
  assert.deepEqual(await merged(3, { mode: 'append' }, only), [{ b: 'B' }])
})

test('Wait waits as long as it did', async () => {
  const ends = async (version: number, parameters: object, given: object = {}) => {
    const { run } = await tried(
      rowOf(hook, ['Wait', 'wait', version, parameters], mark('After')),
      body(given),
    )
    return run.timers.map(({ fireAt }) => new Date(fireAt).toISOString())
  }
  assert.deepEqual(await ends(1, {}), ['2026-03-01T13:00:00.000Z'])
  assert.deepEqual(await ends(1.1, {}), ['2026-03-01T12:00:05.000Z'])
  assert.deepEqual(await ends(1.1, { amount: 2, unit: 'days' }), ['2026-03-03T12:00:00.000Z'])
  assert.deepEqual(await ends(1.1, { amount: '={{ $json.body.n }}', unit: 'minutes' }, { n: 10 }), [
    '2026-03-01T12:10:00.000Z',
  ])
  assert.deepEqual(await ends(1, { resume: 'specificTime', dateTime: '2026-03-05T08:00:00Z' }), [
    '2026-03-05T08:00:00.000Z',
  ])
})

test('a step that stops fails the run with its words', async () => {
  const { run } = await tried(
    rowOf(hook, ['Stop', 'stopAndError', 1, { errorMessage: '=No {{ $json.body.a }}' }]),
    body({ a: 'way' }),
  )
  assert.equal(run.outcome, 'failed')
  assert.equal(run.steps.at(-1)?.error?.message, 'No way')
})

test('answers to a webhook are the result of the run', async () => {
  const respond = (parameters: object): object =>
    rowOf(
      ['Webhook', 'webhook', 2, { httpMethod: 'POST', path: 'x', responseMode: 'responseNode' }],
      ['Respond', 'respondToWebhook', 1.1, parameters],
    )
  const json = '={ "hello": "{{ $json.body.name }}" }'
  const { imported, outputs } = await tried(
    respond({ respondWith: 'text', responseBody: '=Hi {{ $json.body.name }}' }),
    body({ name: 'Ada' }),
  )
  assert.equal(imported.graph.nodes[0]?.config.reply, 'result')
  assert.deepEqual(outputs('respond'), [{ body: 'Hi Ada' }])
  assert.deepEqual(
    (await tried(respond({ respondWith: 'json', responseBody: json }), body({ name: 'Ada' }))).outputs(
      'respond',
    ),
    [{ hello: 'Ada' }],
  )
  assert.deepEqual((await tried(respond({}), body({ name: 'Ada' }))).outputs('respond'), [
    { body: { headers: {}, query: {}, body: { name: 'Ada' } } },
  ])
})

test('branches that are one or the other are read by whichever came', async () => {
  const file = fileOf(
    [
      hook,
      ['If', 'if', 2.2, since2('and', ['={{ $json.body.n }}', 'number', 'gt', 1])],
      ['Big', 'set', 2, { keepOnlySet: true, values: { string: [{ name: 'size', value: 'big' }] } }],
      ['Small', 'set', 2, { keepOnlySet: true, values: { string: [{ name: 'size', value: 'small' }] } }],
      [
        'Read',
        'set',
        1,
        { keepOnlySet: true, values: { string: [{ name: 'is', value: '={{ $json.size }}' }] } },
      ],
    ],
    ['Webhook>If', 'If>Big', 'If:1>Small', 'Big>Read', 'Small>Read'],
  )
  assert.deepEqual((await tried(file, body({ n: 2 }))).outputs('read'), [{ is: 'big' }])
  assert.deepEqual((await tried(file, body({ n: 0 }))).outputs('read'), [{ is: 'small' }])
})
