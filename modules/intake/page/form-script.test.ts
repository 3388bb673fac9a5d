import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import {
  FILLING_IN_MS,
  notice,
  someone,
  thanked,
  type VisitedForm,
  visitedForm,
} from '#test/browser/visited-form.ts'
import type { TestKit } from '#test/database.ts'
import type { Form } from '../contract.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe('the page of a form in a browser', () => {
  let t: TestKit
  let form: Form
  let open: VisitedForm['open']
  let close: VisitedForm['close']
  before(async () => {
    ;({ t, form, open, close } = await visitedForm())
  })
  after(() => close())

  const fill = async (page: Page, email: string, name = 'Grace Hopper') => {
    await page.getByLabel('Your name').fill(name)
    await page.getByLabel('Your e-mail address').fill(email)
    await page.getByLabel('Budget').selectOption('$5000')
    await page.getByLabel('Message').fill('First line\nsecond line')
    await page.getByLabel('You may write to me').check()
  }
  const press = (page: Page) => page.getByRole('button', { name: 'Send' }).click()
  const stored = async (email: string) => {
    const [row] = await t.asSuperuser<{ leads: number; events: number; message: string | null }>(
      `select count(distinct l.id)::int as leads, count(distinct e.id)::int as events, max(v.value) as message
       from intake.leads l
       join intake.lead_events e on e.org_id = l.org_id and e.lead_id = l.id
       left join intake.form_fields f on f.org_id = l.org_id and f.field_key = 'message'
       left join intake.lead_values v on v.org_id = l.org_id and v.lead_id = l.id and v.field_id = f.id
       where l.email = $1`,
      [email],
    )
    return row
  }
  const ONCE = { leads: 1, events: 1, message: 'First line\nsecond line' }
  const post = `**/v1/public/forms/**`

  it('sends the answers and leads to the thanks, with JavaScript and without', async () => {
    for (const javaScript of [true, false]) {
      const email = someone()
      const { page, problems, context } = await open({ javaScript })
      await fill(page, email)
      await press(page)
      await thanked(page)
      assert.deepEqual(await stored(email), ONCE)
      assert.deepEqual(problems, [])
      await context.close()
    }
  })

  it('puts messages beside the fields and the cursor into the first of them, with JavaScript and without', async () => {
    for (const javaScript of [true, false]) {
      const email = someone()
      const { page, context } = await open({ javaScript })
      await fill(page, 'grace@', '')
      await press(page)
      await notice(page, /2 answers need another look/)
      const name = page.getByLabel('Your name')
      const address = page.getByLabel('Your e-mail address')
      const described = async (field: typeof name) =>
        page.locator(`#${await field.getAttribute('aria-describedby')}`).textContent()
      assert.equal(await described(name), 'This is needed.')
      assert.equal(await described(address), 'Enter an e-mail address like name@example.com.')
      assert.equal(await page.evaluate('document.activeElement.id'), 'f-name')
      assert.equal(await address.inputValue(), 'grace@')
      assert.equal(await page.getByLabel('You may write to me').isChecked(), true)
      await name.fill('Grace Hopper')
      if (javaScript) assert.equal(await name.getAttribute('aria-invalid'), null)
      await address.fill(email)
      await press(page)
      await thanked(page)
      assert.deepEqual(await stored(email), ONCE)
      await context.close()
    }
  })

  it('sends once however often the button is pressed, and says that it is sending', async () => {
    const email = someone()
    const { page, context } = await open()
    let sent = 0
    const go = Promise.withResolvers<void>()
    await page.route(post, async route => {
      sent++
      await go.promise
      await route.continue()
    })
    await fill(page, email)
    await press(page)
    const sending = page.getByRole('button', { name: 'Sending…' })
    await sending.waitFor()
    assert.equal(await sending.isDisabled(), true)
    await page.getByLabel('Your name').press('Enter')
    go.resolve()
    await thanked(page)
    assert.equal(sent, 1)
    assert.deepEqual(await stored(email), ONCE)
    await context.close()
  })

  it('sends the answers by itself when there is a connection again', async () => {
    const email = someone()
    const { page, context } = await open()
    await fill(page, email)
    await context.setOffline(true)
    await press(page)
    await notice(page, /You are offline\. Your answers are kept here and are sent by themselves/)
    await context.setOffline(false)
    await thanked(page)
    assert.deepEqual(await stored(email), ONCE)
    await context.close()
  })

  it('leaves it to whoever goes on writing to send it', async () => {
    const email = someone()
    const { page, context } = await open()
    await fill(page, email, 'G')
    await context.setOffline(true)
    await press(page)
    await notice(page, /You are offline/)
    await page.getByLabel('Your name').fill('Grace Hopper')
    await notice(page, /Send the form when you are ready/)
    await context.setOffline(false)
    assert.deepEqual(await stored(email), { leads: 0, events: 0, message: null })
    await press(page)
    await thanked(page)
    assert.deepEqual(await stored(email), ONCE)
    await context.close()
  })

  it('keeps the answers over a reload, but for what is hidden, and forgets them once they are sent', async () => {
    const email = someone()
    const { page, context } = await open()
    await fill(page, email)
    await page.reload()
    await notice(page, /Your answers are still here/)
    assert.equal(await page.getByLabel('Your e-mail address').inputValue(), email)
    assert.equal(await page.getByLabel('Budget').inputValue(), '$5000')
    assert.equal(await page.getByLabel('You may write to me').isChecked(), true)
    await press(page)
    await thanked(page)
    assert.deepEqual(await stored(email), ONCE)
    await page.goto(`/f/${form.key}`)
    assert.equal(await page.getByLabel('Your e-mail address').inputValue(), '')
    await context.close()
  })

  it('sends nothing twice when the first answer was lost on its way', async () => {
    const email = someone()
    const { page, context } = await open()
    let lost = 0
    await page.route(post, async route => {
      if (lost++ > 0) return route.continue()
      await route.fetch()
      await route.abort()
    })
    await fill(page, email)
    await press(page)
    await notice(page, /could not be sent just now/)
    assert.deepEqual(await stored(email), ONCE)
    await press(page)
    await thanked(page)
    assert.deepEqual(await stored(email), ONCE)
    await context.close()
  })

  it('adds answers that were changed after a loss instead of dropping them', async () => {
    const email = someone()
    const { page, context } = await open()
    let lost = 0
    await page.route(`${post}/submissions`, async route => {
      if (lost++ > 0) return route.continue()
      await route.fetch()
      await route.abort()
    })
    await fill(page, email)
    await press(page)
    await notice(page, /could not be sent just now/)
    await page.getByLabel('Message').fill('Something else')
    await press(page)
    await notice(page, /first answers have arrived already/)
    t.clock.advance(2000)
    await press(page)
    await thanked(page)
    assert.deepEqual(await stored(email), { ...ONCE, events: 2 })
    await context.close()
  })

  it('keeps the answers when the server cannot store them', async () => {
    const email = someone()
    const { page, context } = await open()
    await page.route(post, route =>
      route.fulfill({ status: 503, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }),
    )
    await fill(page, email)
    await press(page)
    await notice(page, /could not be sent just now/)
    await page.unroute(post)
    await press(page)
    await thanked(page)
    assert.deepEqual(await stored(email), ONCE)
    await context.close()
  })

  it('asks once more when it was sent too fast or stood open for days', async () => {
    for (const [age, words] of [
      [500 - FILLING_IN_MS, /faster than anybody types/],
      [25 * 3600 * 1000, /open for more than a day/],
    ] as const) {
      const email = someone()
      const { page, context } = await open()
      t.clock.advance(age)
      await fill(page, email)
      await press(page)
      await notice(page, words)
      t.clock.advance(2000)
      await press(page)
      await thanked(page)
      assert.deepEqual(await stored(email), ONCE)
      await context.close()
    }
  })

  it('lets a program that fills in everything believe that it was heard', async () => {
    const email = someone()
    const { page, context } = await open()
    await fill(page, email)
    await page.locator('[name=_website]').fill('https://spam.example', { force: true })
    await press(page)
    await thanked(page)
    assert.equal((await stored(email))?.leads, 0)
    await context.close()
  })

  it('is used by keyboard alone, past the field that nobody sees', async () => {
    const email = someone()
    const { page, context } = await open()
    const typed: Record<string, string> = { name: 'Grace Hopper', email, message: 'First line' }
    const visited: string[] = []
    // A date control has a stop for each of its parts.
    while (visited.at(-1) !== 'consent' && visited.length < 20) {
      await page.keyboard.press('Tab')
      const name = String(await page.evaluate('document.activeElement.name'))
      if (name !== visited.at(-1)) await page.keyboard.type(typed[name] ?? '')
      visited.push(name)
    }
    assert.deepEqual(
      [...new Set(visited)],
      ['name', 'email', 'budget', 'seats', 'start', 'message', 'consent'],
    )
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await thanked(page)
    assert.equal((await stored(email))?.leads, 1)
    await context.close()
  })

  it('fits a telephone and has no accessibility violations, in both themes, with messages and without', async () => {
    for (const dark of [false, true]) {
      const { page, context } = await open({ width: 375, height: 800, dark })
      const check = async (when: string) => {
        const overflow = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))
        assert.ok(overflow <= 0, `${when}: ${overflow} px too wide`)
        await page.evaluate(axe)
        const violations = await page.evaluate(
          'axe.run().then(result => result.violations.map(each => each.id))',
        )
        assert.deepEqual(violations, [], when)
      }
      await check('empty')
      await press(page)
      await notice(page, /3 answers need another look/)
      await check('with messages')
      const sizes = await page.evaluate(
        `[...document.querySelectorAll('.field :is(input:not([type=checkbox]), select, textarea)')]
           .map(control => getComputedStyle(control).fontSize)`,
      )
      // Telephones zoom into controls with smaller text.
      assert.deepEqual(
        sizes,
        Array.from({ length: 6 }, () => '16px'),
      )
      await fill(page, someone())
      await press(page)
      await thanked(page)
      await check('thanks')
      await context.close()
    }
  })
})
