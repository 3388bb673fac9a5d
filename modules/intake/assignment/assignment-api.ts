/** The settings that say who gets the leads of a workflow. Browser-safe. */

import { z } from 'zod'
import { Id, line } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { VisibleWhen } from '../field-visibility.ts'

const MEMBERS_MAX = 100
const RULES_MAX = 50

export const AssignmentMember = z
  .strictObject({
    userId: Id,
    capacity: z
      .int()
      .min(1)
      .max(100_000)
      .nullable()
      .default(null)
      .describe('Gets no more while so many open leads of the workflow are theirs; null for no limit.'),
    isAway: z.boolean().default(false).describe('Gets nothing for now, and keeps the place.'),
  })
  .meta({ id: 'LeadAssignmentMember' })
export type AssignmentMember = z.output<typeof AssignmentMember>

export const AssignmentRule = z
  .strictObject({
    id: Id.describe('A UUID of the one who saves; whose turn it is goes by it.'),
    name: line(100),
    when: VisibleWhen.nullable()
      .default(null)
      .describe('The answers it is for, as conditions on fields of the form; null for every lead.'),
    by: z
      .enum(['turn', 'load'])
      .default('turn')
      .describe('`turn`: one after the other. `load`: who has the fewest open leads of the workflow.'),
    members: z
      .array(AssignmentMember)
      .min(1)
      .max(MEMBERS_MAX)
      .refine(
        members => new Set(members.map(({ userId }) => userId)).size === members.length,
        'A member stands here twice.',
      ),
  })
  .meta({ id: 'LeadAssignmentRule' })
export type AssignmentRule = z.output<typeof AssignmentRule>

export const AssignmentSettings = z
  .strictObject({
    rules: z
      .array(AssignmentRule)
      .max(RULES_MAX)
      .refine(rules => new Set(rules.map(({ id }) => id)).size === rules.length, 'Two rules have one id.')
      .describe('The first one that is for a lead, and of whose members somebody is free, gives it away.'),
    defaultOwnerId: Id.nullable()
      .default(null)
      .describe('The user who gets a lead that no rule gives away; null for nobody.'),
  })
  .meta({ id: 'LeadAssignmentSettings' })
export type AssignmentSettings = z.output<typeof AssignmentSettings>

export const Assignment = AssignmentSettings.extend({
  version: z.int().describe('0 where nothing was ever saved.'),
  people: z
    .array(
      z.object({
        userId: Id,
        name: z.string(),
        isActive: z.boolean().describe('Who is not active gets nothing.'),
        openLeads: z.int().describe('Open leads of the workflow that are theirs, of those that are seen.'),
      }),
    )
    .describe('Everybody who is named in the settings and still known to the organization.'),
}).meta({ id: 'LeadAssignment' })
export type Assignment = z.output<typeof Assignment>

const params = z.strictObject({ workflowId: Id })

export const getAssignment = defineRoute({
  id: 'intake.assignment.get',
  method: 'GET',
  path: '/v1/workflows/:workflowId/lead-assignment',
  summary: 'Read who gets the leads of a workflow',
  access: 'leads:read',
  params,
  response: Assignment,
  versioned: true,
})

export const saveAssignment = defineRoute({
  id: 'intake.assignment.save',
  method: 'PUT',
  path: '/v1/workflows/:workflowId/lead-assignment',
  summary: 'Say who gets the leads of a workflow',
  description:
    'For leads that come in from now on; those that are there keep their owner. A lead gets its owner in the act that makes it, and its history says why. Members who are suspended or away are passed over.',
  access: 'pipelines:manage',
  params,
  body: AssignmentSettings,
  response: Assignment,
  versioned: true,
})
