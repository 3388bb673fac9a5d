import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { newId } from '#platform/ids.ts'
import type { TestKit } from '#test/database.ts'
import type { TestServer } from '#test/http.ts'
import { changeLeads, getLead, listLeads } from './contract.ts'
import { goodAnswers, makeForm, send } from './factories.ts'
import { type LeadTest, openLeadTest } from './leads/factories.ts'

describe('many leads at once', () => {
  let t: TestKit
  let owner: Person
  let server: TestServer
  let serve: LeadTest['serve']
  let close: LeadTest['close']
  let ids: string[]
  before(async () => {
    ;({ t, serve, close } = await openLeadTest())
    owner = await makeOwner(t.kit)
    server = await serve(owner.orgId, owner)
    const form = await makeForm(t.kit, owner.orgId)
    ids = []
    for (const name of ['a', 'b', 'c', 'd']) {
      const { leadId } = await send(t.kit, form, goodAnswers(`${name}@example.com`))
      ids.push(leadId ?? '')
    }
  })
  after(() => close())
  const change = (items: { leadId: string }[]) =>
    server.client().call(changeLeads, { body: { items } as never })
  const read = (leadId: string) => server.client().call(getLead, { params: { leadId } })

  it('are moved and assigned, and each that fails says why and changes nothing', async () => {
    const [a = '', b = '', c = '', d = ''] = ids
    const items = [
      { leadId: a, status: 'QUALIFIED', ownerUserId: owner.userId },
      { leadId: newId(), status: 'WON' },
      // The move is good and the owner is not, so neither happens.
      { leadId: b, status: 'WON', ownerUserId: newId() },
      { leadId: c, status: 'NOWHERE' },
      { leadId: d, status: 'LOST', ifMatch: '"1"' },
      { leadId: c, status: 'WON' },
    ]
    const answer = await change(items)
    assert.deepEqual([answer.changed, answer.failed], [2, 4])
    assert.deepEqual(
      answer.items.map(item => item.problem?.code ?? item.lead?.status),
      [
        'QUALIFIED',
        'request.not_found',
        'request.invalid',
        'request.invalid',
        'request.changed_meanwhile',
        'WON',
      ],
    )
    assert.deepEqual(
      answer.items.map(item => item.index),
      [0, 1, 2, 3, 4, 5],
    )
    assert.equal((await read(a)).ownerUserId, owner.userId)
    const untouched = await read(b)
    assert.deepEqual(
      [untouched.status, untouched.events.some(event => event.kind === 'STATUS_CHANGED')],
      ['NEW', false],
    )
    assert.equal((await read(d)).status, 'NEW')
    // What failed has published nothing.
    const events = await t.asSuperuser<{ n: number }>(
      `select count(*)::int as n from events.events where type in ('lead.status_changed', 'lead.assigned')`,
    )
    assert.equal(events[0]?.n, 3)
  })

  it('are at most a thousand, and each says what is to change', async () => {
    const many = Array.from({ length: 1_001 }, () => ({ leadId: newId(), status: 'WON' }))
    await assert.rejects(change(many), { code: 'request.invalid' })
    await assert.rejects(change([{ leadId: newId() }]), { code: 'request.invalid' })
    const thousand = await change(many.slice(1))
    assert.deepEqual([thousand.changed, thousand.failed], [0, 1_000])
  })

  it('bring along whom they are about and what was answered, within a budget', async () => {
    const list = (query: Record<string, string>) =>
      server.raw(`/v1/leads?${new URLSearchParams({ limit: '2', ...query })}`)
    const [lead] = (
      await server.client().call(listLeads, { query: { limit: 2, include: 'person,values', sort: 'email' } })
    ).items
    assert.deepEqual([lead?.person?.email, lead?.values?.budget], ['a@example.com', '$5000'])
    const plain = (await (await list({})).json()) as { items: object[] }
    assert.ok(plain.items.every(item => !('person' in item) && !('values' in item)))
    assert.equal((await list({ include: 'person,values', limit: '60' })).status, 200)
    for (const query of [
      { include: 'person,values', limit: '61' },
      { include: 'events' },
      { fields: 'nothing' },
    ])
      assert.equal((await list(query)).status, 422, JSON.stringify(query))
    const few = (await (await list({ fields: 'name,person', include: 'person' })).json()) as {
      items: object[]
    }
    assert.deepEqual(Object.keys(few.items[0] ?? {}), ['id', 'name', 'person'])
  })
})
