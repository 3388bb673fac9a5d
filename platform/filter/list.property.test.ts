import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { type TestKit, testKit } from '#test/database.ts'
import type { Tx } from '../db/database.ts'
import { newId } from '../ids.ts'
import { type FilteredRequest, readList, readPage } from './list.ts'
import { filterOf, rowOf, sortOf, textOf } from './probe-arbitraries.ts'
import { byKeys, holds } from './probe-evaluation.ts'
import { HOLD, KEY_CHARS, type Row, SHAPE, TABLE } from './probe-list.ts'

describe('filters and orders of lists', () => {
  let t: TestKit
  const orgId = newId()
  const rows: Row[] = []
  before(async () => {
    t = await testKit()
    await t.asOwner(TABLE)
    const [clock] = await t.asSuperuser<{ now: Date }>('select now() as now')
    assert.ok(clock)
    for (const made of fc.sample(rowOf(clock.now), { numRuns: 300, seed: 7 })) {
      const parent = rows.length > 10 && rows.length % 3 ? (rows[(rows.length * 7) % 10] ?? null) : null
      rows.push({ ...made, id: newId(), parent })
    }
    for (const org of [orgId, newId()]) await store(org)
    await t.asOwner('analyze probe.records')
  })
  after(() => t.close())

  const store = (org: string) =>
    t.kit.db.withOrg(org, async tx => {
      for (const row of rows)
        await tx.query(
          `insert into probe.records (org_id, id, name, mail, score, seats, amount, currency, day, at, seen, ok, kind, ref,
             tags, parent_id, custom) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
          [
            org,
            row.id,
            row.name,
            row.mail,
            row.score,
            row.seats,
            row.amount,
            row.currency,
            row.day,
            row.at,
            row.seen,
            row.ok,
            row.kind,
            row.ref,
            row.tags,
            row.parent?.id ?? null,
            JSON.stringify(
              Object.fromEntries(Object.entries(row.custom).filter(([, value]) => value !== null)),
            ),
          ],
        )
      await tx.query(HOLD, [org, KEY_CHARS])
    })

  async function read(tx: Tx, request: FilteredRequest) {
    const list = readList(SHAPE, request, [orgId])
    const source = { columns: 'r.id', from: 'probe.records r', where: 'r.org_id = $1' }
    // Whoever puts the statement together gets the same records in the same order.
    const text = `select r.id${list.columns} from probe.records r where r.org_id = $1${list.where} ${list.order}`
    const [page, plain] = [
      await readPage<{ id: string }, string>(tx, list, source, row => row.id),
      await readPage<{ id: string }, string>(tx, list, text, row => row.id),
    ]
    assert.deepEqual(page, plain)
    return page
  }

  async function readAll(tx: Tx, request: FilteredRequest): Promise<string[]> {
    const ids: string[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await read(tx, { ...request, cursor })
      ids.push(...page.items)
      if (page.nextCursor === null) return ids
      cursor = page.nextCursor
      assert.ok(ids.length <= rows.length)
    }
  }

  it('finds what an evaluation in memory finds', async () => {
    await fc.assert(
      fc.asyncProperty(filterOf, async filter => {
        await t.kit.db.withOrg(orgId, async tx => {
          const now = (await tx.query<{ now: Date }>('select now() as now')).rows[0]?.now ?? new Date()
          const found = await readAll(tx, { limit: 100, filter: JSON.stringify({ all: [filter] }) })
          const expected = rows.filter(row => holds(filter, row, now)).map(row => row.id)
          assert.deepEqual([...found].sort(), expected.sort())
        })
      }),
      { numRuns: 400, seed: 3 },
    )
  })

  it('reads the text form as the JSON form', async () => {
    await fc.assert(
      fc.asyncProperty(filterOf, async filter => {
        const text = textOf(filter)
        if (text === null) return
        await t.kit.db.withOrg(orgId, async tx => {
          const [a, b] = [
            await read(tx, { limit: 100, filter: text }),
            await read(tx, { limit: 100, filter: JSON.stringify(filter) }),
          ]
          assert.deepEqual(a.items, b.items, text)
        })
      }),
      { numRuns: 150, seed: 5 },
    )
  })

  it('goes through every row once, in order, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(filterOf, sortOf, fc.integer({ min: 20, max: 90 }), async (filter, sort, limit) => {
        await t.kit.db.withOrg(orgId, async tx => {
          const now = (await tx.query<{ now: Date }>('select now() as now')).rows[0]?.now ?? new Date()
          const request = {
            limit,
            filter: JSON.stringify({ all: [filter] }),
            sort: sort.join(',') || undefined,
          }
          const expected = rows.filter(row => holds(filter, row, now)).sort(byKeys(sort))
          assert.deepEqual(
            await readAll(tx, request),
            expected.map(row => row.id),
          )
        })
      }),
      { numRuns: 200, seed: 11 },
    )
  })

  it('refuses a cursor under another filter, order or list', async () => {
    await t.kit.db.withOrg(orgId, async tx => {
      const first = await read(tx, { limit: 5, filter: 'kind:is:a', sort: 'at' })
      const cursor = first.nextCursor ?? ''
      assert.equal((await read(tx, { limit: 7, filter: 'kind:is:a', sort: 'at', cursor })).items.length, 7)
      for (const other of [
        { filter: 'kind:is:b', sort: 'at' },
        { filter: 'kind:is:a', sort: '-at' },
        { filter: 'kind:is:a' },
        { sort: 'at' },
        { filter: 'kind:is:a', sort: 'at', status: 'x' },
      ])
        await assert.rejects(read(tx, { limit: 5, cursor, ...other }), { code: 'request.invalid' })
      for (const broken of [cursor.slice(1), `${cursor}x`, cursor.split('.')[0] ?? '', '', 'W10.x'])
        await assert.rejects(read(tx, { limit: 5, filter: 'kind:is:a', sort: 'at', cursor: broken }), {
          code: 'request.invalid',
        })
    })
  })

  it('reaches an index under row-level security, for conditions and for order', async () => {
    await t.kit.db.withOrg(orgId, async tx => {
      await tx.query('set local enable_seqscan = off')
      const plan = async (request: Omit<FilteredRequest, 'limit'>) => {
        const list = readList(SHAPE, { limit: 10, ...request }, [orgId])
        const explained = await tx.query<{ 'QUERY PLAN': string }>(
          `explain select r.id${list.columns} from probe.records r where r.org_id = $1${list.where} ${list.order}`,
          list.values,
        )
        return explained.rows.map(row => row['QUERY PLAN']).join('\n')
      }
      assert.match(await plan({ filter: 'at:after:now-1d', sort: 'at' }), /Index Cond: .*\bat > /)
      assert.match(await plan({ filter: 'at:on:today', sort: '-at' }), /Index Cond: .*\bat >= .*\bat < /)
      assert.match(await plan({ filter: 'kind:is:a' }), /Index Cond: .*kind = /)
      const page = await read(tx, { limit: 5, sort: '-at' })
      const next = await plan({ sort: '-at', cursor: page.nextCursor ?? '' })
      assert.match(next, /Index Cond: .*ROW\(r?\.?at, /i)
      assert.doesNotMatch(next, /Sort/)
    })
  })
})
