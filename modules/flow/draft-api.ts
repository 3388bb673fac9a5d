/** The routes of versions, copies, files and of who has a workflow open, and what they answer. Browser-safe. */

import { z } from 'zod'
import { Id, line, pageOf, Timestamp } from '#platform/contract/fields.ts'
import { type FilterFields, listQuery } from '#platform/contract/filter.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { WorkflowDetail } from './api.ts'
import { graphIdSchema, graphSchema } from './graph.ts'

const WorkflowPath = z.object({ workflowId: Id })
const VersionPath = z.object({ workflowId: Id, number: z.coerce.number().int().min(1).max(2_147_483_647) })

/** A member by name, as far as they still are one. */
const Who = z.object({ userId: Id, name: z.string() })

export const WorkflowVersion = z
  .object({
    id: Id,
    number: z.number().int(),
    hash: z.string().describe('Equal for versions that do the same, wherever nodes are drawn.'),
    isPublished: z.boolean().describe('Whether new runs follow it.'),
    nodes: z.number().int(),
    publishedBy: Who.nullable(),
    publishedAt: Timestamp,
  })
  .meta({ id: 'WorkflowVersion' })
export type WorkflowVersion = z.output<typeof WorkflowVersion>

export const WorkflowVersionDetail = WorkflowVersion.extend({ graph: graphSchema }).meta({
  id: 'WorkflowVersionDetail',
})
export type WorkflowVersionDetail = z.output<typeof WorkflowVersionDetail>

export const VERSION_FIELDS = {
  number: { type: 'number', isWhole: true, sort: true },
  publishedAt: { type: 'time' },
} as const satisfies FilterFields

export const listVersions = defineRoute({
  id: 'flow.version.list',
  method: 'GET',
  path: '/v1/workflows/:workflowId/versions',
  summary: 'List the versions of a workflow, the newest first',
  access: 'workflows:read',
  params: WorkflowPath,
  query: listQuery(VERSION_FIELDS),
  response: pageOf(WorkflowVersion),
})

export const getVersion = defineRoute({
  id: 'flow.version.get',
  method: 'GET',
  path: '/v1/workflows/:workflowId/versions/:number',
  summary: 'Read a version of a workflow with its graph',
  access: 'workflows:read',
  params: VersionPath,
  response: WorkflowVersionDetail,
})

export const restoreVersion = defineRoute({
  id: 'flow.version.restore',
  method: 'POST',
  path: '/v1/workflows/:workflowId/versions/:number/restoration',
  summary: 'Make a version the draft again',
  description:
    'The draft becomes what was published then; nothing is published. `revision` or If-Match guards against overwriting what somebody else saved; one of both is needed.',
  access: 'workflows:write',
  params: VersionPath,
  body: z.strictObject({ revision: z.number().int().min(0).optional() }),
  response: WorkflowDetail,
  errors: ['flow.draft_changed', 'request.precondition_required'],
  versioned: true,
})

export const copyWorkflow = defineRoute({
  id: 'flow.workflow.copy',
  method: 'POST',
  path: '/v1/workflows/:workflowId/copies',
  summary: 'Duplicate a workflow',
  description:
    'The copy has the draft, the description and the settings, and is a draft itself. Forms, addresses, runs and versions stay with the original.',
  access: 'workflows:write',
  params: WorkflowPath,
  body: z.strictObject({
    name: line(200).optional().describe('"<name> (copy)" when left out.'),
  }),
  response: WorkflowDetail,
  status: 201,
})

/** How long somebody counts as there after they were heard of. Say so again in a third of it. */
export const PRESENCE_SECONDS = 30

export const WorkflowPresence = z
  .object({
    others: z.array(
      Who.extend({
        nodeId: z.string().nullable().describe('The node they have selected.'),
        seenAt: Timestamp,
      }),
    ),
  })
  .meta({ id: 'WorkflowPresence' })
export type WorkflowPresence = z.output<typeof WorkflowPresence>

export const getPresence = defineRoute({
  id: 'flow.presence.get',
  method: 'GET',
  path: '/v1/workflows/:workflowId/presence',
  summary: 'Read who else has a workflow open',
  access: 'workflows:read',
  params: WorkflowPath,
  response: WorkflowPresence,
})

export const setPresence = defineRoute({
  id: 'flow.presence.set',
  method: 'PUT',
  path: '/v1/workflows/:workflowId/presence',
  summary: 'Say that one has a workflow open',
  description: `Counts for ${PRESENCE_SECONDS} seconds. Live streams hear \`draft.presence\` when somebody comes, goes or selects another node. For a program nothing is kept; it is told who is there.`,
  access: 'workflows:read',
  params: WorkflowPath,
  body: z.strictObject({
    nodeId: graphIdSchema.nullish().describe('The node that is selected.'),
  }),
  response: WorkflowPresence,
  idempotent: false,
})

export const endPresence = defineRoute({
  id: 'flow.presence.end',
  method: 'DELETE',
  path: '/v1/workflows/:workflowId/presence',
  summary: 'Say that one has closed a workflow',
  access: 'workflows:read',
  params: WorkflowPath,
  status: 204,
  idempotent: false,
})

export const getWorkflowFile = defineRoute({
  id: 'flow.workflow.file',
  method: 'GET',
  path: '/v1/workflows/:workflowId/file',
  summary: 'Download the draft of a workflow as a file',
  description: 'Made to be kept under version control: the same draft always gives the same text.',
  access: 'workflows:read',
  params: WorkflowPath,
  query: z.strictObject({ format: z.enum(['json', 'yaml']).default('yaml') }),
  produces: ['application/yaml', 'application/json'],
})

/** The longest text of a file, in UTF-16 units. */
export const FILE_CHARACTERS_MAX = 1_500_000

export const importWorkflow = defineRoute({
  id: 'flow.workflow.import',
  method: 'POST',
  path: '/v1/workflows/import',
  summary: 'Create a workflow from a file',
  description:
    'Takes what the download gives, in YAML or JSON. The workflow is a draft and may have problems.',
  access: 'workflows:write',
  body: z.strictObject({
    text: z.string().min(1).max(FILE_CHARACTERS_MAX),
    name: line(200).optional().describe('Instead of the name in the file.'),
  }),
  response: WorkflowDetail,
  status: 201,
  errors: ['flow.invalid_file', 'flow.invalid_graph'],
  bodyLimit: 6_000_000,
  example: {
    body: {
      text: 'format: millrace.workflow/1\nname: Contact form\nnodes:\n  - id: form\n    type: form_submitted\n',
    },
  },
})
