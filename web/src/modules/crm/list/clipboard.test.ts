import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecordField } from '#modules/crm/contract.ts'
import { cellsOf, tsvOf, valueOfText } from './clipboard.ts'

const field = (kind: RecordField['kind'], more: Partial<RecordField> = {}): RecordField => ({
  key: kind,
  label: 'Field',
  kind,
  group: '',
  isCustom: false,
  isEditable: true,
  isRequired: false,
  isSortable: false,
  isFilterable: true,
  isImportable: true,
  ...more,
})

test('cells with tabs, lines and quotes come back as they were', () => {
  const rows = [
    ['plain', 'a\tb', 'two\nlines'],
    ['say "hi"', '', '  spaced '],
  ]
  assert.deepEqual(cellsOf(tsvOf(rows)), rows)
})

test('what spreadsheets put on the clipboard is read, with any line end', () => {
  assert.deepEqual(cellsOf('a\tb\r\nc\td\r\n'), [
    ['a', 'b'],
    ['c', 'd'],
  ])
  assert.deepEqual(cellsOf('a\n\nb'), [['a'], [''], ['b']])
  assert.deepEqual(cellsOf('one'), [['one']])
  assert.deepEqual(cellsOf(''), [['']])
  assert.deepEqual(cellsOf('a\t'), [['a', '']])
  assert.deepEqual(cellsOf('5" pipe\tx'), [['5" pipe', 'x']])
})

test('a text becomes the value of its field, or none', () => {
  assert.deepEqual(valueOfText(field('number'), '1 234,5', null), { value: 1234.5 })
  assert.equal(valueOfText(field('number'), 'many', null), undefined)
  assert.deepEqual(valueOfText(field('money'), '$ 12.50', { amount: 1, currency: 'USD' }), {
    value: { amount: 1250, currency: 'USD' },
  })
  assert.deepEqual(valueOfText(field('money'), '1200 CHF', null), {
    value: { amount: 120_000, currency: 'CHF' },
  })
  assert.deepEqual(valueOfText(field('boolean'), 'Yes', null), { value: true })
  assert.equal(valueOfText(field('boolean'), 'perhaps', null), undefined)
  assert.equal(valueOfText(field('relation'), 'Acme', null), undefined)
  assert.equal(valueOfText(field('text', { isEditable: false }), 'x', null), undefined)
})

test('choices are found by what they are called', () => {
  const options = [
    { value: 'a1', label: 'Alpha' },
    { value: 'b2', label: 'Beta' },
  ]
  assert.deepEqual(valueOfText(field('select', { options }), ' alpha ', null), { value: 'a1' })
  assert.equal(valueOfText(field('select', { options }), 'Gamma', null), undefined)
  assert.deepEqual(valueOfText(field('multi_select', { options }), 'Beta; a1', []), { value: ['b2', 'a1'] })
  assert.equal(valueOfText(field('multi_select', { options }), 'Beta, Gamma', []), undefined)
  assert.deepEqual(valueOfText(field('multi_select'), 'vip, press', []), { value: ['vip', 'press'] })
})

test('an empty cell empties, where that is allowed', () => {
  assert.deepEqual(valueOfText(field('text'), '', 'x'), { value: null })
  assert.deepEqual(valueOfText(field('multi_select'), ' ', ['x']), { value: [] })
  assert.equal(valueOfText(field('text', { isRequired: true }), '', 'x'), undefined)
})
