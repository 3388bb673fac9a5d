import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Registry } from 'prom-client'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { engineGauges } from './engine-gauges.ts'
import { modules } from './modules.ts'

const page = readFileSync(join(import.meta.dirname, '../docs/engine.md'), 'utf8')

describe('the page for operators', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules })
  })
  after(() => t.close())

  it('shows SQL that runs as the owner of the tables', async () => {
    const blocks = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, text = '']) => text)
    assert.equal(blocks.length, 2)
    for (const block of blocks) await t.asOwner(block.replaceAll('<organization>', newId()))
  })

  it('names only tables and gauges that exist', async () => {
    const tables = new Set([...page.matchAll(/\b(?:flow|jobs)\.[a-z_]+\b/g)].map(([name]) => name))
    const rows = await t.asOwner<{ name: string }>(
      `select schemaname || '.' || relname as name from pg_stat_user_tables`,
    )
    const known = new Set(rows.map(row => row.name))
    const messages = /^flow\.(checkpoint_waits|recovered|run_dropped|checkpoint_failed|round_failed)$/
    assert.deepEqual(
      [...tables].filter(name => !known.has(name) && !messages.test(name)),
      [],
    )
    const registry = new Registry()
    engineGauges(registry)
    const gauges = [...page.matchAll(/\| `(flow_[a-z_]+)` \|/g)].map(([, name]) => name)
    assert.deepEqual(gauges.sort(), (await registry.getMetricsAsArray()).map(({ name }) => name).sort())
  })
})
