import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { createCustomField, createPerson, listImports, listPeople } from '#modules/crm/contract.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { goTo } from './tab-stops.ts'

const HEADINGS = 'Prénom;Nom;E-mail;Société;SIREN;Code;Parrain'
const ROWS = [
  'Zoé;Brûlé;zoe@moulin.example;Moulin Vert;732 829 320;K-1;Ida Björk',
  'Luc;Petit;luc@moulin.example;Moulin Vert;732829320;K-2;',
  'Ann;Lee;no address;Atelier Nord;;K-3;Nobody',
  ';;;;;;',
  ';;;;123456789;;',
]
const file = (rows: readonly string[]) => [HEADINGS, ...rows].join('\r\n')

/** A file of people from the first key to the undo, without a mouse. */
describe('imports in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let page: Page
  let context: BrowserContext
  let problems: string[]
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    await owner.client.call(createCustomField, {
      body: { object: 'person', label: 'Parrain', kind: 'relation', relatesTo: 'person' },
    })
    await owner.client.call(createPerson, { body: { firstName: 'Ida', lastName: 'Björk' } })
    ;({ page, context, problems } = await openPage(app.url, { width: 1280, height: 800 }))
    // While somebody listens, the browser hands its chooser of files over; it takes a moment to begin with that.
    page.on('filechooser', () => {})
    await enter({ page, problems }, '/imports', owner, page.getByRole('heading', { name: 'Imports' }))
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  const button = (name: string | RegExp) => page.getByRole('button', { name })
  const fieldFor = (column: string) => page.getByRole('combobox', { name: `Field for ${column}` })
  const figure = (label: string, value: string) =>
    page.locator('dl > div').filter({ hasText: label }).getByText(value, { exact: true })
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const tabTo = (target: Locator) => goTo(target, 'Tab')
  const choose = async (column: string, typed: string, option: string) => {
    await tabTo(fieldFor(column))
    await page.keyboard.type(typed)
    await page.getByRole('option', { name: option, exact: true }).waitFor()
    await press('ArrowDown', 'Enter')
    await page.getByRole('option').first().waitFor({ state: 'hidden' })
    assert.equal(await fieldFor(column).inputValue(), option)
  }
  const upload = async (name: string, buffer: Buffer) => {
    await tabTo(button('Choose a file'))
    const chooser = page.waitForEvent('filechooser')
    await press('Enter')
    await (await chooser).setFiles({ name, mimeType: 'text/csv', buffer })
    await page.getByRole('heading', { name }).waitFor()
    await page.getByRole('list', { name: 'Columns' }).waitFor()
  }
  const countPeople = async () =>
    (await owner.client.call(listPeople, { query: { limit: 100 } })).items.length

  it('reads an odd file, and what is wrong in it is seen before anything is written', async () => {
    await press('c')
    await page.getByRole('heading', { name: 'New import' }).waitFor()
    await assertAccessible(page, 'a new import')
    await upload('contacts.csv', Buffer.from(file(ROWS), 'latin1'))
    assert.equal(await page.getByRole('combobox', { name: 'Encoding' }).inputValue(), 'Windows-1252')
    assert.equal(await page.getByRole('combobox', { name: 'Cells end with' }).inputValue(), 'Semicolon')
    const guessed = [
      ['Prénom', 'First name'],
      ['Nom', 'Last name'],
      ['E-mail', 'E-mail'],
      ['Société', 'Company name'],
      ['SIREN', 'Company SIREN'],
      ['Code', ''],
      ['Parrain', 'Parrain'],
    ]
    for (const [column = '', field] of guessed)
      assert.equal(await fieldFor(column).inputValue(), field, column)
    await assertAccessible(page, 'columns of an import')
    await choose('Code', 'External', 'External ID')
    await tabTo(button('Check the file'))
    await press('Enter')
    await figure('Rows', '4').waitFor()
    await figure('New people', '3').waitFor()
    await figure('New companies', '2').waitFor()
    const found = page.getByRole('list', { name: 'Problems' })
    await found.getByText('E-mail: This is no e-mail address.').waitFor()
    await found.getByText('Parrain: There is no record with this name, address or ID.').waitFor()
    await found.getByText('Nothing in the row says who or what it is.').waitFor()
    await tabTo(found.locator('summary').filter({ hasText: 'no e-mail address' }))
    await press('Enter')
    await found.getByText('Line 4: no address').waitFor()
    const first = page.getByRole('region', { name: 'First rows' })
    await first.getByRole('row', { name: /^2 +Zoé Brûlé K-1 Ida Björk zoe@moulin\.example/ }).waitFor()
    await first.getByRole('row', { name: /^4 E-mail: This is no e-mail address\./ }).waitFor()
    await assertAccessible(page, 'check of an import')
    assert.equal(await countPeople(), 1)
  })

  /** Holds what an import takes before it writes, for as long as something is looked at. */
  const whileHeld = async (work: () => Promise<void>) => {
    const [reached, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const held = app.kit.db.withOrg(owner.orgId, async tx => {
      await tx.query(`select pg_advisory_xact_lock(hashtextextended('crm.imports ' || $1::text, 0))`, [
        owner.orgId,
      ])
      reached.resolve()
      await ended.promise
    })
    await reached.promise
    try {
      await work()
    } finally {
      ended.resolve()
      await held
    }
  }

  it('shows how far it is, and what came of it', async () => {
    await whileHeld(async () => {
      await tabTo(button('Import 4 rows'))
      await press('Enter')
      await page.getByText('0 of 4 rows. You can leave this page.').waitFor()
      assert.equal(await page.getByRole('progressbar', { name: 'Rows taken in' }).getAttribute('max'), '4')
      await button('Pause').waitFor()
      await assertAccessible(page, 'an import under way')
      await page.goto('/imports')
      await page.getByRole('progressbar', { name: 'contacts.csv: rows taken in' }).waitFor()
      await page.goBack()
      await button('Pause').waitFor()
    })
    await page.getByText('Done', { exact: true }).waitFor()
    await figure('People added', '3').waitFor()
    await figure('Companies added', '2').waitFor()
    await figure('Rows left out', '1').waitFor()
    assert.equal(await countPeople(), 4)
    await assertAccessible(page, 'result of an import')
  })

  it('gives the rows with problems back as a file', async () => {
    await tabTo(page.getByRole('link', { name: '2 rows with problems' }))
    const coming = page.waitForEvent('download')
    await press('Enter')
    const download = await coming
    assert.equal(download.suggestedFilename(), 'contacts - errors.csv')
    const text = await readFile(await download.path(), 'utf8')
    assert.deepEqual(text.replace('\uFEFF', '').trimEnd().split('\r\n'), [
      `Line;Taken in;Reason;${HEADINGS}`,
      '4;in part;E-mail: This is no e-mail address. Parrain: There is no record with this name, address or ID.;Ann;Lee;no address;Atelier Nord;;K-3;Nobody',
      '6;no;Nothing in the row says who or what it is. Company SIREN: The check digit does not fit: a digit is wrong.;;;;;123456789;;',
    ])
  })

  it('is taken back as a whole', async () => {
    await tabTo(button('Undo'))
    await press('Enter')
    await page.getByText('All of it was taken back.', { exact: false }).waitFor()
    await page.getByText('Taken back', { exact: true }).waitFor()
    assert.equal(await countPeople(), 1)
    assert.equal(await button('Undo').count(), 0)
    // What had the focus went away; the keyboard goes on in the result.
    assert.equal(await page.evaluate('document.activeElement?.getAttribute("aria-label")'), 'Result')
  })

  it('remembers the columns for the next file, whatever its encoding', async () => {
    await tabTo(page.getByRole('link', { name: 'Import another file' }))
    await press('Enter')
    await page.getByRole('heading', { name: 'New import' }).waitFor()
    await upload('more.csv', Buffer.from(`\uFEFF${file(['Noé;Roy;noe@roy.example;Roy;;K-9;'])}`, 'utf16le'))
    await page.getByText('The columns are as you chose them for the last file with these headings.').waitFor()
    assert.equal(
      await page.getByRole('combobox', { name: 'Encoding' }).inputValue(),
      'UTF-16 (little-endian)',
    )
    assert.equal(await fieldFor('Code').inputValue(), 'External ID')
    await tabTo(button('Check the file'))
    await press('Enter')
    await tabTo(button('Import 1 row'))
    await press('Enter')
    await figure('People added', '1').waitFor()
    const [newest] = (await owner.client.call(listPeople, { query: { limit: 1, sort: '-createdAt' } })).items
    assert.deepEqual([newest?.name, newest?.externalId], ['Noé Roy', 'K-9'])
  })

  it('refuses what is no table, and says so', async () => {
    await page.goto('/imports/new')
    for (const [name, content, words] of [
      ['empty.csv', '', '“empty.csv” is empty.'],
      ['people.csv', '%PDF-1.7', /table|CSV/],
    ] as const) {
      await tabTo(button('Choose a file'))
      const chooser = page.waitForEvent('filechooser')
      await press('Enter')
      await (await chooser).setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) })
      await page.getByText(words).first().waitFor()
    }
    await button('Choose a file').waitFor()
    problems.length = 0
  })

  it('is accessible at every step and fits a phone, light and dark', async () => {
    const { items } = await owner.client.call(listImports, { query: {} })
    const done = items.find(({ status }) => status === 'done')
    await page.goto('/imports/new')
    await upload('waiting.csv', Buffer.from(file(ROWS)))
    const waiting = new URL(page.url()).pathname
    for (const [width, dark] of [
      [1440, true],
      [375, false],
      [375, true],
    ] as const) {
      const shown = await openPage(app.url, { width, height: 812, dark, like: context })
      const fits = async (step: string) => {
        const where = `${step} at ${width} px${dark ? ', dark' : ''}`
        const overflow = await shown.page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )
        assert.equal(overflow, 0, where)
        await assertAccessible(shown.page, where)
      }
      await shown.page.goto(waiting)
      await shown.page.getByRole('list', { name: 'Columns' }).waitFor()
      await fits('columns')
      await shown.page.getByRole('button', { name: 'Check the file' }).click()
      await shown.page.getByRole('list', { name: 'Problems' }).waitFor()
      await shown.page.getByRole('region', { name: 'First rows' }).waitFor()
      await fits('check')
      await shown.page.goto(`/imports/${done?.id}`)
      await shown.page.getByText('People added').waitFor()
      await fits('result')
      assert.deepEqual(shown.problems, [])
      await shown.context.close()
    }
    assert.deepEqual(problems, [])
  })
})
