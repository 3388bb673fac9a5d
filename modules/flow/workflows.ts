import type { z } from 'zod'
import { nameMembers } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import { generalErrors } from '#platform/errors.ts'
import { publish } from '#platform/events/publish.ts'
import { type FilteredRequest, type ListShape, readList, readPage } from '#platform/filter/list.ts'
import { changedMeanwhile, isExpected } from '#platform/http/etags.ts'
import { Versioned } from '#platform/http/handlers.ts'
import { newId } from '#platform/ids.ts'
import { WORKFLOW_FIELDS, type Workflow, type WorkflowDetail } from './api.ts'
import { insertDraft, readDraft } from './draft-store.ts'
import { flowErrors } from './errors.ts'
import { workflowPublished } from './events.ts'
import { type Graph, withoutDanglingEdges } from './graph.ts'
import { storingProblems, validateGraph } from './graph-problems.ts'
import { nodeTypes } from './nodes/catalogue.ts'
import { compile, InvalidGraphError } from './plan.ts'
import { referenceProblems } from './reference-problems.ts'
import { codeProblems } from './run-code.ts'
import { syncTrigger } from './trigger-sync.ts'

interface WorkflowRow {
  id: string
  name: string
  description: string
  status: Workflow['status']
  trigger_type: string | null
  revision: number
  published_version_id: string | null
  created_at: Date
  updated_at: Date
  version_number: number | null
  last_run_at: Date | null
  run_count: string
  draft_saved_by: string | null
  draft_saved_at: Date | null
}

// The last run and the number of runs come from the index on (org_id, workflow_id, id): no counter row that all runs of a
// workflow would have to write to.
const SELECT = (columns = '') => `
  select w.id, w.name, w.description, w.status, w.trigger_type, w.revision, w.published_version_id,
    w.draft_saved_by, w.draft_saved_at, w.created_at, w.updated_at, v.number as version_number,
    (select r.created_at from flow.runs r where r.org_id = $1 and r.workflow_id = w.id order by r.id desc limit 1) as last_run_at,
    (select count(*) from (select 1 from flow.runs r where r.org_id = $1 and r.workflow_id = w.id limit 10000) as counted) as run_count${columns}
  from flow.workflows w
  left join flow.versions v on v.org_id = $1 and v.id = w.published_version_id
  where w.org_id = $1 and w.deleted_at is null`

