import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RemoteCall } from '../run-state.ts'
import { importN8n } from './import-n8n.ts'
import { rowOf, type Step, tried } from './n8n-factories.ts'

const hook: Step = ['Webhook', 'webhook', 2, { httpMethod: 'POST', path: 'x' }]
const given = {
  input: {
    webhook: {
      headers: {},
      query: {},
      body: { name: 'Ada "the" L.', mail: 'ada@example.com', age: 36, q: 'a b&c' },
    },
  },
} as const
const read: Step = [
  'Read',
  'set',
  1,
  { keepOnlySet: true, values: { string: [{ name: 'id', value: '={{ $json.id }}' }] } },
]

interface Sent {
  method: string
  url: string
  headers: [string, string][]
  body: string | null
}

/** What a step sends, and what the step behind it reads of the answer. */
async function sentBy(version: number, parameters: object, after: Step = read, kind = 'httpRequest') {
  const sent: Sent[] = []
  const answer = (call: RemoteCall) => {
    sent.push(call.request as unknown as Sent)
    return { output: { status: 200, headers: { 'x-a': 'b' }, body: { id: 'new', text: 'T' } } }
  }
  const made = await tried(rowOf(hook, ['Call', kind, version, parameters], after), { ...given, answer })
  const [only, ...more] = sent
  assert.equal(more.length, 0)
  return {
    sent: only ?? assert.fail('Nothing was sent.'),
    read: made.outputs('read'),
    told: made.told('Call'),
  }
}

test('HTTP Request of every version sends what it sent', async () => {
  const oldest = await sentBy(1, {
    requestMethod: 'POST',
    url: '=https://api.example/{{$json["body"]["age"]}}',
    jsonParameters: false,
    bodyParametersUi: {
      parameter: [
        { name: 'name', value: '={{$json["body"]["name"]}}' },
        { name: 'fixed', value: 'x' },
      ],
    },
    queryParametersUi: { parameter: [{ name: 'q', value: '={{$json.body.q}}' }] },
    headerParametersUi: { parameter: [{ name: 'X-Id', value: '=n{{$json.body.age}}' }] },
    options: {},
  })
  assert.equal(oldest.sent.method, 'POST')
  assert.equal(oldest.sent.url, 'https://api.example/36?q=a%20b%26c')
  assert.deepEqual(JSON.parse(oldest.sent.body ?? ''), { name: 'Ada "the" L.', fixed: 'x' })
  assert.deepEqual(oldest.sent.headers.at(-1), ['X-Id', 'n36'])
  assert.deepEqual(oldest.read, [{ id: 'new' }])

  const json = await sentBy(4.2, {
    method: 'PUT',
    url: 'https://api.example/x',
    sendBody: true,
    specifyBody: 'json',
    jsonBody:
      '={\n "name": "{{ $json.body.name }}", "age": {{ $json.body.age }}, "whole": {{ JSON.stringify($json.body.name) }} }',
    options: { timeout: 10_000 },
  })
  assert.deepEqual(JSON.parse(json.sent.body ?? ''), { name: 'Ada "the" L.', age: 36, whole: 'Ada "the" L.' })
  assert.equal(json.told.status, 'mapped')

  const object = await sentBy(4.1, {
    method: 'POST',
    url: 'api.example/x',
    sendBody: true,
    specifyBody: 'json',
    jsonBody:
      // biome-ignore lint/suspicious/noTemplateCurlyInString: It is an expression of n8n.
      '={{ { name: $json.body.name, deep: [{ age: $json.body.age, text: `is ${$json.body.age}` }] } }}',
  })
  assert.equal(object.sent.url, 'http://api.example/x')
  assert.deepEqual(JSON.parse(object.sent.body ?? ''), {
    name: 'Ada "the" L.',
    deep: [{ age: 36, text: 'is 36' }],
  })
})

