import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import blns from '#test/fixtures/security/blns.json' with { type: 'json' }
import { type TestServer, testServer } from '#test/http.ts'
import type { Form } from '../contract.ts'
import { goodAnswers, makeForm, PROJECT_FORM } from '../factories.ts'
import { intakeModule } from '../index.ts'

const modules = [iamModule, crmModule, intakeModule]

/** What a browser says of itself. */
const BROWSER = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'accept-language': 'en',
  origin: 'null',
}

describe('the page of a form, without JavaScript', () => {
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

  /** An open page: its text and the hidden token in it. */
  const open = async (key = form.key) => {
    const response = await server.raw(`/f/${key}`)
    const text = await response.text()
    return { response, text, token: tokenIn(text) }
  }
  const tokenIn = (text: string) => /name="_token" value="([^"]*)"/.exec(text)?.[1] ?? ''
  const post = (fields: Record<string, string> | [string, string][], key = form.key, headers = {}) =>
    server.raw(`/f/${key}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { ...BROWSER, ...headers },
    })
  const answers = (changes: Record<string, string> = {}) => {
    const email = `${newId()}@example.com`
    const texts = Object.entries(goodAnswers()).map(([key, value]): [string, string] => [key, String(value)])
    return { ...Object.fromEntries(texts), message: '', email, ...changes }
  }
  const opened = async (key = form.key) => {
    const { token } = await open(key)
    t.clock.advance(2000)
    return token
  }
  const rows = async () =>
    (
      await t.asSuperuser<{ n: number }>(
        `select ((select count(*) from crm.people) + (select count(*) from intake.leads) + (select count(*) from intake.lead_events)
           + (select count(*) from intake.submissions))::int as n`,
      )
    )[0]?.n ?? -1
  const leadsOf = (email: string) =>
    t.asSuperuser<{ id: string }>('select id from intake.leads where email = $1', [email])
  const readText = (text: string) =>
    text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
  const controlOf = (text: string, key: string) =>
    new RegExp(`<(?:input|select|textarea)[^>]* id="f-${key}"[^>]*>`).exec(text)?.[0] ?? ''
  const errorOf = (text: string, key: string) =>
    readText(new RegExp(`<p class="error" id="e-${key}"[^>]*>([^<]*)</p>`).exec(text)?.[1] ?? '')

  it('shows every field with its label and takes nothing from anywhere else', async () => {
    const { response, text } = await open()
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(response.headers.get('cache-control'), 'no-store')
    const policy = response.headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe/)
    for (const field of form.fields) {
      assert.ok(text.includes(field.label), field.key)
      assert.ok(controlOf(text, field.key), field.key)
    }
    assert.doesNotMatch(text, /<script>|<style|style=|https?:| on[a-z]+=/)
    assert.doesNotMatch(text, /autofocus|aria-invalid/)
  })

  it('brings its style sheet and script by names that change with their content', async () => {
    const { text } = await open()
    const addresses = [...text.matchAll(/"(\/f\/assets\/[^"]+)"/g)].map(match => match[1] ?? '')
    assert.ok(addresses.some(address => address.includes('form.css?v=')))
    assert.ok(addresses.some(address => address.includes('form.js?v=')))
    for (const address of addresses) {
      const response = await server.raw(address)
      assert.equal(response.status, 200, address)
      assert.match(response.headers.get('cache-control') ?? '', /immutable/)
      assert.ok((await response.arrayBuffer()).byteLength < 20_000)
    }
    for (const name of ['nothing.js', '..%2fform-page.ts', 'toString', '%00']) {
      assert.equal((await server.raw(`/f/assets/${name}`)).status, 404, name)
    }
  })

  it('is sent, leads to its thanks and has made a lead', async () => {
    const given = answers({ message: 'First line\r\nsecond line' })
    const response = await post({ _token: await opened(), _website: '', ...given })
    assert.equal(response.status, 303)
    assert.equal(response.headers.get('location'), `/f/${form.key}/thanks`)
    const thanks = await server.raw(`/f/${form.key}/thanks`)
    assert.match(await thanks.text(), /<h1>Thank you<\/h1>[\s\S]*We will write to you\./)
    const values = await t.asSuperuser<{ value: string }>(
      `select v.value from intake.leads l join intake.lead_values v on v.org_id = l.org_id and v.lead_id = l.id
       join intake.form_fields f on f.org_id = l.org_id and f.id = v.field_id
       where l.email = $1 and f.field_key = 'message'`,
      [given.email],
    )
    assert.deepEqual(values, [{ value: 'First line\nsecond line' }])
  })

  it('sent twice, as by a double click or a reload, makes one lead and one event', async () => {
    const given = { _token: await opened(), ...answers() }
    const [first, second] = await Promise.all([post(given), post(given)])
    assert.deepEqual([first.status, second.status, (await post(given)).status], [303, 303, 303])
    const [lead] = await leadsOf(given.email)
    const events = await t.asSuperuser('select 1 from intake.lead_events where lead_id = $1', [lead?.id])
    assert.equal(events.length, 1)
  })

  it('comes back with messages beside the fields, everything that was typed, and the first wrong one in focus', async () => {
    const before = await rows()
    const token = await opened()
    const given = answers({
      name: '',
      email: 'grace@',
      budget: '$9',
      seats: '1,5',
      start: '2026-02-30',
      message: '<b>&"\'',
    })
    const response = await post({ _token: token, ...given })
    assert.equal(response.status, 422)
    const text = await response.text()
    assert.equal(errorOf(text, 'name'), 'This is needed.')
    assert.equal(errorOf(text, 'email'), 'Enter an e-mail address like name@example.com.')
    assert.equal(errorOf(text, 'budget'), 'Choose one of the answers in the list.')
    assert.equal(errorOf(text, 'seats'), 'Enter a plain number, for example 1500 or 12.5.')
    assert.equal(errorOf(text, 'start'), 'Enter a real date, for example 2026-11-30.')
    assert.equal(errorOf(text, 'message'), '')
    for (const key of ['name', 'email', 'budget', 'seats', 'start']) {
      assert.match(controlOf(text, key), /aria-invalid="true"/, key)
      assert.match(controlOf(text, key), new RegExp(`aria-describedby="[^"]*e-${key}"`), key)
    }
    assert.match(controlOf(text, 'start'), /aria-describedby="h-start e-start"/)
    assert.deepEqual([...text.matchAll(/autofocus/g)].length, 1)
    assert.match(controlOf(text, 'name'), /autofocus/)
    assert.match(text, /5 answers need another look\./)
    assert.match(controlOf(text, 'email'), /value="grace@"/)
    assert.match(controlOf(text, 'seats'), /value="1,5"/)
    assert.match(controlOf(text, 'start'), /type="text" value="2026-02-30"/)
    assert.match(controlOf(text, 'consent'), /checked/)
    assert.equal(readText(/<textarea[^>]*>\n([^<]*)</.exec(text)?.[1] ?? ''), '<b>&"\'')
    assert.equal(await rows(), before)
    // Nothing arrived, so the corrected answers are still the same submission, sent at once if one likes.
    assert.equal(tokenIn(text), token)
    assert.equal((await post({ _token: tokenIn(text), ...answers() })).status, 303)
  })

  it('refuses what it did not ask for, also the same question answered twice', async () => {
    const token = await opened()
    const unknown = await post({ _token: token, ...answers({ is_admin: 'true' }) })
    assert.equal(unknown.status, 422)
    assert.match(await unknown.text(), /contains something that was not asked for/)
    const twice = await post([...Object.entries({ _token: token, ...answers() }), ['name', 'Another']])
    assert.equal(twice.status, 422)
    assert.notEqual(errorOf(await twice.text(), 'name'), '')
  })

  it('sent within a second is asked to be sent again, with a new token and the answers kept', async () => {
    const { token } = await open()
    t.clock.advance(999)
    const given = answers()
    const response = await post({ _token: token, ...given })
    const text = await response.text()
    assert.equal(response.status, 422)
    assert.match(text, /faster than anybody types/)
    assert.match(controlOf(text, 'email'), new RegExp(`value="${given.email}"`))
    assert.deepEqual(await leadsOf(given.email), [])
    assert.notEqual(tokenIn(text), token)
    t.clock.advance(1000)
    assert.equal((await post({ _token: tokenIn(text), ...given })).status, 303)
  })

  it('without a token of ours, or with one older than a day, is asked to be sent again', async () => {
    const old = await opened()
    const other = await opened((await makeForm(t.kit, orgId)).key)
    t.clock.advance(24 * 3600 * 1000)
    for (const [token, words] of [
      [old, /open for more than a day/],
      [other, /could not be recognized/],
      ['', /could not be recognized/],
      ['nonsense', /could not be recognized/],
    ] as const) {
      const given = answers()
      const response = await post({ ...(token === '' ? {} : { _token: token }), ...given })
      const text = await response.text()
      assert.equal(response.status, 422)
      assert.match(text, words)
      t.clock.advance(1000)
      assert.equal((await post({ _token: tokenIn(text), ...given })).status, 303)
    }
  })

  it('with other answers under a token that was used keeps the first and offers to send these as well', async () => {
    const token = await opened()
    await post({ _token: token, ...answers() })
    const given = answers()
    const response = await post({ _token: token, ...given })
    const text = await response.text()
    assert.equal(response.status, 409)
    assert.match(text, /first answers have arrived/)
    t.clock.advance(1000)
    assert.equal((await post({ _token: tokenIn(text), ...given })).status, 303)
    assert.equal((await leadsOf(given.email)).length, 1)
  })

  it('thanks whoever fills in the field nobody sees, and holds it back', async () => {
    const { text } = await open()
    assert.match(
      text,
      /<div class="away" aria-hidden="true">[\s\S]*name="_website" tabindex="-1" autocomplete="off"/,
    )
    const before = await rows()
    const honest = await post({ _token: await opened(), ...answers() })
    const trapped = await post({ _token: await opened(), ...answers(), _website: 'https://spam.example' })
    assert.deepEqual(
      [trapped.status, trapped.headers.get('location')],
      [honest.status, honest.headers.get('location')],
    )
    assert.equal(await rows(), before + 4)
    const held = await t.asSuperuser<{ code: string }>(
      `select reasons->0->>'code' as code from intake.quarantined_submissions where org_id = $1`,
      [orgId],
    )
    assert.deepEqual(held, [{ code: 'trap' }])
  })

  it('can be posted from a page of somebody else, but only as a form', async () => {
    const headers = { origin: 'https://partner.example', 'sec-fetch-site': 'cross-site' }
    assert.equal((await post({ _token: await opened(), ...answers() }, form.key, headers)).status, 303)
    for (const type of ['text/plain', 'multipart/form-data; boundary=x']) {
      const response = await server.raw(`/f/${form.key}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: 'name=x',
      })
      assert.equal(response.status, 415, type)
    }
    assert.equal((await post({ message: 'x'.repeat(10 << 20) })).status, 413)
    assert.equal((await post({ name: 'a\u0000b' })).status, 422)
  })

  it('says in words that it does not exist or is closed', async () => {
    const draft = await makeForm(t.kit, orgId, { status: 'draft' })
    const closed = await makeForm(t.kit, orgId, { status: 'closed' })
    for (const key of [draft.key, 'z'.repeat(26), 'x', '%3Cscript%3E']) {
      for (const response of [await server.raw(`/f/${key}`), await server.raw(`/f/${key}/thanks`)]) {
        assert.equal(response.status, 404, key)
        assert.match(await response.text(), /This form does not exist/)
      }
    }
    for (const response of [await server.raw(`/f/${closed.key}`), await post(answers(), closed.key)]) {
      assert.equal(response.status, 410)
      assert.match(await response.text(), /no longer takes answers/)
    }
  })

  it('keeps naughty strings in their place, in its own words and in what was typed', async () => {
    const words = blns.filter(text => text.trim() !== '' && text.length <= 200).slice(0, 400)
    const naughty = await makeForm(t.kit, orgId, {
      title: '</title><script>alert(1)</script>',
      intro: '<img src=x onerror=alert(1)>',
      submitLabel: '"><script>',
      fields: [
        ...PROJECT_FORM.fields,
        {
          type: 'DROPDOWN',
          key: 'word',
          label: '</select><script>',
          help: '"\'><svg onload=x>',
          options: [...new Set(words.map(text => text.trim()))].slice(0, 200),
        },
      ],
    })
    const token = await opened(naughty.key)
    const scripts = [...(await open()).text.matchAll(/<script/g)].length
    for (const text of words.slice(0, 150)) {
      const response = await post({ _token: token, ...answers({ name: text, seats: 'x' }) }, naughty.key)
      const page = await response.text()
      assert.equal(response.status, 422)
      assert.equal([...page.matchAll(/<script/g)].length, scripts)
      assert.doesNotMatch(page, /<(img src=x|svg onload|b>|iframe)/)
      const shown = readText(/value="([^"]*)"/.exec(controlOf(page, 'name'))?.[1] ?? '')
      assert.equal(shown, text.replaceAll('\r\n', '\n'))
    }
  })

  it('asks to wait after too many posts, and keeps the answers', async () => {
    const limited = await testKit({ modules, env: { FORM_POSTS_PER_MINUTE: '1' } })
    const door = await testServer(limited, modules)
    try {
      const { key } = await makeForm(limited.kit, orgId)
      const body = () => new URLSearchParams({ name: 'Grace Hopper' })
      await door.raw(`/f/${key}`, { method: 'POST', body: body() })
      const response = await door.raw(`/f/${key}`, { method: 'POST', body: body() })
      assert.equal(response.status, 429)
      assert.ok(Number(response.headers.get('retry-after')) > 0)
      const text = await response.text()
      assert.match(text, /sent too often from here/)
      assert.match(controlOf(text, 'name'), /value="Grace Hopper"/)
    } finally {
      await door.close()
      await limited.close()
    }
  })

  it('keeps the answers when the database is away', async () => {
    const lame = await testKit({ modules, frozenAt: new Date() })
    const door = await testServer(lame, modules)
    try {
      const { key } = await makeForm(lame.kit, orgId)
      await door.raw(`/f/${key}`)
      const text = await (await door.raw(`/f/${key}`)).text()
      await lame.asSuperuser('alter table intake.submissions rename to away')
      lame.clock.advance(5000)
      const body = new URLSearchParams({ _token: tokenIn(text), ...answers() })
      const response = await door.raw(`/f/${key}`, { method: 'POST', body })
      assert.equal(response.status, 500)
      const page = await response.text()
      assert.match(page, /could not be saved just now/)
      assert.match(controlOf(page, 'name'), /value="Grace Hopper"/)
      assert.doesNotMatch(page, /intake\.submissions|relation/)
      assert.equal(tokenIn(page), tokenIn(text))
      await lame.asSuperuser('alter table intake.away rename to submissions')
      const again = new URLSearchParams(body)
      assert.equal((await door.raw(`/f/${key}`, { method: 'POST', body: again })).status, 303)
    } finally {
      await door.close()
      await lame.close()
    }
  })
})
