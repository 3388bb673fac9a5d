import type { Context, Kit } from '../context.ts'
import { generalErrors } from '../errors.ts'
import { Answer } from '../http/handlers.ts'
import { cleanFileName, dispositionOf } from './file-names.ts'
import { mayBeShown, typeOf } from './sniff.ts'
import {
  type LyingFile,
  lyingFiles,
  placeFile,
  type ReceivedFile,
  readPlaced,
  removeFolder,
  removePlaced,
  removeStale,
} from './store.ts'

/** How long bytes may lie without a row before they are nobody's: longer than any transaction takes. */
const ORPHAN_MS = 24 * 3_600_000

/**
 * Keeps a file that came in, in the caller's transaction: the bytes are in their place before the row says so. Nobody finds them
 * unless the transaction commits.
 */
export async function keepFile(ctx: Context, received: ReceivedFile, name: string): Promise<void> {
  await placeFile(ctx.kit.config.dataDir, ctx.orgId, received.id)
  const clean = cleanFileName(name)
  await ctx.db.query(
    'insert into files.files (org_id, id, name, type, size, sha256) values ($1, $2, $3, $4, $5, $6)',
    [ctx.orgId, received.id, clean, typeOf(received.head, clean), received.size, received.sha256],
  )
}

/** Drops files in the caller's transaction. Their bytes go when it has committed; what a crash leaves of them is swept away. */
export function dropFiles(ctx: Context, ids: readonly string[]): void {
  if (ids.length === 0) return
  ctx.db.send('delete from files.files where org_id = $1 and id = any($2)', [ctx.orgId, ids])
  const { dataDir } = ctx.kit.config
  ctx.db.afterCommit(() => {
    removePlaced(dataDir, ctx.orgId, ids).catch(error =>
      ctx.log.warn({ error: String(error) }, 'files.not_removed'),
    )
  })
}

interface FileRow {
  id: string
  name: string
  type: string
  size: string
  sha256: string
}

/** Nothing in a file may run or reach anything, whatever a browser makes of it. */
const CONFINED =
  "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; object-src 'self'; sandbox; frame-ancestors 'self'"

/**
 * The answer that gives a file out: to be saved, or to be shown where that was asked for and its type is one of images or PDF.
 * Throws `request.not_found` and `files.damaged`.
 */
export async function giveFile(ctx: Context, fileId: string, isShown: boolean): Promise<Answer> {
  const row = await findFile(ctx, fileId)
  const body = await readPlaced(ctx.kit.config.dataDir, ctx.orgId, { ...row, size: Number(row.size) })
  return new Answer(200, body, {
    'content-type': row.type === 'text/plain' ? 'text/plain; charset=utf-8' : row.type,
    'content-length': row.size,
    'content-disposition': dispositionOf(row.name, isShown && mayBeShown(row.type)),
    'content-security-policy': CONFINED,
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'private, no-store',
  })
}

/** The bytes of a file as they are read, to be looked at by a program. Throws `request.not_found` and `files.damaged`. */
export async function openFile(ctx: Context, fileId: string): Promise<ReadableStream<Uint8Array>> {
  const row = await findFile(ctx, fileId)
  return readPlaced(ctx.kit.config.dataDir, ctx.orgId, { ...row, size: Number(row.size) })
}

/** The bytes of a file, all at once: for those that are known to be small. Throws `request.not_found` and `files.damaged`. */
export async function loadFile(ctx: Context, fileId: string): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(await openFile(ctx, fileId)))
}

async function findFile(ctx: Context, fileId: string): Promise<FileRow> {
  const found = await ctx.db.query<FileRow>(
    'select id, name, type, size, sha256 from files.files where org_id = $1 and id = $2',
    [ctx.orgId, fileId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return row
}

/** Takes away what crashes have left: bytes that came in and were never kept, and bytes without a row. Returns how many. */
export async function sweepFiles(kit: Kit, olderThanMs = ORPHAN_MS): Promise<number> {
  const { dataDir } = kit.config
  let gone = await removeStale(dataDir, olderThanMs)
  for await (const files of lyingFiles(dataDir)) {
    const old = files.filter(file => file.ageMs >= olderThanMs)
    const orphans = old.length === 0 ? [] : await withoutRow(kit, old)
    for (const { orgId, id } of orphans) await removePlaced(dataDir, orgId, [id])
    gone += orphans.length
  }
  return gone
}

async function withoutRow(kit: Kit, files: readonly LyingFile[]): Promise<LyingFile[]> {
  const [first] = files
  if (!first) return []
  const known = await kit.db.withOrg(first.orgId, tx =>
    tx.query<{ id: string }>('select id from files.files where org_id = $1 and id = any($2)', [
      first.orgId,
      files.map(file => file.id),
    ]),
  )
  const ids = new Set(known.rows.map(row => row.id))
  return files.filter(file => !ids.has(file.id))
}

/** Takes away all files of organizations that are being erased. Called each time their rows are looked for. */
export async function eraseFiles(kit: Kit): Promise<void> {
  const due = await kit.db.withGlobal(tx =>
    tx.query<{ org_id: string }>('select org_id from platform.erasures where finished_at is null'),
  )
  for (const { org_id } of due.rows) await removeFolder(kit.config.dataDir, org_id)
}
