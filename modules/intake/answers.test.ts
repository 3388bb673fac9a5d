import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import blns from '#test/fixtures/security/blns.json' with { type: 'json' }
import { checkAnswers } from './answers.ts'
import { isCalendarDate } from './calendar-date.ts'
import { FormField } from './form-definition.ts'

const field = (given: Record<string, unknown>) => FormField.parse({ key: 'x', label: 'X', ...given })

/** What becomes of one answer: the stored text, `null` for none, or the code of the problem. */
function outcome(definition: Record<string, unknown>, value: unknown): string | null {
  const { answers, problems } = checkAnswers([field(definition)], value === undefined ? {} : { x: value })
  if (problems.length > 0) {
    assert.deepEqual(answers, {})
    assert.equal(problems[0]?.pointer, '/answers/x')
    assert.ok((problems[0]?.message.length ?? 0) > 0)
    return `!${problems[0]?.code}`
  }
  return answers.x ?? null
}

function expect(definition: Record<string, unknown>, cases: [unknown, string | null][]): void {
  for (const [value, expected] of cases) {
    assert.equal(
      outcome(definition, value),
      expected,
      `${JSON.stringify(definition)} ← ${JSON.stringify(value)}`,
    )
  }
}

const TYPED = ['TEXT', 'LONG_TEXT', 'EMAIL', 'PHONE', 'URL', 'DROPDOWN', 'MULTI_SELECT', 'NUMBER', 'DATE']
const optionsOf = (type: string) => (type === 'DROPDOWN' || type === 'MULTI_SELECT' ? { options: ['a'] } : {})

