import type { Context } from '#platform/context.ts'
import { eachItem } from '#platform/http/bulk.ts'
import { openRecords, sendSeeingAll } from '#platform/owned.ts'
import { moveLead } from '../lead-moves.ts'
import { assignLead } from '../lead-owner.ts'
import { deleteLead, restoreLead } from '../leads/removal.ts'
import { type ActedLeads, type HeldLead, holdNext } from './acted-leads.ts'
import { endAct, tellOpenPages } from './acts.ts'

/** Leads of one transaction: few enough that others do not wait long for their locks. */
export const PART = 100
/** Places grow by one act after the other; past this the last digits say too little to be worth their room. */
const PLACE_MAX = 120

type Act = ActedLeads & {
  readonly id: string
  readonly status: string
  readonly to_place: string | null
  readonly undoes: string | null
  readonly after: string | null
}

/** What became of one lead. `was` is how it stood; `problem` says why it was left as it is. */
interface Outcome {
  readonly leadId: string
  readonly was: HeldLead | null
  readonly problem: string | null
}

const COLUMNS =
  'id, workflow_id, kind, status, of_status, of_owner_id, filter, to_status, to_place, to_owner_id'

/**
 * Does the next part of an act and answers whether there may be more to do. The lock on the act makes a second worker, or whoever
 * stops it, wait until the part is done or undone.
 */
export async function doPart(ctx: Context, actId: string): Promise<boolean> {
  const found = await ctx.db.query<Act>(
    `select ${COLUMNS}, undoes, after from intake.lead_acts where org_id = $1 and id = $2 for update`,
    [ctx.orgId, actId],
  )
  const act = found.rows[0]
  if (act?.status !== 'running') return false
  const outcomes = act.undoes === null ? await doNext(ctx, act) : await takeBackNext(ctx, act, act.undoes)
  const last = outcomes.at(-1)
  if (!last) {
    await endAct(ctx, actId, 'done')
    return false
  }
  await note(ctx, actId, outcomes, last.leadId)
  return true
}

async function doNext(ctx: Context, act: Act): Promise<Outcome[]> {
  // Whoever takes the column away holds its row and then its leads, so the row is asked for first.
  if (act.to_status !== null)
    await ctx.db.query(
      'select 1 from intake.lead_statuses where org_id = $1 and workflow_id = $2 and status = $3 for key share',
      [ctx.orgId, act.workflow_id, act.to_status],
    )
  const leads = await holdNext(ctx, act, PART)
  const done = await eachItem(ctx, leads, lead => doOne(ctx, act, lead))
  return leads.map((was, at) => ({ leadId: was.id, was, problem: problemOf(done[at]) }))
}

async function doOne(ctx: Context, act: Act, { id, position }: HeldLead): Promise<void> {
  if (act.kind === 'delete') await deleteLead(ctx, id)
  else if (act.kind === 'assign') await assignLead(ctx, id, act.to_owner_id)
  else if (act.to_status !== null && act.to_place !== null)
    await moveLead(ctx, id, { status: act.to_status, place: placeBehind(act.to_place, position) })
}

/** A place above everything that stood in the column, in the order of the places before. */
function placeBehind(above: string, before: string): string {
  return (above + before).slice(0, PLACE_MAX).replace(/0+$/, '')
}

interface StoredItem {
  lead_id: string
  was_status: string
  was_place: string
  was_owner_id: string | null
}

async function takeBackNext(ctx: Context, undo: Act, actId: string): Promise<Outcome[]> {
  // They come into sight with their leads, which are not known before they are.
  const { rows: items } = await ctx.db.unnarrowed(() =>
    ctx.db.query<StoredItem>(
      `select lead_id, was_status, was_place, was_owner_id from intake.lead_act_items
       where org_id = $1 and act_id = $2 and problem is null and ($3::uuid is null or lead_id > $3)
       order by lead_id limit $4`,
      [ctx.orgId, actId, undo.after, PART],
    ),
  )
  const acts = await ctx.db.query<Act>(
    `select ${COLUMNS}, undoes, after from intake.lead_acts where org_id = $1 and id = $2`,
    [ctx.orgId, actId],
  )
  const [act] = acts.rows
  if (!act) return []
  const ids = items.map(item => item.lead_id)
  openRecords(ctx, 'lead', ids)
  const held = await ctx.db.query<HeldLead & { is_deleted: boolean }>(
    `select id, status, position, owner_user_id, deleted_at is not null as is_deleted from intake.leads
     where org_id = $1 and id = any($2) order by id for update`,
    [ctx.orgId, ids],
  )
  const leads = new Map(held.rows.map(lead => [lead.id, lead]))
  const steps = items.map(item => ({ item, changed: changedSince(act, item, leads.get(item.lead_id)) }))
  const done = await eachItem(ctx, steps, async ({ item, changed }) => {
    if (changed === null) await takeBackOne(ctx, act, item)
  })
  return steps.map(({ item, changed }, at) => ({
    leadId: item.lead_id,
    was: null,
    problem: changed ?? problemOf(done[at]),
  }))
}

/** Why a lead is no longer as the act left it, in words; null where it is, or is as it was before. */
function changedSince(
  act: Act,
  { was_status, was_owner_id }: StoredItem,
  lead: (HeldLead & { is_deleted: boolean }) | undefined,
): string | null {
  if (!lead) return 'It is gone for good, or no longer in sight.'
  if (act.kind === 'delete') return lead.is_deleted ? null : 'It was brought back already.'
  if (lead.is_deleted) return 'It was deleted since.'
  if (act.kind === 'assign')
    return [act.to_owner_id, was_owner_id].includes(lead.owner_user_id)
      ? null
      : 'It was given to somebody else since.'
  return [act.to_status, was_status].includes(lead.status) ? null : 'It was moved to another column since.'
}

async function takeBackOne(ctx: Context, act: Act, item: StoredItem): Promise<void> {
  const id = item.lead_id
  if (act.kind === 'delete') await restoreLead(ctx, id)
  else if (act.kind === 'assign') await assignLead(ctx, id, item.was_owner_id)
  else await moveLead(ctx, id, { status: item.was_status, place: item.was_place })
}

function problemOf(outcome: Awaited<ReturnType<typeof eachItem>>[number] | undefined): string | null {
  if (!outcome || 'value' in outcome) return null
  const { title, errors } = outcome.problem
  // The sentence about the field says more than that some field was wrong.
  return [...(errors?.[0]?.message ?? title)].slice(0, 1_000).join('')
}

/** Writes down what became of the leads of a part, whoever may see them now, and how far the act is. */
async function note(ctx: Context, actId: string, outcomes: readonly Outcome[], last: string): Promise<void> {
  const failed = outcomes.filter(({ problem }) => problem !== null).length
  sendSeeingAll(ctx, [
    {
      text: `insert into intake.lead_act_items (org_id, act_id, lead_id, was_status, was_place, was_owner_id, problem)
        select $1, $2, i.* from unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[]) i`,
      values: [
        ctx.orgId,
        actId,
        outcomes.map(({ leadId }) => leadId),
        outcomes.map(({ was }) => was?.status ?? null),
        outcomes.map(({ was }) => was?.position ?? null),
        outcomes.map(({ was }) => was?.owner_user_id ?? null),
        outcomes.map(({ problem }) => problem),
      ],
    },
  ])
  await ctx.db.query(
    `update intake.lead_acts set done = done + $3, failed = failed + $4, after = $5 where org_id = $1 and id = $2`,
    [ctx.orgId, actId, outcomes.length - failed, failed, last],
  )
  tellOpenPages(ctx, actId)
}
