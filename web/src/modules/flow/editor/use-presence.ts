import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import {
  endPresence,
  getPresence,
  PRESENCE_SECONDS,
  setPresence,
  type WorkflowPresence,
} from '#modules/flow/contract.ts'
import { call, routeKey, routeQuery } from '../../../shell/api.ts'
import { onLive } from '../../../shell/live.ts'

type Other = WorkflowPresence['others'][number]

/** Says who has the workflow open besides this person, and tells them in turn which node is looked at here. */
export function usePresence(workflowId: string, nodeId: string | undefined): readonly Other[] {
  const queryClient = useQueryClient()
  const params = useMemo(() => ({ workflowId }), [workflowId])
  useEffect(() => {
    let isOver = false
    const tell = () =>
      call(setPresence, { params, body: { nodeId: nodeId ?? null } })
        .then(answer => {
          if (!isOver) queryClient.setQueryData(routeKey(getPresence, { params }), answer)
        })
        // Whether others know is worth no message; it is told again soon.
        .catch(() => undefined)
    void tell()
    const timer = setInterval(tell, (PRESENCE_SECONDS * 1_000) / 3)
    return () => {
      isOver = true
      clearInterval(timer)
    }
  }, [params, nodeId, queryClient])
  useEffect(() => {
    const leave = () => void call(endPresence, { params }).catch(() => undefined)
    const hear = onLive('draft.presence', message => {
      if (!message.subjects.some(({ id }) => id === workflowId)) return
      void queryClient.invalidateQueries({ queryKey: routeKey(getPresence, { params }) })
    })
    return () => {
      hear()
      leave()
    }
  }, [params, workflowId, queryClient])
  const { data } = useQuery({
    ...routeQuery(getPresence, { params }),
    refetchInterval: PRESENCE_SECONDS * 1_000,
  })
  return data?.others ?? NOBODY
}

const NOBODY: readonly Other[] = []

/** The names of others by the node they are at. */
export function othersByNode(others: readonly Other[]): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, string[]>()
  for (const { nodeId, name } of others) {
    if (nodeId !== null) map.set(nodeId, [...(map.get(nodeId) ?? []), name])
  }
  return map
}