describe('an answer', () => {
  it('of any type is refused when it is needed and missing, and is no answer when it is not needed', () => {
    for (const type of TYPED) {
      const options = optionsOf(type)
      for (const nothing of [undefined, null, '', '  ', '\u00a0\u3000\t']) {
        assert.equal(outcome({ type, required: true, ...options }, nothing), '!required', type)
        assert.equal(outcome({ type, ...options }, nothing), null, type)
      }
    }
  })

  it('of any type is refused when it is not text', () => {
    for (const type of TYPED) {
      if (type === 'NUMBER' || type === 'MULTI_SELECT') continue
      const options = optionsOf(type)
      for (const value of [5, true, ['a'], { a: 1 }])
        assert.equal(outcome({ type, ...options }, value), '!wrong_type', type)
    }
    for (const value of [true, ['1'], { a: 1 }])
      assert.equal(outcome({ type: 'NUMBER' }, value), '!wrong_type')
  })

  it('as text is kept as it was typed, within its limits', () => {
    expect({ type: 'TEXT', validation: { minLength: 2, maxLength: 5 } }, [
      [' ab ', ' ab '],
      ['a', '!too_short'],
      ['abcdef', '!too_long'],
      ['a\nb', '!line_break'],
      ['a\u2028b', '!line_break'],
    ])
    expect({ type: 'TEXT', validation: { multiline: true } }, [['a\r\n\tb\n', 'a\r\n\tb\n']])
    expect({ type: 'TEXT' }, [
      ['x'.repeat(10_000), 'x'.repeat(10_000)],
      ['x'.repeat(10_001), '!too_long'],
      [`e${'\u0301'.repeat(1_000_000)}`, '!too_long'],
    ])
  })

  it('as text may be any naughty string that is not empty', () => {
    const legal = blns.filter(text => text.trim() !== '')
    assert.ok(legal.length > 480)
    for (const text of legal)
      assert.equal(outcome({ type: 'TEXT', validation: { multiline: true } }, text), text)
  })

  it('as an e-mail address is one plain address', () => {
    expect({ type: 'EMAIL' }, [
      ['  Grace.Hopper+x@Example.COM ', 'Grace.Hopper+x@Example.COM'],
      ...[
        'grace',
        'grace@',
        '@example.com',
        'grace@localhost',
        'a@b@example.com',
        'Grace <grace@example.com>',
        'grace@example.com\nBcc: x@example.com',
        'grace@example.com, x@example.com',
        `${'a'.repeat(65)}@example.com`,
        `a@${'b.'.repeat(130)}com`,
        'grаce@example.com',
      ].map((text): [string, string] => [text, '!invalid_email']),
    ])
  })

  it('as a choice is one of the options, exactly', () => {
    expect({ type: 'DROPDOWN', options: ['$500', 'More'] }, [
      ['$500', '$500'],
      ['more', '!not_an_option'],
      ['More ', '!not_an_option'],
      ['toString', '!not_an_option'],
    ])
  })

  it('as long text may have lines', () => {
    expect({ type: 'LONG_TEXT', validation: { minLength: 3, maxLength: 5 } }, [
      ['a\nb ', 'a\nb '],
      ['ab', '!too_short'],
      ['abcdef', '!too_long'],
    ])
  })

  it('as a phone number is digits as people write them', () => {
    expect({ type: 'PHONE' }, [
      [' +33 6 12 34 56 78 ', '+33 6 12 34 56 78'],
      ['(020) 7946-0958', '(020) 7946-0958'],
      ['06.12.34.56.78', '06.12.34.56.78'],
      ['+1 650 253 0000 ext. 12', '+1 650 253 0000 ext. 12'],
      ...['12345', 'call me', '+', '06 12 34 56 78 or later', '06 12 34 56 78; drop', '1'.repeat(40)].map(
        (text): [string, string] => [text, '!invalid_phone'],
      ),
    ])
  })

  it('as the address of a page is one of the web, also without its scheme', () => {
    expect({ type: 'URL' }, [
      ['https://example.com/a?b=c#d', 'https://example.com/a?b=c#d'],
      [' Example.COM ', 'https://example.com/'],
      ['http://example.com:8080', 'http://example.com:8080/'],
      ['example.com/a:b', 'https://example.com/a:b'],
      [`https://example.com/${'x'.repeat(2000)}`, '!too_long'],
      [`https://example.com/${'é'.repeat(700)}`, '!invalid_url'],
      ...[
        'javascript:alert(1)',
        'javascript://example.com/%0aalert(1)',
        'data:text/html,x',
        'ftp://example.com',
        'https://name:secret@example.com',
        'grace@example.com',
        'localhost',
        'https://',
        'no page yet',
        'https://exa mple.com',
        '.com',
      ].map((text): [string, string] => [text, '!invalid_url']),
    ])
  })

  it('of several choices is those of the list, a line each, in its order', () => {
    const options = ['Design', 'Hosting, basic', 'Support']
    expect({ type: 'MULTI_SELECT', options }, [
      [['Support', 'Design'], 'Design\nSupport'],
      [['Design', 'Design'], 'Design'],
      ['Hosting, basic', 'Hosting, basic'],
      ['Support\nDesign\n', 'Design\nSupport'],
      [[], null],
      [[''], null],
      [['design'], '!not_an_option'],
      [['Design', 5], '!not_an_option'],
      [5, '!wrong_type'],
      [{ 0: 'Design' }, '!wrong_type'],
    ])
    expect({ type: 'MULTI_SELECT', options, required: true }, [
      [[], '!required'],
      [[''], '!required'],
      ['', '!required'],
    ])
    expect({ type: 'MULTI_SELECT', options, validation: { min: 2, max: 2 } }, [
      [['Design'], '!too_few'],
      [['Design', 'Support'], 'Design\nSupport'],
      [options, '!too_many'],
      [[], null],
    ])
  })

  it('that nobody typed is made to fit, and is the fixed one when there is none', () => {
    expect({ type: 'HIDDEN' }, [
      [' spring ', 'spring'],
      ['', null],
      [undefined, null],
      ['x'.repeat(5000), 'x'.repeat(1000)],
      ['\u{1f600}'.repeat(1500), '\u{1f600}'.repeat(1000)],
      [5, '!wrong_type'],
    ])
    expect({ type: 'HIDDEN', prefill: { value: 'website' } }, [
      [undefined, 'website'],
      [' ', 'website'],
      ['letter', 'letter'],
    ])
  })

  it('as a number is a plain decimal number', () => {
    expect({ type: 'NUMBER' }, [
      ['0', '0'],
      [' -12.50 ', '-12.50'],
      [12, '12'],
      [0.1, '0.1'],
      ['9007199254740991', '9007199254740991'],
      ...[
        '9007199254740993',
        '1e400',
        '1e-400',
        '-0',
        '-0.0',
        'NaN',
        'Infinity',
        '0x10',
        '1,5',
        '1 000',
        '01',
        '.5',
        '5.',
        '+5',
        '٣',
        '--1',
      ].map((text): [string, string] => [text, '!not_a_number']),
      [1e21, '!not_a_number'],
      [1e-7, '!not_a_number'],
      [Number.NaN, '!not_a_number'],
    ])
    expect({ type: 'NUMBER', validation: { min: 1, max: 10, integer: true } }, [
      ['1', '1'],
      ['10', '10'],
      ['0', '!too_small'],
      ['11', '!too_large'],
      ['1.5', '!not_an_integer'],
    ])
  })

  it('as a date is a day that exists', () => {
    expect({ type: 'DATE', validation: { min: '2026-01-01', max: '2028-12-31' } }, [
      ['2026-01-01', '2026-01-01'],
      ['2028-02-29', '2028-02-29'],
      ['2025-12-31', '!too_early'],
      ['2029-01-01', '!too_late'],
    ])
    const refused = ['2026-02-30', '2026-02-29', '0000-01-01', '9999-12-31', '+275760-09-13', '10000-01-01']
    refused.push(
      '2026-1-1',
      '30.11.2026',
      '2026-11-30T24:00',
      '2026-11-30 PST',
      'now()',
      '2026-13-01',
      '2026-00-10',
    )
    for (const text of refused) {
      assert.equal(isCalendarDate(text), false, text)
      assert.equal(outcome({ type: 'DATE' }, text), '!not_a_date', text)
    }
  })

  it('of a checkbox is true or false, and true where it is needed', () => {
    expect({ type: 'CHECKBOX' }, [
      [true, 'true'],
      ['true', 'true'],
      ['on', 'true'],
      [undefined, 'false'],
      [null, 'false'],
      [false, 'false'],
      ['false', 'false'],
      ['off', 'false'],
      ['', 'false'],
      ['yes', '!wrong_type'],
      [1, '!wrong_type'],
    ])
    expect({ type: 'CHECKBOX', required: true }, [
      [true, 'true'],
      [false, '!required'],
      [undefined, '!required'],
    ])
  })

  it('to a question that was not asked is refused by name, a hundred of them at most', () => {
    const asked = [field({ type: 'TEXT' })]
    const pointers = checkAnswers(asked, { x: 'ok', y: 'no', 'a/b~c': 'no', constructor: 'no' }).problems.map(
      problem => [problem.pointer, problem.code],
    )
    assert.deepEqual(pointers, [
      ['/answers/y', 'unknown_field'],
      ['/answers/a~1b~0c', 'unknown_field'],
      ['/answers/constructor', 'unknown_field'],
    ])
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`k${n}`, 'x']))
    assert.equal(checkAnswers(asked, many).problems.length, 100)
  })

  it('is not taken from a prototype', () => {
    const inherited = Object.create({ x: 'inherited' }) as Record<string, unknown>
    assert.deepEqual(checkAnswers([field({ type: 'TEXT' })], inherited).answers, {})
  })
})
