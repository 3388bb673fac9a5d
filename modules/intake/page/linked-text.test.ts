import assert from 'node:assert/strict'
import { test } from 'node:test'
import { html } from './html.ts'
import { linked } from './linked-text.ts'

const shown = (text: string) => html`${linked(text)}`.text

test('words with an address become links, beside the page', () => {
  assert.equal(
    shown('I have read the [privacy notice](https://example.com/privacy?a=1&b=2) and agree.'),
    'I have read the <a href="https://example.com/privacy?a=1&#38;b=2" target="_blank" rel="noopener noreferrer">privacy notice</a> and agree.',
  )
  assert.match(
    shown('[Write](mailto:me@example.com) or [read](http://example.com)'),
    /mailto:me@example\.com.*<a href="http:/,
  )
})

test('everything else stays text, whatever it looks like', () => {
  for (const text of [
    '[x](javascript:alert(1))',
    '[x](data:text/html,hi)',
    '[x](/relative)',
    '<a href="https://example.com">x</a>',
    '[](https://example.com)',
    '[x] (https://example.com)',
    '[x](https://)',
  ]) {
    assert.doesNotMatch(shown(text), /<a /, text)
  }
  assert.match(
    shown('["><b>](https://example.com/")'),
    /^<a href="https:\/\/example\.com\/%22" [^<]*>&#34;&#62;&#60;b&#62;<\/a>$/,
  )
})
