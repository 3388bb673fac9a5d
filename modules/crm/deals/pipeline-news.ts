import type { Context } from '#platform/context.ts'
import { newId } from '#platform/ids.ts'

/** Tells open boards and settings that a pipeline, its stages or the lost reasons changed. */
export function announcePipeline(ctx: Context, pipelineId: string): void {
  const message = {
    id: newId(),
    orgId: ctx.orgId,
    type: 'pipeline.changed',
    subjects: [{ type: 'pipeline', id: pipelineId }],
  }
  ctx.db.afterCommit(() => ctx.kit.live.send(message))
}
