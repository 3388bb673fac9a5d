import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Draft } from './draft.ts'
import { draftChanges } from './draft-changes.ts'
import { withChange, withField, withoutField, withPage, withSettings } from './draft-edits.ts'
import { firstForm } from './first-form.ts'

describe('what a publication changes, in words', () => {
  const first = firstForm('Enquiries')
  const words = (after: Draft) => draftChanges(first, after).map(change => change.words)

  it('is nothing where nothing differs', () => {
    assert.deepEqual(words(structuredClone(first)), [])
  })

  it('names fields that come, go, change and move', () => {
    assert.deepEqual(words(withField(first, 'NUMBER', 'name').draft), ['“How many?” is asked'])
    assert.deepEqual(words(withoutField(first, 'message')?.draft ?? first), [
      '“How can we help?” is no longer asked',
    ])
    assert.deepEqual(words(withChange(first, 'name', { label: 'Who are you?' })?.draft ?? first), [
      '“Your name” asks “Who are you?”',
    ])
    assert.deepEqual(words(withChange(first, 'name', { required: false, help: 'x' })?.draft ?? first), [
      '“Your name”: help text, whether it is required',
    ])
    assert.deepEqual(words({ ...first, fields: first.fields.toReversed() }), [
      'The fields stand in another order',
    ])
  })

  it('names settings of the form', () => {
    assert.deepEqual(
      words(withSettings(first, { title: 'Hello', redirectUrl: 'https://example.com/' }).draft),
      ['Another value: the heading', 'Another value: the page after sending'],
    )
    assert.deepEqual(words(withPage(first).draft), ['Another value: the pages'])
  })
})
