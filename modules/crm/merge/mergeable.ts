import type { RecordObject } from '../record-api.ts'

/** Which of two values stays: that of the record that is kept, or that of the other one. */
export type Choice = 'keep' | 'other'

/** A value of a record that somebody chooses, by its name in the API, and the columns it stands in. */
export interface MergeField {
  readonly key: string
  readonly columns: readonly string[]
}

const field = (key: string, ...columns: string[]): MergeField => ({ key, columns })

/** What is chosen of each object, in the order people read it. What is a list is united, what is counted stays. */
export const MERGE_FIELDS: Readonly<Record<RecordObject, readonly MergeField[]>> = {
  person: [
    field('firstName', 'first_name'),
    field('lastName', 'last_name'),
    field('salutation', 'salutation'),
    field('phone', 'phone'),
    field('mobile', 'mobile'),
    field('linkedinUrl', 'linkedin_url'),
    field('lifecycleStage', 'lifecycle_stage'),
    field('status', 'status'),
    field('ownerUserId', 'owner_user_id'),
    field('score', 'score'),
    field('source', 'source'),
    field('externalId', 'external_id'),
  ],
  company: [
    field('name', 'name'),
    field('websiteUrl', 'website_url'),
    field('activity', 'activity'),
    field('employeeRange', 'employee_range'),
    field('annualRevenue', 'annual_revenue', 'annual_revenue_currency'),
    field('growing', 'growing'),
    field('foundingYear', 'founding_year'),
    field('foundingDate', 'founding_date'),
    field('email', 'generic_email'),
    field('linkedinUrl', 'linkedin_url'),
    field('address', 'address'),
    field('ownerUserId', 'owner_user_id'),
    field('siren', 'siren'),
    field('hqSiret', 'hq_siret'),
    field('nafCode', 'naf_code', 'naf_nomenclature'),
    field('brandName', 'brand_name'),
    field('linkedinName', 'linkedin_name'),
    field('source', 'source'),
    field('externalId', 'external_id'),
    field('pharowCompanyId', 'pharow_company_id'),
  ],
  deal: [
    field('name', 'name'),
    field('value', 'value', 'currency'),
    field('probability', 'probability'),
    field('expectedCloseOn', 'expected_close_on'),
    field('ownerUserId', 'owner_user_id'),
    field('companyId', 'company_id'),
    field('personId', 'person_id'),
    field('source', 'source'),
    field('externalId', 'external_id'),
  ],
}

/** Lists of a record that are united, each a column of texts or of JSON. */
export const UNITED: Readonly<Record<RecordObject, readonly { column: string; type: 'text[]' | 'jsonb' }[]>> =
  {
    person: [
      { column: 'tags', type: 'text[]' },
      { column: 'enriched_phones', type: 'jsonb' },
    ],
    company: [
      { column: 'tags', type: 'text[]' },
      { column: 'phones', type: 'text[]' },
    ],
    deal: [{ column: 'tags', type: 'text[]' }],
  }

/** Whether a value says nothing, so that the other record's is the better one. */
export function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.keys(value).length === 0
}
