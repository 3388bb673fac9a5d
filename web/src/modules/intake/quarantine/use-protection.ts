import { useQuery } from '@tanstack/react-query'
import { getFormProtection, type ProtectionLevel, setFormProtection } from '#modules/intake/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { toastDone } from '../../../ui/toast-store.ts'
import { useRenewProtection } from './use-renew-protection.ts'

/** How the form of a workflow is protected, and the way to another level, which is in force at once. */
export function useProtection(workflowId: string) {
  const mayChange = useMay('forms:write')
  const params = { workflowId }
  const query = useQuery(routeQuery(getFormProtection, { params }))
  const renew = useRenewProtection(workflowId)
  const act = useAct(setFormProtection, {
    onMutate: ({ body }) => {
      if (query.data && body.level) renew({ ...query.data, level: body.level })
    },
    onSuccess: protection => {
      renew(protection)
      toastDone('The protection of the form was changed.')
    },
    onError: (error, input) => {
      void query.refetch()
      sayFailed(error, () => act.mutate(input))
    },
  })
  const setLevel = (level: ProtectionLevel) => act.mutate({ params, body: { level } })
  return { query, mayChange, setLevel }
}
