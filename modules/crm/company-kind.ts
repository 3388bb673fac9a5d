import type { Context } from '#platform/context.ts'
import { readList } from '#platform/filter/list.ts'
import { parsePart } from '#platform/http/input.ts'
import { COMPANY_RECORD_FIELDS } from './built-in-fields.ts'
import { findCompanies, listCompanies, seenCompanies } from './companies.ts'
import { CompanyPatch, NewCompany } from './company-api.ts'
import { COMPANY_LIST } from './company-fields.ts'
import { changeCompany, createCompany } from './company-writes.ts'
import { withCustomFields } from './custom-fields/values.ts'
import { type MatchingRows, overMatching } from './matching-records.ts'
import type { RecordKind } from './record-kind.ts'
import { removeRecords, restoreRecords } from './record-removal.ts'
import { unflattened } from './record-values.ts'

/** Companies, for lists, imports, bulk edits, merges and undo. */
export const companyKind: RecordKind = {
  object: 'company',
  fields: COMPANY_RECORD_FIELDS,
  list: listCompanies,
  ...overMatching('c', matching),
  async read(ctx, ids) {
    const companies = await findCompanies(ctx, ids)
    return new Map(companies.map(company => [company.id, company]))
  },
  create: (ctx, input, options) =>
    createCompany(ctx, bodyOf(parsePart('body', NewCompany, unflattened(input))), options),
  change: (ctx, id, patch, options) =>
    changeCompany(ctx, id, parsePart('body', CompanyPatch, unflattened(patch)) ?? {}, options),
  remove: (ctx, ids, options) => removeRecords(ctx, 'company', ids, options),
  restore: (ctx, ids, options) => restoreRecords(ctx, 'company', ids, options),
}

function bodyOf(body: NewCompany | undefined): NewCompany {
  if (body === undefined) throw new Error('A body was let through that was not checked.')
  return body
}

async function matching(ctx: Context, filter: string | undefined): Promise<MatchingRows> {
  const seen = await seenCompanies(ctx, filter, 2)
  const shape = await withCustomFields(ctx, 'company', COMPANY_LIST, 'c.id')
  const list = readList(shape, { filter, limit: 1 }, [ctx.orgId, ...seen.values])
  return {
    rows: `from crm.companies c where c.org_id = $1 and c.deleted_at is null${seen.sql}${list.where}`,
    // The last one is the limit, which stands in the order alone.
    values: list.values.slice(0, -1),
  }
}
