import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import type { Client } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
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
import { intakeModule } from './index.ts'

const modules = [iamModule, crmModule, intakeModule]

describe('columns of a board', () => {
  let t: TestKit
  let form: Form
  let client: Client
  const servers: TestServer[] = []
  const serve = async (orgId: string, can?: (permission: string) => boolean): Promise<Client> => {
    const server = await testServer(t, modules, signedInAs(orgId, newId(), can))
    servers.push(server)
    return server.client()
  }
  before(async () => {
    t = await testKit({ modules })
  })
  after(async () => {
    for (const server of servers) await server.close()
    await t.close()
  })
  const setUp = async (): Promise<string> => {
    const orgId = anyOrgId()
    form = await makeForm(t.kit, orgId)
    client = await serve(orgId)
    return orgId
  }
  const params = () => ({ workflowId: form.workflowId })
  const column = (status: string) => ({ ...params(), status })
  const statuses = async () =>
    (await client.call(listLeadColumns, { params: params() })).items.map(c => c.status)
  const lead = async (email = 'ada@example.com') => (await send(t.kit, form, goodAnswers(email))).leadId ?? ''
  const refused = (work: Promise<unknown>, code: string) =>
    assert.rejects(work, (error: unknown) => {
      assert.ok(error instanceof ProblemError)
      assert.equal(error.code, code)
      return true
    })

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
    await refused(add({ name: 'One too many' }), 'intake.too_many_columns')
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
    await refused(change('NEW', { kind: 'won' }), 'intake.column_needed')
    await refused(change('NOWHERE', { name: 'x' }), 'request.not_found')
    await refused(change('NEW', { name: ' ' }), 'request.invalid')
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
    await refused(remove('NEW'), 'intake.column_has_leads')
    await refused(remove('NEW', 'NEW'), 'request.invalid')
    await refused(remove('NEW', 'NOWHERE'), 'request.invalid')
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
    await refused(remove('QUALIFIED'), 'intake.column_needed')
    await refused(client.call(moveLead, { params: { leadId }, body: { status: 'NEW' } }), 'request.invalid')
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
      if (moved.status === 'rejected') await refused(Promise.reject(moved.reason), 'request.invalid')
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
    const reader = await serve(orgId, permission => permission === 'leads:read')
    await refused(
      reader.call(createLeadColumn, { params: params(), body: { name: 'Mine' } }),
      'request.forbidden',
    )
    const stranger = await serve(anyOrgId())
    await refused(stranger.call(listLeadColumns, { params: params() }), 'request.not_found')
    await refused(
      stranger.call(createLeadColumn, { params: params(), body: { name: 'Mine' } }),
      'request.not_found',
    )
    await refused(
      stranger.call(deleteLeadColumn, { params: column('NEW'), query: { moveTo: 'WON' } }),
      'request.not_found',
    )
    assert.equal((await statuses()).length, 5)
  })
})
