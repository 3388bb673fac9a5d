import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { newId } from '#platform/ids.ts'
import { namedIn } from './named-settings.ts'
import { nodeTypes } from './nodes/catalogue.ts'

/** Settings of these names hold the name of something, in whatever kind of node they stand. */
const NAMES =
  /^(person|company|deal|owner|assignee|pipeline|stage|workflowId|members|tags|addTags|removeTags)$/

test('every setting that names something of the organization says what', () => {
  for (const type of nodeTypes.values()) {
    const { properties = {} } = z.toJSONSchema(type.config, { io: 'input', unrepresentable: 'any' })
    for (const [name, schema] of Object.entries(properties)) {
      if (!NAMES.test(name)) continue
      assert.ok(typeof schema === 'object' && 'names' in schema, `${type.type}.${name} can only be typed`)
    }
  }
})

test('ids in settings are found with what they name, and texts and placeholders are not', () => {
  const [company, owner, person] = [newId(), newId(), newId()]
  const told = (type: string, config: object) =>
    namedIn({ type, config: config as Record<string, string> }).map(
      ({ names, id, path }) => [names, id, path.join('.')] as const,
    )
  assert.deepEqual(
    told('create_deal', {
      name: newId(),
      company,
      person: '{{ event.payload.personId }}',
      pipeline: 'Sales',
      set: [
        { name: 'source', value: newId() },
        { name: 'owner', value: owner },
      ],
    }),
    [
      ['company', company, 'company'],
      ['member', owner, 'set.1.value'],
    ],
  )
  assert.deepEqual(told('notify', { title: 'Hi', members: ['a@b.example', owner] }), [
    ['member', owner, 'members.1'],
  ])
  assert.deepEqual(told('lookup', { what: 'company', record: company }), [['company', company, 'record']])
  assert.deepEqual(told('lookup', { what: 'activity', record: company }), [])
  assert.deepEqual(told('change_tags', { record: person, addTags: ['x'] }), [['person', person, 'record']])
  assert.deepEqual(told('nothing_known', { record: person }), [])
})
