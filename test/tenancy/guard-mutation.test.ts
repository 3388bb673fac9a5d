import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import type { AnyRoute } from '#platform/contract/route.ts'
import { openDatabase } from '#platform/db/database.ts'
import { newId } from '#platform/ids.ts'
import { modules } from '#programs/modules.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type Bench, openBench, type Parts } from './bench.ts'
import { lintCatalogue, readCatalogue } from './catalogue.ts'
import { codeGuards, forgetfulModule, forgetfulRoute } from './code-guards.ts'
import { type DatabaseGuard, databaseGuards, roleGuards, SOMEBODY } from './database-guards.ts'
import { probeIdempotency } from './idempotency-probe.ts'
import { isTenantClass, type Relation, RUNTIME_ROLE } from './relations.ts'
import { probeRoute, type RouteLeak } from './route-probe.ts'
import { type Seeds, seedTwins } from './seeding.ts'
import { probeSight } from './sight-probe.ts'
import { type Leak, probeOwner, probePartition, probeTable } from './sql-probe.ts'
import { attemptsWithin } from './sql-session.ts'
import type { Catalogue } from './table-rules.ts'
import { undone } from './undone.ts'

describe('removing any guard of the database is noticed', () => {
  const twins = { own: SOMEBODY, other: newId() }
  const score = { killed: 0, total: 0 }
  let t: TestKit
  let admin: pg.Client
  let all: Catalogue
  let seeds: Seeds
  before(async () => {
    t = await testKit({ modules })
    admin = new pg.Client({ connectionString: t.adminUrl })
    await admin.connect()
    all = await readCatalogue(admin)
    seeds = await seedTwins(admin, all, [twins.own, twins.other])
  })
  after(async () => {
    await admin.end()
    await t.close()
  })

  const count = (total: number, survivors: number) => {
    score.total += total
    score.killed += total - survivors
    return `${total - survivors} of ${total} killed`
  }

  /** The relations that have a guard, with the statement that takes it away. */
  const guarded = (guard: DatabaseGuard) =>
    [...all.relations.values()].flatMap(relation => {
      const sql = guard.remove(relation, all.classOf.get(relation.name), all)
      return sql === null ? [] : [{ relation, sql }]
    })

  for (const guard of databaseGuards) {
    it(`from any table, by the catalogue: ${guard.name}`, async test => {
      const targets = guarded(guard)
      const findings = await undone(admin, async () => {
        for (const { sql } of targets) await admin.query(sql)
        return lintCatalogue(admin)
      })
      const named = new Set(findings.filter(({ rule }) => rule === guard.rule).map(({ object }) => object))
      const survivors = targets.map(({ relation }) => relation.name).filter(name => !named.has(name))
      test.diagnostic(count(targets.length, survivors.length))
      assert.ok(targets.length > 0)
      assert.deepEqual(survivors, [])
    })
  }

  /** All that the statements of a caller or of the owner find out, with the damage in place. */
  async function leaksOf(relation: Relation, untilFirst = true): Promise<readonly Leak[]> {
    const damaged = await readCatalogue(admin)
    const now = damaged.relations.get(relation.name) ?? relation
    // The rules are those of the class it was meant to have.
    const meant = { ...damaged, classOf: all.classOf, narrowedTables: all.narrowedTables }
    const attempt = attemptsWithin(admin, RUNTIME_ROLE)
    const asCaller = relation.isPartition
      ? await probePartition(() => attempt, now, seeds, twins)
      : await probeTable(() => attempt, now, meant, seeds, twins, { untilFirst })
    const asMember = await probeSight(attempt, now, meant, seeds, twins)
    const asOwner = await probeOwner(attemptsWithin(admin, 'millrace_owner'), now, meant, seeds, twins)
    return [...asCaller.leaks, ...asMember.leaks, ...asOwner.leaks]
  }

  /** One relation of each class is enough: the tables of a class are protected by the same function. */
  const samples = (guard: DatabaseGuard) => {
    const classes = new Set<string>()
    const thisMonth = new Date().toISOString().slice(0, 7).replace('-', '_')
    const targets = guarded(guard)
    // Records and what belongs to them are narrowed each in its own way.
    const isOfNarrowed = targets.every(({ relation }) => all.narrowedTables.has(relation.name))
    return targets.filter(({ relation }) => {
      // The other partitions are empty.
      if (relation.isPartition && !relation.name.endsWith(thisMonth)) return false
      const owner = isOfNarrowed ? all.narrowedTables.get(relation.name)?.owner : ''
      const kind = `${all.classOf.get(relation.name)} ${relation.kind} ${owner}`
      return !classes.has(kind) && classes.add(kind)
    })
  }

  for (const guard of databaseGuards.filter(({ onlyInCatalogue }) => !onlyInCatalogue)) {
    it(`by statements that suddenly work: ${guard.name}`, async test => {
      const survivors: string[] = []
      const targets = samples(guard)
      for (const { relation, sql } of targets) {
        const leaks = await undone(admin, async () => {
          await admin.query(sql)
          return leaksOf(relation)
        })
        if (leaks.length === 0) survivors.push(relation.name)
      }
      test.diagnostic(count(targets.length, survivors.length))
      assert.ok(targets.length > 0)
      assert.deepEqual(survivors, [])
    })
  }

  for (const [name, sql] of Object.entries(roleGuards)) {
    it(`by the catalogue and by statements that suddenly work: ${name}`, async () => {
      const relations = [...all.relations.values()]
      const dispatch = relations.find(relation => all.classOf.get(relation.name) === 'dispatch')
      const tenant = relations.find(relation => all.classOf.get(relation.name) === 'tenant')
      const narrowed = relations.find(relation => all.narrowedTables.has(relation.name))
      const searched = relations.find(relation => all.narrowedTables.get(relation.name)?.search)
      assert.ok(dispatch && tenant && narrowed && searched && isTenantClass(all.classOf.get(tenant.name)))
      const [findings, leaks] = await undone(admin, async () => {
        await admin.query(sql)
        return [
          await lintCatalogue(admin),
          [
            ...(await leaksOf(tenant)),
            ...(await leaksOf(narrowed)),
            ...(await leaksOf(searched)),
            ...(await leaksOf(dispatch)),
          ],
        ] as const
      })
      count(2, [findings, leaks].filter(({ length }) => length === 0).length)
      assert.notEqual(findings.length, 0)
      assert.notEqual(leaks.length, 0)
    })
  }

  it('without exception', test => {
    test.diagnostic(`${score.killed} of ${score.total} killed`)
    assert.equal(score.killed, score.total)
  })

  it('and none is reported while all guards stand', async () => {
    const [findings, leaks] = await undone(admin, async () => {
      const relations = databaseGuards.flatMap(guard => samples(guard).map(({ relation }) => relation))
      const leaks: Leak[] = []
      for (const relation of new Set(relations)) leaks.push(...(await leaksOf(relation, false)))
      return [await lintCatalogue(admin), leaks]
    })
    assert.deepEqual([findings, leaks], [[], []])
  })
})

