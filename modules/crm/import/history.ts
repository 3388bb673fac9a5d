import type { PartValues } from './read-row.ts'
import { COMPANY_COLUMNS, type Column, PERSON_COLUMNS } from './tables.ts'

/** The values of a row by their names in the API, as the history of a record has them. */
function fieldsOf(columns: readonly Column[], row: PartValues): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const { name, field } of columns) if (field !== null && name in row) fields[field] = row[name]
  for (const [key, value] of Object.entries((row.custom as object | undefined) ?? {}))
    fields[`custom.${key}`] = value
  return fields
}

/** A person with the primary position, as their history has them. */
export function personFields(person: PartValues, primary: PartValues | null): Record<string, unknown> {
  const {
    email = null,
    email_status: emailStatus = null,
    title = null,
    company_id: companyId = null,
  } = primary ?? {}
  return { ...fieldsOf(PERSON_COLUMNS, person), email, emailStatus, title, companyId }
}

/** A company, as its history has it. */
export function companyFields(company: PartValues): Record<string, unknown> {
  const fields = fieldsOf(COMPANY_COLUMNS, company)
  const { annual_revenue: amount = null, annual_revenue_currency: currency = null } = company
  return {
    ...fields,
    ...(company.address as object | undefined),
    annualRevenue: amount === null ? null : { amount, currency },
  }
}
