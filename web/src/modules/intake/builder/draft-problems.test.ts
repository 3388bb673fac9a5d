import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Draft } from './draft.ts'
import { withChange, withField, withoutField, withPage, withSettings } from './draft-edits.ts'
import { draftProblems, problemAt } from './draft-problems.ts'
import { FIELD_TYPES } from './field-kinds.ts'
import { firstForm } from './first-form.ts'

describe('what keeps a form from being published', () => {
  const first = firstForm('Enquiries')
  const said = (draft: Draft) =>
    draftProblems(draft).map(({ field, path, message }) => [field, path.join('.'), message])

  it('is nothing for what a form begins with, with a field of each type', () => {
    let draft = first
    for (const type of FIELD_TYPES) draft = withField(draft, type, undefined).draft
    assert.deepEqual(said(draft), [])
  })

  it('is said where it is, in words', () => {
    const empty = withChange(first, 'name', { label: ' ' })?.draft ?? first
    assert.deepEqual(said(empty), [['name', 'label', 'Needed before it can be published.']])
    const long = withSettings(first, { submitLabel: 'x'.repeat(61) }).draft
    assert.deepEqual(said(long), [[undefined, 'submitLabel', 'Use at most 60 characters.']])
    const list = withField(first, 'DROPDOWN', undefined).draft
    const none = withChange(list, 'which_one', { options: [] })?.draft ?? list
    assert.deepEqual(said(none), [['which_one', 'options', 'Needed before it can be published.']])
  })

  it('is what the parts of a form have to know of each other, too', () => {
    const [problem] = draftProblems(withoutField(first, 'email')?.draft ?? first)
    assert.match(problem?.message ?? '', /needs an e-mail field/)
    const pages = draftProblems(withPage(first).draft)
    assert.equal(problemAt(pages, undefined, ['pages', 1]), 'Nothing is asked on this page.')
    const visibleWhen = { conditions: [{ field: 'message', operator: 'is', value: 'x' }] }
    const above = draftProblems(withChange(first, 'name', { visibleWhen })?.draft ?? first)
    assert.equal(problemAt(above, 'name', ['visibleWhen'], true), 'Name a field that stands above this one.')
    assert.equal(problemAt(above, 'name', ['visibleWhen']), undefined)
  })
})
