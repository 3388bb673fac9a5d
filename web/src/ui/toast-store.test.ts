import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { dismissToast, toastDone, toastFailed, toastStore, toastUndo, undoLast } from './toast-store.ts'

beforeEach(() => {
  while (undoLast());
  for (const toast of toastStore.list()) dismissToast(toast.id)
})

test('undo runs once, from the toast or from the key, and takes its toast away', () => {
  let undone = 0
  toastUndo('Moved.', () => undone++)
  assert.equal(undoLast(), true)
  assert.equal(undone, 1)
  assert.deepEqual(toastStore.list(), [])
  assert.equal(undoLast(), false)
  assert.equal(undone, 1)
})

test('an act can still be taken back with the key after its toast has gone', () => {
  let undone = 0
  dismissToast(toastUndo('Moved.', () => undone++))
  assert.equal(undoLast(), true)
  assert.equal(undone, 1)
})

test('the key takes back the latest act', () => {
  const undone: string[] = []
  toastUndo('First.', () => undone.push('first'))
  toastUndo('Second.', () => undone.push('second'))
  undoLast()
  assert.deepEqual(undone, ['second'])
})

test('a failure stays until it is dismissed or tried again', () => {
  let tried = 0
  toastFailed({ message: 'Not moved.', retry: () => tried++ })
  const toast = toastStore.list()[0]
  assert.equal(toast?.lasts, Number.POSITIVE_INFINITY)
  toast?.action?.run()
  assert.equal(tried, 1)
  assert.deepEqual(toastStore.list(), [])
})

test('at most four toasts stand at once, the newest last', () => {
  for (const word of ['1', '2', '3', '4', '5']) toastDone(word)
  assert.deepEqual(
    toastStore.list().map(toast => toast.message),
    ['2', '3', '4', '5'],
  )
})
