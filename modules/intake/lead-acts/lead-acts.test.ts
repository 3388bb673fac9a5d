import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addMember, makeOwner, type Person } from '#modules/iam/factories.ts'
import { inOrganization } from '#platform/context.ts'
import type { Client } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import type { TestKit } from '#test/database.ts'
import {
  assignLead,
  cancelLeadAct,
  deleteLead,
  deleteLeadColumn,
  getBoard,
  getLead,
  getLeadAct,
  type LeadSelection,
  listLeadActProblems,
  listLeadActs,
  moveLead,
  startLeadAct,
  undoLeadAct,
  type WhatIsDone,
} from '../contract.ts'
import { goodAnswers, makeForm, makeLeads, send } from '../factories.ts'
import type { Form } from '../form-definition.ts'
import { assertRefused, type LeadTest, openLeadTest } from '../leads/factories.ts'
import { forgetLeadActs } from './acts.ts'
import { runPart } from './run-act.ts'

describe('acts over all leads that a filter lets through', () => {
  let t: TestKit
  let serve: LeadTest['serve']
  let close: LeadTest['close']
  before(async () => {
    ;({ t, serve, close } = await openLeadTest())
  })
  after(() => close())

  const open = async () => {
    const owner = await makeOwner(t.kit)
    const form = await makeForm(t.kit, owner.orgId)
    return { owner, form, client: (await serve(owner.orgId, owner)).client() }
  }
  const begin = (client: Client, form: Form, select: LeadSelection, act: WhatIsDone) =>
    client.call(startLeadAct, { params: { workflowId: form.workflowId }, body: { select, act } })
  const toWon = { type: 'move', status: 'WON' } as const
  const finish = async ({ orgId }: Person, actId: string) => {
    while (await runPart(t.kit, orgId, actId));
  }
  const read = (client: Client, leadActId: string) => client.call(getLeadAct, { params: { leadActId } })
  const counts = async ({ orgId }: Person) =>
    Object.fromEntries(
      (
        await t.asSuperuser<{ status: string; count: number }>(
          'select status, count(*)::int as count from intake.leads where org_id = $1 and deleted_at is null group by 1',
          [orgId],
        )
      ).map(({ status, count }) => [status, count]),
    )
  /** How many events of a kind the leads have, and how many leads have one. */
  const eventsOf = async ({ orgId }: Person, kind: string) => {
    const [found] = await t.asSuperuser<{ events: number; leads: number }>(
      `select count(*)::int as events, count(distinct lead_id)::int as leads from intake.lead_events where org_id = $1 and kind = $2`,
      [orgId, kind],
    )
    return [found?.events, found?.leads]
  }
  const cards = async (client: Client, form: Form, status: string) => {
    const board = await client.call(getBoard, {
      params: { workflowId: form.workflowId },
      query: { cards: 200 },
    })
    return board.columns.find(column => column.status === status)?.cards.map(({ id }) => id) ?? []
  }

  it('a few are done before the answer, in their order on top of the column, and taken back to their places', async () => {
    const { owner, form, client } = await open()
    const [one = '', two = '', three = '', four = ''] = await makeLeads(t, form, owner.orgId, 4)
    await client.call(moveLead, { params: { leadId: one }, body: { status: 'WON' } })
    // An order of hand: the oldest under the newest.
    await client.call(moveLead, { params: { leadId: two }, body: { status: 'NEW', below: four } })
    assert.deepEqual(await cards(client, form, 'NEW'), [four, two, three])
    const act = await begin(client, form, { status: 'NEW' }, toWon)
    assert.deepEqual(
      [act.status, act.title, act.total, act.done, act.failed, act.mayUndo],
      ['done', 'Moved 3 leads to Won', 3, 3, 0, true],
    )
    assert.deepEqual(await cards(client, form, 'WON'), [four, two, three, one])
    const undo = await client.call(undoLeadAct, { params: { leadActId: act.id } })
    assert.deepEqual([undo.kind, undo.status, undo.done, undo.failed], ['undo', 'done', 3, 0])
    assert.deepEqual(await cards(client, form, 'NEW'), [four, two, three])
    assert.deepEqual(await cards(client, form, 'WON'), [one])
    const after = await read(client, act.id)
    assert.deepEqual([after.status, after.mayUndo, after.undoneBy], ['undone', false, undo.id])
    const again = client.call(undoLeadAct, { params: { leadActId: act.id } })
    await assertRefused(again, 'intake.lead_act_not_undoable')
    const listed = await client.call(listLeadActs, { params: { workflowId: form.workflowId }, query: {} })
    assert.deepEqual(
      listed.items.map(({ title }) => title),
      ['Took back: Moved 3 leads to Won', 'Moved 3 leads to Won'],
    )
  })

  it('many are done by a job, each once with all that follows, whoever works on it', async () => {
    const { owner, form, client } = await open()
    await makeLeads(t, form, owner.orgId, 250)
    const other = await makeForm(t.kit, owner.orgId)
    await makeLeads(t, other, owner.orgId, 5)
    const act = await begin(client, form, {}, toWon)
    assert.deepEqual([act.status, act.total, act.done, act.mayUndo], ['running', 250, 0, false])
    // What comes in after it began is not among what was chosen.
    await send(t.kit, form, goodAnswers('late@example.com'))
    await Promise.all([finish(owner, act.id), finish(owner, act.id)])
    const done = await read(client, act.id)
    assert.deepEqual([done.status, done.total, done.done, done.failed], ['done', 250, 250, 0])
    assert.deepEqual(await counts(owner), { NEW: 6, WON: 250 })
    assert.deepEqual(await eventsOf(owner, 'STATUS_CHANGED'), [250, 250])
    const [published] = await t.asSuperuser<{ count: number }>(
      `select count(*)::int as count from events.events where org_id = $1 and type = 'lead.status_changed'`,
      [owner.orgId],
    )
    assert.equal(published?.count, 250)
    const undo = await client.call(undoLeadAct, { params: { leadActId: act.id } })
    assert.equal((await read(client, act.id)).status, 'undoing')
    await Promise.all([finish(owner, undo.id), finish(owner, undo.id)])
    assert.deepEqual(await counts(owner), { NEW: 256 })
    assert.deepEqual(await eventsOf(owner, 'STATUS_CHANGED'), [500, 250])
  })

  it('a filter, an owner and a column say which, and what is there already is left out', async () => {
    const { owner, form, client } = await open()
    const leadId = (await send(t.kit, form, { ...goodAnswers('rich@example.com'), budget: '$10000+' })).leadId
    await makeLeads(t, form, owner.orgId, 3)
    const filter = JSON.stringify({ field: 'answers.budget', op: 'is', value: '$10000+' })
    const given = await begin(client, form, { filter }, { type: 'assign', ownerUserId: owner.userId })
    assert.deepEqual([given.title, given.done], ['Gave 1 lead to Ada Owner', 1])
    const lead = await client.call(getLead, { params: { leadId: leadId ?? '' } })
    assert.deepEqual(
      [lead.ownerUserId, lead.events[0]?.kind, lead.events[0]?.userId],
      [owner.userId, 'OWNER_CHANGED', owner.userId],
    )
    const again = await begin(client, form, { filter }, { type: 'assign', ownerUserId: owner.userId })
    assert.deepEqual([again.status, again.total, again.done, again.mayUndo], ['done', 0, 0, false])
    const nobodys = await begin(
      client,
      form,
      { ownerUserId: owner.userId },
      { type: 'assign', ownerUserId: null },
    )
    assert.deepEqual([nobodys.title, nobodys.done], ['Took 1 lead from everybody', 1])
    await client.call(undoLeadAct, { params: { leadActId: nobodys.id } })
    const back = await client.call(getLead, { params: { leadId: leadId ?? '' } })
    assert.equal(back.ownerUserId, owner.userId)
    // What was asked for may name people, and is forgotten with the end.
    const kept = await t.asSuperuser(
      'select 1 from intake.lead_acts where org_id = $1 and filter is not null',
      [owner.orgId],
    )
    assert.deepEqual(kept, [])
  })

  it('taking back leaves what was changed since, and says why', async () => {
    const { owner, form, client } = await open()
    const [one = '', two = '', three = ''] = await makeLeads(t, form, owner.orgId, 3)
    const act = await begin(client, form, {}, toWon)
    await client.call(moveLead, { params: { leadId: one }, body: { status: 'LOST' } })
    await client.call(deleteLead, { params: { leadId: two } })
    const undo = await client.call(undoLeadAct, { params: { leadActId: act.id } })
    assert.deepEqual([undo.done, undo.failed], [1, 2])
    const problems = await client.call(listLeadActProblems, { params: { leadActId: undo.id }, query: {} })
    assert.deepEqual(
      problems.items.map(({ leadId, leadName, message }) => [leadId, leadName, message]),
      [
        [one, 'Lead 1', 'It was moved to another column since.'],
        [two, null, 'It was deleted since.'],
      ],
    )
    assert.deepEqual(await cards(client, form, 'NEW'), [three])
    assert.deepEqual(await cards(client, form, 'LOST'), [one])
    const gone = await begin(client, form, {}, { type: 'delete' })
    assert.deepEqual([gone.title, gone.done], ['Deleted 2 leads', 2])
    assert.deepEqual(await counts(owner), {})
    // The address has become another lead since, so the first one stays deleted.
    const [first] = await t.asSuperuser<{ email: string }>('select email from intake.leads where id = $1', [
      one,
    ])
    await send(t.kit, form, goodAnswers(first?.email))
    const back = await client.call(undoLeadAct, { params: { leadActId: gone.id } })
    assert.deepEqual([back.done, back.failed], [1, 1])
    const left = await client.call(listLeadActProblems, { params: { leadActId: back.id }, query: {} })
    assert.equal(left.items[0]?.message, 'The same address has become another lead since.')
  })

  it('it can be stopped; what it did stays and can be taken back', async () => {
    const { owner, form, client } = await open()
    await makeLeads(t, form, owner.orgId, 220)
    const act = await begin(client, form, {}, { type: 'delete' })
    const path = { params: { leadActId: act.id } }
    await runPart(t.kit, owner.orgId, act.id)
    assert.equal((await client.call(cancelLeadAct, path)).status, 'cancelled')
    assert.equal(await runPart(t.kit, owner.orgId, act.id), false)
    await assertRefused(client.call(cancelLeadAct, path), 'intake.lead_act_not_running')
    assert.deepEqual(await counts(owner), { NEW: 120 })
    const undo = await client.call(undoLeadAct, path)
    await finish(owner, undo.id)
    assert.deepEqual(await counts(owner), { NEW: 220 })
  })

  it('whoever sees a part changes what they may change of that part, and sees nobody else in it', async () => {
    const { owner, form, client } = await open()
    const colleague = await makeOwner(t.kit)
    await addMember(t.kit, owner.orgId, colleague.userId, 'member')
    await t.asSuperuser(
      `insert into iam.access_settings (org_id, role, object, level) values ($1, 'member', 'lead', 'own')`,
      [owner.orgId],
    )
    await makeLeads(t, form, owner.orgId, 120, colleague.userId)
    const [shown = ''] = await makeLeads(t, form, owner.orgId, 30)
    await t.asSuperuser(
      `insert into iam.shares (org_id, id, object, record_id, user_id, access) values ($1, $2, 'lead', $3, $4, 'read')`,
      [owner.orgId, newId(), shown, colleague.userId],
    )
    const sight = { owners: [colleague.userId], writable: [], readable: [shown] }
    const narrowed = (
      await serve(owner.orgId, { userId: colleague.userId, visibility: { lead: sight } })
    ).client()
    const act = await begin(narrowed, form, {}, toWon)
    assert.deepEqual([act.status, act.total], ['running', 121])
    await finish(owner, act.id)
    assert.deepEqual(await counts(owner), { NEW: 30, WON: 120 })
    const done = await read(narrowed, act.id)
    assert.deepEqual([done.done, done.failed], [120, 1])
    const problems = await narrowed.call(listLeadActProblems, { params: { leadActId: act.id }, query: {} })
    assert.deepEqual(
      problems.items.map(({ leadId, message }) => [leadId, message]),
      [[shown, 'This record can only be looked at.']],
    )
    const filter = JSON.stringify({ field: 'answers.budget', op: 'empty' })
    assert.equal((await begin(narrowed, form, { filter, status: 'NEW' }, toWon)).total, 1)
    const undo = await narrowed.call(undoLeadAct, { params: { leadActId: act.id } })
    await finish(owner, undo.id)
    assert.deepEqual(await counts(owner), { NEW: 150 })
    const others = await begin(client, form, {}, { type: 'assign', ownerUserId: null })
    await finish(owner, others.id)
    const path = { params: { leadActId: others.id } }
    await assertRefused(narrowed.call(getLeadAct, path), 'request.not_found')
    await assertRefused(narrowed.call(undoLeadAct, path), 'request.not_found')
    await assertRefused(narrowed.call(listLeadActProblems, { ...path, query: {} }), 'request.not_found')
    const listed = await narrowed.call(listLeadActs, { params: { workflowId: form.workflowId }, query: {} })
    assert.ok(listed.items.every(({ byUserId }) => byUserId === colleague.userId))
  })

  it('a job ends when whoever began it may do it no longer, and when what it asks for is gone', async () => {
    const { owner, form, client } = await open()
    const colleague = await makeOwner(t.kit)
    const memberId = await addMember(t.kit, owner.orgId, colleague.userId, 'member')
    await makeLeads(t, form, owner.orgId, 220)
    const theirs = (await serve(owner.orgId, colleague)).client()
    const act = await begin(theirs, form, {}, toWon)
    await runPart(t.kit, owner.orgId, act.id)
    await t.asSuperuser(`update iam.members set status = 'suspended' where id = $1`, [memberId])
    assert.equal(await runPart(t.kit, owner.orgId, act.id), false)
    const ended = await read(client, act.id)
    assert.deepEqual([ended.status, ended.reason], ['failed', 'Whoever began it may no longer do it.'])
    assert.deepEqual(await counts(owner), { NEW: 120, WON: 100 })
    const toLost = await begin(client, form, { status: 'NEW' }, { type: 'move', status: 'LOST' })
    await client.call(deleteLeadColumn, {
      params: { workflowId: form.workflowId, status: 'LOST' },
      query: {},
    })
    await finish(owner, toLost.id)
    const left = await read(client, toLost.id)
    assert.deepEqual([left.done, left.failed], [0, 120])
    assert.deepEqual(await counts(owner), { NEW: 120, WON: 100 })
  })

  it('two acts over the same leads at once come to an end, and each lead is where one of them put it', async () => {
    const { owner, form, client } = await open()
    await makeLeads(t, form, owner.orgId, 210)
    const won = await begin(client, form, {}, toWon)
    const lost = await begin(client, form, {}, { type: 'move', status: 'LOST' })
    await Promise.all([finish(owner, won.id), finish(owner, lost.id)])
    for (const act of [won, lost]) assert.equal((await read(client, act.id)).failed, 0)
    const { NEW, WON = 0, LOST = 0 } = await counts(owner)
    assert.deepEqual([NEW, WON + LOST], [undefined, 210])
  })

  it('what cannot be done begins nothing, and acts of another organization are not there', async () => {
    const here = await open()
    const there = await open()
    await makeLeads(t, there.form, there.owner.orgId, 2)
    const wrong: [LeadSelection, WhatIsDone, string][] = [
      [{}, { type: 'move', status: 'NOWHERE' }, '/act/status'],
      [{ status: 'NOWHERE' }, toWon, '/select/status'],
      [{}, { type: 'assign', ownerUserId: there.owner.userId }, '/act/ownerUserId'],
      [{ filter: 'nothing:is:1' }, toWon, '/filter/field'],
    ]
    for (const [select, act, pointer] of wrong) {
      await assertRefused(begin(here.client, here.form, select, act), 'request.invalid', pointer)
    }
    const { client } = here
    await assertRefused(begin(client, there.form, {}, toWon), 'request.not_found')
    const act = await begin(there.client, there.form, {}, toWon)
    const path = { params: { leadActId: act.id } }
    for (const work of [
      () => client.call(getLeadAct, path),
      () => client.call(undoLeadAct, path),
      () => client.call(cancelLeadAct, path),
      () => client.call(listLeadActProblems, { ...path, query: {} }),
    ])
      await assertRefused(work(), 'request.not_found')
    const list = client.call(listLeadActs, { params: { workflowId: there.form.workflowId }, query: {} })
    await assertRefused(list, 'request.not_found')
    assert.deepEqual(await counts(there.owner), { WON: 2 })
    const reader = (
      await serve(there.owner.orgId, { ...there.owner, can: permission => permission !== 'leads:write' })
    ).client()
    await assertRefused(reader.call(undoLeadAct, path), 'request.forbidden')
    assert.equal((await reader.call(getLeadAct, path)).id, act.id)
  })

  it('a few are under way at once, and what is too old to be taken back is forgotten', async () => {
    const { owner, form, client } = await open()
    await makeLeads(t, form, owner.orgId, 101)
    const select = { status: 'NEW' }
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.push((await begin(client, form, select, toWon)).id)
    await assertRefused(begin(client, form, select, toWon), 'intake.too_many_lead_acts')
    for (const id of ids) await finish(owner, id)
    // The first has done them all; the others found them where they shall be.
    assert.deepEqual(await Promise.all(ids.map(async id => (await read(client, id)).done)), [101, 0, 0, 0, 0])
    const forget = () =>
      inOrganization(t.kit, { orgId: owner.orgId, actor: { type: 'system', name: 'test' } }, ctx =>
        forgetLeadActs(ctx, 3),
      )
    assert.equal(await forget(), 0)
    await t.asSuperuser(
      `update intake.lead_acts set undo_until = now() - interval '1 second' where org_id = $1`,
      [owner.orgId],
    )
    assert.deepEqual([await forget(), await forget(), await forget()], [3, 2, 0])
  })

  it('a lead that is changed at the same moment is done as it is then', async () => {
    const { owner, form, client } = await open()
    const ids = await makeLeads(t, form, owner.orgId, 120)
    const act = await begin(client, form, { status: 'NEW' }, { type: 'assign', ownerUserId: owner.userId })
    await Promise.all([
      finish(owner, act.id),
      ...ids.map(leadId => client.call(moveLead, { params: { leadId }, body: { status: 'LOST' } })),
      ...ids
        .slice(0, 10)
        .map(leadId => client.call(assignLead, { params: { leadId }, body: { ownerUserId: owner.userId } })),
    ])
    const { done, failed, status } = await read(client, act.id)
    const [given] = await eventsOf(owner, 'OWNER_CHANGED')
    assert.deepEqual([status, failed, await counts(owner)], ['done', 0, { LOST: 120 }])
    // Those that had left the column before their turn are nobody's, unless somebody was given them alone.
    assert.ok(given !== undefined && given >= done && given <= done + 10)
  })
})
