import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileOf, rowOf, type Step, tried } from './n8n-factories.ts'

const hook: Step = ['Webhook', 'webhook', 2, { httpMethod: 'POST', path: 'x' }]
const orders = [
  { id: 7, total: 20, status: 'paid' },
  { id: 8, total: 5, status: 'open' },
  { id: 9, total: 12, status: 'paid' },
]
const given = {
  input: { webhook: { headers: {}, query: {}, body: { orders, words: ['b', 'a', 'b'] } } },
} as const
const split: Step = ['Split', 'splitOut', 1, { fieldToSplitOut: 'body.orders', options: {} }]
const double: Step = [
  'Double',
  'set',
  2,
  { keepOnlySet: true, values: { number: [{ name: 'double', value: '={{ $json.total * 2 }}' }] } },
]

test('what follows Split Out is done for each item, and Aggregate takes them all at once', async () => {
  const { outputs, told } = await tried(
    rowOf(
      hook,
      split,
      double,
      [
        'Aggregate',
        'aggregate',
        1,
        { fieldsToAggregate: { fieldToAggregate: [{ fieldToAggregate: 'double' }] }, options: {} },
      ],
      [
        'Read',
        'set',
        1,
        { keepOnlySet: true, values: { string: [{ name: 'sum', value: '={{ $json.double.join("/") }}' }] } },
      ],
    ),
    given,
  )
  assert.deepEqual(outputs('double'), [{ double: 40 }, { double: 10 }, { double: 24 }])
  assert.deepEqual(outputs('read'), [{ sum: '40/10/24' }])
  assert.deepEqual(told('Aggregate').changes, [
    'It stands behind the loop over the items, which it takes all at once.',
  ])
})

test('Aggregate of whole items keeps them under its name', async () => {
  const { outputs } = await tried(
    rowOf(
      hook,
      split,
      double,
      ['All', 'aggregate', 1, { aggregate: 'aggregateAllItemData', destinationFieldName: 'rows' }],
      [
        'Read',
        'set',
        1,
        { keepOnlySet: true, values: { number: [{ name: 'count', value: '={{ $json.rows.length }}' }] } },
      ],
    ),
    given,
  )
  assert.deepEqual(outputs('read'), [{ count: 3 }])
})

test('items that are no objects are read under the name of the list', async () => {
  const { outputs } = await tried(
    rowOf(
      hook,
      ['Split', 'itemLists', 1, { fieldToSplitOut: 'body.words', options: { destinationFieldName: 'word' } }],
      [
        'Read',
        'set',
        1,
        { keepOnlySet: true, values: { string: [{ name: 'is', value: '={{ $json.word }}' }] } },
      ],
    ),
    given,
  )
  assert.deepEqual(outputs('read'), [{ is: 'b' }, { is: 'a' }, { is: 'b' }])
})

test('Sort, Limit and Remove Duplicates work on the items, and a loop behind them goes on with each', async () => {
  const read: Step = [
    'Read',
    'set',
    1,
    { keepOnlySet: true, values: { number: [{ name: 'id', value: '={{ $json.id }}' }] } },
  ]
  const ids = async (...steps: Step[]) => {
    const { outputs } = await tried(rowOf(hook, split, ...steps, read), given)
    return outputs('read')
  }
  const sort: Step = [
    'Sort',
    'sort',
    1,
    { sortFieldsUi: { sortField: [{ fieldName: 'total', order: 'descending' }] } },
  ]
  assert.deepEqual(await ids(sort), [{ id: 7 }, { id: 9 }, { id: 8 }])
  assert.deepEqual(await ids(sort, ['Limit', 'limit', 1, { maxItems: 2 }]), [{ id: 7 }, { id: 9 }])
  assert.deepEqual(
    await ids(['Limit', 'itemLists', 3, { operation: 'limit', maxItems: 1, keep: 'lastItems' }]),
    [{ id: 9 }],
  )
  assert.deepEqual(
    await ids(['Once', 'removeDuplicates', 1, { compare: 'selectedFields', fieldsToCompare: 'status' }]),
    [{ id: 7 }, { id: 8 }],
  )
})

