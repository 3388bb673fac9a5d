import { z } from 'zod'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { sqlState } from '#platform/db/database.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { defineJob, enqueue } from '#platform/jobs/kinds.ts'
import { messageOf } from '#platform/log.ts'
import { letRequestsGoFirst } from '#platform/pressure.ts'
import { advanceChangeSet, endChangeSet } from '../change-sets.ts'
import { CELL_FAULTS, ROW_FAULTS } from './cell-faults.ts'
import { importCompleted } from './import-api.ts'
import { type ImportSource, openSource, readAll, sourceRows } from './import-source.ts'
import { addedCounts, type ImportRow, readImport, tellProgress } from './imports.ts'
import { inNameOf, NO_LONGER } from './in-name-of.ts'
import { findKnown } from './known-records.ts'
import { isUntouched, type PlannedRow, planRows } from './plan.ts'
import type { ReadRow } from './read-row.ts'
import { findRelations } from './relations.ts'
import { type FileRow, UnreadableFile } from './rows.ts'
import { writePlan } from './write-plan.ts'

/** Rows of one transaction: enough that a statement does much, few enough that nobody waits long for what it locks. */
const PART_ROWS = 2_000
/** A turn of the job, after which others have theirs. */
const TURN_MS = 3_000
const TRIES = 5
/** A unique value that somebody else wrote a moment earlier: read anew, it is known. */
const TAKEN = '23505'

/** Takes the rows of a file in, a part in one transaction with how far it is: whoever goes on does no row twice and leaves none out. */
export const runImport = defineJob({
  kind: 'crm.run_import',
  payload: z.strictObject({ importId: Id }),
  attemptsMax: TRIES,
  timeoutMs: 10 * 60_000,
  async run({ kit, orgId, payload: { importId }, attempt, signal }) {
    try {
      await takeTurn(kit, orgId, importId, signal)
    } catch (error) {
      if (error instanceof UnreadableFile) return failImport(kit, orgId, importId, error.message)
      if (signal.aborted || attempt < TRIES) throw error
      kit.log.error({ import: importId, error: messageOf(error) }, 'crm.import_failed')
      await failImport(
        kit,
        orgId,
        importId,
        'Something went wrong on our side. What was taken in stays, and can be undone.',
      )
    }
  },
})

/** Lets a worker go on with an import. */
export async function requestRun(ctx: Context, importId: string): Promise<void> {
  await enqueue(ctx, runImport, { key: `${importId}:${newId()}`, payload: { importId } })
}

async function takeTurn(kit: Kit, orgId: string, importId: string, signal: AbortSignal): Promise<void> {
  const until = performance.now() + TURN_MS
  const begun = await inNameOf(kit, orgId, importId, async ctx => {
    const row = await readImport(ctx, importId)
    return row.status === 'running' ? { row, source: await openSource(ctx, row) } : undefined
  })
  if (begun === undefined) return
  if (begun === null) return failImport(kit, orgId, importId, NO_LONGER)
  const { row, source } = begun
  const from = row.place === 0 ? null : { byte: row.place, line: row.line }
  let place = row.place
  for await (const { rows, read } of readAhead(source, from)) {
    signal.throwIfAborted()
    await letRequestsGoFirst(kit, signal)
    const part = { rows, read, place, isTurnOver: performance.now() > until }
    const isStill = await takePart(kit, orgId, importId, source, part)
    if (isStill === null) return failImport(kit, orgId, importId, NO_LONGER)
    if (!isStill) return
    place = rows.at(-1)?.end ?? place
  }
  await inNameOf(kit, orgId, importId, ctx => finish(ctx, importId))
}

interface ReadPart {
  readonly rows: readonly FileRow[]
  readonly read: readonly ReadRow[]
}

/** The parts of a file, the next one read while the database takes in the one before. */
async function* readAhead(
  source: ImportSource,
  from: { byte: number; line: number } | null,
): AsyncGenerator<ReadPart> {
  const parts = sourceRows(source, from, PART_ROWS)
  const next = async (): Promise<ReadPart | null> => {
    const { value, done } = await parts.next()
    return done ? null : { rows: value, read: readAll(source, value) }
  }
  let coming = next()
  try {
    for (let part = await coming; part !== null; part = await coming) {
      coming = next()
      // Where it fails is where somebody waits for it.
      coming.catch(() => {})
      yield part
    }
  } finally {
    await coming.catch(() => {})
    await parts.return(undefined)
  }
}

interface FilePart extends ReadPart {
  /** The place it begins at: it is taken in only while the import stands there. */
  readonly place: number
  readonly isTurnOver: boolean
}

/** Takes a part in; answers whether this worker goes on, null when whoever began it may no longer do it. */
async function takePart(
  kit: Kit,
  orgId: string,
  importId: string,
  source: ImportSource,
  part: FilePart,
): Promise<boolean | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await inNameOf(kit, orgId, importId, ctx => writePart(ctx, importId, source, part))) ?? null
    } catch (error) {
      if (sqlState(error) !== TAKEN || attempt >= TRIES) throw error
    }
  }
}

