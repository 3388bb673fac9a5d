import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { BrowserContext, Page, Route } from 'playwright-core'
import { changePerson, createCompany, createPerson, getPerson } from '#modules/crm/contract.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { settled } from './settled.ts'

/** Records as people read and edit them: shown at once, saved behind, never lost. */
describe('records in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let page: Page
  let context: BrowserContext
  let problems: string[]
  let companyId = ''
  let personId = ''
  let made = 0
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    ;({ page, context, problems } = await openPage(app.url, { width: 1280, height: 720 }))
    await enter({ page, problems }, '/leads', owner, page.getByRole('heading', { name: 'Leads' }))
    const company = await owner.client.call(createCompany, {
      body: { name: 'Moulin Vert', websiteUrl: 'https://moulin-vert.example' },
    })
    companyId = company.id
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })
  beforeEach(async () => {
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    made += 1
    const person = await owner.client.call(createPerson, {
      body: {
        firstName: 'Noor',
        lastName: `Mensah ${made}`,
        email: `noor${made}@moulin-vert.example`,
        title: 'Buyer',
        companyId,
      },
    })
    personId = person.id
    await page.goto(`/people/${personId}`)
    await page.getByRole('heading', { name: person.name, level: 2 }).waitFor()
    await opener('Edit mobile').waitFor()
  })

  const opener = (name: string | RegExp) => page.getByRole('button', { name }).first()
  const value = (key: string) => page.locator(`[data-value="${key}"]`).first()
  const editor = (label: string) => page.getByRole('textbox', { name: label, exact: true })
  const stored = () => owner.client.call(getPerson, { params: { personId } })
  const isChange = (method: string, url: string) => method === 'PATCH' && url.includes('/v1/people/')
  const answered = () =>
    page.waitForResponse(answer => isChange(answer.request().method(), answer.url()) && answer.ok())
  /** Lets changes of people pass through a function. */
  const onChange = (handle: (route: Route) => Promise<void>) =>
    page.route('**/v1/people/*', route =>
      route.request().method() === 'PATCH' ? handle(route) : route.fallback(),
    )
  const focused = () => page.evaluate<string>('document.activeElement?.getAttribute("data-field")')
  const isTooWide = (of: Page) => of.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
  /**
   * Begins to measure in the page itself how long after the next key an element shows a text. What it gives reads the result in
   * milliseconds.
   */
  const measureShown = async (key: string, text: string) => {
    await page.evaluate(`window.shown = new Promise((resolve, reject) => {
      let pressed = 0
      setTimeout(() => reject(new Error('It was not shown.')), 60_000)
      addEventListener('keydown', () => { pressed = performance.now() }, { capture: true, once: true })
      new MutationObserver((_changes, watch) => {
        const element = document.querySelector(${JSON.stringify(`[data-value="${key}"]`)})
        if (pressed === 0 || !element?.textContent.includes(${JSON.stringify(text)})) return
        watch.disconnect()
        resolve(performance.now() - pressed)
      }).observe(document.body, { subtree: true, childList: true, characterData: true })
    }); undefined`)
    return () => page.evaluate<number>('window.shown')
  }

  it('shows who it is, whose and where it stands without scrolling', async () => {
    for (const label of ['Lifecycle', 'Owner', 'E-mail', 'Phone']) {
      const box = await page.getByText(label, { exact: true }).first().boundingBox()
      assert.ok(box && box.y + box.height < 720, `${label} is in view`)
    }
    assert.equal(await page.getByText('Buyer at Moulin Vert').count(), 1)
    assert.equal(await isTooWide(page), false)
  })

  it('shows an edit before the network has answered, and saves it', async test => {
    const answering = Promise.withResolvers<void>()
    const sent: { ifMatch: string | undefined; body: unknown }[] = []
    await onChange(async route => {
      sent.push({ ifMatch: route.request().headers()['if-match'], body: route.request().postDataJSON() })
      await answering.promise
      await route.fallback()
    })
    const titles = ['Buyer 2', 'Buyer 3', 'Buyer 4', 'Buyer 5', 'Head of purchasing']
    const saved = page.waitForResponse(
      answer =>
        isChange(answer.request().method(), answer.url()) && sent.length === titles.length && answer.ok(),
    )
    const took: number[] = []
    for (const title of titles) {
      await opener(/^Edit title/).click()
      await editor('Title').fill(title)
      const shown = await measureShown('title', title)
      await page.keyboard.press('Enter')
      took.push(await shown())
    }
    // Each was seen while no answer had come yet; how soon is for people to read.
    test.diagnostic(`shown after ${took.map(Math.round).join(', ')} ms`)
    answering.resolve()
    await saved
    assert.deepEqual(
      sent.map(({ body }) => body),
      titles.map(title => ({ title })),
    )
    assert.ok(
      sent.every(({ ifMatch }) => ifMatch),
      'the version each was based on is sent',
    )
    assert.equal(new Set(sent.map(({ ifMatch }) => ifMatch)).size, titles.length)
    assert.equal((await stored()).title, 'Head of purchasing')
  })

  it('takes an edit back by its message and by the undo key', async () => {
    await opener('Edit title: Buyer').click()
    await editor('Title').fill('Chair')
    let saved = answered()
    await page.keyboard.press('Enter')
    await saved
    saved = answered()
    await page.getByRole('button', { name: 'Undo' }).click()
    await saved
    await opener('Edit title: Buyer').waitFor()
    assert.equal((await stored()).title, 'Buyer')
    await opener('Edit title: Buyer').click()
    await editor('Title').fill('Adviser')
    saved = answered()
    await page.keyboard.press('Enter')
    await saved
    saved = answered()
    await page.keyboard.press('Control+z')
    await saved
    assert.equal((await stored()).title, 'Buyer')
  })

  it('rolls back what the server could not save, keeps what was typed, and tries again', async () => {
    let isDown = true
    await onChange(route =>
      isDown ? route.fulfill({ status: 500, json: {} }) : (route.continue() as Promise<void>),
    )
    await opener('Edit title: Buyer').click()
    await editor('Title').fill('Director')
    await page.keyboard.press('Enter')
    const trouble = page.getByRole('alert').filter({ hasText: 'Not saved: Director' })
    await trouble.waitFor()
    assert.equal(await value('title').textContent(), 'Buyer')
    assert.equal(await focused(), 'title')
    isDown = false
    const saved = answered()
    await trouble.getByRole('button', { name: 'Retry' }).click()
    await saved
    await trouble.waitFor({ state: 'detached' })
    assert.equal((await stored()).title, 'Director')
    problems.length = 0
  })

  it('opens the editor with what was refused, beside the reason', async () => {
    await owner.client.call(createPerson, {
      body: { firstName: 'Ada', lastName: 'Taken', email: `taken${made}@moulin-vert.example` },
    })
    await opener(/^Edit e-mail/).focus()
    await page.keyboard.press('Enter')
    await editor('E-mail').fill(`taken${made}@moulin-vert.example`)
    await page.keyboard.press('Enter')
    const trouble = page.getByRole('alert').filter({ hasText: 'Not saved' })
    await trouble.getByRole('link', { name: 'Ada Taken' }).waitFor()
    await trouble.getByRole('button', { name: 'Correct it' }).click()
    assert.equal(await editor('E-mail').inputValue(), `taken${made}@moulin-vert.example`)
    await page.keyboard.press('Escape')
    await trouble.getByRole('button', { name: 'Discard' }).click()
    await trouble.waitFor({ state: 'detached' })
    assert.equal((await stored()).email, `noor${made}@moulin-vert.example`)
    problems.length = 0
  })

  it('offers yours, theirs and the original when somebody else changed the same field', async () => {
    for (const [choice, result] of [
      ['Theirs', 'Theirs'],
      ['Yours', 'Mine'],
      ['Original', 'Buyer'],
    ] as const) {
      await owner.client.call(changePerson, { params: { personId }, body: { title: 'Buyer' } })
      await page.reload()
      await opener('Edit title: Buyer').click()
      await editor('Title').fill('Mine')
      await owner.client.call(changePerson, { params: { personId }, body: { title: 'Theirs' } })
      await page.keyboard.press('Enter')
      const saved = choice === 'Theirs' ? undefined : answered()
      await page.getByRole('button', { name: `${choice}:` }).click()
      await saved
      await opener(`Edit title: ${result}`).waitFor()
      assert.equal((await stored()).title, result)
    }
    problems.length = 0
  })

  it('saves beside changes of other fields, and shows them', async () => {
    await opener('Edit title: Buyer').click()
    await editor('Title').fill('Mine')
    // The page is told nothing of the other change, so the version it sends is an old one.
    await page.route('**/v1/people/*', route =>
      route.request().method() === 'GET' ? route.abort() : route.fallback(),
    )
    await owner.client.call(changePerson, { params: { personId }, body: { salutation: 'Dr' } })
    await page.unrouteAll()
    const saved = answered()
    await page.keyboard.press('Enter')
    await saved
    await opener('Edit salutation: Dr').waitFor()
    const { title, salutation } = await stored()
    assert.deepEqual([title, salutation], ['Mine', 'Dr'])
    problems.length = 0
  })

  it('shows what others change while it is open', async () => {
    await owner.client.call(changePerson, { params: { personId }, body: { salutation: 'Prof' } })
    await opener('Edit salutation: Prof').waitFor()
  })

  it('is edited by the keyboard alone, from field to field', async () => {
    await opener('Edit first name: Noor').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.type('Nora')
    const first = answered()
    await page.keyboard.press('Tab')
    await first
    assert.equal(await editor('Last name').inputValue(), `Mensah ${made}`)
    await page.keyboard.type('Miller')
    const second = answered()
    await page.keyboard.press('Enter')
    await second
    assert.equal(await focused(), 'lastName')
    await page.getByRole('heading', { name: 'Nora Miller', level: 2 }).waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.type('Nothing of this')
    await page.keyboard.press('Escape')
    assert.equal(await value('lastName').textContent(), 'Miller')
    await opener(/^Edit lifecycle/).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.type('pros')
    const third = answered()
    await page.keyboard.press('Enter')
    await third
    const { firstName, lastName, lifecycleStage } = await stored()
    assert.deepEqual([firstName, lastName, lifecycleStage], ['Nora', 'Miller', 'prospect'])
  })

  it('says where a value comes from, and what stood there before', async () => {
    await owner.client.call(changePerson, { params: { personId }, body: { title: 'Chair' } })
    await opener('Edit title: Chair').focus()
    await page.keyboard.press('h')
    const card = page.getByRole('dialog', { name: 'Where title comes from' })
    await card.getByText('You', { exact: false }).first().waitFor()
    const saved = answered()
    await card.getByRole('button', { name: 'Put back' }).click()
    await saved
    assert.equal((await stored()).title, 'Buyer')
    await page.getByRole('button', { name: 'History' }).click()
    await page.getByText('Created').first().waitFor()
  })

  it('makes a company out of its name, in place', async () => {
    await opener('Edit company: Moulin Vert').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.type('Atelier Nord')
    const saved = answered()
    await page.getByRole('option', { name: 'Create “Atelier Nord”' }).click()
    await saved
    assert.equal((await stored()).company?.name, 'Atelier Nord')
  })

  it('opens over its list with an address of its own, and steps through it', async () => {
    const name = `Noor Mensah ${made}`
    await page.goto('/contacts')
    await page.getByText(name, { exact: true }).first().click()
    const panel = page.getByRole('dialog', { name })
    await panel.waitFor()
    assert.equal(new URL(page.url()).pathname, `/people/${personId}`)
    await page.keyboard.press('j')
    const next = page.getByRole('dialog', { name: `Noor Mensah ${made - 1}` })
    await next.waitFor()
    assert.notEqual(new URL(page.url()).pathname, `/people/${personId}`)
    await page.keyboard.press('k')
    await panel.waitFor()
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    assert.equal(new URL(page.url()).pathname, '/contacts')
    await page.goForward()
    await panel.waitFor()
    await page.reload()
    await page.getByRole('heading', { name, level: 2 }).waitFor()
    assert.equal(await page.getByRole('dialog').count(), 0)
    assert.equal(new URL(page.url()).pathname, `/people/${personId}`)
  })

  it('makes a contact by the keyboard, and keeps what was typed until it is saved', async () => {
    await page.goto('/contacts')
    await page.getByRole('heading', { name: 'Contacts' }).waitFor()
    await page.keyboard.press('c')
    const form = page.getByRole('dialog', { name: 'New contact' })
    await form.getByLabel('E-mail').fill('not an address')
    await page.keyboard.press('Enter')
    await form.getByText('Enter an e-mail address.').waitFor()
    await page.keyboard.press('Escape')
    await form.waitFor({ state: 'detached' })
    await page.keyboard.press('c')
    assert.equal(await form.getByLabel('E-mail').inputValue(), 'not an address')
    await form.getByLabel('E-mail').fill(`ines${made}@moulin-vert.example`)
    await form.getByLabel('First name').fill('Ines')
    await page.keyboard.press('Enter')
    await page.getByText('Ines was created.').waitFor()
  })

  it('deletes with a way back, and says what is no longer there', async () => {
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByText('was deleted').waitFor()
    await page.goto(`/people/${personId}`)
    await page.getByRole('button', { name: 'Bring it back' }).click()
    await page.getByRole('heading', { name: `Noor Mensah ${made}`, level: 2 }).waitFor()
    problems.length = 0
  })

  it('is accessible in both themes, and fits a phone', async () => {
    for (const address of [
      `/people/${personId}`,
      `/companies/${companyId}`,
      `/people/${personId}?tab=history`,
    ]) {
      for (const dark of [false, true]) {
        const other = await openPage(app.url, { dark, like: context })
        await other.page.goto(address)
        await other.page.getByRole('heading', { level: 2 }).first().waitFor()
        await settled(other.page)
        await assertAccessible(other.page, `${address} ${dark ? 'dark' : 'light'}`)
        assert.deepEqual(other.problems, [])
        await other.context.close()
      }
      const phone = await openPage(app.url, { width: 375, height: 812, like: context })
      await phone.page.goto(address)
      await phone.page.getByRole('heading', { level: 2 }).first().waitFor()
      await phone.page.getByRole('button', { name: 'Details' }).click()
      assert.equal(await isTooWide(phone.page), false, `${address} fits 375 px`)
      await assertAccessible(phone.page, `${address} on a phone`)
      await phone.context.close()
    }
  })

  it('reports nothing to the browser’s log', () => assert.deepEqual(problems, []))
})
