import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getAccountSecurity, listSignIns } from '#modules/iam/contract.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'

/** How the person signs in. */
export function useSecurity() {
  return useQuery(routeQuery(getAccountSecurity, {}))
}

/** Reads anew what the page shows, after something of it changed. */
export function useRenewSecurity(): () => Promise<void> {
  const queryClient = useQueryClient()
  return async () => {
    await Promise.all(
      [getAccountSecurity, listSignIns].map(route =>
        queryClient.invalidateQueries({ queryKey: routeKey(route) }),
      ),
    )
  }
}
