import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyOf, draftErrors, draftOf, wordsOf } from './provider-draft.ts'

test('words are found whatever stands between them', () => {
  assert.deepEqual(wordsOf(' acme.com,acme.org;\n acme.net '), ['acme.com', 'acme.org', 'acme.net'])
  assert.deepEqual(wordsOf(' '), [])
})

test('a secret that was not entered stays as it is stored', () => {
  const draft = { ...draftOf(undefined), name: 'Acme', issuer: 'https://login.example.com', clientId: 'us' }
  assert.equal('clientSecret' in bodyOf(draft), false)
  assert.equal(bodyOf({ ...draft, clientSecret: 'hush' }).clientSecret, 'hush')
  assert.deepEqual(draftErrors(draft, false), {})
  assert.deepEqual(Object.keys(draftErrors(draft, true)), ['clientSecret'])
})

test('what is missing is named', () => {
  assert.deepEqual(Object.keys(draftErrors(draftOf(undefined), true)), [
    'name',
    'issuer',
    'clientId',
    'clientSecret',
  ])
})
