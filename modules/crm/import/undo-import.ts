import { z } from 'zod'
import { standingOf } from '#modules/iam/index.ts'
import { type Actor, type Context, inOrganization, type Kit } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { defineJob, enqueue } from '#platform/jobs/kinds.ts'
import { letRequestsGoFirst } from '#platform/pressure.ts'
import type { OwnUndo } from '../bulk/own-undo.ts'
import { advanceChangeSet, endChangeSet, type Failure } from '../change-sets.ts'
import { purgeRecords } from '../deleted/purge.ts'
import { crmErrors } from '../errors.ts'
import type { ImportObject } from './import-api.ts'
import { tellProgress } from './imports.ts'
import { mayImport, NO_LONGER } from './in-name-of.ts'
import { putBackWrites } from './put-back-writes.ts'
import { untouched } from './untouched.ts'

const PART = 500

/** The order in which an import is taken back: what it changed, then the people it made, then their companies. */
const STEPS = ['writes', 'person', 'company', 'end'] as const
type Step = (typeof STEPS)[number]

/** Begins to take an import back; a job does it. Throws `crm.not_undoable` where what it wrote is no longer known. */
export const undoImport: OwnUndo = async (ctx, act, undoId) => {
  const found = await ctx.db.query<{ id: string }>(
    `update crm.imports set status = 'undoing' where org_id = $1 and change_set_id = $2 returning id`,
    [ctx.orgId, act.id],
  )
  const importId = found.rows[0]?.id
  if (importId === undefined) throw crmErrors.not_undoable()
  await enqueue(ctx, runUndo, { key: undoId, payload: { importId, undoId } })
  tellProgress(ctx, importId)
}

/** Takes an import back, a part in one transaction with how far it is. */
export const runUndo = defineJob({
  kind: 'crm.undo_import',
  payload: z.strictObject({ importId: Id, undoId: Id }),
  attemptsMax: 10,
  timeoutMs: 30 * 60_000,
  async run({ kit, orgId, payload: { importId, undoId }, signal }) {
    while (await takePartBack(kit, orgId, importId, undoId)) {
      signal.throwIfAborted()
      await letRequestsGoFirst(kit, signal)
    }
  },
})

interface UndoRow {
  object: ImportObject
  actor: Actor
  undoes: string
  step: Step | null
  after: string | null
}

const LOCK = `
  select i.object, u.actor, i.change_set_id as undoes, u.detail->>'step' as step, u.detail->>'after' as after
  from crm.change_sets u join crm.imports i on i.org_id = $1 and i.id = $3
  where u.org_id = $1 and u.id = $2 and u.status = 'running' for update of u, i`

/**
 * Takes the next part back in the name of whoever wants it undone, and answers whether there may be more. It sees everything: what
 * others have done with a record since is what decides.
 */
async function takePartBack(kit: Kit, orgId: string, importId: string, undoId: string): Promise<boolean> {
  const begun = await kit.db.withOrg(orgId, async tx => {
    const found = await tx.query<UndoRow>(LOCK.replace(/ for update.*$/, ''), [orgId, undoId, importId])
    const row = found.rows[0]
    return row ? { row, standing: await standingOf(kit, tx, orgId, row.actor) } : null
  })
  const actor = begun?.row.actor ?? ({ type: 'system', name: 'crm' } as const)
  return inOrganization(kit, { orgId, actor }, async ctx => {
    const found = await ctx.db.query<UndoRow>(LOCK, [ctx.orgId, undoId, importId])
    const row = found.rows[0]
    if (!row || !begun) return stopped(ctx, importId)
    if (!begun.standing || !mayImport(row.object, begun.standing.can)) {
      await endChangeSet(ctx, undoId, 'failed', NO_LONGER)
      return stopped(ctx, importId)
    }
    return nextPart(ctx, importId, undoId, row)
  })
}

/** An undo that was stopped leaves the import as one that is done. */
async function stopped(ctx: Context, importId: string): Promise<false> {
  await ctx.db.query(
    `update crm.imports set status = 'done' where org_id = $1 and id = $2 and status = 'undoing'`,
    [ctx.orgId, importId],
  )
  tellProgress(ctx, importId)
  return false
}

async function nextPart(ctx: Context, importId: string, undoId: string, row: UndoRow): Promise<boolean> {
  const step = row.step ?? 'writes'
  if (step === 'end') {
    await ctx.db.query(`update crm.imports set status = 'undone' where org_id = $1 and id = $2`, [
      ctx.orgId,
      importId,
    ])
    await endChangeSet(ctx, undoId, 'done')
    tellProgress(ctx, importId)
    return false
  }
  const part =
    step === 'writes'
      ? await putBackWrites(ctx, { importId, undoId, undoes: row.undoes, after: row.after, limit: PART })
      : await removeCreated(ctx, step, row)
  const isOver = part === null
  const next = isOver ? STEPS[STEPS.indexOf(step) + 1] : step
  await ctx.db.query(
    `update crm.change_sets set detail = detail || jsonb_build_object('step', $3::text, 'after', $4::text)
     where org_id = $1 and id = $2`,
    [ctx.orgId, undoId, next, isOver ? null : part.last],
  )
  if (!isOver) await advanceChangeSet(ctx, undoId, { done: part.done, failures: part.failures })
  tellProgress(ctx, importId)
  return true
}

/** What a part of an undo did, and the last row it has seen. */
export interface UndonePart {
  readonly last: string
  readonly done: number
  readonly failures: readonly Failure[]
}

const CREATED = `
  select id, record_id from crm.changes
  where org_id = $1 and change_set_id = $2 and object = $3 and action = 'created' and ($4::uuid is null or id < $4)
  order by id desc limit $5`

/** Takes records away that the import made and nothing else has touched, with everything that was kept about them. */
async function removeCreated(
  ctx: Context,
  object: 'person' | 'company',
  { undoes, after }: UndoRow,
): Promise<UndonePart | null> {
  const found = await ctx.db.query<{ id: string; record_id: string }>(CREATED, [
    ctx.orgId,
    undoes,
    object,
    after,
    PART,
  ])
  const last = found.rows.at(-1)?.id
  if (last === undefined) return null
  const ids = found.rows.map(row => row.record_id)
  const free = await untouched(ctx, object, ids, undoes)
  const table = object === 'person' ? 'crm.people' : 'crm.companies'
  await ctx.db.query(
    `update ${table} set deleted_at = now() where org_id = $1 and id = any($2::uuid[]) and deleted_at is null`,
    [ctx.orgId, free],
  )
  const gone = new Set(await purgeRecords(ctx, object, free))
  // Something outside stands on these, such as a lead: they stay as they were.
  const used = free.filter(id => !gone.has(id))
  await ctx.db.query(`update ${table} set deleted_at = null where org_id = $1 and id = any($2::uuid[])`, [
    ctx.orgId,
    used,
  ])
  const failures = ids
    .filter(id => !gone.has(id))
    .map(recordId => ({
      recordId,
      code: 'crm.changed_since',
      message: 'Something has been done with it since, so it stays.',
    }))
  return { last, done: gone.size, failures }
}
