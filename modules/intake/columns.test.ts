import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from '#platform/contract/client.ts'
import { anyOrgId, type TestKit } from '#test/database.ts'
import {
  changeLeadColumn,
  createLeadColumn,
  deleteLeadColumn,
  type Form,
  getBoard,
  getLead,
  listLeadColumns,
  moveLead,
} from './contract.ts'
import { goodAnswers, makeForm, send } from './factories.ts'
import { assertRefused, type LeadTest, openLeadTest } from './leads/factories.ts'

describe('columns of a board', () => {
  let t: TestKit
  let form: Form
  let client: Client
  let serve: LeadTest['serve']
  let close: LeadTest['close']
  before(async () => {
    ;({ t, serve, close } = await openLeadTest())
  })
  after(() => close())
  const setUp = async (): Promise<string> => {
    const orgId = anyOrgId()
    form = await makeForm(t.kit, orgId)
    client = (await serve(orgId)).client()
    return orgId
  }
  const params = () => ({ workflowId: form.workflowId })
  const column = (status: string) => ({ ...params(), status })
  const statuses = async () =>
    (await client.call(listLeadColumns, { params: params() })).items.map(c => c.status)
  const lead = async (email = 'ada@example.com') => (await send(t.kit, form, goodAnswers(email))).leadId ?? ''

  it('are added behind those of their kind or where asked for, with a status out of the name', async () => {
    await setUp()
    const add = (body: { name: string; kind?: 'open' | 'won'; position?: number }) =>
      client.call(createLeadColumn, { params: params(), body })
    await add({ name: 'Following up' })
    await add({ name: 'Über uns', kind: 'won' })
    await add({ name: 'new', position: 0 })
    const { items } = await add({ name: '見込み', position: 1 })
    assert.deepEqual(
      items.map(each => each.status),
      ['NEW_2', 'COLUMN', 'NEW', 'QUALIFIED', 'BOOKED', 'FOLLOWING_UP', 'WON', 'UBER_UNS', 'LOST'],
    )
    assert.deepEqual(
      await statuses(),
      items.map(each => each.status),
    )
    for (let n = items.length; n < 30; n++) await add({ name: 'More' })
    await assertRefused(add({ name: 'One too many' }), 'intake.too_many_columns')
    assert.equal((await statuses()).length, 30)
  })

  it('are renamed, colored, moved and given another meaning, and keep their status', async () => {
    await setUp()
    const change = (status: string, body: object) =>
      client.call(changeLeadColumn, { params: column(status), body })
    await change('BOOKED', { name: 'Call booked', color: 'bad', position: 0 })
    const { items } = await change('QUALIFIED', { kind: 'lost' })
    assert.deepEqual(items.slice(0, 3), [
      { status: 'BOOKED', name: 'Call booked', color: 'bad', kind: 'open' },
      { status: 'NEW', name: 'New', color: 'info', kind: 'open' },
      { status: 'QUALIFIED', name: 'Qualified', color: 'accent', kind: 'lost' },
    ])
    const board = await client.call(getBoard, { params: params() })
    assert.deepEqual(
      board.columns.map(each => [each.status, each.name]),
      items.map(each => [each.status, each.name]),
    )
    await change('BOOKED', { kind: 'won' })
    await assertRefused(change('NEW', { kind: 'won' }), 'intake.column_needed')
    await assertRefused(change('NOWHERE', { name: 'x' }), 'request.not_found')
    await assertRefused(change('NEW', { name: ' ' }), 'request.invalid')
  })

  it('take new leads in at the first open one, also for a form that was read before', async () => {
    await setUp()
    const first = await lead('first@example.com')
    await client.call(changeLeadColumn, { params: column('WON'), body: { position: 0 } })
    await client.call(changeLeadColumn, { params: column('BOOKED'), body: { position: 1 } })
    const second = await lead('second@example.com')
    const statusOf = async (leadId: string) => (await client.call(getLead, { params: { leadId } })).status
    assert.deepEqual([await statusOf(first), await statusOf(second)], ['NEW', 'BOOKED'])
    await client.call(deleteLeadColumn, { params: column('BOOKED'), query: { moveTo: 'NEW' } })
    assert.equal(await statusOf(await lead('third@example.com')), 'NEW')
  })

  it('go when they are empty; their leads go where one says, and it is in their history', async () => {
    await setUp()
    const remove = (status: string, moveTo?: string) =>
      client.call(deleteLeadColumn, { params: column(status), query: moveTo === undefined ? {} : { moveTo } })
    const leadId = await lead()
    await assertRefused(remove('NEW'), 'intake.column_has_leads')
    await assertRefused(remove('NEW', 'NEW'), 'request.invalid')
    await assertRefused(remove('NEW', 'NOWHERE'), 'request.invalid')
    assert.equal((await statuses()).length, 5)
    await remove('BOOKED')
    await remove('NEW', 'WON')
    assert.deepEqual(await statuses(), ['QUALIFIED', 'WON', 'LOST'])
    const found = await client.call(getLead, { params: { leadId } })
    assert.equal(found.status, 'WON')
    const [event] = found.events
    assert.deepEqual(
      [event?.kind, event?.description, event?.actor],
      ['STATUS_CHANGED', 'Moved from New to Won, because the column was taken away', 'user'],
    )
    await assertRefused(remove('QUALIFIED'), 'intake.column_needed')
    await assertRefused(
      client.call(moveLead, { params: { leadId }, body: { status: 'NEW' } }),
      'request.invalid',
    )
  })

  it('go with deleted leads in them, which no one can see', async () => {
    const orgId = await setUp()
    const leadId = await lead()
    await t.asSuperuser('update intake.leads set deleted_at = now() where org_id = $1 and id = $2', [
      orgId,
      leadId,
    ])
    await client.call(deleteLeadColumn, { params: column('NEW') })
    assert.equal((await statuses())[0], 'QUALIFIED')
  })

  it('lose no lead that comes in or is moved while they are taken away', async () => {
    await setUp()
    for (let round = 0; round < 8; round++) {
      const name = `Round ${round}`
      const status = `ROUND_${round}`
      await client.call(createLeadColumn, { params: params(), body: { name, position: 0 } })
      const known = await lead(`known${round}@example.com`)
      await client.call(moveLead, { params: { leadId: known }, body: { status: 'QUALIFIED' } })
      const [removed, made, moved] = await Promise.allSettled([
        client.call(deleteLeadColumn, { params: column(status), query: { moveTo: 'NEW' } }),
        lead(`new${round}@example.com`),
        client.call(moveLead, { params: { leadId: known }, body: { status } }),
      ])
      assert.equal(removed.status, 'fulfilled')
      assert.equal(made.status, 'fulfilled')
      // Too late for the column, a move is refused in words.
      if (moved.status === 'rejected') await assertRefused(Promise.reject(moved.reason), 'request.invalid')
    }
    const board = await client.call(getBoard, { params: params() })
    assert.equal(board.count, 16)
    assert.deepEqual(
      board.columns.map(each => each.status),
      ['NEW', 'QUALIFIED', 'BOOKED', 'WON', 'LOST'],
    )
  })

  it('are of their organization alone, and of those who manage pipelines', async () => {
    const orgId = await setUp()
    const reader = (await serve(orgId, { can: permission => permission === 'leads:read' })).client()
    await assertRefused(
      reader.call(createLeadColumn, { params: params(), body: { name: 'Mine' } }),
      'request.forbidden',
    )
    const stranger = (await serve(anyOrgId())).client()
    await assertRefused(stranger.call(listLeadColumns, { params: params() }), 'request.not_found')
    await assertRefused(
      stranger.call(createLeadColumn, { params: params(), body: { name: 'Mine' } }),
      'request.not_found',
    )
    await assertRefused(
      stranger.call(deleteLeadColumn, { params: column('NEW'), query: { moveTo: 'WON' } }),
      'request.not_found',
    )
    assert.equal((await statuses()).length, 5)
  })
})
