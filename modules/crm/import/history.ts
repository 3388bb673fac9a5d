import { differenceOf, type RecordChange } from '../changes.ts'
import { startOf } from '../record-values.ts'
import type { PersonState, RowState } from './known-records.ts'
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

/** What was done to a company, as its history has it. */
export function companyChange({ id, original, state }: RowState): RecordChange[] {
  const after = companyFields(state)
  if (original === null) return [{ recordId: id, action: 'created', after: startOf(after) }]
  return changeOf(id, companyFields(original), after)
}

/** What was done to a person with the primary position; `positions` are those of now when some are gone. */
export function personChange(
  { id, original, state, positions: before }: PersonState,
  positions: readonly RowState[] = before,
): RecordChange[] {
  const after = personFields(
    state,
    primaryOf(positions, ({ state: position }) => position),
  )
  if (original === null) {
    const start = { lifecycleStage: 'lead', status: 'active', score: 0, ...startOf(after) }
    return [{ recordId: id, action: 'created', after: start }]
  }
  return changeOf(
    id,
    personFields(
      original,
      primaryOf(before, each => each.original),
    ),
    after,
  )
}

function changeOf(
  recordId: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): RecordChange[] {
  const difference = differenceOf(before, after)
  return difference
    ? [{ recordId, action: 'updated', before: difference.before, after: difference.after }]
    : []
}

/** The primary position of those, as it was or as it will be. */
export function primaryOf(
  positions: readonly RowState[],
  read: (position: RowState) => PartValues | null,
): PartValues | null {
  return positions.map(read).find(position => position?.is_primary === true) ?? null
}
