import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import type { Form } from '../contract.ts'
import { embedCodes } from '../contract.ts'
import { BRANCHING_FORM, goodAnswers, makeForm } from '../factories.ts'
import { intakeModule } from '../index.ts'
import { scriptNames } from '../page/form-assets.ts'
import { isWelcome } from '../page/site-rules.js'

const modules = [iamModule, crmModule, intakeModule]
const PARTNER = 'http://www.partner.example'
/** What a browser says of itself. */
const BROWSER = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'accept-language': 'en',
}

describe('the delivery of forms', () => {
  let t: TestKit
  let server: TestServer
  let form: Form
  const orgId = anyOrgId()
  const embed = { allowedHosts: ['*.partner.example', 'localhost:3000'] }
  before(async () => {
    t = await testKit({ modules, frozenAt: new Date('2026-11-21T09:30:00.000Z') })
    server = await testServer(t, modules)
    form = await makeForm(t.kit, orgId, { embed })
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const answers = (changes: Record<string, string> = {}) => {
    const texts = Object.entries(goodAnswers()).map(([key, value]) => [key, String(value)])
    return { ...Object.fromEntries(texts), email: `${newId()}@example.com`, ...changes }
  }
  const post = (fields: Record<string, string>, headers: Record<string, string> = { origin: PARTNER }) =>
    server.raw(`/f/${form.key}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { ...BROWSER, ...headers },
    })
  const eventsOf = async (email: string) =>
    (
      await t.asSuperuser<{ n: number }>(
        `select count(*)::int as n from intake.lead_events e join intake.leads l on l.org_id = e.org_id and l.id = e.lead_id
         where l.email = $1 and e.kind = 'FORM_SUBMITTED'`,
        [email],
      )
    )[0]?.n

  it('lets the allowed hosts frame every page of a form, and nobody where none is allowed', async () => {
    const closed = await makeForm(t.kit, orgId, { status: 'closed', embed })
    for (const path of [`/f/${form.key}`, `/f/${form.key}/thanks`, `/f/${closed.key}`]) {
      const response = await server.raw(path)
      const policy = response.headers.get('content-security-policy') ?? ''
      assert.match(policy, /frame-ancestors \*\.partner\.example localhost:3000;/, path)
      assert.match(await response.text(), /data-hosts="[^"]+"[\s\S]*frame\.js/, path)
    }
    const { key } = await makeForm(t.kit, orgId)
    const alone = await server.raw(`/f/${key}`)
    assert.match(alone.headers.get('content-security-policy') ?? '', /frame-ancestors 'none';/)
    assert.doesNotMatch(await alone.text(), /frame\.js|data-hosts/)
  })

  it('knows the sites that are allowed from those that only look alike', () => {
    const own = 'https://millrace.example.com'
    for (const [host, origin, expected] of [
      ['www.example.com', 'https://www.example.com', true],
      ['www.example.com', 'https://www.example.com:8443', false],
      ['www.example.com:8443', 'https://www.example.com:8443', true],
      ['www.example.com', 'http://www.example.com', false],
      ['www.example.com', 'https://evil-www.example.com', false],
      ['*.example.com', 'https://a.b.example.com', true],
      ['*.example.com', 'https://example.com', false],
      ['*.example.com', 'https://badexample.com', false],
      ['*.example.com', 'https://example.com.evil.net', false],
      ['example.com', 'https://example.com@evil.net', false],
      ['example.com', 'null', false],
      ['example.com', '', false],
      ['example.com', 'https://example.com/', false],
    ] as const) {
      assert.equal(isWelcome([host], origin, own), expected, `${host} ${origin}`)
    }
    assert.equal(isWelcome(['localhost:3000'], 'http://localhost:3000', 'http://localhost:8080'), true)
    assert.equal(isWelcome([], 'https://example.com', own), false)
  })

  it('keeps no hosts that could say more to a browser than hosts', async () => {
    for (const host of [
      "x; script-src 'unsafe-inline'",
      "'self'",
      'a b',
      'a,b',
      'https://a',
      'a"b',
      'a\nb',
    ]) {
      const given = { embed: { allowedHosts: [host] } }
      await assert.rejects(makeForm(t.kit, orgId, given), host)
      const hosts = JSON.stringify([host])
      const update = `update intake.forms set settings = jsonb_set(settings, '{embed,allowedHosts}', $1::jsonb) where id = $2`
      await assert.rejects(t.asSuperuser(update, [hosts, form.id]), /forms_allowed_hosts/, host)
    }
  })

  it('takes a form of plain HTML from an allowed site, once however often it comes, and leads back there', async () => {
    const next = `${PARTNER}/done?x=1`
    const fields = answers({ _next: next, _website: '', utf8: '✓', go: 'Send' })
    const sent = await Promise.all(Array.from({ length: 16 }, () => post(fields)))
    assert.deepEqual(
      [...new Set(sent.map(response => `${response.status} ${response.headers.get('location')}`))],
      [`303 ${next}`],
    )
    assert.equal(await eventsOf(String(fields.email)), 1)
    // Other answers are another submission, and so are the same ones on another day.
    await post({ ...fields, message: 'More' })
    assert.equal(await eventsOf(String(fields.email)), 2)
    t.clock.advance(24 * 60 * 60 * 1000)
    await post(fields)
    assert.equal(await eventsOf(String(fields.email)), 3)
  })

  it('leads nowhere that is not allowed', async () => {
    for (const next of [
      'https://evil.example/',
      'javascript:alert(1)',
      '//evil.example',
      '/f/x',
      'http://www.partner.example@evil.example/',
      'http://evil.example/?http://www.partner.example',
    ]) {
      const response = await post(answers({ _next: next }))
      assert.deepEqual(
        [response.status, response.headers.get('location')],
        [303, `/f/${form.key}/thanks`],
        next,
      )
    }
  })

  it('shows its own page to be sent from, with what was typed, where the site is not allowed or answers are wrong', async () => {
    for (const headers of [{}, { origin: 'https://evil.example' }, { origin: 'null' }]) {
      const given = answers()
      const response = await post(given, headers as Record<string, string>)
      assert.equal(response.status, 422)
      assert.match(await response.text(), /Please send the form once more/)
      assert.equal(await eventsOf(String(given.email)), 0)
    }
    const next = `${PARTNER}/done`
    const response = await post(answers({ email: 'grace@', _next: next }))
    const text = await response.text()
    assert.equal(response.status, 422)
    assert.match(text, /value="grace@"/)
    // Sent from there it still leads where the site wanted, with a script and without.
    assert.match(text, new RegExp(`name="_next" value="${next}"`))
    assert.match(text, new RegExp(`data-thanks="${next}"`))
    const policy = response.headers.get('content-security-policy') ?? ''
    assert.match(policy, /form-action 'self' http:\/\/www\.partner\.example$/)
    const token = /name="_token" value="([^"]*)"/.exec(text)?.[1] ?? ''
    t.clock.advance(5000)
    const corrected = answers({ _token: token, _next: next })
    assert.equal((await post(corrected)).headers.get('location'), next)
    assert.equal(await eventsOf(String(corrected.email)), 1)
  })

  it('checks one page of a form as sending it would, and stores nothing', async () => {
    const paged = await makeForm(t.kit, orgId, {
      ...BRANCHING_FORM,
      pages: [{ title: 'One' }, { title: 'Two' }],
      fields: BRANCHING_FORM.fields.map(field => ({
        ...field,
        page: ['email', 'services'].includes(field.key) ? 0 : 1,
      })) as typeof BRANCHING_FORM.fields,
    })
    const check = async (page: number, given: Record<string, unknown>) => {
      const response = await server.raw(`/v1/public/forms/${paged.key}/checks`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ page, answers: given }),
      })
      const { problems = [] } = (await response.json()) as { problems?: { pointer: string }[] }
      return `${response.status} ${problems.map(({ pointer }) => pointer).join(' ')}`
    }
    assert.equal(await check(0, { email: 'x', later: 1 }), '200 /answers/email /answers/services')
    assert.equal(await check(0, { email: 'a@example.com', services: ['Design'] }), '200 ')
    assert.equal(await check(1, { services: ['Hosting'] }), '200 /answers/servers')
    assert.equal(await check(1, { services: ['Design'], servers: 'x' }), '200 ')
    assert.equal(await check(7, {}), '200 ')
    assert.equal(await check(-1, {}), '422 ')
    const [{ n } = { n: -1 }] = await t.asSuperuser<{ n: number }>(
      'select count(*)::int as n from intake.submissions where form_id = $1',
      [paged.id],
    )
    assert.equal(n, 0)
  })

  it('serves its own forms under the host name of an organization, and those of no other', async () => {
    const theirs = anyOrgId()
    const host = `forms.${newId()}.example.org`
    await t.asSuperuser('insert into iam.hosts (host, org_id) values ($1, $2)', [host, orgId])
    const other = await makeForm(t.kit, theirs)
    const at = (path: string, body?: string, type = 'application/json') =>
      new Promise<number>((resolve, reject) => {
        const url = new URL(path, server.url)
        const headers = { host, ...BROWSER, ...(body === undefined ? {} : { 'content-type': type }) }
        const sent = request(url, { method: body === undefined ? 'GET' : 'POST', headers }, response => {
          response.resume()
          response.once('end', () => resolve(response.statusCode ?? 0))
        })
        sent.once('error', reject)
        sent.end(body)
      })
    const submission = JSON.stringify({ submissionId: newId(), answers: goodAnswers() })
    const check = JSON.stringify({ page: 0, answers: goodAnswers() })
    for (const [key, expected] of [
      [form.key, [200, 200, 200, 201, 200, 422]],
      [other.key, [404, 404, 404, 404, 404, 404]],
    ] as const) {
      const statuses = [
        await at(`/f/${key}`),
        await at(`/f/${key}/thanks`),
        await at(`/v1/public/forms/${key}`),
        await at(`/v1/public/forms/${key}/submissions`, submission),
        await at(`/v1/public/forms/${key}/checks`, check),
        await at(`/f/${key}`, 'name=x', 'application/x-www-form-urlencoded'),
      ]
      assert.deepEqual(statuses, expected, key)
    }
    assert.equal(await at('/f/embed.js'), 200)
  })

  it('gives codes to copy in which nothing of a form becomes markup', async () => {
    const codes = embedCodes({
      ...form,
      title: '"><script>alert(1)</script>',
      fields: form.fields.map(field => ({ ...field, label: '<img src=x>' })),
    })
    for (const code of Object.values(codes)) assert.doesNotMatch(code, /<script>|<img/)
    assert.match(codes.script, new RegExp(`data-form="${form.key}"`))
    for (const { key } of form.fields) assert.ok(codes.html.includes(`name="${key}"`), key)
  })

  it('needs less than 60 kB of JavaScript in all', async () => {
    let bytes = 0
    for (const name of scriptNames) {
      const response = await server.raw(`/f/assets/${name}`)
      assert.equal(response.headers.get('content-type'), 'text/javascript; charset=utf-8', name)
      const text = await response.text()
      assert.doesNotMatch(text, /^\s*(import|export) /m)
      bytes += Buffer.byteLength(text)
    }
    assert.ok(bytes < 60_000, `${bytes} bytes`)
    const embedded = await server.raw('/f/embed.js')
    assert.match(embedded.headers.get('cache-control') ?? '', /max-age=3600/)
    assert.equal(embedded.headers.get('cross-origin-resource-policy'), 'cross-origin')
  })
})
