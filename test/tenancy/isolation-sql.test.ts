import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import pg from 'pg'
import { runtimeUrl } from '#platform/db/migrate.ts'
import { newId } from '#platform/ids.ts'
import { modules } from '#programs/modules.ts'
import { testCluster } from '#test/cluster.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { readCatalogue } from './catalogue.ts'
import { isTenantClass, type Relation } from './relations.ts'
import type { Row } from './rows.ts'
import { type Seeds, seedTwins } from './seeding.ts'
import { probeSight } from './sight-probe.ts'
import { type Probe, probeOwner, probePartition, probeTable, shownLeaks } from './sql-probe.ts'
import { attemptsOf } from './sql-session.ts'
import type { Catalogue } from './table-rules.ts'

describe('one organization cannot reach another by SQL', () => {
  const twins = { own: newId(), other: newId() }
  let t: TestKit
  let admin: pg.Client
  let runtime: pg.Client
  let untouched: pg.Client
  let owner: pg.Client
  let all: Catalogue
  let seeds: Seeds
  let tables: Relation[]
  let partitions: Relation[]
  before(async () => {
    t = await testKit({ modules })
    const open = async (url: string) => {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      return client
    }
    const url = runtimeUrl(t.ownerUrl, (await testCluster()).secrets.runtimePassword)
    admin = await open(t.adminUrl)
    runtime = await open(url)
    untouched = await open(url)
    owner = await open(t.ownerUrl)
    all = await readCatalogue(admin)
    seeds = await seedTwins(admin, all, [twins.own, twins.other])
    const relations = [...all.relations.values()]
    tables = relations.filter(({ name }) => isTenantClass(all.classOf.get(name)))
    partitions = relations.filter(({ isPartition }) => isPartition)
  })
  after(async () => {
    await Promise.all([admin, runtime, untouched, owner].map(client => client?.end()))
    await t.close()
  })

  /** The connection for a context; where an organization was never set, it has never been. */
  const attempt = (context: string) => attemptsOf(context === 'never set' ? untouched : runtime)

  it('in any tenant table, whatever the statement and whatever organization is set', async test => {
    assert.ok(tables.length > 0)
    await everywhere(test, tables, table => probeTable(attempt, table, all, seeds, twins))
  })

  it('nor a member records of the own organization that are hidden from them', async test => {
    const narrowed = tables.filter(({ name }) => all.narrowedTables.has(name))
    assert.ok(narrowed.length > 0)
    await everywhere(test, narrowed, table => probeSight(attempt('own'), table, all, seeds, twins))
  })

  it('in any partition under its own name', async test => {
    assert.ok(partitions.length > 0)
    await everywhere(test, partitions, partition => probePartition(attempt, partition, seeds, twins))
  })

  it('as the owner of the tables, who cannot change what is written once either', async test => {
    const asOwner = attemptsOf(owner)
    await everywhere(test, [...tables, ...partitions], relation =>
      probeOwner(asOwner, relation, all, seeds, twins),
    )
  })

  it('and nothing of what was tried has changed a row', async () => {
    for (const { name } of tables) {
      for (const orgId of [twins.own, twins.other]) {
        const found = await admin.query<{ row: Row }>(
          `select to_jsonb(stored) as row from ${name} stored where org_id = $1`,
          [orgId],
        )
        const inOrder = (rows: readonly Row[]) => rows.map(row => JSON.stringify(row)).sort()
        assert.deepEqual(inOrder(found.rows.map(({ row }) => row)), inOrder(seeds.rowsOf(name, orgId)), name)
      }
    }
  })
})

/** Probes one relation after the other and fails with all that leaked. */
async function everywhere(
  test: TestContext,
  relations: readonly Relation[],
  probe: (relation: Relation) => Promise<Probe>,
): Promise<void> {
  const probes: Probe[] = []
  for (const relation of relations) probes.push(await probe(relation))
  const leaks = probes.flatMap(({ leaks }) => leaks)
  const cells = probes.reduce((sum, probe) => sum + probe.cells, 0)
  test.diagnostic(`${relations.length} relations, ${cells} cells`)
  assert.equal(leaks.length, 0, `\n${shownLeaks(leaks)}`)
}