test('Summarize gives its sums under their names', async () => {
  const values = [
    { field: 'total', aggregation: 'sum' },
    { field: 'id' },
    { field: 'status', aggregation: 'concatenate', separateBy: ', ' },
  ]
  const { outputs } = await tried(
    rowOf(
      hook,
      split,
      ['Sums', 'summarize', 1, { fieldsToSummarize: { values }, options: {} }],
      [
        'Read',
        'set',
        1,
        {
          keepOnlySet: true,
          values: {
            string: [
              {
                name: 'all',
                value: '={{ $json.sum_total }} {{ $json.count_id }} {{ $json.concatenated_status }}',
              },
            ],
          },
        },
      ],
    ),
    given,
  )
  assert.deepEqual(outputs('read'), [{ all: '37 3 paid, open, paid' }])
})

test('Loop Over Items goes round by round and goes on when all are done', async () => {
  for (const version of [1, 2, 3]) {
    const each = version === 3 ? 1 : 0
    const { outputs, run } = await tried(
      fileOf(
        [
          hook,
          split,
          ['Loop', 'splitInBatches', version, { batchSize: 1, options: {} }],
          ['Wait', 'wait', 1.1, { amount: 1 }],
          [
            'In',
            'set',
            2,
            {
              keepOnlySet: true,
              values: { number: [{ name: 'id', value: '={{ $("Loop").item.json.id }}' }] },
            },
          ],
          ['After', 'set', 2, { keepOnlySet: true, values: { string: [{ name: 'over', value: 'yes' }] } }],
        ],
        ['Webhook>Split', 'Split>Loop', `Loop:${each}>Wait`, 'Wait>In', 'In>Loop', `Loop:${1 - each}>After`],
      ),
      given,
    )
    assert.deepEqual(outputs('in'), [{ id: 7 }, { id: 8 }, { id: 9 }])
    assert.equal(outputs('after').length, 1)
    assert.equal(run.timers.length, 3)
    assert.deepEqual(outputs('loop'), [{ rounds: 3, failed: 0, results: [{ id: 7 }, { id: 8 }, { id: 9 }] }])
  }
})

test('code runs as it was, over all items, over each, and in its oldest forms', async () => {
  const all =
    'const total = $input.all().reduce((sum, item) => sum + item.json.total, 0);\nreturn [{ json: { total, from: $("Webhook").first().json.body.words[0] } }];'
  const { outputs, told } = await tried(
    rowOf(
      hook,
      split,
      ['Code', 'code', 2, { jsCode: all }],
      [
        'Read',
        'set',
        1,
        {
          keepOnlySet: true,
          values: { string: [{ name: 'is', value: '={{ $json.total }}{{ $json.from }}' }] },
        },
      ],
    ),
    given,
  )
  assert.deepEqual(outputs('read'), [{ is: '37b' }])
  assert.equal(told('Code').status, 'changed')

  const several =
    'for (const item of items) { item.json.more = item.json.total + 1 }\nreturn items.filter(item => item.json.more > 6);'
  const each = await tried(
    rowOf(
      hook,
      split,
      ['Code', 'function', 1, { functionCode: several }],
      [
        'Read',
        'set',
        1,
        { keepOnlySet: true, values: { number: [{ name: 'more', value: '={{ $json.more }}' }] } },
      ],
    ),
    given,
  )
  assert.deepEqual(each.outputs('read'), [{ more: 21 }, { more: 13 }])

  const one = await tried(
    rowOf(
      hook,
      split,
      ['Code', 'functionItem', 1, { functionCode: 'item.next = item.id + 1;\nreturn item;' }],
      [
        'Read',
        'set',
        1,
        { keepOnlySet: true, values: { number: [{ name: 'next', value: '={{ $json.next }}' }] } },
      ],
    ),
    given,
  )
  assert.deepEqual(one.outputs('read'), [{ next: 8 }, { next: 9 }, { next: 10 }])

  const perItem = await tried(
    rowOf(
      hook,
      split,
      [
        'Code',
        'code',
        2,
        {
          mode: 'runOnceForEachItem',
          jsCode: 'return { json: { id: $json.id * 10, n: $input.item.json.id } }',
        },
      ],
      [
        'Read',
        'set',
        1,
        { keepOnlySet: true, values: { number: [{ name: 'id', value: '={{ $json.id + $json.n * 1 }}' }] } },
      ],
    ),
    given,
  )
  assert.deepEqual(perItem.outputs('read'), [{ id: 77 }, { id: 88 }, { id: 99 }])
})
