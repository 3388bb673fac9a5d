import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleAnswers } from './test-entry.ts'

test('every question has an answer that is accepted', () => {
  const field = { label: 'L', help: '', required: true, page: 0, validation: {} }
  const answers = sampleAnswers(
    [
      { ...field, type: 'TEXT', key: 'name' },
      { ...field, type: 'EMAIL', key: 'mail' },
      { ...field, type: 'DROPDOWN', key: 'size', options: ['Small', 'Large'] },
      { ...field, type: 'NUMBER', key: 'seats', validation: { min: 5 } },
      { ...field, type: 'CHECKBOX', key: 'agree' },
      { ...field, type: 'TEXT', key: 'message' },
      { ...field, type: 'CONSENT', key: 'terms', text: 'T', purpose: null },
      { ...field, type: 'CONSENT', key: 'news', required: false, text: 'N', purpose: 'email_marketing' },
    ],
    { name: 'Grace Hopper', email: 'grace@example.com' },
  )
  assert.deepEqual(answers, {
    name: 'Grace Hopper',
    mail: 'grace@example.com',
    size: 'Small',
    seats: '5',
    agree: 'true',
    message: 'A test entry',
    terms: 'true',
  })
})
