import type { Context } from '#platform/context.ts'
import { enqueue } from '#platform/jobs/kinds.ts'
import { checkImport } from './check-import.ts'
import { tellProgress } from './imports.ts'

/** Counts a change of how a file is read and lets the whole of it be checked with that. */
export async function requestCheck(ctx: Context, importId: string): Promise<void> {
  const found = await ctx.db.query<{ revision: number }>(
    `update crm.imports set revision = revision + 1, findings = jsonb_build_object(
       'state', 'running', 'revision', revision + 1, 'rows', 0, 'failure', null, 'problems', '[]'::jsonb,
       'people', '{"matched":0,"fresh":0,"repeated":0}'::jsonb, 'companies', '{"matched":0,"fresh":0}'::jsonb,
       'unknownOptions', '[]'::jsonb)
     where org_id = $1 and id = $2 returning revision`,
    [ctx.orgId, importId],
  )
  const revision = found.rows[0]?.revision ?? 0
  await enqueue(ctx, checkImport, { key: `${importId}:${revision}`, payload: { importId, revision } })
  tellProgress(ctx, importId)
}
