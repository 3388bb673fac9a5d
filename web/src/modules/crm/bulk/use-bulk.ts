import { useState } from 'react'
import {
  type BulkAct,
  type BulkResult,
  type BulkSelection,
  type ChangeSet,
  undoChangeSet,
} from '#modules/crm/contract.ts'
import type { CallInput, Route } from '#platform/contract/route.ts'
import { call, newKey } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { toastDone, toastFailed, toastUndo } from '../../../ui/toast-store.ts'
import type { ListObject } from '../list/list-objects.ts'
import { sourcesOf } from '../list/list-source.ts'

/** Takes an act back, and says how far it is with that. */
export async function takeBack(changeSetId: string): Promise<ChangeSet | undefined> {
  try {
    const undo = await call(undoChangeSet, { params: { changeSetId } })
    if (undo.status === 'done') sayUndone(undo)
    return undo
  } catch (error) {
    sayFailed(error)
    return undefined
  }
}

/** Says that an act was taken back, and how much of it had to stay. */
export function sayUndone({ failed }: ChangeSet): void {
  if (failed === 0) toastDone('Everything is as it was.')
  else
    toastFailed({
      message: `${failed.toLocaleString()} ${failed === 1 ? 'record stays' : 'records stay'} as they are now.`,
      detail: 'Somebody changed or deleted them since. “Recent changes” lists them.',
    })
}

/** Does one thing to a selection: what is small is done at once, what is large goes on by itself. */
export function useBulk(of: ListObject, onDone: () => void) {
  const [running, setRunning] = useState<ChangeSet>()
  const [isAsking, setAsking] = useState(false)
  const renew = () => {
    for (const source of sourcesOf(of.list)) source.forget()
  }
  const end = (changeSet: ChangeSet) => {
    setRunning(undefined)
    renew()
    if (changeSet.kind === 'undo') {
      sayUndone(changeSet)
      return
    }
    if (changeSet.failed > 0) {
      toastFailed({
        message: `${changeSet.failed.toLocaleString()} of ${(changeSet.done + changeSet.failed).toLocaleString()} ${of.many} were left as they are.`,
        detail: changeSet.reason ?? '“Recent changes” lists them, each with the reason.',
      })
    }
    if (changeSet.done > 0) {
      toastUndo(`${changeSet.title}.`, async () => {
        const undo = await takeBack(changeSet.id)
        if (undo?.status === 'running') setRunning(undo)
        renew()
      })
    }
  }
  const start = async (select: BulkSelection, act: BulkAct, idempotencyKey = newKey()) => {
    setAsking(true)
    try {
      const input = { body: { select, act } } as unknown as CallInput<Route>
      const { changeSet, items } = (await call(of.bulk, input, { idempotencyKey })) as unknown as BulkResult
      onDone()
      if (changeSet.status === 'running') setRunning(changeSet)
      else {
        const refused = items.find(item => !item.ok && item.problem?.errors?.[0])
        if (refused && changeSet.done === 0)
          toastFailed({ message: 'Nothing was changed.', detail: refused.problem?.errors?.[0]?.message })
        else end(changeSet)
      }
    } catch (error) {
      sayFailed(error, () => void start(select, act, idempotencyKey))
    } finally {
      setAsking(false)
    }
  }
  return { start, running, end, isAsking }
}
