import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { AppError } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import {
  changePerson,
  crmModule,
  findContact,
  findContactByEmail,
  type PersonChanges,
  upsertPersonByEmail,
} from './index.ts'

describe('changing a person', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules: [iamModule, crmModule] })
  })
  after(() => t.close())

  const within = <T>(orgId: string, work: (ctx: Context) => Promise<T>) =>
    inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, work)
  const meet = async (orgId: string) =>
    (
      await within(orgId, ctx =>
        upsertPersonByEmail(ctx, { email: 'Ada@Example.com', firstName: 'Ada', source: 'test' }),
      )
    ).personId
  const change = (orgId: string, personId: string, changes: PersonChanges) =>
    within(orgId, ctx => changePerson(ctx, personId, changes))
  const eventsOf = (orgId: string) =>
    t.asSuperuser<{ payload: unknown }>(
      `select payload from events.events where org_id = $1 and type = 'person.updated' order by id`,
      [orgId],
    )

  it('writes what is named, leaves the rest, cuts texts, and tells what is different', async () => {
    const orgId = anyOrgId()
    const personId = await meet(orgId)
    const { changed } = await change(orgId, personId, {
      lastName: ' Lovelace ',
      phone: '1'.repeat(80),
      score: 5,
      lifecycleStage: 'prospect',
      addTags: ['VIP', ' vip ', ''],
    })
    assert.deepEqual(changed.toSorted(), ['lastName', 'lifecycleStage', 'phone', 'score', 'tags'])
    const person = await within(orgId, ctx => findContact(ctx, personId))
    assert.deepEqual(
      [person?.name, person?.phone, person?.score, person?.lifecycleStage, person?.tags],
      ['Ada Lovelace', '1'.repeat(50), 5, 'prospect', ['VIP']],
    )
    assert.deepEqual(await eventsOf(orgId), [{ payload: { personId, changed } }])
  })

  it('clears with null, takes tags away in any case of letters, and says nothing when nothing is different', async () => {
    const orgId = anyOrgId()
    const personId = await meet(orgId)
    await change(orgId, personId, { phone: '123', addTags: ['a', 'B'] })
    assert.deepEqual(await change(orgId, personId, { phone: null, removeTags: ['b'], addTags: ['A'] }), {
      changed: ['phone', 'tags'],
    })
    assert.deepEqual(await change(orgId, personId, { phone: ' ', firstName: 'Ada' }), { changed: [] })
    assert.equal((await eventsOf(orgId)).length, 2)
    assert.deepEqual((await within(orgId, ctx => findContact(ctx, personId)))?.tags, ['a'])
  })

  it('loses no tag when many add one at once', async () => {
    const orgId = anyOrgId()
    const personId = await meet(orgId)
    const tags = Array.from({ length: 12 }, (_, index) => `tag ${index}`)
    await Promise.all(tags.map(tag => change(orgId, personId, { addTags: [tag] })))
    const person = await within(orgId, ctx => findContact(ctx, personId))
    assert.deepEqual(person?.tags.toSorted(), tags.toSorted())
  })

  it('finds by address in any case, and neither finds nor changes what belongs to another organization', async () => {
    const [orgId, other] = [anyOrgId(), anyOrgId()]
    const personId = await meet(orgId)
    const find = (where: string) => within(where, ctx => findContactByEmail(ctx, 'ADA@example.com'))
    assert.equal((await find(orgId))?.id, personId)
    assert.equal(await find(other), null)
    for (const [where, id] of [
      [other, personId],
      [orgId, newId()],
    ] as const) {
      await assert.rejects(
        change(where, id, { score: 1 }),
        error => error instanceof AppError && error.code === 'request.not_found',
      )
    }
  })
})
