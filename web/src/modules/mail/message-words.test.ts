import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MessageStatus } from '#modules/mail/contract.ts'
import { isUnderWay, otherEnd, recordLinks, statusWords } from './message-words.ts'

const person = (name: string, address = `${name.toLowerCase()}@example.com`) => ({ name, address })

test('a list mentions every status in which something is still open or went wrong, and no other', () => {
  const loud = MessageStatus.options.filter(status => !statusWords({ status, mailbox: 'smtp' }).quiet)
  assert.deepEqual(loud, ['queued', 'sending', 'failed', 'unknown', 'suppressed'])
})

test('what the development mailbox kept is not called sent', () => {
  assert.equal(statusWords({ status: 'sent', mailbox: 'development' }).word, 'Captured')
  assert.equal(statusWords({ status: 'sent', mailbox: 'smtp' }).word, 'Sent')
})

test('only a message that the server still works on is under way', () => {
  assert.deepEqual(
    MessageStatus.options.filter(status => isUnderWay({ status })),
    ['queued', 'sending'],
  )
})

test('a sent message is named after its recipients and a received one after its sender', () => {
  const from = person('Acme')
  const ada = person('Ada')
  const plain = { name: '', address: 'grace@example.com' }
  assert.equal(otherEnd({ direction: 'outbound', from, to: [plain] }), 'grace@example.com')
  assert.equal(otherEnd({ direction: 'outbound', from, to: [ada, plain] }), 'Ada and grace@example.com')
  assert.equal(otherEnd({ direction: 'outbound', from, to: [ada, plain, from] }), 'Ada and 2 others')
  assert.equal(otherEnd({ direction: 'inbound', from, to: [ada] }), 'Acme')
})

test('a message links to its lead and its run, once each, and to nothing that has no page', () => {
  const subjects = [
    { type: 'run', id: 'r1' },
    { type: 'workflow', id: 'w1' },
    { type: 'lead', id: 'l1' },
  ]
  assert.deepEqual(
    recordLinks({ runId: 'r1', subjects }).map(link => link.to),
    ['/leads/l1', '/runs/r1'],
  )
  assert.deepEqual(
    recordLinks({ runId: null, subjects: subjects.slice(0, 1) }).map(link => link.to),
    ['/runs/r1'],
  )
  assert.deepEqual(recordLinks({ runId: null, subjects: [{ type: 'workflow', id: 'w1' }] }), [])
})
