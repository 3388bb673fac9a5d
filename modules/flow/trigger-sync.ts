import type { Context } from '#platform/context.ts'
import { syncEventTrigger } from './event-triggers.ts'
import type { Plan } from './plan.ts'
import { syncSchedule } from './schedules.ts'
import { syncWebhook } from './webhooks.ts'

/** What starts a workflow as it is published now; `trigger` is null when it was never published. */
export interface TriggerState {
  workflowId: string
  versionId: string | null
  /** Whether runs may start: published, and neither paused, archived nor deleted. */
  isActive: boolean
  trigger: { nodeId: string; type: string; config: unknown } | null
}

type SyncTrigger = (ctx: Context, state: TriggerState) => Promise<void>

/** One function for every kind of trigger that keeps a row of its own; each is called for every change of any trigger. */
const syncs: readonly SyncTrigger[] = [syncSchedule, syncWebhook, syncEventTrigger]

/**
 * Brings what starts a workflow in line with what is published, in the transaction that publishes, pauses, resumes,
 * archives or deletes it.
 */
export async function syncTrigger(ctx: Context, workflowId: string): Promise<void> {
  const found = await ctx.db.query<{ version_id: string | null; is_active: boolean; plan: Plan | null }>(
    `select w.published_version_id as version_id, w.status = 'active' and w.deleted_at is null as is_active, v.plan
     from flow.workflows w left join flow.versions v on v.org_id = $1 and v.id = w.published_version_id
     where w.org_id = $1 and w.id = $2`,
    [ctx.orgId, workflowId],
  )
  const row = found.rows[0]
  const entry = row?.plan?.nodes[row.plan.entry]
  const state: TriggerState = {
    workflowId,
    versionId: row?.version_id ?? null,
    isActive: row?.is_active ?? false,
    trigger: entry ? { nodeId: entry.id, type: entry.type, config: entry.config } : null,
  }
  for (const sync of syncs) await sync(ctx, state)
}
