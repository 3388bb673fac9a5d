import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import pg from 'pg'
import { startEmbedded } from './embedded.ts'

describe('the embedded server', () => {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-embedded-'))
  chmodSync(dir, 0o755)
  after(() => rmSync(dir, { recursive: true, force: true }))

  const postmaster = () => Number(readFileSync(join(dir, 'cluster/postmaster.pid'), 'utf8').split('\n')[0])
  async function query(url: string, text: string) {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }

  it('keeps its data over a stop, is taken over when a killed program left it, and survives its own kill -9', async () => {
    const first = await startEmbedded({ dir })
    assert.equal(first.adopted, false)
    await query(first.ownerUrl, 'create table kept as select 42 as n')
    await first.stop()

    const second = await startEmbedded({ dir })
    assert.deepEqual(await query(second.ownerUrl, 'select n from kept'), [{ n: 42 }])
    const third = await startEmbedded({ dir })
    assert.equal(third.adopted, true)
    assert.equal(third.ownerUrl, second.ownerUrl)

    await query(third.ownerUrl, 'insert into kept values (43)')
    process.kill(postmaster(), 'SIGKILL')
    const fourth = await startEmbedded({ dir })
    assert.equal(fourth.adopted, false)
    assert.deepEqual(await query(fourth.ownerUrl, 'select n from kept order by n'), [{ n: 42 }, { n: 43 }])
    const durable = await query(
      fourth.ownerUrl,
      `select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes') order by 1`,
    )
    assert.deepEqual(
      durable.map(row => row.setting),
      ['on', 'on', 'on'],
    )
    await fourth.stop()
  })

  it('gives the owner no power over other roles and no way around row-level security', async () => {
    const server = await startEmbedded({ dir })
    const [role] = await query(
      server.ownerUrl,
      `select rolsuper, rolbypassrls, rolreplication from pg_roles where rolname = current_user`,
    )
    assert.deepEqual(role, { rolsuper: false, rolbypassrls: false, rolreplication: false })
    await server.stop()
  })
})
