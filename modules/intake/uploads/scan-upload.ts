import { z } from 'zod'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { dropFiles, openFile } from '#platform/files/files.ts'
import { scanFile } from '#platform/files/scan.ts'
import { newId } from '#platform/ids.ts'
import { defineJob, RetryLater } from '#platform/jobs/kinds.ts'
import { recordLeadEvent } from '../lead-events.ts'

const AGAIN_MS = 60_000

interface Row {
  file_id: string | null
  lead_id: string | null
  name: string
}

/** Has a file scanned that came while the scanner was away. Until then nobody is given it. */
export const scanUpload = defineJob({
  kind: 'intake.scan_upload',
  payload: z.strictObject({ uploadId: Id }),
  attemptsMax: 10,
  timeoutMs: 120_000,
  async run({ kit, orgId, payload: { uploadId } }) {
    const within = { orgId, actor: { type: 'system', name: 'scanner' } } as const
    const file = await inOrganization(kit, within, async ctx => {
      const found = await ctx.db.query<Row>(
        `select file_id, lead_id, name from intake.uploads where org_id = $1 and id = $2 and scan = 'waiting'`,
        [orgId, uploadId],
      )
      const fileId = found.rows[0]?.file_id
      return fileId ? openFile(ctx, fileId) : null
    })
    if (!file) return
    const result = await scanOrLater(kit, file)
    await inOrganization(kit, within, ctx => note(ctx, uploadId, result))
  },
})

/** Has a file scanned by a job, which is done again in a minute while the scanner is away. Throws `RetryLater`. */
export async function scanOrLater(
  kit: Kit,
  file: AsyncIterable<Uint8Array>,
): Promise<'clean' | 'infected' | 'none'> {
  const result = await scanFile(kit, file)
  if (result === 'unreachable') throw new RetryLater('The scanner is not there.', AGAIN_MS)
  return result
}

/** Tells whoever looks at a lead that something else can be had of its files, once the transaction has committed. */
export function tellScanned(ctx: Context, leadId: string): void {
  const subjects = [{ type: 'lead', id: leadId }]
  ctx.db.afterCommit(() =>
    ctx.kit.live.send({ id: newId(), orgId: ctx.orgId, type: 'lead_file.scanned', subjects }),
  )
}

async function note(ctx: Context, uploadId: string, scan: 'clean' | 'infected' | 'none'): Promise<void> {
  const found = await ctx.db.query<Row>(
    `select file_id, lead_id, name from intake.uploads where org_id = $1 and id = $2 and scan = 'waiting' for update`,
    [ctx.orgId, uploadId],
  )
  const row = found.rows[0]
  if (!row) return
  const isBad = scan === 'infected'
  await ctx.db.query(
    'update intake.uploads set scan = $3, file_id = case when $4 then null else file_id end where org_id = $1 and id = $2',
    [ctx.orgId, uploadId, scan, isBad],
  )
  if (row.lead_id !== null) tellScanned(ctx, row.lead_id)
  if (!isBad) return
  dropFiles(ctx, row.file_id === null ? [] : [row.file_id])
  if (row.lead_id === null) return
  await recordLeadEvent(ctx, {
    leadId: row.lead_id,
    kind: 'FILE_REFUSED',
    description: `Took away ${row.name}: the scanner found something harmful in it`,
    metadata: { uploadId, name: row.name },
  })
}
