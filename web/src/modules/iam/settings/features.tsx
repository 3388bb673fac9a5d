import { Switch } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { getFeatures, switchFeatures } from '#modules/iam/contract.ts'
import { routeQuery } from '../../../shell/api.ts'
import { renewOnLive } from '../../../shell/live.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useMay } from '../../../shell/session.ts'
import { useAct } from '../../../shell/use-act.ts'
import { ErrorState } from '../../../ui/error-state.tsx'
import { toastFailed } from '../../../ui/toast-store.ts'
import classes from './features.module.css'

const query = routeQuery(getFeatures, {})

/** What the organization can switch on. Whoever may not change it sees how it is. */
export function FeatureSwitches() {
  const queryClient = useQueryClient()
  const mayManage = useMay('organization:manage')
  const features = useQuery(query)
  const act = useAct(switchFeatures, {
    onSuccess: after => queryClient.setQueryData(query.queryKey, after),
    onError: (error, input) => {
      const { what, requestId } = problemWords(error)
      toastFailed({
        message: 'Nothing was switched.',
        detail: what,
        requestId,
        retry: () => act.mutate(input),
      })
    },
  })
  useEffect(() => renewOnLive('organization.', [getFeatures.id]), [])
  if (features.isError) {
    return <ErrorState {...problemWords(features.error)} onRetry={() => features.refetch()} />
  }
  // While it is being switched it shows what was asked for.
  const isOn = act.isPending ? act.variables.body.code === true : features.data?.code === true
  return (
    <div>
      <Switch
        label="Code in workflows"
        aria-describedby="feature-code"
        checked={isOn}
        disabled={!mayManage || features.isPending || act.isPending}
        onChange={event => act.mutate({ body: { code: event.currentTarget.checked } })}
      />
      <p id="feature-code" className={classes.about}>
        Members who may edit workflows can run JavaScript in them. It sees only the values it is given: no
        network, no files, no other data.
        {mayManage ? '' : ' Only an owner or an admin can change this.'}
      </p>
    </div>
  )
}
