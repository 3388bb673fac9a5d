import type { FilterField, FilterFields } from '#platform/contract/filter.ts'
import { COMPANY_FIELDS } from '../company-api.ts'
import { PERSON_FIELDS } from '../person-api.ts'

/** What of a deal's company and of its first person it is filtered by, as `company.<field>` and `person.<field>`. */
export const DEAL_RELATION_FIELDS: FilterFields = {
  ...relationFields('company', COMPANY_FIELDS),
  ...relationFields('person', PERSON_FIELDS),
}

/** Fields of the related record itself; what leads on from it is left out. */
function relationFields(name: string, fields: FilterFields): FilterFields {
  const own = Object.entries(fields).filter(([key]) => !key.includes('.'))
  return Object.fromEntries(own.map(([key, field]) => [`${name}.${key}`, withoutSort(field)]))
}

function withoutSort({ sort: _, ...field }: FilterField): FilterField {
  return field
}
