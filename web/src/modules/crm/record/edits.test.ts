import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { RecordField } from '#modules/crm/contract.ts'
import {
  beginEdit,
  currentEdit,
  decide,
  editsOf,
  endEdit,
  type FieldEdit,
  rebaseEdits,
  turnEdit,
  withEdits,
} from './edits.ts'

const field = (key: string, kind: RecordField['kind'] = 'text'): RecordField => ({
  key,
  kind,
  label: key,
  group: 'About',
  isCustom: false,
  isEditable: true,
  isRequired: false,
  isSortable: false,
  isFilterable: false,
  isImportable: false,
})
const phone = field('phone')
const record = { id: 'p1', name: 'Ada', phone: '1', title: 'Analyst', tags: ['new'] }
const edit = (base: unknown, value: unknown, of = phone): FieldEdit => ({
  number: 1,
  field: of,
  base,
  value,
  state: { kind: 'saving' },
})

describe('what becomes of an edit', () => {
  it('is sent when the value is the one it began with', () => {
    assert.deepEqual(decide(record, edit('1', '2')), { kind: 'send', body: { phone: '2' } })
  })
  it('is sent when others changed other fields', () => {
    assert.deepEqual(decide({ ...record, title: 'Countess' }, edit('1', '2')), {
      kind: 'send',
      body: { phone: '2' },
    })
  })
  it('is a conflict when somebody changed the same field', () => {
    assert.deepEqual(decide({ ...record, phone: '9' }, edit('1', '2')), { kind: 'conflict', theirs: '9' })
  })
  it('is done when somebody wrote the same', () => {
    assert.deepEqual(decide({ ...record, phone: '2' }, edit('1', '2')), { kind: 'done' })
  })
  it('is never a conflict for tags', () => {
    assert.deepEqual(
      decide({ ...record, tags: ['new', 'vip'] }, edit(['new'], ['new', 'hot'], field('tags'))),
      {
        kind: 'send',
        body: { addTags: ['hot'], removeTags: [] },
      },
    )
  })
})

describe('the edits of a record', () => {
  const target = { object: 'person', id: 'p1' } as const
  it('are shown while they are saved, the latest on top, and no more once they failed', () => {
    const first = beginEdit(target, { field: phone, base: '1', value: '2' })
    const second = beginEdit(target, { field: phone, base: '2', value: '3' })
    assert.equal(withEdits(record, editsOf(target)).phone, '3')
    turnEdit(target, second.number, { kind: 'failed', message: 'no', isRefused: false, requestId: undefined })
    assert.equal(withEdits(record, editsOf(target)).phone, '2')
    endEdit(target, first.number)
    assert.equal(withEdits(record, editsOf(target)).phone, '1')
    assert.equal(currentEdit(target, second.number)?.value, '3')
    const third = beginEdit(target, { field: phone, base: '1', value: '4' })
    assert.equal(currentEdit(target, second.number), undefined)
    endEdit(target, third.number)
    assert.equal(editsOf(target).length, 0)
  })
  it('go on from what the server made of the one before', () => {
    const first = beginEdit(target, { field: phone, base: '1', value: '06 1' })
    const second = beginEdit(target, { field: phone, base: '06 1', value: '' })
    const other = beginEdit(target, { field: field('title'), base: '06 1', value: 'x' })
    rebaseEdits(target, first, '+3361')
    assert.equal(currentEdit(target, second.number)?.base, '+3361')
    assert.equal(currentEdit(target, other.number)?.base, '06 1')
    for (const each of [first, second, other]) endEdit(target, each.number)
  })
})
