import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { addMember, makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { AppError } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { crmModule } from '../index.ts'
import { getDealBoard, listDealCards } from './deal-board.ts'
import { changeDeal, createDeal, moveDeal } from './deal-changes.ts'
import { removeDeals, restoreDeals } from './deal-removal.ts'
import { getDeal, listDeals } from './deals.ts'
import { asSystem, firstPipeline } from './factories.ts'
import { getForecast, monthOf } from './forecast.ts'
import { listLostReasons } from './lost-reasons.ts'
import type { Pipeline } from './pipeline-api.ts'
import { summarizePipeline } from './pipeline-summary.ts'
import { foldRevenue, readRevenue } from './revenue.ts'
import { deleteStage } from './stages.ts'

interface Known {
  stage: string
  value: { amount: number; currency: string } | null
  probability: number | null
  owner: string | null
  isThere: boolean
}

describe('what deals add up to', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
  })
  after(() => t.close())

  async function organization() {
    const { orgId, userId } = await makeOwner(t.kit)
    const { userId: other } = await makeOwner(t.kit)
    await addMember(t.kit, orgId, other, 'member')
    const { pipeline } = await firstPipeline(t.kit, orgId)
    const reason = await asSystem(t.kit, orgId, async ctx => (await listLostReasons(ctx))[0]?.id ?? null)
    return { orgId, owners: [userId, other] as const, pipeline, reason }
  }

  /** A random life of a few deals; gives what they are in the end. */
  async function live(
    org: Awaited<ReturnType<typeof organization>>,
    acts: readonly (readonly [number, number, number])[],
  ): Promise<Map<string, Known>> {
    const { orgId, owners, pipeline, reason } = org
    const known = new Map<string, Known>()
    const amountOf = (n: number) =>
      n % 5 === 0 ? null : { amount: n * 137, currency: n % 3 === 0 ? 'USD' : 'EUR' }
    for (const [what, which, n] of acts) {
      const [id, deal] = [...known][which % Math.max(known.size, 1)] ?? []
      const stage = pipeline.stages[n % pipeline.stages.length]
      assert.ok(stage)
      await asSystem(t.kit, orgId, async ctx => {
        const lost = stage.type === 'lost' ? { lostReasonId: reason } : {}
        if (id === undefined || deal === undefined || what === 0) {
          const made = {
            stage: stage.id,
            value: amountOf(n),
            probability: n % 4 === 0 ? n % 101 : null,
            owner: owners[n % 2] ?? null,
          }
          const body = { name: `Deal ${n}`, stageId: made.stage, value: made.value, ownerUserId: made.owner }
          const dealId = await createDeal(ctx, { ...body, probability: made.probability, ...lost })
          known.set(dealId, { ...made, isThere: true })
        } else if (what === 1 && deal.isThere) {
          await moveDeal(ctx, id, { stageId: stage.id, ...lost })
          deal.stage = stage.id
        } else if (what === 2 && deal.isThere) {
          const owner = [...owners, null][n % 3] ?? null
          await changeDeal(ctx, id, { value: amountOf(n), ownerUserId: owner })
          Object.assign(deal, { value: amountOf(n), owner })
        } else if (what === 3) {
          const act = deal.isThere ? removeDeals : restoreDeals
          assert.deepEqual(await act(ctx, [id]), [id])
          deal.isThere = !deal.isThere
        }
      })
    }
    return known
  }

  function expectedSums(pipeline: Pipeline, deals: readonly Known[]) {
    return pipeline.stages.map(stage => {
      const own = deals.filter(deal => deal.isThere && deal.stage === stage.id)
      const sums = new Map<string, { amount: number; hundredths: number }>()
      for (const { value, probability } of own) {
        if (!value) continue
        const sum = sums.get(value.currency) ?? { amount: 0, hundredths: 0 }
        sums.set(value.currency, {
          amount: sum.amount + value.amount,
          hundredths: sum.hundredths + value.amount * (probability ?? stage.probability),
        })
      }
      const rows = [...sums].map(([currency, { amount, hundredths }]) => [
        currency,
        amount,
        Math.round(hundredths / 100),
      ])
      return [stage.key, own.length, rows.sort()]
    })
  }

  const act = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 40 }), fc.nat({ max: 400 }))

  it('is what counting them one by one gives, whatever was done to them, before and after folding', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 40 }), async acts => {
        const org = await organization()
        const { orgId, pipeline } = org
        const known = await live(org, acts)
        const won = pipeline.stages.find(({ type }) => type === 'won')?.id
        const revenue = new Map<string, { deals: number; amount: number }>()
        for (const { stage, isThere, value, owner } of known.values()) {
          if (!isThere || stage !== won || !value) continue
          const line = revenue.get(`${owner} ${value.currency}`) ?? { deals: 0, amount: 0 }
          revenue.set(`${owner} ${value.currency}`, {
            deals: line.deals + 1,
            amount: line.amount + value.amount,
          })
        }
        const month = monthOf(new Date())
        const read = () =>
          asSystem(t.kit, orgId, async ctx => {
            const board = await getDealBoard(ctx, { cards: 100 })
            const sums = board.columns.map(column => [
              column.stage.key,
              column.count,
              column.sums.map(sum => [sum.currency, sum.amount, sum.weighted]).sort(),
            ])
            assert.deepEqual(sums, expectedSums(pipeline, [...known.values()]))
            const rows = (await readRevenue(ctx, month, 1)).map(row => [
              `${row.ownerUserId} ${row.currency}`,
              { deals: row.deals, amount: row.amount },
            ])
            assert.deepEqual(Object.fromEntries(rows), Object.fromEntries(revenue))
            const forecast = await getForecast(ctx, { months: 6 })
            const inForecast = forecast.rows
              .filter(row => row.won > 0 || row.wonDeals > 0)
              .map(row => [`${row.ownerUserId} ${row.currency}`, { deals: row.wonDeals, amount: row.won }])
            assert.deepEqual(Object.fromEntries(inForecast), Object.fromEntries(revenue))
          })
        await read()
        await foldRevenue(t.kit, 0)
        await read()
        const entries = await t.asSuperuser<{ n: number }>(
          'select count(*)::int as n from crm.revenue_entries where org_id = $1',
          [orgId],
        )
        assert.equal(entries[0]?.n, revenue.size)
        // Each deal is in one stage at a time, and each stay begins where the one before ended.
        const broken = await t.asSuperuser(
          `select 1 from (
             select h.*, lead(h.entered_at) over w as next_entered, lead(h.stage_id) over w as next_stage
             from crm.deal_stages h where h.org_id = $1 window w as (partition by h.deal_id order by h.entered_at, h.left_at nulls last)
           ) stays
           where (next_entered is null) <> (left_at is null) or left_at <> next_entered or next_stage <> next_stage_id
              or (left_at is null and not exists (
                select 1 from crm.deals d where d.org_id = $1 and d.id = deal_id and d.stage_id = stays.stage_id
                  and d.owner_user_id is not distinct from stays.owner_user_id))`,
          [orgId],
        )
        assert.deepEqual(broken, [])
      }),
      { numRuns: 12, seed: 5 },
    )
  })

  it('keeps the order that cards were put in, page by page', async () => {
    const { orgId, pipeline } = await organization()
    const [{ id: stageId } = { id: '' }] = pipeline.stages
    const column: string[] = []
    const choices = fc.sample(fc.tuple(fc.nat(), fc.nat()), { numRuns: 80, seed: 11 })
    for (const [from, to] of choices) {
      await asSystem(t.kit, orgId, async ctx => {
        if (column.length < 12) column.unshift(await createDeal(ctx, { name: 'Card', stageId }))
        const [moved] = column.splice(from % column.length, 1)
        assert.ok(moved)
        const place = to % (column.length + 1)
        const below = column[place - 1]
        await moveDeal(ctx, moved, { stageId, ...(below === undefined ? {} : { below }) })
        column.splice(place, 0, moved)
      })
    }
    await asSystem(t.kit, orgId, async ctx => {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await listDealCards(ctx, { stageId, limit: 5, ...(cursor ? { cursor } : {}) })
        seen.push(...page.items.map(({ id }) => id))
        cursor = page.nextCursor ?? undefined
      } while (cursor)
      const board = await getDealBoard(ctx, { cards: 5 })
      const first = board.columns[0]
      assert.deepEqual(
        first?.deals.map(({ id }) => id),
        seen.slice(0, 5),
      )
      const rest = await listDealCards(ctx, { stageId, limit: 100, cursor: first?.nextCursor ?? '' })
      assert.deepEqual(
        rest.items.map(({ id }) => id),
        seen.slice(5),
      )
      assert.deepEqual(seen, column)
    })
  })

  it('stays whole when many move the same deal, and a stage goes, at once', async () => {
    const { orgId, pipeline } = await organization()
    const [first, second, third] = pipeline.stages
    assert.ok(first && second && third)
    const id = await asSystem(t.kit, orgId, ctx => createDeal(ctx, { name: 'Mill' }))
    const moves = Array.from({ length: 12 }, (_, n) =>
      asSystem(t.kit, orgId, ctx => moveDeal(ctx, id, { stageId: [first, second, third][n % 3]?.id ?? '' })),
    )
    const removal = asSystem(t.kit, orgId, ctx => deleteStage(ctx, pipeline.id, second.id, third.id))
    const outcomes = await Promise.allSettled([...moves, removal])
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') assert.equal((outcome.reason as AppError).code, 'request.invalid')
    assert.equal(outcomes.at(-1)?.status, 'fulfilled')
    const stays = await t.asSuperuser<{ stage_id: string; left_at: Date | null }>(
      'select stage_id, left_at from crm.deal_stages where org_id = $1 and deal_id = $2',
      [orgId, id],
    )
    const [current, ...others] = stays.filter(stay => stay.left_at === null)
    assert.equal(others.length, 0)
    const { deal } = await asSystem(t.kit, orgId, ctx => getDeal(ctx, id))
    assert.equal(current?.stage_id, deal.stageId)
    assert.notEqual(deal.stageId, second.id)
  })

  it('tells how long deals were in a stage and how many went on', async () => {
    const { orgId, pipeline } = await organization()
    const [first, second] = pipeline.stages
    assert.ok(first && second)
    const lost = pipeline.stages.find(({ type }) => type === 'lost')?.id ?? ''
    const { reason } = {
      reason: await asSystem(t.kit, orgId, async ctx => (await listLostReasons(ctx))[0]?.id),
    }
    await asSystem(t.kit, orgId, async ctx => {
      for (const to of [second.id, second.id, lost]) {
        const id = await createDeal(ctx, { name: 'Mill', value: { amount: 100, currency: 'EUR' } })
        await ctx.db.query(
          `update crm.deal_stages set entered_at = now() - interval '2 days' where org_id = $1 and deal_id = $2`,
          [orgId, id],
        )
        await moveDeal(ctx, id, { stageId: to, ...(to === lost ? { lostReasonId: reason } : {}) })
      }
    })
    const summary = await asSystem(t.kit, orgId, ctx => summarizePipeline(ctx, pipeline.id, 30))
    const [qualification] = summary.stages
    assert.deepEqual([qualification?.left, Math.round((qualification?.averageSeconds ?? 0) / 86_400)], [3, 2])
    assert.equal(qualification?.advanced?.toFixed(3), '0.667')
    assert.deepEqual([summary.created.deals, summary.lost.deals, summary.winRate], [3, 1, 0])
  })

  it('is of the own deals alone for a member who sees those, and they change no others', async () => {
    const { orgId, owners, pipeline } = await organization()
    const [mine, theirs] = owners
    const value = { amount: 1_000, currency: 'EUR' }
    const won = pipeline.stages.find(({ type }) => type === 'won')?.id ?? ''
    const made = await asSystem(t.kit, orgId, async ctx => {
      const ids: string[] = []
      for (const ownerUserId of [mine, theirs, theirs])
        ids.push(await createDeal(ctx, { name: 'Mill', value, ownerUserId, stageId: won }))
      return ids
    })
    const [own = '', shared = '', hidden = ''] = made
    const visibility: Visibility = { deal: { owners: [mine], writable: [shared], readable: [] } }
    const narrowed = <T>(work: (ctx: Context) => Promise<T>) =>
      inOrganization(t.kit, { orgId, actor: { type: 'user', userId: mine }, visibility }, work)
    await narrowed(async ctx => {
      const board = await getDealBoard(ctx, { cards: 10 })
      const column = board.columns.find(each => each.stage.id === won)
      assert.deepEqual([column?.count, column?.sums[0]?.amount], [2, 2_000])
      assert.deepEqual(
        (await listDeals(ctx, { limit: 10 })).items.map(({ id }) => id),
        [shared, own],
      )
      const forecast = await getForecast(ctx, { months: 6 })
      assert.equal(
        forecast.rows.reduce((sum, row) => sum + row.won, 0),
        2_000,
      )
      assert.equal((await summarizePipeline(ctx, pipeline.id, 30)).won.deals, 2)
      assert.deepEqual(
        (await readRevenue(ctx, monthOf(new Date()), 1)).map(row => row.amount),
        [1_000],
      )
      assert.equal((await getDeal(ctx, shared)).deal.stays.length, 1)
    })
    const refused: ((ctx: Context) => Promise<unknown>)[] = [
      ctx => getDeal(ctx, hidden),
      ctx => changeDeal(ctx, hidden, { name: 'x' }),
      ctx => changeDeal(ctx, own, { personId: newId() }),
    ]
    for (const act of refused) await assert.rejects(narrowed(act), AppError)
    assert.deepEqual(await narrowed(ctx => removeDeals(ctx, [hidden])), [])
    // Giving away, also out of sight, and taking revenue along that is of somebody else.
    await narrowed(ctx => changeDeal(ctx, own, { ownerUserId: theirs }))
    await narrowed(ctx => changeDeal(ctx, shared, { value: { amount: 5, currency: 'EUR' } }))
    await assert.rejects(
      narrowed(ctx => getDeal(ctx, own)),
      AppError,
    )
    await assert.rejects(
      narrowed(ctx => createDeal(ctx, { name: 'For them', ownerUserId: theirs })),
      {
        code: 'request.read_only',
      },
    )
    const all = await asSystem(t.kit, orgId, ctx => readRevenue(ctx, monthOf(new Date()), 1))
    assert.deepEqual(
      all.map(row => [row.ownerUserId, row.deals, row.amount]),
      [[theirs, 3, 2_005]],
    )
  })
})
