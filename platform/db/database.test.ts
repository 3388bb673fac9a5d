import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type TestKit, testKit } from '#test/database.ts'
import { newId } from '../ids.ts'
import { CommitError, type Tx } from './database.ts'

describe('tenant transactions', () => {
  let t: TestKit
  before(async () => {
    t = await testKit()
  })
  after(() => t.close())

  const addJob = (orgId: string, key: string) =>
    t.kit.db.withOrg(orgId, tx =>
      tx.query(`insert into jobs.jobs (org_id, id, kind, key, payload) values ($1, $2, 'test', $3, '{}')`, [
        orgId,
        newId(),
        key,
      ]),
    )
  const countJobs = (orgId: string) =>
    t.kit.db.withOrg(orgId, async tx =>
      Number((await tx.query('select count(*) as n from jobs.jobs')).rows[0]?.n),
    )

  it('show one organization its own rows and no others', async () => {
    const [a, b] = [newId(), newId()]
    await addJob(a, 'one')
    await addJob(b, 'two')
    assert.equal(await countJobs(a), 1)
    assert.equal(await countJobs(b), 1)
    assert.equal(await countJobs(newId()), 0)
  })

  it('refuse to write a row of another organization', async () => {
    const [a, b] = [newId(), newId()]
    await assert.rejects(
      t.kit.db.withOrg(a, tx =>
        tx.query(
          `insert into jobs.jobs (org_id, id, kind, key, payload) values ($1, $2, 'test', 'x', '{}')`,
          [b, newId()],
        ),
      ),
      /row-level security/,
    )
    assert.equal(await countJobs(b), 0)
  })

  it('are empty without an organization and refuse an id that is none', async () => {
    await addJob(newId(), 'hidden')
    const rows = await t.kit.db.withGlobal(tx => tx.query('select * from jobs.jobs'))
    assert.equal(rows.rowCount, 0)
    for (const junk of ['', 'x', `${newId()}'; reset role; --`, newId().toUpperCase()]) {
      assert.throws(() => t.kit.db.withOrg(junk, async () => 0))
    }
  })

  it('report a commit that the server turned into a rollback', async () => {
    const orgId = newId()
    await assert.rejects(
      t.kit.db.withOrg(orgId, async tx => {
        await tx.query(
          `insert into jobs.jobs (org_id, id, kind, key, payload) values ($1, $2, 'test', 'lost', '{}')`,
          [orgId, newId()],
        )
        await tx.query('select 1/0').catch(() => 'swallowed by careless code')
      }),
      CommitError,
    )
    assert.equal(await countJobs(orgId), 0)
  })

  it('run after-commit actions only when the commit is durable', async () => {
    const done: string[] = []
    await t.kit.db.withOrg(newId(), async tx => tx.afterCommit(() => done.push('kept')))
    await assert.rejects(
      t.kit.db.withOrg(newId(), async tx => {
        tx.afterCommit(() => done.push('never'))
        throw new Error('no')
      }),
    )
    assert.deepEqual(done, ['kept'])
  })

  it('write several organizations in one commit, each under its own policy', async () => {
    const [a, b] = [newId(), newId()]
    const insert = `insert into jobs.jobs (org_id, id, kind, key, payload) values ($1, $2, 'test', 'batch', '{}')`
    await t.kit.db.withBatch(async batch => {
      await batch.inOrg(a, tx => tx.query(insert, [a, newId()]))
      await batch.inOrg(b, tx => tx.query(insert, [b, newId()]))
    })
    assert.deepEqual([await countJobs(a), await countJobs(b)], [1, 1])
    await assert.rejects(
      t.kit.db.withBatch(async batch => {
        await batch.inOrg(a, tx => tx.query(insert.replace('batch', 'again'), [a, newId()]))
        await batch.inOrg(b, tx => tx.query(insert, [a, newId()]))
      }),
      /row-level security/,
    )
    assert.equal(await countJobs(a), 1)
  })

  it('step into an organization for a part of the work, and see nothing of it afterwards', async () => {
    const [a, b] = [newId(), newId()]
    await addJob(a, 'one')
    await addJob(b, 'two')
    const count = 'select count(*)::int as n from jobs.jobs'
    const seen = await t.kit.db.withGlobal(async tx => {
      const inA = await tx.inOrg(a, inner => inner.query(`${count} where key = 'one'`))
      const between = await tx.query(count)
      const inB = await tx.inOrg(b, inner => inner.query(`${count} where key = 'one'`))
      const failed = await tx.inOrg(a, async () => Promise.reject(new Error('no'))).catch(() => 'failed')
      assert.equal(failed, 'failed')
      return [inA, between, inB, await tx.query(count)].map(result => result.rows[0]?.n)
    })
    assert.deepEqual(seen, [1, 0, 0, 0])
  })

  it('let a worker read dispatch tables across organizations but write nothing', async () => {
    const orgId = newId()
    const jobId = newId()
    await t.kit.db.withOrg(orgId, async tx => {
      await tx.query(
        `insert into jobs.jobs (org_id, id, kind, key, payload) values ($1, $2, 'test', 'd', '{}')`,
        [orgId, jobId],
      )
      await tx.query('insert into jobs.ready (org_id, job_id, run_at) values ($1, $2, now())', [orgId, jobId])
    })
    const seen = await t.kit.db.withDispatch(tx =>
      tx.query('select org_id from jobs.ready where job_id = $1', [jobId]),
    )
    assert.equal(seen.rows[0]?.org_id, orgId)
    const content = await t.kit.db.withDispatch(tx => tx.query('select * from jobs.jobs'))
    assert.equal(content.rowCount, 0)
    await assert.rejects(
      t.kit.db.withDispatch(tx => tx.query('delete from jobs.ready')),
      /read-only/,
    )
    // The setting alone opens nothing in a transaction that can write.
    const deleted = await t.kit.db.withGlobal(async tx => {
      await tx.query(`set local app.worker = 'on'`)
      return tx.query('delete from jobs.ready')
    })
    assert.equal(deleted.rowCount, 0)
  })

  it('fail at the commit with the error of a statement nobody waited for', async () => {
    const orgId = newId()
    await assert.rejects(
      t.kit.db.withOrg(orgId, async tx => {
        tx.send('select 1')
        tx.send('select 1/0')
      }),
      /division by zero/,
    )
    await t.kit.db.withOrg(orgId, async tx => {
      tx.send('savepoint here')
      tx.send('select 1/0')
      await assert.rejects(tx.settle(), /division by zero/)
      await tx.query('rollback to savepoint here')
      await tx.settle()
    })
  })

  it('answer what is asked side by side in one statement, each its own', async () => {
    const statements: number[][] = []
    const double = async (tx: Tx, asked: readonly number[]) => {
      statements.push([...asked])
      const found = await tx.query<{ n: number }>('select n * 2 as n from unnest($1::int[]) as n', [asked])
      return found.rows.map(row => row.n)
    }
    await t.kit.db.withOrg(newId(), async tx => {
      const later = async (n: number) => {
        const first = await tx.ask(double, n)
        return tx.ask(double, first + 1)
      }
      assert.deepEqual(await Promise.all([1, 2, 3].map(later)), [6, 10, 14])
      assert.deepEqual(statements, [
        [1, 2, 3],
        [3, 5, 7],
      ])
    })
    const divide = async (tx: Tx) => (await tx.query('select 1 / 0')).rows
    const failed = t.kit.db.withOrg(newId(), async tx => {
      const asked = await Promise.allSettled([tx.ask(divide, 1), tx.ask(divide, 2)])
      assert.deepEqual(
        asked.map(({ status }) => status),
        ['rejected', 'rejected'],
      )
    })
    await assert.rejects(failed, CommitError)
  })

  it('keep the plans of their statements when they are asked to, and no longer than they last', async () => {
    const settings = `select current_setting('plan_cache_mode') as plans, current_setting('enable_seqscan') as seqscan`
    const within = (options?: { plans: 'kept' }) =>
      t.kit.db.withOrg(newId(), async tx => (await tx.query(settings)).rows[0], options)
    assert.deepEqual(await within({ plans: 'kept' }), { plans: 'force_generic_plan', seqscan: 'off' })
    assert.deepEqual(await within(), { plans: 'auto', seqscan: 'on' })
  })

  it('refuse to speak once they are over, however late the code that asks', async () => {
    let late: { query(text: string): Promise<unknown>; send(text: string): void } | undefined
    await assert.rejects(
      t.kit.db.withOrg(newId(), async tx => {
        late = tx
        throw new Error('gone')
      }),
    )
    await assert.rejects(async () => late?.query('select 1'), /transaction is over/)
    assert.throws(() => late?.send('select 1'), /transaction is over/)
  })

  it('fail when their connection is lost, and nothing else does', async () => {
    const lost = t.kit.db.withOrg(newId(), async tx => {
      const pid = (await tx.query('select pg_backend_pid() as pid')).rows[0]?.pid
      await t.asSuperuser('select pg_terminate_backend($1, 5000)', [pid])
      // Whoever waits for something else meanwhile hears of the loss at the next statement.
      await new Promise(resolve => setImmediate(resolve))
      await tx.query('select 1')
    })
    await assert.rejects(lost)
    assert.equal(await countJobs(newId()), 0)
  })

  it('may leave statements behind that failed with the one they fail by', async () => {
    const failed = t.kit.db.withOrg(newId(), async tx => {
      const sideBySide = tx.query('select 1 / 0')
      await tx.query('select nonsense')
      await sideBySide
    })
    await assert.rejects(failed)
    // A rejection that nobody hears ends the process once the promises at hand are settled.
    await new Promise(resolve => setImmediate(resolve))
  })

  it('use the typed builder on the same connection', async () => {
    const orgId = newId()
    await addJob(orgId, 'typed')
    const rows = await t.kit.db.withOrg(orgId, tx =>
      tx.sql.selectFrom('jobs.jobs').select(['key', 'status']).execute(),
    )
    assert.deepEqual(rows, [{ key: 'typed', status: 'pending' }])
  })

  it('survive the same new statement sent twice before the first answer', async () => {
    const orgId = newId()
    const text = "select $1::int as n, current_setting('app.org_id') as org"
    const results = await t.kit.db.withOrg(orgId, tx =>
      Promise.all([tx.query(text, [1]), tx.query(text, [2])]),
    )
    assert.deepEqual(
      results.map(result => result.rows[0]?.n),
      [1, 2],
    )
  })
})
