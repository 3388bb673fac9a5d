import { useQueryClient } from '@tanstack/react-query'
import {
  type Merged,
  mergeCompanies,
  mergeDeals,
  mergePeople,
  previewCompanyMerge,
  previewDealMerge,
  previewPersonMerge,
  type RecordObject,
  undoChangeSet,
} from '#modules/crm/contract.ts'
import { call, newKey, routeQuery } from '../../../shell/api.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { toastDone, toastUndo } from '../../../ui/toast-store.ts'

type Choices = Readonly<Record<string, 'keep' | 'other'>>

/** Two records side by side, as the server would merge them. */
export function previewQuery(object: RecordObject, keepId: string, otherId: string) {
  const query = { otherId }
  if (object === 'person') return routeQuery(previewPersonMerge, { params: { personId: keepId }, query })
  if (object === 'company') return routeQuery(previewCompanyMerge, { params: { companyId: keepId }, query })
  return routeQuery(previewDealMerge, { params: { dealId: keepId }, query })
}

function send(object: RecordObject, keepId: string, otherId: string, choices: Choices): Promise<Merged> {
  const body = { otherId, choices: { ...choices } }
  const options = { idempotencyKey: newKey() }
  if (object === 'person') return call(mergePeople, { params: { personId: keepId }, body }, options)
  if (object === 'company') return call(mergeCompanies, { params: { companyId: keepId }, body }, options)
  return call(mergeDeals, { params: { dealId: keepId }, body }, options)
}

export interface MergeAct {
  readonly object: RecordObject
  readonly keepId: string
  readonly otherId: string
  readonly choices: Choices
  /** What is said when it is done. */
  readonly words: string
}

/** Merges two records and offers to take it back. Gives whether it was done; what went wrong is said. */
export function useMerge(): (act: MergeAct) => Promise<boolean> {
  const queryClient = useQueryClient()
  const undo = async (changeSetId: string) => {
    try {
      const undone = await call(undoChangeSet, { params: { changeSetId } })
      toastDone(
        undone.failed > 0 ? 'They are two again; what was changed since stays.' : 'They are two again.',
      )
    } catch (error) {
      sayFailed(error, () => void undo(changeSetId))
    } finally {
      void queryClient.invalidateQueries()
    }
  }
  return async ({ object, keepId, otherId, choices, words }) => {
    try {
      const { changeSetId } = await send(object, keepId, otherId, choices)
      toastUndo(words, () => void undo(changeSetId))
      void queryClient.invalidateQueries()
      return true
    } catch (error) {
      sayFailed(error)
      return false
    }
  }
}
