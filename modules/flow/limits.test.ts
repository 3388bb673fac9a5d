import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { newId } from '#platform/ids.ts'
import { controlRun } from './control.ts'
import { assertRefused, type EngineTest, openEngineTest } from './factories.ts'
import { setAside } from './set-aside.ts'
import { claimRuns } from './store.ts'
import { type RunLimit, WorkflowSettings } from './workflow-settings.ts'
import { setWorkflowSettings } from './workflow-status.ts'

const nap = { id: 'nap', type: 'wait', config: { duration: { amount: 5, unit: 'days' } } }
const perKey = (runs: number) => ({ key: '{{ trigger.key }}', runs })

describe('limits of runs under way', () => {
  let e: EngineTest
  before(async () => {
    e = await openEngineTest()
  })
  afterEach(() => e.rest())
  after(() => e.close())

  const limited = (limit: Partial<RunLimit>) => ({
    limit: { runs: null, perKey: null, overflow: 'queue' as const, ...limit },
  })
  const cancel = (runId: string) => e.asOwner(ctx => controlRun(ctx, runId, 'cancel'))
  const statuses = (runs: readonly string[]) =>
    Promise.all(runs.map(async runId => (await e.read(runId)).status))
  /** Resolves when the runs stand like this. */
  const untilThey = (runs: readonly string[], wanted: readonly string[]) =>
    e.untilSeen(async () => (await statuses(runs)).join() === wanted.join())
  /** A run of another workflow goes from start to end meanwhile: whoever could have got a place has it by then. */
  async function aWhile(): Promise<void> {
    await e.until(await e.start(await e.publish([])), 'completed')
  }

  it('hold at every moment, of the workflow and of each key, with two workers and 200 runs', async () => {
    const [runsMax, ofKeyMax, keys] = [6, 2, 5]
    const workflow = await e.publish(
      [{ id: 'call', type: 'http_request', config: { url: `${e.web.url}/{{ trigger.key }}` } }],
      null,
      limited({ runs: runsMax, perKey: perKey(ofKeyMax) }),
    )
    const now = new Map<string, number>()
    const most = { runs: 0, ofKey: 0 }
    const full = Promise.withResolvers<void>()
    e.web.answer = async ({ path }) => {
      now.set(path, (now.get(path) ?? 0) + 1)
      most.runs = Math.max(
        most.runs,
        now.values().reduce((sum, count) => sum + count, 0),
      )
      most.ofKey = Math.max(most.ofKey, ...now.values())
      // Nobody is answered before every place has been taken once.
      if (most.runs === runsMax) full.resolve()
      await full.promise
      now.set(path, (now.get(path) ?? 0) - 1)
      return { status: 200, body: '{}' }
    }
    await e.engine()
    await e.engine()
    const runs: string[] = []
    for (let from = 0; from < 200; from += 40) {
      const some = Array.from({ length: 40 }, (_, index) =>
        e.start(workflow, { key: `k${(from + index) % keys}` }),
      )
      runs.push(...(await Promise.all(some)))
    }
    await e.untilSeen(
      async () =>
        (await e.count(`flow.runs where workflow_id = $1 and status = 'completed'`, [workflow])) === 200,
    )
    assert.deepEqual(most, { runs: runsMax, ofKey: ofKeyMax })
    // The same by what is stored: how many were under way when one of them started.
    const [stored] = await e.t.asSuperuser<{ runs: number; of_key: number }>(
      `select max(runs)::int as runs, max(of_key)::int as of_key from (
         select count(*) as runs, count(*) filter (where b.limit_key = a.limit_key) as of_key
         from flow.runs a join flow.runs b on b.workflow_id = a.workflow_id and b.started_at <= a.started_at and b.finished_at > a.started_at
         where a.workflow_id = $1 group by a.id) as moments`,
      [workflow],
    )
    assert.ok(stored && stored.runs <= runsMax && stored.of_key <= ofKeyMax, JSON.stringify(stored))
    for (const table of ['places', 'queued', 'leases', 'ready'])
      assert.equal(await e.count(`flow.${table}`), 0, table)
  })

  it('let runs go on in the order in which they were started', async () => {
    const told = { id: 'told', type: 'notify', config: { title: 'Turn' } }
    const workflow = await e.publish([told], null, limited({ runs: 1 }))
    const runs: string[] = []
    for (let n = 0; n < 10; n++) runs.push(await e.start(workflow))
    await e.engine()
    for (const runId of runs) await e.until(runId, 'completed')
    const rows = await e.t.asSuperuser<{ id: string }>(
      'select id from flow.runs where workflow_id = $1 order by started_at',
      [workflow],
    )
    assert.deepEqual(
      rows.map(row => row.id),
      runs,
    )
  })

  it('refuse what is beyond them when the workflow says so, and nothing is left of it', async () => {
    const workflow = await e.publish([nap], null, limited({ runs: 3, overflow: 'refuse' }))
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, () => e.start(workflow, {}, { idempotencyKey: newId() })),
    )
    const refused = tries.filter(one => one.status === 'rejected')
    assert.deepEqual(
      refused.map(one => [one.reason.code, one.reason.status]),
      Array.from({ length: 7 }, () => ['flow.limit_reached', 409]),
    )
    for (const table of ['runs', 'places', 'queued', 'run_keys'])
      assert.equal(await e.count(`flow.${table} where workflow_id = $1`, [workflow]), 3, table)
    const one = await e.publish([nap], null, limited({ perKey: perKey(1), overflow: 'refuse' }))
    await e.start(one, { key: 'a' })
    await assertRefused(e.start(one, { key: 'a' }), 'flow.limit_reached')
    await e.start(one, { key: 'b' })
    // Without a key there is nothing to count.
    await e.start(one)
    await e.start(one)
  })

  it('free a place when a run completes, fails, is cancelled or is set aside', async () => {
    const workflow = await e.publish(
      [
        {
          id: 'ask',
          type: 'condition',
          config: { condition: { field: 'trigger.fail', operator: '=', value: true } },
        },
        { id: 'no', type: 'fail', config: { message: 'No' } },
        nap,
        {
          id: 'done',
          type: 'condition',
          config: { condition: { field: 'trigger.end', operator: '=', value: true } },
        },
      ],
      ['start>ask', 'ask:true>no', 'ask:false>done', 'done:false>nap'],
      limited({ runs: 1 }),
    )
    const inputs = [{ end: true }, { fail: true }, {}, {}, { end: true }]
    const runs: string[] = []
    for (const input of inputs) runs.push(await e.start(workflow, input))
    const [, , third = '', fourth = ''] = runs
    await e.engine()
    await untilThey(runs, ['completed', 'failed', 'waiting', 'pending', 'pending'])
    await cancel(third)
    await untilThey(runs, ['completed', 'failed', 'cancelled', 'waiting', 'pending'])
    await e.rest()
    const { orgId } = e.owner
    await e.t.asSuperuser('insert into flow.ready (org_id, run_id) values ($1, $2)', [orgId, fourth])
    const claim = { orgId, limit: 9, workerId: newId(), claimId: newId() }
    const [held] = await e.t.kit.db.withOrg(orgId, tx => claimRuns(tx, claim))
    assert.equal(held?.runId, fourth)
    if (held) await setAside(e.t.kit, held, 'It stopped the program.')
    await e.engine()
    await untilThey(runs, ['completed', 'failed', 'cancelled', 'failed', 'completed'])
    assert.equal(await e.count('flow.places where workflow_id = $1', [workflow]), 0)
  })

  it('of one key do not hold up the others', async () => {
    const workflow = await e.publish([nap], null, limited({ perKey: perKey(1) }))
    await e.engine()
    const [first, second, other] = [
      await e.start(workflow, { key: 'a' }),
      await e.start(workflow, { key: 'a' }),
      await e.start(workflow, { key: 'b' }),
    ]
    await untilThey([first, second, other], ['waiting', 'pending', 'waiting'])
    await aWhile()
    assert.deepEqual(await statuses([first, second, other]), ['waiting', 'pending', 'waiting'])
    await cancel(first)
    await e.until(second, 'waiting')
  })

  it('may be changed while runs wait for their place', async () => {
    const workflow = await e.publish([nap], null, limited({ runs: 1 }))
    await e.engine()
    const runs: string[] = []
    for (let n = 0; n < 5; n++) runs.push(await e.start(workflow))
    const change = (limit: RunLimit | null) =>
      e.asOwner(ctx => setWorkflowSettings(ctx, workflow, WorkflowSettings.parse({ limit })))
    const [waiting, pending] = ['waiting', 'pending']
    await untilThey(runs, [waiting, pending, pending, pending, pending])
    await change(limited({ runs: 3 }).limit)
    await untilThey(runs, [waiting, waiting, waiting, pending, pending])
    await aWhile()
    assert.deepEqual(await statuses(runs), [waiting, waiting, waiting, pending, pending])
    // With fewer places than are taken, those that have one keep it.
    await change(limited({ runs: 2 }).limit)
    await cancel(runs[0] ?? '')
    await e.until(runs[0] ?? '', 'cancelled')
    await aWhile()
    assert.deepEqual(await statuses(runs), ['cancelled', waiting, waiting, pending, pending])
    await change(null)
    await untilThey(runs, ['cancelled', waiting, waiting, waiting, waiting])
  })
})
