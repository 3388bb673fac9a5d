import type { z } from 'zod'
import type { formSubmitted } from '#modules/intake/contract.ts'
import { getLeadForTemplates, type LeadForTemplates } from '#modules/intake/index.ts'
import type { Context } from '#platform/context.ts'
import type { PublishedEvent } from '#platform/contract/event.ts'
import type { JsonObject } from '#platform/contract/plain-data.ts'
import type { Tx } from '#platform/db/database.ts'
import { insertRun } from './runs.ts'
import type { RunLimit } from './workflow-settings.ts'

const PUBLISHED = `
  select id, published_version_id as version_id, settings->'limit' as limit from flow.workflows
  where org_id = $1 and id = any($2::uuid[]) and status = 'active' and trigger_type = 'form_submitted' and deleted_at is null`

interface PublishedRow {
  readonly id: string
  readonly version_id: string
  readonly limit: RunLimit | null
}

interface WorkflowKey {
  readonly orgId: string
  readonly workflowId: string
}

async function readPublished(tx: Tx, keys: readonly WorkflowKey[]): Promise<(PublishedRow | undefined)[]> {
  const ids = [...new Set(keys.map(({ workflowId }) => workflowId))]
  const found = await tx.query<PublishedRow>(PUBLISHED, [keys[0]?.orgId, ids])
  const byId = new Map(found.rows.map(row => [row.id, row]))
  return keys.map(({ workflowId }) => byId.get(workflowId))
}

/**
 * Starts the workflow of a form in the transaction of the submission, so that an accepted lead without its
 * run cannot exist. A lead that was there before starts no second run, and a form whose workflow is not
 * published collects leads all the same.
 */
export async function startRunsForForm(
  ctx: Context,
  event: PublishedEvent<z.output<typeof formSubmitted.payload>>,
): Promise<void> {
  const { payload } = event
  if (!payload.isNew) return
  const [published, lead] = await Promise.all([
    ctx.db.ask(readPublished, { orgId: ctx.orgId, workflowId: payload.workflowId }),
    getLeadForTemplates(ctx, payload.leadId),
  ])
  if (!published) return
  const follows = {
    versionId: published.version_id,
    // A form never loses a lead's run: what is beyond the limit waits, whatever the workflow says of other starts.
    limit: published.limit && { ...published.limit, overflow: 'queue' as const },
  }
  await insertRun(ctx, follows, {
    workflowId: payload.workflowId,
    trigger: 'form_submitted',
    input: inputOfSubmission(payload, lead),
    leadId: payload.leadId,
    idempotencyKey: `form:${event.id}`,
  })
}

/** What a run that a form starts is given. */
export function inputOfSubmission(
  { formId, answers }: z.output<typeof formSubmitted.payload>,
  lead: LeadForTemplates,
): JsonObject {
  return { lead, form: { id: formId, answers } } as unknown as JsonObject
}
