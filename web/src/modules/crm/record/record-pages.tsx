import { getRouteApi } from '@tanstack/react-router'
import { RecordPage } from './record-page.tsx'

const person = getRouteApi('/app/people/$personId')
const company = getRouteApi('/app/companies/$companyId')
const deal = getRouteApi('/app/deals/$dealId')

/** A person as a page of its own. */
export function PersonPage() {
  const { personId } = person.useParams()
  return <RecordPage key={personId} object="person" id={personId} tab={person.useSearch().tab} />
}

/** A company as a page of its own. */
export function CompanyPage() {
  const { companyId } = company.useParams()
  return <RecordPage key={companyId} object="company" id={companyId} tab={company.useSearch().tab} />
}

/** A deal as a page of its own. */
export function DealPage() {
  const { dealId } = deal.useParams()
  return <RecordPage key={dealId} object="deal" id={dealId} tab={deal.useSearch().tab} />
}
