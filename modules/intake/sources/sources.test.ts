import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner, type Person } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { createClient } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { getLead, listLeads } from '../contract.ts'
import { asSystem, makeForm } from '../factories.ts'
import type { Form } from '../form-definition.ts'
import { intakeModule } from '../index.ts'
import { moveLead } from '../lead-moves.ts'
import { takeDelivery } from './delivery-job.ts'
import { forgetDeliveries } from './delivery-log.ts'
import * as api from './source-api.ts'

const modules = [iamModule, crmModule, mailModule, intakeModule]
const AT = new Date('2026-11-21T12:00:00Z')

describe('sources of leads', () => {
  let t: TestKit
  let owner: Person
  let other: Person
  let server: TestServer
  let form: Form

  before(async () => {
    t = await testKit({ modules, frozenAt: AT })
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
  })

  const client = (orgId = owner.orgId) =>
    createClient({ baseUrl: server.url, headers: () => ({ authorization: orgId }) })

  const MAPPING = {
    email: 'contact.email',
    name: 'contact.name',
    phone: null,
    answers: { budget: 'deal.budget', seats: 'deal.seats', start: 'deal.start', message: 'note' },
  }
  const enquiry = (email: string, changes: object = {}) => ({
    id: newId(),
    contact: { email, name: 'Ada Lovelace' },
    deal: { budget: '$5000', seats: '12', start: '2026-12-01T09:00:00+01:00' },
    note: 'Two lines\nof text',
    ...changes,
  })
  const SETTINGS: Partial<api.WebhookSourceSettings> = { mapping: MAPPING, deduplicateBy: { path: 'id' } }

  const makeSource = (webhook: Partial<api.WebhookSourceSettings> = SETTINGS, workflowId = form.workflowId) =>
    client().call(api.createSource, {
      params: { workflowId },
      body: { kind: 'webhook', name: 'Partner', webhook },
    })

  const post = (source: { url: string }, body: unknown, headers: Record<string, string> = {}) =>
    server.raw(new URL(source.url).pathname, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const refusal = async (response: Response) => ((await response.json()) as { code: string }).code

  const run = (deliveryId: string, attempt = 1) =>
    takeDelivery.run({
      kit: t.kit,
      orgId: owner.orgId,
      jobId: newId(),
      attempt,
      payload: { deliveryId },
      signal: AbortSignal.timeout(60_000),
    })

  /** Delivers and lets the job do its work; answers what stands in the log then. */
  async function deliver(source: { url: string }, body: unknown, headers?: Record<string, string>) {
    const response = await post(source, body, headers)
    assert.equal(response.status, 202, await response.clone().text())
    const { deliveryId } = api.SourceReceipt.parse(await response.json())
    await run(deliveryId)
    return read(deliveryId)
  }
  const read = (leadDeliveryId: string) => client().call(api.getLeadDelivery, { params: { leadDeliveryId } })
  const leadsOf = async (email: string) =>
    (await client().call(listLeads, { query: { filter: `email:is:${email}` } })).items
  const lead = (leadId: string | null) => client().call(getLead, { params: { leadId: String(leadId) } })

  it('a delivery becomes a lead with its answers, its person and an entry in its history', async () => {
    const source = await makeSource()
    const done = await deliver(source, enquiry('ada@example.com'))
    assert.deepEqual([done.status, done.outcome, done.problems], ['done', 'Made a lead.', []])
    const made = await lead(done.leadId)
    assert.equal(made.name, 'Ada Lovelace')
    assert.equal(made.source, 'webhook')
    assert.equal(made.person?.name, 'Ada Lovelace')
    assert.deepEqual(Object.fromEntries(made.answers.map(({ key, value }) => [key, value])), {
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      budget: '$5000',
      seats: '12',
      start: '2026-12-01',
      message: 'Two lines\nof text',
    })
    const [event] = made.events
    assert.equal(event?.kind, 'WEBHOOK_RECEIVED')
    assert.equal(event?.description, 'Came in by Partner')
    assert.equal(event?.actor, 'system')
    const [listed] = (await client().call(api.listSources, { params: { workflowId: form.workflowId } })).items
    assert.equal(listed?.deliveries.done, 1)
  })

  it('the same delivery counts once, however often and however many at once it comes', async () => {
    const source = await makeSource()
    const body = enquiry('twice@example.com')
    const answers = await Promise.all(Array.from({ length: 16 }, () => post(source, body)))
    const receipts = await Promise.all(
      answers.map(async answer => api.SourceReceipt.parse(await answer.json())),
    )
    assert.equal(new Set(receipts.map(({ deliveryId }) => deliveryId)).size, 1)
    assert.equal(receipts.filter(({ isNew }) => isNew).length, 1)
    const [{ deliveryId } = { deliveryId: '' }] = receipts
    await Promise.all(Array.from({ length: 4 }, () => run(deliveryId)))
    const [made, ...rest] = await leadsOf('twice@example.com')
    assert.equal(rest.length, 0)
    const { events } = await lead(made?.id ?? null)
    assert.equal(events.length, 1)
    const next = await deliver(source, enquiry('twice@example.com', { note: 'More' }))
    assert.equal(next.outcome, 'Added to a lead that was there.')
    assert.equal((await lead(made?.id ?? null)).events[0]?.description, 'Came in by Partner again')
  })

  it('what does not fit is left out and said, and only a lead without an address is refused', async () => {
    const source = await makeSource()
    const odd = await deliver(
      source,
      enquiry('odd@example.com', {
        deal: { budget: 'a lot', seats: { n: 1 }, start: 'soon' },
        note: 'x'.repeat(5000),
      }),
    )
    assert.equal(odd.status, 'done')
    assert.equal(odd.outcome, 'Made a lead, 3 answers were left out.')
    assert.deepEqual(odd.problems.map(({ field }) => field).sort(), ['budget', 'seats', 'start'])
    const made = await lead(odd.leadId)
    assert.equal(made.answers.find(({ key }) => key === 'message')?.value.length, 2000)
    for (const email of ['', 'nobody', null, 12, ['a@example.com'], undefined]) {
      const failed = await deliver(source, enquiry('', { contact: { email } }))
      assert.equal(failed.status, 'failed', String(email))
      assert.equal(failed.leadId, null)
    }
    for (const body of [[], 'text', null, 5, { contact: null }]) {
      assert.equal((await deliver(source, JSON.stringify(body))).status, 'failed')
    }
  })

  it('content that is none is refused, and content of other kinds is read', async () => {
    const source = await makeSource({ mapping: { ...MAPPING, email: 'email', name: null, answers: {} } })
    for (const body of ['{', '{"a":1,"a":2}', '{"__proto__":1}', '{"a":"\\u0000"}']) {
      const response = await post(source, body)
      assert.ok(response.status === 400 || response.status === 422, `${response.status} ${body}`)
    }
    assert.equal((await post(source, 'x'.repeat(262_145))).status, 413)
    const fields = await deliver(source, 'email=fields%40example.com', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    assert.equal(fields.status, 'done')
  })

  it('deliveries without a mapping are kept, shown with what a mapping would make of them, and looked at when there is one', async () => {
    const source = await makeSource({ mapping: null })
    const kept = await deliver(source, enquiry('kept@example.com'))
    assert.equal(kept.status, 'unmapped')
    assert.deepEqual((kept.body as { contact: object }).contact, {
      email: 'kept@example.com',
      name: 'Ada Lovelace',
    })
    const shown = await client().call(api.previewMapping, {
      params: { leadDeliveryId: kept.id },
      body: { mapping: { ...MAPPING, answers: { budget: 'deal.seats' } } },
    })
    assert.equal(shown.email, 'kept@example.com')
    assert.deepEqual(
      shown.problems.map(({ field }) => field),
      ['budget'],
    )
    assert.equal((await leadsOf('kept@example.com')).length, 0)
    await client().call(api.changeSource, {
      params: { leadSourceId: source.id },
      body: { webhook: api.WebhookSourceSettings.parse(SETTINGS) },
    })
    await run(kept.id)
    assert.equal((await read(kept.id)).status, 'done')
    assert.equal((await leadsOf('kept@example.com')).length, 1)
  })

  it('what failed is tried again with the mapping of then, one or all, and never makes a second lead', async () => {
    const source = await makeSource({ mapping: { ...MAPPING, email: 'wrong' } })
    const [a, b] = [
      await deliver(source, enquiry('again@example.com')),
      await deliver(source, enquiry('later@example.com')),
    ]
    assert.deepEqual([a.status, b.status], ['failed', 'failed'])
    await client().call(api.changeSource, {
      params: { leadSourceId: source.id },
      body: { webhook: api.WebhookSourceSettings.parse(SETTINGS) },
    })
    await client().call(api.retryLeadDelivery, { params: { leadDeliveryId: a.id }, body: undefined })
    await run(a.id)
    assert.equal((await read(a.id)).status, 'done')
    const { count } = await client().call(api.retryLeadDeliveries, { params: { leadSourceId: source.id } })
    assert.equal(count, 1)
    await run(b.id)
    assert.equal((await read(b.id)).status, 'done')
    const done = await client().call(api.retryLeadDelivery, { params: { leadDeliveryId: a.id } })
    assert.equal(done.status, 'done')
    await run(a.id)
    assert.equal((await leadsOf('again@example.com')).length, 1)
  })

  it('a signature, a secret header or nothing proves where a delivery comes from, and a secret before is good for as long as was said', async () => {
    const source = await makeSource({
      ...SETTINGS,
      verification: {
        type: 'hmac',
        header: 'x-sign',
        algorithm: 'sha256',
        encoding: 'hex',
        prefix: 'sha256=',
      },
    })
    const first = await client().call(api.rotateSourceSecret, {
      params: { leadSourceId: source.id },
      body: { secret: 'the first secret'.replaceAll(' ', '-') },
    })
    const body = JSON.stringify(enquiry('signed@example.com'))
    const sign = (secret: string, text = body) => ({
      'x-sign': `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`,
    })
    assert.equal(await refusal(await post(source, body)), 'intake.delivery_refused')
    assert.equal(await refusal(await post(source, `${body} `, sign(first.secret))), 'intake.delivery_refused')
    assert.equal((await post(source, body, sign(first.secret))).status, 202)
    const second = await client().call(api.rotateSourceSecret, {
      params: { leadSourceId: source.id },
      body: { keepPreviousHours: 1 },
    })
    assert.equal((await post(source, body, sign(first.secret))).status, 202)
    assert.equal((await post(source, body, sign(second.secret))).status, 202)
    await client().call(api.rotateSourceSecret, { params: { leadSourceId: source.id }, body: {} })
    assert.equal((await post(source, body, sign(second.secret))).status, 401)
    const [stored] = await t.asSuperuser<{ secret: string; settings: string }>(
      'select secret, settings::text from intake.sources where id = $1',
      [source.id],
    )
    assert.match(stored?.secret ?? '', /^mv1\./)
    const log = await client().call(api.listLeadDeliveries, { params: { leadSourceId: source.id } })
    assert.equal(log.items.length, 1)
  })

  it('an address that leads nowhere, a source that is off or deleted, and another organization get nothing', async () => {
    const source = await makeSource()
    assert.equal((await server.raw(`/in/${'a'.repeat(32)}`, { method: 'POST', body: '{}' })).status, 404)
    assert.equal((await server.raw('/in/short', { method: 'POST', body: '{}' })).status, 404)
    await client().call(api.changeSource, {
      params: { leadSourceId: source.id },
      body: { isEnabled: false },
    })
    assert.equal(await refusal(await post(source, enquiry('off@example.com'))), 'intake.source_closed')
    const foreign = { params: { leadSourceId: source.id } }
    for (const call of [
      () => client(other.orgId).call(api.getSource, foreign),
      () => client(other.orgId).call(api.changeSource, { ...foreign, body: { name: 'Mine' } }),
      () => client(other.orgId).call(api.rotateSourceSecret, { ...foreign, body: {} }),
      () => client(other.orgId).call(api.deleteSource, foreign),
      () => client(other.orgId).call(api.retryLeadDeliveries, foreign),
      () =>
        client(other.orgId).call(api.createSource, {
          params: { workflowId: form.workflowId },
          body: { kind: 'webhook', name: 'Mine' },
        }),
    ]) {
      await assert.rejects(call, { code: 'request.not_found' })
    }
    await client().call(api.deleteSource, foreign)
    assert.equal((await post(source, enquiry('gone@example.com'))).status, 404)
    await assert.rejects(() => client().call(api.getSource, foreign), { code: 'request.not_found' })
  })

  it('a workflow has at most twenty sources, and a change that was based on another version is refused', async () => {
    const { workflowId } = await makeForm(t.kit, owner.orgId)
    const made = await Promise.allSettled(
      Array.from({ length: 24 }, (_, n) =>
        client().call(api.createSource, { params: { workflowId }, body: { kind: 'calendly', name: `${n}` } }),
      ),
    )
    assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 20)
    const [source] = (await client().call(api.listSources, { params: { workflowId } })).items
    assert.ok(source)
    await assert.rejects(
      () =>
        client().call(api.changeSource, {
          params: { leadSourceId: source.id },
          body: { name: 'Late' },
          ifMatch: '"1.x"',
        }),
      { code: 'request.changed_meanwhile' },
    )
    await assert.rejects(
      () =>
        client().call(api.changeSource, {
          params: { leadSourceId: source.id },
          body: { calendly: { bookedStatus: 'NOWHERE', canceledStatus: null } },
        }),
      { code: 'request.invalid' },
    )
  })

  it('deliveries go after 30 days, and of what is settled the newest stay', async () => {
    const source = await makeSource()
    const old = await deliver(source, enquiry('old@example.com'))
    const young = await deliver(source, enquiry('young@example.com'))
    await t.asSuperuser(
      `update intake.source_deliveries set created_at = now() - interval '31 days' where id = $1`,
      [old.id],
    )
    await forgetDeliveries(t.kit, owner.orgId)
    await assert.rejects(() => read(old.id), { code: 'request.not_found' })
    assert.equal((await read(young.id)).status, 'done')
  })

  describe('Calendly', () => {
    const KEY = 'a-signing-key-of-calendly'
    const makeCalendly = async (workflowId = form.workflowId) => {
      const source = await client().call(api.createSource, {
        params: { workflowId },
        body: { kind: 'calendly', name: 'Calendly' },
      })
      await client().call(api.rotateSourceSecret, {
        params: { leadSourceId: source.id },
        body: { secret: KEY },
      })
      return source
    }
    const signed = (body: string, at = AT.getTime() / 1000) => ({
      'calendly-webhook-signature': `t=${at},v1=${createHmac('sha256', KEY).update(`${at}.${body}`).digest('hex')}`,
    })
    const news = (
      event: 'created' | 'canceled',
      invitee: string,
      email: string,
      changes: Record<string, unknown> = {},
    ) =>
      JSON.stringify({
        event: `invitee.${event}`,
        created_at: '2026-11-21T11:59:00.000000Z',
        created_by: 'https://api.calendly.com/users/AAAA',
        payload: {
          uri: `https://api.calendly.com/scheduled_events/E${invitee}/invitees/${invitee}`,
          email,
          name: 'Grace Hopper',
          timezone: 'Europe/Paris',
          status: event === 'created' ? 'active' : 'canceled',
          rescheduled: false,
          old_invitee: null,
          new_invitee: null,
          cancel_url: `https://calendly.com/cancellations/${invitee}`,
          reschedule_url: `https://calendly.com/reschedulings/${invitee}`,
          questions_and_answers: [{ question: 'What about?', answer: 'Ships', position: 0 }],
          scheduled_event: {
            uri: `https://api.calendly.com/scheduled_events/E${invitee}`,
            name: 'Intro call',
            start_time: '2026-11-24T09:00:00.000000Z',
            end_time: '2026-11-24T09:30:00.000000Z',
            location: { type: 'zoom', join_url: 'https://zoom.example/j/1' },
          },
          ...changes,
        },
      })
    const tell = (source: { url: string }, body: string) => deliver(source, body, signed(body))
    const statusOf = async (leadId: string | null) => (await lead(leadId)).status
    const kindsOf = async (leadId: string | null) =>
      (await lead(leadId)).events.map(({ kind }) => kind).reverse()

    it('a booking makes the lead, moves it to its column and stands in its history; a cancellation takes it back', async () => {
      const source = await makeCalendly()
      const booked = await tell(source, news('created', 'A1', 'grace@example.com'))
      assert.equal(booked.status, 'done', booked.outcome)
      assert.equal(await statusOf(booked.leadId), 'BOOKED')
      const made = await lead(booked.leadId)
      assert.equal(made.name, 'Grace Hopper')
      const event = made.events.find(({ kind }) => kind === 'BOOKING_CREATED')
      assert.equal(event?.description, 'Booked “Intro call” for 24 Nov 2026, 09:00 UTC')
      assert.equal(event?.metadata.joinUrl, 'https://zoom.example/j/1')
      assert.equal(event?.metadata.startsAt, '2026-11-24T09:00:00.000Z')
      assert.deepEqual(event?.metadata.questions, [{ question: 'What about?', answer: 'Ships' }])
      const canceled = await tell(
        source,
        news('canceled', 'A1', 'grace@example.com', {
          cancellation: { reason: 'Ill', canceled_by: 'Grace' },
        }),
      )
      assert.equal(canceled.leadId, booked.leadId)
      assert.equal(await statusOf(booked.leadId), 'NEW')
      assert.deepEqual(await kindsOf(booked.leadId), [
        'BOOKING_CREATED',
        'STATUS_CHANGED',
        'BOOKING_CANCELED',
        'STATUS_CHANGED',
      ])
    })

    it('repeats count once, and a signature that is old, of another body or missing is refused', async () => {
      const source = await makeCalendly()
      const body = news('created', 'B1', 'repeat@example.com')
      const first = await tell(source, body)
      const second = await tell(source, body)
      assert.equal(second.id, first.id)
      assert.equal((await kindsOf(first.leadId)).filter(kind => kind === 'BOOKING_CREATED').length, 1)
      for (const headers of [
        {},
        signed(body, AT.getTime() / 1000 - 301),
        signed(`${body} `),
        { 'calendly-webhook-signature': 'v1=00' },
      ]) {
        assert.equal((await post(source, body, headers)).status, 401)
      }
    })

    it('a cancellation that overtakes its booking leaves the lead where it is, with both on record', async () => {
      const source = await makeCalendly()
      const canceled = await tell(source, news('canceled', 'C1', 'early@example.com'))
      assert.equal(await statusOf(canceled.leadId), 'NEW')
      const booked = await tell(source, news('created', 'C1', 'early@example.com'))
      assert.equal(booked.leadId, canceled.leadId)
      assert.equal(await statusOf(canceled.leadId), 'NEW')
      assert.deepEqual(await kindsOf(canceled.leadId), ['BOOKING_CANCELED', 'BOOKING_CREATED'])
    })

    it('another time for a meeting keeps the lead booked, in either order', async () => {
      const source = await makeCalendly()
      for (const [n, newFirst] of [
        ['D', true],
        ['E', false],
      ] as const) {
        const email = `move-${n.toLowerCase()}@example.com`
        const { leadId } = await tell(source, news('created', `${n}1`, email))
        const made = news('created', `${n}2`, email, { old_invitee: `${n}1` })
        const gone = news('canceled', `${n}1`, email, { rescheduled: true, new_invitee: `${n}2` })
        for (const body of newFirst ? [made, gone] : [gone, made]) await tell(source, body)
        assert.equal(await statusOf(leadId), 'BOOKED', n)
        await tell(source, news('canceled', `${n}2`, email))
        assert.equal(await statusOf(leadId), 'NEW', n)
      }
    })

    it('who has another meeting, has moved on or is won stays', async () => {
      const source = await makeCalendly()
      const { leadId } = await tell(source, news('created', 'F1', 'busy@example.com'))
      await tell(source, news('created', 'F2', 'busy@example.com'))
      assert.match(
        (await tell(source, news('canceled', 'F1', 'busy@example.com'))).outcome,
        /another meeting/,
      )
      assert.equal(await statusOf(leadId), 'BOOKED')
      const moveTo = (status: string) =>
        asSystem(t.kit, owner.orgId, ctx => moveLead(ctx, leadId ?? '', { status }))
      await moveTo('QUALIFIED')
      assert.match((await tell(source, news('canceled', 'F2', 'busy@example.com'))).outcome, /moved on/)
      assert.equal(await statusOf(leadId), 'QUALIFIED')
      await moveTo('WON')
      await tell(source, news('created', 'F3', 'busy@example.com'))
      assert.equal(await statusOf(leadId), 'WON')
    })

    it('created and canceled of one booking at the same moment come out as one after the other', async () => {
      const source = await makeCalendly()
      const bodies = (['created', 'canceled'] as const).flatMap(event =>
        ['G1', 'G2'].map(invitee => news(event, invitee, 'race@example.com')),
      )
      const receipts = await Promise.all(
        bodies.map(async body => {
          const response = await post(source, body, signed(body))
          return api.SourceReceipt.parse(await response.json()).deliveryId
        }),
      )
      await Promise.all(receipts.map(id => run(id)))
      const [found, ...rest] = await leadsOf('race@example.com')
      assert.equal(rest.length, 0)
      assert.equal(await statusOf(found?.id ?? null), 'NEW')
      const kinds = await kindsOf(found?.id ?? null)
      assert.equal(kinds.filter(kind => kind === 'BOOKING_CREATED').length, 2)
      assert.equal(kinds.filter(kind => kind === 'BOOKING_CANCELED').length, 2)
    })

    it('other events are ignored and what is no booking fails, in words', async () => {
      const source = await makeCalendly()
      const other = JSON.stringify({ event: 'routing_form_submission.created', payload: {} })
      assert.equal((await tell(source, other)).status, 'ignored')
      assert.equal((await tell(source, '{"event":"invitee.created"}')).status, 'failed')
      assert.equal((await tell(source, '[]')).status, 'failed')
      assert.equal((await tell(source, news('created', 'H1', 'no address'))).status, 'failed')
      const strange = await tell(
        source,
        news('created', 'H2', 'strange@example.com', {
          name: 7,
          cancel_url: 'javascript:alert(1)',
          questions_and_answers: 'none',
          scheduled_event: { name: null, start_time: '+275760-13-01', location: 'here' },
        }),
      )
      assert.equal(strange.status, 'done')
      const { events } = await lead(strange.leadId)
      const booked = events.find(({ kind }) => kind === 'BOOKING_CREATED')
      assert.equal(booked?.metadata.cancelUrl, undefined)
      assert.equal(booked?.metadata.startsAt, undefined)
    })
  })
})
