import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { cancelLeadAct, getLeadAct, type LeadAct } from '#modules/intake/contract.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { queryClient } from '../../../shell/query.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { FootBar } from '../../../ui/selection-bar.tsx'
import { ProgressLine } from '../../crm/bulk/bulk-progress.tsx'

/** Live messages say when it moved; where they do not arrive, looking is the way. */
const LOOK_MS = 2_000

/** How far an act over many leads is, and the way to stop it. The page may be left. */
export function ActProgress({ act, onEnd }: { act: LeadAct; onEnd: (ended: LeadAct) => void }) {
  const params = { leadActId: act.id }
  const { data = act } = useQuery({
    ...routeQuery(getLeadAct, { params }),
    initialData: act,
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? LOOK_MS : false),
  })
  const cancel = useAct(cancelLeadAct, {
    onSuccess: ended => queryClient.setQueryData(routeKey(getLeadAct, { params }), ended),
    onError: error => sayFailed(error),
  })
  const isOver = data.status !== 'running'
  const hasEnded = useRef(false)
  useEffect(() => {
    if (!isOver || hasEnded.current) return
    hasEnded.current = true
    onEnd(data)
  }, [isOver, data, onEnd])
  return (
    <FootBar label="Work under way">
      <ProgressLine act={data} />
      <Button size="xs" onClick={() => cancel.mutate({ params })} loading={cancel.isPending}>
        Stop here
      </Button>
    </FootBar>
  )
}
