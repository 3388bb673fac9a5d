import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { memberJoined, memberRemoved } from '#modules/iam/contract.ts'
import { addMember, makeOwner } from '#modules/iam/factories.ts'
import { inOrganization } from '#platform/context.ts'
import { dispatchOnce } from '#platform/events/dispatch.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { modules } from './modules.ts'
import { subscriptions } from './subscriptions.ts'

let t: TestKit
before(async () => {
  t = await testKit({ modules, reactions: subscriptions })
})
after(() => t.close())

it('owners are told by name who joined, who left and who was removed', async () => {
  const { orgId, userId: ownerId } = await makeOwner(t.kit, 'Olga Owner')
  const { userId } = await makeOwner(t.kit, 'N'.repeat(200))
  await addMember(t.kit, orgId, userId, 'member')
  await inOrganization(t.kit, { orgId, actor: { type: 'user', userId: ownerId } }, async ctx => {
    const who = { memberId: newId(), userId }
    const subjects = [{ type: 'user', id: userId }]
    await publish(ctx, memberJoined, { subjects, payload: { ...who, role: 'member' } })
    await publish(ctx, memberRemoved, { subjects, payload: { ...who, left: true } })
    await publish(ctx, memberRemoved, { subjects, payload: { ...who, left: false } })
  })
  while ((await dispatchOnce(t.kit)) > 0);
  const told = await t.asSuperuser<{ title: string }>(
    'select title from iam.notifications where org_id = $1 and user_id = $2 order by id',
    [orgId, ownerId],
  )
  const name = 'N'.repeat(150)
  assert.deepEqual(told.map(row => row.title).sort(), [
    `${name} joined the organization`,
    `${name} left the organization`,
    `${name} was removed from the organization`,
  ])
})
