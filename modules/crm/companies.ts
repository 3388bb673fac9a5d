import type { Context } from '#platform/context.ts'
import { type FilteredRequest, readList, readPage } from '#platform/filter/list.ts'
import { rowVersion } from '#platform/http/etags.ts'
import { type SeenCondition, seenCondition } from '#platform/owned.ts'
import type { Company } from './company-api.ts'
import { COMPANY_LIST } from './company-fields.ts'
import { withCustomFields } from './custom-fields/values.ts'
import { missing } from './merge/merged-into.ts'
import { openPeople } from './people.ts'
import { wrong } from './record-values.ts'

interface CompanyRow {
  id: string
  name: string
  brand_name: string | null
  linkedin_name: string | null
  siren: string | null
  hq_siret: string | null
  naf_code: string | null
  naf_nomenclature: string | null
  activity: string | null
  founding_year: number | null
  founding_date: string | null
  growing: boolean | null
  employee_range: string | null
  annual_revenue: string | null
  annual_revenue_currency: string | null
  phones: string[]
  generic_email: string | null
  website_url: string | null
  domain: string | null
  linkedin_url: string | null
  address: { street?: string; postalCode?: string; city?: string; country?: string }
  external_id: string | null
  pharow_company_id: string | null
  source: string | null
  tags: string[]
  custom: Record<string, unknown>
  owner_user_id: string | null
  last_activity_at: Date | null
  created_at: Date
  updated_at: Date
}

const COLUMNS = `c.id, c.name, c.brand_name, c.linkedin_name, c.siren, c.hq_siret, c.naf_code, c.naf_nomenclature, c.activity,
    c.founding_year, c.founding_date, c.growing, c.employee_range, c.annual_revenue, c.annual_revenue_currency, c.phones,
    c.generic_email, c.website_url, c.domain, c.linkedin_url, c.address, c.external_id, c.pharow_company_id, c.source, c.tags,
    c.custom, c.owner_user_id, c.last_activity_at, c.created_at, c.updated_at`
const THERE = 'c.org_id = $1 and c.deleted_at is null'

/** A page of the companies that the filter lets through, the newest first when no order is asked for. */
export async function listCompanies(
  ctx: Context,
  query: FilteredRequest,
): Promise<{ items: Company[]; nextCursor: string | null }> {
  const seen = await seenCompanies(ctx, query.filter, 2)
  const shape = await withCustomFields(ctx, 'company', COMPANY_LIST, 'c.id')
  const list = readList(shape, query, [ctx.orgId, ...seen.values])
  const source = { columns: COLUMNS, from: 'crm.companies c', where: `${THERE}${seen.sql}` }
  return readPage(ctx.db, list, source, companyOf)
}

/** What a list of companies says for those who see a part of them; what its filter asks of people is asked of those in sight. */
export async function seenCompanies(
  ctx: Context,
  filter: string | undefined,
  next: number,
): Promise<SeenCondition> {
  if (filter?.includes('people.')) await openPeople(ctx, 2)
  return seenCondition(ctx, 'company', 'c', next)
}

/** One company. Throws `request.not_found`. */
export async function getCompany(ctx: Context, companyId: string): Promise<Company> {
  const [company] = await findCompanies(ctx, [companyId])
  if (!company) throw await missing(ctx, 'company', companyId)
  return company
}

/** Those of the companies that are there and seen. */
export async function findCompanies(ctx: Context, ids: readonly string[]): Promise<Company[]> {
  const found = await ctx.db.query<CompanyRow>(
    `select ${COLUMNS} from crm.companies c where ${THERE} and c.id = any($2::uuid[])`,
    [ctx.orgId, ids],
  )
  return found.rows.map(companyOf)
}

/** The version of a company, for the ETag. Throws `request.not_found`. */
export async function companyVersion(ctx: Context, companyId: string): Promise<string> {
  const found = await ctx.db.query<{ version: string }>(
    `select ${rowVersion('updated_at')} as version from crm.companies
     where org_id = $1 and id = $2 and deleted_at is null`,
    [ctx.orgId, companyId],
  )
  const row = found.rows[0]
  if (!row) throw await missing(ctx, 'company', companyId)
  return row.version
}

/** Asks for a company that is there and in sight. Throws `request.invalid`. */
export async function requireCompany(ctx: Context, companyId: string | null): Promise<void> {
  if (companyId === null) return
  const found = await ctx.db.query(
    'select 1 from crm.companies where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, companyId],
  )
  if (found.rowCount === 0) throw wrong('/companyId', 'not_there', 'This company does not exist.')
}

function companyOf(row: CompanyRow): Company {
  const { address } = row
  return {
    id: row.id,
    name: row.name,
    brandName: row.brand_name,
    linkedinName: row.linkedin_name,
    siren: row.siren,
    hqSiret: row.hq_siret,
    nafCode: row.naf_code,
    nafNomenclature: row.naf_nomenclature,
    activity: row.activity,
    foundingYear: row.founding_year,
    foundingDate: row.founding_date,
    growing: row.growing,
    employeeRange: row.employee_range,
    annualRevenue:
      row.annual_revenue === null || row.annual_revenue_currency === null
        ? null
        : { amount: Number(row.annual_revenue), currency: row.annual_revenue_currency },
    phones: row.phones,
    email: row.generic_email,
    websiteUrl: row.website_url,
    domain: row.domain,
    linkedinUrl: row.linkedin_url,
    street: address.street ?? null,
    postalCode: address.postalCode ?? null,
    city: address.city ?? null,
    country: address.country ?? null,
    externalId: row.external_id,
    pharowCompanyId: row.pharow_company_id,
    source: row.source,
    tags: row.tags,
    custom: row.custom,
    ownerUserId: row.owner_user_id,
    lastActivityAt: row.last_activity_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
