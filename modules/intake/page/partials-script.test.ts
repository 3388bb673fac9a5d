import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { crmModule } from '#modules/crm/index.ts'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { newId } from '#platform/ids.ts'
import { closeBrowser, openPage, type PageOptions } from '#test/browser/chromium.ts'
import { until } from '#test/browser/until.ts'
import { asAdmin } from '#test/cluster.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { readFormAnalytics } from '../analytics/figures.ts'
import type { Form, FormDefinition } from '../contract.ts'
import { asSystem, makeForm, PROJECT_FORM } from '../factories.ts'
import { intakeModule } from '../index.ts'

const modules = [iamModule, crmModule, intakeModule]

describe('what the page of a form says before it is sent', () => {
  let t: TestKit
  let server: TestServer
  let orgId: string
  before(async () => {
    t = await testKit({ modules, frozenAt: new Date() })
    server = await testServer(t, modules)
    orgId = (await makeOwner(t.kit)).orgId
  })
  after(async () => {
    await closeBrowser()
    await server.close()
    await t.close()
  })

  const newForm = (changes: Partial<FormDefinition> = {}) =>
    makeForm(t.kit, orgId, { fields: PROJECT_FORM.fields.slice(0, 6), ...changes })
  const open = async (form: Form, search = '', options: PageOptions = {}) => {
    const opened = await openPage(server.url, options)
    await opened.page.goto(`/f/${form.key}${search}`)
    t.clock.advance(20_000)
    return opened
  }
  const showings = (form: Form) =>
    t.asSuperuser<{ source: string; device: string; entered: string[]; last_field: string | null }>(
      'select source, device, entered, last_field from intake.form_showings where form_id = $1',
      [form.id],
    )
  /** What is in the database once something holds; the suite's time limit is the only clock. */
  async function once<T>(read: () => Promise<T>, holds: (found: T) => boolean): Promise<T> {
    let found = await read()
    while (!holds(found)) found = await read()
    return found
  }
  const name = (page: Page) => page.getByLabel('Your name')
  const email = (page: Page) => page.getByLabel('Your e-mail address')
  const tick = (page: Page) => page.getByLabel(/Keep my answers for 30 days/)
  const kept = async (form: Form) =>
    t.asSuperuser<{ answers: Record<string, unknown> }>(
      'select answers from intake.partial_submissions where form_id = $1 order by submission_id',
      [form.id],
    )
  const sendForm = async (page: Page) => {
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
  }
  const again = async (context: BrowserContext, form: Form) => {
    const page = await context.newPage()
    await page.goto(`${server.url}/f/${form.key}`)
    t.clock.advance(20_000)
    return page
  }

  it('is how far somebody came, without a cookie and without a word of what they wrote', async () => {
    const form = await newForm()
    const { page, context, problems } = await open(form, '?utm_source=Letter', { width: 375 })
    const said: string[] = []
    page.on('request', request => {
      if (request.url().endsWith('/progress')) said.push(request.postData() ?? '')
    })
    await once(
      () => showings(form),
      rows => rows.length === 1,
    )
    await name(page).fill('Grace Hopper')
    await once(
      () => showings(form),
      rows => rows[0]?.entered.length === 1,
    )
    await email(page).fill('grace@example.com')
    await page.goto('about:blank')
    const [row] = await once(
      () => showings(form),
      rows => rows[0]?.entered.length === 2,
    )
    assert.equal(row?.source, 'letter')
    assert.deepEqual([row?.entered, row?.last_field], [['name', 'email'], 'email'])
    assert.doesNotMatch(said.join('\n'), /Grace|grace@/)
    assert.deepEqual(await context.cookies(), [])
    assert.deepEqual(problems, [])
    await context.close()
  })

  it('ends with the form: a page that was sent counts as sent, once', async () => {
    const form = await newForm()
    const { page, context } = await open(form)
    await name(page).fill('Grace Hopper')
    await email(page).fill(`${newId()}@example.com`)
    await sendForm(page)
    const figures = await asSystem(t.kit, orgId, ctx => readFormAnalytics(ctx, form.workflowId, {}))
    assert.deepEqual([figures.views, figures.starts, figures.completions], [1, 1, 1])
    assert.notEqual(figures.medianSeconds, null)
    await context.close()
  })

  it('keeps no answer without the tick, and forgets them when it is taken away', async () => {
    const form = await newForm({ keepsPartials: true })
    const { page, context, problems } = await open(form)
    await name(page).fill('Grace Hopper')
    await page.goto('about:blank')
    assert.deepEqual(await kept(form), [])
    const second = await again(context, form)
    await name(second).fill('Grace Hopper')
    await tick(second).check()
    await once(
      () => kept(form),
      rows => rows.length === 1,
    )
    await tick(second).uncheck()
    await once(
      () => kept(form),
      rows => rows.length === 0,
    )
    const third = await again(context, form)
    assert.equal(await third.getByRole('button', { name: 'Go on with it' }).count(), 0)
    assert.deepEqual(problems, [])
    await context.close()
  })

  it('is gone on with on return, and no longer offered once the form was sent', async () => {
    const form = await newForm({ keepsPartials: true })
    const { page, context, problems } = await open(form)
    const address = `${newId()}@example.com`
    await tick(page).check()
    await once(
      () => kept(form),
      rows => rows.length === 1,
    )
    await name(page).fill('Grace Hopper')
    await page.getByLabel('Budget').selectOption('$5000')
    await page.close({ runBeforeUnload: true })
    await once(
      () => kept(form),
      rows => rows[0]?.answers.budget === '$5000',
    )
    const back = await again(context, form)
    assert.equal(await name(back).inputValue(), '')
    await back.getByRole('button', { name: 'Go on with it' }).click()
    await back.getByRole('status').filter({ hasText: 'Your answers are back' }).waitFor()
    t.clock.advance(20_000)
    assert.equal(await name(back).inputValue(), 'Grace Hopper')
    assert.equal(await back.getByLabel('Budget').inputValue(), '$5000')
    assert.equal(await tick(back).isChecked(), true)
    assert.doesNotMatch(back.url(), /_continue/)
    await email(back).fill(address)
    await once(
      () => kept(form),
      rows => rows[0]?.answers.email === address,
    )
    assert.equal((await kept(form)).length, 1)
    await sendForm(back)
    assert.deepEqual(await kept(form), [])
    const last = await again(context, form)
    await tick(last).waitFor()
    assert.equal(await last.getByRole('button', { name: 'Go on with it' }).count(), 0)
    assert.deepEqual(problems, [])
    await context.close()
  })

  /** Leaves a page while the server still has to keep what it was sent. */
  async function leaveUnanswered(page: Page): Promise<void> {
    await asAdmin(t.adminUrl, async other => {
      await other.query('begin')
      await other.query('lock table intake.partial_submissions in exclusive mode')
      await tick(page).check()
      await once(
        () =>
          other.query(
            `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          ),
        ({ rowCount }) => rowCount === 1,
      )
      await page.goto('about:blank')
      await other.query('commit')
    })
  }
  const goOn = (page: Page) => page.getByRole('button', { name: 'Go on with it' }).click()

  it('is gone on with also by whoever left before anybody answered, after a reload too', async () => {
    const form = await newForm({ keepsPartials: true })
    const { page, context, problems } = await open(form)
    await name(page).fill('Grace Hopper')
    await page.reload()
    assert.equal(await name(page).inputValue(), 'Grace Hopper')
    await leaveUnanswered(page)
    await once(
      () => kept(form),
      rows => rows[0]?.answers.name === 'Grace Hopper',
    )
    const back = await again(context, form)
    await goOn(back)
    await back.getByRole('status').filter({ hasText: 'Your answers are back' }).waitFor()
    assert.equal(await name(back).inputValue(), 'Grace Hopper')
    await tick(back).uncheck()
    await once(
      () => kept(form),
      rows => rows.length === 0,
    )
    await name(back).fill('Nobody')
    const last = await again(context, form)
    await tick(last).waitFor()
    assert.equal(await last.getByRole('button', { name: 'Go on with it' }).count(), 0)
    assert.deepEqual(problems, [])
    await context.close()
  })

  it('is said to be lost when it never arrived, once, and the form works', async () => {
    const form = await newForm({ keepsPartials: true })
    const { page, context } = await open(form)
    await context.route('**/partial', route => route.abort())
    await name(page).fill('Grace Hopper')
    const failed = page.waitForEvent('requestfailed')
    await tick(page).check()
    await failed
    await page.goto('about:blank')
    await context.unroute('**/partial')
    const back = await again(context, form)
    await goOn(back)
    await back.getByRole('status').filter({ hasText: 'or it never arrived' }).waitFor()
    t.clock.advance(20_000)
    assert.deepEqual([await name(back).inputValue(), await tick(back).isChecked()], ['', false])
    const later = await again(context, form)
    await tick(later).waitFor()
    assert.equal(await later.getByRole('button', { name: 'Go on with it' }).count(), 0)
    await name(back).fill('Grace Hopper')
    await email(back).fill(`${newId()}@example.com`)
    await sendForm(back)
    await context.close()
  })

  it('is forgotten when the tick goes while it is on its way', async () => {
    const form = await newForm({ keepsPartials: true })
    const { page, context } = await open(form)
    await name(page).fill('Grace Hopper')
    const arrives = Promise.withResolvers<void>()
    let began = 0
    await page.route('**/partial', async route => {
      began += 1
      await arrives.promise
      await route.continue()
    })
    await tick(page).check()
    await until(page, async () => began === 1)
    const first = page.waitForResponse('**/partial/withdrawal')
    await tick(page).uncheck()
    await first
    const second = page.waitForResponse('**/partial/withdrawal')
    arrives.resolve()
    assert.equal((await second).status(), 204)
    assert.deepEqual(await kept(form), [])
    assert.deepEqual(await page.evaluate('Object.keys(localStorage)'), [])
    await context.close()
  })

  it('is started anew by whoever wants to, and shown nowhere without a script', async () => {
    const form = await newForm({ keepsPartials: true, partialsText: 'Keep what I write.' })
    const { page, context } = await open(form)
    await page.getByLabel('Keep what I write.').check()
    await name(page).fill('Grace Hopper')
    await once(
      () => kept(form),
      rows => rows[0]?.answers.name === 'Grace Hopper',
    )
    const back = await again(context, form)
    await back.getByRole('button', { name: 'Start anew' }).click()
    assert.equal(await back.evaluate('document.activeElement.id'), 'f-name')
    assert.equal(await name(back).inputValue(), '')
    const third = await again(context, form)
    await third.getByLabel('Keep what I write.').waitFor()
    assert.equal(await third.getByRole('button', { name: 'Go on with it' }).count(), 0)
    await context.close()
    const plain = await open(form, '', { javaScript: false })
    assert.equal(await plain.page.getByLabel('Keep what I write.').isVisible(), false)
    await plain.context.close()
  })
})
