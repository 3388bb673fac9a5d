import assert from 'node:assert/strict'
import { after, before, describe, it, mock } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { inOrganization, type Kit } from '#platform/context.ts'
import { openDatabase } from '#platform/db/database.ts'
import { runtimeUrl } from '#platform/db/migrate.ts'
import { testCluster } from '#test/cluster.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { flowModule } from './index.ts'
import { readRateLimits, writeRateLimits } from './rate-limits.ts'
import { connectionOf, takeTurn, wasPutOff } from './turns.ts'

const kind = 'http_request'
const connection = 'api.example'

/** A call that was made, between two looks at the database's clock in milliseconds. */
interface Made {
  from: number
  to: number
}

/** The most calls that are known to lie within one span; `span` in milliseconds. */
function mostWithin(made: readonly Made[], span: number): number {
  return Math.max(
    ...made.map(first => made.filter(call => call.from >= first.from && call.to < first.from + span).length),
  )
}

describe('turns to call', () => {
  let t: TestKit
  /** Two processes with pools of their own. */
  let kits: readonly [Kit, Kit]
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule, mailModule, intakeModule, flowModule] })
    const { secrets } = await testCluster()
    const url = runtimeUrl(t.ownerUrl, secrets.runtimePassword)
    kits = [t.kit, { ...t.kit, db: openDatabase({ url, max: 4 }) }]
  })
  after(async () => {
    await kits[1].db.close()
    await t.close()
  })

  const set = (orgId: string, calls: number, perSeconds: number, of = connection) =>
    inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, ctx =>
      writeRateLimits(ctx, [{ kind, connection: of, calls, perSeconds }]),
    )
  const ask = (kit: Kit, orgId: string, isBack = false, of = connection) =>
    takeTurn(kit, orgId, { kind, connection: of, isBack })
  const clock = async () => {
    const { rows } = await t.kit.db.withGlobal(tx =>
      tx.query<{ ms: number }>('select extract(epoch from clock_timestamp())::float8 * 1000 as ms'),
    )
    return rows[0]?.ms ?? Number.NaN
  }
  /** Lets time pass for the buckets of an organization, and for nobody else. */
  const pass = (orgId: string, ms: number) =>
    t.asSuperuser(
      `update flow.rate_buckets set refreshed_at = refreshed_at - $2::float8 * interval '1 ms', free_at = free_at - $2::float8 * interval '1 ms'
       where org_id = $1`,
      [orgId, ms],
    )

  it('are given in order, each caller put off once, and never more than the limit within its span', async () => {
    const orgId = anyOrgId()
    await set(orgId, 10, 60)
    const gap = 60_000 / 9
    let passed = 0
    const now = async () => (await clock()) + passed
    const made: Made[] = []
    const from = await now()
    const first = await Promise.all(
      Array.from({ length: 30 }, async (_, n) => {
        const waitMs = await ask(kits[n % 2 ? 0 : 1], orgId)
        return { waitMs, told: await now() }
      }),
    )
    const queue: number[] = []
    for (const { waitMs, told } of first) {
      if (waitMs === null) made.push({ from, to: told })
      else queue.push(told + waitMs)
    }
    assert.equal(made.length, 2)
    queue.sort((a, b) => a - b)
    for (const [index, until] of queue.entries()) {
      const before = queue[index - 1]
      if (before !== undefined) assert.ok(Math.abs(until - before - gap) < gap / 4, `${until - before}`)
    }
    for (let index = 0; index < queue.length; index++) {
      const ms = Math.max((queue[index] ?? 0) - (await now()), 0)
      await pass(orgId, ms)
      passed += ms
      // Somebody new comes at the very moment, and has to stand behind all who wait.
      const [start, isNew] = [await now(), index < 10]
      const [late, own] = [isNew ? await ask(kits[0], orgId) : null, await ask(kits[1], orgId, true)]
      assert.equal(own, null, `the ${index}th came back and was put off again`)
      made.push({ from: start, to: await now() })
      if (!isNew) continue
      assert.ok(late !== null && start + late > (queue.at(-1) ?? 0) - gap / 4, 'somebody new went first')
      queue.push((await now()) + late)
    }
    assert.equal(made.length, 40)
    assert.ok(mostWithin(made, 60_000) <= 10, String(mostWithin(made, 60_000)))
    assert.ok(mostWithin(made, 60_000) >= 9, 'fewer were let through than could be')
  })

  it('hold over processes that ask all at once, again and again', async () => {
    const orgId = anyOrgId()
    await set(orgId, 30, 1)
    const made: Made[] = []
    const begin = await clock()
    const caller = async (kit: Kit) => {
      while (made.length < 45) {
        const from = await clock()
        if ((await ask(kit, orgId, true)) === null) made.push({ from, to: await clock() })
      }
    }
    await Promise.all([0, 1, 2, 3].map(n => caller(kits[n % 2 ? 0 : 1])))
    assert.ok(mostWithin(made, 1000) <= 30, String(mostWithin(made, 1000)))
    // A bucket of 6 that gains one in 40 ms.
    const most = 6 + ((await clock()) - begin) / 40
    assert.ok(made.length <= most, `${made.length} of ${most}`)
  })

  it('are needed under the general limit and under that of the connection', async () => {
    const orgId = anyOrgId()
    await inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, ctx =>
      writeRateLimits(ctx, [
        { kind, connection: '', calls: 15, perSeconds: 3600 },
        { kind, connection, calls: 1, perSeconds: 3600 },
      ]),
    )
    const answers = []
    for (const host of [connection, connection, 'b.example', 'c.example', 'd.example'])
      answers.push(await ask(kits[0], orgId, false, host))
    // The general bucket holds three; the call that its own connection refuses takes none of them.
    assert.deepEqual(
      answers.map(answer => answer === null),
      [true, false, true, true, false],
    )
  })

  it('concern one organization alone, and one without limits is asked for nothing', async () => {
    const [limited, other] = [anyOrgId(), anyOrgId()]
    await set(limited, 1, 3600)
    await set(other, 1, 3600)
    assert.deepEqual([await ask(kits[0], limited), await ask(kits[1], other)], [null, null])
    assert.notEqual(await ask(kits[1], limited), null)
    assert.deepEqual(await limitsOf(other), [{ kind, connection, calls: 1, perSeconds: 3600 }])
    assert.deepEqual(await limitsOf(anyOrgId()), [])
    let asked = 0
    const counting: Kit = {
      ...t.kit,
      db: {
        ...t.kit.db,
        withOrg: (orgId, work) => {
          asked += 1
          return t.kit.db.withOrg(orgId, work)
        },
      },
    }
    const free = anyOrgId()
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(counting, free)))
    assert.deepEqual([new Set(answers), asked], [new Set([null]), 1])
    // Nor is a limited one, for what it does not limit.
    for (let n = 0; n < 10; n++) assert.equal(await ask(counting, limited, false, 'free.example'), null)
    assert.equal(asked, 2)
  })

  const limitsOf = (orgId: string) =>
    inOrganization(
      t.kit,
      { orgId, actor: { type: 'system', name: 'test' } },
      async ctx => (await readRateLimits(ctx)).value.items,
    )

  it('follow a limit that is changed', async () => {
    const orgId = anyOrgId()
    assert.equal(await ask(kits[1], orgId), null)
    await set(orgId, 1, 3600)
    assert.equal(await ask(kits[0], orgId), null)
    const waitMs = await ask(kits[0], orgId)
    assert.ok(waitMs !== null && waitMs <= 600_001, 'nobody waits an hour to ask again')
    // The other process still believes that there is none, for a short time.
    assert.equal(await ask(kits[1], orgId), null)
    const real = performance.now.bind(performance)
    mock.method(performance, 'now', () => real() + 5_000)
    assert.notEqual(await ask(kits[1], orgId), null)
    mock.restoreAll()
    await set(orgId, 1000, 1)
    await pass(orgId, 1000)
    assert.equal(await ask(kits[1], orgId), null)
    const [kept] = await t.asSuperuser<{ tokens: number }>(
      'select tokens from flow.rate_buckets where org_id = $1',
      [orgId],
    )
    await set(orgId, 1000, 1)
    assert.deepEqual(await t.asSuperuser('select tokens from flow.rate_buckets where org_id = $1', [orgId]), [
      kept,
    ])
    await set(orgId, 1, 3600, 'b.example')
    assert.deepEqual(
      [await ask(kits[0], orgId), await ask(kits[1], orgId), await ask(kits[0], orgId, false, 'b.example')],
      [null, null, null],
    )
    assert.notEqual(await ask(kits[0], orgId, false, 'b.example'), null)
  })

  it('are asked for once more a moment later when the database is away', async () => {
    const away = { ...t.kit, db: { ...t.kit.db, withOrg: () => Promise.reject(new Error('Away.')) } }
    assert.equal(await ask(away, anyOrgId()), 1000)
  })
})

it('a connection is a host, with its port when it is not the usual one', () => {
  assert.equal(connectionOf('https://API.Example:443/a?b#c'), 'api.example')
  assert.equal(connectionOf('http://u:p@api.example:8080/'), 'api.example:8080')
})

it('a call was put off when its step was parked more often than by attempts', () => {
  const of = (token: string, attempt: number) => wasPutOff({ token, attempt })
  assert.deepEqual([of('c#1', 1), of('c#3', 1), of('l.2/c#3', 2), of('c#5', 2)], [false, true, false, true])
})
