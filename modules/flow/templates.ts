import { hash } from 'node:crypto'
import type { z } from 'zod'
import { organizationName } from '#modules/iam/index.ts'
import type { Context } from '#platform/context.ts'
import { Id } from '#platform/contract/fields.ts'
import { type Json, readPath } from '#platform/contract/plain-data.ts'
import { generalErrors } from '#platform/errors.ts'
import { fault } from '#platform/http/fault.ts'
import { newId } from '#platform/ids.ts'
import type { WorkflowDetail } from './api.ts'
import { readDraft } from './draft-store.ts'
import { flowErrors } from './errors.ts'
import type { Graph } from './graph.ts'
import { gallery } from './templates/gallery.ts'
import {
  type Blank,
  type Filling,
  faultOfValue,
  filledGraph,
  signedGraph,
  type TemplateCategory,
  type WorkflowTemplate,
} from './templates/workflow-template.ts'
import type { WorkflowTemplateDetail, WorkflowTemplateSummary } from './templates-api.ts'
import { createWorkflow, saveDraft } from './workflows.ts'

/** The most templates of its own that an organization has. */
const OWN_MAX = 200

/** A template as it is listed, copied and read, whoever made it. */
interface AnyTemplate extends WorkflowTemplate {
  readonly id: string
  readonly createdAt: Date | null
}

const byKey: ReadonlyMap<string, AnyTemplate> = new Map(
  gallery.map(template => [template.key, { ...template, id: idOfKey(template.key), createdAt: null }]),
)

