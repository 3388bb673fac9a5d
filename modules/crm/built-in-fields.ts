import type { z } from 'zod'
import type { FilterFields } from '#platform/contract/filter.ts'
import { COMPANY_FIELDS } from './company-api.ts'
import { NAF_NOMENCLATURES } from './normalize/french-ids.ts'
import { EmailStatus, LifecycleStage, PERSON_LIST_FIELDS, PersonStatus } from './person-api.ts'
import type { RecordField } from './record-api.ts'

type Traits = Partial<Omit<RecordField, 'key' | 'label' | 'kind' | 'group' | 'isCustom' | Listed>>
type Listed = 'isSortable' | 'isFilterable'

/** What people read but do not write. */
export const READ_ONLY: Traits = { isEditable: false, isImportable: false }

/** Makes the built-in fields of an object, filtered and sorted by where its list is. */
export function fieldsOf(listed: FilterFields) {
  return (
    key: string,
    label: string,
    kind: RecordField['kind'],
    group: string,
    traits: Traits = {},
  ): RecordField => ({
    key,
    label,
    kind,
    group,
    isCustom: false,
    isEditable: true,
    isRequired: false,
    isSortable: listed[key]?.sort === true,
    isFilterable: Object.hasOwn(listed, key),
    isImportable: true,
    ...traits,
  })
}

const ofPerson = fieldsOf(PERSON_LIST_FIELDS)
const ofCompany = fieldsOf(COMPANY_FIELDS)

function optionsOf(values: z.ZodEnum): NonNullable<RecordField['options']> {
  return values.options.map(String).map(value => ({ value, label: sentence(value) }))
}

function sentence(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** The built-in fields of a person in the order people read them. */
export const PERSON_RECORD_FIELDS: readonly RecordField[] = [
  ofPerson('firstName', 'First name', 'text', 'Name'),
  ofPerson('lastName', 'Last name', 'text', 'Name'),
  ofPerson('salutation', 'Salutation', 'text', 'Name'),
  ofPerson('email', 'E-mail', 'email', 'Contact'),
  ofPerson('phone', 'Phone', 'phone', 'Contact'),
  ofPerson('mobile', 'Mobile', 'phone', 'Contact'),
  ofPerson('linkedinUrl', 'LinkedIn', 'url', 'Contact'),
  ofPerson('companyId', 'Company', 'relation', 'Work', { relatesTo: 'company' }),
  ofPerson('title', 'Title', 'text', 'Work'),
  ofPerson('lifecycleStage', 'Lifecycle', 'select', 'Standing', {
    options: optionsOf(LifecycleStage),
    isRequired: true,
  }),
  ofPerson('status', 'Status', 'select', 'Standing', { options: optionsOf(PersonStatus), isRequired: true }),
  ofPerson('ownerUserId', 'Owner', 'user', 'Standing'),
  ofPerson('tags', 'Tags', 'multi_select', 'Standing'),
  ofPerson('score', 'Score', 'number', 'Standing', { isRequired: true }),
  ofPerson('lastActivityAt', 'Last activity', 'time', 'Standing', READ_ONLY),
  ofPerson('emailStatus', 'E-mail status', 'select', 'Origin', { options: optionsOf(EmailStatus) }),
  ofPerson('source', 'Source', 'text', 'Origin'),
  ofPerson('externalId', 'External ID', 'text', 'Origin'),
  ofPerson('createdAt', 'Created', 'time', 'Origin', READ_ONLY),
  ofPerson('updatedAt', 'Changed', 'time', 'Origin', READ_ONLY),
]

const nomenclatures = NAF_NOMENCLATURES.map(value => ({
  value,
  label: value === 'NAF2025' ? 'NAF 2025' : 'NAF rév. 2',
}))

/** The built-in fields of a company in the order people read them. */
export const COMPANY_RECORD_FIELDS: readonly RecordField[] = [
  ofCompany('name', 'Name', 'text', 'Company', { isRequired: true }),
  ofCompany('websiteUrl', 'Website', 'url', 'Company'),
  ofCompany('domain', 'Domain', 'text', 'Company', READ_ONLY),
  ofCompany('activity', 'Activity', 'long_text', 'Company'),
  ofCompany('employeeRange', 'Employees', 'text', 'Company'),
  ofCompany('annualRevenue', 'Revenue', 'money', 'Company'),
  ofCompany('growing', 'Growing', 'boolean', 'Company'),
  ofCompany('foundingYear', 'Founded in', 'number', 'Company'),
  ofCompany('foundingDate', 'Founded on', 'date', 'Company'),
  ofCompany('email', 'E-mail', 'email', 'Contact'),
  ofCompany('phones', 'Phones', 'multi_select', 'Contact'),
  ofCompany('linkedinUrl', 'LinkedIn', 'url', 'Contact'),
  ofCompany('street', 'Street', 'text', 'Address'),
  ofCompany('postalCode', 'Postal code', 'text', 'Address'),
  ofCompany('city', 'City', 'text', 'Address'),
  ofCompany('country', 'Country', 'text', 'Address'),
  ofCompany('ownerUserId', 'Owner', 'user', 'Standing'),
  ofCompany('tags', 'Tags', 'multi_select', 'Standing'),
  ofCompany('lastActivityAt', 'Last activity', 'time', 'Standing', READ_ONLY),
  ofCompany('siren', 'SIREN', 'text', 'Register'),
  ofCompany('hqSiret', 'SIRET of the head office', 'text', 'Register'),
  ofCompany('nafCode', 'NAF code', 'text', 'Register'),
  ofCompany('nafNomenclature', 'NAF edition', 'select', 'Register', { options: nomenclatures }),
  ofCompany('brandName', 'Brand', 'text', 'Register'),
  ofCompany('linkedinName', 'Name on LinkedIn', 'text', 'Register'),
  ofCompany('source', 'Source', 'text', 'Origin'),
  ofCompany('externalId', 'External ID', 'text', 'Origin'),
  ofCompany('pharowCompanyId', 'Pharow ID', 'text', 'Origin'),
  ofCompany('createdAt', 'Created', 'time', 'Origin', READ_ONLY),
  ofCompany('updatedAt', 'Changed', 'time', 'Origin', READ_ONLY),
]
