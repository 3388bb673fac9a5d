import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { embedCodes, type Form, type FormDefinition } from '#modules/intake/contract.ts'
import { makeForm } from '#modules/intake/factories.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit } from '#test/database.ts'
import type { TestServer } from '#test/http.ts'
import { assertAccessible } from './accessible.ts'
import { openPage } from './chromium.ts'
import { until } from './until.ts'
import { notice, someone, thanked, type VisitedForm, visitedForm } from './visited-form.ts'

/** Three pages; the second is only asked of those who want hosting. */
const PAGED: FormDefinition = {
  name: 'Enquiry',
  title: 'Tell us what you need',
  intro: 'Three short pages.',
  status: 'published',
  thankYouTitle: 'Thank you',
  pages: [
    { title: 'About you', text: 'So that we can answer.' },
    { title: 'Your servers' },
    { title: 'Your plan', text: 'In your own words.' },
  ],
  fields: [
    { type: 'TEXT', key: 'name', label: 'Your name', required: true },
    { type: 'EMAIL', key: 'email', label: 'Your e-mail address', required: true },
    {
      type: 'MULTI_SELECT',
      key: 'services',
      label: 'What do you need?',
      options: ['Design', 'Hosting'],
      required: true,
    },
    {
      type: 'NUMBER',
      key: 'servers',
      label: 'How many servers?',
      required: true,
      page: 1,
      validation: { min: 1, integer: true },
      visibleWhen: { conditions: [{ field: 'services', operator: 'contains', value: 'Hosting' }] },
    },
    { type: 'DROPDOWN', key: 'budget', label: 'Budget', options: ['Small', 'Large'], page: 2 },
    { type: 'LONG_TEXT', key: 'plan', label: 'Your plan', required: true, page: 2 },
    { type: 'CHECKBOX', key: 'call', label: 'Call me', page: 2 },
    { type: 'HIDDEN', key: 'campaign', label: 'Campaign', prefill: { parameter: 'utm_campaign' }, page: 2 },
  ],
}

