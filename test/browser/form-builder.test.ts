import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { createWorkflow } from '#modules/flow/contract.ts'
import { addMember, cookieOf, makeOwner } from '#modules/iam/factories.ts'
import {
  type FormDraft,
  getForm,
  getFormDraft,
  getFormProtection,
  listFormFields,
  listLeads,
  saveFormDraft,
  submitForm,
} from '#modules/intake/contract.ts'
import { etagOf } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { goTo } from './tab-stops.ts'
import { until } from './until.ts'

/** How long a person takes at least; what comes faster is asked to be sent again. */
const HUMAN_MS = 1100

describe('the builder of forms in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let workflowId: string
  let page: Page
  let context: BrowserContext
  let problems: string[]
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    workflowId = await newWorkflow('Enquiries')
    ;({ page, context, problems } = await openPage(app.url))
    await enter({ page, problems }, `/workflows/${workflowId}/form`, owner, begin())
    problems.length = 0
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  const newWorkflow = async (name: string) => (await owner.client.call(createWorkflow, { body: { name } })).id
  const begin = (of: Page = page) => of.getByRole('button', { name: 'Make a form' })
  const draft = (id = workflowId) => owner.client.call(getFormDraft, { params: { workflowId: id } })
  const holds = (what: string, check: (form: FormDraft) => boolean, id = workflowId) =>
    until(page, async () => check(await draft(id)), what)
  const keys = ({ definition }: FormDraft) => definition.fields.map(({ key }) => key).join(' ')
  const field = (name: string, of: Page = page) =>
    of.getByRole('list', { name: 'Fields of the form' }).getByRole('button', { name: new RegExp(`^${name}`) })
  const preview = (of: Page = page) => of.frameLocator('iframe:not([data-waiting])')
  const press = async (target: Locator, key = 'Tab') => {
    await goTo(target, key)
    await page.keyboard.press('Enter')
  }

  it('makes, publishes and sends a form by the keyboard alone', async () => {
    await goTo(begin(), 'Tab')
    await page.keyboard.press('Enter')
    const add = page.getByRole('button', { name: 'Add a field' })
    await press(add)
    const kinds = page.getByRole('menuitem', { name: 'One of a list', exact: true })
    await kinds.waitFor()
    await goTo(kinds, 'ArrowDown')
    await page.keyboard.press('Enter')
    // A new field waits for its words.
    const question = page.getByLabel('Question')
    await until(
      page,
      () => question.evaluate(input => input === input.ownerDocument.activeElement),
      'the new question',
    )
    await page.keyboard.type('Budget')
    await goTo(page.getByLabel('Option 1', { exact: true }), 'Tab')
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('Up to 5,000')
    await page.keyboard.press('Enter')
    await page.keyboard.type('More')
    await holds('options as they were typed', form => {
      const budget = form.definition.fields.find(({ key }) => key === 'budget')
      return JSON.stringify(budget?.options) === '["Up to 5,000","More","Second"]'
    })
    await goTo(page.getByRole('button', { name: 'Move Budget' }), 'Shift+Tab')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await holds('the order of the fields', form => keys(form) === 'name budget email message')
    await preview().getByLabel('Budget').waitFor()
    await assertAccessible(page, 'a field that is open')
    await press(page.getByRole('button', { name: 'Publish', exact: true }), 'Shift+Tab')
    const panel = page.getByRole('dialog', { name: 'Publish the form' })
    await press(panel.getByRole('button', { name: 'Publish version 1' }))
    const done = page.getByRole('dialog', { name: 'The form is published' })
    await done.getByRole('button', { name: 'Copy link of the form' }).waitFor()
    const { url } = await owner.client.call(getForm, { params: { workflowId } })
    const visitor = await openPage(app.url)
    await visitor.page.goto(new URL(url).pathname)
    const opened = Date.now()
    await visitor.page.getByLabel('Your name').fill('Ada Mill')
    await visitor.page.getByLabel('Budget').selectOption('More')
    await visitor.page.getByLabel('Your e-mail address').fill('ada@example.com')
    while (Date.now() - opened < HUMAN_MS) await visitor.page.title()
    await visitor.page.getByRole('button', { name: 'Send' }).click()
    await visitor.page.getByRole('heading', { name: 'Thank you' }).waitFor()
    await visitor.context.close()
    const { items } = await owner.client.call(listLeads, { query: { workflowId, include: 'values' } })
    assert.deepEqual(
      items.map(({ email, values }) => [email, values?.budget]),
      [['ada@example.com', 'More']],
    )
    await page.keyboard.press('Escape')
    await done.waitFor({ state: 'hidden' })
  })

  it('takes what is dragged, undone and done again, and shows it as visitors will see it', async () => {
    await field('Budget').click()
    const handle = page.getByRole('button', { name: 'Move How can we help?' })
    await handle.dragTo(field('Your name'), { targetPosition: { x: 20, y: 2 } })
    await holds('what was dragged', form => keys(form) === 'message name budget email')
    await page.getByRole('button', { name: /^Undo/ }).click()
    await holds('what was taken back', form => keys(form) === 'name budget email message')
    await page.keyboard.press('ControlOrMeta+Shift+z')
    await holds('what was done again', form => keys(form) === 'message name budget email')
    await page.getByRole('button', { name: /^Undo/ }).click()
    await page.getByRole('radio', { name: 'Page', exact: true }).check()
    await page.getByLabel('Heading', { exact: true }).fill('Tell us about your mill')
    await preview().getByRole('heading', { name: 'Tell us about your mill' }).waitFor()
    await page.getByRole('radio', { name: 'Phone' }).check()
    await until(
      page,
      async () =>
        (await preview()
          .locator('html')
          .evaluate(html => html.clientWidth)) === 375,
      'the width of a phone',
    )
    await page.getByRole('radio', { name: 'Dark', exact: true }).check()
    await page.getByLabel('Color of the page', { exact: true }).fill('#ffffff')
    await page
      .getByText(/could hardly be read on this color/)
      .first()
      .waitFor()
    await assertAccessible(page, 'the look of a form')
    await page.getByRole('radio', { name: 'As the visitor likes' }).check()
    await page.getByRole('radio', { name: 'Fields', exact: true }).check()
  })

  it('asks by conditions, page by page, and says what keeps it from being published', async () => {
    await page.getByRole('button', { name: 'Add a page' }).click()
    await page.getByRole('button', { name: 'Publish', exact: true }).click()
    const panel = page.getByRole('dialog', { name: 'Publish the form' })
    await panel.getByText('Page 2: Nothing is asked on this page.').click()
    await panel.waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Add a field' }).click()
    await page.getByRole('menuitem', { name: 'Number', exact: true }).click()
    await page.getByLabel('Question').fill('How many wheels?')
    // The preview shows the page of the field that is open.
    await preview().getByRole('heading', { name: 'Page 2' }).waitFor()
    await preview().getByLabel('How many wheels?').waitFor()
    await page.locator('summary').getByText('When it is asked').click()
    await page.getByRole('button', { name: 'Add a condition' }).click()
    await page.getByRole('combobox', { name: 'Condition 1: field' }).click()
    await page.getByRole('option', { name: 'Budget' }).click()
    await page.getByText('Asked when “Budget” is “Up to 5,000”.').waitFor()
    await assertAccessible(page, 'conditions of a field')
    await holds('the condition', form => {
      const wheels = form.definition.fields.at(-1)
      return wheels?.page === 1 && JSON.stringify(wheels.visibleWhen ?? '').includes('"budget"')
    })
    await page.getByRole('button', { name: 'Publish', exact: true }).click()
    await panel.getByText('“How many wheels?” is asked').waitFor()
    await panel.getByText('Another value: the heading').waitFor()
    await assertAccessible(page, 'a publication')
    await panel.getByRole('button', { name: 'Publish version 2' }).click()
    await page.getByRole('dialog', { name: 'The form is published' }).waitFor()
    await page.keyboard.press('Escape')
    assert.equal((await draft()).publishedVersion, 2)
  })

  it('brings together what two people change at once, and loses nothing', async () => {
    const saved = await draft()
    await field('How many wheels\\?').waitFor()
    const { definition } = saved
    const body = { ...definition, intro: 'From somebody else', title: 'Theirs' }
    await page.getByRole('radio', { name: 'Page', exact: true }).check()
    // Not even a moment passes between the two, so the one learns of the other by saving.
    await context.setOffline(true)
    await owner.client.call(saveFormDraft, { params: { workflowId }, body, ifMatch: etagOf(saved) })
    await page.getByLabel('Heading', { exact: true }).fill('Mine')
    await context.setOffline(false)
    const news = page.getByRole('region', { name: 'What others changed' })
    await news.getByText('the heading').waitFor()
    await holds('both', form => form.definition.title === 'Mine' && form.definition.intro === body.intro)
    await news.getByRole('button', { name: 'Take theirs' }).click()
    await holds('theirs', form => form.definition.title === 'Theirs')
    await news.waitFor({ state: 'hidden' })
    // What does not concern what one does here is simply there.
    const now = await draft()
    const later = { ...now.definition, intro: 'Later, from somebody else' }
    await owner.client.call(saveFormDraft, { params: { workflowId }, body: later, ifMatch: etagOf(now) })
    await until(
      page,
      async () => (await page.getByLabel('Introduction').inputValue()) === later.intro,
      'what somebody else did, without a reload',
    )
    await news.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('radio', { name: 'Fields', exact: true }).check()
    problems.length = 0
  })

  it('is saved as soon as there is a connection again', async () => {
    await context.setOffline(true)
    await field('Your name').click()
    await page.getByLabel('Help text').fill('As on your card')
    await page.getByText('Not saved yet. It is tried again.').waitFor()
    await context.setOffline(false)
    await page.getByRole('button', { name: 'Try now' }).click()
    await page.getByText('Saved', { exact: true }).waitFor()
    await holds('the help', form => form.definition.fields[0]?.help === 'As on your card')
    problems.length = 0
  })

  it('keeps answers of a field that is taken out, brings it back, and deletes it only when told the number', async () => {
    const { key: formKey } = await owner.client.call(getForm, { params: { workflowId } })
    const answers = { name: 'Grace', email: 'grace@example.com', budget: 'More' }
    await owner.client.call(submitForm, { params: { formKey }, body: { submissionId: newId(), answers } })
    await page.getByRole('button', { name: 'More for Budget' }).click()
    await page.getByRole('menuitem', { name: 'Take out' }).click()
    await page.getByRole('button', { name: 'Publish', exact: true }).click()
    const panel = page.getByRole('dialog', { name: 'Publish the form' })
    await panel.getByText('“Budget” is no longer asked').waitFor()
    await panel.getByRole('button', { name: 'Publish version 3' }).click()
    await page.getByRole('dialog', { name: 'The form is published' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'More of the form' }).click()
    await page.getByRole('menuitem', { name: 'Versions and old fields' }).click()
    const versions = page.getByRole('dialog', { name: 'Versions of the form' })
    await versions.getByText('budget, 2 answers').waitFor()
    await assertAccessible(page, 'versions and old fields')
    await versions.getByRole('button', { name: 'Restore Budget' }).click()
    await versions.getByText('Back in the draft').waitFor()
    await holds('the field that came back', form => keys(form).endsWith('budget'))
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Undo: Restored/ }).click()
    await holds('the field taken out again', form => !keys(form).includes('budget'))
    await page.getByRole('button', { name: 'More of the form' }).click()
    await page.getByRole('menuitem', { name: 'Versions and old fields' }).click()
    await versions.getByRole('button', { name: 'Delete Budget' }).click()
    await versions.getByText('Removes 2 answers for good.').waitFor()
    await versions.getByRole('button', { name: 'Delete Budget' }).click()
    await versions.getByText('budget, 2 answers').waitFor({ state: 'hidden' })
    const { items } = await owner.client.call(listFormFields, { params: { workflowId } })
    assert.ok(items.every(({ key }) => key !== 'budget'))
    await versions.getByRole('button', { name: 'Restore version 1' }).click()
    await versions.waitFor({ state: 'hidden' })
    await holds('version 1', form => keys(form) === 'name budget email message')
  })

  it('is protected from where it is made, at once and without publishing', async () => {
    await page.getByRole('radio', { name: 'Protection' }).check()
    const level = page.getByRole('radio', { name: 'Strict' })
    await level.check()
    await page.getByText('The protection of the form was changed.').waitFor()
    await assertAccessible(page, 'the protection of a form')
    const { level: stored } = await owner.client.call(getFormProtection, { params: { workflowId } })
    assert.equal(stored, 'strict')
    await page.reload()
    await until(page, () => level.isChecked(), 'the level after a reload')
    await page.getByRole('radio', { name: 'Standard' }).check()
    await page.getByText('The protection of the form was changed.').waitFor()
    await page.getByRole('radio', { name: 'Fields' }).check()
    await field('Your name').waitFor()
  })

  it('is closed and opened again', async () => {
    await page.getByRole('button', { name: 'More of the form' }).click()
    await page.getByRole('menuitem', { name: 'Close the form' }).click()
    await page.getByText('Closed', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'More of the form' }).click()
    await page.getByRole('menuitem', { name: 'Reopen the form' }).click()
    await page.getByText('Unpublished changes').first().waitFor()
    assert.deepEqual(problems, [])
  })

  it('shows a member who may only look what there is, and lets nothing be changed', async () => {
    const viewer = await makeOwner(app.kit, 'Vera Viewer')
    await addMember(app.kit, owner.orgId, viewer.userId, 'viewer')
    const cookie = await cookieOf(app.kit, viewer.userId, owner.orgId)
    const at = cookie.indexOf('=')
    const looking = await openPage(app.url)
    const session = { name: cookie.slice(0, at), value: cookie.slice(at + 1) }
    await looking.context.addCookies([
      { ...session, domain: 'localhost', path: '/', secure: true, httpOnly: true },
    ])
    await looking.page.goto(`/workflows/${workflowId}/form`)
    await field('Your name', looking.page).click()
    assert.equal(await looking.page.getByLabel('Question').getAttribute('readonly'), '')
    await preview(looking.page).getByLabel('Your name').waitFor()
    const before = keys(await draft())
    await looking.page.getByRole('button', { name: 'Move Your name' }).press('ArrowDown')
    for (const act of ['Publish', 'Add a field', 'More for Your name', /^Undo/])
      assert.equal(await looking.page.getByRole('button', { name: act, exact: true }).count(), 0, String(act))
    await assertAccessible(looking.page, 'the builder for whoever may only look')
    assert.equal(keys(await draft()), before)
    assert.deepEqual(looking.problems, [])
    await looking.context.close()
  })

  it('fits a phone', async () => {
    const phone = await openPage(app.url, { width: 375, height: 812, dark: true, like: context })
    await phone.page.goto(`/workflows/${workflowId}/form`)
    await field('Your name', phone.page).click()
    await phone.page.getByLabel('Question').waitFor()
    assert.ok(await phone.page.evaluate('document.documentElement.scrollWidth <= innerWidth'))
    await assertAccessible(phone.page, 'the builder on a phone')
    await phone.page.getByRole('radio', { name: 'Preview', exact: true }).check()
    await preview(phone.page).getByLabel('Your name').waitFor()
    assert.ok(await phone.page.evaluate('document.documentElement.scrollWidth <= innerWidth'))
    await phone.context.close()
  })
})
