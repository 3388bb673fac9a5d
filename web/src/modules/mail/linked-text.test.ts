import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linkedText } from './linked-text.ts'

const hrefs = (text: string) => linkedText(text).flatMap(part => part.href ?? [])

test('addresses become links and the sentence around them does not', () => {
  assert.deepEqual(hrefs('See https://acme.example/a?b=c#d, or (http://acme.example/e).'), [
    'https://acme.example/a?b=c#d',
    'http://acme.example/e',
  ])
})

test('a parenthesis that was opened inside an address stays in it', () => {
  assert.deepEqual(hrefs('(https://en.example/Mill_(grinding))'), ['https://en.example/Mill_(grinding)'])
})

test('nothing but http and https becomes a link', () => {
  assert.deepEqual(hrefs('javascript:alert(1) data:text/html,x ftp://a.example file:///etc/passwd'), [])
  assert.deepEqual(hrefs('https:// and http://.'), [])
})

test('the parts joined are the text as it was', () => {
  for (const text of [
    '',
    'no link',
    'https://a.example',
    'a\nhttps://a.example).\n\n(https://b.example/(x)',
  ]) {
    assert.equal(
      linkedText(text)
        .map(part => part.text)
        .join(''),
      text,
    )
  }
})
