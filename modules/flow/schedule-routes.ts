import type { z } from 'zod'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { type Implemented, implement } from '#platform/http/handlers.ts'
import { nextSlot } from './cron.ts'
import { parseCron } from './cron-text.ts'
import { cronWords } from './cron-words.ts'
import * as api from './schedule-api.ts'

export const scheduleRoutes: readonly Implemented[] = [
  implement(api.previewSchedule, async (ctx, { body }) => previewSchedule(ctx.clock.now().getTime(), body)),
  implement(api.getSchedule, (ctx, { params }) => readSchedule(ctx, params.workflowId)),
]

/** A schedule in words and its next instants after `now`, fewer when there are fewer within half a century. */
function previewSchedule(
  now: number,
  { cron: text, timeZone, count }: { cron: string; timeZone: string; count: number },
): { words: string; next: string[] } {
  const cron = parseCron(text)
  const next: string[] = []
  for (let slot = nextSlot(cron, timeZone, now); slot !== null; slot = nextSlot(cron, timeZone, slot)) {
    next.push(new Date(slot).toISOString())
    if (next.length === count) break
  }
  return { words: cronWords(cron, timeZone), next }
}

interface ScheduleRow {
  cron: string | null
  time_zone: string
  missed: 'skip' | 'one' | 'all'
  is_active: boolean
  last_slot: Date | null
  due_at: Date | null
}

async function readSchedule(
  ctx: Context,
  workflowId: string,
): Promise<{ schedule: z.input<typeof api.Schedule> | null }> {
  const found = await ctx.db.query<ScheduleRow>(
    `select s.cron, s.time_zone, s.missed, s.is_active, s.last_slot, d.due_at
     from flow.workflows w
     left join flow.schedules s on s.org_id = $1 and s.workflow_id = w.id
     left join flow.schedule_due d on d.org_id = $1 and d.workflow_id = w.id
     where w.org_id = $1 and w.id = $2 and w.deleted_at is null`,
    [ctx.orgId, workflowId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  if (row.cron === null) return { schedule: null }
  return {
    schedule: {
      cron: row.cron,
      timeZone: row.time_zone,
      words: cronWords(parseCron(row.cron), row.time_zone),
      missed: row.missed,
      isActive: row.is_active,
      nextSlot: row.due_at?.toISOString() ?? null,
      lastSlot: row.last_slot?.toISOString() ?? null,
    },
  }
}
