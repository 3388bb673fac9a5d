import type { z } from 'zod'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import type { WorkflowDetail } from './api.ts'
import { readDraft } from './draft-store.ts'
import { WorkflowSettings } from './workflow-settings.ts'
import { setWorkflowSettings } from './workflow-status.ts'
import { createWorkflow, saveDraft } from './workflows.ts'

const NAME_MAX = 200
const COPY = ' (copy)'

/**
 * Creates a workflow with the draft, the description and the settings of another; what it starts by and what ran stays
 * with that one. Throws `request.not_found`.
 */
export async function copyWorkflow(
  ctx: Context,
  workflowId: string,
  name: string | undefined,
): Promise<z.input<typeof WorkflowDetail>> {
  const found = await ctx.db.query<{ name: string; description: string; settings: unknown }>(
    'select name, description, settings from flow.workflows where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, workflowId],
  )
  const original = found.rows[0]
  if (!original) throw generalErrors.not_found()
  const id = await createWorkflow(ctx, {
    name: name ?? nameOfCopy(original.name),
    description: original.description,
  })
  const settings = WorkflowSettings.parse(original.settings)
  await setWorkflowSettings(ctx, id, settings)
  return saveDraft(ctx, id, { graph: await readDraft(ctx, workflowId), revision: 0 })
}

/** The name with a word behind it, cut before that where it would be too long, but never through a character. */
function nameOfCopy(name: string): string {
  const letters = [...name]
  while (letters.join('').length + COPY.length > NAME_MAX) letters.pop()
  return `${letters.join('').trimEnd()}${COPY}`
}
