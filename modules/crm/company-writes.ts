import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { changedMeanwhile, isExpected, rowVersion } from '#platform/http/etags.ts'
import { newId } from '#platform/ids.ts'
import { openRecords, requireWritable, sightOf } from '#platform/owned.ts'
import { differenceOf, noteChanges } from './changes.ts'
import { type CompanyChanges, type CompanyState, changedCompany, NO_COMPANY } from './company-values.ts'
import type { CompanyByName, NewCompany } from './contract.ts'
import { checkCustomPatch } from './custom-fields/values.ts'
import { companyCreated, companyUpdated } from './record-events.ts'
import type { WriteOptions } from './record-kind.ts'
import {
  flatCustom,
  mergedCustom,
  ownerOfNew,
  requireInSight,
  requireOwner,
  sourceOfNew,
  startOf,
} from './record-values.ts'

const INSERT = `
  insert into crm.companies (org_id, id, custom, name, brand_name, linkedin_name, siren, hq_siret, naf_code, naf_nomenclature,
    activity, founding_year, founding_date, growing, employee_range, annual_revenue, annual_revenue_currency, phones,
    generic_email, website_url, linkedin_url, address, external_id, pharow_company_id, source, tags, owner_user_id, created_by)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
    $26, $27, $28)`

const UPDATE = `
  update crm.companies set custom = $3, name = $4, brand_name = $5, linkedin_name = $6, siren = $7, hq_siret = $8,
    naf_code = $9, naf_nomenclature = $10, activity = $11, founding_year = $12, founding_date = $13, growing = $14,
    employee_range = $15, annual_revenue = $16, annual_revenue_currency = $17, phones = $18, generic_email = $19,
    website_url = $20, linkedin_url = $21, address = $22, external_id = $23, pharow_company_id = $24, source = $25, tags = $26,
    owner_user_id = $27, updated_at = now()
  where org_id = $1 and id = $2`

/** In the order of INSERT and UPDATE. */
function valuesOf(state: CompanyState, custom: Readonly<Record<string, unknown>>): unknown[] {
  const { street, postalCode, city, country } = state
  return [
    JSON.stringify(custom),
    state.name,
    state.brandName,
    state.linkedinName,
    state.siren,
    state.hqSiret,
    state.nafCode,
    state.nafNomenclature,
    state.activity,
    state.foundingYear,
    state.foundingDate,
    state.growing,
    state.employeeRange,
    state.annualRevenue?.amount ?? null,
    state.annualRevenue?.currency ?? null,
    state.phones,
    state.email,
    state.websiteUrl,
    state.linkedinUrl,
    JSON.stringify(startOf({ street, postalCode, city, country })),
    state.externalId,
    state.pharowCompanyId,
    state.source,
    state.tags,
    state.ownerUserId,
  ]
}

/**
 * Makes a company. Publishes `company.created`. Throws `crm.out_of_sight`, and `request.invalid` for an owner who is no active member, numbers that do
 * not go together and values of custom fields.
 */
export async function createCompany(
  ctx: Context,
  input: NewCompany,
  options: WriteOptions = {},
): Promise<string> {
  const custom = await checkCustomPatch(ctx, 'company', input.custom ?? {}, {
    isNew: true,
    source: options.source,
  })
  return insertCompany(ctx, input, custom, options)
}

async function insertCompany(
  ctx: Context,
  input: Omit<NewCompany, 'custom'>,
  customValues: Readonly<Record<string, unknown>>,
  options: WriteOptions,
): Promise<string> {
  const ownerUserId = ownerOfNew(ctx, input.ownerUserId)
  requireInSight(ctx, 'company', ownerUserId)
  if (input.ownerUserId) await requireOwner(ctx, input.ownerUserId)
  const source = sourceOfNew(ctx, input.source, options.source)
  const state = changedCompany(NO_COMPANY, { ...input, source, ownerUserId })
  const id = newId()
  const custom = mergedCustom({}, customValues)
  const createdBy = ctx.actor.type === 'user' ? ctx.actor.userId : null
  await ctx.db.query(INSERT, [ctx.orgId, id, ...valuesOf(state, custom), createdBy])
  const after = startOf({ ...state, ...flatCustom(custom) })
  noteChanges(ctx, 'company', [{ recordId: id, action: 'created', after }], options)
  await publish(ctx, companyCreated, {
    subjects: [{ type: 'company', id }],
    payload: { companyId: id, name: state.name, source },
  })
  return id
}

