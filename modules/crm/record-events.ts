import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id } from '#platform/contract/fields.ts'

const changed = z
  .array(z.string())
  .describe('The fields that differ; those of the organization are `custom.<key>`.')

export const personCreated = defineEvent({
  type: 'person.created',
  version: 1,
  payload: z.strictObject({ personId: Id, email: z.string().nullable(), source: z.string() }),
  summary: 'A person became known to the organization',
})

export const personUpdated = defineEvent({
  type: 'person.updated',
  version: 1,
  payload: z.strictObject({ personId: Id, changed }),
  summary: 'Something about a person changed',
})

export const personDeleted = defineEvent({
  type: 'person.deleted',
  version: 1,
  payload: z.strictObject({ personId: Id }),
  summary: 'A person was deleted',
})

export const personRestored = defineEvent({
  type: 'person.restored',
  version: 1,
  payload: z.strictObject({ personId: Id }),
  summary: 'A deleted person came back',
})

export const companyCreated = defineEvent({
  type: 'company.created',
  version: 1,
  payload: z.strictObject({ companyId: Id, name: z.string(), source: z.string() }),
  summary: 'A company became known to the organization',
})

export const companyUpdated = defineEvent({
  type: 'company.updated',
  version: 1,
  payload: z.strictObject({ companyId: Id, changed }),
  summary: 'Something about a company changed',
})

export const companyDeleted = defineEvent({
  type: 'company.deleted',
  version: 1,
  payload: z.strictObject({ companyId: Id }),
  summary: 'A company was deleted',
})

export const companyRestored = defineEvent({
  type: 'company.restored',
  version: 1,
  payload: z.strictObject({ companyId: Id }),
  summary: 'A deleted company came back',
})