describe('forms as visitors meet them', () => {
  let t: TestKit
  let server: TestServer
  let orgId: string
  let form: Form
  let open: VisitedForm['open']
  let close: VisitedForm['close']
  before(async () => {
    // Not the name it is reached by, so that other names can lead to organizations.
    const env = { PUBLIC_URL: 'http://millrace.example' }
    ;({ t, server, orgId, form, open, close } = await visitedForm(PAGED, env))
  })
  after(() => close())

  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 2, name })
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
  const press = (page: Page, name = 'Next') => button(page, name).click()
  const focus = async (page: Page) =>
    String(await page.evaluate('(document.activeElement.textContent || document.activeElement.id).trim()'))
  const fillFirst = async (page: Page, email: string, services = ['Design']) => {
    await page.getByRole('textbox', { name: 'Your name' }).fill('Grace Hopper')
    await page.getByRole('textbox', { name: 'Your e-mail address' }).fill(email)
    const group = page.getByRole('group', { name: 'What do you need?' })
    for (const service of services) await group.getByRole('checkbox', { name: service }).check()
  }
  const fillLast = async (page: Page) => {
    await page.getByRole('combobox', { name: 'Budget' }).selectOption('Large')
    await page.getByRole('textbox', { name: 'Your plan' }).fill('First line\nsecond line')
  }
  const stored = async (email: string) => {
    const rows = await t.asSuperuser<{ key: string; value: string; events: number }>(
      `select f.field_key as key, v.value,
         (select count(*)::int from intake.lead_events e where e.org_id = l.org_id and e.lead_id = l.id
           and e.kind = 'FORM_SUBMITTED') as events
       from intake.leads l
       join intake.lead_values v on v.org_id = l.org_id and v.lead_id = l.id
       join intake.form_fields f on f.org_id = l.org_id and f.id = v.field_id
       where l.email = $1 and f.field_key not in ('email', 'name')`,
      [email],
    )
    return {
      events: rows[0]?.events ?? 0,
      values: Object.fromEntries(rows.map(({ key, value }) => [key, value])),
    }
  }
  const SHORT = {
    events: 1,
    values: { services: 'Design', budget: 'Large', plan: 'First line\nsecond line', call: 'false' },
  }

  it('go page by page: what is wrong keeps one on its page, and what is not asked is passed over', async () => {
    const email = someone()
    const { page, context, problems } = await open({}, '?utm_campaign=letter')
    await heading(page, 'About you').waitFor()
    assert.equal(await page.getByText('Page 1 of 2').isVisible(), true)
    assert.equal(await heading(page, 'Your plan').isVisible(), false)
    assert.equal(await button(page, 'Send').isVisible(), false)
    await press(page)
    await notice(page, /3 answers need another look/)
    assert.equal(await focus(page), 'f-name')
    await fillFirst(page, 'grace@')
    await press(page)
    await notice(page, /One answer needs another look/)
    assert.equal(await focus(page), 'f-email')
    await page.getByText('Enter an e-mail address like name@example.com.').waitFor()
    await page.getByRole('textbox', { name: 'Your e-mail address' }).fill(email)
    await page.getByRole('checkbox', { name: 'Hosting' }).check()
    await page.getByText('Page 1 of 3').waitFor()
    await page.getByRole('checkbox', { name: 'Hosting' }).uncheck()
    await page.getByText('Page 1 of 2').waitFor()
    await press(page)
    await heading(page, 'Your plan').waitFor()
    assert.equal(await focus(page), 'Your plan')
    assert.match(await page.title(), /^Your plan \(2\/2\) · Tell us what you need$/)
    assert.equal(await page.getByText('Three short pages.').isVisible(), false)
    assert.equal(await button(page, 'Next').isVisible(), false)
    await fillLast(page)
    await press(page, 'Send')
    await thanked(page)
    const { events, values } = await stored(email)
    assert.deepEqual({ events, values }, { events: 1, values: { ...SHORT.values, campaign: 'letter' } })
    assert.deepEqual(problems, [])
    await context.close()
  })

  it('go back and on by their own buttons and by those of the browser', async () => {
    const { page, context } = await open()
    await fillFirst(page, someone(), ['Hosting'])
    await press(page)
    await heading(page, 'Your servers').waitFor()
    await page.getByRole('textbox', { name: 'How many servers?' }).fill('0')
    await press(page)
    await page.getByText('Enter 1 or more.').waitFor()
    await page.getByRole('textbox', { name: 'How many servers?' }).fill('12')
    await page.keyboard.press('Enter')
    await heading(page, 'Your plan').waitFor()
    await page.goBack()
    await heading(page, 'Your servers').waitFor()
    assert.equal(await page.getByRole('textbox', { name: 'How many servers?' }).inputValue(), '12')
    await press(page, 'Back')
    await heading(page, 'About you').waitFor()
    assert.equal(await focus(page), 'About you')
    await page.goForward()
    await heading(page, 'Your servers').waitFor()
    await page.goForward()
    await heading(page, 'Your plan').waitFor()
    await press(page, 'Back')
    await press(page, 'Back')
    await heading(page, 'About you').waitFor()
    assert.equal(await button(page, 'Back').isVisible(), false)
    // The way on no longer leads over the page in between, whatever the browser remembers.
    await page.getByRole('checkbox', { name: 'Design' }).check()
    await page.getByRole('checkbox', { name: 'Hosting' }).uncheck()
    await page.goForward()
    await press(page)
    await heading(page, 'Your plan').waitFor()
    await context.close()
  })

  it('lead to the page of what the server refuses at the end', async () => {
    const email = someone()
    const { page, context } = await open()
    await page.route('**/checks', route => route.abort())
    await fillFirst(page, 'grace@')
    await press(page)
    await heading(page, 'Your plan').waitFor()
    await fillLast(page)
    await press(page, 'Send')
    await heading(page, 'About you').waitFor()
    await notice(page, /One answer needs another look/)
    assert.equal(await focus(page), 'f-email')
    await page.getByRole('textbox', { name: 'Your e-mail address' }).fill(email)
    await press(page)
    await press(page, 'Send')
    await thanked(page)
    assert.deepEqual(await stored(email), SHORT)
    await context.close()
  })

  it('are one page with headings without JavaScript', async () => {
    const email = someone()
    const { page, context } = await open({ javaScript: false })
    assert.deepEqual(await page.getByRole('heading', { level: 2 }).allTextContents(), [
      'About you',
      'Your servers',
      'Your plan',
    ])
    await fillFirst(page, email, [])
    await fillLast(page)
    await press(page, 'Send')
    await page.getByText('Choose at least one answer.').waitFor()
    await page.getByRole('checkbox', { name: 'Design' }).check()
    await press(page, 'Send')
    await thanked(page)
    assert.deepEqual(await stored(email), SHORT)
    await context.close()
  })

  it('are where they were after a reload, and empty once they were sent', async () => {
    const email = someone()
    const { page, context } = await open({}, '?utm_campaign=letter')
    await fillFirst(page, email, ['Design', 'Hosting'])
    await press(page)
    await heading(page, 'Your servers').waitFor()
    await page.getByRole('textbox', { name: 'How many servers?' }).fill('3')
    await page.reload()
    await notice(page, /Your answers are still here/)
    await assertAccessible(page, 'after a reload')
    assert.equal(await heading(page, 'Your servers').isVisible(), true)
    assert.equal(await page.getByRole('textbox', { name: 'How many servers?' }).inputValue(), '3')
    assert.doesNotMatch(String(await page.evaluate('JSON.stringify(sessionStorage)')), /letter"[,}]/)
    await press(page)
    await fillLast(page)
    await press(page, 'Send')
    await thanked(page)
    assert.equal((await stored(email)).values.campaign, 'letter')
    await page.goto(`/f/${form.key}`)
    assert.equal(await page.getByRole('textbox', { name: 'Your name' }).inputValue(), '')
    assert.equal(await page.evaluate('sessionStorage.length'), 0)
    await context.close()
  })

  it('go on without a connection and are sent by themselves when it is back, once', async () => {
    const email = someone()
    const { page, context } = await open()
    await fillFirst(page, email)
    await context.setOffline(true)
    await press(page)
    await heading(page, 'Your plan').waitFor()
    await fillLast(page)
    await press(page, 'Send')
    await notice(page, /You are offline\. Your answers are kept here/)
    await assertAccessible(page, 'offline')
    assert.equal(await button(page, 'Send').isEnabled(), true)
    await context.setOffline(false)
    await thanked(page)
    assert.deepEqual(await stored(email), SHORT)
    await context.close()
  })

  it('are sent under the same id until there is an answer, also after a reload', async () => {
    const email = someone()
    const { page, context } = await open()
    const ids = new Set<string>()
    let isLost = true
    await page.route('**/submissions', async route => {
      ids.add(JSON.parse(route.request().postData() ?? '{}').submissionId)
      if (!isLost) return route.continue()
      // It arrives, and nobody hears of it.
      await route.fetch()
      await route.abort()
    })
    await fillFirst(page, email)
    await press(page)
    await fillLast(page)
    await press(page, 'Send')
    await notice(page, /are sent again by themselves/)
    await assertAccessible(page, 'while it is tried again')
    await page.reload()
    await notice(page, /are sent again by themselves/)
    isLost = false
    await thanked(page)
    assert.equal(ids.size, 1)
    assert.deepEqual(await stored(email), SHORT)
    await context.close()
  })

  it('say that it takes long, and go out under a new token when the tab was open for a day', async () => {
    const email = someone()
    const { page, context } = await open()
    await fillFirst(page, email)
    await press(page)
    await fillLast(page)
    t.clock.advance(25 * 60 * 60 * 1000)
    await page.reload()
    await notice(page, /Your answers are still here/)
    t.clock.advance(5000)
    const go = Promise.withResolvers<void>()
    await page.route('**/submissions', async route => {
      await go.promise
      await route.continue()
    })
    await page.clock.install()
    await press(page, 'Send')
    await page.clock.fastForward(10_000)
    await notice(page, /Still sending/)
    await page.clock.resume()
    go.resolve()
    await thanked(page)
    assert.deepEqual(await stored(email), SHORT)
    await context.close()
  })

  it('work over a slow connection', async () => {
    const email = someone()
    const { page, context } = await open()
    const session = await context.newCDPSession(page)
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 900,
      downloadThroughput: 5000,
      uploadThroughput: 5000,
    })
    await fillFirst(page, email)
    await press(page)
    // Pressed again by somebody who thinks that nothing happens.
    await button(page, 'Next').dispatchEvent('click')
    await heading(page, 'Your plan').waitFor()
    await fillLast(page)
    const go = Promise.withResolvers<void>()
    await page.route('**/submissions', async route => {
      await go.promise
      await route.continue()
    })
    await press(page, 'Send')
    assert.equal(await button(page, 'Sending…').isDisabled(), true)
    go.resolve()
    await thanked(page)
    assert.deepEqual(await stored(email), SHORT)
    await context.close()
  })

  it('fit a telephone and have no accessibility violations on any page, in both themes', async () => {
    for (const dark of [false, true]) {
      const { page, context } = await open({ width: 375, height: 800, dark })
      const check = async (where: string) => {
        const overflow = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))
        assert.ok(overflow <= 0, `${where}: ${overflow} px too wide`)
        await assertAccessible(page, where)
      }
      await check('first page')
      await press(page)
      await notice(page, /3 answers/)
      await check('first page with messages')
      await fillFirst(page, someone(), ['Hosting'])
      await press(page)
      await heading(page, 'Your servers').waitFor()
      await check('second page')
      await page.getByRole('textbox', { name: 'How many servers?' }).fill('2')
      await press(page)
      await heading(page, 'Your plan').waitFor()
      await check('last page')
      await fillLast(page)
      await press(page, 'Send')
      await thanked(page)
      await check('thanks')
      await context.close()
    }
  })

  it('are served and sent under the host name of their organization, and those of others are not', async () => {
    const host = `forms-${newId()}.localhost`
    await t.asSuperuser('insert into iam.hosts (host, org_id) values ($1, $2)', [host, orgId])
    const email = someone()
    const { page, context, problems } = await openPage(server.url.replace('127.0.0.1', host))
    await page.goto(`/f/${form.key}`)
    t.clock.advance(5000)
    await fillFirst(page, email)
    await press(page)
    await fillLast(page)
    await press(page, 'Send')
    await thanked(page)
    assert.equal(new URL(page.url()).hostname, host)
    assert.deepEqual(await stored(email), SHORT)
    assert.deepEqual(problems, [])
    const theirs = await makeForm(t.kit, anyOrgId(), PAGED)
    await page.goto(`/f/${theirs.key}`)
    await page.getByRole('heading', { name: 'This form does not exist' }).waitFor()
    await context.close()
  })

  it('need no mouse', async () => {
    const email = someone()
    const { page, context } = await open()
    await page.getByRole('textbox', { name: 'Your name' }).focus()
    await page.keyboard.type('Grace Hopper')
    await page.keyboard.press('Tab')
    await page.keyboard.type(email)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    assert.equal(await focus(page), 'Next')
    await page.keyboard.press('Enter')
    await heading(page, 'Your plan').waitFor()
    for (const typed of ['L', 'A plan']) {
      await page.keyboard.press('Tab')
      await page.keyboard.type(typed)
    }
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    assert.equal(await focus(page), 'Send')
    await page.keyboard.press('Enter')
    await thanked(page)
    assert.equal((await stored(email)).values.plan, 'A plan')
    await context.close()
  })

  describe('in a page of another site', () => {
    let site: Server
    let host: string
    let shared: Form
    let content = ''
    before(async () => {
      site = createServer((request, response) => {
        response.setHeader('content-type', 'text/html; charset=utf-8')
        const body = request.url?.startsWith('/thanks') ? '<h1>Thanks from us</h1>' : content
        response.end(
          `<!doctype html><html lang="en"><title>Partner</title><body><main>${body}</main></body></html>`,
        )
      })
      await new Promise<void>(done => site.listen(0, '127.0.0.1', done))
      host = `localhost:${(site.address() as AddressInfo).port}`
      const embed = { allowedHosts: [host] }
      const made = await makeForm(t.kit, orgId, { ...PAGED, embed })
      shared = { ...made, url: `${server.url}/f/${made.key}` }
    })
    after(() => {
      site.closeAllConnections()
      site.close()
    })

    const visit = async (html: string, where = host): Promise<{ page: Page; context: BrowserContext }> => {
      content = html
      const opened = await openPage(`http://${where}`)
      await opened.page.goto('/?utm_campaign=partner&other=x')
      t.clock.advance(5000)
      return opened
    }
    const inFrame = (page: Page) => {
      const frame = page.frames()[1]
      assert.ok(frame)
      return frame
    }

    it('are shown by a script, as high as they are, and say when they were sent', async () => {
      const email = someone()
      const { page, context } = await visit(
        `<h1>Partner</h1><script async src="${server.url}/f/embed.js" data-form="${shared.key}"></script>
         <p id="after">After</p><div style="height:3000px"></div>`,
      )
      await page.evaluate(`addEventListener('millrace:sent', () => { document.title = 'sent' })`)
      const frame = page.frameLocator('iframe[title="Tell us what you need"]')
      await frame.getByRole('heading', { name: 'About you' }).waitFor()
      const fits = async () =>
        Number(await inFrame(page).evaluate('document.documentElement.scrollHeight - innerHeight')) === 0 &&
        Number(await inFrame(page).evaluate('innerHeight - document.body.offsetHeight')) < 2
      await until(page, fits, 'the frame is as high as its form')
      assert.equal(await page.evaluate(`document.querySelector('iframe').nextElementSibling.id`), 'after')
      await assertAccessible(page, 'a page with a form')
      await assertAccessible(inFrame(page), 'the form in it')
      await frame.getByRole('textbox', { name: 'Your name' }).fill('Grace Hopper')
      await frame.getByRole('textbox', { name: 'Your e-mail address' }).fill(email)
      await frame.getByRole('checkbox', { name: 'Design' }).check()
      // Whoever reads far below is brought to what was sent for.
      await page.evaluate('scrollTo(0, 2500)')
      await frame.getByRole('button', { name: 'Next' }).dispatchEvent('click')
      const title = frame.getByRole('heading', { name: 'Your plan' })
      await until(
        page,
        async () => ((await title.boundingBox())?.y ?? -1) > 0,
        'the page around shows the heading',
      )
      await frame.getByRole('textbox', { name: 'Your plan' }).fill('A plan')
      await until(page, fits, 'the frame is as high as its second page')
      await frame.getByRole('button', { name: 'Send' }).click()
      await frame.getByRole('heading', { name: 'Thank you' }).waitFor()
      await until(page, fits, 'the frame is as high as its thanks')
      await until(page, async () => (await page.title()) === 'sent', 'the page heard of it')
      const { events, values } = await stored(email)
      assert.deepEqual([events, values.campaign, values.plan], [1, 'partner', 'A plan'])
      await context.close()
    })

    it('are shown by a frame, and by none of a site that is not allowed', async () => {
      const { iframe } = embedCodes(shared)
      const { page, context } = await visit(iframe)
      await page.frameLocator('iframe').getByRole('heading', { name: 'About you' }).waitFor()
      const height = () => page.evaluate(`document.querySelector('iframe').getBoundingClientRect().height`)
      await until(page, async () => Number(await height()) !== 600, 'the frame took the height of the form')
      await context.close()
      const elsewhere = await visit(iframe, host.replace('localhost', '127.0.0.1'))
      await until(
        elsewhere.page,
        async () => /chrome-error/.test(inFrame(elsewhere.page).url()),
        'the browser refused the frame',
      )
      await elsewhere.context.close()
    })

    it('lead the page around to where they lead after sending', async () => {
      const redirectUrl = `http://${host}/thanks`
      const made = await makeForm(t.kit, orgId, {
        ...PAGED,
        pages: [],
        fields: [{ type: 'EMAIL', key: 'email', label: 'E-mail', required: true }],
        redirectUrl,
        embed: { allowedHosts: [host] },
      })
      const { script } = embedCodes({ ...made, url: `${server.url}/f/${made.key}` })
      const { page, context } = await visit(script)
      const frame = page.frameLocator('iframe')
      await frame.getByLabel('E-mail').fill(someone())
      await frame.getByRole('button', { name: 'Send' }).click()
      await page.getByRole('heading', { name: 'Thanks from us' }).waitFor()
      assert.equal(page.url(), redirectUrl)
      await context.close()
    })

    it('are posted by a form of plain HTML, once however often it is pressed, and lead back', async () => {
      const email = someone()
      const { html } = embedCodes(shared)
      const { page, context, ...rest } = await visit(
        html.replace(
          '<button>',
          `<input type="hidden" name="_next" value="http://${host}/thanks"><button name="go">`,
        ),
      )
      assert.deepEqual(rest, { problems: [] })
      const fill = async () => {
        await page.getByLabel('Your name').fill('Grace Hopper')
        await page.getByLabel('Your e-mail address').fill(email)
        await page.getByLabel('Design').check()
        await page.getByLabel('Budget').selectOption('Large')
        await page.getByLabel('Your plan').fill('A plan')
      }
      for (let times = 0; times < 2; times++) {
        await fill()
        await page.getByRole('button').click()
        await page.getByRole('heading', { name: 'Thanks from us' }).waitFor()
        await page.goBack()
      }
      assert.equal((await stored(email)).events, 1)
      // What is wrong is corrected on the page of the form, with all that was typed.
      await fill()
      await page.evaluate(`document.forms[0].noValidate = true`)
      await page.getByLabel('Your e-mail address').fill('grace@')
      await page.getByRole('button').click()
      await page.getByText('Enter an e-mail address like name@example.com.').waitFor()
      const other = someone()
      await page.getByRole('textbox', { name: 'Your e-mail address' }).fill(other)
      await press(page)
      t.clock.advance(5000)
      await press(page, 'Send')
      await page.getByRole('heading', { name: 'Thanks from us' }).waitFor()
      assert.equal((await stored(other)).values.plan, 'A plan')
      await context.close()
    })

    it('are read and sent by a script of an allowed site, and by none of another', async () => {
      const send = (email: string) => `(async () => {
        const form = await (await fetch('${server.url}/v1/public/forms/${shared.key}')).json()
        const response = await fetch('${server.url}/v1/public/forms/${shared.key}/submissions', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ submissionId: form.submissionId, answers:
            { name: 'Grace Hopper', email: '${email}', services: ['Design'], plan: 'A plan' } }),
        })
        return form.title + ' ' + response.status
      })().catch(error => error.name)`
      const email = someone()
      const { page, context } = await visit('')
      assert.equal(await page.evaluate(send(email)), 'Tell us what you need 201')
      assert.equal((await stored(email)).values.plan, 'A plan')
      await context.close()
      const other = someone()
      const elsewhere = await visit('', host.replace('localhost', '127.0.0.1'))
      assert.equal(await elsewhere.page.evaluate(send(other)), 'TypeError')
      assert.equal((await stored(other)).events, 0)
      await elsewhere.context.close()
    })
  })
})
