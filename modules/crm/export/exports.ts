import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { standingOf } from '#modules/iam/index.ts'
import { audit } from '#platform/audit/audit.ts'
import { type Actor, type Context, inOrganization, type Kit } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { generalErrors } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { defineJob, enqueue } from '#platform/jobs/kinds.ts'
import { crmErrors } from '../errors.ts'
import { sizeOf, spoolPath } from '../import/spool.ts'
import type { AnyRecord } from '../record-kind.ts'
import { recordKinds } from '../record-kinds.ts'
import { READ_PERMISSION } from '../record-permissions.ts'
import { exportColumns, memberAddresses, namesFor } from './columns.ts'
import { csvLine } from './csv.ts'
import type { Export, ExportRequest } from './export-api.ts'

const PAGE = 500
const TRIES = 3

interface ExportRow {
  id: string
  object: Export['object']
  request: ExportRequest
  status: Export['status']
  failure: string | null
  rows: number | null
  bytes: number | null
  sha256: string | null
  created_at: Date
  expires_at: Date
}

const SELECT = `
  select id, object, request, status, failure, rows, bytes::float8 as bytes, sha256, created_at, expires_at from crm.exports
  where org_id = $1 and id = $2 and actor = $3::jsonb and expires_at > now()`

/** Asks for an export. Throws `request.invalid` for a filter or an order that cannot be read, `crm.export_unknown_field`. */
export async function requestExport(ctx: Context, request: ExportRequest): Promise<Export> {
  const { object, filter, sort, fields, delimiter } = request
  // Whatever is wrong is said now and not by the job.
  const columns = await exportColumns(ctx, object, fields, delimiter)
  if ('unknown' in columns)
    throw crmErrors.export_unknown_field({
      detail: `Nothing was exported. There is no field ${columns.unknown}.`,
    })
  await recordKinds[object].list(ctx, { limit: 1, filter, sort })
  const id = newId()
  await ctx.db.query(
    'insert into crm.exports (org_id, id, object, request, actor) values ($1, $2, $3, $4, $5)',
    [ctx.orgId, id, object, JSON.stringify(request), JSON.stringify(ctx.actor)],
  )
  await enqueue(ctx, writeExport, { key: id, payload: { exportId: id } })
  await audit(ctx, {
    action: 'records.exported',
    object: { type: 'export', id },
    after: { object, filter: filter ?? '', sort: sort ?? '', fields: columns.columns.map(({ key }) => key) },
  })
  return getExport(ctx, id)
}

async function readExport(ctx: Context, exportId: string): Promise<ExportRow> {
  const found = await ctx.db.query<ExportRow>(SELECT, [ctx.orgId, exportId, JSON.stringify(ctx.actor)])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return row
}

/** An export of the caller's own. Throws `request.not_found`. */
export async function getExport(ctx: Context, exportId: string): Promise<Export> {
  const row = await readExport(ctx, exportId)
  return {
    id: row.id,
    object: row.object,
    status: row.status,
    failure: row.failure,
    rows: row.rows,
    bytes: row.bytes,
    sha256: row.sha256,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }
}

/** The finished file, of which its length tells whether all of it has arrived. Throws `request.not_found`, `crm.export_not_ready`. */
export async function openExport(
  ctx: Context,
  exportId: string,
): Promise<{ name: string; bytes: number; body: ReadableStream<Uint8Array> }> {
  const row = await readExport(ctx, exportId)
  const path = spoolPath(ctx.kit, 'exports', ctx.orgId, exportId)
  if (row.status !== 'done' || (await sizeOf(path)) !== row.bytes) throw crmErrors.export_not_ready()
  return {
    name: `${NAMES[row.object]}-${row.created_at.toISOString().slice(0, 10)}.csv`,
    bytes: row.bytes ?? 0,
    body: Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
  }
}

const NAMES = { person: 'people', company: 'companies', deal: 'deals' } as const

