import type { z } from 'zod'
import type { Actor, Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { isNarrowed, openRecords } from '#platform/owned.ts'
import type { ChangeSetKind } from '../change-sets-api.ts'
import type { ChangeActor, HistoryEntry, Provenance } from '../history-api.ts'
import type { RecordObject } from '../record-api.ts'
import { RECORD_TABLE } from '../record-tables.ts'

interface OriginRow {
  actor: Actor
  source: string | null
  created_at: Date
  set_id: string | null
  set_kind: ChangeSetKind | null
  set_title: string | null
}

interface ChangeRow extends OriginRow {
  id: string
  action: HistoryEntry['action']
  before: Record<string, unknown>
  after: Record<string, unknown>
}

interface ProvenanceRow extends OriginRow {
  id: string
  field: string
}

const ORIGIN = 'c.actor, c.source, c.created_at, s.id as set_id, s.kind as set_kind'
const SETS = 'left join crm.change_sets s on s.org_id = $1 and s.id = c.change_set_id'

/** Whoever sees a part of the records is told the titles of their own acts: another one's may say what is hidden from them. */
function titleOf(ctx: Context, parameter: string): string {
  return `case when not ${isNarrowed(ctx)} or s.actor = ${parameter}::jsonb then s.title end as set_title`
}

/** Throws `request.not_found` for a record that is not there or not in sight; opens what belongs to it. */
async function requireRecord(ctx: Context, object: RecordObject, recordId: string): Promise<void> {
  openRecords(ctx, object, [recordId])
  const found = await ctx.db.query(
    `select 1 from ${RECORD_TABLE[object]} where org_id = $1 and id = $2 and deleted_at is null`,
    [ctx.orgId, recordId],
  )
  if (found.rowCount === 0) throw generalErrors.not_found()
}

/** A page of what was changed about a record, the newest first. Throws `request.not_found`. */
export async function historyOf(
  ctx: Context,
  object: RecordObject,
  recordId: string,
  query: { limit: number; cursor?: string | undefined; field?: string | undefined },
): Promise<{ items: HistoryEntry[]; nextCursor: string | null }> {
  await requireRecord(ctx, object, recordId)
  const found = await ctx.db.query<ChangeRow>(
    `select c.id, c.action, c.before, c.after, ${ORIGIN}, ${titleOf(ctx, '$6')}
     from crm.changes c ${SETS}
     where c.org_id = $1 and c.object = $2 and c.record_id = $3 and ($4::uuid is null or c.id < $4)
       and ($7::text is null or c.after ? $7 or c.before ? $7)
     order by c.id desc limit $5`,
    [
      ctx.orgId,
      object,
      recordId,
      readIdCursor(query),
      query.limit + 1,
      JSON.stringify(ctx.actor),
      query.field ?? null,
    ],
  )
  return pageOfRows(query, found.rows, entryOf)
}

/**
 * Where the value of each field of a record comes from: the newest change that wrote it. Throws `request.not_found`.
 */
export async function provenanceOf(
  ctx: Context,
  object: RecordObject,
  recordId: string,
): Promise<Provenance[]> {
  await requireRecord(ctx, object, recordId)
  const found = await ctx.db.query<ProvenanceRow>(
    `select c.id, c.field, ${ORIGIN}, ${titleOf(ctx, '$4')}
     from (
       select distinct on (field) field, id, actor, source, created_at, change_set_id
       from crm.changes, jsonb_object_keys(after) field
       where org_id = $1 and object = $2 and record_id = $3
       order by field, id desc
     ) c ${SETS}
     order by c.field`,
    [ctx.orgId, object, recordId, JSON.stringify(ctx.actor)],
  )
  return found.rows.map(row => ({ field: row.field, changeId: row.id, ...originOf(row) }))
}

function entryOf(row: ChangeRow): HistoryEntry {
  const names = [...new Set([...Object.keys(row.before), ...Object.keys(row.after)])]
  return {
    id: row.id,
    action: row.action,
    fields: names.map(field => ({
      field,
      before: shown(row.before[field]),
      after: shown(row.after[field]),
    })),
    ...originOf(row),
  }
}

const SHOWN_MAX = 2_000

function shown(value: unknown): unknown {
  if (typeof value === 'string' && value.length > SHOWN_MAX)
    return `${value.slice(0, SHOWN_MAX).toWellFormed()}…`
  return value ?? null
}

/** A source may say which one it was, as in `form:<id>`. */
function originOf(row: OriginRow) {
  const [source = '', ...rest] = (row.source ?? '').split(':')
  return {
    at: row.created_at.toISOString(),
    actor: changeActorOf(row.actor),
    source: source || null,
    sourceId: rest.join(':') || null,
    changeSet:
      row.set_id !== null && row.set_kind !== null
        ? { id: row.set_id, kind: row.set_kind, title: row.set_title }
        : null,
  }
}

/** Who wrote something, as the API says it. */
export function changeActorOf(actor: Actor): z.output<typeof ChangeActor> {
  return {
    type: actor.type,
    userId: actor.type === 'user' ? actor.userId : null,
    apiKeyId: actor.type === 'apiKey' ? actor.keyId : null,
    runId: actor.type === 'run' ? actor.runId : null,
    workflowId: actor.type === 'run' ? actor.workflowId : null,
  }
}
