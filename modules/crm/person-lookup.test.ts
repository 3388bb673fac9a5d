import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { inOrganization } from '#platform/context.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { crmModule, upsertPersonByEmail } from './index.ts'

describe('finding a person by address', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
  })
  after(() => t.close())

  it('is one step in an index, however many people the organization has', async () => {
    const { orgId } = await makeOwner(t.kit)
    const plan = await inOrganization(
      t.kit,
      { orgId, actor: { type: 'system', name: 'test' } },
      async ctx => {
        await ctx.db.query(
          `insert into crm.people (org_id, id) select $1, gen_random_uuid() from generate_series(1, 5000)`,
          [orgId],
        )
        await ctx.db.query(
          `insert into crm.positions (org_id, id, person_id, email, is_primary)
         select $1, gen_random_uuid(), id, 'p' || row_number() over () || '@example.com', true from crm.people where org_id = $1`,
          [orgId],
        )
        await upsertPersonByEmail(ctx, { email: 'P77@Example.com', source: 'test' })
        const explained = await ctx.db.query<{ 'QUERY PLAN': string }>(
          `explain select id from crm.positions where org_id = $1 and email_key = lower($2::text) and deleted_at is null`,
          [orgId, 'p77@example.com'],
        )
        return explained.rows.map(row => row['QUERY PLAN']).join('\n')
      },
    )
    assert.match(plan, /Index Cond: .*email_key/)
    const people = await t.asSuperuser<{ n: string }>(
      'select count(*) as n from crm.people where org_id = $1',
      [orgId],
    )
    assert.equal(people[0]?.n, '5000', 'upper and lower case are the same address')
  })
})
