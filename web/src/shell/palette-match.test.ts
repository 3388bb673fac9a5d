import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchScore } from './palette-match.ts'

test('a better match scores higher', () => {
  const scores = ['lea', 'boa', 'ead', 'lbd', 'xyz'].map(query => matchScore('Leads board', '', query))
  assert.deepEqual(scores, [4, 3, 2, 1, 0])
})

test('accents and case do not count', () => {
  assert.equal(matchScore('Élodie Marchand', '', 'elodie'), 4)
  assert.equal(matchScore('Elodie', '', 'ÉLO'), 4)
})

test('keywords find an action but never outrank a label that begins with the query', () => {
  assert.equal(matchScore('Sign out', 'log out leave', 'log'), 3)
})

test('nothing typed keeps everything', () => {
  assert.equal(matchScore('Leads', '', '  '), 1)
})