test('HTTP Request sends forms, and gives the whole answer when asked to', async () => {
  const form = await sentBy(4.2, {
    method: 'POST',
    url: 'https://api.example/x?a=1',
    sendQuery: true,
    queryParameters: { parameters: [{ name: 'b', value: 2 }] },
    sendBody: true,
    contentType: 'form-urlencoded',
    bodyParameters: {
      parameters: [
        { name: 'q', value: '={{ $json.body.q }}' },
        { name: 'r', value: 'x y' },
      ],
    },
  })
  assert.equal(form.sent.url, 'https://api.example/x?a=1&b=2')
  assert.equal(form.sent.body, 'q=a%20b%26c&r=x%20y')
  assert.deepEqual(form.sent.headers, [['Content-Type', 'application/x-www-form-urlencoded']])

  const whole = await sentBy(
    4.2,
    {
      url: '={{ "https://api.example/" + $json.body.age }}',
      sendHeaders: true,
      specifyHeaders: 'json',
      jsonHeaders: '{ "Accept": "text/plain" }',
      options: { response: { response: { fullResponse: true } } },
    },
    [
      'Read',
      'set',
      1,
      {
        keepOnlySet: true,
        values: {
          string: [
            { name: 'all', value: '={{ $json.statusCode }} {{ $json.headers["x-a"] }} {{ $json.body.id }}' },
          ],
        },
      },
    ],
  )
  assert.equal(whole.sent.url, 'https://api.example/36')
  assert.deepEqual(whole.sent.headers, [['Accept', 'text/plain']])
  assert.deepEqual(whole.read, [{ all: '200 b new' }])
})

test('GraphQL sends its query and variables', async () => {
  const { sent } = await sentBy(
    1,
    {
      endpoint: 'https://api.example/graphql',
      requestFormat: 'json',
      query: 'query { a(b: "c") }',
      variables: '={ "n": {{ $json.body.age }} }',
    },
    read,
    'graphql',
  )
  assert.deepEqual(JSON.parse(sent.body ?? ''), { query: 'query { a(b: "c") }', variables: { n: 36 } })
})

const letters: readonly (readonly [string, number, object])[] = [
  [
    'emailSend',
    1,
    {
      fromEmail: 'me@example.com',
      toEmail: '={{$json.body.mail}}',
      subject: '=Hi {{$json.body.name}}',
      text: 'Hello',
      options: {},
    },
  ],
  [
    'emailSend',
    2.1,
    {
      fromEmail: 'me@example.com',
      toEmail: 'ada@example.com',
      subject: '=Hi {{ $json.body.name }}',
      emailFormat: 'text',
      text: 'Hello',
      options: {},
    },
  ],
  [
    'gmail',
    1,
    {
      resource: 'message',
      toList: ['={{$json.body.mail}}'],
      subject: '=Hi {{$json.body.name}}',
      message: 'Hello',
      additionalFields: {},
    },
  ],
  [
    'gmail',
    2.1,
    {
      sendTo: '={{ $json.body.mail }}',
      subject: '=Hi {{ $json.body.name }}',
      emailType: 'text',
      message: 'Hello',
      options: {},
    },
  ],
  [
    'microsoftOutlook',
    2,
    {
      toRecipients: '={{ $json.body.mail }}',
      subject: '=Hi {{ $json.body.name }}',
      bodyContent: 'Hello',
      additionalFields: { bodyContentType: 'text' },
    },
  ],
]
test('e-mail steps of every kind send their e-mail', async () => {
  for (const [kind, version, parameters] of letters) {
    const { run, told } = await tried(rowOf(hook, ['Mail', kind, version, parameters]), given)
    const [effect, ...more] = run.effects
    assert.equal(more.length, 0)
    assert.deepEqual(
      effect?.payload,
      { to: 'ada@example.com', subject: 'Hi Ada "the" L.', text: 'Hello', html: null },
      kind,
    )
    assert.equal(told('Mail').status, 'changed')
  }
  const html = await tried(
    rowOf(hook, [
      'Mail',
      'gmail',
      2.1,
      {
        sendTo: 'Ada <ada@example.com>, Bo <bo@example.com>',
        subject: 'Hi',
        message: '=<p>Dear {{ $json.body.name }},</p><p>Bye</p>',
      },
    ]),
    given,
  )
  const payload = html.run.effects[0]?.payload
  assert.deepEqual(payload, {
    to: 'ada@example.com',
    subject: 'Hi',
    text: 'Dear Ada "the" L.,\nBye',
    html: '<p>Dear Ada &quot;the&quot; L.,</p><p>Bye</p>',
  })
  assert.ok(html.told('Mail').changes.includes('It is sent to the first address only.'))
})

