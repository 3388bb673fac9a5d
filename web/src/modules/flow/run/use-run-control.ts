import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import {
  controlRun,
  getRun,
  listDeadLetters,
  type RunControl,
  type RunDetail,
  retryRun,
} from '#modules/flow/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { hasArrived } from './run-control.ts'

/** Steering of one run: what was asked of it and has not happened yet, and what asks. */
export function useRunControl(run: RunDetail) {
  const queryClient = useQueryClient()
  const params = { runId: run.id }
  const [asked, setAsked] = useState<RunControl>()
  const renew = () => void queryClient.invalidateQueries({ queryKey: routeKey(getRun, { params }) })
  const control = useAct(controlRun, {
    onSuccess: renew,
    onError: (error, input) => {
      setAsked(undefined)
      renew()
      sayFailed(error, () => ask(input.body.action))
    },
  })
  const again = useAct(retryRun, {
    onSuccess: () => {
      renew()
      void queryClient.invalidateQueries({ queryKey: routeKey(listDeadLetters) })
    },
    onError: error => sayFailed(error, retry),
  })
  const ask = (action: RunControl) => {
    setAsked(action)
    control.mutate({ params, body: { action } })
  }
  const retry = () => again.mutate({ params })
  const isThere = asked !== undefined && hasArrived(asked, run.status)
  useEffect(() => {
    if (isThere) setAsked(undefined)
  }, [isThere])
  return { asked: isThere ? undefined : asked, ask, retry, isRetrying: again.isPending }
}
