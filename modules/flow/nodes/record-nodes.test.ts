import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import { advance } from '../advance.ts'
import { graphSchema } from '../graph.ts'
import { loadPlan } from '../loaded-plan.ts'
import { compile } from '../plan.ts'
import type { SliceResult } from '../run-state.ts'
import { nodeTypes } from './catalogue.ts'
import { nodeRunners } from './runners.ts'

const now = Date.UTC(2026, 2, 1)
const DEAL = '0198a000-0000-7000-8000-000000000001'

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

/** What the step asks for, or the code it fails with. */
function asked(type: string, config: object, input: JsonObject = {}) {
  const { effects, error } = runNode(type, config, input)
  return error?.code ?? effects[0]?.payload
}

const isRefused = (type: string, config: object) =>
  nodeTypes.get(type)?.config.safeParse(config).success === false

test('settings that say nothing, or what no record has, are refused before anything runs', () => {
  const bad: [type: string, config: object][] = [
    ['create_deal', {}],
    ['create_deal', { name: '' }],
    ['create_deal', { name: 'x', set: [{ name: 'winner', value: 1 }] }],
    ['create_deal', { name: 'x', set: [{ name: 'custom.', value: 1 }] }],
    ['create_deal', { name: 'x', set: [{ name: 'custom.a.b', value: 1 }] }],
    ['update_deal', {}],
    ['update_deal', { set: [], addTags: [], removeTags: [] }],
    ['update_deal', { set: [{ name: '__proto__', value: 1 }] }],
    [
      'update_deal',
      {
        set: [
          { name: 'stage', value: 'a' },
          { name: 'stage', value: 'b' },
        ],
      },
    ],
    ['create_company', { name: '' }],
    ['create_company', { name: 'x', whenKnown: 'maybe' }],
    ['update_company', { company: 'x' }],
    ['update_company', { set: [{ name: 'tags', value: 'x' }] }],
    ['create_activity', {}],
    ['create_activity', { kind: 'task', body: 'only a text' }],
    ['create_activity', { kind: 'meeting', title: 'x' }],
    ['create_activity', { kind: 'note', title: ' ', body: '' }],
    ['create_activity', { title: 'x', outcome: 'busy' }],
    ['create_activity', { title: 'x', priority: 'urgent' }],
    ['complete_task', { task: 1 }],
    ['complete_task', { which: 'all' }],
    ['change_tags', {}],
    ['change_tags', { object: 'lead', addTags: ['x'] }],
    ['change_tags', { addTags: [''] }],
  ]
  for (const [type, config] of bad) assert.ok(isRefused(type, config), `${type} ${JSON.stringify(config)}`)
})

test('values of a deal are read as people write them, and what does not fit fails in words', () => {
  const set = (name: string, value: unknown) =>
    asked('update_deal', { deal: DEAL, set: [{ name, value: '{{ v }}' }] }, { v: value } as JsonObject)
  const given = (name: string, value: unknown) => (set(name, value) as { set: JsonObject }).set
  // The payload keeps what was written; it is read again, in the same way, where it is stored.
  for (const [name, value] of [
    ['value', '€1,250.50'],
    ['value', { amount: 125_000, currency: 'EUR' }],
    ['value', null],
    ['probability', '40'],
    ['expectedCloseOn', '2026-12-01T10:00:00Z'],
    ['expectedCloseOn', ''],
    ['stage', 'Proposal'],
    ['lostNote', null],
    ['custom.region', ['north']],
  ] as const)
    assert.deepEqual(given(name, value), { [name]: value }, name)
  const cases: [name: string, value: unknown][] = [
    ['value', 'a lot'],
    ['value', -1],
    ['value', { amount: 1.5, currency: 'EUR' }],
    ['probability', 'high'],
    ['probability', 12.5],
    ['expectedCloseOn', 'soon'],
    ['expectedCloseOn', '2026-13-01'],
    ['name', ''],
    ['name', null],
    ['stage', ' '],
  ]
  for (const [name, value] of cases)
    assert.equal(set(name, value), 'record.invalid_value', `${name} ${JSON.stringify(value)}`)
  const { error } = runNode('update_deal', { set: [{ name: 'value', value: 'a lot' }] })
  assert.match(String(error?.message), /The value for value does not fit: "a lot"\.$/)
})

