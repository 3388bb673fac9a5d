import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typingAt, withFilter, withOpening, withValue } from './completion.ts'

/** A text in which | that stands alone marks the caret. */
function at(marked: string) {
  const caret = marked.indexOf('¦')
  const text = marked.replace('¦', '')
  return { text, caret, typing: typingAt(text, caret) }
}

const shown = ({ text, caret }: { text: string; caret: number }) =>
  `${text.slice(0, caret)}¦${text.slice(caret)}`

test('a value is written between two braces, a filter behind a bar', () => {
  const cases: [string, string | null][] = [
    ['Hello {{¦', 'value:'],
    ['Hello {{ lead.na¦', 'value:lead.na'],
    ['Hello {{ lead.na¦ }} and {{ x }}', 'value:lead.na'],
    ['{{ a }} {{ b ¦', 'value:b'],
    ['{{ lead.name | ¦', 'filter:'],
    ['{{ lead.name | up¦ }}', 'filter:up'],
    ['{{ lead.name | upper | tru¦', 'filter:tru'],
    ['{{ lead.name | default: ¦', null],
    ['{{ "a | b¦', null],
    ['{{ lead.name }}¦', null],
    ['Hello ¦', null],
    ['{¦{', null],
    ['¦{{ a }}', null],
  ]
  for (const [marked, expected] of cases) {
    const { typing } = at(marked)
    assert.equal(typing && `${typing.of}:${typing.query}`, expected, marked)
  }
})

test('a chosen value replaces what was written of it and closes the placeholder once', () => {
  const choose = (marked: string) => {
    const { text, typing } = at(marked)
    assert.ok(typing, marked)
    return shown(withValue(text, typing, 'lead.email'))
  }
  assert.equal(choose('To {{¦'), 'To {{ lead.email }}¦')
  assert.equal(choose('To {{ le¦ }}!'), 'To {{ lead.email }}¦!')
  assert.equal(choose('To {{ le¦ad.name }}!'), 'To {{ lead.email }}¦!')
  assert.equal(choose('To {{ le¦ | upper }}!'), 'To {{ lead.email¦ | upper }}!')
})

test('a chosen filter stands behind the bar, with room for the argument it needs', () => {
  const choose = (marked: string, needsArgument: boolean) => {
    const { text, typing } = at(marked)
    assert.ok(typing, marked)
    return shown(withFilter(text, typing, 'default', needsArgument))
  }
  assert.equal(choose('{{ a | de¦', true), '{{ a | default: ¦ }}')
  assert.equal(choose('{{ a | de¦ }}', false), '{{ a | default¦ }}')
  assert.equal(choose('{{ a | de¦ | upper }}', false), '{{ a | default¦ | upper }}')
})

test('the button opens a placeholder in place of what is selected', () => {
  assert.equal(shown(withOpening('Hello you', 6, 9)), 'Hello {{ ¦')
})
