import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { inOrganization, type Kit } from '#platform/context.ts'
import { startHeartbeat } from '#platform/jobs/heartbeat.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { runEngine } from './engine.ts'
import type { Graph } from './graph.ts'
import { flowModule } from './index.ts'
import { startRun } from './runs.ts'
import { createWorkflow, publishWorkflow, saveDraft } from './workflows.ts'

const RUNS = 2_000
const graph = {
  nodes: [
    { id: 'start', type: 'manual', config: {}, position: { x: 0, y: 0 } },
    { id: 'tell', type: 'notify', config: { title: 'Here' }, position: { x: 0, y: 0 } },
  ],
  edges: [{ id: 'way', source: 'start', target: 'tell', enabled: true }],
} as Graph

/** Resolves when what it was made for has happened. */
type Gate = ReturnType<typeof Promise.withResolvers<void>>

describe('a single run beside thousands of another organization', () => {
  let t: TestKit
  let heavy: Person
  let light: Person
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule, mailModule, intakeModule, flowModule] })
    heavy = await makeOwner(t.kit)
    light = await makeOwner(t.kit, 'Grace Owner')
  })
  after(() => t.close())

  const inOrg = <T>({ orgId, userId }: Person, work: Parameters<typeof inOrganization<T>>[2]) =>
    inOrganization(t.kit, { orgId, actor: { type: 'user', userId } }, work)
  const publish = (person: Person) =>
    inOrg(person, async ctx => {
      const id = await createWorkflow(ctx, { name: 'Told' })
      await saveDraft(ctx, id, { graph, revision: 0 })
      await publishWorkflow(ctx, id)
      return id
    })
  /** Stores runs that nobody has begun. */
  async function queue(person: Person, workflowId: string, runs: number): Promise<void> {
    await inOrg(person, async ctx => {
      for (let n = 0; n < runs; n++) await startRun(ctx, { workflowId, trigger: 'manual', input: {} })
    })
  }
  /** Resolves once so many runs of the organization are over; they are told of once, as they go from start to end at once. */
  function over(person: Person, runs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    let left = runs
    const stop = t.kit.live.listen(person.orgId, ({ type }) => {
      if (type !== 'run.progressed' || --left > 0) return
      stop()
      resolve()
    })
    return promise
  }

  /** A kit in which the heavy organization's claims and commits wait at a gate, while there is one; both are counted. */
  function gated(gates: { claims: Gate | null; commits: Gate | null }) {
    const seen = { claims: 0, commits: 0 }
    const kit: Kit = {
      ...t.kit,
      db: {
        ...t.kit.db,
        withOrg: async (orgId, work) => {
          if (orgId !== heavy.orgId) return t.kit.db.withOrg(orgId, work)
          seen.claims += 1
          await gates.claims?.promise
          return t.kit.db.withOrg(orgId, work)
        },
        withBatch: work =>
          t.kit.db.withBatch(batch =>
            work({
              inOrg: async (orgId, inner) => {
                if (orgId === heavy.orgId) {
                  seen.commits += 1
                  await gates.commits?.promise
                }
                return batch.inOrg(orgId, inner)
              },
            }),
          ),
      },
    }
    return { kit, seen }
  }

  async function working(kit: Kit, during: () => Promise<void>): Promise<void> {
    const heartbeat = await startHeartbeat(t.kit.db, t.kit.log, 'test')
    const stop = new AbortController()
    const loop = runEngine(kit, heartbeat, stop.signal)
    try {
      await during()
    } finally {
      stop.abort()
      await loop
      await heartbeat.stop()
    }
  }

  it('is taken up and stored while the claim and all commits of the other are still under way', {
    timeout: 60_000,
  }, async ({ signal }) => {
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('It waited for the other.')))
    })
    late.catch(() => {})
    const [many, one] = [await publish(heavy), await publish(light)]
    await queue(heavy, many, RUNS)
    const commits = Promise.withResolvers<void>()
    const gates: { claims: Gate | null; commits: Gate | null } = { claims: null, commits }
    const { kit, seen } = gated(gates)
    const [done, first] = [over(heavy, RUNS), over(light, 3)]
    let progressed = 0
    const stop = t.kit.live.listen(heavy.orgId, () => {
      progressed += 1
    })
    await working(kit, async () => {
      const claims = Promise.withResolvers<void>()
      try {
        while (seen.commits === 0 && !signal.aborted) await new Promise(resolve => setImmediate(resolve))
        gates.claims = claims
        // One after the other, so that each is found by a round of its own.
        for (let n = 0; n < 3; n++) {
          const next = over(light, 1)
          await queue(light, one, 1)
          await Promise.race([next, late])
        }
        await first
        // Nothing of the other went on meanwhile: the light runs were in front of all that it has.
        assert.equal(progressed, 0)
        assert.ok(seen.commits <= 2, `${seen.commits} commits of one organization at once`)
      } finally {
        gates.commits = null
        gates.claims = null
        claims.resolve()
        commits.resolve()
      }
      await Promise.race([done, late])
    })
    stop()
    const [row] = await t.asSuperuser<{ runs: string }>(
      `select count(*) as runs from flow.runs where status = 'completed'`,
    )
    assert.equal(Number(row?.runs), RUNS + 3)
  })
})
