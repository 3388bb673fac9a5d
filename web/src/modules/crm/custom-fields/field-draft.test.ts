import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CustomField } from '#modules/crm/contract.ts'
import { bodyOf, formErrors, formOf, newOption, patchOf } from './field-draft.ts'

const tier: CustomField = {
  id: 'f',
  object: 'person',
  key: 'tier',
  label: 'Tier',
  kind: 'select',
  help: null,
  options: [
    { value: 'gold', label: 'Gold', color: 'wait', isArchived: false },
    { value: 'lead', label: 'Lead', color: 'neutral', isArchived: true },
  ],
  relatesTo: null,
  isRequired: false,
  group: '',
  isArchived: false,
  isBeingDeleted: false,
  createdAt: '',
  updatedAt: '',
}

describe('the form of a field', () => {
  it('says what is missing', () => {
    assert.deepEqual(Object.keys(formErrors(formOf(undefined))), ['label'])
    const select = { ...formOf(undefined), label: 'Tier', kind: 'select' as const }
    assert.deepEqual(Object.keys(formErrors(select)), ['options'])
    assert.deepEqual(formErrors({ ...select, options: [newOption('A'), newOption(' ')] }), {})
    assert.match(
      formErrors({ ...select, options: [newOption('A'), newOption(' a ')] }).options ?? '',
      /stands here twice/,
    )
    assert.deepEqual(formErrors(formOf(tier)), {})
  })

  it('sends what differs and nothing else', () => {
    const form = formOf(tier)
    assert.deepEqual(patchOf(form, tier), {})
    assert.deepEqual(patchOf({ ...form, label: ' Level ', help: 'Ask sales' }, tier), {
      label: 'Level',
      help: 'Ask sales',
    })
    const [gold, lead] = form.options
    assert.ok(gold && lead)
    const { options } = patchOf(
      { ...form, options: [lead, { ...gold, label: 'Or' }, newOption('New')] },
      tier,
    )
    assert.deepEqual(
      options?.map(option => [option.value, option.label]),
      [
        ['lead', 'Lead'],
        ['gold', 'Or'],
        [undefined, 'New'],
      ],
    )
  })

  it('leaves out what the kind has not', () => {
    const form = { ...formOf(tier), kind: 'number' as const, key: '' }
    const body = bodyOf(form, 'deal')
    assert.deepEqual(
      [body.object, body.options, 'relatesTo' in body, 'key' in body],
      ['deal', [], false, false],
    )
    assert.equal(bodyOf({ ...form, kind: 'relation' }, 'deal').relatesTo, 'company')
  })
})
