import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import {
  getBoard,
  getPipelineSummary,
  type LeadAct,
  type LeadSelection,
  listDeletedLeads,
  listLeadActs,
  listLeads,
  startLeadAct,
  undoLeadAct,
  type WhatIsDone,
} from '#modules/intake/contract.ts'
import { call, newKey, routeKey, routeQuery } from '../../../shell/api.ts'
import { queryClient } from '../../../shell/query.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { useSession } from '../../../shell/session.ts'
import { toastDone, toastFailed, toastUndo } from '../../../ui/toast-store.ts'
import type { LeadLook } from '../lists/use-lead-look.ts'

const LIST_OF_CHANGES = '“Recent changes” in the menu of the leads lists them.'

/** Reads anew what an act over many leads has changed. */
export async function renewActed(): Promise<void> {
  const routes = [getBoard, listLeads, getPipelineSummary, listDeletedLeads, listLeadActs]
  await Promise.all(routes.map(route => queryClient.invalidateQueries({ queryKey: routeKey(route) })))
}

/** Begins to take an act back; says so where it is over with that. Undefined where it was refused. */
export async function takeLeadActBack(leadActId: string): Promise<LeadAct | undefined> {
  try {
    const undo = await call(undoLeadAct, { params: { leadActId } })
    if (undo.status === 'done') sayUndone(undo)
    return undo
  } catch (error) {
    sayFailed(error)
    return undefined
  } finally {
    await renewActed()
  }
}

function sayUndone({ failed }: LeadAct): void {
  if (failed === 0) toastDone('Everything is as it was.')
  else
    toastFailed({
      message: `${failed.toLocaleString()} ${failed === 1 ? 'lead stays as it is' : 'leads stay as they are'} now.`,
      detail: `Somebody changed or deleted them since. ${LIST_OF_CHANGES}`,
    })
}

/** Which leads of a workflow are looked at. */
export function selectionOf({
  ownerUserId,
  filter,
}: Pick<LeadLook, 'ownerUserId' | 'filter'>): LeadSelection {
  return { ...(ownerUserId ? { ownerUserId } : {}), ...(filter ? { filter } : {}) }
}

export type LeadActs = ReturnType<typeof useLeadActs>

/** Does one thing to all leads that a filter lets through: few are done at once, with many a job goes on by itself. */
export function useLeadActs(workflowId: string) {
  const { user } = useSession()
  const [begun, setRunning] = useState<LeadAct>()
  const [ended, setEnded] = useState<ReadonlySet<string>>(new Set())
  // What one began elsewhere, or before the page was opened anew, goes on here.
  const acts = useQuery(routeQuery(listLeadActs, { params: { workflowId }, query: { limit: 5 } }))
  const found = acts.data?.items.find(
    ({ id, status, byUserId }) => status === 'running' && byUserId === user.id && !ended.has(id),
  )
  const running = begun ?? found
  const [isAsking, setAsking] = useState(false)
  const end = (act: LeadAct) => {
    setRunning(undefined)
    setEnded(before => new Set(before).add(act.id))
    void renewActed()
    if (act.kind === 'undo') {
      sayUndone(act)
      return
    }
    if (act.failed > 0 || act.reason !== null)
      toastFailed({
        message: `${act.failed.toLocaleString()} of ${(act.done + act.failed).toLocaleString()} leads were left as they are.`,
        detail: act.reason ?? LIST_OF_CHANGES,
      })
    if (act.done > 0)
      toastUndo(`${act.title}.`, async () => {
        const undo = await takeLeadActBack(act.id)
        if (undo?.status === 'running') setRunning(undo)
      })
    else if (act.failed === 0 && act.status === 'done') toastDone('They are there already.')
  }
  const start = async (select: LeadSelection, what: WhatIsDone, idempotencyKey = newKey()): Promise<void> => {
    setAsking(true)
    try {
      const input = { params: { workflowId }, body: { select, act: what } }
      const act = await call(startLeadAct, input, { idempotencyKey })
      if (act.status === 'running') {
        setRunning(act)
        await queryClient.invalidateQueries({ queryKey: routeKey(listLeadActs) })
      } else end(act)
    } catch (error) {
      sayFailed(error, () => void start(select, what, idempotencyKey))
    } finally {
      setAsking(false)
    }
  }
  return { running, end, isAsking, start }
}
