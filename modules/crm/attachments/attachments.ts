import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { dropFiles, giveFile, keepFile } from '#platform/files/files.ts'
import type { ReceivedFile } from '#platform/files/store.ts'
import type { Answer } from '#platform/http/handlers.ts'
import { type ListRequest, pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { newId } from '#platform/ids.ts'
import { openRecords, recordAccess, requireWritable } from '#platform/owned.ts'
import { userOf } from '../activities/activity-sight.ts'
import type { RecordObject } from '../record-api.ts'
import { type Attachment, attachmentAdded, attachmentRemoved } from './attachment-api.ts'

interface About {
  readonly object: RecordObject
  readonly recordId: string
}

interface AttachmentRow {
  id: string
  object: RecordObject
  record_id: string
  file_id: string
  name: string
  type: string
  size: string
  created_by: string | null
  created_at: Date
}

const COLUMNS = 't.id, t.object, t.record_id, t.file_id, f.name, f.type, f.size, t.created_by, t.created_at'
const FROM = `from crm.attachments t join files.files f on f.org_id = $1 and f.id = t.file_id`
/** How long a removed file can be brought back. */
const KEPT = "interval '30 days'"

/** A page of the files at a record, the newest first; empty for a record that is not there or not seen. */
export async function listAttachments(
  ctx: Context,
  request: About & ListRequest,
): Promise<{ items: Attachment[]; nextCursor: string | null }> {
  openRecords(ctx, request.object, [request.recordId])
  if ((await recordAccess(ctx, request.object, request.recordId)) === null)
    return { items: [], nextCursor: null }
  const found = await ctx.db.query<AttachmentRow>(
    `select ${COLUMNS} ${FROM}
     where t.org_id = $1 and t.record_id = $2 and t.object = $3 and t.deleted_at is null
       and ($4::uuid is null or t.id < $4)
     order by t.id desc limit $5`,
    [ctx.orgId, request.recordId, request.object, readIdCursor(request), request.limit + 1],
  )
  return pageOfRows(request, found.rows, attachmentOf)
}

/** Whether a file would be taken for this record. Throws `request.not_found` and `request.read_only`. */
export async function admitAttachment(ctx: Context, { object, recordId }: About): Promise<void> {
  await requireWritable(ctx, object, recordId)
}

/** Keeps a file that came in at a record. Publishes `attachment.added`. Throws what `admitAttachment` throws. */
export async function addAttachment(
  ctx: Context,
  { object, recordId, name }: About & { name: string },
  file: ReceivedFile,
): Promise<Attachment> {
  openRecords(ctx, object, [recordId])
  await requireWritable(ctx, object, recordId)
  await keepFile(ctx, file, name)
  const id = newId()
  ctx.db.send(
    `insert into crm.attachments (org_id, id, object, record_id, file_id, created_by) values ($1, $2, $3, $4, $5, $6)`,
    [ctx.orgId, id, object, recordId, file.id, userOf(ctx)],
  )
  const row = await readRow(ctx, id)
  await publish(ctx, attachmentAdded, aboutOf(row))
  return attachmentOf(row)
}

/** The bytes of a file, to be saved or shown. Throws `request.not_found` and `files.damaged`. */
export async function readAttachment(ctx: Context, attachmentId: string, isShown: boolean): Promise<Answer> {
  await openRecordOf(ctx, attachmentId)
  return giveFile(ctx, (await readRow(ctx, attachmentId)).file_id, isShown)
}

/** Removes a file from its record; it can be restored. Publishes `attachment.removed`. Throws `request.not_found` and `request.read_only`. */
export async function removeAttachment(ctx: Context, attachmentId: string): Promise<void> {
  await openRecordOf(ctx, attachmentId)
  const row = await readRow(ctx, attachmentId)
  await requireWritable(ctx, row.object, row.record_id)
  ctx.db.send('update crm.attachments set deleted_at = now() where org_id = $1 and id = $2', [
    ctx.orgId,
    attachmentId,
  ])
  await publish(ctx, attachmentRemoved, aboutOf(row))
}

/** Brings a removed file back. Publishes `attachment.added`. Throws `request.not_found` and `request.read_only`. */
export async function restoreAttachment(ctx: Context, attachmentId: string): Promise<Attachment> {
  await openRecordOf(ctx, attachmentId)
  const row = await readRow(ctx, attachmentId, true)
  await requireWritable(ctx, row.object, row.record_id)
  ctx.db.send('update crm.attachments set deleted_at = null where org_id = $1 and id = $2', [
    ctx.orgId,
    attachmentId,
  ])
  await publish(ctx, attachmentAdded, aboutOf(row))
  return attachmentOf(row)
}

/**
 * Takes away for good what was removed 30 days ago, bytes and all, a batch at a time. Returns how many. Works as the system, which
 * sees everything.
 */
export async function forgetAttachments(ctx: Context, batch = 500): Promise<number> {
  return drop(ctx, `deleted_at < now() - ${KEPT}`, [], batch)
}

/** Takes the files of records away for good, with their bytes: for the purge of the records, in its transaction. */
export async function dropAttachmentsOf(ctx: Context, recordIds: readonly string[]): Promise<number> {
  return drop(ctx, 'record_id = any($3)', [recordIds], 100_000)
}

async function drop(ctx: Context, which: string, values: readonly unknown[], most: number): Promise<number> {
  const gone = await ctx.db.query<{ file_id: string }>(
    `delete from crm.attachments where org_id = $1 and id in (
       select id from crm.attachments where org_id = $1 and ${which} limit $2)
     returning file_id`,
    [ctx.orgId, most, ...values],
  )
  dropFiles(
    ctx,
    gone.rows.map(row => row.file_id),
  )
  return gone.rows.length
}

/**
 * A file is named by its own id, and comes into sight with its record. Which one that is is not in sight yet, so the record is looked
 * for among those that the caller may see.
 */
async function openRecordOf(ctx: Context, attachmentId: string): Promise<void> {
  const found = await ctx.db.unnarrowed(() =>
    ctx.db.query<{ object: RecordObject; record_id: string }>(
      'select object, record_id from crm.attachments where org_id = $1 and id = $2',
      [ctx.orgId, attachmentId],
    ),
  )
  const row = found.rows[0]
  if (row) openRecords(ctx, row.object, [row.record_id])
}

/** The row of a file in sight whose record is there. */
async function readRow(ctx: Context, attachmentId: string, isRemoved = false): Promise<AttachmentRow> {
  const found = await ctx.db.query<AttachmentRow>(
    `select ${COLUMNS} ${FROM} where t.org_id = $1 and t.id = $2 and (t.deleted_at is not null) = $3`,
    [ctx.orgId, attachmentId, isRemoved],
  )
  const row = found.rows[0]
  if (!row || (await recordAccess(ctx, row.object, row.record_id)) === null) throw generalErrors.not_found()
  return row
}

function aboutOf(row: AttachmentRow) {
  return {
    subjects: [
      { type: row.object, id: row.record_id },
      { type: 'attachment', id: row.id },
    ],
    payload: { attachmentId: row.id, name: row.name },
  }
}

function attachmentOf(row: AttachmentRow): Attachment {
  return {
    id: row.id,
    object: row.object,
    recordId: row.record_id,
    name: row.name,
    type: row.type,
    size: Number(row.size),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
  }
}
