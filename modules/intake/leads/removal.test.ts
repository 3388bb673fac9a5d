import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { addMember, makeOwner, type Person } from '#modules/iam/factories.ts'
import { inOrganization } from '#platform/context.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { newId } from '#platform/ids.ts'
import type { TestKit } from '#test/database.ts'
import type { TestServer } from '#test/http.ts'
import {
  changeLeads,
  deleteLead,
  getBoard,
  getLead,
  listDeletedLeads,
  listLeads,
  restoreLead,
} from '../contract.ts'
import { goodAnswers, makeForm, send } from '../factories.ts'
import type { Form } from '../form-definition.ts'
import { type LeadTest, openLeadTest } from './factories.ts'
import { purgeDeletedLeads } from './purge.ts'
import * as verbs from './removal.ts'

describe('leads that are deleted', () => {
  let t: TestKit
  let owner: Person
  let server: TestServer
  let serve: LeadTest['serve']
  let close: LeadTest['close']
  let form: Form
  before(async () => {
    ;({ t, serve, close } = await openLeadTest())
    owner = await makeOwner(t.kit)
    server = await serve(owner.orgId, owner)
  })
  after(() => close())
  beforeEach(async () => {
    form = await makeForm(t.kit, owner.orgId)
  })

  const sent = async (email = `${newId()}@example.com`) =>
    (await send(t.kit, form, goodAnswers(email))).leadId ?? ''
  const path = (leadId: string) => ({ params: { leadId } })
  const board = () =>
    server.client().call(getBoard, { params: { workflowId: form.workflowId }, query: { cards: 50 } })
  const cards = async () => (await board()).columns.flatMap(column => column.cards.map(({ id }) => id))
  const deleted = async () =>
    (
      await server
        .client()
        .call(listDeletedLeads, { params: { workflowId: form.workflowId }, query: { limit: 50 } })
    ).items.map(({ id }) => id)
  const bulk = (items: object[]) => server.client().call(changeLeads, { body: { items } as never })
  const code = (work: Promise<unknown>) =>
    work.then(
      () => 'accepted',
      (error: { code?: string }) => error.code,
    )

  it('are gone from everywhere, and come back to their place with all they had', async () => {
    const [first, second, third] = [await sent(), await sent(), await sent()]
    await server.client().call(deleteLead, path(second))
    assert.deepEqual(await cards(), [third, first])
    assert.deepEqual((await board()).count, 2)
    assert.equal(await code(server.client().call(getLead, path(second))), 'request.not_found')
    assert.equal(await code(server.client().call(deleteLead, path(second))), 'request.not_found')
    const listed = await server.client().call(listLeads, { query: { workflowId: form.workflowId } })
    assert.equal(listed.items.length, 2)
    assert.deepEqual(await deleted(), [second])
    await server.client().call(restoreLead, path(second))
    assert.deepEqual(await cards(), [third, second, first])
    const back = await server.client().call(getLead, path(second))
    assert.deepEqual(
      [back.answers.length > 0, back.events.map(({ kind }) => kind)],
      [true, ['RESTORED', 'DELETED', 'FORM_SUBMITTED']],
    )
    assert.equal(await code(server.client().call(restoreLead, path(second))), 'request.not_found')
  })

  it('do not come back beside the lead that the same address has become since', async () => {
    const first = await sent('twice@example.com')
    await server.client().call(deleteLead, path(first))
    const second = await sent('twice@example.com')
    assert.notEqual(second, first)
    assert.equal(await code(server.client().call(restoreLead, path(first))), 'intake.lead_came_again')
    const answer = await bulk([
      { leadId: first, deleted: false },
      { leadId: second, status: 'WON' },
    ])
    assert.deepEqual(
      answer.items.map(item => item.problem?.code ?? item.lead?.status),
      ['intake.lead_came_again', 'WON'],
    )
    await server.client().call(deleteLead, path(second))
    await server.client().call(restoreLead, path(first))
    assert.deepEqual(await cards(), [first])
  })

  it('many at once, and taken back exactly: column, place and owner', async () => {
    const ids = []
    for (let n = 0; n < 5; n++) ids.push(await sent())
    const [e = '', d = '', c = '', b = '', a = ''] = ids
    assert.deepEqual(await cards(), [a, b, c, d, e])
    assert.equal((await bulk([b, d].map(leadId => ({ leadId, deleted: true })))).changed, 2)
    assert.equal(
      (await bulk([a, c].map(leadId => ({ leadId, status: 'WON', ownerUserId: owner.userId })))).changed,
      2,
    )
    assert.deepEqual(await cards(), [e, c, a])
    assert.equal(
      (
        await bulk([
          { leadId: b, deleted: false },
          { leadId: d, deleted: false },
          { leadId: a, status: 'NEW', ownerUserId: null },
          { leadId: c, status: 'NEW', below: b, ownerUserId: null },
        ])
      ).failed,
      0,
    )
    assert.deepEqual(await cards(), [a, b, c, d, e])
    for (const item of [{ leadId: a, below: b }, { leadId: a, deleted: true, status: 'WON' }, { leadId: a }])
      assert.equal(await code(bulk([item])), 'request.invalid')
  })

  it('two at once delete it once, and neither what one may only look at nor a foreign one can be deleted', async () => {
    const leadId = await sent()
    const both = await Promise.all([1, 2].map(() => code(server.client().call(deleteLead, path(leadId)))))
    assert.deepEqual(both.sort(), ['accepted', 'request.not_found'])
    const other = await makeOwner(t.kit)
    const foreign = await serve(other.orgId, other)
    const live = await sent()
    for (const route of [deleteLead, restoreLead])
      for (const id of [live, leadId])
        assert.equal(await code(foreign.client().call(route, path(id))), 'request.not_found')
    await addMember(t.kit, owner.orgId, other.userId, 'member')
    const as = (visibility: Visibility) =>
      inOrganization(
        t.kit,
        { orgId: owner.orgId, actor: { type: 'user', userId: other.userId }, visibility },
        ctx => verbs.deleteLead(ctx, live),
      )
    const sight = { owners: [other.userId], writable: [], readable: [] }
    assert.equal(await code(as({ lead: sight })), 'request.not_found')
    assert.equal(await code(as({ lead: { ...sight, readable: [live] } })), 'request.read_only')
    await as({ lead: { ...sight, writable: [live] } })
    assert.deepEqual(new Set(await deleted()), new Set([leadId, live]))
    const back = (visibility: Visibility) =>
      inOrganization(
        t.kit,
        { orgId: owner.orgId, actor: { type: 'user', userId: other.userId }, visibility },
        ctx => verbs.restoreLead(ctx, live),
      )
    assert.equal(await code(back({ lead: sight })), 'request.not_found')
    assert.equal(await code(back({ lead: { ...sight, readable: [live] } })), 'request.read_only')
    assert.equal((await back({ lead: { ...sight, writable: [live] } })).id, live)
  })

  it('go for good after 90 days, with all that is theirs, and not before', async () => {
    const [old, young] = [await sent(), await sent()]
    await bulk([old, young].map(leadId => ({ leadId, deleted: true })))
    const age = (leadId: string, days: number) =>
      t.asSuperuser(`update intake.leads set deleted_at = now() - make_interval(days => $2) where id = $1`, [
        leadId,
        days,
      ])
    await age(old, 91)
    await age(young, 89)
    await purgeDeletedLeads(t.kit)
    const left = await t.asSuperuser<{ lead_id: string }>(
      'select distinct lead_id from intake.lead_events where lead_id = any($1::uuid[])',
      [[old, young]],
    )
    assert.deepEqual(left, [{ lead_id: young }])
    assert.deepEqual(await deleted(), [young])
  })
})
