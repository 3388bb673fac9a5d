import { z } from 'zod'
import { type Standing, standingOf } from '#modules/iam/index.ts'
import { type Actor, type Context, inOrganization, type Kit } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { defineJob, RetryLater } from '#platform/jobs/kinds.ts'
import type { BulkAct } from '../bulk-api.ts'
import { advanceChangeSet, endChangeSet } from '../change-sets.ts'
import type { ChangeSetObject } from '../change-sets-api.ts'
import type { RecordObject } from '../record-api.ts'
import { recordKinds } from '../record-kinds.ts'
import { WRITE_PERMISSION } from '../record-permissions.ts'
import { applyAct } from './apply.ts'
import { undoPart } from './undo-part.ts'

/** Records of one transaction: few enough that others do not wait long for their locks. */
export const PART = 100
const SLICE_MS = 5 * 60_000

/**
 * Goes on with an act over many records until it is done, part by part. Each part is done in the transaction that says how far
 * the act is, so a process that dies in the middle leaves nothing half done and the next one does nothing twice.
 */
export const runChangeSet = defineJob({
  kind: 'crm.run_change_set',
  payload: z.strictObject({ changeSetId: Id }),
  attemptsMax: 10,
  timeoutMs: SLICE_MS,
  async run({ kit, orgId, payload, signal }) {
    while (await doPart(kit, orgId, payload.changeSetId)) {
      // What was done stays done; another turn goes on from there.
      if (signal.aborted) throw new RetryLater('There is more to do than one turn has time for.', 0)
    }
  },
})

interface Begun {
  object: ChangeSetObject
  actor: Actor
}

/**
 * Does the next part of an act in the name of who began it, with what they may do and see now. Answers whether there may be
 * more to do.
 */
export async function doPart(kit: Kit, orgId: string, changeSetId: string): Promise<boolean> {
  const begun = await kit.db.withOrg(orgId, async tx => {
    const found = await tx.query<Begun>(
      `select object, actor from crm.change_sets where org_id = $1 and id = $2 and status = 'running'`,
      [orgId, changeSetId],
    )
    const row = found.rows[0]
    return row ? { ...row, standing: await standingOf(kit, tx, orgId, row.actor) } : null
  })
  if (!begun) return false
  if (!mayGoOn(begun.standing, begun.object)) {
    const actor = { type: 'system', name: 'crm' } as const
    await inOrganization(kit, { orgId, actor }, ctx =>
      endChangeSet(ctx, changeSetId, 'failed', 'Whoever began it may no longer do it.'),
    )
    return false
  }
  const { actor, standing } = begun
  return inOrganization(kit, { orgId, actor, visibility: standing?.visibility ?? {} }, ctx =>
    partOf(ctx, changeSetId),
  )
}

function mayGoOn(standing: Standing | null, object: ChangeSetObject): boolean {
  return standing?.can(WRITE_PERMISSION[object]) ?? false
}

interface EditRow {
  object: ChangeSetObject
  status: string
  act: BulkAct
  ids: string[] | null
  filter: string | null
  undoes: string | null
  after: string | null
}

const LOCK = `
  select b.object, c.status, b.act, b.ids, b.filter, b.undoes, b.after
  from crm.change_sets c join crm.bulk_edits b on b.org_id = $1 and b.change_set_id = c.id
  where c.org_id = $1 and c.id = $2 for update of c`

/** The lock on the act is what makes a second worker, or a cancel, wait until the part is done or undone. */
async function partOf(ctx: Context, changeSetId: string): Promise<boolean> {
  const found = await ctx.db.query<EditRow>(LOCK, [ctx.orgId, changeSetId])
  const edit = found.rows[0]
  if (edit?.status !== 'running') return false
  const after =
    edit.undoes === null
      ? await editPart(ctx, changeSetId, edit)
      : await undoPart(ctx, { changeSetId, undoes: edit.undoes, after: edit.after, limit: PART })
  if (after === null) {
    await endChangeSet(ctx, changeSetId, 'done')
    return false
  }
  await ctx.db.query('update crm.bulk_edits set after = $3 where org_id = $1 and change_set_id = $2', [
    ctx.orgId,
    changeSetId,
    after,
  ])
  return true
}

/** Edits the next records and answers the last one; null when there are none left. */
async function editPart(ctx: Context, changeSetId: string, edit: EditRow): Promise<string | null> {
  const kind = recordKinds[edit.object as RecordObject]
  const ids = await nextIds(ctx, changeSetId, edit)
  const last = ids.at(-1)
  if (last === undefined) return null
  const applied = await applyAct(ctx, kind, edit.act, ids, { changeSetId, source: 'bulk' })
  await advanceChangeSet(ctx, changeSetId, applied)
  return last
}

async function nextIds(ctx: Context, changeSetId: string, edit: EditRow): Promise<string[]> {
  const { ids, after } = edit
  if (ids) return ids.filter(id => after === null || id > after).slice(0, PART)
  const kind = recordKinds[edit.object as RecordObject]
  const found = await kind.idsMatching(ctx, edit.filter ?? '', after, PART)
  // Ids grow with time: what was made after the act began was not among what was chosen.
  return found.filter(id => id < changeSetId)
}
