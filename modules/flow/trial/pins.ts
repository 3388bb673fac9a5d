import type { z } from 'zod'
import type { Context } from '#platform/context.ts'
import { type Json, weigh } from '#platform/contract/plain-data.ts'
import { generalErrors } from '#platform/errors.ts'
import { isNarrowed } from '#platform/owned.ts'
import { flowErrors } from '../errors.ts'
import { nodeTypes } from '../nodes/catalogue.ts'
import { requireWorkflow } from '../workflows.ts'
import { isPinnable, PIN_BYTES_MAX, type Pin } from './trial-api.ts'

/** Pins of one workflow; those of nodes that are gone make room first. */
const PINS_MAX = 200

interface PinRow {
  node_id: string
  data: Json
  pinned_by: string | null
  updated_at: Date
}

function pinOf(row: PinRow): z.input<typeof Pin> {
  return {
    nodeId: row.node_id,
    data: row.data,
    pinnedBy: row.pinned_by,
    pinnedAt: row.updated_at.toISOString(),
  }
}

// What somebody has pinned may be of a record that not everybody sees.
const SEEN = 'and ($3::uuid is null or p.pinned_by = $3)'

/** Whose pins alone the caller sees; null for all. Somebody without an account who sees a part only has none. */
function ownerOfSeen(ctx: Context): string | null {
  if (!isNarrowed(ctx)) return null
  return ctx.actor.type === 'user' ? ctx.actor.userId : ctx.orgId
}

/** The pins of the nodes that the draft has, in no order. */
export async function listPins(ctx: Context, workflowId: string): Promise<z.input<typeof Pin>[]> {
  await requireWorkflow(ctx, workflowId)
  return (await readRows(ctx, workflowId)).map(pinOf)
}

/** What nodes of the draft are pinned to, by node. */
export async function readPins(ctx: Context, workflowId: string): Promise<Map<string, Json>> {
  return new Map((await readRows(ctx, workflowId)).map(({ node_id, data }) => [node_id, data]))
}

async function readRows(ctx: Context, workflowId: string): Promise<PinRow[]> {
  const found = await ctx.db.query<PinRow>(
    `select p.node_id, p.data, p.pinned_by, p.updated_at from flow.pins p
     join flow.nodes n on n.org_id = $1 and n.workflow_id = $2 and n.node_id = p.node_id
     where p.org_id = $1 and p.workflow_id = $2 ${SEEN}`,
    [ctx.orgId, workflowId, ownerOfSeen(ctx)],
  )
  return found.rows
}

/** Pins what a node of the draft gives. Throws `request.not_found`, `flow.not_pinnable` and `flow.pin_too_large`. */
export async function setPin(
  ctx: Context,
  workflowId: string,
  nodeId: string,
  data: unknown,
): Promise<z.input<typeof Pin>> {
  await requireWorkflow(ctx, workflowId)
  const found = await ctx.db.query<{ type: string }>(
    'select type from flow.nodes where org_id = $1 and workflow_id = $2 and node_id = $3',
    [ctx.orgId, workflowId, nodeId],
  )
  const node = found.rows[0]
  if (!node) throw generalErrors.not_found()
  const type = nodeTypes.get(node.type)
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data)
  if (!type || !isPinnable(type) || (type.kind === 'trigger' && !isObject)) throw flowErrors.not_pinnable()
  if (weigh(data, PIN_BYTES_MAX) > PIN_BYTES_MAX) throw flowErrors.pin_too_large()
  const pinned = await ctx.db.query<PinRow>(
    `insert into flow.pins (org_id, workflow_id, node_id, data, pinned_by) values ($1, $2, $3, $4, $5)
     on conflict (org_id, workflow_id, node_id) do update
     set data = excluded.data, pinned_by = excluded.pinned_by, updated_at = now()
     returning node_id, data, pinned_by, updated_at`,
    [
      ctx.orgId,
      workflowId,
      nodeId,
      JSON.stringify(data ?? null),
      ctx.actor.type === 'user' ? ctx.actor.userId : null,
    ],
  )
  await ctx.db.query(
    `delete from flow.pins where org_id = $1 and workflow_id = $2 and node_id in (
       select p.node_id from flow.pins p
       left join flow.nodes n on n.org_id = $1 and n.workflow_id = $2 and n.node_id = p.node_id
       where p.org_id = $1 and p.workflow_id = $2
       order by n.node_id is not null desc, p.updated_at desc, p.node_id offset ${PINS_MAX})`,
    [ctx.orgId, workflowId],
  )
  const [row] = pinned.rows
  if (!row) throw generalErrors.not_found()
  return pinOf(row)
}

/** Takes a pin away. Throws `request.not_found` when there is none. */
export async function removePin(ctx: Context, workflowId: string, nodeId: string): Promise<void> {
  await requireWorkflow(ctx, workflowId)
  const removed = await ctx.db.query(
    'delete from flow.pins where org_id = $1 and workflow_id = $2 and node_id = $3',
    [ctx.orgId, workflowId, nodeId],
  )
  if (removed.rowCount === 0) throw generalErrors.not_found()
}
