/** Drafts on a real database, and a client that tries them out. */

import { crmModule } from '#modules/crm/index.ts'
import { switchFeatures } from '#modules/iam/contract.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import type { Client } from '#platform/contract/client.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { type EngineTest, openEngineTest } from '../factories.ts'
import { graphSchema } from '../graph.ts'
import { flowModule } from '../index.ts'
import { createWorkflow, publishWorkflow, saveDraft } from '../workflows.ts'

const MODULES = [iamModule, crmModule, mailModule, intakeModule, flowModule]

/** An organization whose owner tries drafts out. Close it in `after`. */
export interface TrialTest {
  readonly engine: EngineTest
  readonly client: Client
  /** Stores a draft of these nodes behind a trigger called start; edges are written as "a>b" and "a:handle>b". */
  draft(nodes: readonly object[], edges: readonly string[], trigger?: object): Promise<string>
  publish(workflowId: string): Promise<void>
  /** A client of the same organization that may do and see less. */
  other(given: {
    can?: (permission: string) => boolean
    userId?: string
    visibility?: Visibility
  }): Promise<Client>
  close(): Promise<void>
}

/** Starts one, with code switched on. */
export async function openTrialTest(): Promise<TrialTest> {
  const engine = await openEngineTest()
  const { orgId, userId } = engine.owner
  const servers: TestServer[] = []
  const serve = async (authenticate: Parameters<typeof testServer>[2]) => {
    const server = await testServer(engine.t, MODULES, authenticate)
    servers.push(server)
    return server.client()
  }
  const client = await serve(signedInAs(orgId, userId))
  await client.call(switchFeatures, { body: { code: true } })
  return {
    engine,
    client,
    draft: (nodes, edges, trigger = { type: 'manual' }) =>
      engine.asOwner(async ctx => {
        const drawn = edges.map((edge, index) => {
          const [, source, sourceHandle, target] = /^(\w+)(?::(\w+))?>(\w+)$/.exec(edge) ?? []
          return { id: `e${index}`, source, target, ...(sourceHandle ? { sourceHandle } : {}) }
        })
        const graph = graphSchema.parse({ nodes: [{ id: 'start', ...trigger }, ...nodes], edges: drawn })
        const id = await createWorkflow(ctx, { name: 'Tried' })
        await saveDraft(ctx, id, { graph, revision: 0 })
        return id
      }),
    publish: workflowId =>
      engine.asOwner(async ctx => {
        await publishWorkflow(ctx, workflowId)
      }),
    other: ({ can, userId: as = userId, visibility = {} }) =>
      serve(async (...given) => {
        const principal = await signedInAs(orgId, as, can)(...given)
        return principal && { ...principal, visibility }
      }),
    async close() {
      for (const server of servers) await server.close()
      await engine.close()
    },
  }
}
