import { z } from 'zod'
import { EmailAddress, Id, line, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { type FilterFields, listQuery } from '#platform/contract/filter.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { normalizeUrl } from './normalize/url.ts'

export const LifecycleStage = z.enum(['lead', 'prospect', 'active', 'churned'])
export type LifecycleStage = z.output<typeof LifecycleStage>

export const EmailStatus = z.enum(['unverified', 'valid', 'risky', 'invalid', 'bounced'])
export type EmailStatus = z.output<typeof EmailStatus>

export const PersonStatus = z.enum(['active', 'inactive', 'archived'])
export type PersonStatus = z.output<typeof PersonStatus>

/** What of a person a workflow sets. */
export const PersonField = z.enum([
  'firstName',
  'lastName',
  'salutation',
  'phone',
  'mobile',
  'linkedinUrl',
  'lifecycleStage',
  'status',
  'score',
  'tags',
])

const CompanyReference = z.object({ id: Id, name: z.string() })

/** The flat reading of a person with their primary position and its company. */
export const Contact = z
  .object({
    id: Id,
    name: z.string().describe('First and last name; the e-mail address when neither is known.'),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    salutation: z.string().nullable(),
    email: z.string().nullable(),
    emailStatus: EmailStatus.nullable(),
    title: z.string().nullable(),
    company: CompanyReference.nullable(),
    companyId: Id.nullable().describe('The id of the company, as a change takes it.'),
    phone: z.string().nullable().describe('In E.164 when it could be read.'),
    mobile: z.string().nullable().describe('In E.164 when it could be read.'),
    linkedinUrl: z.string().nullable(),
    externalId: z.string().nullable(),
    source: z.string().nullable().describe('Where the person came from, for example `form`.'),
    status: PersonStatus,
    lifecycleStage: LifecycleStage,
    score: z.number().int(),
    tags: z.array(z.string()),
    custom: z.record(z.string(), z.unknown()),
    ownerUserId: Id.nullable(),
    lastActivityAt: Timestamp.nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Contact' })
export type Contact = z.output<typeof Contact>

export const Position = z
  .object({
    id: Id,
    company: CompanyReference.nullable().describe('Null for a private person.'),
    title: z.string().nullable(),
    email: z.string().nullable(),
    emailStatus: EmailStatus,
    emailReliability: z.number().nullable().describe('From 0 to 1, as who found the address rates it.'),
    listName: z.string().nullable().describe('The list it was found in.'),
    isPrimary: z.boolean(),
    validFrom: z.string().nullable().describe('YYYY-MM-DD'),
    validTo: z.string().nullable().describe('YYYY-MM-DD'),
  })
  .meta({ id: 'Position' })
export type Position = z.output<typeof Position>

export const Person = Contact.extend({
  positions: z.array(Position).describe('The primary one first.'),
}).meta({ id: 'Person' })
export type Person = z.output<typeof Person>

export const PERSON_FIELDS = {
  firstName: { type: 'text', sort: true },
  lastName: { type: 'text', sort: true },
  email: { type: 'text', sort: true },
  emailStatus: { type: 'enum', values: EmailStatus.options },
  title: { type: 'text' },
  company: { type: 'text', sort: true },
  companyId: { type: 'id' },
  phone: { type: 'text' },
  mobile: { type: 'text' },
  linkedinUrl: { type: 'text' },
  externalId: { type: 'text' },
  source: { type: 'text' },
  status: { type: 'enum', values: PersonStatus.options },
  lifecycleStage: { type: 'enum', values: LifecycleStage.options },
  score: { type: 'number', isWhole: true, sort: true },
  tags: { type: 'list' },
  ownerUserId: { type: 'id' },
  lastActivityAt: { type: 'time', sort: true },
  createdAt: { type: 'time', sort: true },
  updatedAt: { type: 'time', sort: true },
} as const satisfies FilterFields

/** What a list of people is filtered by beyond the person: facts of the company of the primary position, and any position. */
export const PERSON_LIST_FIELDS = {
  ...PERSON_FIELDS,
  'company.domain': { type: 'text' },
  'company.siren': { type: 'text' },
  'company.nafCode': { type: 'text' },
  'company.employeeRange': { type: 'text' },
  'company.activity': { type: 'text' },
  'company.growing': { type: 'boolean' },
  'company.foundingYear': { type: 'number', isWhole: true },
  'company.annualRevenue': { type: 'money' },
  'company.city': { type: 'text' },
  'company.country': { type: 'text' },
  'company.tags': { type: 'list' },
  'company.ownerUserId': { type: 'id' },
  'positions.companyId': { type: 'id' },
  'positions.title': { type: 'text' },
  'positions.email': { type: 'text' },
} as const satisfies FilterFields

export const listPeople = defineRoute({
  id: 'crm.person.list',
  method: 'GET',
  path: '/v1/people',
  summary: 'List people as contacts, the newest first',
  access: 'people:read',
  query: listQuery(PERSON_LIST_FIELDS),
  response: pageOf(Contact),
})

const PersonPath = z.strictObject({ personId: Id })

export const getPerson = defineRoute({
  id: 'crm.person.get',
  method: 'GET',
  path: '/v1/people/:personId',
  summary: 'Read one person with all positions',
  access: 'people:read',
  params: PersonPath,
  response: Person,
  versioned: true,
  errors: ['crm.merged'],
})

const text = (max: number) => z.string().trim().max(max).nullable().optional()

/** A phone number of any form; what has no digit is none. */
export const phoneText = z
  .string()
  .trim()
  .max(50)
  .refine(typed => typed === '' || /\d/.test(typed), 'Use a phone number.')
  .meta({ example: '+33612345678' })

/** A web address with or without its scheme; an empty one is none. */
export const urlText = z
  .string()
  .trim()
  .max(2_000)
  .refine(
    typed => typed === '' || normalizeUrl(typed) !== null,
    'Use a web address like https://example.com.',
  )
  .meta({ example: 'https://example.com' })

export const tagList = z.array(line(100)).max(100)

/** Values of fields of the organization, by their key without `custom.`; null clears. */
export const customValues = z.record(z.string().max(100), z.unknown())

/** A company by its name, found or made. */
export const CompanyByName = z
  .strictObject({
    name: line(200),
    domain: z
      .string()
      .trim()
      .max(253)
      .regex(/^[^\s/:@.]+(\.[^\s/:@.]+)+$/, 'Use a domain like example.com.')
      .meta({ example: 'example.com' })
      .optional(),
  })
  .meta({ id: 'CompanyByName' })
export type CompanyByName = z.output<typeof CompanyByName>

const personValues = {
  firstName: text(200),
  lastName: text(200),
  salutation: text(40),
  email: EmailAddress.nullable().optional().describe('The address of the primary position.'),
  emailStatus: EmailStatus.optional(),
  title: text(200).describe('What they are at the company of the primary position.'),
  companyId: Id.nullable().optional(),
  company: CompanyByName.optional().describe(
    'Instead of `companyId`: the company of this domain or else of this name, made when there is none.',
  ),
  phone: phoneText.nullable().optional(),
  mobile: phoneText.nullable().optional(),
  linkedinUrl: urlText.nullable().optional(),
  externalId: text(255),
  source: text(100),
  lifecycleStage: LifecycleStage.optional(),
  status: PersonStatus.optional(),
  score: z.int().min(-1_000_000).max(1_000_000).optional(),
  tags: tagList.optional().describe('Takes the place of all tags.'),
  ownerUserId: Id.nullable().optional(),
  custom: customValues.optional().describe('Fields of the organization by their keys.'),
}

export const NewPerson = z
  .strictObject({
    ...personValues,
    fullName: text(400).describe(
      'Used for what first and last name leave open; the last word is the last name.',
    ),
  })
  .refine(({ firstName, lastName, fullName, email }) => firstName || lastName || fullName || email, {
    path: ['lastName'],
    message: 'Say a name or an e-mail address.',
  })
  .meta({ id: 'NewPerson', example: { firstName: 'Ada', lastName: 'Miller', email: 'ada@example.com' } })
export type NewPerson = z.output<typeof NewPerson>

export const PersonPatch = z
  .strictObject({
    ...personValues,
    addTags: tagList.optional(),
    removeTags: tagList.optional(),
  })
  .meta({ id: 'PersonPatch' })
export type PersonPatch = z.output<typeof PersonPatch>

export const createPerson = defineRoute({
  id: 'crm.person.create',
  method: 'POST',
  path: '/v1/people',
  summary: 'Create a person',
  description:
    'With an e-mail address, a title or a company the person gets a primary position. Whoever creates a person owns them, unless `ownerUserId` says otherwise; null is nobody.',
  access: 'people:write',
  body: NewPerson,
  response: Person,
  status: 201,
  errors: ['crm.email_taken', 'crm.out_of_sight'],
})

export const changePerson = defineRoute({
  id: 'crm.person.update',
  method: 'PATCH',
  path: '/v1/people/:personId',
  summary: 'Change a person',
  description:
    'What is left out stays, null clears. E-mail address, title and company are those of the primary position. Tags are told apart without regard to case; a person has at most 100.',
  access: 'people:write',
  params: PersonPath,
  body: PersonPatch,
  response: Person,
  errors: ['crm.email_taken', 'request.read_only'],
  versioned: true,
})

export const deletePerson = defineRoute({
  id: 'crm.person.delete',
  method: 'DELETE',
  path: '/v1/people/:personId',
  summary: 'Delete a person',
  description: 'The person can be restored for 90 days. Their e-mail addresses are free at once.',
  access: 'people:write',
  params: PersonPath,
  errors: ['request.read_only'],
  status: 204,
})

export const restorePerson = defineRoute({
  id: 'crm.person.restore',
  method: 'POST',
  path: '/v1/people/:personId/restore',
  summary: 'Bring a deleted person back',
  access: 'people:write',
  params: PersonPath,
  response: Person,
  errors: ['crm.email_taken', 'request.read_only'],
})