/** Writes the file of an export, in the name of whoever asked for it and with what they see now. */
export const writeExport = defineJob({
  kind: 'crm.write_export',
  payload: z.strictObject({ exportId: Id }),
  attemptsMax: TRIES,
  timeoutMs: 60 * 60_000,
  async run({ kit, orgId, payload: { exportId }, attempt, signal }) {
    try {
      await write(kit, orgId, exportId, signal)
    } catch (error) {
      if (attempt < TRIES || signal.aborted) throw error
      await end(kit, orgId, exportId, 'The file could not be written. Ask for it once more.')
    }
  },
})

async function write(kit: Kit, orgId: string, exportId: string, signal: AbortSignal): Promise<void> {
  const begun = await kit.db.withOrg(orgId, async tx => {
    const found = await tx.query<{ actor: Actor; request: ExportRequest }>(
      `select actor, request from crm.exports where org_id = $1 and id = $2 and status = 'running'`,
      [orgId, exportId],
    )
    const row = found.rows[0]
    return row ? { ...row, standing: await standingOf(kit, tx, orgId, row.actor) } : null
  })
  if (!begun) return
  const { actor, request, standing } = begun
  if (!standing?.can('exports:write') || !standing.can(READ_PERMISSION[request.object]))
    return end(kit, orgId, exportId, 'Whoever asked for it may no longer do it.')
  const path = spoolPath(kit, 'exports', orgId, exportId)
  const fresh = `${path}.${newId()}`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const hash = createHash('sha256')
  const counted = { rows: 0, bytes: 0 }
  await inOrganization(kit, { orgId, actor, visibility: standing.visibility }, async ctx => {
    // One state of the database from the first row to the last, whatever others write meanwhile.
    await ctx.db.query('set transaction isolation level repeatable read')
    const pieces = async function* () {
      for await (const { text, rows } of textOf(ctx, request)) {
        signal.throwIfAborted()
        const bytes = Buffer.from(text)
        hash.update(bytes)
        counted.bytes += bytes.length
        counted.rows += rows
        yield bytes
      }
    }
    await pipeline(Readable.from(pieces()), createWriteStream(fresh, { mode: 0o600, flush: true }))
  })
  await rename(fresh, path)
  await inOrganization(kit, { orgId, actor }, async ctx => {
    await ctx.db.query(
      `update crm.exports set status = 'done', rows = $3, bytes = $4, sha256 = $5 where org_id = $1 and id = $2`,
      [orgId, exportId, counted.rows, counted.bytes, hash.digest('hex')],
    )
    await audit(ctx, {
      action: 'export.written',
      object: { type: 'export', id: exportId },
      after: { object: request.object, rows: counted.rows },
    })
    tellDone(ctx, exportId)
  })
}

/** The text of a file, a page of records at a time, the heading first. */
async function* textOf(
  ctx: Context,
  { object, filter, sort, fields, delimiter, mark }: ExportRequest,
): AsyncGenerator<{ text: string; rows: number }> {
  const chosen = await exportColumns(ctx, object, fields, delimiter)
  if ('unknown' in chosen) throw crmErrors.export_unknown_field()
  const { columns } = chosen
  const members = await memberAddresses(ctx)
  const heading = csvLine(
    columns.map(column => column.heading),
    delimiter,
  )
  yield { text: (mark ? '\uFEFF' : '') + heading, rows: 0 }
  let cursor: string | undefined
  do {
    const page = await recordKinds[object].list(ctx, { limit: PAGE, filter, sort, cursor })
    const named = await namesFor(ctx, object, page.items, members)
    const line = (record: AnyRecord) =>
      csvLine(
        columns.map(column => column.text(record, named)),
        delimiter,
      )
    yield { text: page.items.map(line).join(''), rows: page.items.length }
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

async function end(kit: Kit, orgId: string, exportId: string, failure: string): Promise<void> {
  await inOrganization(kit, { orgId, actor: { type: 'system', name: 'crm' } }, async ctx => {
    await ctx.db.query(
      `update crm.exports set status = 'failed', failure = $3 where org_id = $1 and id = $2`,
      [orgId, exportId, failure],
    )
    tellDone(ctx, exportId)
  })
}

function tellDone(ctx: Context, exportId: string): void {
  ctx.db.afterCommit(() =>
    ctx.kit.live.send({
      id: newId(),
      orgId: ctx.orgId,
      type: 'export.written',
      subjects: [{ type: 'export', id: exportId }],
    }),
  )
}
