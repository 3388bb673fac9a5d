import assert from 'node:assert/strict'
import { test } from 'node:test'
import { safeNext } from './safe-next.ts'

test('a path of the app is a place to go on to', () => {
  assert.equal(safeNext('/workflows/1?tab=runs#top'), '/workflows/1?tab=runs#top')
})

test('no address that a browser reads as another site is followed', () => {
  for (const next of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/\t/evil',
    '',
    7,
  ]) {
    assert.equal(safeNext(next), undefined, String(next))
  }
})
