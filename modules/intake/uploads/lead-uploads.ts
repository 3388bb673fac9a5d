import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { dropFiles, giveFile } from '#platform/files/files.ts'
import type { Answer } from '#platform/http/handlers.ts'
import { openRecords, requireWritable } from '#platform/owned.ts'
import { intakeErrors } from '../errors.ts'
import { recordLeadEvent } from '../lead-events.ts'
import type { LeadUpload } from './upload-api.ts'

interface Row {
  id: string
  lead_id: string
  file_id: string | null
  key: string | null
  label: string | null
  name: string
  type: string
  size: string
  scan: 'none' | 'waiting' | 'clean' | 'infected'
  claimed_at: Date
}

const READ = `
  select u.id, u.lead_id, u.file_id, f.field_key as key, f.label, u.name, u.type, u.size, u.scan, u.claimed_at
  from intake.uploads u
  join intake.leads l on l.org_id = $1 and l.id = u.lead_id and l.deleted_at is null
  left join intake.form_fields f on f.org_id = $1 and f.id = u.field_id
  where u.org_id = $1`

/** The files that came in with a lead's answers, the newest first. Throws `request.not_found`. */
export async function listLeadUploads(ctx: Context, leadId: string): Promise<{ items: LeadUpload[] }> {
  openRecords(ctx, 'lead', [leadId])
  const known = await ctx.db.query(
    'select 1 from intake.leads where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, leadId],
  )
  if (known.rows.length === 0) throw generalErrors.not_found()
  const found = await ctx.db.query<Row>(`${READ} and u.lead_id = $2 order by u.id desc limit 500`, [
    ctx.orgId,
    leadId,
  ])
  return { items: found.rows.map(fileOf) }
}

/** The bytes of a file. Throws `request.not_found`, `intake.file_held_back` and `files.damaged`. */
export async function readLeadUpload(ctx: Context, uploadId: string, isShown: boolean): Promise<Answer> {
  const { scan, file_id } = await readRow(ctx, uploadId)
  if (scan === 'waiting') throw intakeErrors.file_held_back()
  if (file_id === null) throw generalErrors.not_found()
  return giveFile(ctx, file_id, isShown)
}

/** Takes a file away for good; that it was there stays on record. Throws `request.not_found` and `request.read_only`. */
export async function deleteLeadUpload(ctx: Context, uploadId: string): Promise<void> {
  const { lead_id: leadId, file_id, name } = await readRow(ctx, uploadId)
  await requireWritable(ctx, 'lead', leadId)
  await ctx.db.query('delete from intake.uploads where org_id = $1 and id = $2', [ctx.orgId, uploadId])
  dropFiles(ctx, file_id === null ? [] : [file_id])
  await recordLeadEvent(ctx, {
    leadId,
    kind: 'FILE_REMOVED',
    description: `Removed the file ${name}`,
    metadata: { uploadId, name },
  })
}

/** A file is named by its own id and comes into sight with its lead, which is looked for among those that may be seen. */
async function readRow(ctx: Context, uploadId: string): Promise<Row> {
  const known = await ctx.db.unnarrowed(() =>
    ctx.db.query<{ lead_id: string | null }>(
      'select lead_id from intake.uploads where org_id = $1 and id = $2',
      [ctx.orgId, uploadId],
    ),
  )
  openRecords(
    ctx,
    'lead',
    known.rows.flatMap(({ lead_id }) => lead_id ?? []),
  )
  const found = await ctx.db.query<Row>(`${READ} and u.id = $2`, [ctx.orgId, uploadId])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return row
}

function fileOf(row: Row): LeadUpload {
  return {
    id: row.id,
    leadId: row.lead_id,
    fieldKey: row.key,
    label: row.label,
    name: row.name,
    type: row.type,
    size: Number(row.size),
    state: row.scan === 'waiting' ? 'waiting' : row.file_id === null ? 'refused' : 'ready',
    createdAt: row.claimed_at.toISOString(),
  }
}
