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

/** Of each heavy organization. */
const RUNS = 1_000
const graph = {
  nodes: [
    { id: 'start', type: 'manual', config: {}, position: { x: 0, y: 0 } },
    { id: 'tell', type: 'notify', config: { title: 'Here' }, position: { x: 0, y: 0 } },
  ],
  edges: [{ id: 'way', source: 'start', target: 'tell', enabled: true }],
} as Graph

describe('a single run beside thousands of other organizations', () => {
  let t: TestKit
  let heavy: readonly Person[]
  let light: Person
  let workflows: ReadonlyMap<Person, string>
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule, mailModule, intakeModule, flowModule] })
    heavy = [await makeOwner(t.kit), await makeOwner(t.kit, 'Mary Owner')]
    light = await makeOwner(t.kit, 'Grace Owner')
    const published: [Person, string][] = []
    for (const person of [...heavy, light]) published.push([person, await publish(person)])
    workflows = new Map(published)
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
  const queue = (person: Person, runs: number) =>
    inOrg(person, async ctx => {
      const workflowId = workflows.get(person) ?? ''
      for (let n = 0; n < runs; n++) await startRun(ctx, { workflowId, trigger: 'manual', input: {} })
    })
  /** Resolves once so many runs of the organization are over; each is told of once, as it goes from start to end at once. */
  function over({ orgId }: Person, runs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    let left = runs
    const stop = t.kit.live.listen(orgId, ({ type }) => {
      if (type !== 'run.progressed' || --left > 0) return
      stop()
      resolve()
    })
    return promise
  }

  /**
   * Lets the engine work until the heavy organizations are held up: at their next claim, or in the commits that they have
   * under way. Then the light one comes with one run after the other, and only when those are over the others go on.
   */
  async function comeIn(heldUpIn: 'claim' | 'commit', signal: AbortSignal): Promise<void> {
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('It waited for the others.')))
    })
    late.catch(() => {})
    const [gate, heldUp] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const atCommit = new Set<string>()
    const isHeavy = (orgId: string) => heavy.some(person => person.orgId === orgId)
    const kit: Kit = {
      ...t.kit,
      db: {
        ...t.kit.db,
        withOrg: async (orgId, work) => {
          if (heldUpIn === 'claim' && isHeavy(orgId) && atCommit.size === heavy.length) {
            heldUp.resolve()
            await gate.promise
          }
          return t.kit.db.withOrg(orgId, work)
        },
        withBatch: work =>
          t.kit.db.withBatch(batch =>
            work({
              inOrg: async (orgId, inner) => {
                if (isHeavy(orgId)) atCommit.add(orgId)
                if (heldUpIn === 'commit' && isHeavy(orgId)) {
                  heldUp.resolve()
                  await gate.promise
                }
                return batch.inOrg(orgId, inner)
              },
            }),
          ),
      },
    }
    for (const person of heavy) await queue(person, RUNS)
    const done = Promise.all(heavy.map(person => over(person, RUNS)))
    const heartbeat = await startHeartbeat(t.kit.db, t.kit.log, 'test')
    const stop = new AbortController()
    const loop = runEngine(kit, heartbeat, stop.signal)
    try {
      await Promise.race([heldUp.promise, late])
      // One after the other, so that each is found by a round of its own.
      for (let n = 0; n < 3; n++) {
        const next = over(light, 1)
        await queue(light, 1)
        await Promise.race([next, late])
      }
      gate.resolve()
      await Promise.race([done, late])
    } finally {
      gate.resolve()
      stop.abort()
      await loop
      await heartbeat.stop()
    }
  }

  it('is taken up while the others are being claimed', { timeout: 240_000 }, ({ signal }) =>
    comeIn('claim', signal),
  )

  it('is stored while the others are being stored', { timeout: 240_000 }, ({ signal }) =>
    comeIn('commit', signal),
  )
})
