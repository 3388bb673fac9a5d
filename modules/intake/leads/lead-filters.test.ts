import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addMember, makeOwner, type Person } from '#modules/iam/factories.ts'
import { inOrganization } from '#platform/context.ts'
import type { TestKit } from '#test/database.ts'
import type { TestServer } from '#test/http.ts'
import { getBoard } from '../board.ts'
import { assignLead, getBoard as getBoardRoute, getPipelineSummary, listLeads } from '../contract.ts'
import { asSystem, BRANCHING_FORM, makeForm, send } from '../factories.ts'
import type { Form } from '../form-definition.ts'
import { saveForm } from '../forms.ts'
import { listLeads as listLeadsVerb } from '../leads.ts'
import { type LeadTest, openLeadTest } from './factories.ts'

describe('leads under a filter', () => {
  let t: TestKit
  let owner: Person
  let member: Person
  let server: TestServer
  let serve: LeadTest['serve']
  let close: LeadTest['close']
  let form: Form
  const ids = new Map<string, string>()
  before(async () => {
    ;({ t, serve, close } = await openLeadTest())
    owner = await makeOwner(t.kit)
    member = await makeOwner(t.kit)
    await addMember(t.kit, owner.orgId, member.userId, 'member')
    server = await serve(owner.orgId, owner)
    form = await makeForm(t.kit, owner.orgId, { fields: BRANCHING_FORM.fields })
    const all: Record<string, Record<string, unknown>> = {
      ada: {
        services: ['Design', 'Hosting'],
        servers: 2,
        call: false,
        site: 'ada.example',
        campaign: 'Spring',
      },
      bob: { services: ['Hosting'], servers: 12, plan: 'Tapes', call: true, reach: '+33612345678' },
      cy: { services: ['Support'], call: false },
    }
    for (const [name, answers] of Object.entries(all)) {
      const { leadId } = await send(t.kit, form, { email: `${name}@example.com`, ...answers })
      ids.set(name, leadId ?? '')
    }
    // A field that is no longer asked can still be asked for.
    await asSystem(t.kit, owner.orgId, ctx =>
      saveForm(ctx, form.workflowId, {
        ...BRANCHING_FORM,
        fields: BRANCHING_FORM.fields.filter(({ key }) => key !== 'campaign'),
      }),
    )
    await server.client().call(assignLead, {
      params: { leadId: ids.get('bob') ?? '' },
      body: { ownerUserId: member.userId },
    })
  })
  after(() => close())

  const namesOf = (found: readonly { email: string }[]) =>
    found.map(({ email }) => email.split('@')[0]).sort()
  const onBoard = async (filter: string) => {
    const board = await server
      .client()
      .call(getBoardRoute, { params: { workflowId: form.workflowId }, query: { cards: 50, filter } })
    const cards = board.columns.flatMap(column => column.cards)
    assert.equal(board.count, cards.length, 'the counts are of what is let through')
    return namesOf(cards)
  }

  it('are those whose answers it lets through, on the board and in the list alike', async () => {
    const { workflowId } = form
    const expected: Record<string, string[]> = {
      'answers.services:has:Hosting': ['ada', 'bob'],
      'answers.services:has_none:Hosting,Design': ['cy'],
      'answers.servers:gt:2': ['bob'],
      'answers.servers:gte:2': ['ada', 'bob'],
      'answers.servers:empty': ['cy'],
      'answers.call:is:true': ['bob'],
      'answers.call:is:false': ['ada', 'cy'],
      'answers.campaign:is:Spring': ['ada'],
      'answers.campaign:not_contains:spr': ['bob', 'cy'],
      'answers.plan:contains:TAPE|email:starts_with:cy': ['bob', 'cy'],
      'answers.services:has:Hosting;createdAt:after:today-1d;answers.servers:lt:5': ['ada'],
      [`ownerUserId:is:${member.userId}`]: ['bob'],
      'ownerUserId:empty;source:is:form': ['ada', 'cy'],
      'name:contains:nobody': [],
    }
    for (const [filter, names] of Object.entries(expected)) {
      assert.deepEqual(await onBoard(filter), names, filter)
      const listed = await server.client().call(listLeads, { query: { workflowId, filter } })
      assert.deepEqual(namesOf(listed.items), names, filter)
    }
    assert.deepEqual(await onBoard(''), ['ada', 'bob', 'cy'])
  })

  it('say what they cannot be asked, and answers are asked of one workflow only', async () => {
    const { workflowId } = form
    for (const filter of [
      'answers.nothing:is:1',
      'answers.servers:contains:1',
      "answers.servers:is:1'; --",
      'x',
    ])
      await assert.rejects(onBoard(filter), { code: 'request.invalid' }, filter)
    const query = { filter: 'answers.call:is:true' }
    await assert.rejects(server.client().call(listLeads, { query }), { code: 'request.invalid' })
    const other = await makeOwner(t.kit)
    const foreign = await serve(other.orgId, other)
    await assert.rejects(foreign.client().call(listLeads, { query: { ...query, workflowId } }), {
      code: 'request.invalid',
    })
  })

  it('of one who sees a part are of that part, answers too', async () => {
    const visibility = { lead: { owners: [member.userId], writable: [], readable: [] } }
    const actor = { type: 'user', userId: member.userId } as const
    const { workflowId } = form
    const filter = 'answers.services:has:Hosting'
    const [board, list, after] = await inOrganization(
      t.kit,
      { orgId: owner.orgId, actor, visibility },
      async ctx => {
        const found = await getBoard(ctx, workflowId, { cards: 50, filter })
        const listed = await listLeadsVerb(ctx, { workflowId, filter, limit: 50 })
        // Sight is what it was before.
        const left = await ctx.db.query<{ id: string }>('select id from intake.leads where org_id = $1', [
          ctx.orgId,
        ])
        return [found, listed, left.rows] as const
      },
    )
    assert.deepEqual([board.count, namesOf(board.columns.flatMap(column => column.cards))], [1, ['bob']])
    assert.deepEqual(namesOf(list.items), ['bob'])
    assert.deepEqual(after, [{ id: ids.get('bob') }])
  })

  it('this week and the week before are counted apart', async () => {
    const days = { ada: 3, bob: 9, cy: 20 }
    for (const [name, ago] of Object.entries(days))
      await t.asSuperuser(
        'update intake.leads set created_at = now() - make_interval(days => $2) where id = $1',
        [ids.get(name), ago],
      )
    const { workflowId } = form
    const summary = await server.client().call(getPipelineSummary, { query: { workflowId } })
    assert.deepEqual([summary.count, summary.newThisWeek, summary.newWeekBefore], [3, 1, 1])
    const board = await server
      .client()
      .call(getBoardRoute, { params: { workflowId }, query: { cards: 50, filter: 'email:starts_with:bob' } })
    assert.deepEqual([board.count, board.newThisWeek, board.newWeekBefore], [1, 0, 1])
  })
})