// Whoever comes second waits for the first one's transaction, and finds what it made.
const TURN = `select pg_advisory_xact_lock(hashtextextended('crm.companies ' || $1::text || ' ' || crm.fold($2), 0))`

// Names are no keys: a company of this name with a web address elsewhere is another one.
const FIND = `
  select id, domain is not distinct from $3 as is_domain from crm.companies
  where org_id = $1 and deleted_at is null
    and (domain = $3 or (name_key = crm.fold($2) and ($3::text is null or domain is null)))
  order by 2 desc, id limit 1`

/**
 * The company of this domain or else of this name, made when there is none in sight. Any number of callers at once get the same
 * one. Fields of the organization that a new company has to have are left for later.
 */
export async function companyByName(
  ctx: Context,
  { name, domain }: CompanyByName,
  ownerUserId: string | null,
  options: WriteOptions = {},
): Promise<string> {
  const host = hostOf(domain)
  await ctx.db.query(TURN, [ctx.orgId, host ?? name])
  const known = await findCompanyByName(ctx, { name, domain })
  if (known !== null) return known
  const websiteUrl = host === null ? null : `https://${host}`
  return insertCompany(ctx, { name, websiteUrl, ownerUserId }, {}, options)
}

/** The company in sight of this domain or else of this name; null when there is none. */
export async function findCompanyByName(
  ctx: Context,
  { name, domain }: CompanyByName,
): Promise<string | null> {
  const found = await ctx.db.query<{ id: string }>(FIND, [ctx.orgId, name, hostOf(domain)])
  return found.rows[0]?.id ?? null
}

function hostOf(domain: string | undefined): string | null {
  return domain?.toLowerCase().replace(/^www\./, '') ?? null
}

const LOCK = `
  select name, brand_name as "brandName", linkedin_name as "linkedinName", siren, hq_siret as "hqSiret", naf_code as "nafCode",
    naf_nomenclature as "nafNomenclature", activity, founding_year as "foundingYear", founding_date as "foundingDate", growing,
    employee_range as "employeeRange",
    case when annual_revenue is not null
      then jsonb_build_object('amount', annual_revenue, 'currency', annual_revenue_currency) end as "annualRevenue",
    phones, generic_email as email, website_url as "websiteUrl", linkedin_url as "linkedinUrl", address->>'street' as street,
    address->>'postalCode' as "postalCode", address->>'city' as city, address->>'country' as country,
    external_id as "externalId", pharow_company_id as "pharowCompanyId", source, tags, owner_user_id as "ownerUserId", custom,
    ${rowVersion('updated_at')} as version
  from crm.companies where org_id = $1 and id = $2 and deleted_at is null for update`

type LockedCompany = CompanyState & { custom: Record<string, unknown>; version: string }

/**
 * Changes a company and says which fields are different now. Two callers at once change one after the other. Whoever may change
 * it may give it away, also out of their own sight. Publishes `company.updated` when anything changed. Throws
 * `request.not_found`, `request.read_only`, `request.invalid`, and `request.changed_meanwhile` when the company is at none of the
 * expected versions.
 */
export async function changeCompany(
  ctx: Context,
  companyId: string,
  changes: CompanyChanges,
  options: WriteOptions = {},
): Promise<{ changed: string[] }> {
  openRecords(ctx, 'company', [companyId])
  const found = await ctx.db.query<LockedCompany>(LOCK, [ctx.orgId, companyId])
  if (!found.rows[0]) throw generalErrors.not_found()
  if (sightOf(ctx, 'company')) await requireWritable(ctx, 'company', companyId)
  const { version, custom, ...before } = found.rows[0]
  if (!isExpected(options.expected ?? null, version))
    throw changedMeanwhile(changes, { version, value: { ...before, custom } })
  const values = await checkCustomPatch(ctx, 'company', changes.custom ?? {}, { source: options.source })
  const after = changedCompany(before, changes)
  if (after.ownerUserId !== before.ownerUserId) await requireOwner(ctx, after.ownerUserId)
  const difference = differenceOf(
    { ...before, ...flatCustom(custom) },
    { ...after, ...flatCustom({ ...custom, ...values }) },
  )
  if (!difference) return { changed: [] }
  const { changed, ...written } = difference
  await ctx.db.query(UPDATE, [ctx.orgId, companyId, ...valuesOf(after, mergedCustom(custom, values))])
  noteChanges(ctx, 'company', [{ recordId: companyId, action: 'updated', ...written }], options)
  await publish(ctx, companyUpdated, {
    subjects: [{ type: 'company', id: companyId }],
    payload: { companyId, changed },
  })
  return { changed }
}
