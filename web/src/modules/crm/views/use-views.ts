import { changeView, getView, listViews, type View, type ViewSettings } from '#modules/crm/contract.ts'
import { etagOf } from '#platform/contract/client.ts'
import { call, routeKey } from '../../../shell/api.ts'
import { isConflict } from '../../../shell/problem.ts'
import { queryClient } from '../../../shell/query.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { toastFailed } from '../../../ui/toast-store.ts'

/** Reads the views of all lists again. */
export function renewViews(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: routeKey(listViews) })
}

/** Somebody who saves the view each time between our reading and writing would keep us at it for ever. */
const ATTEMPTS_MAX = 3

interface ViewPatch {
  readonly name?: string
  readonly visibility?: View['visibility']
  readonly type?: View['type']
  readonly settings?: ViewSettings
}

/** Changes a view that is as the reader sees it; when somebody else has saved it meanwhile, says so and keeps both. */
export function useChangeView() {
  const save = async (view: View, body: ViewPatch, attempt = 1): Promise<boolean> => {
    const params = { viewId: view.id }
    try {
      const stored = await call(getView, { params })
      if (stored.updatedAt !== view.updatedAt && body.settings) {
        await renewViews()
        toastFailed({
          message: 'Somebody else has saved this view in the meantime.',
          detail: 'Your changes are still here and in the address. Look at the view, then save again.',
        })
        return false
      }
      await call(changeView, { params, body, ifMatch: etagOf(stored) })
      await renewViews()
      return true
    } catch (error) {
      if (isConflict(error) && attempt < ATTEMPTS_MAX) return save(view, body, attempt + 1)
      sayFailed(error)
      return false
    }
  }
  return { save }
}
