import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import type { Form, FormDefinition } from '#modules/intake/contract.ts'
import type { TestKit } from '#test/database.ts'
import { assertAccessible } from './accessible.ts'
import { until } from './until.ts'
import { someone, thanked, type VisitedForm, visitedForm } from './visited-form.ts'

const PDF = Buffer.from(`%PDF-1.7\n${'x'.repeat(20_000)}`)

const APPLICATION: FormDefinition = {
  name: 'Application',
  title: 'Apply',
  status: 'published',
  thankYouTitle: 'Thank you',
  fields: [
    { type: 'EMAIL', key: 'email', label: 'Your e-mail address', required: true },
    {
      type: 'FILE',
      key: 'cv',
      label: 'Your CV',
      required: true,
      validation: { maxFiles: 2, maxMegabytes: 1, kinds: ['pdf'] },
    },
  ],
}

describe('a form that takes files', () => {
  let t: TestKit
  let form: Form
  let open: VisitedForm['open']
  let close: VisitedForm['close']
  before(async () => {
    ;({ t, form, open, close } = await visitedForm(APPLICATION))
  })
  after(() => close())

  const file = (name: string, buffer: Buffer = PDF) => ({ name, mimeType: 'application/pdf', buffer })
  const chooser = (page: Page) => page.getByLabel('Your CV')
  const send = (page: Page) => page.getByRole('button', { name: 'Send', exact: true }).click()
  const attached = (page: Page, name: string) =>
    page.getByRole('img', { name: `${name} is attached.` }).waitFor()
  const stored = async (email: string) =>
    (
      await t.asSuperuser<{ name: string }>(
        `select u.name from intake.uploads u join intake.leads l on l.org_id = u.org_id and l.id = u.lead_id
         where l.email = $1 order by u.id`,
        [email],
      )
    ).map(({ name }) => name)

  it('uploads them while it is filled in: chosen, removed, refused in words, and sent', async () => {
    const { page, problems, context } = await open()
    await assertAccessible(page, 'empty')
    await chooser(page).setInputFiles([file('cv.pdf'), file('letter.pdf')])
    await attached(page, 'cv.pdf')
    await attached(page, 'letter.pdf')
    await assertAccessible(page, 'two files')
    await chooser(page).setInputFiles(file('third.pdf'))
    await page.getByText('Attach at most 2.').waitFor()
    await page.getByRole('button', { name: 'Remove letter.pdf' }).click()
    await chooser(page).setInputFiles(file('picture.pdf', Buffer.from('\x89PNG\r\n\x1a\n nothing', 'latin1')))
    await page.getByText('picture.pdf is of a kind that is not taken here.').waitFor()
    await assertAccessible(page, 'refused')
    await chooser(page).setInputFiles(file('large.pdf', Buffer.alloc(1_048_577, '%PDF-')))
    await page.getByText('large.pdf is too large. A file can have 1 MB.').waitFor()
    const email = someone()
    await page.getByLabel('Your e-mail address').fill(email)
    await send(page)
    await thanked(page)
    assert.deepEqual(await stored(email), ['cv.pdf'])
    // The one refusal of the server stands in the browser's network log.
    assert.equal(problems.length, 1, problems.join('\n'))
    await context.close()
  })

  it('shows of each file how far it is, whichever ends first, and what was wrong with another stays said', async () => {
    const { page, context } = await open()
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await page.route('**/uploads?*', async route => {
      await (route.request().url().includes('first') ? first : second).promise
      await route.continue()
    })
    const row = (name: string) => page.getByRole('listitem').filter({ hasText: name })
    const isBusy = (name: string) => row(name).getAttribute('aria-busy')
    const picture = Buffer.from('\x89PNG\r\n\x1a\n nothing', 'latin1')
    await chooser(page).setInputFiles([file('first.pdf'), file('second.pdf', picture)])
    for (const name of ['first.pdf', 'second.pdf']) {
      await row(name)
        .getByRole('progressbar', { name: new RegExp(`^Uploading ${name}: \\d+ %$`) })
        .waitFor()
      assert.equal(await isBusy(name), 'true')
    }
    await assertAccessible(page, 'two on their way')
    second.resolve()
    const refusal = page.getByText('second.pdf is of a kind that is not taken here.')
    await refusal.waitFor()
    await row('second.pdf').waitFor({ state: 'detached' })
    assert.equal(await isBusy('first.pdf'), 'true')
    first.resolve()
    await attached(page, 'first.pdf')
    assert.equal(await isBusy('first.pdf'), null)
    assert.equal(await row('first.pdf').getByRole('progressbar').count(), 0)
    assert.equal(await refusal.isVisible(), true)
    assert.match(
      await page.locator('[data-field="cv"] [role="status"]').innerText(),
      /first\.pdf is attached\./,
    )
    await page.getByRole('button', { name: 'Remove first.pdf' }).click()
    await refusal.waitFor({ state: 'hidden' })
    await context.close()
  })

  it('waits for what is on its way when it is sent, and keeps what is attached over a reload', async () => {
    const { page, context } = await open()
    const held = Promise.withResolvers<void>()
    await page.route('**/uploads?*', async route => {
      await held.promise
      await route.continue()
    })
    const email = someone()
    await page.getByLabel('Your e-mail address').fill(email)
    await chooser(page).setInputFiles(file('slow.pdf'))
    await page.getByRole('button', { name: 'Remove slow.pdf' }).waitFor()
    await send(page)
    await page.getByRole('button', { name: 'Sending…' }).waitFor()
    assert.deepEqual(await stored(email), [])
    held.resolve()
    await thanked(page)
    assert.deepEqual(await stored(email), ['slow.pdf'])
    await context.close()

    const again = await open()
    await again.page.getByLabel('Your e-mail address').fill(someone())
    await chooser(again.page).setInputFiles(file('kept.pdf'))
    await attached(again.page, 'kept.pdf')
    await again.page.reload()
    await again.page.getByRole('button', { name: 'Remove kept.pdf' }).waitFor()
    const other = someone()
    await again.page.getByLabel('Your e-mail address').fill(other)
    await send(again.page)
    await thanked(again.page)
    assert.deepEqual(await stored(other), ['kept.pdf'])
    await again.page.goto(`/f/${form.key}`)
    assert.equal(await again.page.getByRole('button', { name: /^Remove/ }).count(), 0)
    await again.context.close()
  })

  it('works by the keyboard and at the width of a phone', async () => {
    const { page, context } = await open({ width: 375 })
    await chooser(page).setInputFiles(file(`${'averylongnameofafile'.repeat(8)}.pdf`))
    await page.getByRole('button', { name: /^Remove averylong/ }).waitFor()
    const overflow = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
    assert.equal(overflow, false)
    await page.getByRole('button', { name: /^Remove averylong/ }).focus()
    await page.keyboard.press('Enter')
    await until(page, async () => (await page.getByRole('button', { name: /^Remove/ }).count()) === 0)
    assert.equal(await page.evaluate('document.activeElement.id'), 'f-cv')
    await send(page)
    await page.locator('#e-cv').waitFor()
    assert.notEqual(await page.locator('#e-cv').textContent(), '')
    await assertAccessible(page, 'nothing attached')
    await context.close()
  })

  it('takes them along without a script, and keeps them when an answer is wrong', async () => {
    const { page, context } = await open({ javaScript: false })
    await chooser(page).setInputFiles(file('plain.pdf'))
    await page.getByLabel('Your e-mail address').fill('no address')
    await send(page)
    await page.getByRole('checkbox', { name: 'Keep plain.pdf' }).waitFor()
    const email = someone()
    await page.getByLabel('Your e-mail address').fill(email)
    await send(page)
    await thanked(page)
    assert.deepEqual(await stored(email), ['plain.pdf'])
    await context.close()
  })
})
