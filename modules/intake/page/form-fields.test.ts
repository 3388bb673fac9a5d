import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { type Form, type FormDefinition, getPublicForm, submitForm } from '../contract.ts'
import { BRANCHING_FORM, makeForm, PROJECT_FORM } from '../factories.ts'
import { intakeModule } from '../index.ts'

const modules = [iamModule, crmModule, intakeModule]

describe('the fields of a form, without JavaScript', () => {
  let t: TestKit
  let server: TestServer
  let orgId: string
  let form: Form
  before(async () => {
    t = await testKit({ modules, frozenAt: new Date('2026-11-21T09:30:00.000Z') })
    server = await testServer(t, modules)
    orgId = anyOrgId()
    form = await makeForm(t.kit, orgId, BRANCHING_FORM)
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const open = async (query = '', key = form.key) => {
    const response = await server.raw(`/f/${key}${query}`)
    assert.equal(response.status, 200)
    t.clock.advance(2000)
    return response.text()
  }
  const tokenIn = (text: string) => /name="_token" value="([^"]*)"/.exec(text)?.[1] ?? ''
  const post = async (fields: [string, string][]) => {
    const body = new URLSearchParams([['_token', tokenIn(await open())], ...fields])
    return server.raw(`/f/${form.key}`, {
      method: 'POST',
      body,
      headers: { 'user-agent': 'Mozilla/5.0', origin: 'null' },
    })
  }
  const values = async (email: string) =>
    Object.fromEntries(
      (
        await t.asSuperuser<{ key: string; value: string }>(
          `select f.field_key as key, v.value from intake.leads l
           join intake.lead_values v on v.org_id = l.org_id and v.lead_id = l.id
           join intake.form_fields f on f.org_id = l.org_id and f.id = v.field_id
           where l.email = $1`,
          [email],
        )
      ).map(({ key, value }) => [key, value]),
    )
  const errorOf = (text: string, key: string) =>
    new RegExp(`<p class="error" id="e-${key}">([^<]*)</p>`).exec(text)?.[1] ?? ''
  const inputs = (text: string, key: string) =>
    [...text.matchAll(new RegExp(`<(?:input|select|textarea)[^>]* name="${key}"[^>]*>`, 'g'))].map(
      ([tag]) => tag,
    )
  const someone = () => `${newId()}@example.com`

  it('are all shown, with a word at those that may not concern the reader', async () => {
    const text = await open()
    assert.match(
      text,
      /<fieldset class="field" data-field="services" data-type="MULTI_SELECT" data-missing="Choose at least one answer." aria-describedby="h-services">/,
    )
    assert.match(text, /<legend>What do you need\?<\/legend>/)
    assert.equal(inputs(text, 'services').length, 3)
    for (const key of ['servers', 'plan', 'reach']) {
      assert.match(text, new RegExp(`<div class="field" data-field="${key}"[^>]* data-when="[^"]+">`))
      assert.doesNotMatch(inputs(text, key)[0] ?? '', /hidden/)
    }
    assert.equal([...text.matchAll(/<noscript>/g)].length, 3)
    assert.match(inputs(text, 'reach')[0] ?? '', /type="tel"/)
    assert.match(inputs(text, 'campaign')[0] ?? '', /type="hidden" name="campaign" value=""/)
    assert.ok(!text.includes('>Campaign'))
  })

  it('that are not asked are neither needed nor stored, whatever was typed into them', async () => {
    const email = someone()
    const sent = await post([
      ['email', email],
      ['services', 'Design'],
      ['servers', '50'],
      ['plan', 'Each night'],
      ['reach', 'nonsense'],
      ['site', 'example.com'],
    ])
    assert.equal(sent.status, 303)
    assert.deepEqual(await values(email), {
      email,
      services: 'Design',
      call: 'false',
      site: 'https://example.com/',
    })
  })

  it('that are asked are needed, and everything that was given stands there again', async () => {
    const email = someone()
    const given: [string, string][] = [
      ['email', email],
      ['services', 'Hosting'],
      ['services', 'Support'],
      ['servers', ''],
      ['call', 'true'],
      ['reach', 'call me'],
      ['campaign', 'spring "sale"'],
    ]
    const response = await post(given)
    const text = await response.text()
    assert.equal(response.status, 422)
    assert.equal(errorOf(text, 'servers'), 'Enter a number.')
    assert.equal(errorOf(text, 'reach'), 'Enter a phone number like +33 6 12 34 56 78.')
    assert.equal(errorOf(text, 'plan'), '')
    assert.match(text, /2 answers need another look/)
    assert.deepEqual(
      inputs(text, 'services').map(tag => tag.includes(' checked')),
      [false, true, true],
    )
    assert.match(inputs(text, 'reach')[0] ?? '', /value="call me"/)
    assert.match(inputs(text, 'campaign')[0] ?? '', /value="spring &#34;sale&#34;"/)
    const fixed = given.map(([key, value]): [string, string] =>
      key === 'servers' ? [key, '3'] : key === 'reach' ? [key, '+33612345678'] : [key, value],
    )
    assert.equal((await post(fixed)).status, 303)
    assert.deepEqual(await values(email), {
      email,
      services: 'Hosting\nSupport',
      servers: '3',
      call: 'true',
      reach: '+33612345678',
      campaign: 'spring "sale"',
    })
    const [person] = await t.asSuperuser<{ phone: string }>(
      `select p.phone from crm.people p join intake.leads l on l.org_id = p.org_id and l.person_id = p.id where l.email = $1`,
      [email],
    )
    assert.equal(person?.phone, '+33612345678')
  })

  it('say how many may be chosen, beside all of them', async () => {
    const all = ['Design', 'Hosting', 'Support'].map((option): [string, string] => ['services', option])
    const text = await (await post([['email', someone()], ...all, ['servers', '1']])).text()
    assert.equal(errorOf(text, 'services'), 'Choose at most 2.')
    assert.ok(inputs(text, 'services').every(tag => tag.includes('aria-invalid="true"')))
    assert.match(text, /<fieldset[^>]*aria-describedby="h-services e-services"/)
    assert.equal([...text.matchAll(/autofocus/g)].length, 1)
  })

  it('are filled in from the address, never a tick, and nothing else of it is heard', async () => {
    const query = new URLSearchParams([
      ['email', 'grace@example.com'],
      ['services', 'Hosting'],
      ['services', 'Support'],
      ['servers', '"><script>'],
      ['call', 'true'],
      ['utm_campaign', 'spring'],
      ['utm_campaign', 'autumn'],
      ['campaign', 'ignored'],
      ['_token', 'forged'],
      ['_website', 'x'],
      ['unknown', 'y'],
    ])
    const text = await open(`?${query}`)
    assert.match(inputs(text, 'email')[0] ?? '', /value="grace@example.com"/)
    assert.deepEqual(
      inputs(text, 'services').map(tag => tag.includes(' checked')),
      [false, true, true],
    )
    assert.match(inputs(text, 'servers')[0] ?? '', /value="&#34;&#62;&#60;script&#62;"/)
    assert.doesNotMatch(inputs(text, 'call')[0] ?? '', /checked/)
    assert.match(inputs(text, 'campaign')[0] ?? '', /value="spring"/)
    assert.doesNotMatch(text, /forged|ignored|autumn/)
    assert.doesNotMatch(inputs(text, '_website')[0] ?? '', /value/)
    for (const odd of [
      '?__proto__=x&constructor=y',
      '?email=%E9',
      '?email[]=a',
      `?email=${'x'.repeat(5000)}`,
    ]) {
      assert.match(await open(odd), /<h1>/)
    }
  })

  it('that are hidden keep a fixed value when the address says nothing', async () => {
    const fields: FormDefinition['fields'] = [
      ...PROJECT_FORM.fields,
      { type: 'HIDDEN', key: 'origin', label: 'Origin', prefill: { value: 'website' } },
    ]
    const { key } = await makeForm(t.kit, orgId, { fields })
    assert.match(inputs(await open('', key), 'origin')[0] ?? '', /value="website"/)
    assert.match(inputs(await open('?origin=letter', key), 'origin')[0] ?? '', /value="letter"/)
  })

  it('lead to the page that the form names, for a program that fills in everything as well', async () => {
    const redirectUrl = 'https://example.com/thanks?a=b'
    const { key } = await makeForm(t.kit, orgId, { ...BRANCHING_FORM, redirectUrl })
    const page = await server.raw(`/f/${key}`)
    assert.match(
      page.headers.get('content-security-policy') ?? '',
      /; form-action 'self' https:\/\/example\.com$/,
    )
    assert.match(
      (await server.raw(`/f/${form.key}`)).headers.get('content-security-policy') ?? '',
      /; form-action 'self'$/,
    )
    const token = tokenIn(await page.text())
    t.clock.advance(2000)
    const fields = { _token: token, email: someone(), services: 'Design' }
    for (const more of [{ _website: 'x' }, { services: '' }, {}]) {
      const body = new URLSearchParams({ ...fields, ...more })
      const sent = await server.raw(`/f/${key}`, { method: 'POST', body })
      if ('services' in more) {
        assert.equal(sent.status, 422)
        assert.match(sent.headers.get('content-security-policy') ?? '', /https:\/\/example\.com$/)
      } else {
        assert.deepEqual([sent.status, sent.headers.get('location')], [303, redirectUrl])
      }
    }
    const answers = { email: someone(), services: 'Design' }
    const receipt = await server
      .client()
      .call(submitForm, { params: { formKey: key }, body: { submissionId: newId(), answers } })
    assert.equal(receipt.redirectUrl, redirectUrl)
  })

  it('are described to programs, which send choices as a list', async () => {
    const client = server.client()
    const params = { formKey: form.key }
    const { fields } = await client.call(getPublicForm, { params })
    assert.deepEqual(fields, form.fields)
    const email = someone()
    const answers = { email, services: ['Support', 'Design'], servers: 5 }
    await client.call(submitForm, { params, body: { submissionId: newId(), answers } })
    assert.deepEqual(await values(email), { email, services: 'Design\nSupport', call: 'false' })
  })
})
