import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FieldKey } from '#modules/intake/contract.ts'
import { freeKey, keyOf } from './field-keys.ts'

describe('keys of fields', () => {
  it('come from what is asked', () => {
    for (const [text, key] of [
      ['Team size (people)', 'team_size_people'],
      ['Prénom', 'prenom'],
      ['Größe', 'gro_e'],
      ['2nd phone', 'nd_phone'],
      ['会社名', undefined],
      ['  ', undefined],
    ] as const) {
      assert.equal(keyOf(text), key)
    }
  })

  it('are keys that the server takes, however long the question', () => {
    for (const text of ['a'.repeat(200), `${'word '.repeat(40)}`, `${'x'.repeat(62)} y`]) {
      assert.ok(FieldKey.safeParse(keyOf(text)).success, text)
    }
  })

  it('are never taken twice, and never a reserved word', () => {
    assert.equal(freeKey('name', new Set()), 'name')
    assert.equal(freeKey('name', new Set(['name', 'name_2'])), 'name_3')
    assert.equal(freeKey('constructor', new Set()), 'constructor_2')
    const long = 'x'.repeat(63)
    const next = freeKey(long, new Set([long]))
    assert.ok(FieldKey.safeParse(next).success)
    assert.notEqual(next, long)
  })
})
