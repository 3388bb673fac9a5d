import {
  findCompanies,
  findContacts,
  isDealThere,
  listLostReasons,
  listPipelines,
} from '#modules/crm/index.ts'
import { activeMembers, listMemberUserIds } from '#modules/iam/index.ts'
import { getForm } from '#modules/intake/index.ts'
import type { Context } from '#platform/context.ts'
import { AppError } from '#platform/errors.ts'
import type { Graph, GraphNode } from './graph.ts'
import type { GraphProblem } from './graph-problems.ts'
import { calledBy } from './graph-warnings.ts'
import { namedIn } from './named-settings.ts'
import { approvalConfig } from './nodes/approval.ts'
import { nodeTypes } from './nodes/catalogue.ts'
import { notifyConfig } from './nodes/notify.ts'
import type { Named } from './nodes/record-reference.ts'
import { subWorkflowConfig } from './nodes/sub-workflow.ts'

type Placed = { readonly node: GraphNode; readonly index: number }

/** A problem of a graph that takes a look at what else the organization has. */
export type ReferenceProblem = Omit<GraphProblem, 'code'> & {
  readonly code:
    | 'missing_form'
    | 'missing_workflow'
    | 'workflow_not_published'
    | 'starts_itself'
    | 'nobody_to_ask'
    | 'missing_record'
}

/**
 * What a graph refers to that is not there or does not work now: workflows it starts, the form it starts by, members it
 * asks. Nodes whose settings are wrong are passed over.
 */
export async function referenceProblems(
  ctx: Context,
  workflowId: string,
  graph: Graph,
): Promise<ReferenceProblem[]> {
  const byType = Map.groupBy(
    graph.nodes.map((node, index): Placed => ({ node, index })),
    ({ node }) => node.type,
  )
  const of = (type: string) => byType.get(type) ?? []
  return [
    ...(await formProblems(ctx, workflowId, of('form_submitted'))),
    ...(await workflowProblems(ctx, workflowId, of('sub_workflow'))),
    ...(await roleProblems(ctx, [...of('approval'), ...of('notify')])),
    ...(await recordProblems(ctx, graph)),
  ]
}

async function formProblems(
  ctx: Context,
  workflowId: string,
  [trigger]: readonly Placed[],
): Promise<ReferenceProblem[]> {
  if (trigger === undefined) return []
  const status = await formStatus(ctx, workflowId)
  if (status === 'published') return []
  const message =
    status === null
      ? 'This workflow has no form yet, so nothing starts it.'
      : 'The form of this workflow is not published, so nothing starts it.'
  return [problem(trigger, 'warning', 'missing_form', message, [])]
}

async function formStatus(ctx: Context, workflowId: string): Promise<string | null> {
  try {
    return (await getForm(ctx, workflowId)).status
  } catch (error) {
    if (error instanceof AppError && error.code === 'request.not_found') return null
    throw error
  }
}

async function workflowProblems(
  ctx: Context,
  workflowId: string,
  placed: readonly Placed[],
): Promise<ReferenceProblem[]> {
  const calls = placed.flatMap(place => {
    const config = subWorkflowConfig.safeParse(place.node.config)
    return config.success ? [{ place, id: config.data.workflowId.toLowerCase() }] : []
  })
  if (calls.length === 0) return []
  const found = await ctx.db.query<{ id: string; name: string; status: string }>(
    'select id, name, status from flow.workflows where org_id = $1 and id = any($2::uuid[]) and deleted_at is null',
    [ctx.orgId, calls.map(({ id }) => id)],
  )
  const known = new Map(found.rows.map(row => [row.id, row]))
  return calls.flatMap(({ place, id }) => {
    const there = known.get(id)
    const about = (severity: 'error' | 'warning', code: ReferenceProblem['code'], message: string) =>
      problem(place, severity, code, message, ['config', 'workflowId'])
    if (there === undefined)
      return about(
        'error',
        'missing_workflow',
        `The workflow that ${nameOf(place)} starts is not there any more.`,
      )
    if (id === workflowId)
      return about(
        'warning',
        'starts_itself',
        `${nameOf(place)} starts this workflow itself. Make sure that something ends it.`,
      )
    if (there.status === 'active') return []
    const state = there.status === 'draft' ? 'not published' : there.status
    return about(
      'warning',
      'workflow_not_published',
      `"${there.name}", which ${nameOf(place)} starts, is ${state}. The step will fail.`,
    )
  })
}

