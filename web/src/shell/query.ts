import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ProblemError } from '#platform/contract/problem.ts'

type SignedOutListener = () => void
let onSignedOut: SignedOutListener = () => {}

/** Says what happens when the API answers that nobody is signed in any more. */
export function whenSignedOut(listener: SignedOutListener): void {
  onSignedOut = listener
}

function watch(error: Error): void {
  if (error instanceof ProblemError && error.status === 401) onSignedOut()
}

/** Reads are worth a second try only when the failure may pass: a lost connection or a busy server. */
function isPassing(error: Error): boolean {
  return !(error instanceof ProblemError) || error.status === 0 || error.status >= 500 || error.status === 429
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: watch }),
  mutationCache: new MutationCache({ onError: watch }),
  defaultOptions: {
    queries: {
      // Live updates say when something changed; until then what was read stays good for a while.
      staleTime: 30_000,
      gcTime: 10 * 60_000,
      retry: (failures, error) => failures < 2 && isPassing(error),
    },
    mutations: { retry: false },
  },
})
