import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { crmModule } from '../index.ts'
import { changeLostReason, createLostReason, listLostReasons } from './lost-reasons.ts'

let t: TestKit
before(async () => {
  t = await testKit({ modules: [iamModule, crmModule] })
})
after(() => t.close())

it('reasons of lost deals are put in order by many at once, each waiting for the others', async () => {
  const { orgId } = await makeOwner(t.kit)
  const within = <T>(work: (ctx: Context) => Promise<T>) =>
    inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, work)
  for (let n = 0; n < 12; n++) await within(ctx => createLostReason(ctx, `Reason ${n}`))
  const made = await within(listLostReasons)
  const moves = made.flatMap(({ id }, n) => [n % 5, 11 - n].map(position => ({ id, position })))
  await Promise.all(
    moves.map(({ id, position }) => within(ctx => changeLostReason(ctx, id, { name: `Of ${id}`, position }))),
  )
  const rows = await t.asSuperuser<{ position: number }>(
    'select position from crm.lost_reasons where org_id = $1 and archived_at is null order by position',
    [orgId],
  )
  assert.deepEqual(
    rows.map(({ position }) => position),
    rows.map((_, index) => index),
  )
  assert.equal((await within(listLostReasons)).length, made.length)
})
