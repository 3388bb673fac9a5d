import type { Context } from '#platform/context.ts'
import { EmailStatus, LifecycleStage, PersonStatus } from '../contract.ts'
import { type FieldDefinition, isOpen, readDefinitions } from '../custom-fields/definitions.ts'
import type { ImportObject } from './import-api.ts'

/** The row of which table a value becomes a part of. */
export type Part = 'person' | 'position' | 'company'

/** How the text of a cell is read. */
export type CellKind =
  | 'id'
  | 'text'
  | 'fullName'
  | 'email'
  | 'phone'
  | 'phones'
  | 'url'
  | 'siren'
  | 'siret'
  | 'naf'
  | 'nafNomenclature'
  | 'number'
  | 'share'
  | 'year'
  | 'date'
  | 'boolean'
  | 'money'
  | 'enum'
  | 'tags'
  | 'user'
  | 'custom'

/** A field that a column can go to. */
export interface ImportField {
  /** `email`, `company.siren`, `custom.budget`, `company.custom.size`. */
  readonly key: string
  /** Its name in the API of its own record, such as `siren`. */
  readonly name: string
  readonly label: string
  readonly part: Part
  readonly kind: CellKind
  /** The column of its table; null for what is spread over several or kept in `custom`. */
  readonly column: string | null
  readonly max: number
  readonly values?: readonly string[]
  readonly custom?: FieldDefinition
}

type Brief = readonly [name: string, label: string, kind: CellKind, column: string | null, max?: number]

const PERSON: readonly Brief[] = [
  ['id', 'Record ID', 'id', 'id'],
  ['fullName', 'Full name', 'fullName', null, 400],
  ['firstName', 'First name', 'text', 'first_name', 200],
  ['lastName', 'Last name', 'text', 'last_name', 200],
  ['salutation', 'Salutation', 'text', 'salutation', 40],
  ['phone', 'Phone', 'phone', 'phone', 50],
  ['mobile', 'Mobile', 'phone', 'mobile', 50],
  ['linkedinUrl', 'LinkedIn', 'url', 'linkedin_url', 2000],
  ['externalId', 'External ID', 'text', 'external_id', 255],
  ['source', 'Source', 'text', 'source', 100],
  ['status', 'Status', 'enum', 'status'],
  ['lifecycleStage', 'Lifecycle', 'enum', 'lifecycle_stage'],
  ['score', 'Score', 'number', 'score'],
  ['tags', 'Tags', 'tags', 'tags', 100],
  ['ownerUserId', 'Owner', 'user', 'owner_user_id'],
]

const POSITION: readonly Brief[] = [
  ['email', 'E-mail', 'email', 'email', 254],
  ['emailStatus', 'E-mail status', 'enum', 'email_status'],
  ['emailReliability', 'E-mail reliability', 'share', 'email_reliability'],
  ['title', 'Job title', 'text', 'title', 200],
  ['listName', 'List', 'text', 'pharow_list_name', 200],
]

const COMPANY: readonly Brief[] = [
  ['id', 'Record ID', 'id', 'id'],
  ['name', 'Name', 'text', 'name', 200],
  ['brandName', 'Brand name', 'text', 'brand_name', 200],
  ['linkedinName', 'LinkedIn name', 'text', 'linkedin_name', 200],
  ['websiteUrl', 'Website', 'url', 'website_url', 2000],
  ['linkedinUrl', 'LinkedIn', 'url', 'linkedin_url', 2000],
  ['email', 'E-mail', 'email', 'generic_email', 254],
  ['phones', 'Phones', 'phones', 'phones', 50],
  ['siren', 'SIREN', 'siren', 'siren'],
  ['hqSiret', 'SIRET of the head office', 'siret', 'hq_siret'],
  ['nafCode', 'NAF code', 'naf', 'naf_code', 20],
  ['nafNomenclature', 'NAF nomenclature', 'nafNomenclature', 'naf_nomenclature', 40],
  ['activity', 'Activity', 'text', 'activity', 2000],
  ['employeeRange', 'Employees', 'text', 'employee_range', 40],
  ['annualRevenue', 'Annual revenue', 'money', 'annual_revenue'],
  ['foundingYear', 'Founding year', 'year', 'founding_year'],
  ['foundingDate', 'Founding date', 'date', 'founding_date'],
  ['growing', 'Growing', 'boolean', 'growing'],
  ['street', 'Street', 'text', null, 300],
  ['postalCode', 'Postal code', 'text', null, 20],
  ['city', 'City', 'text', null, 100],
  ['country', 'Country', 'text', null, 100],
  ['pharowCompanyId', 'Pharow ID', 'text', 'pharow_company_id', 100],
  ['externalId', 'External ID', 'text', 'external_id', 255],
  ['source', 'Source', 'text', 'source', 100],
  ['tags', 'Tags', 'tags', 'tags', 100],
  ['ownerUserId', 'Owner', 'user', 'owner_user_id'],
]

/** In files of ours the ids of a relation stand in a column of their own, beside the names. */
export const ID_COLUMN = ' (ID)'

const VALUES: Readonly<Record<string, readonly string[]>> = {
  emailStatus: EmailStatus.options,
  lifecycleStage: LifecycleStage.options,
  status: PersonStatus.options,
}

function fieldsOf(part: Part, prefix: string, briefs: readonly Brief[]): ImportField[] {
  return briefs.map(([name, label, kind, column, max = 200]) => ({
    key: prefix + name,
    name,
    label:
      prefix === '' ? label : `Company ${label.replace(/^[A-Z](?![A-Z])/, letter => letter.toLowerCase())}`,
    part,
    kind,
    column,
    max,
    ...(VALUES[name] ? { values: VALUES[name] } : {}),
  }))
}

/** Every field that columns of a file of these records can go to, the organization's own among them. */
export async function importFields(ctx: Context, object: ImportObject): Promise<readonly ImportField[]> {
  const customOf = async (of: 'person' | 'company', prefix: string) =>
    (await readDefinitions(ctx, of)).filter(isOpen).map(
      (custom): ImportField => ({
        key: `${prefix}custom.${custom.key}`,
        name: `custom.${custom.key}`,
        label: `${prefix === '' ? '' : 'Company '}${custom.label}`,
        part: of,
        kind: 'custom',
        column: null,
        max: 10_000,
        custom,
      }),
    )
  if (object === 'company') return [...fieldsOf('company', '', COMPANY), ...(await customOf('company', ''))]
  return [
    ...fieldsOf('person', '', PERSON),
    ...fieldsOf('position', '', POSITION),
    ...(await customOf('person', '')),
    ...fieldsOf('company', 'company.', COMPANY),
    ...(await customOf('company', 'company.')),
  ]
}
