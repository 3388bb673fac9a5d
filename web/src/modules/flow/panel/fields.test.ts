import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeTypes } from '#modules/flow/contract.ts'
import { fieldsOf } from './fields.ts'
import { isShown } from './setting-looks.ts'
import type { Field } from './widgets.ts'

/** Every field of a kind of node with its path, those inside others too. */
function everyField(fields: readonly Field[], at: readonly string[] = []): { path: string; field: Field }[] {
  return fields.flatMap(field => {
    const path = field.name === '' ? at : [...at, field.name]
    const { widget } = field
    const inside =
      widget.as === 'ways'
        ? widget.ways.flatMap(way => everyField(way.fields, path))
        : widget.as === 'list' || widget.as === 'group'
          ? everyField(widget.fields, path)
          : []
    return [{ path: path.join('.'), field }, ...inside]
  })
}

const catalogue = [...nodeTypes.values()].map(type => ({ type, fields: everyField(fieldsOf(type)) }))

/** Settings that are whatever their author wants, so that JSON is what they are entered as. */
const FREE_JSON = new Set(['schedule.input'])

test('every setting of every kind of node has a widget, and JSON is asked for only where anything goes', () => {
  for (const { type, fields } of catalogue) {
    for (const { path, field } of fields) {
      const name = `${type.type}.${path}`
      assert.equal(field.isFallback, false, `${name} has no widget`)
      assert.equal(field.widget.as === 'json', FREE_JSON.has(name), `${name} is entered as JSON`)
      assert.match(field.label, /^[A-Z]/, `${name} has no label`)
      assert.doesNotMatch(field.label, /[a-z][A-Z](?!a?[A-Z])|_|\./, `${name} is called ${field.label}`)
    }
  }
})

test('every option and every way is said in words', () => {
  for (const { type, fields } of catalogue) {
    for (const { path, field } of fields) {
      const { widget } = field
      const options =
        widget.as === 'choice' || widget.as === 'choices'
          ? widget.options
          : widget.as === 'ways'
            ? widget.ways
            : widget.as === 'duration'
              ? widget.units
              : []
      for (const { label } of options) assert.doesNotMatch(label, /[_.]|^$/, `${type.type}.${path}: ${label}`)
      const labels = options.map(({ label }) => label)
      assert.equal(new Set(labels).size, labels.length, `${type.type}.${path} has two options of one name`)
    }
  }
})

/** Settings that make every template of a kind of node stand somewhere. */
const FILLED: Readonly<Record<string, object>> = {
  send_email: { to: 'a', subject: 'a', text: 'a', html: 'a' },
  http_request: { method: 'POST', url: 'a', headers: [{ name: 'a', value: 'a' }], body: 'a' },
  notify: { title: 'a', body: 'a' },
  set_fields: { fields: [{ name: 'a', value: 'a' }] },
  wait: { until: 'a' },
  switch: { mode: 'value', value: 'a', cases: [{ id: 'a', equals: 'a' }] },
  loop: { items: 'a', collect: 'a' },
  approval: { title: 'a', text: 'a' },
  create_person: { email: 'a', tags: ['a'] },
  update_person: { email: 'a', set: [{ name: 'phone', value: 'a' }], addTags: ['a'], removeTags: ['a'] },
  move_lead: { status: 'a' },
  date_math: { date: 'a', amount: 'a' },
  lookup: { what: 'person', email: 'a' },
  fail: { message: 'a' },
  stop: { output: [{ name: 'a', value: 'a' }] },
  code: { source: 'a', inputs: [{ name: 'a', value: 'a' }] },
  wait_for_event: { event: 'workflow.signal', match: 'key', key: 'a', timeout: { amount: 1, unit: 'days' } },
}

test('placeholders are offered exactly where a kind of node reads them', () => {
  const takesTemplates = new Set(['template', 'value', 'pairs', 'texts', 'pick'])
  for (const { type, fields } of catalogue) {
    const config = type.config.safeParse(FILLED[type.type] ?? {})
    if (FILLED[type.type] !== undefined) assert.ok(config.success, `${type.type}: ${config.error?.message}`)
    if (!config.success) continue
    for (const { path } of type.templates(config.data)) {
      const names = path.filter(key => typeof key === 'string')
      const found =
        fields.find(each => each.path === names.join('.')) ?? fields.find(each => each.path === names[0])
      assert.ok(found && takesTemplates.has(found.field.widget.as), `${type.type}.${path.join('.')}`)
    }
  }
  const literal = catalogue
    .find(({ type }) => type.type === 'switch')
    ?.fields.find(({ path }) => path === 'cases.equals')
  assert.deepEqual(literal?.field.widget, {
    as: 'value',
    kinds: ['text', 'number', 'boolean', 'null'],
    isTemplate: false,
  })
})

test('settings are shown beside those that give them a meaning', () => {
  assert.equal(isShown('merge', 'count', {}), false)
  assert.equal(isShown('merge', 'count', { mode: 'count' }), true)
  assert.equal(isShown('switch', 'rules', {}), true)
  assert.equal(isShown('switch', 'cases', {}), false)
  assert.equal(isShown('http_request', 'body', {}), false)
  assert.equal(isShown('http_request', 'body', { method: 'PUT' }), true)
})

test('the kinds of widgets people use most are those they should be', () => {
  const widgetOf = (type: string, path: string) =>
    catalogue.find(each => each.type.type === type)?.fields.find(each => each.path === path)?.field.widget
  assert.deepEqual(widgetOf('send_email', 'text'), { as: 'template', rows: 8, isCode: false })
  assert.deepEqual(widgetOf('schedule', 'cron'), { as: 'schedule' })
  assert.deepEqual(widgetOf('filter', 'condition'), { as: 'condition' })
  assert.deepEqual(widgetOf('event', 'condition'), { as: 'condition' })
  assert.deepEqual(widgetOf('sub_workflow', 'workflowId'), { as: 'pick', from: 'workflow', isFree: false })
  assert.deepEqual(widgetOf('move_lead', 'status'), { as: 'pick', from: 'lead_status', isFree: true })
  assert.deepEqual(widgetOf('wait', 'businessHours.days'), { as: 'weekdays' })
  assert.equal(widgetOf('wait', 'duration')?.as, 'duration')
  assert.equal(widgetOf('switch', 'rules.condition')?.as, 'condition')
  assert.equal(widgetOf('switch', 'rules.id'), undefined)
})