const services: readonly (readonly [string, number, object, string, unknown])[] = [
  [
    'slack',
    1,
    { channel: 'general', text: '=Hi {{ $json.body.age }}' },
    'https://slack.com/api/chat.postMessage',
    { channel: 'general', text: 'Hi 36' },
  ],
  [
    'slack',
    2.2,
    { select: 'channel', channelId: { __rl: true, mode: 'id', value: 'C1' }, text: 'Hi' },
    'https://slack.com/api/chat.postMessage',
    { channel: 'C1', text: 'Hi' },
  ],
  [
    'telegram',
    1.2,
    { chatId: '={{ $json.body.age }}', text: 'Hi', additionalFields: { parse_mode: 'HTML' } },
    'https://api.telegram.org/botKEY/sendMessage',
    { chat_id: 36, text: 'Hi', parse_mode: 'HTML' },
  ],
  [
    'discord',
    1,
    { text: 'Hi', webhookUri: 'https://discord.example/hook' },
    'https://discord.example/hook',
    { content: 'Hi' },
  ],
  [
    'mattermost',
    1,
    { channelId: 'c', message: '={{ $json.body.name }}' },
    'https://KEY/api/v4/posts',
    { channel_id: 'c', message: 'Ada "the" L.' },
  ],
  [
    'hubspot',
    2,
    { email: '={{ $json.body.mail }}', additionalFields: { firstName: 'Ada' } },
    'https://api.hubapi.com/crm/v3/objects/contacts/batch/upsert',
    {
      inputs: [
        {
          idProperty: 'email',
          id: 'ada@example.com',
          properties: { email: 'ada@example.com', firstname: 'Ada' },
        },
      ],
    },
  ],
  [
    'pipedrive',
    1,
    { resource: 'person', name: '={{ $json.body.name }}', additionalFields: { email: ['ada@example.com'] } },
    'https://api.pipedrive.com/v1/persons',
    { name: 'Ada "the" L.', email: ['ada@example.com'] },
  ],
]

test('messages and records of services are calls that run once their key is entered', async () => {
  for (const [kind, version, parameters, url, body] of services) {
    const file = rowOf(hook, ['Call', kind, version, parameters])
    const { graph, report } = importN8n(file)
    const told = report.nodes.find(({ name }) => name === 'Call')
    const node = graph.nodes.find(({ id }) => id === 'call')
    assert.equal(told?.status, 'changed', kind)
    const hasKey = !JSON.stringify(node?.config).includes('{{ }}')
    assert.equal(hasKey, kind === 'discord', 'A key that is missing keeps the workflow from being published.')
    assert.equal(told?.todo.length === 0, hasKey)
    const sent = await sentWithKeys(file)
    assert.equal(sent.url, url)
    assert.deepEqual(JSON.parse(sent.body ?? ''), body, kind)
  }
})

test('Twilio is sent a form', async () => {
  const sent = await sentWithKeys(
    rowOf(hook, ['Call', 'twilio', 1, { from: '+1', to: '={{ $json.body.q }}', message: 'Hi you' }]),
  )
  assert.equal(sent.url, 'https://api.twilio.com/2010-04-01/Accounts/KEY/Messages.json')
  assert.equal(sent.body, 'From=%2B1&To=a%20b%26c&Body=Hi%20you')
})

/** Imports the file, enters keys where they are missing, and gives what is sent. */
async function sentWithKeys(file: object): Promise<Sent> {
  const sent: Sent[] = []
  await tried(file, {
    ...given,
    keys: 'KEY',
    answer(call) {
      sent.push(call.request as unknown as Sent)
      return { output: { status: 200, headers: {}, body: null } }
    },
  })
  return sent[0] ?? assert.fail('Nothing was sent.')
}
