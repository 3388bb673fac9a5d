import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import type { Tx } from '#platform/db/database.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { crmModule } from '../index.ts'
import { getDealBoard, listDealCards } from './deal-board.ts'
import { listDeals } from './deals.ts'
import { asSystem, firstPipeline } from './factories.ts'

const DEALS = 6_000

/** The plans of the statements that read deals while `work` is done, as the runtime role has them. */
async function plansOf(ctx: Context, work: (ctx: Context) => Promise<unknown>): Promise<string[]> {
  const plans: string[] = []
  const explained =
    (run: Tx['query']): Tx['query'] =>
    async (text, values) => {
      if (/from crm\.deals d\b/.test(text)) {
        const found = await ctx.db.queryOnce<{ 'QUERY PLAN': string }>(`explain ${text}`, values)
        plans.push(found.rows.map(row => row['QUERY PLAN']).join('\n'))
      }
      return run(text, values)
    }
  const db = Object.create(ctx.db, {
    query: { value: explained(ctx.db.query.bind(ctx.db)) },
    queryOnce: { value: explained(ctx.db.queryOnce.bind(ctx.db)) },
    send: { value: ctx.db.send.bind(ctx.db) },
    unnarrowed: { value: ctx.db.unnarrowed.bind(ctx.db) },
  }) as Tx
  await work({ ...ctx, db })
  return plans
}

describe('a pipeline of many deals', () => {
  let t: TestKit
  let orgId = ''
  let userId = ''
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
    const owner = await makeOwner(t.kit)
    orgId = owner.orgId
    userId = owner.userId
    await fill(owner, DEALS)
    // It is not alone in the table.
    await fill(await makeOwner(t.kit), 3 * DEALS)
    // Whoever else reads the table just now, such as autovacuum, keeps a vacuum from saying that its rows are seen by all.
    const isSeenByAll = async () => {
      const [table] = await t.asSuperuser<{ seen: boolean }>(
        `select relallvisible >= relpages as seen from pg_class where oid = 'crm.deals'::regclass`,
      )
      return table?.seen === true
    }
    do await t.asSuperuser('vacuum analyze crm.deals')
    while (!(await isSeenByAll()))
  })
  after(() => t.close())

  async function fill(owner: { orgId: string; userId: string }, count: number): Promise<void> {
    const { pipeline } = await firstPipeline(t.kit, owner.orgId)
    await t.asSuperuser(
      `insert into crm.deals (org_id, id, name, pipeline_id, stage_id, status, position, value, currency, owner_user_id, expected_close_on)
       select $1, gen_random_uuid(), 'Deal ' || n, $2, ($3::uuid[])[1 + n % 3], 'open', 'a' || lpad(n::text, 8, '0') || '1', n, 'EUR',
         case when n % 1000 = 0 then $4::uuid end, current_date + n % 90
       from generate_series(1, $5::int) n`,
      [owner.orgId, pipeline.id, pipeline.stages.map(({ id }) => id), owner.userId, count],
    )
  }

  it('shows its board from the index of its columns, sums included', async () => {
    const plans = await asSystem(t.kit, orgId, ctx =>
      plansOf(ctx, async read => {
        const board = await getDealBoard(read, { cards: 25 })
        assert.equal(board.count, DEALS)
      }),
    )
    const sums = plans.find(plan => plan.includes('Aggregate'))
    const cards = plans.find(plan => !plan.includes('Aggregate'))
    assert.match(sums ?? '', /Index Only Scan using deals_column/)
    assert.match(cards ?? '', /Index Scan( Backward)? using deals_column.*\n.*Index Cond: .*stage_id = /)
    assert.doesNotMatch(cards ?? '', /Seq Scan on deals/)
  })

  it('goes on with a column where it was, however deep', async () => {
    await asSystem(t.kit, orgId, async ctx => {
      const board = await getDealBoard(ctx, { cards: 25 })
      const [column] = board.columns
      const query = { stageId: column?.stage.id ?? '', limit: 50, cursor: column?.nextCursor ?? '' }
      const [plan] = await plansOf(ctx, read => listDealCards(read, query))
      assert.match(plan ?? '', /deals_column.*\n.*Index Cond: .*ROW\("?position"?, id\) < /)
    })
  })

  it('is listed from an index in each order', async () => {
    for (const [sort, index] of [
      [undefined, /deals_pkey/],
      ['name', /deals_by_name/],
      ['-value', /deals_by_value_back/],
      ['expectedCloseOn', /deals_by_expected\b/],
      ['-updatedAt', /deals_by_update/],
    ] as const) {
      await asSystem(t.kit, orgId, async ctx => {
        const [first] = await plansOf(ctx, read => listDeals(read, { limit: 50, sort }))
        assert.match(first ?? '', index, sort ?? 'newest first')
        const { nextCursor } = await listDeals(ctx, { limit: 50, sort })
        const query = { limit: 50, sort, cursor: nextCursor ?? undefined }
        const [next] = await plansOf(ctx, read => listDeals(read, query))
        assert.match(next ?? '', index, sort ?? 'newest first')
        // It goes on in the middle of the index, and does not walk there from its beginning.
        assert.match(next ?? '', /Index Cond: .*(ROW|id <|id >)/, sort ?? 'newest first')
      })
    }
  })

  it('is found by its owner for a member who sees their own deals', async () => {
    const visibility: Visibility = { deal: { owners: [userId], writable: [], readable: [] } }
    await inOrganization(t.kit, { orgId, actor: { type: 'user', userId }, visibility }, async ctx => {
      const [plan] = await plansOf(ctx, async read => {
        const { items } = await listDeals(read, { limit: 50 })
        assert.equal(items.length, DEALS / 1000)
      })
      assert.match(plan ?? '', /deals_owner/)
    })
  })
})
