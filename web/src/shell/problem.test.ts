import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProblemError } from '#platform/contract/problem.ts'
import { fieldErrors, isConflict, problemWords } from './problem.ts'

const problem = new ProblemError({
  type: 'about:blank',
  title: 'The form could not be saved.',
  detail: 'Nothing was changed.',
  status: 422,
  code: 'intake.invalid',
  requestId: 'req_1',
  errors: [
    { in: 'body', pointer: '/values/e~1mail', code: 'format', message: 'Enter an e-mail address.' },
    { in: 'body', pointer: '/values/e~1mail', code: 'size', message: 'Too long.' },
    { in: 'query', pointer: '/limit', code: 'size', message: 'Too many.' },
  ],
})

test('messages stand at the field their pointer names, the first one of each', () => {
  assert.deepEqual(fieldErrors(problem), { 'values.e/mail': 'Enter an e-mail address.' })
})

test('a problem keeps its own words and its request id', () => {
  assert.deepEqual(problemWords(problem), {
    what: 'The form could not be saved.',
    next: 'Nothing was changed.',
    requestId: 'req_1',
  })
})

test('an error of ours never shows its technical message', () => {
  const words = problemWords(new TypeError('undefined is not a function'))
  assert.doesNotMatch(words.what + words.next, /undefined/)
})

test('what differs since somebody else saved is no fault of the fields', () => {
  const conflict = new ProblemError({
    ...problem.problem,
    status: 412,
    code: 'request.changed_meanwhile',
    errors: [{ in: 'body', pointer: '/name', code: 'differs', message: 'What is saved here differs.' }],
  })
  assert.equal(isConflict(conflict), true)
  assert.equal(isConflict(problem), false)
  assert.deepEqual(fieldErrors(conflict), {})
})
