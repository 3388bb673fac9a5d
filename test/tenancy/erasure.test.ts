import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { eraseOrganizations, isErasureDue } from '#platform/db/erasure.ts'
import { inErasureOrder } from '#platform/db/erasure-order.ts'
import { newId } from '#platform/ids.ts'
import { modules } from '#programs/modules.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { readCatalogue } from './catalogue.ts'
import { columnOf } from './relations.ts'
import { seedTwins } from './seeding.ts'
import type { Catalogue } from './table-rules.ts'

/** Does what the schedule does and ends itself, as by kill -9, after some transactions. */
const MORTAL = `
  import { eraseOrganizations } from './platform/db/erasure.ts'
  let left = Number(process.argv[2])
  await eraseOrganizations(process.argv[1], {
    batchRows: 1,
    onBatch: () => { if (--left === 0) process.kill(process.pid, 'SIGKILL') },
  })`

describe('the erasure of an organization', () => {
  let t: TestKit
  let admin: pg.Client
  let all: Catalogue
  const [gone, kept] = [newId(), newId()]
  let keptRows: Map<string, number>
  before(async () => {
    t = await testKit({ modules })
    admin = new pg.Client({ connectionString: t.adminUrl })
    await admin.connect()
    all = await readCatalogue(admin)
    await seedTwins(admin, all, [gone, kept])
    await admin.query(
      `insert into platform.person_erasures (org_id, person_id, finished_at)
       select org, gen_random_uuid(), now() from unnest($1::uuid[]) org`,
      [[gone, kept]],
    )
    keptRows = await countsOf(kept)
  })
  after(async () => {
    await admin.end()
    await t.close()
  })

  /** Rows of an organization by table, in every table that has organizations, partitions left to their parents. */
  async function countsOf(orgId: string): Promise<Map<string, number>> {
    const counts = new Map<string, number>()
    for (const relation of all.relations.values()) {
      const holdsRows = (relation.kind === 'r' || relation.kind === 'p') && !relation.isPartition
      if (!holdsRows || !columnOf(relation, 'org_id') || relation.name === 'platform.erasures') continue
      const found = await admin.query<{ n: number }>(
        `select count(*)::int as n from ${relation.name} where org_id = $1`,
        [orgId],
      )
      counts.set(relation.name, found.rows[0]?.n ?? 0)
    }
    return counts
  }
  const total = async (orgId: string) => [...(await countsOf(orgId)).values()].reduce((sum, n) => sum + n, 0)
  const ask = (orgId: string) =>
    t.kit.db.withGlobal(tx => tx.query('insert into platform.erasures (org_id) values ($1)', [orgId]))
  const mortal = (batches: number) =>
    new Promise<NodeJS.Signals | null>(resolve => {
      const child = spawn(
        process.execPath,
        ['--input-type=module-typescript', '-e', MORTAL, t.ownerUrl, String(batches)],
        { cwd: new URL('../../', import.meta.url), stdio: ['ignore', 'ignore', 'inherit'] },
      )
      child.once('exit', (_, signal) => resolve(signal))
    })

  it('finds both organizations full of rows, in every table', () => {
    const empty = [...keptRows].filter(([, n]) => n === 0).map(([name]) => name)
    assert.deepEqual(empty, [])
    assert.ok(keptRows.size > 40)
  })

  it('takes nothing without being asked, and the runtime role cannot take rows that are written once', async () => {
    const rows = await total(gone)
    assert.equal(await isErasureDue(t.kit.db), false)
    assert.equal(await eraseOrganizations(t.ownerUrl), 0)
    assert.equal(await total(gone), rows)
    const refused = { code: '42501' }
    await ask(gone)
    assert.equal(await isErasureDue(t.kit.db), true)
    await assert.rejects(
      t.kit.db.withOrg(gone, tx => tx.query('delete from events.events')),
      refused,
    )
    await assert.rejects(
      t.kit.db.withOrg(gone, tx => tx.query('delete from intake.lead_events')),
      refused,
    )
    await assert.rejects(
      t.kit.db.withGlobal(tx => tx.query('update platform.erasures set finished_at = now()')),
      refused,
    )
  })

  it('lets the owner take rows of that organization only, and still change none', async () => {
    const owner = new pg.Client({ connectionString: t.ownerUrl })
    await owner.connect()
    try {
      const inside = async (orgId: string, text: string) => {
        await owner.query('begin')
        await owner.query(`select set_config('app.org_id', $1, true)`, [orgId])
        return owner.query(text).finally(() => owner.query('rollback'))
      }
      await assert.rejects(inside(kept, 'delete from events.events'), /immutable/)
      await assert.rejects(inside(gone, `update events.events set type = 'x'`), /immutable/)
      await assert.rejects(inside(gone, 'delete from iam.platform_audit'), { code: '42703' })
      assert.ok(((await inside(gone, 'delete from events.events')).rowCount ?? 0) > 0)
    } finally {
      await owner.end()
    }
  })

  it('killed again and again goes on, until nothing is left and nobody else has lost a row', async () => {
    let left = await total(gone)
    for (const batches of [1, 7, 30]) {
      assert.equal(await mortal(batches), 'SIGKILL')
      const now = await total(gone)
      assert.ok(now < left && now > 0, `${now} of ${left} rows are left`)
      left = now
    }
    await eraseOrganizations(t.ownerUrl)
    assert.equal(await total(gone), 0)
    assert.deepEqual(await countsOf(kept), keptRows)
  })

  it('looks once more after a while, takes what came late, and then is over', async () => {
    const erasure = async () =>
      (
        await t.asSuperuser('select emptied_at, finished_at from platform.erasures where org_id = $1', [gone])
      )[0]
    const later = () =>
      t.asSuperuser(
        `update platform.erasures set emptied_at = emptied_at - interval '3 minutes' where org_id = $1`,
        [gone],
      )
    await t.asSuperuser(
      `insert into events.events (org_id, id, type, version, actor, subjects, payload)
       values ($1, $2, 'late', 1, '{}', '[]', '{}')`,
      [gone, newId()],
    )
    assert.equal(await isErasureDue(t.kit.db), false)
    assert.equal(await eraseOrganizations(t.ownerUrl), 0)
    await later()
    assert.equal(await eraseOrganizations(t.ownerUrl), 1)
    assert.equal((await erasure())?.finished_at, null)
    await later()
    assert.equal(await eraseOrganizations(t.ownerUrl), 0)
    assert.ok((await erasure())?.finished_at instanceof Date)
    assert.equal(await total(gone), 0)
  })
})

it('tables are emptied after those that refer to them, and circles together', () => {
  const table = (name: string, ...parents: string[]) => ({ name, key: ['org_id', 'id'], parents })
  const groups = inErasureOrder([
    table('organizations', 'members'),
    table('members', 'organizations'),
    table('teams', 'members'),
    table('alone'),
  ])
  assert.deepEqual(
    groups.map(group => group.map(({ name }) => name)),
    [['teams'], ['organizations', 'members'], ['alone']],
  )
})
