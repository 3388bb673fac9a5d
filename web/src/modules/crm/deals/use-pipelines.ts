import { useQueryClient } from '@tanstack/react-query'
import { listLostReasons, listPipelines, type Pipeline } from '#modules/crm/contract.ts'
import type { CallInput, Route } from '#platform/contract/route.ts'
import { routeKey, routeQuery } from '../../../shell/api.ts'
import { problemWords } from '../../../shell/problem.ts'
import { useAct } from '../../../shell/use-act.ts'
import { toastFailed } from '../../../ui/toast-store.ts'

const input = { query: { archived: 'true' } } as const

/** All pipelines, archived ones too. */
export const pipelinesQuery = routeQuery(listPipelines, input)

type Pipelines = { items: Pipeline[] }

/**
 * An act on pipelines, stages or lost reasons. What it will make of the pipelines can be shown at once; when the server refuses, it is as
 * before, and a message says why.
 */
export function usePipelineAct<T extends Route>(
  route: T,
  expect?: (pipelines: readonly Pipeline[], input: CallInput<T>) => Pipeline[],
) {
  const queryClient = useQueryClient()
  const key = routeKey(listPipelines, input)
  return useAct(route, {
    scope: { id: 'pipelines' },
    onMutate: async asked => {
      if (!expect) return
      await queryClient.cancelQueries({ queryKey: key })
      queryClient.setQueryData<Pipelines>(key, now => now && { items: expect(now.items, asked) })
    },
    onError: error => {
      const { what, next, requestId } = problemWords(error)
      toastFailed({ message: what, detail: next, requestId })
    },
    onSettled: () =>
      Promise.all(
        [listPipelines, listLostReasons].map(each =>
          queryClient.invalidateQueries({ queryKey: routeKey(each) }),
        ),
      ),
  })
}

/** The items with one of them at another place, from 0. */
export function placed<Item>(items: readonly Item[], item: Item, place: number): Item[] {
  return items.filter(each => each !== item).toSpliced(place, 0, item)
}
