import assert from 'node:assert/strict'
import { test } from 'node:test'
import { draftErrors, draftOf, settingsOfDraft } from './limit-form.ts'

const none = { limit: null, errorWorkflowId: null }
const full = {
  limit: { runs: 50, perKey: { key: '{{ lead.id }}', runs: 2 }, overflow: 'refuse' as const },
  errorWorkflowId: '019b0c4e-7a10-7c3e-9f00-3c2f1d4a5b6c',
}

test('settings survive being edited without a change', () => {
  for (const settings of [none, full]) assert.deepEqual(settingsOfDraft(draftOf(settings)), settings)
})

test('without a number and a key there is no limit', () => {
  assert.equal(settingsOfDraft({ ...draftOf(full), runs: ' ', key: '' }).limit, null)
  assert.deepEqual(settingsOfDraft({ ...draftOf(none), key: ' {{ lead.id }} ' }).limit, {
    runs: null,
    perKey: { key: '{{ lead.id }}', runs: 1 },
    overflow: 'queue',
  })
})

test('only whole numbers that the server takes are saved', () => {
  const errors = (runs: string, perKey = '1', key = '') =>
    Object.keys(draftErrors({ ...draftOf(none), runs, perKey, key }))
  assert.deepEqual(errors(''), [])
  assert.deepEqual(errors('10000'), [])
  for (const text of ['0', '10001', '1.5', '-1', 'many']) assert.deepEqual(errors(text), ['runs'])
  assert.deepEqual(errors('', 'x'), [])
  assert.deepEqual(errors('', 'x', '{{ lead.id }}'), ['perKey'])
})
