import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { RecordField } from '#modules/crm/contract.ts'
import { askedFields, bodyOf, comparedOf, emptyDraft, fieldOfError } from './new-record.ts'

const field = (key: string, kind: RecordField['kind'], more: Partial<RecordField> = {}): RecordField => ({
  key,
  kind,
  label: key,
  group: 'About',
  isCustom: key.startsWith('custom.'),
  isEditable: true,
  isRequired: false,
  isSortable: false,
  isFilterable: false,
  isImportable: true,
  ...more,
})
const fields = [
  field('status', 'select', { isRequired: true }),
  field('lastName', 'text'),
  field('firstName', 'text'),
  field('email', 'email'),
  field('companyId', 'relation', { relatesTo: 'company' }),
  field('custom.budget', 'money', { isRequired: true }),
  field('custom.note', 'text'),
]
const typed = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).map(([key, text]) => [key, { text, currency: 'EUR' }]))

describe('the form of a new record', () => {
  const asked = askedFields('person', fields)
  it('asks for what is named first and for what the organization requires', () => {
    assert.deepEqual(
      asked.map(({ key }) => key),
      ['firstName', 'lastName', 'email', 'companyId', 'custom.budget'],
    )
  })
  it('sends what was filled in', () => {
    const draft = {
      typed: typed({ firstName: ' Ada ', email: 'ada@acme.example', 'custom.budget': '12' }),
      chosen: { companyId: { id: 'c1', name: 'Acme' } },
    }
    assert.deepEqual(bodyOf(asked, draft), {
      body: {
        firstName: 'Ada',
        email: 'ada@acme.example',
        companyId: 'c1',
        custom: { budget: { amount: 1200, currency: 'EUR' } },
      },
      errors: {},
    })
  })
  it('says what is missing and what cannot be read', () => {
    const { errors } = bodyOf(asked, { ...emptyDraft, typed: typed({ email: 'ada' }) })
    assert.deepEqual(Object.keys(errors).sort(), ['custom.budget', 'email'])
  })
  it('knows which field an answer is about', () => {
    assert.equal(fieldOfError('custom.budget.amount', fields), 'custom.budget')
    assert.equal(fieldOfError('email', fields), 'email')
    assert.equal(fieldOfError('nothing', fields), undefined)
  })
  it('is compared by what is typed of it, with the name of the company', () => {
    const draft = {
      typed: typed({ firstName: ' Ada ', email: '', 'custom.budget': '12' }),
      chosen: { companyId: { id: 'c1', name: 'Acme' } },
    }
    assert.deepEqual(comparedOf(draft), { firstName: 'Ada', company: 'Acme' })
    assert.deepEqual(comparedOf(emptyDraft), {})
  })
})
