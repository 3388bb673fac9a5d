import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { newId } from '#platform/ids.ts'
import { startHeartbeat } from '#platform/jobs/heartbeat.ts'
import { workJobs } from '#platform/jobs/work.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import type { Form, FormDefinition } from '../contract.ts'
import { goodAnswers, makeForm, PROJECT_FORM } from '../factories.ts'
import { intakeModule } from '../index.ts'
import { submitForm } from '../submissions.ts'
import { forgetOldPartials } from './abandonment.ts'
import { deletePartial, listPartials } from './partials-api.ts'

const modules = [iamModule, crmModule, intakeModule]

describe('answers that were not sent', () => {
  let t: TestKit
  let server: TestServer
  let orgId: string
  let form: Form
  before(async () => {
    t = await testKit({ modules, frozenAt: new Date() })
    const owner = await makeOwner(t.kit)
    orgId = owner.orgId
    server = await testServer(t, modules, signedInAs(orgId, owner.userId))
    form = await keepingForm()
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const keepingForm = (changes: Partial<FormDefinition> = {}) =>
    makeForm(t.kit, orgId, {
      keepsPartials: true,
      ...changes,
      fields: [
        ...PROJECT_FORM.fields,
        { type: 'MULTI_SELECT', key: 'services', label: 'Services', options: ['Design', 'Hosting'] },
        { type: 'CONSENT', key: 'terms', label: 'Terms', text: 'I agree to the terms.' },
      ],
    })
  const call = (method: string, path: string, body: unknown) =>
    server.raw(path, {
      method,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  const tokenIn = (text: string) => /name="_token" value="([^"]*)"/.exec(text)?.[1] ?? ''
  const open = async (of = form) => tokenIn(await (await server.raw(`/f/${of.key}`)).text())
  const idOf = (token: string) => token.split('.')[1] ?? ''
  const keep = (token: string, answers: object, more: object = {}, of = form) =>
    call('PUT', `/f/${of.key}/partial`, { token, agreed: true, answers, ...more })
  const kept = async (token: string, answers: object) => {
    const answer = await keep(token, answers)
    assert.equal(answer.status, 200, await answer.clone().text())
    return new URL(((await answer.json()) as { continueUrl: string }).continueUrl)
  }
  const rows = (token: string) =>
    t.asSuperuser<{ answers: object; email_key: string | null; consent_text: string }>(
      'select answers, email_key, consent_text from intake.partial_submissions where submission_id = $1',
      [idOf(token)],
    )
  const sendPage = (token: string, email: string) =>
    submitForm(t.kit, {
      formKey: form.key,
      submissionId: idOf(token),
      answers: goodAnswers(email),
      address: '192.0.2.1',
      page: { source: '' },
    })
  const address = () => `${newId()}@example.com`
  const problem = async (response: Response) => ((await response.json()) as { code: string }).code

  it('are kept as they are once somebody agreed, and change as one goes on', async () => {
    const token = await open()
    await kept(token, { name: 'Gra', email: 'grace@' })
    await kept(token, {
      name: 'Grace',
      email: 'Grace@Example.com',
      services: ['Design', 'Hosting'],
      consent: true,
      terms: true,
    })
    assert.deepEqual(await rows(token), [
      {
        answers: {
          name: 'Grace',
          email: 'Grace@Example.com',
          services: ['Design', 'Hosting'],
          consent: true,
        },
        email_key: 'grace@example.com',
        consent_text: 'Keep my answers for 30 days before I send them, so that I can go on later.',
      },
    ])
  })

  it('are refused without agreement, for other forms, without a page of ours, and beyond measure', async () => {
    const token = await open()
    const plain = await makeForm(t.kit, orgId)
    const status = async (response: Promise<Response>) => (await response).status
    assert.equal(await status(call('PUT', `/f/${form.key}/partial`, { token, answers: {} })), 422)
    assert.equal(await status(keep(token, {}, { agreed: false })), 422)
    assert.equal(
      await problem(await keep(await open(plain), { name: 'x' }, {}, plain)),
      'intake.partials_refused',
    )
    assert.equal(await status(keep(await open(plain), { name: 'x' })), 422)
    assert.equal(await status(keep(token, { name: 'x'.repeat(10_001) })), 422)
    assert.equal(await status(keep(token, { name: { a: 1 } })), 422)
    const long = 'x'.repeat(9000)
    assert.equal(await status(keep(token, { name: long, message: long, services: Array(6).fill(long) })), 413)
    assert.equal(await status(keep(token, { name: 'x'.repeat(300_000) })), 413)
    assert.equal(await status(keep(token, {}, {}, { ...form, key: 'bcdfghjkmnpqrstvwxz2345678' })), 404)
    assert.deepEqual(await rows(token), [])
    assert.equal(await status(keep(token, { name: 'a\u0000b' })), 422)
    assert.equal(await status(keep(token, { name: '\ud800' })), 422)
    await kept(token, { name: 'ab', nothing: 'x', constructor: 'x', budget: '' })
    assert.deepEqual((await rows(token))[0]?.answers, { name: 'ab' })
  })

  it('stand in the page that their address opens, under the same submission, and go when it is sent', async () => {
    const email = address()
    const first = await open()
    const url = await kept(first, { name: 'Grace <b>', email, services: ['Hosting'], budget: '$5000' })
    t.clock.advance(30 * 3_600_000)
    const text = await (await server.raw(url.pathname + url.search)).text()
    const second = tokenIn(text)
    assert.equal(idOf(second), idOf(first))
    assert.notEqual(second, first)
    assert.match(text, /value="Grace &#60;b&#62;"/)
    assert.match(text, new RegExp(`value="${email}"`))
    assert.match(text, /value="Hosting" checked/)
    assert.match(text, /<option value="\$5000" selected>/)
    assert.match(text, /id="keep-answers" checked/)
    assert.match(text, /Your answers are back/)
    assert.equal((await sendPage(second, email)).isNew, true)
    assert.deepEqual(await rows(first), [])
    assert.equal(await problem(await keep(second, { name: 'late' })), 'intake.partial_sent')
    const gone = await (await server.raw(url.pathname + url.search)).text()
    assert.match(gone, /Nothing is kept under this link any more/)
    assert.notEqual(idOf(tokenIn(gone)), idOf(first))
  })

  it('go also when what was sent is held back, because whoever sent it has not left', async () => {
    const token = await open()
    await kept(token, { name: 'Bot' })
    const fields = { ...goodAnswers(address()), seats: '1', consent: 'true', _token: token, _website: 'spam' }
    t.clock.advance(20_000)
    const answer = await server.raw(`/f/${form.key}`, { method: 'POST', body: new URLSearchParams(fields) })
    assert.equal(answer.status, 303)
    assert.equal((await t.asSuperuser('select 1 from intake.quarantined_submissions')).length, 1)
    assert.deepEqual(await rows(token), [])
  })

  it('are shown to nobody who changes the address', async () => {
    const token = await open()
    const url = await kept(token, { name: 'Secret' })
    const [, signature = ''] = (url.searchParams.get('_continue') ?? '').split('.')
    const other = await keepingForm()
    for (const path of [
      `/f/${form.key}?_continue=${newId()}.${signature}`,
      `/f/${form.key}?_continue=${idOf(token)}.${signature.slice(1)}x`,
      `/f/${form.key}?_continue=${idOf(token)}`,
      `/f/${form.key}?_continue=`,
      `/f/${form.key}?_continue=a&_continue=b`,
      `/f/${other.key}${url.search}`,
    ]) {
      const answer = await server.raw(path)
      assert.equal(answer.status, 200)
      assert.doesNotMatch(await answer.text(), /Secret/, path)
    }
  })

  it('are gone on with by the page that keeps them, and no page gives the way to those of another', async () => {
    const wayIn = (text: string) => / data-continue="([^"]*)"/.exec(text)?.[1] ?? null
    const text = await (await server.raw(`/f/${form.key}`)).text()
    const token = tokenIn(text)
    const url = await kept(token, { name: 'Secret' })
    assert.equal(wayIn(text), url.search)
    for (const claimed of [token, token.replace(/[^.]*$/, 'x'), `x.${idOf(token)}.x`]) {
      const body = new URLSearchParams({ _token: claimed, name: '' })
      const answer = await server.raw(`/f/${form.key}`, { method: 'POST', body })
      assert.equal(answer.status, 422)
      const again = await answer.text()
      assert.equal(wayIn(again), null, claimed)
      assert.doesNotMatch(again, /Secret/)
    }
    const plain = await makeForm(t.kit, orgId)
    assert.equal(wayIn(await (await server.raw(`/f/${plain.key}`)).text()), null)
  })

  it('are forgotten when the agreement is taken back, also from an old page, and can be kept again', async () => {
    const token = await open()
    await kept(token, { name: 'Grace' })
    const withdraw = (of: string) => call('POST', `/f/${form.key}/partial/withdrawal`, { token: of })
    assert.equal((await withdraw('x.y.z')).status, 422)
    assert.equal((await withdraw(token)).status, 204)
    assert.deepEqual(await rows(token), [])
    assert.equal((await withdraw(token)).status, 204)
    await kept(token, { name: 'Grace' })
    t.clock.advance(48 * 3_600_000)
    assert.equal(await problem(await keep(token, { name: 'Later' })), 'intake.page_expired')
    assert.equal((await withdraw(token)).status, 204)
    assert.deepEqual(await rows(token), [])
  })

  /** Lets every job that waits be due, and works until none is. */
  async function workDueJobs(): Promise<void> {
    const stop = new AbortController()
    const heartbeat = await startHeartbeat(t.kit.db, t.kit.log, 'test')
    await t.asSuperuser('update jobs.ready set run_at = now()')
    const working = workJobs(t.kit, heartbeat, stop.signal)
    const busy = async () =>
      (
        await t.asSuperuser(
          'select 1 from jobs.ready where run_at <= now() union all select 1 from jobs.leases',
        )
      ).length > 0
    while (await busy()) {}
    stop.abort()
    await working
    await heartbeat.stop()
  }
  const goBack = (token: string, interval: string) =>
    t.asSuperuser(
      `update intake.partial_submissions set saved_at = saved_at - $2::interval, created_at = created_at - $2::interval
       where submission_id = $1`,
      [idOf(token), interval],
    )
  const told = (token: string) =>
    t.asSuperuser<{ payload: Record<string, unknown>; subjects: unknown }>(
      `select payload, subjects from events.events where type = 'form.abandoned' and payload->>'partialId' = $1`,
      [idOf(token)],
    )

  it('are told as abandoned after half an hour without another answer, once', async () => {
    const [left, going, sent] = [await open(), await open(), await open()]
    const email = address()
    const url = await kept(left, { name: 'Grace', email: email.toUpperCase() })
    await kept(going, { name: 'Still here' })
    const other = address()
    await kept(sent, { name: 'Elsewhere', email: other })
    await workDueJobs()
    assert.deepEqual(await told(left), [])
    await goBack(left, '31 minutes')
    await goBack(going, '29 minutes')
    await goBack(sent, '31 minutes')
    await sendPage(await open(), other)
    await workDueJobs()
    await workDueJobs()
    assert.deepEqual(await told(left), [
      {
        payload: {
          formId: form.id,
          workflowId: form.workflowId,
          partialId: idOf(left),
          email,
          lastField: null,
          answered: 2,
          continueUrl: url.href,
        },
        subjects: [{ type: 'workflow', id: form.workflowId }],
      },
    ])
    assert.deepEqual(await told(going), [])
    assert.deepEqual(await told(sent), [], 'whoever sent the form from another page has not left it')
    await goBack(going, '2 minutes')
    await workDueJobs()
    assert.equal((await told(going)).length, 1)
    const waiting = await t.asSuperuser(`select 1 from jobs.jobs where payload->>'submissionId' = any ($1)`, [
      [left, going, sent].map(idOf),
    ])
    assert.deepEqual(waiting, [])
  })

  it('are listed for members, deleted by them, and gone after 30 days', async () => {
    const mine = await keepingForm()
    const tokens = [await open(mine), await open(mine), await open(mine)]
    for (const [index, token] of tokens.entries()) {
      const answers = { services: ['Design', 'Hosting'], name: `Person ${index}` }
      assert.equal((await keep(token, answers, { lastField: 'name' }, mine)).status, 200)
    }
    const client = server.client()
    const params = { workflowId: mine.workflowId }
    const first = await client.call(listPartials, { params, query: { limit: 2 } })
    const rest = await client.call(listPartials, {
      params,
      query: { limit: 2, cursor: first.nextCursor ?? '' },
    })
    assert.deepEqual(
      [...first.items, ...rest.items].map(({ id, answers, lastField, abandoned }) => [
        id,
        answers,
        lastField,
        abandoned,
      ]),
      [2, 1, 0].map(index => [
        idOf(tokens[index] ?? ''),
        [
          { key: 'name', label: 'Your name', value: `Person ${index}` },
          { key: 'services', label: 'Services', value: 'Design\nHosting' },
        ],
        'name',
        false,
      ]),
    )
    assert.equal(rest.nextCursor, null)
    const partialId = idOf(tokens[0] ?? '')
    await client.call(deletePartial, { params: { ...params, partialId } })
    await assert.rejects(client.call(deletePartial, { params: { ...params, partialId } }), { status: 404 })
    await goBack(tokens[1] ?? '', '31 days')
    assert.equal((await client.call(listPartials, { params })).items.length, 1)
    await forgetOldPartials(t.kit)
    assert.deepEqual(await rows(tokens[1] ?? ''), [])
    assert.equal((await rows(tokens[2] ?? '')).length, 1)
  })

  it('are one, however many tabs and tries keep them at once, also while the form is sent', async () => {
    const token = await open()
    const email = address()
    const [sent, ...tries] = await Promise.all([
      sendPage(token, email),
      ...Array.from({ length: 12 }, (_, n) => keep(token, { name: `Try ${n}`, email })),
    ])
    assert.equal(sent.isNew, true)
    const statuses = tries.map(({ status }) => status)
    assert.ok(
      statuses.every(status => status === 200 || status === 409),
      statuses.join(' '),
    )
    assert.equal((await t.asSuperuser('select 1 from intake.leads where email = $1', [email])).length, 1)
  })
})
