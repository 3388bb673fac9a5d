import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askToConfirm, closeConfirm, confirmStore } from './confirm-store.ts'

test('all who ask at the same time wait for one proof', async () => {
  const both = Promise.all([askToConfirm(), askToConfirm()])
  assert.equal(confirmStore.isOpen(), true)
  closeConfirm(true)
  assert.deepEqual(await both, [true, true])
  assert.equal(confirmStore.isOpen(), false)
})

test('who asks after a refusal is asked anew', async () => {
  const first = askToConfirm()
  closeConfirm(false)
  const second = askToConfirm()
  closeConfirm(true)
  assert.deepEqual([await first, await second], [false, true])
})
