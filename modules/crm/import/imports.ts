import type { Actor, Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { newId } from '#platform/ids.ts'
import { isNarrowed } from '#platform/owned.ts'
import { crmErrors } from '../errors.ts'
import {
  type ColumnMapping,
  type Dialect,
  type Import,
  type ImportColumn,
  type ImportCounts,
  type ImportFindings,
  type ImportObject,
  ImportPolicy,
  type ImportStatus,
  type ImportSummary,
} from './import-api.ts'

/** An import as it is stored. */
export interface ImportRow {
  id: string
  object: ImportObject
  file_name: string
  file_bytes: number
  received_bytes: number
  sha256: string | null
  status: ImportStatus
  failure: string | null
  dialect: Dialect | Record<string, never>
  columns: ImportColumn[]
  mapping: ColumnMapping[]
  policy: Partial<ImportPolicy> & { isRemembered?: boolean }
  revision: number
  findings: ImportFindings | null
  change_set_id: string | null
  undo_until: Date | null
  place: number
  line: number
  rows_total: number | null
  rows_done: number
  counts: Partial<ImportCounts>
  actor: Actor
  created_at: Date
  started_at: Date | null
  finished_at: Date | null
}

const COLUMNS = `
  i.id, i.object, i.file_name, i.file_bytes::float8 as file_bytes, i.received_bytes::float8 as received_bytes, i.sha256, i.status,
  i.failure, i.dialect, i.columns, i.mapping, i.policy, i.revision, i.findings, i.change_set_id, i.place::float8 as place, i.line,
  i.rows_total, i.rows_done, i.counts, i.actor, i.created_at, i.started_at, i.finished_at,
  case when i.status in ('done', 'failed', 'cancelled') then c.undo_until end as undo_until`

const SELECT = `
  select ${COLUMNS} from crm.imports i
  left join crm.change_sets c on c.org_id = $1 and c.id = i.change_set_id
  where i.org_id = $1`

/** Whoever sees a part of the records sees the files they brought themselves. */
function ownOnly(ctx: Context): string {
  return isNarrowed(ctx) ? ' and i.actor = $2::jsonb' : ' and $2::jsonb is not null'
}

/** A page of imports, the newest first. */
export async function listImports(
  ctx: Context,
  query: { limit: number; cursor?: string | undefined },
): Promise<{ items: ImportSummary[]; nextCursor: string | null }> {
  const found = await ctx.db.query<ImportRow>(
    `${SELECT}${ownOnly(ctx)} and ($3::uuid is null or i.id < $3) order by i.id desc limit $4`,
    [ctx.orgId, JSON.stringify(ctx.actor), readIdCursor(query), query.limit + 1],
  )
  return pageOfRows(query, found.rows, summaryOf)
}

/** An import as it is stored; `lock` keeps it for this transaction. Throws `request.not_found`. */
export async function readImport(ctx: Context, importId: string, lock = false): Promise<ImportRow> {
  const found = await ctx.db.query<ImportRow>(
    `${SELECT}${ownOnly(ctx)} and i.id = $3${lock ? ' for update of i' : ''}`,
    [ctx.orgId, JSON.stringify(ctx.actor), importId],
  )
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return row
}

/** One import. Throws `request.not_found`. */
export async function getImport(ctx: Context, importId: string): Promise<Import> {
  const row = await readImport(ctx, importId)
  return { ...summaryOf(row), ...(await detailsOf(ctx, row)) }
}

const SAME_FILE = `
  select i.id, i.status, i.created_at from crm.imports i
  where i.org_id = $1 and i.sha256 = $3 and i.id < $4`

async function detailsOf(ctx: Context, row: ImportRow): Promise<Omit<Import, keyof ImportSummary>> {
  const same = await ctx.db.query<{ id: string; status: ImportStatus; created_at: Date }>(
    `${SAME_FILE}${ownOnly(ctx)} order by i.id desc limit 1`,
    [ctx.orgId, JSON.stringify(ctx.actor), row.sha256, row.id],
  )
  const [earlier] = same.rows
  const { isRemembered = false, ...policy } = row.policy
  const asksForOrder = new Set(
    row.mapping.filter(each => each.dateOrder === null).map(({ column }) => column),
  )
  return {
    sha256: row.sha256,
    sameFile: earlier
      ? { id: earlier.id, status: earlier.status, createdAt: earlier.created_at.toISOString() }
      : null,
    dialect: 'encoding' in row.dialect ? (row.dialect as Dialect) : null,
    columns: row.columns.map(column => ({ ...column, needsDateOrder: asksForOrder.has(column.index) })),
    mapping: row.mapping,
    isRemembered,
    policy: ImportPolicy.parse(policy),
    revision: row.revision,
    findings: row.findings && 'state' in row.findings ? row.findings : null,
  }
}

const NO_COUNTS: ImportCounts = {
  peopleCreated: 0,
  peopleUpdated: 0,
  companiesCreated: 0,
  companiesUpdated: 0,
  positionsCreated: 0,
  unchanged: 0,
  refused: 0,
  partly: 0,
}

/** Counts with what a part adds to them. */
export function addedCounts(before: Partial<ImportCounts>, part: Partial<ImportCounts>): ImportCounts {
  const sums = Object.keys(NO_COUNTS).map(key => {
    const name = key as keyof ImportCounts
    return [name, (before[name] ?? 0) + (part[name] ?? 0)]
  })
  return Object.fromEntries(sums) as ImportCounts
}

function summaryOf(row: ImportRow): ImportSummary {
  const { actor } = row
  return {
    id: row.id,
    object: row.object,
    fileName: row.file_name,
    fileBytes: row.file_bytes,
    receivedBytes: row.received_bytes,
    status: row.status,
    failure: row.failure,
    rowsTotal: row.rows_total,
    rowsDone: row.rows_done,
    counts: addedCounts(NO_COUNTS, row.counts),
    changeSetId: row.change_set_id,
    undoUntil: row.undo_until?.toISOString() ?? null,
    createdBy: {
      type: actor.type,
      id: actor.type === 'user' ? actor.userId : actor.type === 'apiKey' ? actor.keyId : null,
    },
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}

/** Begins an import of a file that is still to come. Throws `crm.import_too_large`. */
export async function createImport(
  ctx: Context,
  file: { object: ImportObject; fileName: string; fileBytes: number },
): Promise<string> {
  if (file.fileBytes > ctx.kit.config.importBytes)
    throw crmErrors.import_too_large({
      detail: `Nothing was stored. A file has at most ${Math.floor(ctx.kit.config.importBytes / 1_048_576)} MB; divide it.`,
    })
  const id = newId()
  await ctx.db.query(
    'insert into crm.imports (org_id, id, object, file_name, file_bytes, actor) values ($1, $2, $3, $4, $5, $6)',
    [ctx.orgId, id, file.object, cleanFileName(file.fileName), file.fileBytes, JSON.stringify(ctx.actor)],
  )
  return id
}

/** The name of a file without the folders it lay in and without what no name should have. */
function cleanFileName(name: string): string {
  const bare = name.replace(/^.*[/\\]/, '').replace(/\p{C}/gu, '')
  return bare.trim().slice(0, 255).toWellFormed() || 'file.csv'
}

/** Says live that an import has moved. */
export function tellProgress(ctx: Context, importId: string): void {
  ctx.db.afterCommit(() =>
    ctx.kit.live.send({
      id: newId(),
      orgId: ctx.orgId,
      type: 'import.progressed',
      subjects: [{ type: 'import', id: importId }],
    }),
  )
}
