import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { createCompany, createDeal, createPerson } from '#modules/crm/contract.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { until } from './until.ts'

/** The command palette: any record and any act, from any page, by keys. */
describe('search in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let page: Page
  let context: BrowserContext
  let problems: string[]
  const ids = { helene: '', other: '', company: '', deal: '' }

  before(async () => {
    app = await testApp()
    owner = await app.owner()
    const { client } = owner
    ids.company = (
      await client.call(createCompany, {
        body: { name: 'Moulin Vert', websiteUrl: 'https://www.moulin-vert.example/contact' },
      })
    ).id
    await client.call(createCompany, { body: { name: 'Œuvres & Straßenbau' } })
    ids.helene = (
      await client.call(createPerson, {
        body: {
          firstName: 'Hélène',
          lastName: 'Dupont',
          email: 'h.dupont@moulin-vert.example',
          mobile: '06 39 98 00 53',
          title: 'Buyer',
          companyId: ids.company,
        },
      })
    ).id
    ids.other = (await client.call(createPerson, { body: { firstName: 'Tomas', lastName: 'Novak' } })).id
    ids.deal = (
      await client.call(createDeal, { body: { name: 'Refonte du site', companyId: ids.company } })
    ).id
    ;({ page, context, problems } = await openPage(app.url))
    await enter({ page, problems }, '/tasks', owner, page.getByRole('heading', { name: 'Tasks' }))
  })
  afterEach(() => page.unrouteAll({ behavior: 'ignoreErrors' }))
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  const palette = () => page.getByRole('dialog', { name: 'Command palette' })
  const field = () => palette().getByRole('combobox')
  const group = (name: string) => palette().getByRole('group', { name, exact: true })
  const option = (name: string) => palette().getByRole('option', { name })
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const open = async () => {
    await press('Control+k')
    await field().waitFor()
  }
  const close = async () => {
    await press('Escape')
    await palette().waitFor({ state: 'detached' })
  }
  const path = () => new URL(page.url()).pathname
  const goTo = async (address: string, heading: string) => {
    await page.goto(address)
    await page.getByRole('heading', { name: heading }).first().waitFor()
  }
  const focused = () => page.evaluate<string>('document.activeElement?.getAttribute("aria-label") ?? ""')
  const heading = (name: string) => page.getByRole('heading', { name, level: 2 })

  it('opens by keyboard on any page, and Escape gives the focus back', async test => {
    await goTo('/tasks', 'Tasks')
    await page.getByRole('button', { name: 'Add', exact: true }).waitFor()
    await page.getByRole('textbox', { name: 'New task' }).fill('Half a task')
    // The palette is part of the page from its first opening on.
    await open()
    await close()
    await page.evaluate(`window.opened = new Promise(resolve => {
      let pressed = 0
      addEventListener('keydown', () => { pressed = performance.now() }, { capture: true, once: true })
      addEventListener('focusin', event => {
        if (pressed > 0 && event.target.getAttribute('role') === 'combobox') resolve(performance.now() - pressed)
      })
    }); undefined`)
    await open()
    // How soon is for people to read.
    test.diagnostic(`opened after ${Math.round(await page.evaluate<number>('window.opened'))} ms`)
    assert.equal(await focused(), 'Search records, commands and pages')
    await page.keyboard.type('something')
    await close()
    await until(page, async () => (await focused()) === 'New task')
    assert.equal(await page.getByRole('textbox', { name: 'New task' }).inputValue(), 'Half a task')
    // Nothing of the last search is there the next time; the same keys close it as well.
    await open()
    assert.equal(await field().inputValue(), '')
    await press('Control+k')
    await palette().waitFor({ state: 'detached' })
    await until(page, async () => (await focused()) === 'New task')
    await press('Escape', '/')
    await field().waitFor()
    await close()
    await page.getByRole('button', { name: 'Search' }).first().click()
    await field().waitFor()
    await close()
  })

  const found: readonly (readonly [typed: string, group: string, name: string, marked?: string])[] = [
    ['Dupont', 'People', 'Hélène Dupont', 'Dupont'],
    ['helene', 'People', 'Hélène Dupont', 'Hélène'],
    ['HÉLÈNE dup', 'People', 'Hélène Dupont', 'Hélène'],
    ['dupont hel', 'People', 'Hélène Dupont', 'Dupont'],
    ['h.dupont@moulin', 'People', 'Hélène Dupont'],
    ['h.dupont@moulin-vert.example', 'People', 'Hélène Dupont'],
    ['06 39 98 00 53', 'People', 'Hélène Dupont'],
    ['0639980053', 'People', 'Hélène Dupont'],
    ['06.39.98.00.53', 'People', 'Hélène Dupont'],
    ['+33 6 39 98 00 53', 'People', 'Hélène Dupont'],
    ['+33639980053', 'People', 'Hélène Dupont'],
    ['0033 6 39 98 00 53', 'People', 'Hélène Dupont'],
    ['+33 (0)6 39 98 00 53', 'People', 'Hélène Dupont'],
    ['39 98 00 53', 'People', 'Hélène Dupont'],
    ['moulin', 'Companies', 'Moulin Vert', 'Moulin'],
    ['moulin-vert.example', 'Companies', 'Moulin Vert'],
    ['https://www.moulin-vert.example', 'Companies', 'Moulin Vert'],
    ['oeuvres', 'Companies', 'Œuvres & Straßenbau', 'Œuvres'],
    ['strassen', 'Companies', 'Œuvres & Straßenbau', 'Straßen'],
    ['refonte', 'Deals', 'Refonte du site', 'Refonte'],
    ['moulin refonte', 'Deals', 'Refonte du site', 'Refonte'],
  ]

  it('finds people, companies and deals by all they are known by', async () => {
    await open()
    for (const [typed, where, name, marked] of found) {
      await field().fill(typed)
      const line = group(where).getByRole('option', { name }).first()
      await line.waitFor().catch(() => assert.fail(`“${typed}” did not find ${name}.`))
      if (marked) await line.locator('mark').filter({ hasText: marked }).first().waitFor()
    }
    // What answered is shown where the name does not say it.
    await field().fill('39 98 00 53')
    await option('+33639980053').waitFor()
    await field().fill('nobodyhasthisname')
    await palette().getByText('Nothing matches “nobodyhasthisname”.').waitFor()
    await close()
  })

  it('goes through what was found by arrows, and opens it', async () => {
    await goTo('/tasks', 'Tasks')
    await open()
    await field().fill('moulin')
    await group('Companies').getByRole('option', { name: 'Moulin Vert' }).waitFor()
    await until(
      page,
      async () => (await palette().getByRole('listbox').getAttribute('aria-busy')) === 'false',
    )
    const options = palette().getByRole('option')
    const count = await options.count()
    const active = async () => {
      const id = await field().getAttribute('aria-activedescendant')
      const selected = palette().getByRole('option', { selected: true })
      assert.equal(await selected.getAttribute('id'), id)
      return (await options.evaluateAll(all => all.map(each => each.id))).indexOf(id ?? '')
    }
    assert.equal(await active(), 0)
    await press('ArrowDown')
    assert.equal(await active(), 1)
    await press('ArrowUp', 'ArrowUp')
    assert.equal(await active(), count - 1)
    await press('ArrowDown')
    assert.equal(await active(), 0)
    const first = await options.first().textContent()
    await press('Enter')
    await palette().waitFor({ state: 'detached' })
    await page.getByRole('heading', { level: 2 }).first().waitFor()
    assert.ok(first?.includes((await page.getByRole('heading', { level: 2 }).first().textContent()) ?? '?'))
  })

  it('Enter before the answer means the first of what comes', async () => {
    await goTo('/tasks', 'Tasks')
    const answering = Promise.withResolvers<void>()
    await page.route('**/v1/search?*', async route => {
      if (route.request().url().includes('refonte')) await answering.promise
      await route.fallback()
    })
    await open()
    const asked = page.waitForRequest(request => request.url().includes('refonte'))
    await page.keyboard.type('refonte')
    await press('Enter')
    await asked
    assert.equal(path(), '/tasks')
    answering.resolve()
    await heading('Refonte du site').waitFor()
    assert.equal(path(), `/deals/${ids.deal}`)
  })

  it('begins with the records opened last, from wherever they were opened', async () => {
    await goTo(`/people/${ids.other}`, 'Tomas Novak')
    await heading('Tomas Novak').waitFor()
    await goTo(`/companies/${ids.company}`, 'Moulin Vert')
    await heading('Moulin Vert').waitFor()
    await open()
    await field().fill('dupont')
    await option('Hélène Dupont').waitFor()
    await press('Enter')
    await heading('Hélène Dupont').waitFor()
    await open()
    const recent = group('Recent').getByRole('option')
    await recent.first().waitFor()
    const names = async () => (await recent.allTextContents()).slice(0, 2)
    // The one that is open already is nowhere to go to.
    assert.deepEqual(await names(), ['Moulin Vertmoulin-vert.example', 'Tomas Novak'])
    await press('Enter')
    await heading('Moulin Vert').waitFor()
    await open()
    assert.deepEqual(await names(), ['Hélène DupontBuyer · Moulin Vert', 'Tomas Novak'])
    await close()
  })

  it('opens a record beside its list, or in a tab of its own', async () => {
    await goTo('/contacts', 'Contacts')
    await page.getByRole('grid').waitFor()
    await open()
    await field().fill('dupont')
    await option('Hélène Dupont').waitFor()
    await press('Shift+Enter')
    await page.getByRole('dialog', { name: 'Hélène Dupont' }).waitFor()
    await page.getByRole('grid').waitFor()
    await press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await open()
    await field().fill('refonte')
    await option('Refonte du site').waitFor()
    const [tab] = await Promise.all([context.waitForEvent('page'), press('Control+Enter')])
    await tab.getByRole('heading', { name: 'Refonte du site', level: 2 }).waitFor()
    assert.equal(path(), '/contacts')
    await tab.close()
  })

  it('goes to pages, runs acts of the frame, and begins records from anywhere', async () => {
    await goTo('/tasks', 'Tasks')
    const run = async (typed: string, name: string) => {
      await open()
      await field().fill(typed)
      await option(name).waitFor()
      await until(
        page,
        async () => (await palette().getByRole('listbox').getAttribute('aria-busy')) === 'false',
      )
      await option(name).click()
      await palette().waitFor({ state: 'detached' })
    }
    await run('forec', 'Forecast')
    await page.getByRole('heading', { name: 'Forecast' }).waitFor()
    assert.equal(path(), '/deals/forecast')
    await run('dark', 'Dark theme')
    const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme')
    await until(page, async () => (await scheme()) === 'dark')
    await run('light', 'Light theme')
    await until(page, async () => (await scheme()) === 'light')
    await run('members', 'Members')
    await until(page, async () => path() === '/settings/members')
    await run('new task', 'New task')
    await until(page, async () => path() === '/tasks' && (await focused()) === 'New task')
    await run('new cont', 'New contact')
    const form = page.getByRole('dialog', { name: 'New contact' })
    await form.getByLabel('First name').waitFor()
    await until(page, () => form.evaluate(element => element.contains(element.ownerDocument.activeElement)))
    await press('Escape')
    await form.waitFor({ state: 'detached' })
    await run('new deal', 'New deal')
    await page.getByRole('dialog').getByRole('textbox').first().waitFor()
    assert.equal(path(), '/deals')
    await press('Escape')
  })

  it('runs what can be done with the record that is open, and leaves the focus with it', async () => {
    await goTo(`/people/${ids.helene}`, 'Hélène Dupont')
    await page.getByRole('button', { name: 'Note', exact: true }).waitFor()
    await open()
    // What the page offers itself comes before what every page does.
    await group('Create').waitFor()
    const groups = palette().getByRole('group')
    const named = await groups.evaluateAll(all => all.map(each => each.getAttribute('aria-label')))
    assert.deepEqual(named.slice(1, 4), ['This record', 'Create', 'Go to'])
    await field().fill('log a c')
    await option('Log a call').waitFor()
    await until(
      page,
      async () => (await palette().getByRole('listbox').getAttribute('aria-busy')) === 'false',
    )
    await press('Enter')
    await palette().waitFor({ state: 'detached' })
    const subject = page.getByRole('textbox', { name: 'Subject of the call' })
    await subject.waitFor()
    await until(page, async () => (await focused()) === 'Subject of the call')
    await page.keyboard.type('The offer')
    assert.equal(await subject.inputValue(), 'The offer')
    await subject.fill('')
  })

  it('none of the keys acts while somebody types or composes', async () => {
    await goTo('/tasks', 'Tasks')
    const typing = page.getByRole('textbox', { name: 'New task' })
    await typing.fill('')
    await typing.pressSequentially('gc/?cjke[')
    assert.equal(await typing.inputValue(), 'gc/?cjke[')
    assert.equal(path(), '/tasks')
    assert.equal(await page.getByRole('dialog').count(), 0)
    await typing.fill('')
    await press('Escape')
    // Composing: the keys belong to the input method, also those that would open something elsewhere.
    const compose = (on: string, key: string) =>
      page.evaluate(
        `${on}.dispatchEvent(new KeyboardEvent('keydown', { key: '${key}', isComposing: true, bubbles: true, cancelable: true }))`,
      )
    await compose('document.body', '/')
    await compose('document.body', '?')
    assert.equal(await page.getByRole('dialog').count(), 0)
    await open()
    await field().fill('refonte')
    await option('Refonte du site').waitFor()
    await until(
      page,
      async () => (await palette().getByRole('listbox').getAttribute('aria-busy')) === 'false',
    )
    await compose('document.activeElement', 'Enter')
    assert.equal(await palette().count(), 1)
    assert.equal(path(), '/tasks')
    await close()
    // A sequence begun elsewhere goes where it says.
    await press('g', 'd')
    await page.getByRole('heading', { name: 'Deals' }).waitFor()
  })

  it('commands still work when records cannot be searched', async () => {
    await goTo('/tasks', 'Tasks')
    await page.route('**/v1/search?*', route => route.fulfill({ status: 503, json: {} }))
    await open()
    await field().fill('deals')
    await palette().getByText('Records could not be searched right now. Commands still work.').waitFor()
    await option('Deals').first().click()
    await page.getByRole('heading', { name: 'Deals' }).waitFor()
    problems.length = 0
  })

  it('is accessible and fits at 375 px, light and dark', async () => {
    for (const [width, dark] of [
      [1440, false],
      [1440, true],
      [375, false],
      [375, true],
    ] as const) {
      const shown = await openPage(app.url, { width, height: 812, dark, like: context })
      await shown.page.goto('/tasks')
      await shown.page.getByRole('heading', { name: 'Tasks' }).waitFor()
      await shown.page.getByRole('button', { name: 'Search' }).first().click()
      const box = shown.page.getByRole('combobox')
      const look = async (where: string) => {
        const overflow = await shown.page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )
        assert.equal(overflow, 0, `${where} is wider than ${width} px`)
        await assertAccessible(shown.page, `${where} at ${width} px${dark ? ', dark' : ''}`)
      }
      await shown.page.getByRole('group', { name: 'Active last' }).getByRole('option').first().waitFor()
      await look('the palette')
      await box.fill('moulin')
      await shown.page.getByRole('group', { name: 'Companies' }).getByRole('option').first().waitFor()
      await look('what was found')
      await box.fill('nobodyhasthisname')
      await shown.page.getByText('Nothing matches').waitFor()
      await look('nothing found')
      assert.deepEqual(shown.problems, [])
      await shown.context.close()
    }
    assert.deepEqual(problems, [])
  })
})
