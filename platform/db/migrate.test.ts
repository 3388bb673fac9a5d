import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import {
  asAdmin,
  createTestDatabase,
  onDatabase,
  platformMigrations,
  type TestCluster,
  testCluster,
} from '#test/cluster.ts'
import { ensurePartitions, type MigrationFile, migrate } from './migrate.ts'

const file = (name: string, sql: string): MigrationFile => ({
  module: 'test',
  name,
  sql,
  checksum: createHash('sha256').update(sql).digest('hex'),
})

describe('migrations', () => {
  let cluster: TestCluster
  const made: string[] = []
  before(async () => {
    cluster = await testCluster()
  })
  after(async () => {
    await asAdmin(cluster.adminUrl, async client => {
      for (const name of made) await client.query(`drop database if exists ${name} with (force)`)
    })
  })

  /** An empty database and a function that brings it up to the given files. */
  async function database() {
    const name = `migrate_${process.pid}_${made.length}`
    made.push(name)
    await asAdmin(cluster.adminUrl, client => client.query(`create database ${name} owner millrace_owner`))
    const ownerUrl = onDatabase(cluster.ownerUrl, name)
    const run = (...files: MigrationFile[]) =>
      migrate(files, { ownerUrl, runtimePassword: cluster.secrets.runtimePassword })
    const query = <R extends Record<string, unknown>>(text: string) =>
      asAdmin(ownerUrl, async client => (await client.query<R>(text)).rows)
    return { ownerUrl, run, query }
  }

  it('run once, in order, also when two programs start at the same time', async () => {
    const { run, query } = await database()
    const files = [
      file('0001_a.sql', 'create table a (n int)'),
      file('0002_b.sql', 'alter table a add m int'),
    ]
    const counts = await Promise.all([run(...files), run(...files), run(...files)])
    assert.deepEqual(counts.sort(), [0, 0, 2])
    assert.equal((await query('select n, m from a')).length, 0)
  })

  it('leave nothing of one that fails and can be run again when it is mended', async () => {
    const { run, query } = await database()
    await assert.rejects(
      run(file('0001_a.sql', 'create table a (n int); select 1/0')),
      /test\/0001_a\.sql failed: division by zero/,
    )
    assert.deepEqual(await query(`select to_regclass('a') as a`), [{ a: null }])
    assert.equal(await run(file('0001_a.sql', 'create table a (n int)')), 1)
  })

  it('refuse a file that was edited after it ran, naming it', async () => {
    const { run } = await database()
    await run(file('0001_a.sql', 'create table a (n int)'))
    await assert.rejects(
      run(file('0001_a.sql', 'create table a (n bigint)')),
      /test\/0001_a\.sql was edited after it ran/,
    )
  })

  it('refuse a database that is newer than the program', async () => {
    const { run } = await database()
    await run(file('0001_a.sql', 'select 1'), file('0002_b.sql', 'select 1'))
    await assert.rejects(run(file('0001_a.sql', 'select 1')), /Start a newer version/)
  })

  it('refuse a database where one without a transaction stopped half-way', async () => {
    const { run } = await database()
    const broken = file('0001_a.sql', '-- no-transaction\nselect 1/0')
    await assert.rejects(run(broken), /division by zero/)
    await assert.rejects(run(broken), /was started and never finished/)
  })

  it('make the partitions of the coming months, once', async () => {
    const { name, ownerUrl } = await createTestDatabase(cluster, platformMigrations())
    made.push(name)
    const partitions = () =>
      asAdmin(ownerUrl, async client => {
        const rows = await client.query(
          `select relname from pg_class where relname like 'events_20%' and relkind = 'r' order by 1`,
        )
        return rows.rows.map(row => String(row.relname))
      })
    const before = await partitions()
    const thisMonth = new Date().toISOString().slice(0, 7).replace('-', '_')
    assert.ok(before.includes(`events_${thisMonth}`))
    assert.equal(await ensurePartitions(ownerUrl), 0)
    await asAdmin(ownerUrl, client => client.query(`drop table events.${before.at(-1)}`))
    assert.equal(await ensurePartitions(ownerUrl), 1)
    assert.deepEqual(await partitions(), before)
  })
})
