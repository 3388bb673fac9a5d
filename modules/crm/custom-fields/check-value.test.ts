import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newId } from '#platform/ids.ts'
import type { FieldKind } from '../record-api.ts'
import { checkValue, LONG_TEXT_MAX, TEXT_MAX } from './check-value.ts'

const options = ['gold', 'silver', 'lead'].map(value => ({
  value,
  label: value,
  color: 'neutral' as const,
  isArchived: value === 'lead',
}))
const id = newId()
const NUL = 'a\u0000b'
const LONE = 'a\ud800'

/** What is sent and what is stored, by kind; null is stored for what is empty. */
const GOOD: Readonly<Record<FieldKind, readonly (readonly [unknown, unknown])[]>> = {
  text: [
    ['  Ada   Lovelace\n', 'Ada Lovelace'],
    ['', null],
    [' \t', null],
    ['😀', '😀'],
    ['e\u0301', 'é'],
    ["'; drop table crm.people; --", "'; drop table crm.people; --"],
    ['<b>x</b>', '<b>x</b>'],
    ['x'.repeat(TEXT_MAX), 'x'.repeat(TEXT_MAX)],
  ],
  long_text: [
    ['one\r\ntwo\rthree  ', 'one\ntwo\nthree'],
    ['', null],
    ['y'.repeat(LONG_TEXT_MAX), 'y'.repeat(LONG_TEXT_MAX)],
  ],
  number: [
    [0, 0],
    [-0, 0],
    [-12.5, -12.5],
    [0.1 + 0.2, 0.1 + 0.2],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ],
  money: [
    [
      { amount: 125_000, currency: 'EUR' },
      { amount: 125_000, currency: 'EUR' },
    ],
    [
      { amount: -1, currency: 'JPY' },
      { amount: -1, currency: 'JPY' },
    ],
    [
      { currency: 'CHF', amount: 0 },
      { amount: 0, currency: 'CHF' },
    ],
  ],
  date: [
    ['2026-11-30', '2026-11-30'],
    ['2024-02-29', '2024-02-29'],
    ['0001-01-01', '0001-01-01'],
  ],
  time: [
    ['2026-11-30T08:00:00Z', '2026-11-30T08:00:00.000Z'],
    ['2026-11-30T08:00:00+02:00', '2026-11-30T06:00:00.000Z'],
  ],
  boolean: [
    [true, true],
    [false, false],
  ],
  select: [
    ['gold', 'gold'],
    ['', null],
  ],
  multi_select: [
    [
      ['silver', 'gold', 'gold'],
      ['gold', 'silver'],
    ],
    [['lead'], ['lead']],
    [[], null],
  ],
  email: [
    [' Ada@Example.COM ', 'ada@example.com'],
    ['', null],
  ],
  phone: [
    ['06 12 34 56 78', '+33612345678'],
    ['+44 20 7946 0958', '+442079460958'],
    ['', null],
  ],
  url: [
    ['example.com', 'https://example.com/'],
    ['HTTP://Example.com/Path?q=1', 'http://example.com/Path?q=1'],
    ['', null],
  ],
  user: [[id, id]],
  relation: [[id, id]],
}

const BAD: Readonly<Record<FieldKind, readonly unknown[]>> = {
  text: [1, true, [], {}, NUL, LONE, 'x'.repeat(TEXT_MAX + 1)],
  long_text: [1, NUL, LONE, 'y'.repeat(LONG_TEXT_MAX + 1)],
  number: ['12', '', true, [], Number.NaN, Number.POSITIVE_INFINITY, 1e300, Number.MAX_SAFE_INTEGER + 1],
  money: [
    12,
    '12 EUR',
    [],
    {},
    { amount: 1 },
    { currency: 'EUR' },
    { amount: 1.5, currency: 'EUR' },
    { amount: '1', currency: 'EUR' },
    { amount: 1, currency: 'eur' },
    { amount: 1, currency: 'ZZZ' },
    { amount: 1, currency: 'EUR', more: 1 },
    { amount: 2 ** 60, currency: 'EUR' },
  ],
  date: [
    '2026-02-30',
    '2025-02-29',
    '30.11.2026',
    '2026-11-30T08:00:00Z',
    'today',
    '',
    20261130,
    '0000-01-01',
    '10000-01-01',
  ],
  time: ['2026-11-30', '2026-11-30T25:00:00Z', '2026-11-30T08:00:00', 'now', '', 0],
  boolean: ['true', 1, 0, '', []],
  select: ['bronze', 'Gold', 'lead', 1, ['gold'], 'constructor'],
  multi_select: ['gold', ['bronze'], [1], ['gold', 'x'], Array(101).fill('gold'), {}],
  email: ['ada', 'ada@', 'a b@example.com', 1, NUL, `${'a'.repeat(250)}@example.com`],
  phone: ['abc', '12', '+33 6', 1, '0'.repeat(70)],
  url: [
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://example.com',
    'mailto:a@example.com',
    'https://user:secret@example.com',
    'https://exa mple.com',
    'nothing',
    'https://',
    `https://example.com/${'x'.repeat(2_000)}`,
    1,
  ],
  user: ['me', '', 1, id.toUpperCase(), [id]],
  relation: ['acme', '', 1, { id }],
}

const made = (kind: FieldKind) => ({ kind, options })

describe('a value of a custom field', () => {
  for (const kind of Object.keys(GOOD) as FieldKind[]) {
    it(`of kind ${kind} is brought into one form, and stays in it`, () => {
      assert.deepEqual(checkValue(made(kind), null), { value: null })
      for (const [sent, stored] of GOOD[kind]) {
        assert.deepEqual(checkValue(made(kind), sent), { value: stored }, JSON.stringify(sent))
        assert.deepEqual(checkValue(made(kind), stored), { value: stored }, JSON.stringify(stored))
      }
    })

    it(`of kind ${kind} is refused in a plain sentence when it is none`, () => {
      for (const sent of BAD[kind]) {
        const checked = checkValue(made(kind), sent)
        assert.ok('message' in checked, `${kind} took ${JSON.stringify(sent)}`)
        assert.match(checked.message, /^[A-Z“].*\.$/)
      }
    })
  }

  it('that stood there already may be of an archived option', () => {
    assert.ok('code' in checkValue(made('select'), 'lead'))
    assert.deepEqual(checkValue(made('select'), 'lead', true), { value: 'lead' })
  })
})
