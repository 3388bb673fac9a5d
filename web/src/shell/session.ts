import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { getSession, may, type Organization, type Session } from '#modules/iam/contract.ts'
import { routeQuery } from './api.ts'

/** Who is signed in. Read once before the first page; every page may rely on it. */
export const sessionQuery = queryOptions({ ...routeQuery(getSession, {}), staleTime: 5 * 60_000 })

/** The session inside the signed-in part of the app. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data
}

/** The organization the person works in. The frame shows pages only when there is one. */
export function useOrganization(): Organization {
  const { organization } = useSession()
  if (!organization) throw new Error('A page was shown to a person without an organization.')
  return organization
}

/** Whether the signed-in person may do something, for example `leads:write`. The server decides again. */
export function useMay(permission: string): boolean {
  return may(useSession(), permission)
}
