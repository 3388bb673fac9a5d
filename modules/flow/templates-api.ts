/** The routes of templates: those that come with the product and an organization's own. Browser-safe. */

import { z } from 'zod'
import { Id, line, Timestamp } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { WorkflowDetail } from './api.ts'
import { graphSchema } from './graph.ts'
import { BlankKind, TemplateCategory } from './templates/workflow-template.ts'

const TemplatePath = z.strictObject({ templateKey: z.string().min(1).max(100) })

const TemplateBlank = z.object({
  key: z.string(),
  title: z.string().describe('What is asked, in words.'),
  kind: BlankKind.describe('What it is filled with: `member` is an e-mail address, `members` are several.'),
  value: z
    .union([z.string(), z.number(), z.array(z.string())])
    .describe('What stands there now; empty when it has to be filled in.'),
  nodeId: z.string().describe('The first node that gets the value.'),
})

export const WorkflowTemplateSummary = z
  .object({
    key: z.string().describe('Its name, or the id of one of the organization.'),
    name: z.string(),
    description: z.string(),
    category: TemplateCategory,
    isOwn: z.boolean().describe('Whether the organization made it itself.'),
    trigger: z.string().nullable().describe('The type of the node it starts with.'),
    nodeTypes: z.array(z.string()).describe('The types of its nodes in order, each once.'),
    blanks: z.array(TemplateBlank).describe('What is to be filled in.'),
    createdAt: Timestamp.nullable().describe('Null for those that come with the product.'),
  })
  .meta({ id: 'WorkflowTemplateSummary' })
export type WorkflowTemplateSummary = z.output<typeof WorkflowTemplateSummary>

export const WorkflowTemplateDetail = WorkflowTemplateSummary.extend({ graph: graphSchema }).meta({
  id: 'WorkflowTemplateDetail',
})
export type WorkflowTemplateDetail = z.output<typeof WorkflowTemplateDetail>

export const listTemplates = defineRoute({
  id: 'flow.template.list',
  method: 'GET',
  path: '/v1/workflow-templates',
  summary: 'List templates of workflows, the organization’s own first',
  access: 'workflows:read',
  query: z.strictObject({ category: TemplateCategory.optional() }),
  response: z.object({ items: z.array(WorkflowTemplateSummary) }),
})

export const getTemplate = defineRoute({
  id: 'flow.template.get',
  method: 'GET',
  path: '/v1/workflow-templates/:templateKey',
  summary: 'Read a template with its graph',
  access: 'workflows:read',
  params: TemplatePath,
  response: WorkflowTemplateDetail,
})

export const copyTemplate = defineRoute({
  id: 'flow.template.copy',
  method: 'POST',
  path: '/v1/workflow-templates/:templateKey/copies',
  summary: 'Begin a workflow with a template',
  description:
    'Makes a draft. `fill` has values for blanks by their keys; what is not filled in is a problem of the draft until it is.',
  access: 'workflows:write',
  params: TemplatePath,
  body: z.strictObject({
    name: line(200).optional().describe('That of the template when left out.'),
    fill: z
      .record(
        z.string().max(64),
        z.union([z.string().max(1_000), z.number(), z.array(z.string().max(320)).max(50)]),
      )
      .default({}),
  }),
  response: WorkflowDetail,
  status: 201,
})

export const makeTemplate = defineRoute({
  id: 'flow.template.create',
  method: 'POST',
  path: '/v1/workflows/:workflowId/templates',
  summary: 'Make a template out of the draft of a workflow',
  access: 'workflows:write',
  params: z.strictObject({ workflowId: Id }),
  body: z.strictObject({
    name: line(200).optional().describe('That of the workflow when left out.'),
    description: z.string().trim().max(2_000).optional(),
  }),
  response: WorkflowTemplateDetail,
  status: 201,
  errors: ['flow.too_many_templates'],
})

export const deleteTemplate = defineRoute({
  id: 'flow.template.delete',
  method: 'DELETE',
  path: '/v1/workflow-templates/:templateKey',
  summary: 'Delete a template of the organization',
  description: 'Workflows that were begun with it stay as they are.',
  access: 'workflows:write',
  params: TemplatePath,
  status: 204,
  errors: ['flow.template_built_in'],
})
