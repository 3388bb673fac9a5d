import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAnswers } from '../answers.ts'
import { PROJECT_FORM } from '../factories.ts'
import { FormDefinition, FormField } from '../form-definition.ts'

/** What is wrong with a form such as most are, with changes; empty when nothing is. */
function problems(changes: object): string[] {
  const parsed = FormDefinition.safeParse({ ...PROJECT_FORM, ...changes })
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)
}

const email = { type: 'EMAIL', key: 'email', label: 'E-mail', required: true }
const field = (key: string, page: number) => ({ type: 'TEXT', key, label: key, page })

describe('a form', () => {
  it('may have pages, which its fields follow', () => {
    const pages = [{ title: 'One' }, { title: 'Two', text: 'Nearly done.' }]
    assert.deepEqual(problems({ pages, fields: [email, field('a', 0), field('b', 1), field('c', 1)] }), [])
    assert.deepEqual(problems({ pages, fields: [email, field('a', 1), field('b', 0)] }), [
      'fields.2.page: The field above stands on a later page.',
    ])
    assert.deepEqual(problems({ pages, fields: [email, field('a', 2)] }), [
      'fields.1.page: There is no such page.',
      'pages.1: Nothing is asked on this page.',
    ])
    assert.deepEqual(problems({ fields: [email, field('a', 1)] }), ['fields.1.page: There is no such page.'])
    const hidden = { type: 'HIDDEN', key: 'h', label: 'h', page: 1 }
    assert.deepEqual(problems({ pages, fields: [email, hidden] }), [
      'pages.1: Nothing is asked on this page.',
    ])
    assert.match(problems({ pages: [{ title: '' }] })[0] ?? '', /^pages\.0\.title/)
  })

  it('may be shown on hosts that are hosts', () => {
    const hosts = (...allowedHosts: string[]) => problems({ embed: { allowedHosts } })
    const good = [
      'example.com',
      'WWW.Example.com',
      '*.example.com',
      'localhost:3000',
      '127.0.0.1',
      'a.b-c.example',
    ]
    assert.deepEqual(hosts(...good), [])
    for (const bad of [
      'https://example.com',
      'example.com/',
      '*',
      '*.com',
      'a.*.com',
      'ex ample.com',
      '-a.com',
      'a..b',
      "'self'",
      'a;b',
    ])
      assert.equal(hosts(bad).length, 1, bad)
    assert.match(hosts('example.com', 'EXAMPLE.com')[0] ?? '', /listed twice/)
  })

  it('may ask for a consent, whose text is needed, and for answers that look like something', () => {
    const consent = { type: 'CONSENT', key: 'news', label: 'News', text: 'Write to me.' }
    assert.deepEqual(problems({ fields: [email, consent] }), [])
    assert.equal(problems({ fields: [email, { ...consent, text: ' ' }] }).length, 1)
    assert.equal(problems({ fields: [email, { ...consent, text: 'x'.repeat(2001) }] }).length, 1)
    assert.equal(problems({ fields: [email, { ...consent, purpose: 'anything' }] }).length, 1)
    const pattern = (expression: string, message = 'Like AB12.') => ({
      fields: [email, { ...field('code', 0), validation: { pattern: { expression, message } } }],
    })
    assert.deepEqual(problems(pattern('[A-Z]{2}\\d{2}')), [])
    assert.match(
      problems(pattern('(a'))[0] ?? '',
      /fields\.1\.validation\.pattern\.expression: An opening bracket/,
    )
    assert.equal(problems(pattern('a', '')).length, 1)
  })

  it('says in its own words what an answer has to look like', () => {
    const code = FormField.parse({
      ...field('code', 0),
      validation: { pattern: { expression: '[A-Z]{2}\\d{2}', message: 'Like AB12.' }, maxLength: 6 },
    })
    const check = (value: string) => checkAnswers([code], { code: value })
    assert.deepEqual(check(' AB12 ').answers, { code: ' AB12 ' })
    assert.deepEqual(check('ab12').problems, [
      { in: 'body', pointer: '/answers/code', code: 'wrong_pattern', message: 'Like AB12.' },
    ])
    assert.equal(check('AB12345').problems[0]?.code, 'too_long')
    assert.deepEqual(check('').problems, [])
    const long = FormField.parse({
      ...field('code', 0),
      validation: { pattern: { expression: 'a*', message: 'Only a.' } },
    })
    assert.equal(
      checkAnswers([long], { code: 'a'.repeat(501) }).problems[0]?.message,
      'Use at most 500 characters.',
    )
  })
})
