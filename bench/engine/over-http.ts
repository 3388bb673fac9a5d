import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Graph } from '#modules/flow/contract.ts'
import { createWorkflow, publishWorkflow, saveDraft } from '#modules/flow/index.ts'
import { authenticate } from '#modules/iam/index.ts'
import { modules } from '#programs/modules.ts'
import { createServer } from '#programs/server.ts'
import type { Installation } from './installation.ts'

const CLIENTS = 64
const SECONDS = 5
const CLIENT = join(import.meta.dirname, 'http-client.ts')
const run = promisify(execFile)

/** Webhook deliveries one by one over HTTP, each answered once its run of five nodes is durable. */
export async function overHttp(
  on: Installation,
): Promise<{ perSecond: number; accepted: number; p50Ms: number; p99Ms: number }> {
  const path = await makeWebhook(on)
  const app = await createServer(on.kit, modules, authenticate)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  try {
    // In a process of its own, so that what is measured does not share its thread with who measures.
    const client = await run(process.execPath, [CLIENT, String(port), path, String(CLIENTS), String(SECONDS)])
    return JSON.parse(client.stdout) as { perSecond: number; accepted: number; p50Ms: number; p99Ms: number }
  } finally {
    await app.close()
  }
}

async function makeWebhook(on: Installation): Promise<string> {
  const set = (id: string) => ({
    id,
    type: 'set_fields',
    config: { fields: [{ name: id, value: '{{ webhook.body.n }}' }] },
    position: { x: 0, y: 0 },
  })
  const nodes = [
    { id: 'hook', type: 'webhook', config: {}, position: { x: 0, y: 0 } },
    ...['a', 'b', 'c', 'd'].map(set),
  ]
  const edges = nodes.slice(1).map((node, index) => ({
    id: `e${index}`,
    source: nodes[index]?.id ?? '',
    target: node.id,
    enabled: true,
  }))
  const workflowId = await on.act(async ctx => {
    const id = await createWorkflow(ctx, { name: 'Delivered' })
    await saveDraft(ctx, id, { graph: { nodes, edges } as Graph, revision: 0 })
    await publishWorkflow(ctx, id)
    return id
  })
  const [row] = await on.sql<{ key: string }>('select key from flow.webhooks where workflow_id = $1', [
    workflowId,
  ])
  return `/hooks/${row?.key}`
}
