import assert from 'node:assert/strict'
import { test } from 'node:test'
import { highlightParts } from './palette-highlight.ts'

const shown = (text: string, ...words: string[]) =>
  highlightParts(text, words)
    .map(part => (part.isFound ? `[${part.text}]` : part.text))
    .join('')

test('what was looked for is marked where it stands, whatever its case and accents', () => {
  assert.equal(shown('Hélène Dupont', 'helene'), '[Hélène] Dupont')
  assert.equal(shown('Hélène Dupont', 'upo', 'hel'), '[Hél]ène D[upo]nt')
  assert.equal(shown('He\u0301le\u0300ne', 'hele'), '[He\u0301le\u0300]ne')
})

test('letters that are two elsewhere are marked whole', () => {
  assert.equal(shown('Cœur & Straße', 'coe'), '[Cœ]ur & Straße')
  assert.equal(shown('Straße', 'ss'), 'Stra[ß]e')
})

test('what comes twice is marked twice, and nothing is lost', () => {
  assert.equal(shown('anna banana', 'an'), '[an]na b[anan]a')
  assert.equal(shown('😀 Zoé 😀', 'zoe'), '😀 [Zoé] 😀')
  assert.equal(shown('', 'a'), '')
  assert.equal(shown('plain', ''), 'plain')
})
