import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { newId } from '#platform/ids.ts'
import { openPage } from '#test/browser/chromium.ts'
import { formModules, notice, thanked, type VisitedForm, visitedForm } from '#test/browser/visited-form.ts'
import type { TestKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import type { Form } from '../contract.ts'
import { asSystem, BRANCHING_FORM, makeForm } from '../factories.ts'
import { saveForm } from '../forms.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe('a form with conditions in a browser', () => {
  let t: TestKit
  let server: TestServer
  let orgId: string
  let form: Form
  let open: VisitedForm['open']
  let close: VisitedForm['close']
  before(async () => {
    ;({ t, server, orgId, form, open, close } = await visitedForm(BRANCHING_FORM))
  })
  after(() => close())

  const shown = async (page: Page) =>
    String(
      await page.evaluate(
        `[...document.querySelectorAll('.field')].filter(place => place.offsetParent).map(place => place.dataset.field).join(' ')`,
      ),
    )
  const press = (page: Page) => page.getByRole('button', { name: 'Send' }).click()
  const stored = async (email: string) =>
    Object.fromEntries(
      (
        await t.asSuperuser<{ key: string; value: string }>(
          `select f.field_key as key, v.value from intake.leads l
           join intake.lead_values v on v.org_id = l.org_id and v.lead_id = l.id
           join intake.form_fields f on f.org_id = l.org_id and f.id = v.field_id
           where l.email = $1 and f.field_key <> 'email'`,
          [email],
        )
      ).map(({ key, value }) => [key, value]),
    )

  it('shows what is asked as one answers, and takes away what no longer is', async () => {
    const { page, context, problems } = await open()
    assert.equal(await shown(page), 'email services call site')
    await page.getByLabel('Hosting').check()
    assert.equal(await shown(page), 'email services servers call site')
    await page.getByLabel('How many servers?').fill('10')
    assert.equal(await shown(page), 'email services servers plan call site')
    await page.getByLabel('Hosting').uncheck()
    assert.equal(await shown(page), 'email services call site')
    await page.getByLabel('Hosting').check()
    assert.equal(await page.getByLabel('How many servers?').inputValue(), '10')
    assert.equal(await shown(page), 'email services servers plan call site')
    await page.getByLabel('Call me').check()
    assert.equal(await shown(page), 'email services servers plan call reach site')
    assert.deepEqual(problems, [])
    await context.close()
  })

  it('stores what was asked, the same with JavaScript and without', async () => {
    for (const javaScript of [true, false]) {
      const email = `${newId()}@example.com`
      const { page, context } = await open({ javaScript }, '?utm_campaign=spring')
      await page.getByLabel('Your e-mail address').fill(email)
      await page.getByLabel('Hosting').check()
      await page.getByLabel('How many servers?').fill('50')
      await page.getByLabel('How do you back them up?').fill('Each night')
      await page.getByLabel('Hosting').uncheck()
      await page.getByLabel('Support').check()
      await page.getByLabel('Design').check()
      await page.getByLabel('Call me').check()
      await page.getByLabel('Your number').fill('06 12 34 56 78')
      await press(page)
      await thanked(page)
      assert.deepEqual(await stored(email), {
        services: 'Design\nSupport',
        call: 'true',
        reach: '06 12 34 56 78',
        campaign: 'spring',
      })
      await context.close()
    }
  })

  it('keeps choices and branches while one is away, and never what is hidden', async () => {
    const email = `${newId()}@example.com`
    const { page, context } = await open()
    await page.getByLabel('Your e-mail address').fill(email)
    await page.getByLabel('Hosting').check()
    await page.getByLabel('How many servers?').fill('3')
    await page.goto('/f/assets/mark.svg')
    await page.goto(`/f/${form.key}?utm_campaign=summer`)
    await notice(page, /Your answers are still here/)
    const kept = String(await page.evaluate('JSON.stringify(sessionStorage)'))
    assert.match(kept, /Hosting/)
    assert.doesNotMatch(kept, /campaign":/)
    assert.equal(await shown(page), 'email services servers call site')
    assert.equal(await page.getByLabel('Hosting').isChecked(), true)
    await press(page)
    await thanked(page)
    assert.deepEqual(await stored(email), {
      services: 'Hosting',
      servers: '3',
      call: 'false',
      campaign: 'summer',
    })
    await context.close()
  })

  it('shows what the server asks for when the form has changed since', async () => {
    const email = `${newId()}@example.com`
    const workflowId = newId()
    const changing = await makeForm(t.kit, orgId, { ...BRANCHING_FORM, workflowId })
    const { page, context } = await openPage(server.url)
    await page.goto(`/f/${changing.key}`)
    t.clock.advance(2000)
    const fields = BRANCHING_FORM.fields.map(field => {
      if (field.key !== 'reach') return field
      return { type: 'PHONE' as const, key: 'reach', label: 'Your number', required: true }
    })
    await asSystem(t.kit, orgId, ctx => saveForm(ctx, workflowId, { ...BRANCHING_FORM, fields }))
    await page.getByLabel('Your e-mail address').fill(email)
    await page.getByLabel('Design').check()
    await press(page)
    await notice(page, /One answer needs another look/)
    assert.equal(await shown(page), 'email services call reach site')
    assert.equal(await page.evaluate('document.activeElement.name'), 'reach')
    await page.keyboard.type('06 12 34 56 78')
    await press(page)
    await thanked(page)
    assert.equal((await stored(email)).reach, '06 12 34 56 78')
    await context.close()
  })

  it('leads to a page elsewhere that the form names, with JavaScript and without', async () => {
    const elsewhere = await testServer(t, formModules)
    const redirectUrl = `${elsewhere.url}/f/${form.key}/thanks?from=form`
    const { key } = await makeForm(t.kit, orgId, { ...BRANCHING_FORM, redirectUrl })
    for (const javaScript of [true, false]) {
      const { page, context } = await openPage(server.url, { javaScript })
      await page.goto(`/f/${key}`)
      t.clock.advance(2000)
      await page.getByLabel('Your e-mail address').fill(`${newId()}@example.com`)
      await page.getByLabel('Design').check()
      await press(page)
      await thanked(page)
      assert.equal(page.url(), redirectUrl)
      await context.close()
    }
    await elsewhere.close()
  })

  it('fits a telephone and has no accessibility violations, with messages and without', async () => {
    for (const dark of [false, true]) {
      const { page, context } = await open({ width: 375, height: 800, dark })
      const check = async (when: string) => {
        const overflow = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))
        assert.ok(overflow <= 0, `${when}: ${overflow} px too wide`)
        await page.evaluate(axe)
        assert.deepEqual(
          await page.evaluate('axe.run().then(result => result.violations.map(each => each.id))'),
          [],
          when,
        )
      }
      await check('empty')
      await press(page)
      await notice(page, /2 answers need another look/)
      await page.getByLabel('Hosting').check()
      await page.getByLabel('Call me').check()
      await press(page)
      await notice(page, /3 answers need another look/)
      await check('with messages')
      await context.close()
    }
  })
})
