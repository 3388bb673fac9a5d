import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { mergeDrafts } from './draft-merge.ts'

interface Field {
  key: string
  type: string
  page: number
  label?: string
  help?: string
}
interface Draft {
  title: string
  intro: string
  pages: { title: string }[]
  fields: Field[]
}
const field = (key: string, more: Partial<Field> = {}): Field => ({ key, type: 'TEXT', page: 0, ...more })
const draft = (keys: (string | Field)[], more: Partial<Draft> = {}): Draft => ({
  title: 'Title',
  intro: '',
  pages: [],
  fields: keys.map(each => (typeof each === 'string' ? field(each) : each)),
  ...more,
})
const keys = ({ fields }: Draft) => fields.map(({ key }) => key).join(' ')
const merge = (base: Draft, mine: Draft, theirs: Draft) => mergeDrafts<Field, Draft>(base, mine, theirs)

describe('a form that two people edit', () => {
  it('has what each of them did to other settings of the same field', () => {
    const base = draft([field('a', { label: 'A', help: '' })])
    const mine = draft([field('a', { label: 'Mine', help: '' })])
    const theirs = draft([field('a', { label: 'A', help: 'Theirs' })], { intro: 'Theirs' })
    const merged = merge(base, mine, theirs)
    assert.deepEqual(merged.draft.fields, [field('a', { label: 'Mine', help: 'Theirs' })])
    assert.equal(merged.draft.intro, 'Theirs')
    assert.deepEqual(merged.conflicts, [])
  })

  it('keeps mine and tells theirs where both changed the same', () => {
    const merged = merge(
      draft([field('a', { label: 'A' })]),
      draft([field('a', { label: 'Mine' })], { title: 'Mine' }),
      draft([field('a', { label: 'Theirs' })], { title: 'Theirs' }),
    )
    assert.equal(merged.draft.fields[0]?.label, 'Mine')
    assert.deepEqual(
      merged.conflicts.map(({ field, setting, theirs }) => [field, setting, theirs]),
      [
        ['a', 'label', 'Theirs'],
        [undefined, 'title', 'Theirs'],
      ],
    )
  })

  it('has the fields that both added, each behind what it was added behind', () => {
    const merged = merge(draft(['a', 'b']), draft(['a', 'm', 'b']), draft(['t', 'a', 'b', 'u']))
    assert.equal(keys(merged.draft), 't a m b u')
  })

  it('loses what one side deleted, unless the other changed it', () => {
    const base = draft(['a', 'b', 'c'])
    const gone = merge(base, draft(['a', 'b', 'c']), draft(['a', 'c']))
    assert.equal(keys(gone.draft), 'a c')
    const kept = merge(base, draft(['a', field('b', { label: 'Mine' }), 'c']), draft(['a', 'c']))
    assert.equal(keys(kept.draft), 'a b c')
    assert.equal(kept.conflicts.length, 1)
    const theirs = merge(base, draft(['a', 'c']), draft(['a', field('b', { label: 'Theirs' }), 'c']))
    assert.equal(keys(theirs.draft), 'a c')
    assert.equal(theirs.conflicts.length, 1)
  })

  it('takes the order of whoever changed it, mine when both did', () => {
    const base = draft(['a', 'b', 'c'])
    assert.equal(keys(merge(base, draft(['a', 'b', 'c']), draft(['c', 'a', 'b'])).draft), 'c a b')
    assert.equal(keys(merge(base, draft(['b', 'a', 'c']), draft(['c', 'a', 'b'])).draft), 'b a c')
  })

  it('never goes back a page, and has no page that is not there', () => {
    const pages = [{ title: 'One' }, { title: 'Two' }]
    const base = draft(['a', field('b', { page: 1 })], { pages })
    const mine = draft(['a', field('m', { page: 0 }), field('b', { page: 1 })], { pages })
    const merged = merge(base, mine, draft([field('b', { page: 1 }), field('a', { page: 1 })], { pages }))
    assert.deepEqual(
      merged.draft.fields.map(({ page }) => page),
      [1, 1, 1],
    )
    const single = merge(base, mine, draft(['a', 'b'], { pages: [] }))
    assert.deepEqual(
      single.draft.fields.map(({ page }) => page),
      [0, 0, 0],
    )
  })

  it('takes all settings of a type with it', () => {
    const base = draft([field('a', { label: 'A' })])
    const theirs = draft([field('a', { type: 'NUMBER', label: 'A' })])
    assert.equal(merge(base, draft([field('a', { label: 'Mine' })]), theirs).draft.fields[0]?.type, 'NUMBER')
  })

  it('is the same draft where nothing differs', () => {
    const base = draft(['a'])
    const mine = draft(['a', 'b'])
    assert.deepEqual(merge(base, mine, mine).draft, mine)
    assert.deepEqual(merge(base, mine, draft(['a'])).draft, mine)
  })
})
