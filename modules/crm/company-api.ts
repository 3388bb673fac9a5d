import { z } from 'zod'
import { EmailAddress, Id, line, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { type FilterFields, listQuery } from '#platform/contract/filter.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { NAF_NOMENCLATURES, type NumberFault, sirenFault, siretFault } from './normalize/french-ids.ts'
import { customValues, phoneText, tagList, urlText } from './person-api.ts'
import { day } from './position-api.ts'

const AMOUNT_MAX = 9_007_199_254_740_991

const Revenue = z
  .object({
    amount: z.int().min(-AMOUNT_MAX).max(AMOUNT_MAX).describe('In the smallest unit, such as cents.'),
    currency: z.string().regex(/^[A-Z]{3}$/, 'Use a currency like EUR.'),
  })
  .meta({ id: 'CompanyRevenue', example: { amount: 125_000_000, currency: 'EUR' } })

export const Company = z
  .object({
    id: Id,
    name: z.string(),
    brandName: z.string().nullable(),
    linkedinName: z.string().nullable(),
    siren: z.string().nullable().describe('Nine digits of the French register.'),
    hqSiret: z.string().nullable().describe('Fourteen digits: the head office in the French register.'),
    nafCode: z.string().nullable(),
    nafNomenclature: z.string().nullable().describe('The edition that the NAF code is of.'),
    activity: z.string().nullable(),
    foundingYear: z.number().int().nullable(),
    foundingDate: z.string().nullable().describe('YYYY-MM-DD'),
    growing: z.boolean().nullable(),
    employeeRange: z.string().nullable(),
    annualRevenue: Revenue.nullable(),
    phones: z.array(z.string()).describe('In E.164 where they could be read.'),
    email: z.string().nullable().describe('The general address, of nobody in particular.'),
    websiteUrl: z.string().nullable(),
    domain: z.string().nullable().describe('The host of the web address without `www.`'),
    linkedinUrl: z.string().nullable(),
    street: z.string().nullable(),
    postalCode: z.string().nullable(),
    city: z.string().nullable(),
    country: z.string().nullable().describe('A country code of two letters, or a name.'),
    externalId: z.string().nullable(),
    pharowCompanyId: z.string().nullable(),
    source: z.string().nullable(),
    tags: z.array(z.string()),
    custom: z.record(z.string(), z.unknown()),
    ownerUserId: Id.nullable(),
    lastActivityAt: Timestamp.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Company' })
export type Company = z.output<typeof Company>

export const COMPANY_FIELDS = {
  name: { type: 'text', sort: true },
  brandName: { type: 'text' },
  siren: { type: 'text' },
  hqSiret: { type: 'text' },
  nafCode: { type: 'text' },
  nafNomenclature: { type: 'text' },
  activity: { type: 'text' },
  foundingYear: { type: 'number', isWhole: true, sort: true },
  foundingDate: { type: 'date', sort: true },
  growing: { type: 'boolean' },
  employeeRange: { type: 'text' },
  annualRevenue: { type: 'money', sort: true },
  phones: { type: 'list' },
  email: { type: 'text' },
  websiteUrl: { type: 'text' },
  domain: { type: 'text' },
  linkedinUrl: { type: 'text' },
  street: { type: 'text' },
  postalCode: { type: 'text' },
  city: { type: 'text' },
  country: { type: 'text' },
  externalId: { type: 'text' },
  source: { type: 'text' },
  tags: { type: 'list' },
  ownerUserId: { type: 'id' },
  lastActivityAt: { type: 'time', sort: true },
  createdAt: { type: 'time', sort: true },
  updatedAt: { type: 'time', sort: true },
  'people.firstName': { type: 'text' },
  'people.lastName': { type: 'text' },
  'people.email': { type: 'text' },
  'people.title': { type: 'text' },
  'people.lifecycleStage': { type: 'enum', values: ['lead', 'prospect', 'active', 'churned'] },
  'people.tags': { type: 'list' },
  'people.ownerUserId': { type: 'id' },
} as const satisfies FilterFields

const CompanyPath = z.strictObject({ companyId: Id })

export const listCompanies = defineRoute({
  id: 'crm.company.list',
  method: 'GET',
  path: '/v1/companies',
  summary: 'List companies, the newest first',
  access: 'companies:read',
  query: listQuery(COMPANY_FIELDS),
  response: pageOf(Company),
})

export const getCompany = defineRoute({
  id: 'crm.company.get',
  method: 'GET',
  path: '/v1/companies/:companyId',
  summary: 'Read one company',
  access: 'companies:read',
  params: CompanyPath,
  response: Company,
  versioned: true,
  errors: ['crm.merged'],
})

const text = (max: number) => z.string().trim().max(max).nullable().optional()

/** What people read about a number of the register that is none. */
function numberText(
  length: number,
  faultOf: (digits: string) => NumberFault | null,
  name: string,
  example: string,
) {
  const says = (typed: string, fault: NumberFault) => typed === '' || faultOf(typed) !== fault
  return z
    .string()
    .trim()
    .max(30)
    .refine(typed => says(typed, 'form'), `A ${name} has ${length} digits.`)
    .refine(
      typed => says(typed, 'check_digit'),
      `The check digit of this ${name} is wrong. Look for a typing error.`,
    )
    .meta({ example })
    .nullable()
    .optional()
}

const companyValues = {
  brandName: text(200),
  linkedinName: text(200),
  siren: numberText(9, sirenFault, 'SIREN', '572141885'),
  hqSiret: numberText(14, siretFault, 'SIRET', '57214188502180').describe(
    'Its first nine digits are the SIREN, which it fills in.',
  ),
  nafCode: text(20),
  nafNomenclature: z
    .enum(NAF_NOMENCLATURES)
    .nullable()
    .optional()
    .describe('Left out, it is told from the letter of the code.'),
  activity: text(2_000),
  foundingYear: z.int().min(1000).max(2199).nullable().optional(),
  foundingDate: day.nullable().optional(),
  growing: z.boolean().nullable().optional(),
  employeeRange: text(40),
  annualRevenue: z.strictObject(Revenue.shape).nullable().optional(),
  phones: z.array(phoneText).max(20).optional(),
  email: EmailAddress.nullable().optional(),
  websiteUrl: urlText.nullable().optional(),
  linkedinUrl: urlText.nullable().optional(),
  street: text(300),
  postalCode: text(20),
  city: text(100),
  country: text(100),
  externalId: text(255),
  pharowCompanyId: text(100),
  source: text(100),
  tags: tagList.optional().describe('Takes the place of all tags.'),
  ownerUserId: Id.nullable().optional(),
  custom: customValues.optional().describe('Fields of the organization by their keys.'),
}

export const NewCompany = z
  .strictObject({ name: line(200), ...companyValues })
  .meta({ id: 'NewCompany', example: { name: 'Moulin Vert', websiteUrl: 'https://moulin-vert.example' } })
export type NewCompany = z.output<typeof NewCompany>

export const CompanyPatch = z
  .strictObject({
    name: line(200).optional(),
    ...companyValues,
    addTags: tagList.optional(),
    removeTags: tagList.optional(),
  })
  .meta({ id: 'CompanyPatch' })
export type CompanyPatch = z.output<typeof CompanyPatch>

export const createCompany = defineRoute({
  id: 'crm.company.create',
  method: 'POST',
  path: '/v1/companies',
  summary: 'Create a company',
  description:
    'Whoever creates a company owns it, unless `ownerUserId` says otherwise; null is nobody. Two companies may have the same SIREN or domain, as the shops of a chain do.',
  access: 'companies:write',
  body: NewCompany,
  response: Company,
  status: 201,
  errors: ['crm.out_of_sight'],
})

export const changeCompany = defineRoute({
  id: 'crm.company.update',
  method: 'PATCH',
  path: '/v1/companies/:companyId',
  summary: 'Change a company',
  description: 'What is left out stays, null clears.',
  access: 'companies:write',
  params: CompanyPath,
  body: CompanyPatch,
  response: Company,
  errors: ['request.read_only'],
  versioned: true,
})

export const deleteCompany = defineRoute({
  id: 'crm.company.delete',
  method: 'DELETE',
  path: '/v1/companies/:companyId',
  summary: 'Delete a company',
  description: 'It can be restored for 90 days. Its people stay, without a company until then.',
  access: 'companies:write',
  params: CompanyPath,
  errors: ['request.read_only'],
  status: 204,
})

export const restoreCompany = defineRoute({
  id: 'crm.company.restore',
  method: 'POST',
  path: '/v1/companies/:companyId/restore',
  summary: 'Bring a deleted company back',
  access: 'companies:write',
  params: CompanyPath,
  response: Company,
  errors: ['request.read_only'],
})
