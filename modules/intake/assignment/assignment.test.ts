import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { addMember, makeOwner, type Person } from '#modules/iam/factories.ts'
import { newId } from '#platform/ids.ts'
import type { TestKit } from '#test/database.ts'
import type { TestServer } from '#test/http.ts'
import { type AssignmentSettings, changeLeads, getAssignment, getLead, saveAssignment } from '../contract.ts'
import { goodAnswers, makeForm, send } from '../factories.ts'
import type { Form } from '../form-definition.ts'
import { type LeadTest, openLeadTest } from '../leads/factories.ts'

describe('leads that are given away as they come in', () => {
  let t: TestKit
  let owner: Person
  let server: TestServer
  let serve: LeadTest['serve']
  let close: LeadTest['close']
  let team: string[]
  before(async () => {
    ;({ t, serve, close } = await openLeadTest())
    owner = await makeOwner(t.kit)
    server = await serve(owner.orgId, owner)
    team = []
    for (let n = 0; n < 3; n++) {
      const { userId } = await makeOwner(t.kit)
      await addMember(t.kit, owner.orgId, userId, 'member')
      team.push(userId)
    }
  })
  after(() => close())

  const save = ({ workflowId }: Form, settings: Partial<AssignmentSettings>, ifMatch?: string) =>
    server.client().call(saveAssignment, {
      params: { workflowId },
      body: { rules: [], defaultOwnerId: null, ...settings },
      ...(ifMatch === undefined ? {} : { headers: { 'if-match': ifMatch } }),
    } as never)
  const rule = (members: readonly string[], more: object = {}): AssignmentSettings['rules'][number] => ({
    id: newId(),
    name: 'Team',
    when: null,
    by: 'turn',
    members: members.map(userId => ({ userId, capacity: null, isAway: false })),
    ...more,
  })
  const sendMany = (form: Form, count: number, more: Record<string, unknown> = {}) =>
    Promise.all(
      Array.from({ length: count }, () =>
        send(t.kit, form, { ...goodAnswers(`${newId()}@example.com`), ...more }),
      ),
    )
  const ownersOf = async (form: Form): Promise<Map<string | null, number>> => {
    const rows = await t.asSuperuser<{ owner: string | null; count: number }>(
      'select owner_user_id as owner, count(*)::int as count from intake.leads where workflow_id = $1 group by 1',
      [form.workflowId],
    )
    return new Map(rows.map(row => [row.owner, row.count]))
  }
  const shares = async (form: Form) => {
    const owners = await ownersOf(form)
    return [...team, null].map(userId => owners.get(userId) ?? 0)
  }
  const read = (leadId: string | null) => server.client().call(getLead, { params: { leadId: leadId ?? '' } })

  it('go round exactly, however many come at once, and each says why', async () => {
    const form = await makeForm(t.kit, owner.orgId)
    await save(form, { rules: [rule(team)] })
    await sendMany(form, 30)
    assert.deepEqual(await shares(form), [10, 10, 10, 0])
    const [{ leadId } = { leadId: null }] = await sendMany(form, 1)
    assert.deepEqual(await shares(form), [11, 10, 10, 0])
    const lead = await read(leadId)
    const given = lead.events.find(event => event.kind === 'OWNER_CHANGED')
    assert.equal(lead.ownerUserId, team[0])
    assert.match(given?.description ?? '', /^Given to .+: next in turn of “Team”$/)
    assert.deepEqual([given?.actor, given?.metadata.to, given?.metadata.rule], ['system', team[0], 'Team'])
    // Once for each lead, in the transaction that made it.
    const events = await t.asSuperuser<{ leads: number; events: number; published: number }>(
      `select (select count(*)::int from intake.leads where workflow_id = $1) as leads,
         (select count(*)::int from intake.lead_events e join intake.leads l on l.id = e.lead_id
          where l.workflow_id = $1 and e.kind = 'OWNER_CHANGED') as events,
         (select count(*)::int from events.events where type = 'lead.assigned'
          and payload->>'workflowId' = $2) as published`,
      [form.workflowId, form.workflowId],
    )
    assert.deepEqual(events[0], { leads: 31, events: 31, published: 31 })
  })

  it('keep their owner when the form is sent again, and when a member is suspended it goes past them', async () => {
    const form = await makeForm(t.kit, owner.orgId)
    const [first = '', second = ''] = team
    await save(form, { rules: [rule([first, second])] })
    const { leadId } = await send(t.kit, form, goodAnswers('again@example.com'))
    await send(t.kit, form, goodAnswers('again@example.com'))
    const again = await read(leadId)
    assert.deepEqual(
      [again.ownerUserId, again.events.filter(event => event.kind === 'OWNER_CHANGED').length],
      [first, 1],
    )
    await t.asSuperuser(`update iam.members set status = 'suspended' where org_id = $1 and user_id = $2`, [
      owner.orgId,
      second,
    ])
    await sendMany(form, 2)
    assert.deepEqual(await shares(form), [3, 0, 0, 0])
    const settings = await server.client().call(getAssignment, { params: { workflowId: form.workflowId } })
    assert.deepEqual(
      new Map(settings.people.map(each => [each.userId, [each.isActive, each.openLeads]])),
      new Map([
        [first, [true, 3]],
        [second, [false, 0]],
      ]),
    )
    await t.asSuperuser(`update iam.members set status = 'active' where org_id = $1 and user_id = $2`, [
      owner.orgId,
      second,
    ])
  })

  it('go by an answer, by who has room, and to the default owner when nobody has', async () => {
    const form = await makeForm(t.kit, owner.orgId)
    const [first = '', second = '', third = ''] = team
    const when = { match: 'all', conditions: [{ field: 'budget', operator: 'is', value: '$10000+' }] }
    const small = rule([first, second], {
      members: [first, second].map(userId => ({ userId, capacity: 2, isAway: false })),
    })
    await save(form, {
      rules: [rule([third], { name: 'Big', when }), small],
      defaultOwnerId: owner.userId,
    })
    await sendMany(form, 3, { budget: '$10000+' })
    await sendMany(form, 7)
    assert.deepEqual(await shares(form), [2, 2, 3, 0])
    assert.equal((await ownersOf(form)).get(owner.userId), 3)
    // A lead that is won makes room.
    const [won] = await t.asSuperuser<{ id: string }>(
      'select id from intake.leads where workflow_id = $1 and owner_user_id = $2 limit 1',
      [form.workflowId, second],
    )
    await server.client().call(changeLeads, { body: { items: [{ leadId: won?.id ?? '', status: 'WON' }] } })
    await sendMany(form, 1)
    assert.deepEqual(await shares(form), [2, 3, 3, 0])
  })

  it('are evened out by who has the fewest', async () => {
    const form = await makeForm(t.kit, owner.orgId)
    await sendMany(form, 4)
    await t.asSuperuser('update intake.leads set owner_user_id = $2 where workflow_id = $1', [
      form.workflowId,
      team[0],
    ])
    await save(form, { rules: [rule(team, { by: 'load' })] })
    await sendMany(form, 11)
    assert.deepEqual(await shares(form), [5, 5, 5, 0])
  })

  it('are as before where nothing is set', async () => {
    const form = await makeForm(t.kit, owner.orgId)
    await save(form, { rules: [] })
    const { leadId } = await send(t.kit, form)
    const lead = await read(leadId)
    assert.deepEqual([lead.ownerUserId, lead.events.length], [null, 1])
  })

  it('settings that cannot be are refused where they are wrong, and what another one saved stays', async () => {
    const form = await makeForm(t.kit, owner.orgId)
    const stranger = await makeOwner(t.kit)
    const pointers = async (settings: Partial<AssignmentSettings>) => {
      const error = await save(form, settings).then(
        () => assert.fail('It was accepted.'),
        (caught: { problem?: { errors?: { pointer: string }[] } }) => caught.problem,
      )
      return error?.errors?.map(({ pointer }) => pointer)
    }
    const asked = (field: string, value: string) => ({
      when: { match: 'all', conditions: [{ field, operator: 'is', value }] },
    })
    assert.deepEqual(await pointers({ rules: [rule([stranger.userId])], defaultOwnerId: newId() }), [
      '/rules/0/members/0/userId',
      '/defaultOwnerId',
    ])
    assert.deepEqual(await pointers({ rules: [rule(team, asked('nothing', 'x'))] }), [
      '/rules/0/when/conditions/0/field',
    ])
    assert.deepEqual(await pointers({ rules: [rule(team, asked('budget', '$1'))] }), [
      '/rules/0/when/conditions/0/value',
    ])
    const one = rule(team)
    assert.equal((await pointers({ rules: [one, one] }))?.length, 1)
    assert.deepEqual((await save(form, { rules: [one] })).version, 1)
    const other = await serve(stranger.orgId, stranger)
    const params = { workflowId: form.workflowId }
    await assert.rejects(other.client().call(getAssignment, { params }), { code: 'request.not_found' })
    await assert.rejects(other.client().call(saveAssignment, { params, body: { rules: [] } }), {
      code: 'request.not_found',
    })
    const stale = await server.raw(`/v1/workflows/${form.workflowId}/lead-assignment`, {
      method: 'PUT',
      headers: { 'if-match': '"0"', 'content-type': 'application/json' },
      body: JSON.stringify({ rules: [] }),
    })
    assert.equal(stale.status, 412)
    assert.equal((await server.client().call(getAssignment, { params })).rules.length, 1)
  })
})
