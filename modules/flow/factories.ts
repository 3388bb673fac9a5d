/** Workflows, runs and workers on a real database, for tests of the engine and of what surrounds it. */

import assert from 'node:assert/strict'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { type Context, inOrganization, type Kit } from '#platform/context.ts'
import { type Heartbeat, startHeartbeat } from '#platform/jobs/heartbeat.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { runEngine } from './engine.ts'
import { type FakeWeb, openFakeWeb } from './fake-web.ts'
import type { Graph } from './graph.ts'
import { flowModule } from './index.ts'
import { getRun } from './run-reads.ts'
import { type StartRun, startRun } from './runs.ts'
import { WorkflowSettings } from './workflow-settings.ts'
import { setWorkflowSettings } from './workflow-status.ts'
import { createWorkflow, publishWorkflow, saveDraft } from './workflows.ts'

/** What the database has of a run while the engine works on it. */
const TABLES = ['run_states', 'inbox', 'ready', 'leases', 'timers', 'queued', 'places', 'waits']

export interface TestNode {
  id: string
  type: string
  config?: Record<string, unknown>
  retry?: object
}

type RunDetail = Awaited<ReturnType<typeof getRun>>

/** A process that works on runs, as far as the database sees it. */
interface TestWorker {
  /** Stopped alone, it leaves a worker behind that others take for dead. */
  heartbeat: Heartbeat
  stop(): Promise<void>
}

/** A database of its own with an organization, and a web server that runs may call. Close it in `after`. */
export async function openEngineTest(): Promise<EngineTest> {
  const web = await openFakeWeb()
  const t = await testKit({
    modules: [iamModule, crmModule, mailModule, intakeModule, flowModule],
    env: { EGRESS_ALLOW: web.host },
  })
  return new EngineTest(t, web, await makeOwner(t.kit))
}

export class EngineTest {
  readonly t: TestKit
  readonly web: FakeWeb
  readonly owner: Person
  readonly #workers = new Set<TestWorker>()

  constructor(t: TestKit, web: FakeWeb, owner: Person) {
    this.t = t
    this.web = web
    this.owner = owner
  }

  asOwner<T>(work: (ctx: Context) => Promise<T>): Promise<T> {
    return this.as(this.owner, work)
  }

  as<T>({ orgId, userId }: Omit<Person, 'email'>, work: (ctx: Context) => Promise<T>): Promise<T> {
    return inOrganization(this.t.kit, { orgId, actor: { type: 'user', userId } }, work)
  }

  /**
   * A published workflow behind a manual trigger called start. Edges are written as "a>b" and "a:handle>b"; without
   * them the nodes are a chain.
   */
  publish(
    nodes: readonly TestNode[],
    edges: readonly string[] | null = null,
    settings: Partial<WorkflowSettings> | null = null,
  ): Promise<string> {
    return this.asOwner(async ctx => {
      const id = await createWorkflow(ctx, { name: 'Test' })
      await saveDraft(ctx, id, { graph: graphOf(nodes, edges), revision: 0 })
      await publishWorkflow(ctx, id)
      if (settings) await setWorkflowSettings(ctx, id, WorkflowSettings.parse(settings))
      return id
    })
  }

  /** Publishes another version. */
  republish(workflowId: string, nodes: readonly TestNode[], edges: readonly string[] | null = null) {
    return this.asOwner(async ctx => {
      const found = await ctx.db.query<{ revision: number }>(
        'select revision from flow.workflows where org_id = $1 and id = $2',
        [ctx.orgId, workflowId],
      )
      const revision = found.rows[0]?.revision ?? 0
      await saveDraft(ctx, workflowId, { graph: graphOf(nodes, edges), revision })
      await publishWorkflow(ctx, workflowId)
    })
  }

  /** Starts a run by hand and gives its id. */
  async start(workflowId: string, input: object = {}, more: Partial<StartRun> = {}): Promise<string> {
    const given = { workflowId, trigger: 'manual', input: input as StartRun['input'], ...more }
    return (await this.asOwner(ctx => startRun(ctx, given))).runId
  }

