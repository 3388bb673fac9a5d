import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { modules } from '#programs/modules.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { breaches, SOUND } from './breaches.ts'
import { lintCatalogue, listed, readCatalogue, ruleNames } from './catalogue.ts'
import { needlessAllowances } from './table-rules.ts'
import { undone } from './undone.ts'

describe('the catalogue', () => {
  let t: TestKit
  let client: pg.Client
  before(async () => {
    t = await testKit({ modules })
    client = new pg.Client({ connectionString: t.adminUrl })
    await client.connect()
  })
  after(async () => {
    await client.end()
    await t.close()
  })

  it('keeps every rule of tenancy in every table, function, role and setting', async test => {
    const findings = await lintCatalogue(client)
    assert.deepEqual(findings, [], `\n${listed(findings)}`)
    const { classOf } = await readCatalogue(client)
    const counts = Object.groupBy(classOf.values(), kind => kind)
    test.diagnostic(
      Object.entries(counts)
        .map(([kind, all]) => `${all.length} ${kind}`)
        .join(', '),
    )
  })

  it('has no allowance for a column that is gone', async () => {
    assert.deepEqual(needlessAllowances(await readCatalogue(client)), [])
  })
})

describe('the rules of the catalogue', () => {
  let t: TestKit
  let client: pg.Client
  before(async () => {
    // What the platform brings is enough to break every rule on, and stays small.
    t = await testKit()
    client = new pg.Client({ connectionString: t.adminUrl })
    await client.connect()
  })
  after(async () => {
    await client.end()
    await t.close()
  })

  it('find nothing wrong with well-kept new tables of every class', async () => {
    const findings = await undone(client, async () => {
      await client.query(SOUND)
      return lintCatalogue(client)
    })
    assert.deepEqual(findings, [], `\n${listed(findings)}`)
  })

  for (const { rule, because, sql, object = 'probe.things' } of breaches) {
    it(`${rule}: report it when ${because} (${object})`, async () => {
      const findings = await undone(client, async () => {
        await client.query(SOUND)
        await client.query(sql)
        return lintCatalogue(client)
      })
      const isNamed = (name: string) =>
        object === 'a partition of probe.marks' ? name.startsWith('probe.marks_') : name === object
      assert.ok(
        findings.some(finding => finding.rule === rule && isNamed(finding.object)),
        `found only:\n${listed(findings)}`,
      )
    })
  }

  it('have a breach each, at least', () => {
    assert.deepEqual(new Set(breaches.map(({ rule }) => rule)), new Set(ruleNames))
  })
})
