import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { importN8n } from './import-n8n.ts'
import { fileOf, rowOf, type Step, tried } from './n8n-factories.ts'
import { callingTriggers } from './steps-senders.ts'

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

/** What a service sends, and where n8n shows a value of it. */
const services: readonly (readonly [
  kind: string,
  version: number,
  value: string,
  sent: JsonObject,
  todo?: RegExp,
])[] = [
  ['telegramTrigger', 1.1, '$json.message.text', { body: { message: { text: 'Ada' } } }],
  ['githubTrigger', 1, '$json.body.action', { headers: {}, body: { action: 'Ada' } }],
  ['stripeTrigger', 1, '$json.data.object.id', { body: { data: { object: { id: 'Ada' } } } }],
  [
    'calendlyTrigger',
    1,
    '$json.payload.name',
    { body: { event: 'invitee.created', payload: { name: 'Ada' } } },
  ],
  ['calTrigger', 2, '$json.title', { body: { triggerEvent: 'BOOKING_CREATED', payload: { title: 'Ada' } } }],
  ['calTrigger', 1, '$json.triggerEvent', { body: { triggerEvent: 'Ada', payload: { title: 'T' } } }],
  ['shopifyTrigger', 1, '$json.email', { body: { email: 'Ada' } }],
  ['wooCommerceTrigger', 1, '$json.billing.email', { body: { billing: { email: 'Ada' } } }],
  ['pipedriveTrigger', 1.1, '$json.current.title', { body: { current: { title: 'Ada' } } }],
  ['linearTrigger', 1, '$json.data.title', { body: { action: 'create', data: { title: 'Ada' } } }],
  ['gitlabTrigger', 1, '$json.body.user_name', { headers: {}, query: {}, body: { user_name: 'Ada' } }],
  ['jiraTrigger', 1, '$json.issue.key', { body: { issue: { key: 'Ada' } } }],
  ['clickUpTrigger', 1, '$json.task_id', { body: { task_id: 'Ada' } }],
  ['activeCampaignTrigger', 1, '$json["contact[email]"]', { body: { 'contact[email]': 'Ada' } }],
  ['mailchimpTrigger', 1, '$json["data[email]"]', { body: { 'data[email]': 'Ada' } }],
  ['mailerLiteTrigger', 2, '$json.email', { body: { fields: { email: 'Ada' } } }],
  ['surveyMonkeyTrigger', 1, '$json.object_id', { body: { object_id: 'Ada' } }, /Fetch the rest/],
  ['acuitySchedulingTrigger', 1, '$json.id', { body: { action: 'scheduled', id: 'Ada' } }, /Fetch the rest/],
  ['facebookLeadAdsTrigger', 1, '$json.object', { body: { object: 'Ada' } }, /Fetch the rest/],
  [
    'typeformTrigger',
    1.1,
    '$json[0].text',
    { body: { form_response: { answers: [{ type: 'text', text: 'Ada' }] } } },
    /as a list, in the order of the questions/,
  ],
]

const reading = (value: string): Step => [
  'Read',
  'set',
  3.4,
  { assignments: { assignments: [{ id: 'a', name: 'is', type: 'string', value: `={{ ${value} }}` }] } },
]

test('what services send is read where n8n gives it', async () => {
  for (const [kind, version, value, webhook, todo] of services) {
    const start: Step = ['Start', kind, version, {}]
    const { outputs, told } = await tried(rowOf(start, reading(value)), { input: { webhook } })
    assert.deepEqual(outputs('read'), [{ is: 'Ada' }], kind)
    assert.match(told('Start').changes.join(), /has to be told the address/, kind)
    const { todo: found } = told('Start')
    if (todo === undefined) assert.deepEqual(found, [], kind)
    else assert.match(found.join(), todo, kind)
  }
})

test('of services that send several events at once each is gone through', async () => {
  for (const [kind, version] of [
    ['asanaTrigger', 1],
    ['mailerLiteTrigger', 1],
  ] as const) {
    const webhook = { body: { events: [{ action: 'added' }, { action: 'changed' }] } }
    const file = rowOf(['Start', kind, version, {}], reading('$json.action'))
    const { outputs } = await tried(file, { input: { webhook } })
    assert.deepEqual(outputs('read'), [{ is: 'added' }, { is: 'changed' }], kind)
  }
})

test('every trigger of a service is one of these, or kept with the reason', () => {
  const known = new Set(['asanaTrigger', ...services.map(([kind]) => kind)])
  const others = callingTriggers.filter(kind => !known.has(kind))
  assert.deepEqual(others, ['jotFormTrigger'])
  const { report } = importN8n(fileOf([['Start', 'jotFormTrigger', 1, {}]], []))
  assert.deepEqual(
    [report.nodes[0]?.status, /form with files/.test(report.nodes[0]?.reason ?? '')],
    ['placeholder', true],
  )
})

test('a service that n8n asked for no more than it sent has nothing to do', () => {
  const { report } = importN8n(fileOf([['Start', 'surveyMonkeyTrigger', 1, { resolveData: false }]], []))
  assert.deepEqual(report.nodes[0]?.todo, [])
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
