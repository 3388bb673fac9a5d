import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { isMojibake, readCell, splitList } from './cell-values.ts'
import { orderOfDates, readDate } from './dates.ts'
import { fieldOfHeading } from './headings.ts'
import type { CellKind, ImportField } from './import-fields.ts'
import { readMoney, readNumber } from './numbers.ts'

const field = (kind: CellKind, more: Partial<ImportField> = {}): ImportField => ({
  key: 'x',
  name: 'x',
  label: 'X',
  part: 'person',
  kind,
  column: 'x',
  max: 200,
  ...more,
})
const read = (kind: CellKind, text: string, more?: Partial<ImportField>) => {
  const cell = readCell(field(kind, more), text, { choices: {}, members: new Map([['ada', 'id-of-ada']]) })
  return 'fault' in cell ? cell.fault : cell.value
}

describe('the value of a cell', () => {
  it('is what its field holds, or what is wrong with it is named', () => {
    const cells: [CellKind, string, unknown][] = [
      ['text', '  Ada ', 'Ada'],
      ['text', "'=1+1", '=1+1'],
      ['text', "''=1+1", "'=1+1"],
      ['text', "'Tis", "'Tis"],
      ['text', '=HYPERLINK("http://x")', '=HYPERLINK("http://x")'],
      ['text', 'a\u0000b', 'control_character'],
      ['text', 'a\u0007b', 'ab'],
      ['text', 'caf\uFFFD', 'undecodable'],
      ['text', '#N/A', 'excel_error'],
      ['text', '#NOM?', 'excel_error'],
      ['text', 'x'.repeat(201), 'too_long'],
      ['text', ' ', null],
      ['email', 'Ada Lovelace <ADA@Example.com>', 'ada@example.com'],
      ['email', 'ada@', 'invalid_email'],
      ['siren', '732 829 320', '732829320'],
      ['siren', 'FR44732829320', '732829320'],
      ['siren', '732829321', 'check_digit'],
      ['siren', '12', 'invalid_siren'],
      ['siren', '5,72E+08', 'excel_number'],
      ['siret', '1,23E+13', 'excel_number'],
      ['siret', '1.23E+13', 'excel_number'],
      ['siret', '73282932000074', '73282932000074'],
      ['siret', '73282932000075', 'check_digit'],
      ['naf', '6201Z', '62.01Z'],
      ['naf', 'software', 'invalid_naf'],
      ['phone', '06 12 34 56 78', '+33612345678'],
      ['phone', '33612345678', '+33612345678'],
      ['phone', '3,36123E+10', 'excel_number'],
      ['phone', 'none', 'invalid_phone'],
      ['phones', '0123456789; +33612345678', ['+33123456789', '+33612345678']],
      ['url', 'www.example.com', 'https://www.example.com'],
      ['url', 'javascript:alert(1)', 'invalid_url'],
      ['year', '1998', 1998],
      ['year', '98', 'invalid_date'],
      ['boolean', 'Oui', true],
      ['boolean', 'faux', false],
      ['boolean', 'maybe', 'invalid_boolean'],
      ['share', '85 %', 0.85],
      ['share', '1.5', 0.015],
      ['number', '1 234', 1234],
      ['number', '12abc', 'invalid_number'],
      ['tags', 'a; b;a', ['a', 'b']],
      ['user', 'Ada', 'id-of-ada'],
      ['user', 'Bob', 'unknown_member'],
      ['id', 'x', 'unknown_record'],
    ]
    for (const [kind, text, expected] of cells)
      assert.deepEqual(read(kind, text), expected, `${kind} ${JSON.stringify(text)}`)
    assert.equal(read('enum', 'Verified', { values: ['valid', 'invalid'] }), 'valid')
    assert.equal(read('enum', 'strange', { values: ['valid'] }), 'unknown_option')
  })

  it('is a number of the French register as the register checks it', () => {
    const { siren, siret } = JSON.parse(
      readFileSync(new URL('../../../test/fixtures/french/siren-siret.json', import.meta.url), 'utf8'),
    ) as Record<'siren' | 'siret', { v: string; valid: boolean }[]>
    // A spreadsheet that took away first zeros made shorter numbers, so too short is not always wrong here.
    const whole = (kind: 'siren' | 'siret', length: number, list: { v: string; valid: boolean }[]) => {
      for (const { v, valid } of list.filter(each => each.v.length === length))
        assert.equal(read(kind, v) === v, valid, `${kind} ${v}`)
    }
    whole('siren', 9, siren)
    whole('siret', 14, siret)
  })

  it('is a date in the order of its column, and exists', () => {
    const dates: [string, 'dmy' | 'mdy' | 'ymd', string | null][] = [
      ['2026-02-28', 'dmy', '2026-02-28'],
      ['2026-02-30', 'dmy', null],
      ['03/04/2026', 'dmy', '2026-04-03'],
      ['03/04/2026', 'mdy', '2026-03-04'],
      ['26.04.03', 'ymd', '2026-04-03'],
      ['31/12/99 08:00', 'dmy', '1999-12-31'],
      ['13/13/2026', 'dmy', null],
      ['12 févr. 2024', 'dmy', '2024-02-12'],
      ['1er mars 2024', 'dmy', '2024-03-01'],
      ['Jan 5, 2024', 'dmy', '2024-01-05'],
      ['45292', 'dmy', '2024-01-01'],
      ['soon', 'dmy', null],
    ]
    for (const [text, order, expected] of dates) assert.equal(readDate(text, order), expected, text)
    assert.equal(orderOfDates(['01/02/2026', '13/02/2026']), 'dmy')
    assert.equal(orderOfDates(['01/02/2026', '02/13/2026']), 'mdy')
    assert.equal(orderOfDates(['01/02/2026', '03/04/2026']), null)
    assert.equal(orderOfDates(['2026-01-02', '03/03/2026']), undefined)
  })

  it('is a number or an amount as people write it', () => {
    const numbers: [string, '.' | ',', number | null][] = [
      ['1 234,56', '.', 1234.56],
      ['1,234.56', ',', 1234.56],
      ['1.234.567', ',', 1234567],
      ['1,234', ',', 1.234],
      ['1,234', '.', 1234],
      ['1’000', '.', 1000],
      ['-5', '.', -5],
      ['1.2.3', '.', null],
      ['1e400', '.', null],
      ['', '.', null],
    ]
    for (const [text, decimal, expected] of numbers) assert.equal(readNumber(text, decimal), expected, text)
    assert.deepEqual(readMoney('1 250,50 €', ','), { amount: 125_050, currency: 'EUR' })
    assert.deepEqual(readMoney('USD 3.2m'), { amount: 320_000_000, currency: 'USD' })
    assert.deepEqual(readMoney('-500 JPY'), { amount: -500, currency: 'JPY' })
    assert.equal(readMoney('a lot'), null)
  })

  it('may hold several, and shows when it was read in a wrong encoding', () => {
    assert.deepEqual(splitList('["a,b","c"]'), ['a,b', 'c'])
    assert.deepEqual(splitList('a,b'), ['a', 'b'])
    assert.deepEqual(splitList('[a'), ['[a'])
    assert.equal(isMojibake('SociÃ©tÃ©'), true)
    assert.equal(isMojibake('Société Ã'), false)
  })
})

describe('the heading of a column', () => {
  it('names its field in English and French, as other programs export it', () => {
    const headings: [string, string | null][] = [
      ['Prénom', 'firstName'],
      ['Nom', 'lastName'],
      ['Adresse e-mail', 'email'],
      ['Fonction', 'title'],
      ['Raison sociale', 'company.name'],
      ['N° SIREN', 'company.siren'],
      ['Code NAF', 'company.nafCode'],
      ["Chiffre d'affaires", 'company.annualRevenue'],
      ['Person Linkedin Url', 'linkedinUrl'],
      ['Company Linkedin Url', 'company.linkedinUrl'],
      ['# Employees', 'company.employeeRange'],
      ['Work Direct Phone', 'phone'],
      ['Lifecycle Stage', 'lifecycleStage'],
      ['Organization - Name', 'company.name'],
      ['Person - Email - Work', 'email'],
      ['Favourite color', null],
    ]
    for (const [heading, expected] of headings)
      assert.equal(fieldOfHeading('person', heading), expected, heading)
    assert.equal(fieldOfHeading('company', 'Nom'), 'name')
  })
})
