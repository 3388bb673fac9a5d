import { useQuery } from '@tanstack/react-query'
import { nameMembers } from '#modules/iam/contract.ts'
import { routeQuery } from './api.ts'
import { useMay } from './session.ts'

const AT_ONCE_MAX = 100

/**
 * What people on records are called, by user id, for at most 100 of them; those who left are named as well. Empty until it
 * is known, and for whoever may not see members.
 */
export function useMemberNames(userIds: readonly (string | null | undefined)[]): ReadonlyMap<string, string> {
  const mayRead = useMay('members:read')
  const ids = [...new Set(userIds.filter(id => typeof id === 'string'))].sort().slice(0, AT_ONCE_MAX)
  const { data } = useQuery({
    ...routeQuery(nameMembers, { query: { ids: ids.join(',') } }),
    enabled: mayRead && ids.length > 0,
    staleTime: 5 * 60_000,
    placeholderData: before => before,
  })
  return new Map(data?.items.map(({ userId, name }) => [userId, name]))
}
