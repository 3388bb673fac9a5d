import { type InfiniteData, useQueryClient } from '@tanstack/react-query'
import { getMessage, listMessages, type Message, resolveUnknown } from '#modules/mail/contract.ts'
import type { RouteResult } from '#platform/contract/route.ts'
import { routeKey } from '../../shell/api.ts'
import { problemWords } from '../../shell/problem.ts'
import { useAct } from '../../shell/use-act.ts'
import { toastFailed } from '../../ui/toast-store.ts'
import { READER_ID } from './use-list-keys.ts'
import { withStatus } from './with-status.ts'

type List = InfiniteData<RouteResult<typeof listMessages>>
export type Resolution = 'sent' | 'failed' | 'resend'

const statusAfter = { sent: 'sent', failed: 'failed', resend: 'queued' } as const

/** Decides about a message whose outcome is unknown; shown at once, taken back when the server refuses. */
export function useResolve(message: Pick<Message, 'id' | 'subject'>) {
  const queryClient = useQueryClient()
  const queryKey = routeKey(getMessage, { params: { messageId: message.id } })
  const show = (status: Message['status']) => {
    queryClient.setQueryData<Message>(queryKey, shown => shown && { ...shown, status })
    queryClient.setQueriesData<List>(
      { queryKey: [listMessages.id] },
      list => list && withStatus(list, message.id, status),
    )
  }
  const act = useAct(resolveUnknown, {
    onMutate: async ({ body }) => {
      await queryClient.cancelQueries({ queryKey })
      show(statusAfter[body.as])
    },
    onSuccess: answer => queryClient.setQueryData(queryKey, answer),
    onError: (error, { body }) => {
      show('unknown')
      const words = problemWords(error)
      toastFailed({
        message: `Nothing was decided about “${message.subject}”.`,
        detail: [words.what, words.next].filter(Boolean).join(' '),
        requestId: words.requestId,
        retry: () => resolve(body.as),
      })
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: [listMessages.id] }),
  })
  const resolve = (as: Resolution) => {
    act.mutate({ params: { messageId: message.id }, body: { as } })
    // The button that was pressed leaves with the decision; reading goes on where it was.
    document.getElementById(READER_ID)?.focus()
  }
  return { resolve, isPending: act.isPending }
}
