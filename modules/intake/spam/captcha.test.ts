import assert from 'node:assert/strict'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { type Form, getFormProtection, getPublicForm, setFormProtection } from '../contract.ts'
import { asSystem, goodAnswers, makeForm } from '../factories.ts'
import { intakeModule } from '../index.ts'
import { setProtection } from './protection.ts'

const SECRET = '0x4AAAAAAA-not-to-be-seen'

describe('the captcha of a form', () => {
  let t: TestKit
  let server: TestServer
  let orgId: string
  let form: Form
  const modules = [iamModule, crmModule, intakeModule]
  /** A service in the shape of siteverify, which says what a test wants it to say. */
  const asked: { secret: string | null; response: string | null; remoteip: string | null }[] = []
  let says: { status: number; text: string } | null = null
  const service = createHttpServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      const form = new URLSearchParams(text)
      asked.push({
        secret: form.get('secret'),
        response: form.get('response'),
        remoteip: form.get('remoteip'),
      })
      if (!says) return request.socket.destroy()
      response.writeHead(says.status, { 'content-type': 'application/json' }).end(says.text)
    })
  })
  before(async () => {
    await new Promise<void>(resolve => service.listen(0, '127.0.0.1', resolve))
    const { port } = service.address() as AddressInfo
    const env = { EGRESS_ALLOW: `127.0.0.1:${port}` }
    t = await testKit({ modules, env, frozenAt: new Date('2026-11-21T09:30:00.000Z') })
    orgId = anyOrgId()
    server = await testServer(t, modules, signedInAs(orgId, newId()))
    form = await makeForm(t.kit, orgId)
    await asSystem(t.kit, orgId, ctx =>
      setProtection(ctx, form.workflowId, {
        captcha: {
          provider: 'other',
          siteKey: 'site-key',
          secret: SECRET,
          service: {
            scriptUrl: 'https://captcha.example/api.js',
            widgetClass: 'a-captcha',
            answerField: 'a-response',
            verifyUrl: `http://127.0.0.1:${port}/siteverify`,
          },
        },
      }),
    )
  })
  after(async () => {
    await server.close()
    await t.close()
    service.close()
  })
  const post = async (captcha: string | undefined, email = `${newId()}@example.com`) => {
    const { token, submissionId } = await server
      .client()
      .call(getPublicForm, { params: { formKey: form.key } })
    t.clock.advance(20_000)
    const send = () =>
      server.raw(`/v1/public/forms/${form.key}/submissions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token, submissionId, captcha, answers: goodAnswers(email) }),
      })
    return { send, email }
  }
  /** What became of it: a lead, or the reason it was held back for. */
  const fate = async (email: string) => {
    const [row] = await t.asSuperuser<{ fate: string }>(
      `select 'lead' as fate from intake.leads where email_key = $1
       union all select reasons->0->>'code' from intake.quarantined_submissions where email_key = $1`,
      [email],
    )
    return row?.fate
  }
  const sent = async (captcha: string | undefined, answer: typeof says) => {
    says = answer
    const { send, email } = await post(captcha)
    assert.equal((await send()).status, 201)
    return fate(email)
  }
  const yes = { status: 200, text: '{"success":true}' }

  it('lets in whom its service knows as a person, and tells it nothing but the answer', async () => {
    assert.equal(await sent('good', yes), 'lead')
    assert.deepEqual(asked.at(-1), { secret: SECRET, response: 'good', remoteip: null })
  })

  it('holds back what comes without its answer or with a wrong one, and thanks all the same', async () => {
    assert.equal(await sent(undefined, yes), 'captcha_missing')
    const no = { status: 200, text: '{"success":false,"error-codes":["timeout-or-duplicate"]}' }
    assert.equal(await sent('bad', no), 'captcha_failed')
  })

  it('loses nobody while its service is away, answers nonsense or knows no such secret', async () => {
    const answers = [
      null,
      { status: 500, text: 'oops' },
      { status: 200, text: 'not json' },
      { status: 200, text: '[]' },
      { status: 200, text: '{"success":"yes"}' },
      { status: 200, text: '{"success":false,"error-codes":["invalid-input-secret"]}' },
      { status: 302, text: '' },
      { status: 200, text: `{"pad":"${'x'.repeat(100_000)}","success":true}` },
    ]
    for (const [index, answer] of answers.entries()) {
      const what = await sent(`try ${index}`, answer)
      assert.ok(what === 'captcha_silent' || (index === 4 && what === 'captcha_failed'), `${index}: ${what}`)
    }
  })

  it('asks once for one answer, so that a page may send again', async () => {
    says = yes
    const { send, email } = await post('once')
    assert.equal((await send()).status, 201)
    says = { status: 200, text: '{"success":false,"error-codes":["timeout-or-duplicate"]}' }
    assert.equal((await send()).status, 201)
    assert.equal(await fate(email), 'lead')
    assert.equal(asked.filter(({ response }) => response === 'once').length, 1)
  })

  it('stands in the page, and nothing else from elsewhere may; a plain post takes its answer too', async () => {
    const page = await server.raw(`/f/${form.key}`)
    const text = await page.text()
    assert.match(text, /<div class="field a-captcha" data-sitekey="site-key"><\/div>/)
    assert.match(text, /<script src="https:\/\/captcha\.example\/api\.js" async><\/script>/)
    const policy = page.headers.get('content-security-policy') ?? ''
    assert.match(policy, /script-src 'self' https:\/\/captcha\.example;/)
    assert.match(policy, /frame-src https:\/\/captcha\.example;/)
    const token = /name="_token" value="([^"]*)"/.exec(text)?.[1] ?? ''
    t.clock.advance(20_000)
    says = yes
    const email = `${newId()}@example.com`
    const fields = {
      ...goodAnswers(email),
      message: '',
      seats: '12',
      consent: 'true',
      _token: token,
      _website: '',
    }
    const body = new URLSearchParams({ ...fields, 'a-response': 'plain', 'g-recaptcha-response': 'x' })
    const answer = await server.raw(`/f/${form.key}`, { method: 'POST', body })
    assert.equal(answer.status, 303)
    assert.equal(await fate(email), 'lead')
    const other = await makeForm(t.kit, orgId)
    const plain = await server.raw(`/f/${other.key}`)
    assert.doesNotMatch(await plain.text(), /captcha\.example/)
    assert.doesNotMatch(plain.headers.get('content-security-policy') ?? '', /captcha|frame-src/)
  })

  it('keeps its secret: nobody is told, the vault has it, and it goes with the service', async () => {
    const client = server.client()
    const params = { workflowId: form.workflowId }
    const [row] = await t.asSuperuser<{ captcha_secret: string }>(
      'select captcha_secret from intake.form_protection where form_id = $1',
      [form.id],
    )
    assert.match(row?.captcha_secret ?? '', /^mv1\./)
    const turnstile = { provider: 'turnstile', siteKey: 'other' } as const
    const without = client.call(setFormProtection, { params, body: { captcha: turnstile } })
    await assert.rejects(without, /needs its secret key/)
    const body = { captcha: { ...turnstile, secret: 'another' } }
    assert.deepEqual((await client.call(setFormProtection, { params, body })).captcha, {
      ...turnstile,
      service: null,
    })
    const shown = await client.call(getFormProtection, { params })
    assert.deepEqual(shown.captcha, { ...turnstile, service: null })
    assert.doesNotMatch(JSON.stringify(shown), /another/)
    const page = await server.raw(`/f/${form.key}`)
    assert.match(await page.text(), /class="field cf-turnstile" data-sitekey="other"/)
    assert.equal((await client.call(setFormProtection, { params, body: { captcha: null } })).captcha, null)
    assert.doesNotMatch(await (await server.raw(`/f/${form.key}`)).text(), /turnstile/)
  })
})
