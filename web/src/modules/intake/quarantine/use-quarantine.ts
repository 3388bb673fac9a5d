import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { listWorkflows } from '#modules/flow/contract.ts'
import {
  blockSender,
  changeQuarantine,
  countQuarantine,
  createSenderRule,
  deleteSenderRule,
  listQuarantine,
  listSenderRules,
  type QuarantinedSubmission,
  type SenderKind,
} from '#modules/intake/contract.ts'
import { call, routeQuery } from '../../../shell/api.ts'
import { renewOnLive } from '../../../shell/live.ts'
import { type Pages, pagesWithout } from '../../../shell/pages.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useAct } from '../../../shell/use-act.ts'
import { toastDone } from '../../../ui/toast-store.ts'
import { workflowsWithLeads } from '../chosen-workflow.ts'
import { changedWords } from './quarantine-words.ts'

/** One request takes no more. */
const AT_ONCE_MAX = 200
const RENEWED = [listQuarantine.id, countQuarantine.id]
const LIST = [listQuarantine.id, 'pages']

/** What is held back, page by page, renewed while it is looked at. */
export function useHeld() {
  useEffect(() => renewOnLive('quarantine.', RENEWED), [])
  return useInfiniteQuery({
    queryKey: LIST,
    queryFn: ({ pageParam, signal }) =>
      call(listQuarantine, { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } }, { signal }),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
}

/** How many are held back; undefined while that is not known. */
export function useHeldCount(isSeen = true): number | undefined {
  useEffect(() => (isSeen ? renewOnLive('quarantine.', [countQuarantine.id]) : undefined), [isSeen])
  return useQuery({ ...routeQuery(countQuarantine, { query: {} }), enabled: isSeen }).data?.held
}

/** The ways out of the list. Rows leave at once and come back when they had to stay. */
export function useLeaveQuarantine() {
  const queryClient = useQueryClient()
  const change = useAct(changeQuarantine, {
    onMutate: async ({ body }) => {
      await queryClient.cancelQueries({ queryKey: LIST })
      const gone = new Set(body.ids)
      queryClient.setQueryData<Pages<QuarantinedSubmission>>(LIST, pages =>
        pagesWithout(pages, ({ id }) => gone.has(id)),
      )
    },
    onSuccess: ({ changed, failed }, { body }) => toastDone(changedWords(body.act, changed, failed)),
    onError: (error, input) => sayFailed(error, () => change.mutate(input)),
    onSettled: () => {
      for (const id of RENEWED) void queryClient.invalidateQueries({ queryKey: [id] })
    },
  })
  return (act: 'release' | 'delete', ids: readonly string[]) => {
    for (let at = 0; at < ids.length; at += AT_ONCE_MAX)
      change.mutate({ body: { act, ids: ids.slice(at, at + AT_ONCE_MAX) } })
  }
}

const BLOCKED: Readonly<Record<SenderKind, string>> = {
  email: 'Whatever comes from this address is held back.',
  domain: 'Whatever comes from addresses of this domain is held back.',
  network: 'Whatever comes from this network is held back.',
}

/** Holds back from now on what the sender of a submission writes. */
export function useBlockSender() {
  const queryClient = useQueryClient()
  const block = useAct(blockSender, {
    onSuccess: (_rule, { body }) => {
      toastDone(BLOCKED[body.kind])
      void queryClient.invalidateQueries({ queryKey: [listSenderRules.id] })
    },
    onError: (error, input) => sayFailed(error, () => block.mutate(input)),
  })
  return (quarantinedId: string, kind: SenderKind) =>
    block.mutate({ params: { quarantinedId }, body: { kind } })
}

/** The senders that somebody decided about. */
export function useSenderRules() {
  return useInfiniteQuery({
    queryKey: [listSenderRules.id, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      call(
        listSenderRules,
        { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.nextCursor ?? undefined,
  })
}

/** Decides about a sender, and takes a decision back. */
export function useDecideSender(onDone: () => void) {
  const queryClient = useQueryClient()
  const renew = () => queryClient.invalidateQueries({ queryKey: [listSenderRules.id] })
  const create = useAct(createSenderRule, {
    onSuccess: async rule => {
      await renew()
      toastDone(`${rule.value} is ${rule.verdict === 'block' ? 'held back' : 'let in'} from now on.`)
      onDone()
    },
  })
  const remove = useAct(deleteSenderRule, {
    onSuccess: async () => {
      await renew()
      toastDone('This sender is judged like everybody again.')
    },
    onError: (error, input) => sayFailed(error, () => remove.mutate(input)),
  })
  return { create, remove }
}

/** The workflows that have a form. */
export function useFormWorkflows() {
  const list = useQuery(routeQuery(listWorkflows, {}))
  return { list, workflows: workflowsWithLeads(list.data?.items ?? []) }
}
