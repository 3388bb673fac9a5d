import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '#platform/plain-data.ts'
import { importN8n } from './import-n8n.ts'
import { fileOf, rowOf, type Step, tried } from './n8n-factories.ts'

const crons: readonly (readonly [string, number, object, string])[] = [
  ['scheduleTrigger', 1.2, { rule: { interval: [{}] } }, '0 0 * * *'],
  [
    'scheduleTrigger',
    1.2,
    { rule: { interval: [{ field: 'days', triggerAtHour: 9, triggerAtMinute: 30 }] } },
    '30 9 * * *',
  ],
  [
    'scheduleTrigger',
    1.1,
    { rule: { interval: [{ field: 'minutes', minutesInterval: 15 }] } },
    '*/15 * * * *',
  ],
  ['scheduleTrigger', 1.1, { rule: { interval: [{ field: 'minutes', minutesInterval: 60 }] } }, '0 * * * *'],
  [
    'scheduleTrigger',
    1.2,
    { rule: { interval: [{ field: 'hours', hoursInterval: 6, triggerAtMinute: 5 }] } },
    '5 */6 * * *',
  ],
  [
    'scheduleTrigger',
    1.2,
    { rule: { interval: [{ field: 'seconds', secondsInterval: 30 }] } },
    '*/30 * * * * *',
  ],
  [
    'scheduleTrigger',
    1.2,
    { rule: { interval: [{ field: 'weeks', triggerAtDay: [1, 5], triggerAtHour: 8 }] } },
    '0 8 * * 1,5',
  ],
  [
    'scheduleTrigger',
    1.2,
    { rule: { interval: [{ field: 'months', triggerAtDayOfMonth: 3, triggerAtHour: 7 }] } },
    '0 7 3 * *',
  ],
  [
    'scheduleTrigger',
    1.2,
    { rule: { interval: [{ field: 'cronExpression', expression: '0 6 * * 1-5' }] } },
    '0 6 * * 1-5',
  ],
  [
    'scheduleTrigger',
    1.2,
    { rule: { interval: [{ triggerAtHour: 8 }, { triggerAtHour: 17 }] } },
    '0 8,17 * * *',
  ],
  ['cron', 1, { triggerTimes: { item: [{ mode: 'everyWeek', hour: 7, weekday: '2' }] } }, '0 7 * * 2'],
  ['cron', 1, { triggerTimes: { item: [{ mode: 'everyX', unit: 'minutes', value: 10 }] } }, '*/10 * * * *'],
  ['cron', 1, { triggerTimes: { item: [{ hour: 9 }] } }, '0 9 * * *'],
  ['interval', 1, { interval: 2, unit: 'hours' }, '0 */2 * * *'],
]

test('schedules of every kind become one of ours, in the time zone of the workflow', async () => {
  for (const [kind, version, parameters, cron] of crons) {
    const { graph } = importN8n(
      fileOf([['Start', kind, version, parameters]], [], { settings: { timezone: 'Europe/Paris' } }),
    )
    assert.deepEqual(graph.nodes[0]?.config, { cron, timeZone: 'Europe/Paris' }, JSON.stringify(parameters))
  }
  const { report } = importN8n(
    fileOf(
      [['Start', 'scheduleTrigger', 1.2, { rule: { interval: [{ field: 'weeks', weeksInterval: 2 }] } }]],
      [],
    ),
  )
  assert.equal(report.nodes[0]?.status, 'placeholder')
})

const starts: readonly (readonly [string, Step, string, JsonObject])[] = [
  ['by hand', ['Start', 'manualTrigger', 1], '={{ $json.name }}', { name: 'Ada' }],
  ['in its oldest form', ['Start', 'start', 1], '={{ $json.name }}', { name: 'Ada' }],
  [
    'by another workflow',
    ['Start', 'executeWorkflowTrigger', 1.1, { inputSource: 'passthrough' }],
    '={{ $json.name }}',
    { name: 'Ada' },
  ],
  [
    'by a webhook',
    ['Start', 'webhook', 1, { httpMethod: 'POST', path: 'x' }],
    '={{ $json.body.name }}',
    { webhook: { body: { name: 'Ada' } } },
  ],
  [
    'by a form',
    [
      'Start',
      'formTrigger',
      2.2,
      {
        formTitle: 'T',
        formFields: { values: [{ fieldLabel: 'Your name' }, { fieldLabel: 'Mail', fieldType: 'email' }] },
      },
    ],
    '={{ $json["Your name"] }}',
    { lead: { email: 'a@b.example', fields: { your_name: 'Ada' } } },
  ],
  [
    'by the mail of a form',
    ['Start', 'formTrigger', 2, { formFields: { values: [{ fieldLabel: 'Mail', fieldType: 'email' }] } }],
    '={{ $json.Mail }}',
    { lead: { email: 'Ada' } },
  ],
  [
    'by a failure',
    ['Start', 'errorTrigger', 1],
    '={{ $json.execution.error.message }}',
    { error: { message: 'Ada' }, workflow: { id: 'w', name: 'W' } },
  ],
  [
    'by Telegram',
    ['Start', 'telegramTrigger', 1.1, { updates: ['message'] }],
    '={{ $json.message.text }}',
    { webhook: { body: { message: { text: 'Ada' } } } },
  ],
  [
    'by GitHub',
    ['Start', 'githubTrigger', 1, {}],
    '={{ $json.body.action }}',
    { webhook: { headers: {}, body: { action: 'Ada' } } },
  ],
  [
    'by Stripe',
    ['Start', 'stripeTrigger', 1, {}],
    '={{ $json.data.object.id }}',
    { webhook: { body: { data: { object: { id: 'Ada' } } } } },
  ],
]

test('triggers start runs, and steps read what they bring', async () => {
  for (const [how, start, value, input] of starts) {
    const read: Step = [
      'Read',
      'set',
      3.4,
      { assignments: { assignments: [{ id: 'a', name: 'is', type: 'string', value }] } },
    ]
    assert.deepEqual((await tried(rowOf(start, read), { input })).outputs('read'), [{ is: 'Ada' }], how)
  }
})

test('a workflow has one trigger: one by hand lies aside, another one is told of', async () => {
  const read: Step = ['Read', 'noOp', 1]
  const file = fileOf(
    [
      ['By hand', 'manualTrigger', 1],
      ['Hook', 'webhook', 2, { httpMethod: 'POST' }],
      ['Clock', 'scheduleTrigger', 1.2, { rule: { interval: [{}] } }],
      read,
    ],
    ['By hand>Read', 'Hook>Read', 'Clock>Read'],
  )
  const { imported, told } = await tried(file)
  assert.deepEqual(
    [told('By hand').status, told('Hook').status, told('Clock').status],
    ['changed', 'changed', 'placeholder'],
  )
  assert.deepEqual(
    imported.graph.edges.map(edge => edge.enabled),
    [false, true, false],
  )
})