async function roleProblems(ctx: Context, placed: readonly Placed[]): Promise<ReferenceProblem[]> {
  const asked = placed.flatMap(place => {
    const schema = place.node.type === 'approval' ? approvalConfig : notifyConfig
    const config = schema.safeParse(place.node.config)
    if (!config.success || ('members' in config.data && config.data.members.length > 0)) return []
    return [{ place, roles: config.data.roles }]
  })
  const problems: ReferenceProblem[] = []
  // Graphs name the same few roles again and again.
  for (const [, group] of Map.groupBy(asked, ({ roles }) => [...roles].sort().join(' '))) {
    const roles = group[0]?.roles ?? []
    if ((await listMemberUserIds(ctx, roles)).length > 0) continue
    for (const { place } of group) {
      const does = place.node.type === 'approval' ? 'asks' : 'tells'
      const message = `${nameOf(place)} ${does} nobody: no active member is ${roles.join(' or ')}.`
      problems.push(problem(place, 'warning', 'nobody_to_ask', message, ['config', 'roles']))
    }
  }
  return problems
}

/** How what is gone is spoken of. */
const GONE: Readonly<Partial<Record<Named, string>>> = {
  person: 'The person',
  company: 'The company',
  deal: 'The deal',
  pipeline: 'The pipeline',
  stage: 'The stage',
  lost_reason: 'The reason',
}

/** Steps that name by its id what was deleted, or a member who left. What is written out is looked for by each run. */
async function recordProblems(ctx: Context, graph: Graph): Promise<ReferenceProblem[]> {
  const named = graph.nodes.flatMap((node, index) => namedIn(node).map(each => ({ ...each, node, index })))
  if (named.length === 0) return []
  const idsOf = (...kinds: Named[]) => [
    ...new Set(named.filter(({ names }) => kinds.includes(names)).map(({ id }) => id)),
  ]
  const there = new Set(await idsThere(ctx, idsOf))
  return named.flatMap(({ names, id, path, ...place }) => {
    const gone = names === 'member' ? 'The member' : GONE[names]
    if (gone === undefined || there.has(id)) return []
    const message =
      names === 'member'
        ? `The member whom ${nameOf(place)} names is no active member any more. The step will fail.`
        : `${gone} that ${nameOf(place)} names is not there any more. The step will fail.`
    return [problem(place, 'warning', 'missing_record', message, ['config', ...path])]
  })
}

/** Which of what is named is there. Runs see every record, so who looks at the workflow need not see it for it to count. */
async function idsThere(ctx: Context, idsOf: (...kinds: Named[]) => string[]): Promise<string[]> {
  const found: string[] = []
  const [people, companies] = [idsOf('person'), idsOf('company')]
  await ctx.db.unnarrowed(async () => {
    if (people.length > 0) found.push(...(await findContacts(ctx, people)).map(({ id }) => id))
    if (companies.length > 0) found.push(...(await findCompanies(ctx, companies)).map(({ id }) => id))
  })
  for (const id of idsOf('deal')) if (await isDealThere(ctx, id)) found.push(id)
  if (idsOf('member').length > 0) found.push(...(await activeMembers(ctx)).map(({ userId }) => userId))
  if (idsOf('pipeline', 'stage').length > 0) {
    const pipelines = await listPipelines(ctx)
    found.push(...pipelines.flatMap(({ id, stages }) => [id, ...stages.map(stage => stage.id)]))
  }
  if (idsOf('lost_reason').length > 0) found.push(...(await listLostReasons(ctx)).map(({ id }) => id))
  return found
}

function problem(
  { node, index }: Placed,
  severity: 'error' | 'warning',
  code: ReferenceProblem['code'],
  message: string,
  path: readonly (string | number)[],
): ReferenceProblem {
  return { severity, code, message, path: ['nodes', index, ...path], nodeId: node.id }
}

function nameOf({ node }: Placed): string {
  return calledBy(node, nodeTypes.get(node.type))
}
