import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, beforeEach, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { createClient } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type FakeCalendly, startFakeCalendly } from '#test/fakes/calendly.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { makeForm } from '../factories.ts'
import type { Form } from '../form-definition.ts'
import { intakeModule } from '../index.ts'
import { checkCalendlyJob } from './calendly-connection.ts'
import * as api from './source-api.ts'

const modules = [iamModule, crmModule, intakeModule]
const TOKEN = 'a-personal-access-token'

describe('a source that is connected with Calendly', () => {
  let t: TestKit
  let calendly: FakeCalendly
  let owner: Person
  let other: Person
  let server: TestServer
  let form: Form
  let source: api.Source

  before(async () => {
    calendly = await startFakeCalendly()
    const env = {
      CALENDLY_API_URL: `${calendly.url}/`,
      EGRESS_ALLOW: new URL(calendly.url).host,
      PUBLIC_URL: 'https://app.example.com',
    }
    t = await testKit({ modules, env, frozenAt: new Date('2026-11-21T12:00:00Z') })
    owner = await makeOwner(t.kit)
    other = await makeOwner(t.kit)
    server = await testServer(t, modules, (kit, request) => {
      const { orgId, userId } = request.authorization === other.orgId ? other : owner
      return signedInAs(orgId, userId)(kit, request)
    })
    form = await makeForm(t.kit, owner.orgId)
  })
  after(async () => {
    await server.close()
    await t.close()
    await calendly.close()
  })

  const client = (orgId = owner.orgId) =>
    createClient({ baseUrl: server.url, headers: () => ({ authorization: orgId }) })
  const here = () => ({ leadSourceId: source.id })

  beforeEach(async () => {
    Object.assign(calendly, { token: TOKEN, isAdmin: true, isPaid: true, broken: null })
    calendly.subscriptions.length = 0
    calendly.asked.length = 0
    source = await client().call(api.createSource, {
      params: { workflowId: form.workflowId },
      body: { kind: 'calendly', name: 'Calendly' },
    })
  })

  const connect = (change: { token?: string; scope?: 'user' | 'organization' } = {}, orgId = owner.orgId) =>
    client(orgId).call(api.connectCalendly, { params: here(), body: { token: TOKEN, ...change } })
  const code = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail('It was taken.'),
      failed => failed,
    )
    return error.problem.code as string
  }
  const now = () => client().call(api.getSource, { params: here() })

  /** A delivery as Calendly signs it. */
  async function deliver(key: string): Promise<number> {
    const at = Math.floor(t.clock.now().getTime() / 1_000)
    const body = JSON.stringify({
      event: 'invitee.created',
      payload: {
        uri: `https://api.calendly.com/scheduled_events/E/invitees/${newId()}`,
        email: 'ada@example.com',
      },
    })
    const signature = createHmac('sha256', key).update(`${at}.${body}`).digest('hex')
    const answer = await fetch(`${server.url}${new URL(source.url).pathname}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'calendly-webhook-signature': `t=${at},v1=${signature}`,
      },
      body,
    })
    return answer.status
  }

  it('is subscribed to bookings and cancellations with a signing key of its own', async () => {
    const { connection } = await connect()
    assert.deepEqual(
      [connection?.scope, connection?.account, connection?.problem],
      ['user', 'Ada Lovelace', null],
    )
    const [held] = calendly.subscriptions
    assert.equal(calendly.subscriptions.length, 1)
    assert.deepEqual(
      [held?.callback_url, held?.scope, held?.events],
      [source.url, 'user', ['invitee.created', 'invitee.canceled']],
    )
    assert.equal(await deliver(held?.signing_key ?? ''), 202)
    assert.equal(await deliver('another key'), 401)
    // Neither the token nor the key is anywhere to be read.
    assert.ok(!JSON.stringify(await now()).includes(TOKEN))
    const stored = await t.asSuperuser<{ token: string }>('select token from intake.calendly_connections')
    assert.ok(stored.every(({ token }) => token.startsWith('mv1.')))
  })

  it('is told of everybody only by an owner or admin there, and of one scope at a time', async () => {
    await connect()
    assert.equal((await connect({ scope: 'organization' })).connection?.scope, 'organization')
    assert.deepEqual(
      calendly.subscriptions.map(({ scope }) => scope),
      ['organization'],
    )
    calendly.isAdmin = false
    assert.equal(await code(connect({ scope: 'organization' })), 'intake.calendly_not_allowed')
  })

  it('says in plain words why it cannot be connected, and keeps nothing then', async () => {
    assert.equal(await code(connect({ token: 'the-token-of-somebody-else' })), 'intake.calendly_token')
    calendly.isPaid = false
    assert.equal(await code(connect()), 'intake.calendly_plan')
    calendly.isPaid = true
    calendly.takes = () => false
    assert.equal(await code(connect()), 'intake.calendly_address')
    calendly.takes = () => true
    for (const broken of [
      'cut',
      { status: 500, text: 'oh' },
      { status: 429, text: '{}' },
      { status: 200, text: '<html>' },
      { status: 200, text: '{"resource":{}}' },
    ] as const) {
      calendly.broken = broken
      assert.equal(await code(connect()), 'intake.calendly_silent')
    }
    assert.equal(await code(connect({ token: 'with a space in the middle' })), 'request.invalid')
    assert.equal((await now()).connection, null)
    assert.equal(calendly.subscriptions.length, 0)
  })

  it('takes the place of a subscription that led here before, however often it is connected', async () => {
    await connect()
    const [first] = calendly.subscriptions
    // One that was left behind when a process ended in the middle has a key that nobody knows.
    await t.asSuperuser('delete from intake.calendly_connections where source_id = $1', [source.id])
    await Promise.all([connect(), connect(), connect()])
    assert.equal(calendly.subscriptions.length, 1)
    const [held] = calendly.subscriptions
    assert.notEqual(held?.id, first?.id)
    assert.equal(await deliver(held?.signing_key ?? ''), 202)
  })

  it('is looked after: what Calendly ended is made again, and what stands in the way is said', async () => {
    await connect()
    const check = () => client().call(api.checkCalendly, { params: here() })
    assert.equal((await check()).connection?.problem, null)
    const [held] = calendly.subscriptions
    if (held) held.state = 'disabled'
    assert.equal((await check()).connection?.problem, null)
    assert.equal(calendly.subscriptions.length, 1)
    assert.notEqual(calendly.subscriptions[0]?.id, held?.id)
    assert.equal(await deliver(calendly.subscriptions[0]?.signing_key ?? ''), 202)
    calendly.subscriptions.length = 0
    await check()
    assert.equal(calendly.subscriptions.length, 1)
    calendly.token = 'the-token-was-taken-back'
    assert.match((await check()).connection?.problem ?? '', /no longer accepts the token/)
    calendly.broken = 'cut'
    assert.match((await check()).connection?.problem ?? '', /did not answer/)
    calendly.broken = null
    calendly.token = TOKEN
    assert.equal((await check()).connection?.problem, null)
  })

  it('is looked after by itself, by one look at a time', async () => {
    await connect()
    await connect()
    const planned = () =>
      t.asSuperuser<{ payload: { sourceId: string; check: number } }>(
        `select payload from jobs.jobs where kind = 'intake.check_calendly' and payload ->> 'sourceId' = $1 order by payload ->> 'check'`,
        [source.id],
      )
    const run = (payload: { sourceId: string; check: number }) =>
      checkCalendlyJob.run({
        kit: t.kit,
        orgId: owner.orgId,
        jobId: newId(),
        attempt: 1,
        payload,
        signal: AbortSignal.timeout(60_000),
      })
    const [older, newer] = await planned()
    assert.ok(older && newer)
    calendly.asked.length = 0
    await run(older.payload)
    assert.deepEqual(calendly.asked, [])
    await run(newer.payload)
    assert.equal(calendly.asked.length, 1)
    assert.equal((await planned()).length, 3)
  })

  it('ends the subscription when it is disconnected or deleted', async () => {
    await connect()
    const key = calendly.subscriptions[0]?.signing_key ?? ''
    const disconnect = (query: { anyway?: string } = {}) =>
      client().call(api.disconnectCalendly, { params: here(), query })
    calendly.broken = 'cut'
    assert.equal(await code(disconnect()), 'intake.calendly_silent')
    assert.ok((await now()).connection)
    calendly.broken = null
    await disconnect()
    assert.equal((await now()).connection, null)
    assert.equal(calendly.subscriptions.length, 0)
    assert.equal(await deliver(key), 401)
    // Nothing is there to be ended any more.
    await disconnect()

    await connect()
    calendly.broken = { status: 500, text: '' }
    await disconnect({ anyway: 'true' })
    assert.equal((await now()).connection, null)
    calendly.broken = null

    await connect()
    await client().call(api.deleteSource, { params: here() })
    assert.equal(calendly.subscriptions.length, 0)
  })

  it('keeps its key to itself, and is closed to other kinds and other organizations', async () => {
    await connect()
    const rotate = client().call(api.rotateSourceSecret, { params: here(), body: { keepPreviousHours: 0 } })
    assert.equal(await code(rotate), 'intake.calendly_connected')
    assert.equal(await code(connect({}, other.orgId)), 'request.not_found')
    const check = client(other.orgId).call(api.checkCalendly, { params: here() })
    assert.equal(await code(check), 'request.not_found')
    const disconnect = client(other.orgId).call(api.disconnectCalendly, { params: here(), query: {} })
    assert.equal(await code(disconnect), 'request.not_found')
    source = await client().call(api.createSource, {
      params: { workflowId: form.workflowId },
      body: { kind: 'webhook', name: 'A webhook' },
    })
    assert.equal(await code(connect()), 'request.not_found')
    assert.equal(await code(client().call(api.checkCalendly, { params: here() })), 'request.not_found')
  })
})
