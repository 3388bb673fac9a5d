import { z } from 'zod'
import { defineEvent } from '#platform/contract/event.ts'
import { Id } from '#platform/contract/fields.ts'

const about = { runId: Id, workflowId: Id, leadId: Id.nullable() }

export const workflowPublished = defineEvent({
  type: 'workflow.published',
  version: 1,
  payload: z.strictObject({ workflowId: Id, versionId: Id, number: z.number().int() }),
  summary: 'A workflow was published',
})

export const workflowStarted = defineEvent({
  type: 'workflow.started',
  version: 1,
  payload: z.strictObject({ ...about, trigger: z.string() }),
  summary: 'A run of a workflow was started',
})

export const workflowCompleted = defineEvent({
  type: 'workflow.completed',
  version: 1,
  payload: z.strictObject(about),
  summary: 'A run of a workflow finished',
})

export const workflowFailed = defineEvent({
  type: 'workflow.failed',
  version: 1,
  payload: z.strictObject({ ...about, nodeId: z.string().nullable(), reason: z.string() }),
  summary: 'A run of a workflow failed for good',
})

export const workflowSignal = defineEvent({
  type: 'workflow.signal',
  version: 1,
  payload: z.strictObject({ name: z.string(), key: z.string(), payload: z.json() }),
  summary: 'Another system told workflows that something happened',
})
