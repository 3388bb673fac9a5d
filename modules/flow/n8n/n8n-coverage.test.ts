/**
 * How many of the steps that people use come along. The counts are of 1,846 distinct public workflows with 24,873 steps:
 * how often each kind occurs, split by version and operation as far as they were counted. Each row is a step of that kind
 * as it is usually set; what became of it is counted as often as the row says. Expressions, connections and settings of
 * real workflows are not in it, so the figure is the most that can be reached; docs/n8n.md has what was measured on them.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importN8n } from './import-n8n.ts'
import { rowOf, type Step } from './n8n-factories.ts'
import type { ImportStatus } from './report.ts'

const STEPS = 24_873
const NOTES = 5_677

const value = '={{ $json.body.a }}'
const since2 = (type: string, operation: string, rightValue: unknown = '') => ({
  conditions: {
    combinator: 'and',
    conditions: [{ leftValue: value, rightValue, operator: { type, operation } }],
  },
})
const assigned = { assignments: { assignments: [{ id: 'a', name: 'a', type: 'string', value }] } }
const older = { values: { string: [{ name: 'a', value }] } }
const mail = { subject: 'S', message: 'M', sendTo: 'a@example.com' }
const rule = (operation: string) => ({ rules: { values: [since2('string', operation, 'x')] } })

type Row = readonly [count: number, kind: string, version: number, parameters: object]

const rows: readonly Row[] = [
  [1_400, 'set', 3.4, assigned],
  [81, 'set', 3.4, { mode: 'raw', jsonOutput: '{ "a": 1 }' }],
  [207, 'set', 3.3, assigned],
  [137, 'set', 3.2, { fields: { values: [{ name: 'a', stringValue: value }] } }],
  [307, 'set', 1, older],
  [
    741,
    'httpRequest',
    4.2,
    {
      url: 'https://a.example',
      method: 'POST',
      sendBody: true,
      specifyBody: 'json',
      jsonBody: '={"a": "{{ $json.body.a }}"}',
    },
  ],
  [
    899,
    'httpRequest',
    4.2,
    { url: 'https://a.example', authentication: 'genericCredentialType', genericAuthType: 'httpHeaderAuth' },
  ],
  [
    90,
    'httpRequest',
    4.2,
    { url: 'https://a.example', method: 'POST', sendBody: true, contentType: 'multipart-form-data' },
  ],
  [
    87,
    'httpRequest',
    4.2,
    { url: 'https://a.example', options: { response: { response: { responseFormat: 'file' } } } },
  ],
  [700, 'manualTrigger', 1, {}],
  [420, 'if', 2.2, since2('string', 'equals', 'x')],
  [274, 'if', 2.2, since2('number', 'gt', 1)],
  [170, 'if', 1, { conditions: { string: [{ value1: value, value2: 'x' }] } }],
  [129, 'if', 1, { conditions: { boolean: [{ value1: value, value2: true }] } }],
  [760, 'code', 2, { jsCode: 'return [{ json: { a: items[0].json.a } }]' }],
  [177, 'code', 2, { jsCode: 'const x = await this.helpers.httpRequest({ url: "x" }); return x' }],
  [29, 'code', 2, { language: 'python', pythonCode: 'return []' }],
  [299, 'scheduleTrigger', 1.2, { rule: { interval: [{}] } }],
  [225, 'webhook', 2, { httpMethod: 'POST', path: 'x' }],
  [94, 'webhook', 2, { path: 'x' }],
  [200, 'merge', 3, { mode: 'combine', combineBy: 'combineByPosition' }],
  [89, 'merge', 3, {}],
  [66, 'merge', 3, { mode: 'chooseBranch' }],
  [33, 'merge', 3, { mode: 'combine', joinMode: 'keepNonMatches' }],
  [7, 'merge', 3, { mode: 'combineBySql', query: 'select 1' }],
  [324, 'splitOut', 1, { fieldToSplitOut: 'body.list' }],
  [336, 'noOp', 1, {}],
  [188, 'splitInBatches', 3, {}],
  [53, 'splitInBatches', 3, { batchSize: 5 }],
  [197, 'switch', 3.2, rule('equals')],
  [44, 'switch', 1, { dataType: 'string', value1: value, rules: { rules: [{ value2: 'x' }] } }],
  [204, 'filter', 2.2, since2('string', 'exists')],
  [23, 'filter', 1, { conditions: { string: [{ value1: value, value2: 'x' }] } }],
  [262, 'telegram', 1.2, { chatId: '1', text: 'x' }],
  [86, 'telegram', 1.2, { operation: 'sendPhoto', chatId: '1' }],
  [120, 'gmail', 2.1, mail],
  [110, 'gmail', 2.1, { operation: 'getAll' }],
  [149, 'executeWorkflowTrigger', 1.1, {}],
  [226, 'respondToWebhook', 1.1, { respondWith: 'json', responseBody: '={"a": "{{ $json.body.a }}"}' }],
  [23, 'respondToWebhook', 1.1, { respondWith: 'binary' }],
  [135, 'aggregate', 1, { aggregate: 'aggregateAllItemData' }],
  [63, 'aggregate', 1, { fieldsToAggregate: { fieldToAggregate: [{ fieldToAggregate: 'a' }] } }],
  [195, 'wait', 1.1, { amount: 5 }],
  [6, 'wait', 1.1, { resume: 'webhook' }],
  [110, 'slack', 2.2, { select: 'channel', channelId: { value: 'C' }, text: 'x' }],
  [61, 'slack', 2.2, { messageType: 'block', channelId: { value: 'C' } }],
  [135, 'function', 1, { functionCode: 'return items' }],
  [46, 'function', 1, { functionCode: 'return getWorkflowStaticData("global")' }],
  [107, 'cron', 1, { triggerTimes: { item: [{ mode: 'everyHour' }] } }],
  [108, 'formTrigger', 2.2, { formFields: { values: [{ fieldLabel: 'A' }] } }],
  [79, 'telegramTrigger', 1.1, { updates: ['message'] }],
  [40, 'html', 1.2, { html: '<p>{{ $json.body.a }}</p>' }],
  [74, 'html', 1.2, { operation: 'extractHtmlContent' }],
  [69, 'emailSend', 2.1, { toEmail: 'a@example.com', subject: 'S', html: '<p>x</p>' }],
  [7, 'emailSend', 2.1, { operation: 'sendAndWait' }],
  [90, 'executeWorkflow', 1.2, { workflowId: { value: '1' } }],
  [52, 'limit', 1, {}],
  [34, 'itemLists', 1, { fieldToSplitOut: 'body.list' }],
  [27, 'itemLists', 3, { operation: 'removeDuplicates' }],
  [13, 'hubspot', 2, { email: value }],
  [63, 'hubspot', 2, { resource: 'deal', operation: 'update' }],
  [22, 'functionItem', 1, { functionCode: 'return item' }],
  [20, 'functionItem', 1, { functionCode: 'getWorkflowStaticData("node"); return item' }],
  [37, 'dateTime', 2, { operation: 'formatDate', date: value, format: 'yyyy-MM-dd' }],
  [16, 'removeDuplicates', 2, { operation: 'removeDuplicateInputItems' }],
  [14, 'removeDuplicates', 2, { operation: 'removeItemsSeenInPreviousExecutions' }],
  [31, 'summarize', 1, { fieldsToSummarize: { values: [{ field: 'a', aggregation: 'sum' }] } }],
  [6, 'summarize', 1, { fieldsToSplitBy: 'b', fieldsToSummarize: { values: [{ field: 'a' }] } }],
  [31, 'mattermost', 1, { channelId: 'c', message: 'm' }],
  [10, 'mattermost', 1, { resource: 'channel' }],
  [37, 'stopAndError', 1, { errorMessage: 'x' }],
  [32, 'sort', 1, { sortFieldsUi: { sortField: [{ fieldName: 'a' }] } }],
  [19, 'typeformTrigger', 1, {}],
  [20, 'twilio', 1, { from: '1', to: '2', message: 'm' }],
  [1, 'twilio', 1, { resource: 'call' }],
  [15, 'pipedrive', 1, { resource: 'person', name: value }],
  [28, 'pipedrive', 1, { resource: 'person', operation: 'search' }],
  [18, 'errorTrigger', 1, {}],
  [11, 'discord', 1, { webhookUri: 'https://d.example', text: 'x' }],
  [26, 'discord', 2, { resource: 'message' }],
  [10, 'microsoftOutlook', 2, { toRecipients: 'a@example.com', subject: 'S', bodyContent: 'x' }],
  [31, 'microsoftOutlook', 2, { operation: 'update' }],
  [19, 'graphql', 1, { endpoint: 'https://a.example', query: 'query { a }' }],
]

function statusOf([, kind, version, parameters]: Row): ImportStatus | 'to fill in' {
  const isTrigger = /Trigger$|^webhook$|^cron$/.test(kind)
  const step: Step = ['Step', kind, version, parameters]
  const after: Step = ['After', 'noOp', 1]
  const row = isTrigger
    ? rowOf(step, after)
    : rowOf(['Webhook', 'webhook', 2, { httpMethod: 'POST' }], step, after)
  const told = importN8n(row).report.nodes.find(({ name }) => name === 'Step') ?? assert.fail()
  return told.status === 'changed' && told.todo.length > 0 ? 'to fill in' : told.status
}

test('how many of the steps of public workflows come along', t => {
  const counts = { mapped: 0, changed: 0, 'to fill in': 0, placeholder: 0 }
  for (const row of rows) counts[statusOf(row)] += row[0]
  const steps = STEPS - NOTES
  counts.placeholder += steps - rows.reduce((sum, [count]) => sum + count, 0)
  const share = (count: number) => Math.round((1_000 * count) / steps) / 10
  const kinds = new Set(rows.filter(row => statusOf(row) !== 'placeholder').map(([, kind]) => kind))
  const figures = Object.entries(counts).map(([status, count]) => `${status} ${count} (${share(count)} %)`)
  t.diagnostic(`${kinds.size} kinds; of ${steps} steps without notes: ${figures.join(', ')}`)
  assert.ok(kinds.size >= 40, String(kinds.size))
  assert.equal(counts.mapped + counts.changed + counts['to fill in'] + counts.placeholder, steps)
  assert.deepEqual(
    {
      mapped: share(counts.mapped),
      changed: share(counts.changed),
      toFillIn: share(counts['to fill in']),
      kept: share(counts.placeholder),
    },
    { mapped: 26.2, changed: 27.5, toFillIn: 3.1, kept: 43.2 },
  )
})