function workflowOf(row: WorkflowRow): z.input<typeof Workflow> {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    status: row.status,
    triggerType: row.trigger_type,
    revision: row.revision,
    publishedVersion: row.version_number,
    runCount: Number(row.run_count),
    lastRunAt: row.last_run_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

const WORKFLOW_LIST: ListShape = {
  fields: WORKFLOW_FIELDS,
  id: 'w.id',
  sort: 'name',
  sql: {
    name: { sql: 'w.name', isNeverNull: true },
    status: { sql: 'w.status', isNeverNull: true },
    triggerType: { sql: 'w.trigger_type' },
    createdAt: { sql: 'w.created_at', isNeverNull: true },
    updatedAt: { sql: 'w.updated_at', isNeverNull: true },
  },
}

/** A page of the organization's workflows, by name when no order is asked for. */
export function listWorkflows(
  ctx: Context,
  query: FilteredRequest,
): Promise<{ items: z.input<typeof Workflow>[]; nextCursor: string | null }> {
  const list = readList(WORKFLOW_LIST, query, [ctx.orgId])
  const text = `${SELECT(list.columns)}${list.where} ${list.order}`
  return readPage(ctx.db, list, text, workflowOf)
}

async function workflowRow(ctx: Context, workflowId: string): Promise<WorkflowRow> {
  const rows = await ctx.db.query<WorkflowRow>(`${SELECT()} and w.id = $2`, [ctx.orgId, workflowId])
  const row = rows.rows[0]
  if (!row) throw generalErrors.not_found()
  return row
}

/** Throws `request.not_found` unless the workflow is there. */
export async function requireWorkflow(ctx: Context, workflowId: string): Promise<void> {
  const found = await ctx.db.query(
    'select 1 from flow.workflows where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, workflowId],
  )
  if (found.rowCount === 0) throw generalErrors.not_found()
}

/** One workflow with its draft and the graph that is published. */
export async function getWorkflow(ctx: Context, workflowId: string): Promise<z.input<typeof WorkflowDetail>> {
  const row = await workflowRow(ctx, workflowId)
  const [draft, published, savedBy] = [
    await readDraft(ctx, workflowId),
    await ctx.db.query<{ graph: Graph }>('select graph from flow.versions where org_id = $1 and id = $2', [
      ctx.orgId,
      row.published_version_id,
    ]),
    row.draft_saved_by === null ? [] : await nameMembers(ctx, [row.draft_saved_by]),
  ]
  const references = await referenceProblems(ctx, workflowId, draft)
  return {
    ...workflowOf(row),
    draft,
    published: published.rows[0]?.graph ?? null,
    draftSavedBy: savedBy.map(({ userId, name }) => ({ userId, name }))[0] ?? null,
    draftSavedAt: row.draft_saved_at?.toISOString() ?? null,
    problems: [...validateGraph(draft, nodeTypes), ...references].map(problem => ({
      ...problem,
      path: [...problem.path],
    })),
  }
}

/** An answer with the draft's revision as its version, for If-Match. */
export function atRevision<T extends { revision: number }>(workflow: T): Versioned<T> {
  return new Versioned(workflow, String(workflow.revision))
}

/** Creates a workflow without a draft. Returns its id. */
export async function createWorkflow(
  ctx: Context,
  workflow: { name: string; description?: string },
): Promise<string> {
  const id = newId()
  await ctx.db.query(
    'insert into flow.workflows (org_id, id, name, description, created_by) values ($1, $2, $3, $4, $5)',
    [
      ctx.orgId,
      id,
      workflow.name,
      workflow.description ?? '',
      ctx.actor.type === 'user' ? ctx.actor.userId : null,
    ],
  )
  return id
}

/**
 * Replaces the draft. `revision`, or one of `expected`, is the one the editor has seen; a different one means that somebody
 * else saved in between, and nothing is stored: `flow.draft_changed`, or `request.changed_meanwhile` for `expected`. Edges
 * that point at nothing are dropped. A draft may have problems; publishing may not.
 */
export async function saveDraft(
  ctx: Context,
  workflowId: string,
  draft: { graph: Graph; revision?: number | undefined },
  expected: readonly string[] | null = null,
): Promise<z.input<typeof WorkflowDetail>> {
  if (draft.revision === undefined && expected === null) throw generalErrors.precondition_required()
  const graph = withoutDanglingEdges(draft.graph)
  // What the draft's own keys would refuse is reported with its place instead of as a database error.
  const structural = storingProblems(graph, nodeTypes)
  if (structural.length > 0) throw invalidGraph(structural)
  const saved = await ctx.db.query(
    `update flow.workflows set revision = revision + 1, notes = $5, draft_saved_by = $6, draft_saved_at = now()
     where org_id = $1 and id = $2 and deleted_at is null and ($3::int is null or revision = $3)
       and ($4::text[] is null or revision::text = any($4))`,
    [
      ctx.orgId,
      workflowId,
      draft.revision ?? null,
      expected,
      JSON.stringify(graph.notes ?? []),
      ctx.actor.type === 'user' ? ctx.actor.userId : null,
    ],
  )
  if (saved.rowCount === 0) {
    const now = await workflowRow(ctx, workflowId)
    if (draft.revision !== undefined && draft.revision !== now.revision)
      throw await draftChanged(ctx, now, draft.revision)
    throw changedMeanwhile(draft, { version: String(now.revision), value: {} })
  }
  await ctx.db.query('delete from flow.nodes where org_id = $1 and workflow_id = $2', [ctx.orgId, workflowId])
  await insertDraft(ctx, workflowId, graph)
  tellSaved(ctx, workflowId)
  return getWorkflow(ctx, workflowId)
}

async function draftChanged(ctx: Context, now: WorkflowRow, revision: number) {
  const [who] = await nameMembers(ctx, now.draft_saved_by === null ? [] : [now.draft_saved_by])
  return flowErrors.draft_changed({
    currentVersion: String(now.revision),
    detail: `${who?.name ?? 'A program'} saved revision ${now.revision}; yours was based on ${revision} and was not saved. Read the workflow again and bring both together.`,
  })
}

/** Lets whoever has the workflow open read the draft again. Saves are too many to be entered as events. */
function tellSaved(ctx: Context, workflowId: string): void {
  const subjects = [{ type: 'workflow', id: workflowId }]
  ctx.db.afterCommit(() =>
    ctx.kit.live.send({ id: newId(), orgId: ctx.orgId, type: 'draft.saved', subjects }),
  )
}

/**
 * Compiles the draft into an immutable version and makes it the one that new runs follow. Throws
 * `request.changed_meanwhile` when the draft is at none of the expected revisions.
 */
export async function publishWorkflow(
  ctx: Context,
  workflowId: string,
  expected: readonly string[] | null = null,
): Promise<z.input<typeof WorkflowDetail>> {
  // The row lock puts two publications in order, so that version numbers never collide.
  const locked = await ctx.db.query<{ version: string }>(
    'select revision::text as version from flow.workflows where org_id = $1 and id = $2 and deleted_at is null for update',
    [ctx.orgId, workflowId],
  )
  const version = locked.rows[0]?.version
  if (version === undefined) throw generalErrors.not_found()
  if (!isExpected(expected, version)) throw changedMeanwhile({}, { version, value: {} })
  const graph = await readDraft(ctx, workflowId)
  const references = await referenceProblems(ctx, workflowId, graph)
  const problems = [
    ...(await codeProblems(ctx, graph)),
    ...references.filter(({ severity }) => severity === 'error'),
  ]
  // What the server alone sees comes together with everything else, so that nobody has to publish twice to hear it all.
  const plan = compileOrThrow(graph, problems)
  const versionId = newId()
  const inserted = await ctx.db.query<{ number: number }>(
    `insert into flow.versions (org_id, id, workflow_id, number, graph, plan, hash, published_by)
     select $1, $2, $3, coalesce(max(number), 0) + 1, $4, $5, $6, $7
     from flow.versions where org_id = $1 and workflow_id = $3
     returning number`,
    [
      ctx.orgId,
      versionId,
      workflowId,
      JSON.stringify(graph),
      JSON.stringify(plan),
      plan.hash,
      ctx.actor.type === 'user' ? ctx.actor.userId : null,
    ],
  )
  await ctx.db.query(
    `update flow.workflows set published_version_id = $3, status = 'active', trigger_type = $4
     where org_id = $1 and id = $2`,
    [ctx.orgId, workflowId, versionId, plan.nodes[plan.entry]?.type ?? null],
  )
  await syncTrigger(ctx, workflowId)
  await publish(ctx, workflowPublished, {
    subjects: [{ type: 'workflow', id: workflowId }],
    payload: { workflowId, versionId, number: inserted.rows[0]?.number ?? 1 },
  })
  return getWorkflow(ctx, workflowId)
}

export function compileOrThrow(graph: Graph, problems: Parameters<typeof invalidGraph>[0]) {
  try {
    const plan = compile(graph, nodeTypes)
    if (problems.length === 0) return plan
  } catch (error) {
    if (!(error instanceof InvalidGraphError)) throw error
    throw invalidGraph([...error.problems, ...problems])
  }
  throw invalidGraph(problems)
}

export function invalidGraph(
  problems: readonly { code: string; message: string; path: readonly (string | number)[] }[],
) {
  return flowErrors.invalid_graph({
    errors: problems.map(problem => ({
      in: 'body' as const,
      pointer: `/graph${problem.path.map(segment => `/${segment}`).join('')}`,
      code: problem.code,
      message: problem.message,
    })),
  })
}
