import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withRead } from './with-read.ts'

const data = {
  pageParams: [''],
  pages: [
    {
      unreadCount: 5,
      items: [
        { id: 'd', readAt: null },
        { id: 'c', readAt: 'before' },
      ],
    },
    {
      unreadCount: 5,
      items: [
        { id: 'b', readAt: null },
        { id: 'a', readAt: null },
      ],
    },
  ],
}
const readAts = (shown: typeof data) => shown.pages.flatMap(page => page.items.map(item => item.readAt))

test('named notifications are read, counted off, and keep the time they were first read', () => {
  const after = withRead(data, { ids: ['d', 'c', 'a'] }, 'now') as typeof data
  assert.deepEqual(readAts(after), ['now', 'before', null, 'now'])
  assert.deepEqual(
    after.pages.map(page => page.unreadCount),
    [3, 3],
  )
})

test('marking up to one reads it and everything older, and nothing newer', () => {
  const after = withRead(data, { upTo: 'b' }, 'now') as typeof data
  assert.deepEqual(readAts(after), [null, 'before', 'now', 'now'])
})
