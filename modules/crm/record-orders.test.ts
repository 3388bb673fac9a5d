import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { type TestKit, testKit } from '#test/database.ts'
import type { RecordObject } from './contract.ts'
import { crmModule, listPipelines, refreshIndexes } from './index.ts'
import { recordKinds } from './record-kinds.ts'

const MANY = 20_000

/** The list, its order or filter, and the index that has to give it. */
const ORDERS: readonly [object: RecordObject, query: { sort?: string; filter?: string }, index: string][] = [
  ['person', {}, 'people_pkey'],
  ['person', { sort: 'createdAt' }, 'people_pkey'],
  ['person', { sort: 'lastName' }, 'people_by_last_name'],
  ['person', { sort: '-lastName' }, 'people_by_last_name_back'],
  ['person', { sort: 'firstName' }, 'people_by_first_name'],
  ['person', { sort: '-firstName' }, 'people_by_first_name_back'],
  ['person', { sort: 'lastActivityAt' }, 'people_by_activity'],
  ['person', { sort: '-lastActivityAt' }, 'people_by_activity_back'],
  ['person', { sort: '-score' }, 'people_by_score'],
  ['person', { sort: 'score' }, 'people_by_score'],
  ['person', { sort: '-updatedAt' }, 'people_by_update'],
  ['person', { filter: 'externalId:is:X7' }, 'people_external'],
  ['person', { filter: 'tags:has:rare', sort: 'lastName' }, 'custom_values_text'],
  ['company', {}, 'companies_pkey'],
  ['company', { sort: 'name' }, 'companies_by_name'],
  ['company', { sort: '-name' }, 'companies_by_name'],
  ['company', { sort: '-lastActivityAt' }, 'companies_by_activity'],
  ['company', { sort: 'updatedAt' }, 'companies_by_update'],
  ['company', { filter: 'domain:is:C7.example' }, 'companies_domain'],
  ['company', { filter: 'siren:is:000000007' }, 'companies_siren'],
  ['company', { filter: 'externalId:is:X7' }, 'companies_external'],
  ['deal', { sort: '-value' }, 'deals_by_value_back'],
  ['deal', { sort: 'value' }, 'deals_by_value'],
  ['deal', { sort: 'expectedCloseOn' }, 'deals_by_expected'],
  ['deal', { sort: '-expectedCloseOn' }, 'deals_by_expected_back'],
]

describe('the orders of lists', () => {
  let t: TestKit
  let orgId = ''
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
    orgId = (await makeOwner(t.kit)).orgId
    await within(async ctx => {
      await ctx.db.query(
        `insert into crm.people (org_id, id, first_name, last_name, score, external_id, last_activity_at, updated_at)
         select $1, gen_random_uuid(), 'F' || n % 700, case when n % 10 > 0 then 'L' || n % 9000 end, n % 100, 'X' || n,
           case when n % 3 = 0 then now() - n * interval '1 minute' end, now() - n * interval '1 second'
         from generate_series(1, ${MANY}) n`,
        [orgId],
      )
      const tagged = await ctx.db.query<{ id: string }>(
        `update crm.people set tags = case when external_id = 'X7777' then '{rare,common}'::text[] else '{common}' end
         where org_id = $1 and external_id like 'X77__' returning id`,
        [orgId],
      )
      refreshIndexes(
        ctx,
        'person',
        tagged.rows.map(({ id }) => id),
      )
      await ctx.db.query(
        `insert into crm.companies (org_id, id, name, website_url, siren, external_id, last_activity_at, updated_at)
         select $1, gen_random_uuid(), 'C' || n, 'https://c' || n || '.example', lpad(n::text, 9, '0'), 'X' || n,
           case when n % 3 = 0 then now() - n * interval '1 minute' end, now() - n * interval '1 second'
         from generate_series(1, ${MANY}) n`,
        [orgId],
      )
      await ctx.db.query(
        `insert into crm.positions (org_id, id, person_id, company_id, email, is_primary)
         select $1, gen_random_uuid(), p.id, (select id from crm.companies where org_id = $1 limit 1),
           'p' || row_number() over () || '@example.com', true
         from crm.people p where p.org_id = $1`,
        [orgId],
      )
      const [pipeline] = await listPipelines(ctx)
      await ctx.db.query(
        `insert into crm.deals (org_id, id, name, pipeline_id, stage_id, status, position, value, currency, expected_close_on)
         select $1, gen_random_uuid(), 'D' || n, $2, $3, 'open', 'a' || n, case when n % 5 > 0 then n end,
           case when n % 5 > 0 then 'EUR' end, case when n % 3 > 0 then current_date + n % 300 end
         from generate_series(1, ${MANY}) n`,
        [orgId, pipeline?.id, pipeline?.stages[0]?.id],
      )
    })
    await t.asSuperuser('analyze crm.people, crm.companies, crm.positions, crm.deals, crm.custom_values')
  })
  after(() => t.close())

  const within = <T>(work: (ctx: Context) => Promise<T>) =>
    inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, work)

  /** The plan of the statement that a list runs, as the role the product runs as, and its page. */
  const planOf = (object: RecordObject, query: { sort?: string; filter?: string; cursor?: string }) =>
    within(async ctx => {
      const asked: { text: string; values: readonly unknown[] }[] = []
      const heard = {
        ...ctx,
        db: new Proxy(ctx.db, {
          get(db, name) {
            const own = Reflect.get(db, name, db) as unknown
            if (typeof own !== 'function') return own
            return (...args: [string, readonly unknown[]]) => {
              if (name === 'query' || name === 'queryOnce') asked.push({ text: args[0], values: args[1] })
              return (own as (...args: unknown[]) => unknown).apply(db, args)
            }
          },
        }),
      }
      const page = await recordKinds[object].list(heard, { limit: 50, ...query })
      // What stands on the page may be read by a statement of its own.
      const last = asked.findLast(({ text }) => /\blimit \$\d+\s*$/.test(text))
      const plan = await ctx.db.queryOnce<{ 'QUERY PLAN': string }>(`explain ${last?.text}`, last?.values)
      return { page, plan: plan.rows.map(row => row['QUERY PLAN']).join('\n') }
    })

  for (const [object, query, index] of ORDERS) {
    it(`${object} ${JSON.stringify(query)} come from ${index}, the second page too`, async () => {
      const first = await planOf(object, query)
      assert.match(first.plan, new RegExp(`(using|on) ${index}\\b`), first.plan)
      if (query.filter !== undefined) {
        assert.equal(first.page.items.length, 1)
        return
      }
      assert.doesNotMatch(first.plan, /Sort Key/, first.plan)
      const second = await planOf(object, { ...query, cursor: first.page.nextCursor ?? '' })
      assert.match(second.plan, new RegExp(`using ${index}\\b`), second.plan)
      assert.match(second.plan, /Index Cond: .*ROW\(|Index Cond: .*\bid [<>]/, second.plan)
      assert.doesNotMatch(second.plan, /Sort Key/, second.plan)
      const ids = new Set(first.page.items.map(({ id }) => id))
      assert.ok(second.page.items.every(({ id }) => !ids.has(id)))
    })
  }
})
