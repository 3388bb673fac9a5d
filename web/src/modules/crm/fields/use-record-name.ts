import { useQuery } from '@tanstack/react-query'
import { getCompany, getDeal, getPerson, type RecordObject } from '#modules/crm/contract.ts'
import { routeQuery } from '../../../shell/api.ts'

/** What a record is called; undefined until that is known, null when it is gone or not in sight. */
export function useRecordName(object: RecordObject, id: string): string | null | undefined {
  const person = useQuery({
    ...routeQuery(getPerson, { params: { personId: id } }),
    enabled: object === 'person',
  })
  const company = useQuery({
    ...routeQuery(getCompany, { params: { companyId: id } }),
    enabled: object === 'company',
  })
  const deal = useQuery({ ...routeQuery(getDeal, { params: { dealId: id } }), enabled: object === 'deal' })
  const { data, error } = { person, company, deal }[object]
  return error ? null : data?.name
}