/** A template of the product has the id that its key gives: a UUID of version 8, so that none of ours is ever the same. */
function idOfKey(key: string): string {
  const digits = hash('sha256', `flow.template ${key}`)
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`
}

interface OwnRow {
  id: string
  name: string
  description: string
  graph: Graph
  created_at: Date
}

const OWN = `
  select id, name, description, graph, created_at from flow.templates
  where org_id = $1 and ($2::uuid is null or id = $2) order by id desc limit ${OWN_MAX}`

async function ownTemplates(ctx: Context, id: string | null): Promise<AnyTemplate[]> {
  const found = await ctx.db.query<OwnRow & Record<string, unknown>>(OWN, [ctx.orgId, id])
  return found.rows.map(row => ({
    key: row.id,
    id: row.id,
    name: row.name,
    description: row.description,
    category: 'own',
    blanks: [],
    graph: row.graph,
    createdAt: row.created_at,
  }))
}

/** The template of the product with this key, or the organization's with this id. Throws `request.not_found`. */
async function templateOf(ctx: Context, key: string): Promise<AnyTemplate> {
  const known = byKey.get(key)
  if (known) return { ...known, graph: signedGraph(known.graph, (await organizationName(ctx)) ?? '') }
  const [own] = Id.safeParse(key).success ? await ownTemplates(ctx, key) : []
  if (!own) throw generalErrors.not_found()
  return own
}

function shown(template: AnyTemplate): z.input<typeof WorkflowTemplateSummary> {
  const { key, name, description, category, graph, createdAt } = template
  return {
    key,
    name,
    description,
    category,
    isOwn: createdAt !== null,
    trigger: graph.nodes[0]?.type ?? null,
    nodeTypes: [...new Set(graph.nodes.map(({ type }) => type))],
    blanks: template.blanks.map(each => ({
      key: each.key,
      title: each.title,
      kind: each.kind,
      value: standingValue(graph, each),
      nodeId: each.at[0]?.nodeId ?? '',
    })),
    createdAt: createdAt?.toISOString() ?? null,
  }
}

function standingValue(graph: Graph, { at: [place] }: Blank): string | number | string[] {
  const node = graph.nodes.find(({ id }) => id === place?.nodeId)
  return readPath(node?.config as Json, place?.path ?? []) as string | number | string[]
}

/** Templates as they are listed: the organization's own ones, the newest first, then those of the product. */
export async function listTemplates(
  ctx: Context,
  category: TemplateCategory | undefined,
): Promise<z.input<typeof WorkflowTemplateSummary>[]> {
  const [own, name] = [await ownTemplates(ctx, null), (await organizationName(ctx)) ?? '']
  const ofProduct = [...byKey.values()].map(each => ({ ...each, graph: signedGraph(each.graph, name) }))
  return [...own, ...ofProduct]
    .filter(template => category === undefined || template.category === category)
    .map(shown)
}

/** A template with its graph. Throws `request.not_found`. */
export async function getTemplate(
  ctx: Context,
  key: string,
): Promise<z.input<typeof WorkflowTemplateDetail>> {
  const template = await templateOf(ctx, key)
  return { ...shown(template), graph: template.graph }
}

/**
 * Makes a workflow whose draft is the template's graph with the values filled in. Throws `request.not_found`, and
 * `request.invalid` with a pointer to each value that fits no blank.
 */
export async function copyTemplate(
  ctx: Context,
  key: string,
  { name, fill }: { name?: string | undefined; fill: Filling },
): Promise<z.input<typeof WorkflowDetail>> {
  const template = await templateOf(ctx, key)
  for (const [blankKey, value] of Object.entries(fill)) {
    const asked = template.blanks.find(each => each.key === blankKey)
    if (!asked) throw fault(`/fill/${blankKey}`, 'not_there', 'This template has no such blank.')
    const wrong = faultOfValue(asked, value)
    if (wrong !== null) throw fault(`/fill/${blankKey}`, 'invalid_value', wrong)
  }
  const workflowId = await createWorkflow(ctx, {
    name: name ?? template.name,
    description: template.description,
  })
  await ctx.db.query('update flow.workflows set template_id = $3 where org_id = $1 and id = $2', [
    ctx.orgId,
    workflowId,
    template.id,
  ])
  const graph = filledGraph(template.graph, template.blanks, fill)
  return saveDraft(ctx, workflowId, { graph, revision: 0 })
}

/** Makes a template out of the draft of a workflow. Throws `request.not_found` and `flow.too_many_templates`. */
export async function makeTemplate(
  ctx: Context,
  workflowId: string,
  given: { name?: string | undefined; description?: string | undefined },
): Promise<z.input<typeof WorkflowTemplateDetail>> {
  const found = await ctx.db.query<{ name: string; description: string }>(
    'select name, description from flow.workflows where org_id = $1 and id = $2 and deleted_at is null',
    [ctx.orgId, workflowId],
  )
  const workflow = found.rows[0]
  if (!workflow) throw generalErrors.not_found()
  // Two at once count one after the other.
  await ctx.db.query(`select pg_advisory_xact_lock(hashtextextended('flow.templates ' || $1::text, 0))`, [
    ctx.orgId,
  ])
  if ((await ownTemplates(ctx, null)).length >= OWN_MAX) throw flowErrors.too_many_templates()
  const id = newId()
  await ctx.db.query(
    `insert into flow.templates (org_id, id, name, description, category, graph, created_by)
     values ($1, $2, $3, $4, 'own', $5, $6)`,
    [
      ctx.orgId,
      id,
      given.name ?? workflow.name,
      given.description ?? workflow.description,
      JSON.stringify(await readDraft(ctx, workflowId)),
      ctx.actor.type === 'user' ? ctx.actor.userId : null,
    ],
  )
  return getTemplate(ctx, id)
}

/** Deletes a template of the organization. Throws `request.not_found` and `flow.template_built_in`. */
export async function deleteTemplate(ctx: Context, key: string): Promise<void> {
  if (byKey.has(key)) throw flowErrors.template_built_in()
  const gone = Id.safeParse(key).success
    ? await ctx.db.query('delete from flow.templates where org_id = $1 and id = $2', [ctx.orgId, key])
    : null
  if (!gone?.rowCount) throw generalErrors.not_found()
}
