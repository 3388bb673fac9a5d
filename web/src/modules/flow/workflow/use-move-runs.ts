import { useQueryClient } from '@tanstack/react-query'
import { listRuns, migrateRuns } from '#modules/flow/contract.ts'
import { routeKey } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { toastDone } from '../../../ui/toast-store.ts'
import { counted } from '../words.ts'

/** Moves runs under way from an older version to the published one. */
export function useMoveRuns(workflowId: string, onDone: () => void = () => {}) {
  const queryClient = useQueryClient()
  const params = { workflowId }
  const act = useAct(migrateRuns, {
    onSuccess: ({ runs }, { body }) => {
      void queryClient.invalidateQueries({ queryKey: routeKey(listRuns, { params }) })
      toastDone(
        runs === 0
          ? `No run follows version ${body.fromVersion} any more.`
          : `${counted(runs, 'run is', 'runs are')} being moved. One that cannot be moved stays and says so in its log.`,
      )
      onDone()
    },
    onError: (error, input) => sayFailed(error, () => act.mutate(input)),
  })
  const move = (fromVersion: number) => act.mutate({ params, body: { fromVersion } })
  return { move, isMoving: act.isPending }
}
