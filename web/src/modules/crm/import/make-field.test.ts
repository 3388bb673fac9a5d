import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kindOfSamples } from './make-field.ts'

test('a field made of a column has the kind of its values', () => {
  const columns = [
    [['1,5', '-20'], 'number'],
    [['0123456789'], 'text'],
    [['2026-01-02', '03/04/2026'], 'date'],
    [['a@b.example'], 'email'],
    [['https://b.example'], 'url'],
    [['Oui', 'non'], 'boolean'],
    [['x'.repeat(101)], 'long_text'],
    [[], 'text'],
  ] as const
  for (const [samples, kind] of columns) assert.equal(kindOfSamples(samples), kind, samples.join())
})