  read(runId: string): Promise<RunDetail> {
    return this.asOwner(ctx => getRun(ctx, runId))
  }

  /** Starts a worker; with a kit of its own it may meet what others do not. */
  async engine(kit: Kit = this.t.kit): Promise<TestWorker> {
    const heartbeat = await startHeartbeat(kit.db, kit.log, 'test')
    const abort = new AbortController()
    const loop = runEngine(kit, heartbeat, abort.signal)
    const worker: TestWorker = {
      heartbeat,
      stop: async () => {
        this.#workers.delete(worker)
        abort.abort()
        await loop
        await heartbeat.stop()
      },
    }
    this.#workers.add(worker)
    return worker
  }

  /** Resolves when the run is in one of the states. */
  until(runId: string, ...statuses: RunDetail['status'][]): Promise<RunDetail> {
    return this.untilSeen(async () => {
      const status = await this.asOwner(async ctx => {
        const found = await ctx.db.query<{ status: RunDetail['status'] }>(
          'select status from flow.runs where org_id = $1 and id = $2',
          [ctx.orgId, runId],
        )
        return found.rows[0]?.status
      })
      return status !== undefined && statuses.includes(status) && this.read(runId)
    })
  }

  /** Resolves when the answer is neither null nor false; live messages tell when to look. */
  async untilSeen<T>(look: () => Promise<T | null | false>): Promise<T> {
    for (;;) {
      const heard = Promise.withResolvers<void>()
      const unlisten = this.t.kit.live.listen(this.owner.orgId, () => heard.resolve())
      try {
        const seen = await look()
        if (seen !== null && seen !== false) return seen
        await heard.promise
      } finally {
        unlisten()
      }
    }
  }

  /** Rows of `from`, such as `flow.runs where id = $1`. */
  async count(from: string, values: unknown[] = []): Promise<number> {
    return Number(
      (await this.t.asSuperuser<{ n: string }>(`select count(*) as n from ${from}`, values))[0]?.n,
    )
  }

  /** Nothing of the run is left in the tables the engine works with. */
  async assertGone(runId: string): Promise<void> {
    for (const table of TABLES)
      assert.equal(await this.count(`flow.${table} where run_id = $1`, [runId]), 0, table)
  }

  /** Stops the workers that still run, so that the next test has the database for itself. */
  async rest(): Promise<void> {
    for (const worker of this.#workers) await worker.stop()
  }

  async close(): Promise<void> {
    this.web.close()
    await this.rest()
    await this.t.close()
  }
}

function graphOf(nodes: readonly TestNode[], edges: readonly string[] | null): Graph {
  const all: TestNode[] = [{ id: 'start', type: 'manual' }, ...nodes]
  const drawn = edges ?? nodes.map((node, index) => `${all[index]?.id}>${node.id}`)
  return {
    nodes: all.map(node => ({ config: {}, position: { x: 0, y: 0 }, ...node })),
    edges: drawn.map((edge, index) => {
      const [, source, sourceHandle, target] = /^(\w+)(?::(\w+))?>(\w+)$/.exec(edge) ?? []
      return { id: `e${index}`, source, target, enabled: true, ...(sourceHandle ? { sourceHandle } : {}) }
    }),
  } as Graph
}

/** The steps of a run as "number node status", with the path in front inside loops and the attempt behind the first. */
export function stepsOf({ stepList }: Pick<RunDetail, 'stepList'>): string[] {
  return stepList.map(({ number, path, nodeId, status, attempt }) => {
    const place = path === '' ? nodeId : `${path} ${nodeId}`
    return `${number} ${place} ${status}${attempt === 1 ? '' : ` (${attempt})`}`
  })
}

/** Fails unless the promise is refused with this code. */
export async function assertRefused(promise: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(promise, { name: 'AppError', code })
}
