import { z } from 'zod'
import { EmailAddress, Id } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { CompanyByName, EmailStatus, Person } from './person-api.ts'

const text = (max: number) => z.string().trim().max(max).nullable().optional()

/** Whether a day that is written YYYY-MM-DD exists. */
function isDay(written: string): boolean {
  const date = new Date(`${written}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(written)
}

/** A day people live in. */
export const day = z
  .string()
  .regex(/^(1\d|20|21)\d\d-\d\d-\d\d$/, 'Write the day as YYYY-MM-DD.')
  .refine(isDay, 'There is no such day.')
  .meta({ format: 'date', example: '2026-12-15' })

const positionValues = {
  title: text(200),
  companyId: Id.nullable().optional().describe('Null for a private person.'),
  company: CompanyByName.optional().describe(
    'Instead of `companyId`: the company of this domain or else of this name, made when there is none.',
  ),
  email: EmailAddress.nullable().optional(),
  emailStatus: EmailStatus.optional(),
  emailReliability: z.number().min(0).max(1).nullable().optional(),
  listName: text(200),
  isPrimary: z.literal(true).optional().describe('Makes it the one that stands for the person.'),
  validFrom: day.nullable().optional(),
  validTo: day.nullable().optional(),
}

export const PositionPatch = z.strictObject(positionValues).meta({ id: 'PositionPatch' })
export type PositionPatch = z.output<typeof PositionPatch>

const PersonPath = z.strictObject({ personId: Id })
const PositionPath = z.strictObject({ personId: Id, positionId: Id })

export const addPosition = defineRoute({
  id: 'crm.position.create',
  method: 'POST',
  path: '/v1/people/:personId/positions',
  summary: 'Give a person a position',
  description: 'The first one is primary. Answers the person, in whose history it stands.',
  access: 'people:write',
  params: PersonPath,
  body: PositionPatch,
  response: Person,
  status: 201,
  errors: ['crm.email_taken', 'crm.too_many_positions', 'request.read_only'],
  versioned: true,
})

export const changePosition = defineRoute({
  id: 'crm.position.update',
  method: 'PATCH',
  path: '/v1/people/:personId/positions/:positionId',
  summary: 'Change a position',
  description: 'What is left out stays, null clears. If-Match names the version of the person.',
  access: 'people:write',
  params: PositionPath,
  body: PositionPatch,
  response: Person,
  errors: ['crm.email_taken', 'request.read_only'],
  versioned: true,
})

export const removePosition = defineRoute({
  id: 'crm.position.delete',
  method: 'DELETE',
  path: '/v1/people/:personId/positions/:positionId',
  summary: 'Take a position away',
  description: 'When it was the primary one, the newest of the others takes its place.',
  access: 'people:write',
  params: PositionPath,
  response: Person,
  errors: ['request.read_only'],
  versioned: true,
})
