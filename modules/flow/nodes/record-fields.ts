import { z } from 'zod'
import { isPlainObject } from '#platform/contract/plain-data.ts'
import { readNumber } from '../number-text.ts'
import type { Named } from './record-reference.ts'

/** A field of the organization by its name in the API. */
export const CustomField = z
  .string()
  .max(100)
  .regex(/^custom\.[a-z][a-zA-Z0-9_]*$/, 'Use a field of the list, or custom. and the key of an own field.')

/** What of a company a workflow sets; tags are added and removed instead. */
export const CompanyField = z.enum([
  'name',
  'brandName',
  'activity',
  'employeeRange',
  'email',
  'phone',
  'websiteUrl',
  'linkedinUrl',
  'street',
  'postalCode',
  'city',
  'country',
  'siren',
  'hqSiret',
  'nafCode',
  'foundingYear',
  'owner',
  'externalId',
  'source',
])

/** What of a deal a workflow sets; tags are added and removed instead. */
export const DealField = z.enum([
  'name',
  'value',
  'currency',
  'stage',
  'probability',
  'expectedCloseOn',
  'company',
  'person',
  'owner',
  'lostReason',
  'lostNote',
  'externalId',
  'source',
])

/** Marks values by the names of fields as what some of those fields hold: the name of a member, a record, a stage. */
export const namingByField: { namesByField: Readonly<Record<string, Named>> } = {
  namesByField: {
    owner: 'member',
    company: 'company',
    person: 'person',
    stage: 'stage',
    lostReason: 'lost_reason',
  },
}

export const SettableCompanyField = z.union([CompanyField, CustomField])
export const SettableDealField = z.union([DealField, CustomField])

const text = z
  .union([z.string(), z.number()])
  .nullable()
  .transform(value => (value === null ? null : String(value).trim()))
  .optional()
/** What a record has to have. */
const needed = z
  .union([z.string(), z.number()])
  .transform(value => String(value).trim())
  .pipe(z.string().min(1))
  .optional()
const whole = z.preprocess(value => readNumber(value) ?? value, z.number().int().nullable()).optional()
/** Of an instant the day counts, as it stands there. */
const day = z
  .string()
  .nullable()
  .transform(value => (value === null || value.trim() === '' ? null : value.trim().slice(0, 10)))
  .pipe(z.iso.date().nullable())
  .optional()

/** An amount in the units people count in, or what a record has: `{ amount, currency }` in the smallest unit. */
const amount = z
  .preprocess(
    value => (isPlainObject(value) ? value : (readNumber(value) ?? value)),
    z.union([
      z.null(),
      z.number().min(0),
      z.strictObject({ amount: z.number().int().min(0), currency: z.string() }),
    ]),
  )
  .optional()

const ofCompany: Record<z.infer<typeof CompanyField>, z.ZodType> = {
  name: needed,
  brandName: text,
  activity: text,
  employeeRange: text,
  email: text,
  phone: text,
  websiteUrl: text,
  linkedinUrl: text,
  street: text,
  postalCode: text,
  city: text,
  country: text,
  siren: text,
  hqSiret: text,
  nafCode: text,
  foundingYear: whole,
  owner: text,
  externalId: text,
  source: text,
}

/** What a step may set of a company, as its values come out of templates; fields of the organization are checked when they are stored. */
export const companyValues = z.object(ofCompany).catchall(z.json())

/** The same of a deal. */
export const dealValues = z
  .object({
    name: needed,
    value: amount,
    currency: text,
    stage: needed,
    probability: whole,
    expectedCloseOn: day,
    company: text,
    person: text,
    owner: text,
    lostReason: text,
    lostNote: text,
    externalId: text,
    source: text,
  })
  .catchall(z.json())

/** What a step was told to set and cannot, in words; null when everything fits. */
export function misfit(values: z.ZodType, set: Readonly<Record<string, unknown>>): string | null {
  const read = values.safeParse(set)
  if (read.success) return null
  const field = String(read.error.issues[0]?.path[0])
  return `The value for ${field} does not fit: ${(JSON.stringify(set[field] ?? null)).slice(0, 100)}.`
}
