import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext } from 'playwright-core'
import {
  addDoNotContact,
  createActivity,
  createCompany,
  createCustomField,
  createDeal,
  createPerson,
  listPipelines,
} from '#modules/crm/contract.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { settled } from './settled.ts'

/** Every page of records that has no test of its own: readable by everybody, on every screen, without a word in the log. */
describe('pages of records in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let context: BrowserContext
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    const opened = await openPage(app.url)
    context = opened.context
    await enter(opened, '/tasks', owner, opened.page.getByRole('heading', { name: 'Tasks' }))
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  /** One record of each kind with something at it; gives the pages that show them. */
  async function fill(): Promise<string[]> {
    const { client } = owner
    const { items: pipelines } = await client.call(listPipelines, { query: {} })
    const pipelineId = pipelines[0]?.id ?? ''
    const company = await client.call(createCompany, {
      body: { name: 'Moulin Vert', websiteUrl: 'https://moulin-vert.example', city: 'Nantes' },
    })
    const person = await client.call(createPerson, {
      body: {
        firstName: 'Noor',
        lastName: 'Mensah',
        email: 'noor@moulin-vert.example',
        companyId: company.id,
      },
    })
    const deal = await client.call(createDeal, {
      body: {
        name: 'New roof',
        pipelineId,
        companyId: company.id,
        value: { amount: 1_250_000, currency: 'EUR' },
        expectedCloseOn: new Date().toISOString().slice(0, 10),
      },
    })
    await client.call(createActivity, {
      body: {
        kind: 'task',
        title: 'Call back',
        dueOn: new Date().toISOString().slice(0, 10),
        records: [{ object: 'person', id: person.id }],
      },
    })
    await client.call(createCustomField, {
      body: {
        object: 'person',
        label: 'Interest',
        kind: 'select',
        options: [{ label: 'Solar', color: 'neutral', isArchived: false }],
      },
    })
    await client.call(addDoNotContact, { body: { items: [{ domain: 'rival.example' }] } })
    return [
      `/people/${person.id}`,
      `/companies/${company.id}`,
      `/deals/${deal.id}`,
      `/deals/${deal.id}?tab=history`,
    ]
  }

  const pages = [
    '/tasks',
    '/deals/forecast',
    '/deals?type=board',
    '/duplicates',
    '/duplicates?object=company',
    '/duplicates?object=deal',
    '/imports',
    '/imports/new',
    '/imports/new?object=company',
    '/deleted',
    '/deleted?object=company',
    '/deleted?object=deal',
    '/changes',
    '/settings/fields',
    '/settings/pipelines',
    '/settings/enrichment',
    '/settings/do-not-contact',
  ]

  async function look(paths: readonly string[], when: string, width: number): Promise<void> {
    const { page, context: own, problems } = await openPage(app.url, { width, height: 812, like: context })
    for (const path of paths) {
      await page.goto(path)
      await settled(page)
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      assert.equal(overflow, 0, `${path} ${when} is wider than ${width} px`)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor()
        await assertAccessible(page, `${path} ${when} at ${width} px, ${colorScheme}`)
      }
      assert.deepEqual(problems, [], path)
    }
    await own.close()
  }

  it('are accessible and fit while there is nothing', () => look(pages, 'empty', 375))

  let filled: readonly string[] = []
  it('are accessible and fit with records', async () => {
    filled = [...pages, ...(await fill())]
    await look(filled, 'filled', 1440)
  })

  it('are accessible with records on a phone', () => look(filled, 'filled', 375))

  it('say what is not there, in plain words', async () => {
    const none = '01999999-0000-7000-8000-000000000000'
    for (const dark of [false, true]) {
      const { page, context: own, problems } = await openPage(app.url, { width: 375, dark, like: context })
      for (const path of [`/people/${none}`, `/companies/${none}`, `/deals/${none}`, `/imports/${none}`]) {
        await page.goto(path)
        await page
          .getByText(/There is nothing here|not here|does not exist|no longer/i)
          .first()
          .waitFor()
        await assertAccessible(page, `${path} ${dark ? 'dark' : 'light'}`)
      }
      // That nothing was found stands in the browser's network log, which is as it should be.
      assert.deepEqual(
        problems.filter(problem => !problem.includes('status of 404')),
        [],
      )
      await own.close()
    }
  })
})
