import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withStatus } from './with-status.ts'

const data = {
  pageParams: ['', 'b'],
  pages: [
    { items: [{ id: 'b', status: 'sent' }], nextCursor: 'b' },
    { items: [{ id: 'a', status: 'unknown' }], nextCursor: null },
  ],
}

test('one message changes its status wherever it is and the others stay', () => {
  const after = withStatus(data, 'a', 'queued')
  assert.deepEqual(
    after.pages.flatMap(page => page.items.map(item => item.status)),
    ['sent', 'queued'],
  )
  assert.deepEqual(after.pages[0], data.pages[0])
})

test('a message that is not loaded changes nothing', () => {
  assert.equal(withStatus(data, 'zz', 'queued'), data)
})
