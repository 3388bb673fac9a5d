import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { domainOfEmail, normalizeEmail } from './email.ts'
import {
  checkNaf,
  checkSiren,
  checkSiret,
  nafNomenclature,
  nomenclatureOfNaf,
  sirenFault,
  siretFault,
} from './french-ids.ts'
import { normalizePhone, storedPhone } from './phone.ts'

function fixture<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(`../../../test/fixtures/${path}`, import.meta.url), 'utf8')) as T
}

describe('phone numbers', () => {
  it('of every region are read in their own country and come out as they went in', () => {
    const examples = Object.entries(fixture<Record<string, string>>('phone/examples.mobile.json'))
    assert.ok(examples.length > 200)
    for (const [country, national] of examples) {
      const number = normalizePhone(national, country)
      assert.match(number ?? `none in ${country}`, /^\+[1-9]\d{4,14}$/, country)
      assert.equal(normalizePhone(number ?? ''), number)
    }
  })

  it('are one however they are written', () => {
    const written = [
      '06 12 34 56 78',
      '06.12.34.56.78',
      '0612345678',
      '+33 6 12 34 56 78',
      '+33 (0)6 12 34 56 78',
      '0033612345678',
      '(0033) 6-12-34-56-78',
      '06\u00a012\u202f34 56 78',
    ]
    for (const text of written) assert.equal(normalizePhone(text), '+33612345678', text)
    assert.equal(normalizePhone('07911 123456', 'GB'), '+447911123456')
    assert.equal(normalizePhone('0612345678', 'nowhere'), '+33612345678')
  })

  it('that are none are refused, and kept as they were typed', () => {
    for (const text of ['', 'call me', '12', '0'.repeat(80), '+999123456789', '06 12 34 56'])
      assert.equal(normalizePhone(text), null, text)
    assert.equal(storedPhone(' 06 12 34 56 '), '06 12 34 56')
    assert.equal(storedPhone('01 42 68 53 00 ext. 12'), '01 42 68 53 00 ext. 12')
    assert.equal(storedPhone('01 42 68 53 00'), '+33142685300')
    assert.equal(storedPhone('  '), null)
  })
})

describe('e-mail addresses', () => {
  it('are read out of what people paste', () => {
    for (const text of [
      'ada@example.com',
      ' Ada@Example.COM ',
      'Ada Lovelace <ADA@example.com>',
      'mailto:ada@example.com',
      '\ufeffada@example.com\u200b',
    ])
      assert.equal(normalizeEmail(text), 'ada@example.com', text)
    assert.equal(domainOfEmail('ada@Example.com'), 'example.com')
  })

  it('that are none are refused', () => {
    for (const text of [
      '',
      'ada',
      'ada@',
      '@example.com',
      'ada@example',
      'a b@example.com',
      'ada@exämple.com',
    ])
      assert.equal(normalizeEmail(text), null, text)
  })
})

interface Vector {
  readonly v: string
  readonly valid: boolean
}

describe('numbers of the French register', () => {
  const { siren, siret } = fixture<{ siren: Vector[]; siret: Vector[] }>('french/siren-siret.json')

  it('are checked by their digits, those of La Poste in their own way', () => {
    for (const { v, valid } of siren) assert.equal(checkSiren(v) !== null, valid, v)
    for (const { v, valid } of siret) assert.equal(checkSiret(v) !== null, valid, v)
  })

  it('are read however their digits are grouped', () => {
    assert.equal(checkSiren('572 141 885'), '572141885')
    assert.equal(checkSiret('572.141.885\u00a002180'), '57214188502180')
    assert.equal(checkSiret('1,23E+13'), null)
    assert.equal(checkSiren('000000000'), null)
  })

  it('say what is wrong with them', () => {
    assert.equal(sirenFault('123456780'), 'check_digit')
    assert.equal(sirenFault('12345678'), 'form')
    assert.equal(siretFault('57214188502181'), 'check_digit')
    assert.equal(siretFault('572141885'), 'form')
  })

  it('have a code of their activity that goes with one edition of the nomenclature', () => {
    assert.equal(checkNaf('62.01Z', 'NAFRev2'), '62.01Z')
    assert.equal(checkNaf(' 6201z', 'NAF rév. 2'), '62.01Z')
    assert.equal(checkNaf('01.11Y', 'NAF2025'), '01.11Y')
    assert.equal(checkNaf('10.71H', 'NAF 2025'), '10.71H')
    for (const [code, nomenclature] of [
      ['62.01Z', 'NAF2025'],
      ['01.11Y', 'NAFRev2'],
      ['62.01', 'NAFRev2'],
      ['62.01ZZ', 'NAFRev2'],
      ['00.01Z', 'NAFRev2'],
      ['62.01Z', 'NACE'],
    ] as const)
      assert.equal(checkNaf(code, nomenclature), null, `${code} ${nomenclature}`)
    assert.equal(nafNomenclature('SIC'), null)
    assert.equal(nomenclatureOfNaf('6201Z'), 'NAFRev2')
    assert.equal(nomenclatureOfNaf('01.11Y'), 'NAF2025')
    assert.equal(nomenclatureOfNaf('nonsense'), null)
  })
})
