import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { listDeals, listPeople, totalDeals, totalPeople } from '#modules/crm/contract.ts'
import { listLeads } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { useMay } from '../../../shell/session.ts'
import { Avatar } from '../../../ui/avatar.tsx'
import { RelativeTime } from '../../../ui/relative-time.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { moneyWords } from '../fields/money.ts'
import { RecordLink } from '../fields/record-link.tsx'
import classes from './related-list.module.css'
import { RelatedList } from './related-list.tsx'

interface ListProps {
  heading: 'h2' | 'h3'
}

const LIMIT = 50
const STAGE_TONES = { open: 'info', won: 'good', lost: 'bad' } as const

/** Who works at a company. */
export function PeopleOfCompany({ companyId, heading }: ListProps & { companyId: string }) {
  const mayRead = useMay('people:read')
  const filter = JSON.stringify({ field: 'positions.companyId', op: 'is', value: companyId })
  const query = useQuery({ ...routeQuery(listPeople, { query: { filter, limit: LIMIT } }), enabled: mayRead })
  const totals = useQuery({ ...routeQuery(totalPeople, { query: { filter } }), enabled: mayRead })
  if (!mayRead) return null
  return (
    <RelatedList
      title="People"
      heading={heading}
      total={totals.data?.count.toLocaleString()}
      query={query}
      itemId={person => person.id}
      none="Nobody is known here."
    >
      {person => (
        <>
          <Avatar name={person.name} size={24} />
          <span className={classes.name}>
            <RecordLink object="person" id={person.id}>
              {person.name}
            </RecordLink>
            <span className={classes.detail}>{person.title ?? person.email}</span>
          </span>
        </>
      )}
    </RelatedList>
  )
}

/** Deals with a company or with a person, and what they are worth. */
export function RelatedDeals({
  field,
  id,
  heading,
}: ListProps & { field: 'companyId' | 'personId'; id: string }) {
  const mayRead = useMay('deals:read')
  const filter = JSON.stringify({ field, op: 'is', value: id })
  const query = useQuery({ ...routeQuery(listDeals, { query: { filter, limit: LIMIT } }), enabled: mayRead })
  const totals = useQuery({
    ...routeQuery(totalDeals, { query: { filter, fields: 'value' } }),
    enabled: mayRead,
  })
  if (!mayRead) return null
  const sums = totals.data?.fields?.value?.sums ?? []
  const total = [totals.data?.count.toLocaleString(), sums.map(sum => moneyWords(sum)).join(' + ')]
  return (
    <RelatedList
      title="Deals"
      heading={heading}
      total={total.filter(Boolean).join(' · ')}
      query={query}
      itemId={deal => deal.id}
      none="There is no deal yet."
    >
      {deal => (
        <>
          <span className={classes.name}>
            <RecordLink object="deal" id={deal.id}>
              {deal.name}
            </RecordLink>
          </span>
          <Tag tone={STAGE_TONES[deal.status]}>{deal.stage.name}</Tag>
          <span className={classes.figure}>{deal.value ? moneyWords(deal.value) : '–'}</span>
        </>
      )}
    </RelatedList>
  )
}

/** What a person came in by. */
export function RelatedLeads({ personId, heading }: ListProps & { personId: string }) {
  const mayRead = useMay('leads:read')
  const query = useQuery({
    ...routeQuery(listLeads, { query: { personId, limit: LIMIT } }),
    enabled: mayRead,
  })
  if (!mayRead) return null
  return (
    <RelatedList
      title="Leads"
      heading={heading}
      total={query.data && query.data.nextCursor === null ? String(query.data.items.length) : undefined}
      query={query}
      itemId={lead => lead.id}
      none="No lead of this person came in."
    >
      {lead => (
        <>
          <span className={classes.name}>
            <Link to="/leads/$leadId" params={{ leadId: lead.id }}>
              {lead.name}
            </Link>
            <span className={classes.detail}>
              <RelativeTime at={lead.createdAt} />
            </span>
          </span>
          <Tag>{lead.status}</Tag>
        </>
      )}
    </RelatedList>
  )
}
