import { z } from 'zod'
import { type Context, inOrganization } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { generalErrors } from '#platform/errors.ts'
import { dropFiles, giveFile, openFile } from '#platform/files/files.ts'
import type { Answer } from '#platform/http/handlers.ts'
import { defineJob, enqueue } from '#platform/jobs/kinds.ts'
import { openRecords } from '#platform/owned.ts'
import { intakeErrors } from '../errors.ts'
import { recordLeadEvent } from '../lead-events.ts'
import { scanOrLater, tellScanned } from '../uploads/scan-upload.ts'
import type { LeadMailFile } from './mail-in-api.ts'

interface Row {
  file_id: string
  mail_id: string
  lead_id: string
  scan: 'none' | 'waiting' | 'clean' | 'infected'
}

const READ = `
  select f.file_id, f.mail_id, f.lead_id, f.scan from intake.mail_files f
  join intake.leads l on l.org_id = $1 and l.id = f.lead_id and l.deleted_at is null
  where f.org_id = $1 and f.lead_id = $2`

/** What can be had of the files that came with the e-mails of a lead, the newest first. Throws `request.not_found`. */
export async function listLeadMailFiles(ctx: Context, leadId: string): Promise<{ items: LeadMailFile[] }> {
  openRecords(ctx, 'lead', [leadId])
  const known = await ctx.db.query(
    'select 1 from intake.leads where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, leadId],
  )
  if (known.rows.length === 0) throw generalErrors.not_found()
  const found = await ctx.db.query<Row>(`${READ} order by f.file_id desc limit 1000`, [ctx.orgId, leadId])
  return {
    items: found.rows.map(({ file_id, mail_id, scan }) => ({
      id: file_id,
      mailId: mail_id,
      state: scan === 'waiting' ? 'waiting' : scan === 'infected' ? 'refused' : 'ready',
    })),
  }
}

/** A file that came with an e-mail of a lead. Throws `request.not_found`, `intake.file_held_back` and `files.damaged`. */
export async function readMailFile(
  ctx: Context,
  { leadId, fileId }: { leadId: string; fileId: string },
  isShown: boolean,
): Promise<Answer> {
  openRecords(ctx, 'lead', [leadId])
  const found = await ctx.db.query<Row>(`${READ} and f.file_id = $3`, [ctx.orgId, leadId, fileId])
  const row = found.rows[0]
  if (!row || row.scan === 'infected') throw generalErrors.not_found()
  if (row.scan === 'waiting') throw intakeErrors.file_held_back()
  return giveFile(ctx, fileId, isShown)
}

/**
 * Makes files those of a lead, in the transaction that makes it one. Where a scanner is set they are given out once it has looked: it
 * may take its time and be away, and the lead waits for neither.
 */
export async function attachMailFiles(
  ctx: Context,
  fileIds: readonly string[],
  { leadId, mailId }: { leadId: string; mailId: string },
): Promise<void> {
  if (fileIds.length === 0) return
  const isScanned = ctx.kit.config.fileScanner !== undefined
  ctx.db.send(
    `insert into intake.mail_files (org_id, file_id, lead_id, mail_id, scan)
     select $1, file_id, $3, $4, $5 from unnest($2::uuid[]) as given (file_id)`,
    [ctx.orgId, fileIds, leadId, mailId, isScanned ? 'waiting' : 'none'],
  )
  if (!isScanned) return
  for (const fileId of fileIds) await enqueue(ctx, scanMailFile, { key: fileId, payload: { fileId } })
}

interface WaitingFile {
  lead_id: string
  name: string
}

const WAITING = `
  select f.lead_id, k.name from intake.mail_files f join files.files k on k.org_id = $1 and k.id = f.file_id
  where f.org_id = $1 and f.file_id = $2 and f.scan = 'waiting'`

/** Has a file scanned that came with an e-mail of a lead. Until then nobody is given it. */
export const scanMailFile = defineJob({
  kind: 'intake.scan_mail_file',
  payload: z.strictObject({ fileId: Id }),
  attemptsMax: 10,
  timeoutMs: 120_000,
  async run({ kit, orgId, payload: { fileId } }) {
    const within = { orgId, actor: { type: 'system', name: 'scanner' } } as const
    const file = await inOrganization(kit, within, async ctx => {
      const found = await ctx.db.query(WAITING, [orgId, fileId])
      return found.rows.length > 0 ? openFile(ctx, fileId) : null
    })
    if (!file) return
    const result = await scanOrLater(kit, file)
    await inOrganization(kit, within, ctx => note(ctx, fileId, result))
  },
})

async function note(ctx: Context, fileId: string, scan: 'clean' | 'infected' | 'none'): Promise<void> {
  const found = await ctx.db.query<WaitingFile>(`${WAITING} for update of f`, [ctx.orgId, fileId])
  const row = found.rows[0]
  if (!row) return
  await ctx.db.query('update intake.mail_files set scan = $3 where org_id = $1 and file_id = $2', [
    ctx.orgId,
    fileId,
    scan,
  ])
  tellScanned(ctx, row.lead_id)
  if (scan !== 'infected') return
  dropFiles(ctx, [fileId])
  await recordLeadEvent(ctx, {
    leadId: row.lead_id,
    kind: 'FILE_REFUSED',
    description: `Took away ${row.name}: the scanner found something harmful in it`,
    metadata: { fileId, name: row.name },
  })
}
