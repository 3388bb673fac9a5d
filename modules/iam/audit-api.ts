import { z } from 'zod'
import { PageQuery, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'

const Fields = z.record(z.string(), z.unknown()).nullable()

export const AuditEntry = z
  .object({
    number: z.number().int().describe('Counts from 1 in each organization, without a gap.'),
    at: Timestamp,
    actor: z.object({
      type: z.enum(['user', 'apiKey', 'plugin', 'run', 'system', 'visitor']),
      id: z.string().nullable(),
      name: z.string().describe('What the actor was called at that time.'),
    }),
    action: z.string().meta({ example: 'member.role_changed' }),
    object: z.object({ type: z.string(), id: z.string(), name: z.string().nullable() }),
    before: Fields.describe('The fields that changed, as they were.'),
    after: Fields.describe('The fields that changed, as they are since.'),
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
    requestId: z.string(),
    previousHash: z.string().describe('Hash of the entry before, in hex; zeros for the first.'),
    hash: z.string().describe('SHA-256 over everything in the entry, in hex.'),
  })
  .meta({ id: 'AuditEntry' })
export type AuditEntry = z.output<typeof AuditEntry>

const instant = z.iso.datetime({ offset: true, error: 'Use RFC 3339, such as 2026-11-21T09:30:00Z.' })

const filters = {
  actor: z.string().max(200).optional().describe('Id of the user, key or other actor.'),
  action: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,100}$/)
    .optional()
    .describe('How the action begins; `member` finds `member.role_changed`.'),
  objectType: z.string().max(100).optional(),
  objectId: z.string().max(200).optional(),
  from: instant.optional().describe('The first instant that counts.'),
  to: instant.optional().describe('The first instant that counts no more.'),
}

export const listAuditEntries = defineRoute({
  id: 'iam.audit.list',
  method: 'GET',
  path: '/v1/audit/entries',
  summary: 'List the entries of the audit log, newest first',
  access: 'audit:manage',
  query: PageQuery.extend({
    ...filters,
    cursor: z
      .string()
      .regex(/^\d{1,15}$/, 'Use the nextCursor of the page before.')
      .optional(),
  }),
  response: pageOf(AuditEntry),
})

export const exportAuditLog = defineRoute({
  id: 'iam.audit.export',
  method: 'GET',
  path: '/v1/audit/export',
  summary: 'Export the audit log, oldest entry first',
  description:
    'As CSV, or as one JSON object on each line. Complete, up to the moment it is asked for. Exporting is entered into the log.',
  access: 'audit:manage',
  query: z.strictObject({ format: z.enum(['csv', 'ndjson']).default('ndjson'), ...filters }),
  produces: ['application/x-ndjson', 'text/csv'],
})

export const verifyAuditLog = defineRoute({
  id: 'iam.audit.verify',
  method: 'GET',
  path: '/v1/audit/verification',
  summary: 'Check that nobody has changed the audit log',
  description:
    'Computes every hash anew. Keep the hash of the last entry elsewhere: if the log has it at that number later, nothing up to there was changed.',
  access: 'audit:manage',
  cost: 20,
  response: z.object({
    verifiedTo: z.number().int().describe('The last entry up to which all is well.'),
    entries: z.number().int(),
    headHash: z.string(),
    firstBreak: z
      .object({
        number: z.number().int(),
        reason: z.enum(['missing', 'changed', 'chain_broken', 'beyond_head', 'head_changed']),
      })
      .nullable(),
  }),
})
