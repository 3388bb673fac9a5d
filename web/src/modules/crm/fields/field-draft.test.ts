import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FieldKind } from '#modules/crm/contract.ts'
import { draftOf, valueOfDraft, webAddress } from './field-draft.ts'
import { dayText, fieldWords, isBlank } from './field-words.ts'

const field = (kind: FieldKind, isRequired = false) => ({ kind, label: 'Field', isRequired })
const typed = (kind: FieldKind, text: string) => valueOfDraft(field(kind), { text, currency: 'EUR' })

describe('what an editor begins and ends with', () => {
  it('is the same value when nothing is typed', () => {
    const values: readonly (readonly [FieldKind, unknown])[] = [
      ['text', 'Ada'],
      ['number', 12.5],
      ['money', { amount: 123450, currency: 'EUR' }],
      ['money', { amount: 1234, currency: 'JPY' }],
      ['date', '2026-11-21'],
      ['time', '2026-11-21T09:30:00.000Z'],
      ['url', 'https://acme.example'],
      ['text', null],
    ]
    for (const [kind, value] of values) {
      assert.deepEqual(valueOfDraft(field(kind), draftOf(kind, value)), { value })
    }
  })
  it('is nothing for an empty text, which a required field refuses', () => {
    assert.deepEqual(typed('text', '  '), { value: null })
    assert.deepEqual(valueOfDraft(field('text', true), { text: ' ', currency: 'EUR' }), {
      error: 'Field cannot be empty.',
    })
  })
  it('is refused when it cannot be read', () => {
    for (const [kind, text] of [
      ['number', 'many'],
      ['money', 'a lot'],
      ['money', '99999999999999999999'],
      ['date', 'tomorrow'],
      ['time', 'soon'],
      ['email', 'ada@'],
    ] as const) {
      assert.ok(typed(kind, text).error, `${kind} ${text}`)
    }
  })
  it('gives web addresses their scheme', () => {
    assert.deepEqual(typed('url', 'acme.example/a'), { value: 'https://acme.example/a' })
    assert.deepEqual(typed('url', 'http://acme.example'), { value: 'http://acme.example' })
  })
})

describe('links', () => {
  it('lead only where a browser may follow', () => {
    assert.equal(webAddress('javascript:alert(1)'), undefined)
    assert.equal(webAddress('data:text/html,x'), undefined)
    assert.equal(webAddress('acme.example'), 'https://acme.example/')
    assert.equal(webAddress('nothing here'), undefined)
  })
})

describe('values in words', () => {
  it('name what is stored', () => {
    const options = [{ value: 'hot', label: 'Hot' }]
    assert.equal(fieldWords({ kind: 'select', options }, 'hot'), 'Hot')
    assert.equal(fieldWords({ kind: 'select', options }, 'gone'), 'gone')
    assert.equal(fieldWords({ kind: 'multi_select', options }, ['hot', 'new']), 'Hot, new')
    assert.equal(fieldWords({ kind: 'relation' }, { id: '1', name: 'Acme' }), 'Acme')
    assert.equal(fieldWords({ kind: 'user' }, 'u1', new Map([['u1', 'Ada']])), 'Ada')
    assert.equal(fieldWords({ kind: 'boolean' }, false), 'No')
    assert.equal(fieldWords({ kind: 'text' }, null), '')
  })
  it('read a day as the same day everywhere', () =>
    assert.equal(dayText('2026-12-24', 'en-GB'), '24 Dec 2026'))
  it('know what is empty', () => {
    assert.deepEqual([null, '', [], undefined].map(isBlank), [true, true, true, true])
    assert.deepEqual([0, false, ' ', [1]].map(isBlank), [false, false, false, false])
  })
})
