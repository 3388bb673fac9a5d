import { enrichCompany, enrichPerson, listEnrichments } from '#modules/crm/contract.ts'
import { call } from '../../../shell/api.ts'
import { queryClient } from '../../../shell/query.ts'
import { sayFailed } from '../../../shell/say-failed.ts'
import { toastDone } from '../../../ui/toast-store.ts'

/** Asks the services about a record; what they find appears in it by itself. */
export async function enrichRecord(object: 'company' | 'person', id: string): Promise<void> {
  try {
    if (object === 'company') await call(enrichCompany, { params: { companyId: id } })
    else await call(enrichPerson, { params: { personId: id } })
    toastDone('The services are being asked. What they know appears here.')
    void queryClient.invalidateQueries({ queryKey: [listEnrichments.id] })
  } catch (error) {
    sayFailed(error)
  }
}
