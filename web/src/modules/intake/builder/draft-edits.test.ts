import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Draft, DraftEdit } from './draft.ts'
import {
  entriesOf,
  sorted,
  withChange,
  withCopy,
  withField,
  withKey,
  withoutField,
  withoutPage,
  withPage,
  withType,
} from './draft-edits.ts'
import { FIELD_TYPES } from './field-kinds.ts'
import { firstForm } from './first-form.ts'

const keys = ({ fields }: Draft) => fields.map(({ key }) => key).join(' ')
const pages = ({ fields }: Draft) => fields.map(({ page }) => page).join('')
const draftOf = (edit: DraftEdit | undefined): Draft => edit?.draft ?? assert.fail('nothing was done')

describe('what can be done to a form', () => {
  const first = firstForm('Enquiries')

  it('a field of each type can be added, behind the one that is open', () => {
    let draft = first
    for (const type of FIELD_TYPES) draft = withField(draft, type, 'name').draft
    assert.equal(new Set(draft.fields.map(({ key }) => key)).size, 3 + FIELD_TYPES.length)
    assert.equal(draft.fields[0]?.key, 'name')
    const added = withField(first, 'NUMBER', 'name')
    assert.equal(keys(added.draft), 'name how_many email message')
    assert.equal(added.open, 'how_many')
  })

  it('only the first e-mail field is required from the start', () => {
    const none = draftOf(withoutField(first, 'email'))
    const one = withField(none, 'EMAIL', undefined).draft
    const two = withField(one, 'EMAIL', undefined).draft
    assert.deepEqual(
      two.fields.flatMap(({ type, key, required }) => (type === 'EMAIL' ? [[key, required]] : [])),
      [
        ['email', true],
        ['email_2', false],
      ],
    )
  })

  it('conditions follow a field whose key changes, and go with one that is taken out', () => {
    const visibleWhen = {
      match: 'all' as const,
      conditions: [
        { field: 'name', operator: 'is', value: 'Ada' },
        { field: 'email', operator: 'is_answered' },
      ],
    }
    const draft = draftOf(withChange(first, 'message', { visibleWhen }))
    const renamed = draftOf(withKey(draft, 'name', 'full_name'))
    assert.equal(renamed.fields[2]?.visibleWhen?.conditions[0]?.field, 'full_name')
    const left = withoutField(draft, 'name')
    assert.deepEqual(left?.draft.fields[1]?.visibleWhen?.conditions, [visibleWhen.conditions[1]])
    assert.match(left?.words ?? '', /“How can we help\?” no longer depends on it/)
    assert.equal(left?.open, 'email')
    const none = draftOf(withoutField(draftOf(left), 'email'))
    assert.ok(none.fields[0] && !('visibleWhen' in none.fields[0]))
  })

  it('a key that another field has is not taken', () => {
    assert.equal(withKey(first, 'name', 'email'), undefined)
  })

  it('another type keeps what both types have', () => {
    const full = draftOf(
      withChange(first, 'name', { validation: { maxLength: 5 }, prefill: { value: 'Ada' }, help: 'Help' }),
    )
    const [list] = draftOf(withType(full, 'name', 'DROPDOWN')).fields
    assert.deepEqual(
      [list?.label, list?.help, list?.prefill, list?.validation, list?.options],
      ['Your name', 'Help', { value: 'Ada' }, {}, ['First', 'Second']],
    )
    const [box] = draftOf(withType(full, 'name', 'CHECKBOX')).fields
    assert.ok(box && !('prefill' in box))
    const [hidden] = draftOf(withType(full, 'name', 'HIDDEN')).fields
    assert.equal(hidden?.required, false)
  })

  it('a copy has a key of its own and stands behind the first', () => {
    assert.equal(
      keys(draftOf(withCopy(draftOf(withCopy(first, 'name')), 'name_2'))),
      'name name_2 name_3 email message',
    )
  })

  it('pages come at the end, take what is moved under them, and give it back', () => {
    const two = draftOf(withPage(first))
    assert.deepEqual(
      two.pages.map(({ title }) => title),
      ['Page 1', 'Page 2'],
    )
    const entries = entriesOf(two)
    assert.deepEqual(
      entries.map(({ id }) => id),
      ['name', 'email', 'message', 'page 1'],
    )
    const moved = sorted(
      two,
      [...entries.slice(0, 1), ...entries.slice(3), ...entries.slice(1, 3)],
      'Page 2',
    ).draft
    assert.equal(pages(moved), '011')
    assert.deepEqual(
      entriesOf(moved)
        .map(({ id }) => id)
        .join(' '),
      'name page 1 email message',
    )
    const three = draftOf(withPage(moved))
    assert.equal(withField(three, 'DATE', undefined).draft.fields.at(-1)?.page, 2)
    assert.equal(withField(three, 'DATE', 'name').draft.fields[1]?.page, 0)
    const one = draftOf(withoutPage(draftOf(withoutPage(three, 2)), 1))
    assert.deepEqual([one.pages, pages(one)], [[], '000'])
    assert.equal(pages(draftOf(withoutPage(moved, 0))), '000')
  })

  it('pages with nothing on them are shown in their place', () => {
    let draft = draftOf(withPage(draftOf(withPage(first))))
    draft = {
      ...draft,
      fields: draft.fields.map((field, index) => (index === 2 ? { ...field, page: 2 } : field)),
    }
    assert.deepEqual(
      entriesOf(draft).map(({ id }) => id),
      ['name', 'email', 'page 1', 'page 2', 'message'],
    )
    assert.deepEqual(sorted(draft, entriesOf(draft), '').draft, draft)
  })
})
