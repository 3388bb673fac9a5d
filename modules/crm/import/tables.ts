import type { PartValues } from './read-row.ts'

/** A column that imports write. */
export interface Column {
  readonly name: string
  /** As the array of the statement has it; lists and objects travel as text. */
  readonly type: string
  /** What it is called in the API and in the history; null for what has no name there. */
  readonly field: string | null
  /** What a new record has where nothing is said. */
  readonly start?: unknown
}

const text = (name: string, field: string): Column => ({ name, type: 'text', field })

export const PERSON_COLUMNS: readonly Column[] = [
  text('first_name', 'firstName'),
  text('last_name', 'lastName'),
  text('salutation', 'salutation'),
  text('phone', 'phone'),
  text('mobile', 'mobile'),
  text('linkedin_url', 'linkedinUrl'),
  text('external_id', 'externalId'),
  text('source', 'source'),
  { ...text('status', 'status'), start: 'active' },
  { ...text('lifecycle_stage', 'lifecycleStage'), start: 'lead' },
  { name: 'score', type: 'integer', field: 'score', start: 0 },
  { name: 'tags', type: 'text[]', field: 'tags', start: [] },
  { name: 'owner_user_id', type: 'uuid', field: 'ownerUserId' },
  { name: 'custom', type: 'jsonb', field: null, start: {} },
]

export const COMPANY_COLUMNS: readonly Column[] = [
  text('name', 'name'),
  text('brand_name', 'brandName'),
  text('linkedin_name', 'linkedinName'),
  text('siren', 'siren'),
  text('hq_siret', 'hqSiret'),
  text('naf_code', 'nafCode'),
  text('naf_nomenclature', 'nafNomenclature'),
  text('activity', 'activity'),
  { name: 'founding_year', type: 'smallint', field: 'foundingYear' },
  { name: 'founding_date', type: 'date', field: 'foundingDate' },
  { name: 'growing', type: 'boolean', field: 'growing' },
  text('employee_range', 'employeeRange'),
  { name: 'annual_revenue', type: 'bigint', field: null },
  { name: 'annual_revenue_currency', type: 'text', field: null },
  { name: 'phones', type: 'text[]', field: 'phones', start: [] },
  text('generic_email', 'email'),
  text('website_url', 'websiteUrl'),
  text('linkedin_url', 'linkedinUrl'),
  { name: 'address', type: 'jsonb', field: null, start: {} },
  text('external_id', 'externalId'),
  text('pharow_company_id', 'pharowCompanyId'),
  text('source', 'source'),
  { name: 'tags', type: 'text[]', field: 'tags', start: [] },
  { name: 'owner_user_id', type: 'uuid', field: 'ownerUserId' },
  { name: 'custom', type: 'jsonb', field: null, start: {} },
]

export const POSITION_COLUMNS: readonly Column[] = [
  { name: 'person_id', type: 'uuid', field: null },
  { name: 'company_id', type: 'uuid', field: 'companyId' },
  text('title', 'title'),
  text('pharow_list_name', 'listName'),
  text('email', 'email'),
  { ...text('email_status', 'emailStatus'), start: 'unverified' },
  { name: 'email_reliability', type: 'numeric', field: 'emailReliability' },
  { name: 'is_primary', type: 'boolean', field: null, start: false },
]

/** What stands in an expression of a SELECT so that a column is read as a row holds it here. */
const READ_AS: Readonly<Record<string, (name: string) => string>> = {
  bigint: name => `${name}::float8 as ${name}`,
  numeric: name => `${name}::float8 as ${name}`,
}

/** The columns for reading rows as they stand. */
export function selected(columns: readonly Column[], alias: string): string {
  return columns
    .map(
      ({ name, type }) =>
        READ_AS[type]?.(`${alias}.${name}`).replace(` as ${alias}.`, ' as ') ?? `${alias}.${name}`,
    )
    .join(', ')
}

/** One array for each column, in their order. */
export function columnArrays(columns: readonly Column[], rows: readonly PartValues[]): unknown[] {
  return columns.map(({ name, type, start }) =>
    rows.map(row => {
      const value = row[name] ?? start ?? null
      if (value === null) return null
      if (type === 'jsonb') return JSON.stringify(value)
      return type === 'text[]' ? arrayLiteral(value as readonly string[]) : value
    }),
  )
}

/** A list as PostgreSQL writes one: arrays of lists of different lengths are none. */
function arrayLiteral(list: readonly string[]): string {
  return `{${list.map(each => `"${each.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`
}

/** `unnest` of the arrays from a parameter on, as `x` with the names of the columns; lists have to be cast once more. */
export function unnested(
  columns: readonly Column[],
  first: number,
  leading: readonly [name: string, type: string][],
): string {
  const all = [
    ...leading,
    ...columns.map(({ name, type }): [string, string] => [name, type === 'text[]' ? 'text' : type]),
  ]
  const arrays = all.map(([, type], at) => `$${first + at}::${type}[]`)
  return `unnest(${arrays.join(', ')}) as x (${all.map(([name]) => name).join(', ')})`
}

/** The expressions that take the columns out of `unnested`. */
export function taken(columns: readonly Column[]): string[] {
  return columns.map(({ name, type }) => (type === 'text[]' ? `x.${name}::text[]` : `x.${name}`))
}
