import type { Context } from '#platform/context.ts'
import type { Graph, GraphEdge, GraphNode, GraphNote } from './graph.ts'

/** Stores the nodes and edges of a draft that has none. */
export async function insertDraft(ctx: Context, workflowId: string, graph: Graph): Promise<void> {
  await Promise.all([insertNodes(ctx, workflowId, graph.nodes), insertEdges(ctx, workflowId, graph.edges)])
}

async function insertNodes(ctx: Context, workflowId: string, nodes: readonly GraphNode[]): Promise<void> {
  await ctx.db.query(
    `insert into flow.nodes (org_id, workflow_id, node_id, type, label, config, position_x, position_y, retry, timeout_ms, ordinal)
     select $1, $2, n.* from unnest($3::text[], $4::text[], $5::text[], $6::jsonb[], $7::float8[], $8::float8[], $9::jsonb[], $10::int[], $11::int[]) as n`,
    [
      ctx.orgId,
      workflowId,
      nodes.map(node => node.id),
      nodes.map(node => node.type),
      nodes.map(node => node.label ?? null),
      nodes.map(node => JSON.stringify(node.config)),
      nodes.map(node => node.position.x),
      nodes.map(node => node.position.y),
      nodes.map(node => (node.retry ? JSON.stringify(node.retry) : null)),
      nodes.map(node => node.timeoutMs ?? null),
      nodes.map((_, index) => index),
    ],
  )
}

async function insertEdges(ctx: Context, workflowId: string, edges: readonly GraphEdge[]): Promise<void> {
  await ctx.db.query(
    `insert into flow.edges (org_id, workflow_id, edge_id, source_node_id, target_node_id, source_handle, condition, enabled, ordinal)
     select $1, $2, e.* from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::bool[], $9::int[]) as e`,
    [
      ctx.orgId,
      workflowId,
      edges.map(edge => edge.id),
      edges.map(edge => edge.source),
      edges.map(edge => edge.target),
      edges.map(edge => edge.sourceHandle ?? null),
      edges.map(edge => (edge.condition ? JSON.stringify(edge.condition) : null)),
      edges.map(edge => edge.enabled),
      edges.map((_, index) => index),
    ],
  )
}

/** The draft of a workflow; an empty one when the workflow is not there. */
export async function readDraft(ctx: Context, workflowId: string): Promise<Graph> {
  const [nodes, edges, notes] = await Promise.all([
    ctx.db.query<{ node: GraphNode }>(
      `select jsonb_strip_nulls(jsonb_build_object('id', node_id, 'type', type, 'label', label,
         'position', jsonb_build_object('x', position_x, 'y', position_y), 'retry', retry, 'timeoutMs', timeout_ms))
         || jsonb_build_object('config', config) as node
       from flow.nodes where org_id = $1 and workflow_id = $2 order by ordinal`,
      [ctx.orgId, workflowId],
    ),
    ctx.db.query<{ edge: GraphEdge }>(
      `select jsonb_strip_nulls(jsonb_build_object('id', edge_id, 'source', source_node_id, 'target', target_node_id,
         'sourceHandle', source_handle, 'enabled', enabled))
         || case when condition is null then '{}' else jsonb_build_object('condition', condition) end as edge
       from flow.edges where org_id = $1 and workflow_id = $2 order by ordinal`,
      [ctx.orgId, workflowId],
    ),
    ctx.db.query<{ notes: GraphNote[] }>('select notes from flow.workflows where org_id = $1 and id = $2', [
      ctx.orgId,
      workflowId,
    ]),
  ])
  const noted = notes.rows[0]?.notes ?? []
  return {
    nodes: nodes.rows.map(row => row.node),
    edges: edges.rows.map(row => row.edge),
    ...(noted.length === 0 ? {} : { notes: noted }),
  }
}