test('a record is the one that is named, else that of the event, and never another one because a template is empty', () => {
  const event = { event: { payload: { dealId: DEAL, companyId: DEAL, activityId: DEAL, personId: DEAL } } }
  const addTags = ['x']
  const named = (type: string, config: object, key: string, input: JsonObject = {}) => {
    const payload = asked(type, config, input)
    return typeof payload === 'string' ? payload : payload?.[key]
  }
  assert.equal(named('update_deal', { addTags }, 'deal', event), DEAL)
  assert.equal(named('update_deal', { addTags }, 'deal'), null)
  assert.equal(named('update_deal', { deal: '{{ d }}', addTags }, 'deal', { ...event, d: ' ' }), '')
  assert.equal(named('update_deal', { deal: '{{ d }}', addTags }, 'deal', event), 'template.missing_value')
  assert.equal(named('update_company', { addTags }, 'company', event), DEAL)
  assert.equal(named('change_tags', { object: 'company', addTags }, 'record', event), DEAL)
  assert.equal(named('change_tags', { addTags }, 'record', { event: { payload: { personId: 7 } } }), null)
  assert.equal(named('update_person', { addTags }, 'email', event), DEAL)
  assert.equal(named('complete_task', {}, 'task', event), DEAL)
  assert.deepEqual(asked('complete_task', { deal: DEAL, task: 'x' }), { task: null, deal: DEAL })
  const about = (config: object, input: JsonObject) =>
    named('create_activity', { title: 't', ...config }, 'records', input)
  assert.deepEqual(about({}, event), { person: DEAL, company: DEAL, deal: DEAL })
  assert.deepEqual(about({ company: 'acme.example' }, event), { company: 'acme.example' })
  assert.equal(
    asked('create_deal', { name: 'x', person: '{{ nobody }}' }, { lead: { id: DEAL } }),
    'record.not_named',
  )
})

test('a company is told by its domain, however it is written', () => {
  const company = (website: string, name = 'Acme') => {
    const { error, effects, state } = runNode(
      'create_company',
      { name: '{{ n }}', website: '{{ w }}' },
      {
        n: name,
        w: website,
      },
    )
    return error?.code ?? [effects[0]?.payload.name, effects[0]?.payload.domain, state.end?.outcome]
  }
  for (const website of [
    'acme.example',
    'https://www.Acme.example/about?x=1',
    'WWW.ACME.EXAMPLE',
    ' http://acme.example:81 ',
  ])
    assert.deepEqual(company(website), ['Acme', 'acme.example', 'completed'], website)
  assert.deepEqual(company(''), ['Acme', null, 'completed'])
  assert.deepEqual(company('acme.example', ''), ['acme.example', 'acme.example', 'completed'])
  assert.equal(company('', ' '), 'company.no_name')
  for (const website of ['not a domain', 'acme', 'a@b.example', 'https://', 'javascript:alert(1)'])
    assert.equal(company(website), 'company.invalid_website', website)
})

test('a day is a day, and the id of what is made is known at once', () => {
  const due = (text: string) => {
    const payload = asked('create_activity', { title: 't', due: '{{ d }}' }, { d: text })
    return typeof payload === 'string' ? payload : payload?.dueOn
  }
  assert.equal(due('2026-03-02'), '2026-03-02')
  assert.equal(due('2026-03-02T23:00:00.000Z'), '2026-03-02')
  assert.equal(due(''), null)
  assert.equal(due('tomorrow'), 'activity.invalid_day')
  assert.equal(due('2026-02-30'), 'activity.invalid_day')
  for (const [type, config, key] of [
    ['create_activity', { title: 't' }, 'activityId'],
    ['create_deal', { name: 'd' }, 'dealId'],
  ] as const) {
    const { effects, steps } = runNode(type, config)
    const output = steps.find(({ nodeId }) => nodeId === 'node')?.output as JsonObject
    assert.equal(output[key], effects[0]?.id)
  }
})
