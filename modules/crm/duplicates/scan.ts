import { z } from 'zod'
import { forEachOrganization } from '#modules/iam/index.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { isId } from '#platform/ids.ts'
import { defineJob, enqueue } from '#platform/jobs/kinds.ts'
import { RecordObject } from '../record-api.ts'
import { findCandidates, SCORE_MIN } from './candidates.ts'
import type { DuplicateReason } from './duplicates-api.ts'
import { traitsOf } from './evidence.ts'
import { SCAN_KEYS, scanStatement } from './scan-keys.ts'

const SYSTEM = { type: 'system', name: 'duplicates' } as const
const SCAN_TIMEOUT_MS = 30 * 60_000

/** Looks for duplicates among all records of an object. */
export const scanDuplicates = defineJob({
  kind: 'crm.scan_duplicates',
  payload: z.strictObject({ object: RecordObject }),
  attemptsMax: 5,
  timeoutMs: SCAN_TIMEOUT_MS,
  async run({ kit, orgId, payload: { object }, signal }) {
    for (let isMore = true; isMore && !signal.aborted; )
      isMore = await inOrganization(kit, { orgId, actor: SYSTEM }, ctx => scanNextKey(ctx, object))
  },
})

/** Begins a scan of all records unless one is running. Gives whether it began. */
export async function startScan(ctx: Context, object: RecordObject): Promise<boolean> {
  const begun = await ctx.db.query(
    `insert into crm.duplicate_scans as s (org_id, object, status, keys_total, changes_upto)
     values ($1, $2, 'running', $3, platform.id_floor(now() - interval '${MARGIN}'))
     on conflict (org_id, object) do update set status = 'running', keys_done = 0, keys_total = excluded.keys_total, crowded = '[]',
       changes_upto = excluded.changes_upto, started_at = now(), finished_at = null
     where s.status <> 'running'`,
    [ctx.orgId, object, SCAN_KEYS[object].length],
  )
  if (begun.rowCount === 0) return false
  await enqueue(ctx, scanDuplicates, { key: object, payload: { object } })
  return true
}

/** Changes are written down when they happen and seen when they are committed; this much later all are. */
const MARGIN = '30 seconds'

interface Scan {
  keys_done: number
  started_at: string
}

/** Compares by the next key, in one transaction with the note that it is done. Gives whether there are more. */
async function scanNextKey(ctx: Context, object: RecordObject): Promise<boolean> {
  const found = await ctx.db.query<Scan>(
    `select keys_done, started_at::text from crm.duplicate_scans where org_id = $1 and object = $2 and status = 'running' for update`,
    [ctx.orgId, object],
  )
  const scan = found.rows[0]
  if (!scan) return false
  const key = SCAN_KEYS[object][scan.keys_done]
  if (!key) {
    await finishScan(ctx, object, scan.started_at)
    return false
  }
  const crowded = await ctx.db.query<{ value: string; count: number }>(scanStatement(key), [
    ctx.orgId,
    object,
    scan.started_at,
  ])
  const said = crowded.rows.map(({ value, count }) => ({ key: key.key, value: wordsOf(value), count }))
  await ctx.db.query(
    `update crm.duplicate_scans set keys_done = keys_done + 1, crowded = crowded || $3::jsonb where org_id = $1 and object = $2`,
    [ctx.orgId, object, JSON.stringify(said)],
  )
  return true
}

/** A value without the id that it may begin with. */
function wordsOf(value: string): string {
  const [first = '', ...rest] = value.split(' ')
  return isId(first) ? rest.join(' ') : value
}

async function finishScan(ctx: Context, object: RecordObject, startedAt: string): Promise<void> {
  await ctx.db.query(
    `delete from crm.duplicate_pairs
     where org_id = $1 and object = $2 and status = 'open' and (found_at < $3::timestamptz or score < ${SCORE_MIN})`,
    [ctx.orgId, object, startedAt],
  )
  await ctx.db.query(
    `update crm.duplicate_scans set status = 'done', finished_at = now() where org_id = $1 and object = $2`,
    [ctx.orgId, object],
  )
}

/** So many changed records are looked at one by one; of more, all are compared. */
const CHANGED_MAX = 300

/** Looks for duplicates of what changed since the last look, in every organization; whoever was never looked at is, as a whole. */
export async function findNewDuplicates(kit: Kit): Promise<void> {
  await forEachOrganization(kit, orgId =>
    inOrganization(kit, { orgId, actor: SYSTEM }, async ctx => {
      for (const object of RecordObject.options) await lookAtChanged(ctx, object)
    }),
  )
}

const CHANGED = `
  select distinct c.record_id as id from crm.changes c
  where c.org_id = $1 and c.object = $2 and c.id >= $3 and c.id < platform.id_floor(now() - interval '${MARGIN}')
  limit ${CHANGED_MAX + 1}`

async function lookAtChanged(ctx: Context, object: RecordObject): Promise<void> {
  const found = await ctx.db.query<{ status: string; upto: string }>(
    `select status, changes_upto as upto from crm.duplicate_scans where org_id = $1 and object = $2 for update skip locked`,
    [ctx.orgId, object],
  )
  const scan = found.rows[0]
  if (!scan) {
    const any = await ctx.db.query(
      `select from crm.search_entries where org_id = $1 and object = $2 limit 1`,
      [ctx.orgId, object],
    )
    if (any.rowCount !== 0) await startScan(ctx, object)
    return
  }
  if (scan.status === 'running') return
  const changed = await ctx.db.query<{ id: string }>(CHANGED, [ctx.orgId, object, scan.upto])
  if (changed.rows.length === 0) return
  if (changed.rows.length > CHANGED_MAX) {
    await startScan(ctx, object)
    return
  }
  for (const { id } of changed.rows) await lookAt(ctx, object, id)
  await ctx.db.query(
    `update crm.duplicate_scans set changes_upto = platform.id_floor(now() - interval '${MARGIN}') where org_id = $1 and object = $2`,
    [ctx.orgId, object],
  )
}

/** Compares one record with those that may be the same, and forgets open pairs that it is in no longer. */
async function lookAt(ctx: Context, object: RecordObject, id: string): Promise<void> {
  const found = await ctx.db.query<{ name: string; doc: string }>(
    `select name, doc from crm.search_entries where org_id = $1 and object = $2 and record_id = $3`,
    [ctx.orgId, object, id],
  )
  const entry = found.rows[0]
  const candidates = entry ? await findCandidates(ctx, object, traitsOf(entry.name, entry.doc, true), id) : []
  ctx.db.send(
    `delete from crm.duplicate_pairs where org_id = $1 and object = $2 and status = 'open' and (first_id = $3 or second_id = $3)`,
    [ctx.orgId, object, id],
  )
  await storePairs(ctx, object, id, candidates.slice(0, 25))
}

async function storePairs(
  ctx: Context,
  object: RecordObject,
  id: string,
  candidates: readonly { id: string; score: number; reasons: readonly DuplicateReason[] }[],
): Promise<void> {
  for (const { id: other, score, reasons } of candidates)
    ctx.db.send(
      `insert into crm.duplicate_pairs (org_id, object, first_id, second_id, score, reasons)
       values ($1, $2, least($3::uuid, $4::uuid), greatest($3::uuid, $4::uuid), $5, $6)
       on conflict (org_id, object, first_id, second_id) do update set score = excluded.score, reasons = excluded.reasons, found_at = now()`,
      [ctx.orgId, object, id, other, score, reasons],
    )
  await ctx.db.settle()
}
