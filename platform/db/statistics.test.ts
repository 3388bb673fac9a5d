import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type TestKit, testKit } from '#test/database.ts'
import { analyzeGrownTables } from './statistics.ts'

describe('first statistics of tables that grew', () => {
  let t: TestKit
  before(async () => {
    t = await testKit()
    // PostgreSQL itself must not come first.
    for (const name of ['big', 'Small']) {
      await t.asOwner(`create table platform."${name}" (n int) with (autovacuum_enabled = off)`)
    }
  })
  after(() => t.close())

  const grow = (name: string, rows: number) =>
    t.asOwner(
      `insert into platform."${name}" select generate_series(1, ${rows}); select pg_stat_force_next_flush()`,
    )
  const analyze = async () =>
    (await analyzeGrownTables(t.kit.db, t.ownerUrl)).filter(name => /big|Small/.test(name))

  it('a table is analyzed once, when it has rows enough', async () => {
    await grow('big', 200)
    await grow('Small', 199)
    assert.deepEqual(await analyze(), ['platform.big'])
    const seen = await t.asOwner(
      `select reltuples::int as rows from pg_class where oid = 'platform.big'::regclass`,
    )
    assert.deepEqual(seen, [{ rows: 200 }])
    assert.deepEqual(await analyze(), [])
    await grow('Small', 1)
    assert.deepEqual(await analyze(), ['platform."Small"'])
  })

  it('a table of somebody else in the same database is left alone', async () => {
    await t.asSuperuser('create schema guest')
    await t.asSuperuser('create table guest.big (n int) with (autovacuum_enabled = off)')
    await t.asSuperuser('insert into guest.big select generate_series(1, 500)')
    await t.asSuperuser('select pg_stat_force_next_flush()')
    assert.deepEqual(await analyze(), [])
  })
})
