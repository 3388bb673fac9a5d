import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { type FilterFields, listQuery } from '#platform/contract/filter.ts'
import { defineRoute } from '#platform/contract/route.ts'

export { FieldKind, RecordField, RecordObject } from './record-api.ts'

export const LifecycleStage = z.enum(['lead', 'prospect', 'active', 'churned'])
export type LifecycleStage = z.output<typeof LifecycleStage>

export const EmailStatus = z.enum(['unverified', 'valid', 'risky', 'invalid', 'bounced'])
export type EmailStatus = z.output<typeof EmailStatus>

export const PersonStatus = z.enum(['active', 'inactive', 'archived'])
export type PersonStatus = z.output<typeof PersonStatus>

/** What of a person can be changed in place. */
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
export type PersonField = z.output<typeof PersonField>

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
    phone: z.string().nullable(),
    mobile: z.string().nullable(),
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
  phone: { type: 'text' },
  mobile: { type: 'text' },
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

export const listPeople = defineRoute({
  id: 'crm.person.list',
  method: 'GET',
  path: '/v1/people',
  summary: 'List people as contacts, the newest first',
  access: 'people:read',
  query: listQuery(PERSON_FIELDS),
  response: pageOf(Contact),
})

export const getPerson = defineRoute({
  id: 'crm.person.get',
  method: 'GET',
  path: '/v1/people/:personId',
  summary: 'Read one person with all positions',
  access: 'people:read',
  params: z.strictObject({ personId: Id }),
  response: Person,
  versioned: true,
})

const text = (max: number) => z.string().trim().max(max).nullable().optional()

export const PersonPatch = z
  .strictObject({
    firstName: text(200),
    lastName: text(200),
    salutation: text(40),
    phone: text(50),
    mobile: text(50),
    linkedinUrl: text(2_000),
    lifecycleStage: LifecycleStage.optional(),
    status: PersonStatus.optional(),
    score: z.int().min(-1_000_000).max(1_000_000).optional(),
    addTags: z.array(z.string().trim().min(1).max(100)).max(100).optional(),
    removeTags: z.array(z.string().trim().min(1).max(100)).max(100).optional(),
  })
  .meta({ id: 'PersonPatch' })

export const changePerson = defineRoute({
  id: 'crm.person.update',
  method: 'PATCH',
  path: '/v1/people/:personId',
  summary: 'Change a person',
  description:
    'What is left out stays, null clears. Tags are told apart without regard to case; a person has at most 100.',
  access: 'people:write',
  params: z.strictObject({ personId: Id }),
  body: PersonPatch,
  response: Person,
  versioned: true,
})

export const personCreated = defineEvent({
  type: 'person.created',
  version: 1,
  payload: z.strictObject({ personId: Id, email: z.string(), source: z.string() }),
  summary: 'A person became known to the organization',
})

export const personUpdated = defineEvent({
  type: 'person.updated',
  version: 1,
  payload: z.strictObject({ personId: Id, changed: z.array(PersonField) }),
  summary: 'Something about a person changed',
})

export {
  AT_ONCE_MAX,
  BulkAct,
  BulkOutcome,
  BulkResult,
  type BulkSelection,
  bulkCompanies,
  bulkDeals,
  bulkPeople,
  changeCompanies,
  changeDeals,
  changePeople,
} from './bulk-api.ts'
export {
  ChangeSet,
  ChangeSetFailure,
  ChangeSetStatus,
  cancelChangeSet,
  changeSetMoved,
  getChangeSet,
  listChangeSetFailures,
  listChangeSets,
  undoChangeSet,
} from './change-sets-api.ts'
export {
  addDoNotContact,
  BlockReason,
  Consent,
  ConsentPurpose,
  consentRecorded,
  contactAllowed,
  contactRefused,
  DO_NOT_CONTACT_FIELDS,
  DoNotContact,
  endDoNotContact,
  getPersonPrivacy,
  LegalBasis,
  listDoNotContact,
  recordConsent,
} from './privacy/privacy-api.ts'
export {
  changeView,
  createView,
  deleteView,
  getView,
  listViews,
  markView,
  View,
  ViewSettings,
  ViewType,
  ViewVisibility,
  viewChanged,
} from './views-api.ts'
