import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { EmailAddress, Id, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { type FilterFields, listQuery } from '#platform/contract/filter.ts'
import { Problem } from '#platform/contract/problem.ts'
import { defineRoute } from '#platform/contract/route.ts'

const ENTRIES_MAX = 1_000

export const BlockReason = z.enum([
  'unsubscribed',
  'complained',
  'bounced',
  'objected',
  'consent_withdrawn',
  'erased',
  'manual',
])
export type BlockReason = z.output<typeof BlockReason>

export const LegalBasis = z.enum([
  'objection',
  'consent_withdrawn',
  'legal_obligation',
  'legitimate_interest',
])
export type LegalBasis = z.output<typeof LegalBasis>

export const DoNotContact = z
  .object({
    id: Id,
    kind: z.enum(['email', 'domain']),
    value: z
      .string()
      .nullable()
      .describe('The address or domain; null when the person was erased and only the refusal stays.'),
    reason: BlockReason,
    legalBasis: LegalBasis.nullable(),
    source: z.string().describe('How it came here, for example `person`, `import`, `link`.'),
    note: z.string().nullable(),
    actor: z.object({ type: z.string() }).loose().describe('Who put it here.'),
    createdAt: Timestamp,
  })
  .meta({ id: 'DoNotContact' })
export type DoNotContact = z.output<typeof DoNotContact>

export const DO_NOT_CONTACT_FIELDS = {
  value: { type: 'text' },
  kind: { type: 'enum', values: ['email', 'domain'] },
  reason: { type: 'enum', values: BlockReason.options },
  legalBasis: { type: 'enum', values: LegalBasis.options },
  source: { type: 'text' },
  createdAt: { type: 'time', sort: true },
} as const satisfies FilterFields

export const listDoNotContact = defineRoute({
  id: 'crm.do-not-contact.list',
  method: 'GET',
  path: '/v1/do-not-contact',
  summary: 'List whom nobody writes to, the newest first',
  access: 'people:read',
  query: listQuery(DO_NOT_CONTACT_FIELDS).extend({
    address: z
      .string()
      .trim()
      .min(1)
      .max(254)
      .optional()
      .describe('Only what refuses this address: its own entry, that of its domain or of one above it.'),
  }),
  response: pageOf(DoNotContact),
})

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/

const NewEntry = z
  .strictObject({
    email: EmailAddress.optional(),
    domain: z
      .string()
      .trim()
      .toLowerCase()
      .max(253)
      .regex(DOMAIN, 'Enter a domain like example.com.')
      .optional()
      .describe('Every address of the domain and of those below it.'),
    reason: BlockReason.exclude(['erased']).default('manual'),
    legalBasis: LegalBasis.optional(),
    note: z.string().trim().max(1_000).optional(),
  })
  .refine(
    ({ email, domain }) => (email === undefined) !== (domain === undefined),
    'Name an email or a domain, one of them.',
  )
  .meta({ id: 'NewDoNotContact' })
export type NewEntry = z.output<typeof NewEntry>

const EntryOutcome = z
  .object({
    index: z.int().describe('The place of the item in the request, from 0.'),
    entry: DoNotContact.nullable().describe('As it stands on the list.'),
    isNew: z.boolean().describe('False when it stood there already.'),
    problem: Problem.nullable(),
  })
  .meta({ id: 'DoNotContactOutcome' })
export type EntryOutcome = z.output<typeof EntryOutcome>

export const addDoNotContact = defineRoute({
  id: 'crm.do-not-contact.add',
  method: 'POST',
  path: '/v1/do-not-contact',
  summary: 'Put addresses and domains on the do-not-contact list',
  description: `At most ${ENTRIES_MAX.toLocaleString('en')} at once. From the commit on nothing leaves for them, also not what is waiting to be sent. What stands there already stays as it is.`,
  access: 'people:write',
  cost: 5,
  body: z.strictObject({ items: z.array(NewEntry).min(1).max(ENTRIES_MAX) }),
  response: z.object({
    items: z.array(EntryOutcome),
    added: z.number().int(),
    known: z.number().int(),
  }),
  example: {
    body: { items: [{ email: 'somebody@example.com', reason: 'objected', legalBasis: 'objection' }] },
  },
})

export const endDoNotContact = defineRoute({
  id: 'crm.do-not-contact.end',
  method: 'POST',
  path: '/v1/do-not-contact/:entryId/end',
  summary: 'Take an entry off the do-not-contact list',
  description:
    'Say why: who refused mail must have agreed to it again. The entry and the reason stay on record.',
  access: 'organization:manage',
  params: z.strictObject({ entryId: Id }),
  body: z.strictObject({ note: z.string().trim().min(1).max(1_000) }),
  errors: ['crm.refusal_stays'],
})

export const ConsentPurpose = z.enum(['email_marketing', 'tracking', 'profiling'])
export type ConsentPurpose = z.output<typeof ConsentPurpose>

export const Consent = z
  .object({
    id: Id,
    purpose: ConsentPurpose,
    isGiven: z.boolean(),
    source: z.string(),
    evidence: z.string().nullable(),
    saidAt: Timestamp,
    actor: z.object({ type: z.string() }).loose(),
    createdAt: Timestamp,
  })
  .meta({ id: 'Consent' })
export type Consent = z.output<typeof Consent>

const PersonPath = z.strictObject({ personId: Id })

export const getPersonPrivacy = defineRoute({
  id: 'crm.privacy.get',
  method: 'GET',
  path: '/v1/people/:personId/privacy',
  summary: 'Read what a person has agreed to and whether they may be written to',
  access: 'people:read',
  params: PersonPath,
  response: z
    .object({
      consents: z
        .array(Consent)
        .describe('Every word of theirs, the newest first; the newest of a purpose holds.'),
      refusals: z.array(DoNotContact).describe('What keeps mail from their addresses.'),
    })
    .meta({ id: 'PersonPrivacy' }),
})

export const recordConsent = defineRoute({
  id: 'crm.consent.record',
  method: 'POST',
  path: '/v1/people/:personId/consents',
  summary: 'Write down that a person agrees to something or takes it back',
  description:
    'Taking `email_marketing` back puts every address of the person on the do-not-contact list in the same step. Agreeing again does not take them off: that is an act of its own.',
  access: 'people:write',
  params: PersonPath,
  body: z.strictObject({
    purpose: ConsentPurpose,
    isGiven: z.boolean(),
    source: z.string().trim().min(1).max(100).default('person'),
    evidence: z.string().trim().max(2_000).optional(),
    saidAt: z.iso.datetime({ offset: true }).optional().describe('Now when left out; never in the future.'),
  }),
  response: Consent,
  status: 201,
})

export const givePersonData = defineRoute({
  id: 'crm.privacy.give',
  method: 'GET',
  path: '/v1/people/:personId/data',
  summary: 'Read everything that is kept about a person',
  description:
    'What the law lets a person ask for (GDPR, articles 15 and 20): every part of the product says what it holds, under the name of what it is.',
  access: 'organization:manage',
  cost: 20,
  params: PersonPath,
  response: z
    .object({
      personId: Id,
      at: Timestamp,
      data: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
    })
    .meta({ id: 'PersonData' }),
})

export const erasePerson = defineRoute({
  id: 'crm.privacy.erase',
  method: 'POST',
  path: '/v1/people/:personId/erasure',
  summary: 'Erase a person for good',
  description:
    'Takes away the person, their positions, leads, messages, runs, activities, files and history, everywhere in the organization and within minutes; nothing brings it back. Records of companies and deals stay, without them. Wants a recent sign-in.',
  access: 'organization:manage',
  params: PersonPath,
  body: z.strictObject({
    keepRefusal: z
      .boolean()
      .default(true)
      .describe(
        'Remember, by a keyed hash that tells nobody the address, that nothing may be sent to them, so that a later import does not bring it back.',
      ),
  }),
  status: 202,
  response: z.object({
    personId: Id,
    addresses: z.int().describe('How many addresses are refused from now on.'),
  }),
  errors: ['iam.sign_in_again'],
})

export const personErased = defineEvent({
  type: 'person.erased',
  version: 1,
  payload: z.strictObject({ personId: Id }),
  summary: 'A person asked to be forgotten and is being erased',
})

export const contactRefused = defineEvent({
  type: 'contact.refused',
  version: 1,
  payload: z.strictObject({ entryId: Id, kind: z.enum(['email', 'domain']), reason: BlockReason }),
  summary: 'An address or domain was put on the do-not-contact list',
})

export const contactAllowed = defineEvent({
  type: 'contact.allowed',
  version: 1,
  payload: z.strictObject({ entryId: Id, kind: z.enum(['email', 'domain']) }),
  summary: 'An entry was taken off the do-not-contact list',
})

export const consentRecorded = defineEvent({
  type: 'consent.recorded',
  version: 1,
  payload: z.strictObject({ personId: Id, purpose: ConsentPurpose, isGiven: z.boolean() }),
  summary: 'A person agreed to something or took it back',
})
