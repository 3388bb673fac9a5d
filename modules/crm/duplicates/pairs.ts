import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { isNarrowed, openRecords, seenCondition, sightOf } from '#platform/owned.ts'
import type { RecordObject } from '../record-api.ts'
import { RECORD_TABLE } from '../record-tables.ts'
import { readShown } from '../search/shown.ts'
import { findCandidates, traitsOfValues } from './candidates.ts'
import type {
  DuplicateCandidate,
  DuplicatePair,
  DuplicateReason,
  DuplicateScan,
  DuplicateValues,
} from './duplicates-api.ts'
import { startScan } from './scan.ts'

const CANDIDATES_MAX = 10
const OPEN_MAX = 1_000
const SEEN_MAX = 10_000

/** Records that may be the one being typed, the surest first. */
export async function checkDuplicates(
  ctx: Context,
  object: RecordObject,
  values: DuplicateValues,
  exceptId: string | undefined,
): Promise<DuplicateCandidate[]> {
  const found = await findCandidates(ctx, object, traitsOfValues(object, values), exceptId)
  const best = found.slice(0, CANDIDATES_MAX)
  const shown = await readShown(
    ctx,
    best.map(({ id }) => ({ object, id })),
  )
  return best.flatMap(({ id, score, reasons }) => {
    const record = shown.get(id)
    return record ? [{ object, record, score, reasons: [...reasons] }] : []
  })
}

interface PairRow {
  first_id: string
  second_id: string
  score: number
  reasons: DuplicateReason[]
  found_at: Date
}

/** A page of pairs, the surest first; of those who see a part of the records, pairs of which they see both. */
export async function listPairs(
  ctx: Context,
  object: RecordObject,
  query: { limit: number; cursor?: string | undefined },
): Promise<{ items: DuplicatePair[]; nextCursor: string | null }> {
  await openSeen(ctx, object)
  const table = RECORD_TABLE[object]
  const there = (side: string) =>
    `exists (select 1 from ${table} r where r.org_id = $1 and r.id = p.${side} and r.deleted_at is null)`
  const after = readCursor(query.cursor)
  const found = await ctx.db.query<PairRow>(
    `select p.first_id, p.second_id, p.score, p.reasons, p.found_at from crm.duplicate_pairs p
     where p.org_id = $1 and p.object = $2 and p.status = 'open' and ${there('first_id')} and ${there('second_id')}
       and ($3::int is null or (p.score, p.first_id, p.second_id) < ($3::int, $4::uuid, $5::uuid))
     order by p.score desc, p.first_id desc, p.second_id desc limit $6`,
    [ctx.orgId, object, ...after, query.limit + 1],
  )
  const page = found.rows.slice(0, query.limit)
  const ids = page.flatMap(({ first_id, second_id }) => [first_id, second_id])
  const shown = await readShown(
    ctx,
    ids.map(id => ({ object, id })),
  )
  const items = page.flatMap((row): DuplicatePair[] => {
    const [first, second] = [shown.get(row.first_id), shown.get(row.second_id)]
    if (!first || !second) return []
    const { score, reasons } = row
    return [{ object, first, second, score, reasons, foundAt: row.found_at.toISOString() }]
  })
  const last = page.at(-1)
  const isMore = found.rows.length > query.limit && last
  return { items, nextCursor: isMore ? `${last.score}.${last.first_id}.${last.second_id}` : null }
}

/** Pairs come into sight with their first record, so those who see a part have to open theirs. */
async function openSeen(ctx: Context, object: RecordObject): Promise<void> {
  if (!sightOf(ctx, object)) return
  const seen = seenCondition(ctx, object, 'r', 2)
  const found = await ctx.db.query<{ id: string }>(
    `select r.id from ${RECORD_TABLE[object]} r where r.org_id = $1 and r.deleted_at is null${seen.sql} order by r.id desc limit ${SEEN_MAX}`,
    [ctx.orgId, ...seen.values],
  )
  openRecords(
    ctx,
    object,
    found.rows.map(({ id }) => id),
  )
}

const CURSOR = /^(\d{1,3})\.([0-9a-f-]{36})\.([0-9a-f-]{36})$/

function readCursor(cursor: string | undefined): [number | null, string | null, string | null] {
  if (cursor === undefined) return [null, null, null]
  const [, score, first = '', second = ''] = CURSOR.exec(cursor) ?? []
  if (score === undefined)
    throw generalErrors.invalid({
      errors: [
        {
          in: 'query',
          pointer: '/cursor',
          code: 'invalid_cursor',
          message: 'This is no cursor of this list.',
        },
      ],
    })
  return [Number(score), first, second]
}

/**
 * Says whether two records are the same or not. It is remembered, whatever later scans find. Throws `request.not_found` unless both
 * are there and in sight.
 */
export async function decidePair(
  ctx: Context,
  { object, firstId, secondId }: { object: RecordObject; firstId: string; secondId: string },
  isDismissed: boolean,
): Promise<{ isDismissed: boolean }> {
  const ids = [firstId, secondId].sort()
  openRecords(ctx, object, ids)
  const there = await ctx.db.query(
    `select from ${RECORD_TABLE[object]} r where r.org_id = $1 and r.id = any($2::uuid[]) and r.deleted_at is null`,
    [ctx.orgId, ids],
  )
  if (there.rowCount !== 2) throw generalErrors.not_found()
  const status = isDismissed ? 'dismissed' : 'open'
  await ctx.db.query(
    `insert into crm.duplicate_pairs (org_id, object, first_id, second_id, score, reasons, status, decided_by, decided_at)
     values ($1, $2, $3, $4, 50, '{}', $5, $6, now())
     on conflict (org_id, object, first_id, second_id) do update set status = $5, decided_by = $6, decided_at = now()`,
    [ctx.orgId, object, ids[0], ids[1], status, JSON.stringify(ctx.actor)],
  )
  return { isDismissed }
}

/** How far the search for duplicates is. */
export async function readScan(ctx: Context, object: RecordObject): Promise<DuplicateScan> {
  await openSeen(ctx, object)
  const [scans, open] = await Promise.all([
    ctx.db.query<{
      status: 'running' | 'done'
      keys_done: number
      keys_total: number
      crowded: DuplicateScan['crowded']
      finished_at: Date | null
    }>(
      `select status, keys_done, keys_total, crowded, finished_at from crm.duplicate_scans where org_id = $1 and object = $2`,
      [ctx.orgId, object],
    ),
    ctx.db.query<{ count: number }>(
      `select count(*)::int as count from (
         select from crm.duplicate_pairs where org_id = $1 and object = $2 and status = 'open' limit ${OPEN_MAX}) counted`,
      [ctx.orgId, object],
    ),
  ])
  const scan = scans.rows[0]
  return {
    object,
    status: scan?.status ?? 'never',
    keysDone: scan?.keys_done ?? 0,
    keysTotal: scan?.keys_total ?? 0,
    open: open.rows[0]?.count ?? 0,
    crowded: isNarrowed(ctx) ? [] : (scan?.crowded ?? []),
    finishedAt: scan?.finished_at?.toISOString() ?? null,
  }
}

/** Begins to look among all records, and says how far that is. */
export async function scanAll(ctx: Context, object: RecordObject): Promise<DuplicateScan> {
  await startScan(ctx, object)
  return readScan(ctx, object)
}
