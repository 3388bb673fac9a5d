import type { Context } from '#platform/context.ts'
import type { Samples } from '#platform/samples.ts'

/** Takes away what runs have sent, when the runs themselves go. */
export async function eraseMessagesOfRuns(ctx: Context, runIds: readonly string[]): Promise<void> {
  await ctx.db.query('delete from mail.messages where org_id = $1 and run_id = any($2::uuid[])', [
    ctx.orgId,
    runIds,
  ])
}

/** Messages. */
export const mailSamples: Samples = {
  find: { message: 'select id from mail.messages where org_id = $1' },
  async remove(ctx: Context, { message: ids = [] }): Promise<void> {
    await ctx.db.query('delete from mail.messages where org_id = $1 and id = any($2::uuid[])', [
      ctx.orgId,
      ids,
    ])
    await ctx.db.query(
      `delete from mail.threads t where t.org_id = $1 and not exists (
         select 1 from mail.messages m where m.org_id = $1 and m.thread_id = t.id)`,
      [ctx.orgId],
    )
  },
}
