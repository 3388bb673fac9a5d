import { type UseMutationOptions, useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import type { CallInput, Route, RouteResult } from '#platform/contract/route.ts'
import { call, newKey } from './api.ts'

type ActOptions<T extends Route> = Omit<
  UseMutationOptions<RouteResult<T>, Error, CallInput<T>>,
  'mutationFn' | 'mutationKey'
>

/**
 * An unsafe call as a mutation. Trying again with the same input repeats the same idempotency key, so that an
 * act whose answer was lost does not happen twice; after a success the next act is a new one.
 */
export function useAct<T extends Route>(route: T, options: ActOptions<T> = {}) {
  const attempt = useRef<{ input: string; key: string }>(undefined)
  return useMutation<RouteResult<T>, Error, CallInput<T>>({
    ...options,
    mutationKey: [route.id],
    mutationFn: async input => {
      const text = JSON.stringify(input)
      if (attempt.current?.input !== text) attempt.current = { input: text, key: newKey() }
      const result = await call(route, input, { idempotencyKey: attempt.current.key })
      attempt.current = undefined
      return result
    },
  })
}
