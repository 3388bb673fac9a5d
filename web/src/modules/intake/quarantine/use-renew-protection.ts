import { useQueryClient } from '@tanstack/react-query'
import { type FormProtection, getFormProtection } from '#modules/intake/contract.ts'
import { routeKey } from '../../../shell/api.ts'

/** Shows what was saved. */
export function useRenewProtection(workflowId: string) {
  const queryClient = useQueryClient()
  return (protection: FormProtection) =>
    queryClient.setQueryData(routeKey(getFormProtection, { params: { workflowId } }), protection)
}
