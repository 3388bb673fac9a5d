import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRepetitions, readLiveMessage } from './live-message.ts'

test('a message is read with the records it is about', () => {
  const subjects = [{ type: 'lead', id: '1' }]
  assert.deepEqual(readLiveMessage(JSON.stringify({ id: 'e1', type: 'lead.created', subjects })), {
    id: 'e1',
    type: 'lead.created',
    subjects,
    isMany: false,
  })
  assert.equal(readLiveMessage('{"id":"e1","type":"run.progressed","many":true}')?.isMany, true)
})

test('what is no message is left out, and so are broken subjects of a good one', () => {
  for (const text of ['', 'beat', 'null', '[]', '{"type":"lead.created"}', '{"id":"e1"}']) {
    assert.equal(readLiveMessage(text), undefined, text)
  }
  const message = readLiveMessage('{"id":"e1","type":"lead.created","subjects":[null,{"type":"lead"}]}')
  assert.deepEqual(message?.subjects, [])
})

test('what is said twice is heard once', () => {
  const repetitions = createRepetitions()
  assert.deepEqual(
    ['a', 'b', 'a', 'b', 'c'].filter(id => repetitions.isNew(id)),
    ['a', 'b', 'c'],
  )
})
