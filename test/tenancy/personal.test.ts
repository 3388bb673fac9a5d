import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { newId } from '#platform/ids.ts'
import { withTraces } from '#platform/personal.ts'
import { modules } from '#programs/modules.ts'
import { personalData } from '#programs/personal.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { readCatalogue } from './catalogue.ts'
import { isTenantClass } from './relations.ts'
import type { Catalogue } from './table-rules.ts'

describe('what is kept about people', () => {
  const parts = personalData(modules)
  let t: TestKit
  let admin: pg.Client
  let all: Catalogue
  before(async () => {
    t = await testKit({ modules })
    admin = new pg.Client({ connectionString: t.adminUrl })
    await admin.connect()
    all = await readCatalogue(admin)
  })
  after(async () => {
    await admin.end()
    await t.close()
  })
  const tables = () =>
    [...all.relations.values()]
      .filter(({ name, isPartition }) => isTenantClass(all.classOf.get(name)) && !isPartition)
      .map(({ name }) => name)

  it('is erased from every table of organizations, or the table says why there is nothing', () => {
    const erased = parts.flatMap(({ erase }) => erase).join('\n')
    const written = (name: string) => new RegExp(`(delete from|update) ${name}\\b`).test(erased)
    const argued = new Map(parts.flatMap(({ nothingIn }) => Object.entries(nothingIn)))
    const forgotten = tables().filter(name => !written(name) && !argued.has(name))
    assert.deepEqual(forgotten, [])
    assert.deepEqual(
      [...argued.keys()].filter(name => !tables().includes(name)),
      [],
    )
  })

  it('is found, given and erased by statements that the database understands', async () => {
    const statements = parts.flatMap(({ traces = [], erase, give }) => [
      ...traces.map(({ sql }) => sql),
      ...erase,
      ...Object.values(give).map(sql => `${sql} limit 1`),
    ])
    assert.ok(statements.length > 50)
    for (const sql of statements) {
      const { text, values } = withTraces(sql, newId(), {})
      await admin.query(`explain ${text}`, values).catch(error => assert.fail(`${error}\n${sql}`))
    }
  })
})
