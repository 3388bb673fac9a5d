import type { queryOptions } from '@tanstack/react-query'
import { ProblemError } from '#platform/contract/problem.ts'
import type { DraftServer, SavedDraft, SaveOutcome } from './autosave.ts'
import { queryClient } from './query.ts'

/** Answers after which the same may be taken later; 0 stands for none at all. */
const PASSING: ReadonlySet<number> = new Set([0, 408, 425, 429])

interface DraftRoutes<Draft, Detail> {
  /** Reads the draft; what a save answers is shown wherever this is shown. */
  readonly read: Pick<ReturnType<typeof queryOptions<Detail>>, 'queryKey' | 'queryFn'>
  /** The id of the route that saves. */
  readonly saveId: string
  /** Saves a draft that was made from that revision. The same key always means the same attempt. */
  readonly save: (draft: Draft, revision: number, key: string) => Promise<Detail>
  readonly savedOf: (detail: Detail) => SavedDraft<Draft>
  /** Whether a save was refused because somebody else saved first. */
  readonly isChanged: (error: ProblemError) => boolean
}

/** The routes that keep a draft, as what saves it by itself needs them. */
export function draftServer<Draft, Detail extends { readonly revision: number }>({
  read,
  saveId,
  save,
  savedOf,
  isChanged,
}: DraftRoutes<Draft, Detail>): DraftServer<Draft> {
  return {
    async save(draft, revision, key): Promise<SaveOutcome> {
      // As a mutation, so that the app hears of a sign-in that has ended like with every other act.
      const mutation = queryClient.getMutationCache().build<Detail, Error, void, unknown>(queryClient, {
        mutationKey: [saveId],
        mutationFn: () => save(draft, revision, key),
        networkMode: 'always',
      })
      try {
        const saved = await mutation.execute()
        queryClient.setQueryData<Detail>(read.queryKey, old =>
          old && old.revision > saved.revision ? old : saved,
        )
        return { as: 'saved', revision: saved.revision }
      } catch (error) {
        return outcomeOf(error as Error, isChanged)
      }
    },
    async read() {
      return savedOf(await queryClient.fetchQuery({ ...read, staleTime: 0 }))
    },
  }
}

function outcomeOf(error: Error, isChanged: (error: ProblemError) => boolean): SaveOutcome {
  if (!(error instanceof ProblemError)) return { as: 'unanswered', error }
  if (isChanged(error)) return { as: 'changed' }
  const isPassing = PASSING.has(error.status) || error.status >= 500
  return { as: isPassing ? 'unanswered' : 'refused', error }
}
