import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { pageOfRows, readIdCursor } from '#platform/http/page.ts'
import { newId } from '#platform/ids.ts'
import { isNarrowed } from '#platform/owned.ts'
import {
  type ChangeSet,
  type ChangeSetFailure,
  type ChangeSetKind,
  type ChangeSetObject,
  type ChangeSetStatus,
  changeSetMoved,
} from './change-sets-api.ts'
import { crmErrors } from './errors.ts'
import { recordKinds } from './record-kinds.ts'

interface ChangeSetRow {
  id: string
  kind: ChangeSetKind
  object: ChangeSetObject
  title: string
  status: ChangeSetStatus
  total: number | null
  done: number
  failed: number
  actor: { type: string; userId?: string }
  reason: string | null
  may_undo: boolean
  undo_until: Date
  undone_by: string | null
  created_at: Date
  finished_at: Date | null
}

// What cannot be taken back: what goes on, what was taken back, taking back itself, and what is too old.
const UNDOABLE = `status in ('done', 'failed', 'cancelled') and kind <> 'undo' and undone_by is null and undo_until > now()`

const SELECT = `
  select id, kind, object, title, status, total, done, failed, actor, detail->>'reason' as reason, ${UNDOABLE} as may_undo,
    undo_until, undone_by, created_at, finished_at
  from crm.change_sets where org_id = $1`

/** Whoever sees a part of the records sees their own acts: the title of another one's may say what is hidden from them. */
function ownOnly(ctx: Context, parameter: string): string {
  return ` and (not ${String(isNarrowed(ctx))} or actor = ${parameter}::jsonb)`
}

const actorText = (ctx: Context) => JSON.stringify(ctx.actor)

/** A page of acts over many records, the newest first. */
export async function listChangeSets(
  ctx: Context,
  query: {
    limit: number
    cursor?: string | undefined
    object?: ChangeSetObject | undefined
    status?: ChangeSetStatus | undefined
  },
): Promise<{ items: ChangeSet[]; nextCursor: string | null }> {
  const before = readIdCursor(query)
  const found = await ctx.db.query<ChangeSetRow>(
    `${SELECT}${ownOnly(ctx, '$2')} and ($3::text is null or object = $3) and ($4::text is null or status = $4)
       and ($5::uuid is null or id < $5)
     order by id desc limit $6`,
    [ctx.orgId, actorText(ctx), query.object ?? null, query.status ?? null, before, query.limit + 1],
  )
  return pageOfRows(query, found.rows, changeSetOf)
}

/** One act over many records. Throws `request.not_found`. */
export async function getChangeSet(ctx: Context, changeSetId: string): Promise<ChangeSet> {
  const found = await ctx.db.query<ChangeSetRow>(`${SELECT}${ownOnly(ctx, '$2')} and id = $3`, [
    ctx.orgId,
    actorText(ctx),
    changeSetId,
  ])
  const row = found.rows[0]
  if (!row) throw generalErrors.not_found()
  return changeSetOf(row)
}

/** The records that an act left as they are, in the order in which it met them. Throws `request.not_found`. */
export async function listFailures(
  ctx: Context,
  changeSetId: string,
  query: { limit: number; cursor?: string | undefined },
): Promise<{ items: ChangeSetFailure[]; nextCursor: string | null }> {
  const { object } = await getChangeSet(ctx, changeSetId)
  const after = readIdCursor(query)
  const found = await ctx.db.query<{ id: string; record_id: string; code: string; message: string }>(
    `select id, record_id, code, message from crm.change_set_failures
     where org_id = $1 and change_set_id = $2 and ($3::uuid is null or id > $3) order by id limit $4`,
    [ctx.orgId, changeSetId, after, query.limit + 1],
  )
  const ids = [...new Set(found.rows.map(row => row.record_id))]
  // An import of people makes and changes companies too.
  const objects =
    object === 'activity' ? [] : object === 'person' ? (['person', 'company'] as const) : [object]
  const read = await Promise.all(objects.map(each => recordKinds[each].read(ctx, ids)))
  const records = new Map(read.flatMap(each => [...each]))
  return pageOfRows(query, found.rows, row => ({
    id: row.id,
    recordId: row.record_id,
    recordName: records.get(row.record_id)?.name ?? null,
    code: row.code,
    message: row.message,
  }))
}

/** What begins an act. `total` is null while it is not known. */
export interface NewChangeSet {
  readonly kind: ChangeSetKind
  readonly object: ChangeSetObject
  readonly title: string
  readonly total: number | null
}

/** Writes down that an act over many records begins. Give its id to every verb that is part of it. */
export async function beginChangeSet(ctx: Context, act: NewChangeSet): Promise<string> {
  const id = newId()
  await ctx.db.query(
    `insert into crm.change_sets (org_id, id, kind, object, title, total, actor) values ($1, $2, $3, $4, $5, $6, $7)`,
    [ctx.orgId, id, act.kind, act.object, [...act.title].slice(0, 300).join(''), act.total, actorText(ctx)],
  )
  await tellMoved(ctx, { id, kind: act.kind, status: 'running' })
  return id
}