describe('removing any guard of the code is noticed', () => {
  const score = { killed: 0, total: 0 }
  let bench: Bench
  before(async () => {
    bench = await openBench()
  })
  after(() => bench.close())

  /** What the probe says first about a damaged server. */
  async function firstLeak(
    parts: Parts,
    routes: readonly AnyRoute[] = bench.routes,
  ): Promise<RouteLeak | null> {
    return bench.serve(parts, async served => {
      for (const route of routes) {
        const { leaks } = await probeRoute(served, route, { untilFirst: true })
        if (leaks[0]) return leaks[0]
      }
      return null
    })
  }

  for (const { name, without } of codeGuards) {
    it(`by requests that are answered wrongly: ${name}`, async test => {
      const leak = await firstLeak(without(bench))
      score.total += 1
      if (leak) score.killed += 1
      test.diagnostic(leak ? `${leak.cell}: ${leak.what}` : 'survives')
      assert.ok(leak)
    })
  }

  it('a query that forgets the organization is harmless, until row-level security is gone too', async () => {
    const parts = { modules: [...modules, forgetfulModule] }
    assert.equal(await firstLeak(parts, [forgetfulRoute]), null)
    const db = openDatabase({ url: bench.t.adminUrl, max: 2 })
    try {
      assert.match(
        (await firstLeak({ ...parts, db }, [forgetfulRoute]))?.what ?? '',
        /instead of 404|belongs to/,
      )
    } finally {
      await db.close()
    }
  })

  for (const key of ['', 'primary key (actor, route, key)']) {
    it(`the uniqueness of Idempotency-Keys ${key && 'in each organization'}`, async () => {
      const key0 = 'primary key (org_id, actor, route, key)'
      const replace = (by: string) =>
        bench.t.asSuperuser(
          `delete from http.idempotency_keys; alter table http.idempotency_keys drop constraint if exists idempotency_keys_pkey${by && `, add constraint idempotency_keys_pkey ${by}`}`,
        )
      await replace(key)
      try {
        const leaks = await bench.serve({}, ({ url }) => probeIdempotency(bench.t, url))
        score.total += 1
        if (leaks.length > 0) score.killed += 1
        assert.notEqual(leaks.length, 0)
      } finally {
        await replace(key0)
      }
    })
  }

  it('without exception', test => {
    test.diagnostic(`${score.killed} of ${score.total} killed`)
    assert.equal(score.killed, score.total)
  })
})
