import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Locator, Page } from 'playwright-core'
import {
  createPerson,
  deletePerson,
  getPerson,
  getPersonPrivacy,
  listDoNotContact,
  listPeople,
} from '#modules/crm/contract.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { goTo } from './tab-stops.ts'

/** Records that are there twice, that were deleted, and people who want something of what is kept about them. */
describe('duplicates, deleted records and privacy in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let page: Page
  let context: BrowserContext
  let problems: string[]
  const ids: Record<string, string> = {}
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    const people = {
      ada: {
        firstName: 'Ada',
        lastName: 'Lovelace',
        email: 'ada@engine.example',
        phone: '+33612345678',
        salutation: 'Ms',
      },
      again: {
        firstName: 'Ada',
        lastName: 'Lovelace',
        email: 'ada.l@engine.example',
        phone: '0612345678',
        salutation: 'Lady',
      },
      luc: { firstName: 'Luc', lastName: 'Petit', email: 'luc@north.example', phone: '+33698765432' },
      lucie: { firstName: 'Lucie', lastName: 'Grand', email: 'lucie@south.example', phone: '+33698765432' },
    }
    for (const [key, body] of Object.entries(people))
      ids[key] = (await owner.client.call(createPerson, { body })).id
    ;({ page, context, problems } = await openPage(app.url, { width: 1280, height: 800 }))
    await enter({ page, problems }, '/contacts', owner, page.getByRole('grid', { name: 'Contacts' }))
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  const button = (name: string | RegExp) => page.getByRole('button', { name })
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const tabTo = (target: Locator) => goTo(target, 'Tab')
  const arrowTo = (target: Locator) => goTo(target, 'ArrowDown')
  const person = (key: string) => owner.client.call(getPerson, { params: { personId: ids[key] ?? '' } })
  const stored = () =>
    app.asSuperuser(
      `select to_jsonb(p) as row from crm.people p where org_id = $1 and id = any($2::uuid[])
       union all select to_jsonb(o) from crm.positions o where org_id = $1 and person_id = any($2::uuid[])
       order by 1`,
      [owner.orgId, [ids.ada, ids.again]],
    )
  const pairs = () => page.getByRole('list', { name: 'Pairs that may be one' }).getByRole('listitem')
  const pairOf = (name: string) => pairs().filter({ hasText: name })

  it('somebody who may be there already is shown while they are typed', async () => {
    await press('c')
    const form = page.getByRole('dialog', { name: 'New contact' })
    await form.getByLabel('First name').fill('ada')
    await form.getByLabel('Last name').fill('LOVELACE')
    const hint = form.getByRole('status').filter({ hasText: 'may be there already' })
    await hint.getByRole('link', { name: 'Ada Lovelace' }).first().waitFor()
    await hint.getByText('Same name').first().waitFor()
    await assertAccessible(page, 'a hint of duplicates')
    await form.getByLabel('First name').fill('')
    await form.getByLabel('Last name').fill('')
    await hint.waitFor({ state: 'detached' })
    await form.getByLabel('Phone').fill('06 98 76 54 32')
    await hint.getByRole('link', { name: 'Lucie Grand' }).waitFor()
    await hint.getByText('Same phone').first().waitFor()
    await form.getByLabel('Phone').fill('')
    await press('Escape')
    assert.equal((await owner.client.call(listPeople, { query: {} })).items.length, 4)
  })

  it('all records are compared, and two who are not the same leave the list', async () => {
    await page.goto('/duplicates')
    await tabTo(button('Look again'))
    await press('Enter')
    await page.getByText('All records compared').waitFor()
    await pairOf('Ada Lovelace').waitFor()
    await pairOf('Lucie Grand').waitFor()
    assert.equal(await pairs().count(), 2)
    await assertAccessible(page, 'duplicates')
    const isCurrent = (name: string) => page.locator('li[aria-current]').filter({ hasText: name }).waitFor()
    await press('k')
    await isCurrent('Ada Lovelace')
    await press('j')
    await isCurrent('Lucie Grand')
    await press('x')
    await pairOf('Lucie Grand').waitFor({ state: 'detached' })
    await tabTo(button('Undo'))
    await press('Enter')
    await pairOf('Lucie Grand').waitFor()
    await press('j', 'x')
    await pairOf('Lucie Grand').waitFor({ state: 'detached' })
    await page.getByText('1 pair', { exact: true }).waitFor()
    await page.reload()
    await pairOf('Ada Lovelace').waitFor()
    assert.equal(await pairs().count(), 1)
  })

  it('two become one with the values that were chosen, and two again', async () => {
    const before = await stored()
    await press('m')
    const dialog = page.getByRole('dialog', { name: 'Merge two records' })
    const row = (label: string) => dialog.getByRole('group', { name: label, exact: true })
    await row('Salutation').waitFor()
    await assertAccessible(page, 'a merge')
    const stays = await row('Salutation').locator('label').first().innerText()
    const [keep, other] = stays.trim() === 'Ms' ? ['ada', 'again'] : ['again', 'ada']
    const chosen = (await person(other)).salutation
    await tabTo(row('Salutation').getByRole('radio').first())
    await press('ArrowRight')
    assert.equal(await row('Salutation').getByRole('radio').nth(1).isChecked(), true)
    await tabTo(dialog.getByRole('button', { name: 'Merge', exact: true }))
    await press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('Ada Lovelace is now part of Ada Lovelace.').waitFor()
    await page.getByText('No duplicates.', { exact: false }).waitFor()
    assert.equal((await person(keep)).salutation, chosen)
    assert.equal((await owner.client.call(listPeople, { query: {} })).items.length, 3)
    await tabTo(button('Undo'))
    await press('Enter')
    await page.getByText('They are two again.').waitFor()
    assert.deepEqual(await stored(), before)
    await pairOf('Ada Lovelace').waitFor()
  })

  it('what was deleted is found and brought back', async () => {
    await owner.client.call(deletePerson, { params: { personId: ids.luc ?? '' } })
    await page.goto('/deleted')
    const grid = page.getByRole('grid', { name: 'Deleted people' })
    await grid.getByRole('row', { name: /Luc Petit/ }).waitFor()
    await grid.getByText('luc@north.example').waitFor()
    await assertAccessible(page, 'deleted records')
    await tabTo(grid)
    await press('Space')
    await page.getByText('1 selected').waitFor()
    await assertAccessible(page, 'a deleted record that is selected')
    await tabTo(button('Restore'))
    await press('Enter')
    await page.getByText('1 person is back.').waitFor()
    await page.getByText('No deleted people.', { exact: false }).waitFor()
    assert.equal((await person('luc')).name, 'Luc Petit')
  })

  it('what a person agrees to and refuses is kept with them', async () => {
    await page.goto(`/people/${ids.lucie}`)
    const privacy = page.getByRole('region', { name: 'Privacy' })
    await privacy.getByText('May be written to').waitFor()
    await tabTo(privacy.getByRole('button', { name: 'Newsletters: they agreed' }))
    await press('Enter')
    await privacy.getByText(/^Agreed/).waitFor()
    await tabTo(privacy.getByRole('button', { name: 'Newsletters: take it back' }))
    await press('Enter')
    await privacy.getByText(/^Taken back/).waitFor()
    const acts = privacy.getByRole('button', { name: 'What to do about privacy' })
    await tabTo(acts)
    await press('Enter')
    await arrowTo(page.getByRole('menuitem', { name: 'Download their data' }))
    const coming = page.waitForEvent('download')
    await press('Enter')
    const data = JSON.parse(await readFile(await (await coming).path(), 'utf8')) as object
    assert.match(JSON.stringify(data), /lucie@south\.example/)
    const { consents } = await owner.client.call(getPersonPrivacy, { params: { personId: ids.lucie ?? '' } })
    assert.deepEqual(consents.map(({ purpose, isGiven }) => [purpose, isGiven]).at(0), [
      'email_marketing',
      false,
    ])
  })

  it('whoever asks for it is not written to any more', async () => {
    await page.goto(`/people/${ids.luc}`)
    const privacy = page.getByRole('region', { name: 'Privacy' })
    await privacy.getByText('May be written to').waitFor()
    await tabTo(privacy.getByRole('button', { name: 'What to do about privacy' }))
    await press('Enter')
    await arrowTo(page.getByRole('menuitem', { name: 'Do not contact any more' }))
    await press('Enter')
    await privacy.getByText('Do not contact: objected').waitFor()
    await assertAccessible(page, 'a person who objected')
  })

  it('the list of whom nobody writes to is added to, searched and ended with a reason', async () => {
    await page.goto('/settings/do-not-contact')
    const grid = page.getByRole('grid', { name: 'Do not contact' })
    await grid.getByRole('row', { name: /luc@north\.example/ }).waitFor()
    await tabTo(button('Add to the list'))
    await press('Enter')
    const panel = page.getByRole('dialog', { name: 'Add to the do-not-contact list' })
    await panel.locator('textarea:focus').waitFor()
    await page.keyboard.type('rival.example, nobody@@')
    await assertAccessible(page, 'adding to the do-not-contact list')
    const add = panel.getByRole('button', { name: 'Add to the list' })
    await tabTo(add)
    await press('Enter')
    await panel.getByText(/nobody@@: /).waitFor()
    await panel.getByLabel('Addresses and domains').fill('rival.example')
    await tabTo(add)
    await press('Enter')
    await page.getByText('1 entry was added.').waitFor()
    await grid.getByRole('row', { name: /Everybody at rival\.example/ }).waitFor()
    await page.getByRole('searchbox').fill('somebody@rival.example')
    await grid.getByRole('row', { name: /luc@north/ }).waitFor({ state: 'detached' })
    await tabTo(grid)
    await press('Enter')
    const entry = page.getByRole('dialog', { name: 'rival.example' })
    await tabTo(entry.getByRole('textbox'))
    await page.keyboard.type('They are a customer now.')
    await assertAccessible(page, 'an entry of the do-not-contact list')
    await tabTo(entry.getByRole('button', { name: 'Take off the list' }))
    await press('Enter')
    await page.getByText('rival.example is off the list.').waitFor()
    await page.getByText('Nothing on the list refuses somebody@rival.example.').waitFor()
    const left = (await owner.client.call(listDoNotContact, { query: {} })).items
    assert.deepEqual(
      left.map(({ value, reason }) => [value, reason]),
      [
        ['luc@north.example', 'objected'],
        // Whoever takes their consent back objects as well.
        ['lucie@south.example', 'consent_withdrawn'],
      ],
    )
    // What the server refused above stands in the browser's network log, which is as it should be.
    const refused = problems.filter(problem => !problem.includes('status of 422'))
    assert.deepEqual(refused, [])
    problems.length = 0
  })

  it('all of it is accessible and fits a phone, light and dark', async () => {
    await owner.client.call(deletePerson, { params: { personId: ids.lucie ?? '' } })
    for (const [width, dark] of [
      [1440, true],
      [375, false],
      [375, true],
    ] as const) {
      const shown = await openPage(app.url, { width, height: 812, dark, like: context })
      const fits = async (what: string) => {
        const where = `${what} at ${width} px${dark ? ', dark' : ''}`
        const overflow = await shown.page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )
        assert.equal(overflow, 0, where)
        await assertAccessible(shown.page, where)
      }
      await shown.page.goto('/duplicates')
      await shown.page.getByRole('listitem').filter({ hasText: 'Ada Lovelace' }).waitFor()
      await fits('duplicates')
      await shown.page.keyboard.press('m')
      await shown.page.getByRole('dialog').getByRole('group', { name: 'Salutation' }).waitFor()
      await fits('a merge')
      await shown.page.goto('/deleted')
      await shown.page.getByRole('row', { name: /Lucie Grand/ }).waitFor()
      await fits('deleted records')
      await shown.page.goto('/settings/do-not-contact')
      await shown.page.getByRole('row', { name: /luc@north/ }).waitFor()
      await fits('do not contact')
      assert.deepEqual(shown.problems, [])
      await shown.context.close()
    }
    assert.deepEqual(problems, [])
  })
})
