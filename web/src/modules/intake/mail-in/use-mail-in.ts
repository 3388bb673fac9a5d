import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { listWorkflows } from '#modules/flow/contract.ts'
import {
  getMailInbox,
  listMailAccounts,
  listReceivedMails,
  type MailDecision,
  type MailInbox,
} from '#modules/intake/contract.ts'
import { call, routeQuery } from '../../../shell/api.ts'
import { renewOnLive } from '../../../shell/live.ts'

const inboxQuery = routeQuery(getMailInbox, {})
const accountsQuery = routeQuery(listMailAccounts, {})

/** Where the organization is written to. */
export function useMailInbox() {
  return useQuery(inboxQuery)
}

/** Puts what an act answered in the place of what was known. */
export function useKeepInbox(): (inbox: MailInbox) => void {
  const queryClient = useQueryClient()
  return inbox => void queryClient.setQueryData(inboxQuery.queryKey, inbox)
}

/** Reads the address again. */
export function useRenewInbox(): () => Promise<void> {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: inboxQuery.queryKey })
}

/** The mailboxes that are looked into, as they are at the last look. */
export function useMailAccounts() {
  useEffect(() => renewOnLive('intake_mail.looked', [listMailAccounts.id]), [])
  return useQuery(accountsQuery)
}

/** Reads the mailboxes again. */
export function useRenewAccounts(): () => Promise<void> {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: accountsQuery.queryKey })
}

/** What came in, page by page. */
export function useReceivedMails(decision: MailDecision | null) {
  useEffect(() => renewOnLive('intake_mail.decided', [listReceivedMails.id]), [])
  return useInfiniteQuery({
    queryKey: [listReceivedMails.id, 'pages', decision],
    queryFn: ({ pageParam, signal }) =>
      call(
        listReceivedMails,
        {
          query: {
            limit: 50,
            ...(decision ? { decision } : {}),
            ...(pageParam ? { cursor: pageParam } : {}),
          },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
    placeholderData: before => before,
  })
}

/** Reads what came in again. */
export function useRenewMails(): () => void {
  const queryClient = useQueryClient()
  return () => void queryClient.invalidateQueries({ queryKey: [listReceivedMails.id] })
}

/** The workflows that mail can go to, for a list to choose from, and what each is called. */
export function useWorkflowChoices() {
  const list = useQuery(routeQuery(listWorkflows, {}))
  const items = list.data?.items.filter(({ status }) => status !== 'archived') ?? []
  const names = new Map(list.data?.items.map(({ id, name }) => [id, name]))
  return {
    choices: items.map(({ id, name }) => ({ value: id, label: name })),
    nameOf: (id: string | null) => (id === null ? 'None' : (names.get(id) ?? 'A workflow')),
  }
}
