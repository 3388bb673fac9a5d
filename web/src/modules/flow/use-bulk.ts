import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { controlRuns, listDeadLetters, listRuns, retryRuns } from '#modules/flow/contract.ts'
import type { CallInput } from '#platform/contract/route.ts'
import { call, routeKey } from '../../shell/api.ts'
import { sayFailed } from '../../shell/say-failed.ts'
import { toastDone } from '../../ui/toast-store.ts'
import { type BulkAct, bulkResult, inParts, repeatWhileMore } from './bulk.ts'

/** The runs of a bulk act: those named, or those of a workflow that stand in one of the states. */
export type BulkSelection =
  | { readonly runIds: readonly string[] }
  | { readonly workflowId: string; readonly statuses: StatusList }
type StatusList = Extract<CallInput<typeof controlRuns>['body']['select'], { statuses: unknown }>['statuses']

export interface BulkProgress {
  readonly act: BulkAct
  /** How many runs it has reached so far. */
  readonly runs: number
}

/** Steering of many runs: how far it is, and what starts and stops it. What was reached before a stop stays done. */
export function useBulk(onDone: () => void) {
  const queryClient = useQueryClient()
  const [progress, setProgress] = useState<BulkProgress>()
  const isStopped = useRef(false)
  const start = async (act: BulkAct, select: BulkSelection) => {
    isStopped.current = false
    setProgress({ act, runs: 0 })
    try {
      const runs = await repeatWhileMore(partOf(act, select), {
        onProgress: reached => setProgress({ act, runs: reached }),
        isStopped: () => isStopped.current,
      })
      toastDone(bulkResult(act, runs, 'runIds' in select ? select.runIds.length : undefined))
      onDone()
    } catch (error) {
      sayFailed(error, () => void start(act, select))
    } finally {
      setProgress(undefined)
      for (const route of [listRuns, listDeadLetters]) {
        void queryClient.invalidateQueries({ queryKey: routeKey(route) })
      }
    }
  }
  const stop = () => {
    isStopped.current = true
  }
  return { progress, start, stop }
}

function partOf(act: BulkAct, select: BulkSelection) {
  if ('runIds' in select) return inParts(select.runIds, runIds => ask(act, { runIds }))
  return () => ask(act, select)
}

type Part = { runIds: string[] } | { readonly workflowId: string; readonly statuses: StatusList }

function ask(act: BulkAct, part: Part) {
  if (act !== 'retry') return call(controlRuns, { body: { action: act, select: part } })
  const select = 'runIds' in part ? part : { workflowId: part.workflowId }
  return call(retryRuns, { body: { select } })
}
