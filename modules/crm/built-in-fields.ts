import type { z } from 'zod'
import { NAF_NOMENCLATURES } from './normalize/french-ids.ts'
import { EmailStatus, LifecycleStage, PersonStatus } from './person-api.ts'
import type { RecordField } from './record-api.ts'

type Traits = Partial<Omit<RecordField, 'key' | 'label' | 'kind' | 'group' | 'isCustom'>>

function field(
  key: string,
  label: string,
  kind: RecordField['kind'],
  group: string,
  traits: Traits = {},
): RecordField {
  return {
    key,
    label,
    kind,
    group,
    isCustom: false,
    isEditable: true,
    isRequired: false,
    isSortable: false,
    isFilterable: true,
    isImportable: true,
    ...traits,
  }
}

function optionsOf(values: z.ZodEnum): NonNullable<RecordField['options']> {
  return values.options.map(String).map(value => ({ value, label: sentence(value) }))
}

function sentence(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

const SORTED: Traits = { isSortable: true }
const READ_ONLY: Traits = { isEditable: false, isImportable: false, isSortable: true }

/** The built-in fields of a person in the order people read them. */
export const PERSON_RECORD_FIELDS: readonly RecordField[] = [
  field('firstName', 'First name', 'text', 'Name', SORTED),
  field('lastName', 'Last name', 'text', 'Name', SORTED),
  field('salutation', 'Salutation', 'text', 'Name', { isFilterable: false }),
  field('email', 'E-mail', 'email', 'Contact', SORTED),
  field('phone', 'Phone', 'phone', 'Contact'),
  field('mobile', 'Mobile', 'phone', 'Contact'),
  field('linkedinUrl', 'LinkedIn', 'url', 'Contact'),
  field('companyId', 'Company', 'relation', 'Work', { relatesTo: 'company' }),
  field('title', 'Title', 'text', 'Work'),
  field('lifecycleStage', 'Lifecycle', 'select', 'Standing', {
    options: optionsOf(LifecycleStage),
    isRequired: true,
  }),
  field('status', 'Status', 'select', 'Standing', { options: optionsOf(PersonStatus), isRequired: true }),
  field('ownerUserId', 'Owner', 'user', 'Standing'),
  field('tags', 'Tags', 'multi_select', 'Standing'),
  field('score', 'Score', 'number', 'Standing', { isSortable: true, isRequired: true }),
  field('lastActivityAt', 'Last activity', 'time', 'Standing', READ_ONLY),
  field('emailStatus', 'E-mail status', 'select', 'Origin', { options: optionsOf(EmailStatus) }),
  field('source', 'Source', 'text', 'Origin'),
  field('externalId', 'External ID', 'text', 'Origin'),
  field('createdAt', 'Created', 'time', 'Origin', READ_ONLY),
  field('updatedAt', 'Changed', 'time', 'Origin', READ_ONLY),
]

const nomenclatures = NAF_NOMENCLATURES.map(value => ({
  value,
  label: value === 'NAF2025' ? 'NAF 2025' : 'NAF rév. 2',
}))

/** The built-in fields of a company in the order people read them. */
export const COMPANY_RECORD_FIELDS: readonly RecordField[] = [
  field('name', 'Name', 'text', 'Company', { isSortable: true, isRequired: true }),
  field('websiteUrl', 'Website', 'url', 'Company'),
  field('domain', 'Domain', 'text', 'Company', { isEditable: false, isImportable: false }),
  field('activity', 'Activity', 'long_text', 'Company'),
  field('employeeRange', 'Employees', 'text', 'Company'),
  field('annualRevenue', 'Revenue', 'money', 'Company', SORTED),
  field('growing', 'Growing', 'boolean', 'Company'),
  field('foundingYear', 'Founded in', 'number', 'Company', SORTED),
  field('foundingDate', 'Founded on', 'date', 'Company', SORTED),
  field('email', 'E-mail', 'email', 'Contact'),
  field('phones', 'Phones', 'multi_select', 'Contact'),
  field('linkedinUrl', 'LinkedIn', 'url', 'Contact'),
  field('street', 'Street', 'text', 'Address'),
  field('postalCode', 'Postal code', 'text', 'Address'),
  field('city', 'City', 'text', 'Address'),
  field('country', 'Country', 'text', 'Address'),
  field('ownerUserId', 'Owner', 'user', 'Standing'),
  field('tags', 'Tags', 'multi_select', 'Standing'),
  field('lastActivityAt', 'Last activity', 'time', 'Standing', READ_ONLY),
  field('siren', 'SIREN', 'text', 'Register'),
  field('hqSiret', 'SIRET of the head office', 'text', 'Register'),
  field('nafCode', 'NAF code', 'text', 'Register'),
  field('nafNomenclature', 'NAF edition', 'select', 'Register', { options: nomenclatures }),
  field('brandName', 'Brand', 'text', 'Register'),
  field('linkedinName', 'Name on LinkedIn', 'text', 'Register', { isFilterable: false }),
  field('source', 'Source', 'text', 'Origin'),
  field('externalId', 'External ID', 'text', 'Origin'),
  field('pharowCompanyId', 'Pharow ID', 'text', 'Origin', { isFilterable: false }),
  field('createdAt', 'Created', 'time', 'Origin', READ_ONLY),
  field('updatedAt', 'Changed', 'time', 'Origin', READ_ONLY),
]
