import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { Problem } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { type Form, getPublicForm, submitForm } from './contract.ts'
import { goodAnswers, makeForm, PROJECT_FORM, send } from './factories.ts'
import { intakeModule } from './index.ts'

const modules = [iamModule, crmModule, intakeModule]

describe('the public API of forms', () => {
  let t: TestKit
  let server: TestServer
  let orgId: string
  let form: Form
  before(async () => {
    t = await testKit({ modules, frozenAt: new Date('2026-11-21T09:30:00.000Z') })
    server = await testServer(t, modules)
    orgId = anyOrgId()
    form = await makeForm(t.kit, orgId)
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const leads = async () =>
    (await t.asSuperuser<{ n: number }>('select count(*)::int as n from intake.leads'))[0]?.n ?? -1
  const rows = async () =>
    (
      await t.asSuperuser<{ n: number }>(
        `select (select count(*) from crm.people) + (select count(*) from crm.positions) + (select count(*) from intake.leads)
           + (select count(*) from intake.lead_values) + (select count(*) from intake.lead_events)
           + (select count(*) from intake.submissions) + (select count(*) from events.events) as n`,
      )
    )[0]?.n
  const pathOf = (key: string) => `/v1/public/forms/${key}/submissions`
  const post = (
    body: unknown,
    init: { type?: string | null; key?: string; to?: TestServer; headers?: object } = {},
  ) => {
    const { type = 'application/json', key = form.key, to = server, headers = {} } = init
    return to.raw(pathOf(key), {
      method: 'POST',
      headers: { ...(type === null ? {} : { 'content-type': type }), ...headers },
      // A body of bytes has no content type of its own.
      body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
    })
  }
  const problemOf = async (response: Response) => {
    assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8')
    return Problem.parse(await response.json())
  }
  const submission = (changes: Record<string, unknown> = {}, email = `${newId()}@example.com`) => ({
    submissionId: newId(),
    answers: { ...goodAnswers(email), ...changes },
  })

  it('shows a published form with a token, and takes answers with it', async () => {
    const client = server.client()
    const shown = await client.call(getPublicForm, { params: { formKey: form.key } })
    assert.deepEqual(shown.fields, form.fields)
    assert.deepEqual([shown.title, shown.version], [PROJECT_FORM.title, 1])
    t.clock.advance(1000)
    const { submissionId, token } = shown
    const body = { submissionId, token, answers: goodAnswers() }
    const receipt = await client.call(submitForm, { params: { formKey: form.key }, body })
    assert.deepEqual(receipt, {
      submissionId,
      thankYou: { title: 'Thank you', text: 'We will write to you.' },
      redirectUrl: null,
    })
    assert.deepEqual(await client.call(submitForm, { params: { formKey: form.key }, body }), receipt)
  })

  it('takes answers without a token from programs, and says the same for a new address and a known one', async () => {
    const email = `${newId()}@example.com`
    const [first, second] = [await post(submission({}, email)), await post(submission({}, email))]
    assert.deepEqual([first.status, second.status], [201, 201])
    const strip = (receipt: unknown) => ({ ...(receipt as object), submissionId: '' })
    assert.deepEqual(strip(await first.json()), strip(await second.json()))
  })

  it('points at every wrong value and stores nothing', async () => {
    const before = await rows()
    const cases: [unknown, string[]][] = [
      [{}, ['/submissionId', '/answers']],
      [{ submissionId: 'x', answers: {} }, ['/submissionId']],
      [{ submissionId: newId().toUpperCase(), answers: {} }, ['/submissionId']],
      [{ ...submission(), extra: 1 }, ['/extra']],
      [{ ...submission(), token: 5 }, ['/token']],
      [{ ...submission(), token: 'x'.repeat(501) }, ['/token']],
      [{ submissionId: newId(), answers: [] }, ['/answers']],
      [{ submissionId: newId(), answers: 'name=x' }, ['/answers']],
      [submission({ name: { first: 'Grace' } }), ['/answers/name']],
      [submission({ name: ['Grace'] }), ['/answers/name']],
      [submission({ name: 5 }), ['/answers/name']],
      [submission({ name: undefined }), ['/answers/name']],
      [submission({ name: 'Gr\u0000ace' }), ['/answers/name']],
      [submission({ name: 'Gr\ud800ace' }), ['/answers/name']],
      [submission({ name: 'x'.repeat(10_001) }), ['/answers/name']],
      [submission({ name: 'Grace\r\nBcc: all@example.com' }), ['/answers/name']],
      [submission({ message: 'x'.repeat(2001) }), ['/answers/message']],
      [submission({ email: 'grace' }), ['/answers/email']],
      [submission({ budget: '$6000' }), ['/answers/budget']],
      [submission({ seats: 0 }), ['/answers/seats']],
      [submission({ seats: 501 }), ['/answers/seats']],
      [submission({ seats: 1.5 }), ['/answers/seats']],
      [submission({ seats: '1e400' }), ['/answers/seats']],
      [submission({ start: '2026-02-30' }), ['/answers/start']],
      [submission({ start: '2025-12-31' }), ['/answers/start']],
      [submission({ consent: false }), ['/answers/consent']],
      [submission({ consent: 'maybe' }), ['/answers/consent']],
      [submission({ 'not/asked~for': 'x' }), ['/answers/not~1asked~0for']],
      [submission({ 'a\u0000b': 'x' }), ['/answers']],
      [submission({ _token: 'x', _website: 'x' }), ['/answers/_token', '/answers/_website']],
      [{ submissionId: newId(), answers: {} }, ['/answers/name', '/answers/email', '/answers/consent']],
    ]
    for (const [body, pointers] of cases) {
      const response = await post(body)
      assert.equal(response.status, 422, JSON.stringify(body).slice(0, 200))
      const { code, errors } = await problemOf(response)
      assert.equal(code, 'request.invalid')
      assert.deepEqual(
        errors?.map(error => error.pointer),
        pointers,
      )
    }
    assert.equal(await rows(), before)
  })

  it('refuses what is not exactly JSON, is too large or says it is something else', async () => {
    const before = await rows()
    const good = JSON.stringify(submission())
    for (const body of [
      '',
      '{',
      `${good},`,
      `\ufeff${good}`,
      good.replace('"answers"', '"answers":{},"answers"'),
      'null{}',
    ]) {
      assert.equal((await post(body)).status, 400, body.slice(0, 40))
    }
    assert.equal((await post('null')).status, 422)
    assert.equal((await post(`{"__proto__":{},${good.slice(1)}`)).status, 422)
    const types = [
      'text/plain',
      'multipart/form-data',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      'APPLICATION/json;x',
      null,
    ]
    for (const type of types) assert.equal((await post(good, { type })).status, 415, String(type))
    const large = await post(JSON.stringify(submission({ message: 'x'.repeat(10 << 20) })))
    assert.equal(large.status, 413)
    assert.equal((await problemOf(large)).code, 'request.too_large')
    assert.equal(await rows(), before)
  })

  it('is not sent from another site', async () => {
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
      const response = await post(submission(), { headers })
      assert.equal((await problemOf(response)).code, 'request.cross_site')
    }
  })

  it('answers a key that leads nowhere and an unpublished form alike, and a closed one as closed', async () => {
    const draft = await makeForm(t.kit, orgId, { status: 'draft' })
    const closed = await makeForm(t.kit, orgId, { status: 'closed' })
    for (const key of [draft.key, 'z'.repeat(26), 'x', '%00', "x'--", 'x'.repeat(300), draft.id]) {
      assert.equal((await post(submission(), { key })).status, 404, key)
      assert.equal((await server.raw(`/v1/public/forms/${key}`)).status, 404, key)
    }
    assert.equal((await problemOf(await post(submission(), { key: closed.key }))).code, 'intake.form_closed')
    assert.equal((await server.raw(`/v1/public/forms/${closed.key}`)).status, 410)
  })

  it('shows the form as it is now, whatever was remembered of it', async () => {
    const workflowId = newId()
    const { key } = await makeForm(t.kit, orgId, { workflowId })
    const read = async () => (await server.client().call(getPublicForm, { params: { formKey: key } })).title
    assert.equal(await read(), PROJECT_FORM.title)
    await makeForm(t.kit, orgId, { workflowId, title: 'Another title' })
    assert.equal(await read(), 'Another title')
  })

  describe('with a token', () => {
    const page = async (key = form.key) => server.client().call(getPublicForm, { params: { formKey: key } })
    const codeOf = async (body: unknown, key = form.key) => (await problemOf(await post(body, { key }))).code
    const withToken = (token: string, submissionId: string) => ({ ...submission(), token, submissionId })

    it('sent within a second is asked to be sent again, and then is taken', async () => {
      const { token, submissionId } = await page()
      t.clock.advance(999)
      const body = withToken(token, submissionId)
      assert.equal(await codeOf(body), 'intake.sent_too_fast')
      t.clock.advance(1)
      assert.equal((await post(body)).status, 201)
    })

    it('is taken for a day and not longer', async () => {
      const [kept, expired] = [await page(), await page()]
      t.clock.advance(24 * 3600 * 1000)
      assert.equal((await post(withToken(kept.token, kept.submissionId))).status, 201)
      t.clock.advance(1)
      assert.equal(await codeOf(withToken(expired.token, expired.submissionId)), 'intake.page_expired')
    })

    it('of another form, another submission, another time or another hand is not taken', async () => {
      const other = await makeForm(t.kit, orgId)
      const { token, submissionId } = await page()
      t.clock.advance(5000)
      const [issued = '', id = '', signature = ''] = token.split('.')
      const earlier = (Number.parseInt(issued, 36) - 1).toString(36)
      const forged = [
        `${earlier}.${id}.${signature}`,
        `${issued}.${newId()}.${signature}`,
        `${issued}.${id}.${signature.slice(0, -1)}${signature.endsWith('A') ? 'B' : 'A'}`,
        `${issued}.${id}`,
        `${token}.x`,
        '..',
        '',
        'é',
      ]
      for (const bad of forged)
        assert.equal(await codeOf(withToken(bad, submissionId)), 'intake.token_invalid', bad)
      assert.equal(await codeOf(withToken(token, newId())), 'intake.token_invalid')
      assert.equal(await codeOf(withToken(token, submissionId), other.key), 'intake.token_invalid')
      assert.equal((await post(withToken(token, submissionId))).status, 201)
    })
  })

  it('takes so many posts a minute from one address for one form, and no more', async () => {
    const limited = await testKit({ modules, env: { FORM_POSTS_PER_MINUTE: '5', TRUST_PROXY: 'true' } })
    const door = await testServer(limited, modules)
    try {
      const [a, b] = [await makeForm(limited.kit, orgId), await makeForm(limited.kit, orgId)]
      const from = async (address: string, key = a.key) => {
        const response = await post(submission(), { key, to: door, headers: { 'x-forwarded-for': address } })
        if (response.status !== 429) return response.status
        assert.ok(Number(response.headers.get('retry-after')) > 0)
        assert.equal((await problemOf(response)).code, 'request.too_many')
        return 429
      }
      for (let n = 0; n < 5; n++) assert.equal(await from('192.0.2.1'), 201)
      assert.equal(await from('192.0.2.1'), 429)
      assert.equal(await from('192.0.2.1', b.key), 201)
      assert.equal(await from('192.0.2.2'), 201)
      // One customer has a whole network of IPv6 addresses, which counts as one.
      for (let n = 0; n < 5; n++) assert.equal(await from(`2001:db8:1:2::${n + 1}`), 201)
      assert.equal(await from('2001:db8:1:2:ffff::1'), 429)
      assert.equal(await from('2001:db8:1:3::1'), 201)
    } finally {
      await door.close()
      await limited.close()
    }
  })

  it('keeps the same visitor in two organizations apart', async () => {
    const other = await makeForm(t.kit, anyOrgId())
    const before = await leads()
    const email = `${newId()}@example.com`
    await send(t.kit, form, goodAnswers(email))
    await send(t.kit, other, goodAnswers(email))
    assert.equal(await leads(), before + 2)
    const [{ n } = { n: 0 }] = await t.asSuperuser<{ n: number }>(
      'select count(distinct person_id)::int as n from intake.leads where email = $1',
      [email],
    )
    assert.equal(n, 2)
  })
})