/** A record that an act leaves as it is. */
export interface Failure {
  readonly recordId: string
  readonly code: string
  readonly message: string
}

/** Adds what a part of an act did. Live views hear of it when the transaction is durable. */
export async function advanceChangeSet(
  ctx: Context,
  changeSetId: string,
  part: { done: number; failures: readonly Failure[] },
): Promise<void> {
  const { failures } = part
  if (failures.length > 0) {
    ctx.db.send(
      `insert into crm.change_set_failures (org_id, id, change_set_id, record_id, code, message)
       select $1, f.id, $2, f.record_id, f.code, f.message
       from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[]) as f (id, record_id, code, message)`,
      [
        ctx.orgId,
        changeSetId,
        failures.map(() => newId()),
        failures.map(({ recordId }) => recordId),
        failures.map(({ code }) => code.slice(0, 100)),
        failures.map(({ message }) => [...message].slice(0, 1_000).join('')),
      ],
    )
  }
  await ctx.db.query(
    'update crm.change_sets set done = done + $3, failed = failed + $4 where org_id = $1 and id = $2',
    [ctx.orgId, changeSetId, part.done, failures.length],
  )
  ctx.db.afterCommit(() =>
    ctx.kit.live.send({
      id: newId(),
      orgId: ctx.orgId,
      type: 'change_set.progressed',
      subjects: [{ type: 'change_set', id: changeSetId }],
    }),
  )
}

/** Ends an act that is running; whoever comes second changes nothing. What it took back is marked as taken back. */
export async function endChangeSet(
  ctx: Context,
  changeSetId: string,
  status: 'done' | 'failed' | 'cancelled',
  reason?: string,
): Promise<void> {
  const ended = await ctx.db.query<{ kind: ChangeSetKind }>(
    `update crm.change_sets set status = $3, finished_at = now(),
       total = case when $3 = 'done' then done + failed else total end,
       detail = case when $4::text is null then detail else detail || jsonb_build_object('reason', $4::text) end
     where org_id = $1 and id = $2 and status = 'running' returning kind`,
    [ctx.orgId, changeSetId, status, reason ?? null],
  )
  const kind = ended.rows[0]?.kind
  if (!kind) return
  if (kind === 'undo') {
    // Stopped half-way it can be begun anew: what was put back already is found as it should be.
    const undone = await ctx.db.query<{ id: string; kind: ChangeSetKind; status: ChangeSetStatus }>(
      `update crm.change_sets set status = case when $3 then 'undone' else coalesce(detail->>'was', 'done') end,
         undone_by = case when $3 then undone_by end
       where org_id = $1 and undone_by = $2 and status = 'undoing' returning id, kind, status`,
      [ctx.orgId, changeSetId, status === 'done'],
    )
    if (undone.rows[0]) await tellMoved(ctx, undone.rows[0])
  }
  await tellMoved(ctx, { id: changeSetId, kind, status })
}

/** Stops an act that is running. Throws `request.not_found`, `crm.not_running`. */
export async function cancelChangeSet(ctx: Context, changeSetId: string): Promise<ChangeSet> {
  await lockChangeSet(ctx, changeSetId)
  const { status } = await getChangeSet(ctx, changeSetId)
  if (status !== 'running') throw crmErrors.not_running()
  await endChangeSet(ctx, changeSetId, 'cancelled')
  return getChangeSet(ctx, changeSetId)
}

/** Makes everybody else who works on the act wait until this transaction ends. */
export async function lockChangeSet(ctx: Context, changeSetId: string): Promise<void> {
  await ctx.db.query('select 1 from crm.change_sets where org_id = $1 and id = $2 for update', [
    ctx.orgId,
    changeSetId,
  ])
}

/** Says live and to whatever listens that an act began or ended. */
export async function tellMoved(
  ctx: Context,
  { id, kind, status }: { id: string; kind: ChangeSetKind; status: ChangeSetStatus },
): Promise<void> {
  await publish(ctx, changeSetMoved, {
    subjects: [{ type: 'change_set', id }],
    payload: { changeSetId: id, kind, status },
  })
}

function changeSetOf(row: ChangeSetRow): ChangeSet {
  return {
    id: row.id,
    kind: row.kind,
    object: row.object,
    title: row.title,
    status: row.status,
    total: row.total,
    done: row.done,
    failed: row.failed,
    byUserId: row.actor.type === 'user' ? (row.actor.userId ?? null) : null,
    mayUndo: row.may_undo,
    undoUntil: row.undo_until.toISOString(),
    undoneBy: row.undone_by,
    reason: row.reason,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}
