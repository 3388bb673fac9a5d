import type { z } from 'zod'
import { nameMembers } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { type FilteredRequest, type ListShape, readList, readPage } from '#platform/filter/list.ts'
import type { WorkflowDetail } from './api.ts'
import { VERSION_FIELDS, type WorkflowVersion, type WorkflowVersionDetail } from './draft-api.ts'
import type { Graph } from './graph.ts'
import { requireWorkflow, saveDraft } from './workflows.ts'

interface VersionRow {
  id: string
  number: number
  hash: string
  is_published: boolean
  nodes: number
  published_by: string | null
  created_at: Date
}

const SELECT = (columns = '') => `
  select v.id, v.number, v.hash, v.id = w.published_version_id as is_published,
    jsonb_array_length(v.graph->'nodes') as nodes, v.published_by, v.created_at${columns}
  from flow.versions v
  join flow.workflows w on w.org_id = $1 and w.id = v.workflow_id
  where v.org_id = $1 and v.workflow_id = $2 and w.deleted_at is null`

const VERSION_LIST: ListShape = {
  fields: VERSION_FIELDS,
  id: 'v.id',
  sort: '-number',
  sql: {
    number: { sql: 'v.number', isNeverNull: true },
    publishedAt: { sql: 'v.created_at', isNeverNull: true },
  },
}

/** The versions of a workflow, the newest first unless asked otherwise. Throws `request.not_found`. */
export async function listVersions(
  ctx: Context,
  workflowId: string,
  query: FilteredRequest,
): Promise<{ items: z.input<typeof WorkflowVersion>[]; nextCursor: string | null }> {
  await requireWorkflow(ctx, workflowId)
  const list = readList(VERSION_LIST, query, [ctx.orgId, workflowId])
  const page = await readPage(
    ctx.db,
    list,
    `${SELECT(list.columns)}${list.where} ${list.order}`,
    (row: VersionRow) => row,
  )
  return { items: await withNames(ctx, page.items), nextCursor: page.nextCursor }
}

/** One version with its graph. Throws `request.not_found`. */
export async function getVersion(
  ctx: Context,
  workflowId: string,
  number: number,
): Promise<z.input<typeof WorkflowVersionDetail>> {
  const found = await ctx.db.query<VersionRow & { graph: Graph }>(
    `${SELECT(', v.graph')} and v.number = $3`,
    [ctx.orgId, workflowId, number],
  )
  const row = found.rows[0]
  const [version] = await withNames(ctx, row ? [row] : [])
  if (!row || !version) throw generalErrors.not_found()
  return { ...version, graph: row.graph }
}

/**
 * Makes the graph of a version the draft, as if somebody had drawn it again. Throws what saving a draft throws, and
 * `request.not_found`.
 */
export async function restoreVersion(
  ctx: Context,
  of: { workflowId: string; number: number },
  revision: number | undefined,
  expected: readonly string[] | null,
): Promise<z.input<typeof WorkflowDetail>> {
  const { graph } = await getVersion(ctx, of.workflowId, of.number)
  return saveDraft(ctx, of.workflowId, { graph: graph as Graph, revision }, expected)
}

async function withNames(
  ctx: Context,
  rows: readonly VersionRow[],
): Promise<z.input<typeof WorkflowVersion>[]> {
  const userIds = [...new Set(rows.flatMap(row => row.published_by ?? []))]
  const members = userIds.length === 0 ? [] : await nameMembers(ctx, userIds)
  const names = new Map(members.map(({ userId, name }) => [userId, { userId, name }]))
  return rows.map(row => ({
    id: row.id,
    number: row.number,
    hash: row.hash,
    isPublished: row.is_published,
    nodes: row.nodes,
    publishedBy: names.get(row.published_by ?? '') ?? null,
    publishedAt: row.created_at.toISOString(),
  }))
}
