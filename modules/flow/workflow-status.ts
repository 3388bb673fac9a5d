import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { changedMeanwhile } from '#platform/http/etags.ts'
import { Versioned } from '#platform/http/handlers.ts'
import type { WorkflowStatus } from './api.ts'
import { flowErrors } from './errors.ts'
import { parseTemplate } from './template.ts'
import { TemplateError } from './template-parse.ts'
import { syncTrigger } from './trigger-sync.ts'
import { WorkflowSettings } from './workflow-settings.ts'

type Status = ReturnType<typeof WorkflowStatus.parse>

/**
 * Pauses, resumes or archives a workflow; runs under way are not touched. Throws `not_found`, and `flow.not_published`
 * when one that was never published is to be active.
 */
export async function setWorkflowStatus(
  ctx: Context,
  workflowId: string,
  status: Exclude<Status, 'draft'>,
): Promise<{ status: Status }> {
  const found = await ctx.db.query<{ version_id: string | null }>(
    'select published_version_id as version_id from flow.workflows where org_id = $1 and id = $2 and deleted_at is null for update',
    [ctx.orgId, workflowId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  if (status !== 'archived' && row.version_id === null) throw flowErrors.not_published()
  await ctx.db.query('update flow.workflows set status = $3 where org_id = $1 and id = $2', [
    ctx.orgId,
    workflowId,
    status,
  ])
  await syncTrigger(ctx, workflowId)
  return { status }
}

/** The limits of a workflow and what happens when a run fails, with their version. Throws `not_found`. */
export async function getWorkflowSettings(
  ctx: Context,
  workflowId: string,
): Promise<Versioned<WorkflowSettings>> {
  const found = await ctx.db.query<{ settings: unknown; version: string }>(
    `select settings, md5(settings::text) as version from flow.workflows
     where org_id = $1 and id = $2 and deleted_at is null`,
    [ctx.orgId, workflowId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return new Versioned(WorkflowSettings.parse(row.settings), row.version)
}

/**
 * Sets them. Throws `invalid` for a key that is no template and for an error workflow that is not there, and
 * `changed_meanwhile` when what is stored is none of the expected versions.
 */
export async function setWorkflowSettings(
  ctx: Context,
  workflowId: string,
  settings: WorkflowSettings,
  expected: readonly string[] | null = null,
): Promise<Versioned<WorkflowSettings>> {
  const { limit, errorWorkflowId } = settings
  if (limit?.perKey) checkKey(limit.perKey.key)
  if (errorWorkflowId !== null) {
    const other = await ctx.db.query(
      'select 1 from flow.workflows where org_id = $1 and id = $2 and id <> $3 and deleted_at is null',
      [ctx.orgId, errorWorkflowId, workflowId],
    )
    if (other.rowCount === 0)
      throw invalid('/errorWorkflowId', 'not_found', 'There is no other workflow with this id.')
  }
  const set = await ctx.db.query(
    `update flow.workflows set settings = $3 where org_id = $1 and id = $2 and deleted_at is null
       and ($4::text[] is null or md5(settings::text) = any($4))`,
    [ctx.orgId, workflowId, JSON.stringify(settings), expected],
  )
  const now = await getWorkflowSettings(ctx, workflowId)
  if (set.rowCount === 0) throw changedMeanwhile(settings, now)
  return now
}

function checkKey(key: string): void {
  try {
    parseTemplate(key)
  } catch (error) {
    if (error instanceof TemplateError) throw invalid('/limit/perKey/key', 'template_error', error.message)
    throw error
  }
}

function invalid(pointer: string, code: string, message: string) {
  return generalErrors.invalid({ errors: [{ in: 'body', pointer, code, message }] })
}
