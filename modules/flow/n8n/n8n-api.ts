/** Bringing workflows of n8n along. Browser-safe. */

import { z } from 'zod'
import { line } from '#platform/contract/fields.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { WorkflowDetail } from '../api.ts'

export const N8nImportReport = z
  .object({
    nodes: z.array(
      z.object({
        name: z.string(),
        kind: z.string().describe('What kind of step it is in n8n.'),
        version: z.number(),
        status: z.enum(['mapped', 'changed', 'placeholder']),
        nodeId: z.string().nullable().describe('The node it became; null for a note.'),
        nodeType: z.string(),
        changes: z.array(z.string()).describe('What is different here.'),
        todo: z.array(z.string()).describe('What has to be done before the workflow can be published.'),
        reason: z.string().nullable().describe('Why it does not run here.'),
      }),
    ),
    mapped: z.number().int(),
    changed: z.number().int(),
    placeholders: z.number().int(),
    added: z
      .object({ nodes: z.array(z.string()), edges: z.array(z.string()) })
      .describe('Nodes and edges that the import added, by id.'),
    leftOut: z.array(z.string()).describe('What of the file has no place here.'),
  })
  .meta({ id: 'N8nImportReport' })
export type N8nImportReport = z.output<typeof N8nImportReport>

export const importN8nWorkflow = defineRoute({
  id: 'flow.workflow.import_n8n',
  method: 'POST',
  path: '/v1/workflows/import-n8n',
  summary: 'Make a draft out of a workflow of n8n',
  description:
    'Takes the JSON that n8n exports or copies. Every step becomes a node; what has no counterpart is kept as a placeholder. The report says of every step what became of it. Nothing is published.',
  access: 'workflows:write',
  body: z.strictObject({
    workflow: z.unknown().describe('The workflow as n8n exports it: an object, or its JSON as a text.'),
    name: line(200).optional().describe('What the draft is called; the name in the file when absent.'),
  }),
  response: z.object({ workflow: WorkflowDetail, report: N8nImportReport }),
  status: 201,
  errors: ['flow.not_n8n'],
  bodyLimit: 2_000_000,
  example: {
    body: {
      workflow: {
        name: 'Welcome',
        nodes: [
          {
            name: 'Start',
            type: 'n8n-nodes-base.manualTrigger',
            typeVersion: 1,
            position: [0, 0],
            parameters: {},
          },
        ],
        connections: {},
      },
    },
  },
})