async function writePart(
  ctx: Context,
  importId: string,
  source: ImportSource,
  { rows, read, place, isTurnOver }: FilePart,
): Promise<boolean> {
  const row = await readImport(ctx, importId, true)
  if (row.status !== 'running' || row.place !== place) return false
  if (await isStopped(ctx, row)) return false
  // Companies have no unique values that would keep two files at once from making the same one.
  await ctx.db.query(`select pg_advisory_xact_lock(hashtextextended('crm.imports ' || $1::text, 0))`, [
    ctx.orgId,
  ])
  const rowsRead = await findRelations(ctx, read, source.columns)
  const known = await findKnown(ctx, rowsRead, source.settings.policy, true)
  const plan = planRows(rowsRead, known, source.settings)
  const written = await writePlan(ctx, plan, {
    importId,
    changeSetId: row.change_set_id ?? '',
    startsWorkflows: source.settings.policy.startWorkflows,
  })
  const rejects = plan.rows.filter(({ fault, row: { faults } }) => fault !== null || faults.length > 0)
  keepRejects(ctx, importId, rejects, source)
  const refused = rejects.filter(isRefused).length
  const counts = { ...written, refused, partly: rejects.length - refused, unchanged: unchangedOf(plan.rows) }
  const last = rows.at(-1)
  await ctx.db.query(
    `update crm.imports set place = $3, line = $4, rows_done = rows_done + $5, counts = $6
     where org_id = $1 and id = $2`,
    [
      ctx.orgId,
      importId,
      last?.end,
      last?.nextLine,
      rows.length,
      JSON.stringify(addedCounts(row.counts, counts)),
    ],
  )
  await advanceChangeSet(ctx, row.change_set_id ?? '', { done: rows.length, failures: [] })
  tellProgress(ctx, importId)
  if (!isTurnOver) return true
  await requestRun(ctx, importId)
  return false
}

/** Whether the act was stopped where acts over many records are listed. */
async function isStopped(ctx: Context, { id, change_set_id: changeSetId }: ImportRow): Promise<boolean> {
  const found = await ctx.db.query<{ status: string }>(
    'select status from crm.change_sets where org_id = $1 and id = $2 for update',
    [ctx.orgId, changeSetId],
  )
  if (found.rows[0]?.status === 'running') return false
  await ctx.db.query(
    `update crm.imports set status = 'cancelled', finished_at = now() where org_id = $1 and id = $2`,
    [ctx.orgId, id],
  )
  tellProgress(ctx, id)
  return true
}

const isRefused = ({ person, company }: PlannedRow) => person === null && company === null

/** The rows whose records were there and are as they were. */
function unchangedOf(rows: readonly PlannedRow[]): number {
  return rows.filter(({ person, company, isMatched, fault }) => {
    if (!isMatched || fault !== null) return false
    const records = [company, person, ...(person?.positions ?? [])]
    return records.every(record => record === null || isUntouched(record))
  }).length
}

function keepRejects(
  ctx: Context,
  importId: string,
  rejects: readonly PlannedRow[],
  source: ImportSource,
): void {
  if (rejects.length === 0) return
  ctx.db.send(
    `insert into crm.import_rejects (org_id, import_id, line, is_partly, reason, cells)
     select $1, $2, x.line, x.is_partly, x.reason, array(select jsonb_array_elements_text(x.cells))
     from unnest($3::int[], $4::boolean[], $5::text[], $6::jsonb[]) as x (line, is_partly, reason, cells)`,
    [
      ctx.orgId,
      importId,
      rejects.map(({ row }) => row.line),
      rejects.map(each => !isRefused(each)),
      rejects.map(each => reasonOf(each, source)),
      rejects.map(({ row }) =>
        JSON.stringify(row.cells.map(cell => cell.toWellFormed().replaceAll('\0', ''))),
      ),
    ],
  )
}

/** Why a row was not taken in, or not as a whole: a sentence for each thing, with the field it is about. */
function reasonOf({ row, fault }: PlannedRow, { columns }: ImportSource): string {
  const cells = row.faults.map(each => {
    const label = columns.find(({ column }) => column === each.column)?.field.label
    return `${label}: ${CELL_FAULTS[each.fault]}`
  })
  return [...(fault === null ? [] : [ROW_FAULTS[fault]]), ...cells].join(' ').slice(0, 2_000)
}

/** The end of the file: what was taken in stands there, and can be undone as a whole. */
async function finish(ctx: Context, importId: string): Promise<void> {
  const row = await readImport(ctx, importId, true)
  if (row.status !== 'running') return
  await ctx.db.query(
    `update crm.imports set status = 'done', rows_total = rows_done, finished_at = now() where org_id = $1 and id = $2`,
    [ctx.orgId, importId],
  )
  await endChangeSet(ctx, row.change_set_id ?? '', 'done')
  await publish(ctx, importCompleted, {
    subjects: [{ type: 'import', id: importId }],
    payload: { importId, fileName: row.file_name, rows: row.rows_done, counts: addedCounts(row.counts, {}) },
  })
}

/** Ends an import that cannot go on. What it took in stays. */
export async function failImport(kit: Kit, orgId: string, importId: string, failure: string): Promise<void> {
  await inOrganization(kit, { orgId, actor: { type: 'system', name: 'crm' } }, async ctx => {
    const row = await readImport(ctx, importId, true)
    if (row.status !== 'running') return
    await ctx.db.query(
      `update crm.imports set status = 'failed', failure = $3, finished_at = now() where org_id = $1 and id = $2`,
      [ctx.orgId, importId, failure.slice(0, 1_000)],
    )
    await endChangeSet(ctx, row.change_set_id ?? '', 'failed', failure)
    tellProgress(ctx, importId)
  })
}
