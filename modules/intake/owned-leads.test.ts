import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { addMember, makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { inOrganization } from '#platform/context.ts'
import { seenCondition } from '#platform/owned.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { intakeModule } from './index.ts'

describe('leads of which a part is seen', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule, mailModule, intakeModule] })
  })
  after(() => t.close())

  it('are found by their owner, not by reading all of them', async () => {
    const { orgId, userId } = await makeOwner(t.kit)
    const other = await makeOwner(t.kit)
    await addMember(t.kit, orgId, other.userId, 'member')
    const { workflow_id: workflowId } = (
      await t.asSuperuser<{ workflow_id: string }>('select gen_random_uuid() as workflow_id')
    )[0] ?? { workflow_id: '' }
    await t.asSuperuser(
      `with person as (insert into crm.people (org_id, id) values ($1, gen_random_uuid()) returning id),
         col as (insert into intake.lead_statuses (org_id, workflow_id, status, name, position) values ($1, $2, 'NEW', 'New', 1))
       insert into intake.leads (org_id, id, workflow_id, person_id, email, name, status, position, owner_user_id)
       select $1, gen_random_uuid(), $2, person.id, 'p' || n || '@example.com', 'Person ' || n, 'NEW', 'a' || n,
         case when n % 1000 = 0 then $3::uuid else $4::uuid end
       from person, generate_series(1, 5000) n`,
      [orgId, workflowId, userId, other.userId],
    )
    await t.asSuperuser('analyze intake.leads')
    const visibility = { lead: { owners: [userId], writable: [], readable: [] } }
    const actor = { type: 'user', userId } as const
    const [plan, count] = await inOrganization(t.kit, { orgId, actor, visibility }, async ctx => {
      const seen = seenCondition(ctx, 'lead', 'l', 2)
      const text = `select l.id from intake.leads l where l.org_id = $1 and l.deleted_at is null${seen.sql}`
      const values = [orgId, ...seen.values]
      const explained = await ctx.db.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values)
      const found = await ctx.db.query(text, values)
      return [explained.rows.map(row => row['QUERY PLAN']).join('\n'), found.rowCount] as const
    })
    assert.equal(count, 5)
    assert.match(plan, /Index Cond: .*owner_user_id = ANY/)
    assert.doesNotMatch(plan, /Seq Scan/)
  })
})
