import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import {
  changeImport,
  getImport,
  type Import,
  listImportFields,
  listImports,
  previewImport,
} from '#modules/crm/contract.ts'
import type { CallInput } from '#platform/contract/route.ts'
import { call, routeKey, routeQuery } from '../../../shell/api.ts'
import { renewOnLive } from '../../../shell/live.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'

/** Live messages say when something moved; where they do not arrive, looking is the way. */
const LOOK_MS = 2_000

/** Keeps what is shown of imports as it is, while a page of them is open. */
function useLiveImports(): void {
  useEffect(() => renewOnLive('import.', [listImports.id, getImport.id]), [])
}

/** All imports, page by page, the newest first. */
export function useImports() {
  useLiveImports()
  return useInfiniteQuery({
    queryKey: [...routeKey(listImports), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      call(listImports, { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } }, { signal }),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
}

/** Whether something is being done with it in the background. */
export function isMoving({ status, findings }: Import): boolean {
  return (
    status === 'running' || status === 'undoing' || (status === 'mapping' && findings?.state === 'running')
  )
}

/** One import, renewed while it moves. */
export function useImport(importId: string) {
  useLiveImports()
  return useQuery({
    ...routeQuery(getImport, { params: { importId } }),
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? LOOK_MS : false),
  })
}

/** The fields that columns can go to. */
export function useImportFields(object: Import['object']) {
  return useQuery({ ...routeQuery(listImportFields, { query: { object } }), staleTime: 60_000 })
}

/** The first rows as they would become with the choices of now. */
export function usePreview({ id, revision }: Import) {
  return useQuery({
    queryKey: [...routeKey(previewImport), id, revision],
    queryFn: ({ signal }) => call(previewImport, { params: { importId: id } }, { signal }),
    placeholderData: before => before,
  })
}

/** Changes the choices of an import; what was chosen is shown at once and taken back when it is refused. */
export function useChangeImport(importId: string) {
  const queryClient = useQueryClient()
  const { queryKey } = routeQuery(getImport, { params: { importId } })
  const act = useAct(changeImport, {
    onSuccess: after => queryClient.setQueryData(queryKey, after),
    onError: error => {
      sayFailed(error)
      void queryClient.invalidateQueries({ queryKey })
    },
  })
  return (body: CallInput<typeof changeImport>['body']) => {
    queryClient.setQueryData<Import>(queryKey, before =>
      before
        ? {
            ...before,
            mapping: body.mapping ?? before.mapping,
            policy: { ...before.policy, ...(body.policy as Partial<Import['policy']>) },
          }
        : before,
    )
    act.mutate({ params: { importId }, body })
  }
}
