import { useQuery } from '@tanstack/react-query'
import { listPeople } from '#modules/crm/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { RecordLink } from '../fields/record-link.tsx'

/** A link to whom an e-mail address belongs; nothing for whoever may not see them. */
export function EmailOwner({ email }: { email: string }) {
  const filter = JSON.stringify({ field: 'positions.email', op: 'is', value: email.trim().toLowerCase() })
  const { data } = useQuery(routeQuery(listPeople, { query: { filter, limit: 1 } }))
  const owner = data?.items[0]
  if (!owner) return null
  return (
    <p>
      It belongs to{' '}
      <RecordLink object="person" id={owner.id}>
        {owner.name}
      </RecordLink>
      .
    </p>
  )
}
