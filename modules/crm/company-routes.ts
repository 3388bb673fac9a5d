import type { Context } from '#platform/context.ts'
import { type Implemented, implement, Versioned } from '#platform/http/handlers.ts'
import { companyVersion, getCompany, listCompanies } from './companies.ts'
import * as api from './company-api.ts'
import { changeCompany, createCompany } from './company-writes.ts'
import { removeRecord, restoreRecord } from './record-removal.ts'

/** Companies over HTTP. */
export const companyRoutes: readonly Implemented[] = [
  implement(api.listCompanies, (ctx, { query }) => listCompanies(ctx, query)),
  implement(api.getCompany, (ctx, { params }) => versionedCompany(ctx, params.companyId)),
  implement(api.createCompany, async (ctx, { body }) => getCompany(ctx, await createCompany(ctx, body))),
  implement(api.changeCompany, async (ctx, { params, body }, http) => {
    await changeCompany(ctx, params.companyId, body, { expected: http.expected })
    return versionedCompany(ctx, params.companyId)
  }),
  implement(api.deleteCompany, async (ctx, { params }) => {
    await removeRecord(ctx, 'company', params.companyId)
    return undefined
  }),
  implement(api.restoreCompany, async (ctx, { params }) => {
    await restoreRecord(ctx, 'company', params.companyId)
    return getCompany(ctx, params.companyId)
  }),
]

/** The version is read first: a change in between makes an edit fail that could have been made, never the reverse. */
async function versionedCompany(ctx: Context, companyId: string): Promise<Versioned<api.Company>> {
  const [version, company] = await Promise.all([companyVersion(ctx, companyId), getCompany(ctx, companyId)])
  return new Versioned(company, version)
}
