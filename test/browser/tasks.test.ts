import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import type { BrowserContext, Page, Route } from 'playwright-core'
import {
  type Activity,
  createActivity,
  createPerson,
  getPersonUpcoming,
  listActivities,
  type NewActivity,
} from '#modules/crm/contract.ts'
import { submitForm } from '#modules/intake/index.ts'
import { newId } from '#platform/ids.ts'
import { publishThankWorkflow } from '#programs/demo-workflow.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { settled } from './settled.ts'
import { until } from './until.ts'

/** What people do for their records: tasks, notes, calls, and what of it stands on a timeline. */
describe('tasks and activities in a browser', () => {
  let app: TestApp
  let owner: SignedIn
  let page: Page
  let context: BrowserContext
  let problems: string[]
  let personId = ''
  let made = 0

  before(async () => {
    app = await testApp()
    owner = await app.owner()
    ;({ page, context, problems } = await openPage(app.url))
    await enter({ page, problems }, '/tasks', owner, page.getByRole('heading', { name: 'Tasks' }))
  })
  beforeEach(async () => {
    made += 1
    const body = { firstName: 'Noor', lastName: `Mensah ${made}`, email: `noor${made}@moulin-vert.example` }
    personId = (await owner.client.call(createPerson, { body })).id
  })
  afterEach(async () => {
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await app.asSuperuser('update crm.activities set deleted_at = now() where org_id = $1', [owner.orgId])
  })
  after(async () => {
    await closeBrowser()
    await app.close()
  })

  const about = () => [{ object: 'person' as const, id: personId }]
  const add = (body: Partial<NewActivity> & { kind: NewActivity['kind'] }) =>
    owner.client.call(createActivity, {
      body: { title: '', body: '', priority: 'normal', records: [], ...body },
    })
  const task = (title: string, dueOn?: string) => add({ kind: 'task', title, ...(dueOn ? { dueOn } : {}) })
  const all = async (): Promise<readonly Activity[]> =>
    (await owner.client.call(listActivities, { query: { limit: 100 } })).items
  const stored = async (title: string) => (await all()).find(each => each.title === title)
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const part = (name: string) => page.getByRole('region', { name, exact: true })
  const line = (title: string) => page.locator('[data-task]').filter({ hasText: title })
  const isFocused = (title: string) =>
    line(title).evaluate(element => element === element.ownerDocument.activeElement)
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const toast = (words: string) => page.getByRole('region', { name: 'Messages' }).getByText(words).last()
  const openTasks = async () => {
    await page.goto('/tasks')
    await page.getByRole('textbox', { name: 'New task' }).waitFor()
  }
  const openPerson = async () => {
    await page.goto(`/people/${personId}`)
    await page.getByRole('heading', { name: `Noor Mensah ${made}`, level: 2 }).waitFor()
    await button('Note').waitFor()
  }
  const told = () => page.getByRole('region', { name: 'What happened' })
  const upcoming = () => page.getByRole('region', { name: 'Upcoming' })
  /** Holds what is written down until it is let go. */
  const holdWrites = async () => {
    const answering = Promise.withResolvers<void>()
    await page.route('**/v1/activities', async (route: Route) => {
      if (route.request().method() === 'POST') await answering.promise
      await route.fallback()
    })
    return answering.resolve
  }

  it('tasks stand under overdue, today, later and without a day, and a new one is due today', async () => {
    await task('Long ago', '2020-02-29')
    await task('In time', '2099-01-01')
    await task('Some day')
    await openTasks()
    await part('Overdue').getByText('Long ago').waitFor()
    await part('Later').getByText('In time').waitFor()
    await part('Without a day').getByText('Some day').waitFor()
    await press('c')
    await page.keyboard.type('Ring the mill')
    await press('Enter')
    await part('Today').getByText('Ring the mill').waitFor()
    // Its field is ready for the next one; Escape leaves it.
    await page.keyboard.type('jek')
    assert.equal(await page.getByRole('textbox', { name: 'New task' }).inputValue(), 'jek')
    assert.equal((await stored('Long ago'))?.completedAt, null)
    await page.getByRole('textbox', { name: 'New task' }).fill('')
    await press('Escape')
    await page.getByText('4 open').waitFor()
    const due = await page.getByLabel('Due', { exact: true }).inputValue()
    assert.equal((await stored('Ring the mill'))?.dueOn, due)
  })

  it('tasks are completed by keys alone, and one comes back', async () => {
    await task('First', '2020-01-01')
    await task('Second', '2020-01-02')
    await task('Third', '2020-01-03')
    await openTasks()
    await line('Third').waitFor()
    await press('j', 'j')
    assert.equal(await isFocused('Second'), true)
    await press('k', 'e')
    await line('First').waitFor({ state: 'detached' })
    await until(page, () => isFocused('Second'))
    await until(page, async () => (await stored('First'))?.completedAt !== null)
    await button('Undo').click()
    await line('First').waitFor()
    await until(page, async () => (await stored('First'))?.completedAt === null)
    await page.getByRole('checkbox', { name: 'Complete Third' }).click()
    await line('Third').waitFor({ state: 'detached' })
    await until(page, async () => (await stored('Third'))?.completedAt !== null)
    await press('Control+z')
    await line('Third').waitFor()
  })

  it('a task goes to another day in its line', async () => {
    await task('Move me', '2020-01-01')
    await openTasks()
    await page.getByLabel('Due, Move me').fill('2099-05-06')
    await part('Later').getByText('Move me').waitFor()
    await until(page, async () => (await stored('Move me'))?.dueOn === '2099-05-06')
  })

  it('a task the server could not complete is open again, and can be tried again', async () => {
    await task('Stubborn')
    await openTasks()
    await page.route('**/v1/activities/*/complete', route => route.fulfill({ status: 500, json: {} }))
    await page.getByRole('checkbox', { name: 'Complete Stubborn' }).click()
    await button('Try again').waitFor()
    await line('Stubborn').waitFor()
    assert.equal((await stored('Stubborn'))?.completedAt, null)
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await button('Try again').click()
    await until(page, async () => (await stored('Stubborn'))?.completedAt !== null)
    await line('Stubborn').waitFor({ state: 'detached' })
    problems.length = 0
  })

  it('a list without tasks says what to do, and hears of the first one', async () => {
    await openTasks()
    await page.getByText('Nothing to do.').waitFor()
    await task('From elsewhere')
    await line('From elsewhere').waitFor()
  })

  it('a note is written by keys, stands there before it is saved, and is text and no HTML', async () => {
    await openPerson()
    const letGo = await holdWrites()
    await press('n')
    await page.keyboard.type('They said **yes** to <b>all</b> of it')
    await press('Control+Enter')
    await told().getByText('to <b>all</b> of it').waitFor()
    await told().locator('strong', { hasText: 'yes' }).waitFor()
    assert.equal((await all()).length, 0)
    letGo()
    await until(page, async () => (await all()).length === 1)
    await told().getByText('to <b>all</b> of it').waitFor()
    // Once, also when the timeline has been told of it.
    await until(page, async () => (await told().getByText('to <b>all</b> of it').count()) === 1)
    await page.reload()
    await told().getByText('to <b>all</b> of it').waitFor()
    assert.equal(await told().getByText('to <b>all</b> of it').count(), 1)
  })

  it('what was begun is there after a reload and after a failure', async () => {
    await openPerson()
    await button('Note').click()
    await page.getByRole('textbox', { name: 'Write a note' }).fill('Half a thought')
    await page.reload()
    const field = page.getByRole('textbox', { name: 'Write a note' })
    await field.waitFor()
    assert.equal(await field.inputValue(), 'Half a thought')
    await page.route('**/v1/activities', route =>
      route.request().method() === 'POST' ? route.fulfill({ status: 500, json: {} }) : route.fallback(),
    )
    await field.press('Control+Enter')
    await page.getByRole('alert').getByText('What you wrote is still here.').waitFor()
    assert.equal(await field.inputValue(), 'Half a thought')
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await field.press('Control+Enter')
    await told().getByText('Half a thought').waitFor()
    assert.equal(await field.inputValue(), '')
    problems.length = 0
  })

  it('a call is logged with how it ended', async () => {
    await openPerson()
    await button('Call').click()
    await page.getByRole('button', { name: 'Log call' }).click()
    await page.getByText('Say what the call was about.').waitFor()
    await page.getByRole('textbox', { name: 'Subject of the call' }).fill('The offer')
    await page.getByRole('combobox', { name: 'How the call ended' }).click()
    await page.getByRole('option', { name: 'Left a message' }).click()
    await page.getByRole('button', { name: 'Log call' }).click()
    await told().getByText('The offer').waitFor()
    await told().getByText('Left a message').waitFor()
    await told().getByText('logged a call').waitFor()
    await until(page, async () => (await stored('The offer'))?.outcome === 'left_message')
    assert.notEqual((await stored('The offer'))?.completedAt, null)
  })

  it('a task of a record is upcoming until it is done, and again when that is taken back', async () => {
    await openPerson()
    await button('Task').click()
    await page.getByRole('textbox', { name: 'What is to be done' }).fill('Send the offer')
    await page.getByLabel('Due', { exact: true }).fill('2099-03-04')
    await press('Control+Enter')
    await upcoming().getByText('Send the offer').waitFor()
    await upcoming().getByText('4 Mar 2099').waitFor()
    await upcoming().getByRole('checkbox', { name: 'Complete Send the offer' }).click()
    await upcoming().waitFor({ state: 'detached' })
    await until(page, async () => (await stored('Send the offer'))?.completedAt !== null)
    await told().getByText('completed the task').waitFor()
    await button('Undo').click()
    await upcoming().getByText('Send the offer').waitFor()
    await until(page, async () => (await stored('Send the offer'))?.completedAt === null)
  })

  it('what was written down is deleted with a way back', async () => {
    await add({ kind: 'note', body: 'A slip of the pen', records: about() })
    await openPerson()
    await told().getByText('A slip of the pen').waitFor()
    await told().getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await told().getByText('A slip of the pen').waitFor({ state: 'detached' })
    await toast('Deleted').waitFor()
    await until(page, async () => (await all()).length === 0)
    await button('Undo').click()
    await told().getByText('A slip of the pen').waitFor()
    await until(page, async () => (await all()).length === 1)
  })

  it('a timeline goes by days, the newest first, and shows one kind of what happened', async () => {
    const dated = async (record: 'activity_id' | 'record_id', id: string, at: string) => {
      const text = `update crm.timeline_entries set created_at = $2, updated_at = $2 where ${record} = $1 returning id`
      await until(page, async () => (await app.asSuperuser(text, [id, at])).length > 0)
    }
    await dated('record_id', personId, '2021-03-02 12:00Z')
    for (const [body, at] of [
      ['Of the day before', '2021-03-03 12:00Z'],
      ['Another old note', '2021-03-04 11:00Z'],
      ['An old note', '2021-03-04 12:00Z'],
    ] as const) {
      const { id } = await add({ kind: 'note', body, records: about() })
      await dated('activity_id', id, at)
    }
    await add({ kind: 'note', body: 'Of today', records: about() })
    await openPerson()
    await told().getByText('An old note').waitFor()
    const days = told()
      .locator('section')
      .filter({ has: page.getByRole('heading', { level: 3 }) })
    const read = () => days.getByRole('heading', { level: 3 }).allInnerTexts()
    const [second, third, fourth] = [
      'Thursday, 4 March 2021',
      'Wednesday, 3 March 2021',
      'Tuesday, 2 March 2021',
    ]
    const shows = (...wanted: (string | undefined)[]) =>
      until(page, async () => (await read()).join('\n') === wanted.join('\n'))
    await shows('Today', second, third, fourth)
    const lines = await days.nth(1).getByRole('listitem').allInnerTexts()
    assert.deepEqual(
      lines.map(text => text.split('\n').find(words => words.endsWith('old note'))),
      ['An old note', 'Another old note'],
    )
    // Exactly when is told on pointing at how long ago.
    await days.nth(1).locator('time').first().hover()
    await page.getByRole('tooltip').getByText('4 Mar 2021').waitFor()
    await button('Notes and tasks').click()
    await shows('Today', second, third)
    assert.equal(await button('Notes and tasks').getAttribute('aria-pressed'), 'true')
    await button('E-mails').click()
    await told().getByText('Nothing of this kind has happened.').waitFor()
    await button('Show everything').click()
    await shows('Today', second, third, fourth)
  })

  it('what others write down is heard of', async () => {
    await openPerson()
    await add({ kind: 'note', body: 'Written elsewhere', records: about() })
    await told().getByText('Written elsewhere').waitFor()
    await add({ kind: 'task', title: 'To be done here', records: about() })
    await upcoming().getByText('To be done here').waitFor()
  })

  it('what acts by itself is paused with one button, and goes on with it', async () => {
    const { formKey } = await publishThankWorkflow(owner.client, { amount: 7, unit: 'days' })
    const email = `waits${made}@moulin-vert.example`
    const { leadId } = await submitForm(app.kit, {
      formKey,
      submissionId: newId(),
      answers: { name: 'Ada Waits', email, budget: '$500' },
      address: '127.0.0.1',
    })
    const [lead] = await app.asSuperuser<{ person_id: string }>(
      'select person_id from intake.leads where org_id = $1 and id = $2',
      [owner.orgId, leadId],
    )
    const params = { personId: lead?.person_id ?? '' }
    const runs = async () =>
      (await owner.client.call(getPersonUpcoming, { params })).items.filter(({ source }) => source === 'run')
    await until(page, async () => (await runs())[0]?.at != null)
    await page.goto(`/people/${params.personId}`)
    await upcoming().getByRole('link', { name: 'Thank a new lead' }).waitFor()
    await assertAccessible(page, 'upcoming')
    await button('Pause all').click()
    await upcoming().getByText('Paused').waitFor()
    await until(page, async () => (await runs())[0]?.isPaused === true)
    await button('Resume all').click()
    await upcoming().getByText('Paused').waitFor({ state: 'detached' })
    await until(page, async () => (await runs())[0]?.isPaused === false)
  })

  it('a note is logged on a phone', async () => {
    const phone = await openPage(app.url, { width: 375, height: 812, like: context })
    await phone.page.goto(`/people/${personId}`)
    await phone.page.getByRole('button', { name: 'Note', exact: true }).click()
    await phone.page.getByRole('textbox', { name: 'Write a note' }).fill('On the way')
    await phone.page.getByRole('button', { name: 'Add note' }).click()
    await phone.page.getByRole('region', { name: 'What happened' }).getByText('On the way').waitFor()
    await until(page, async () => (await all())[0]?.body === 'On the way')
    assert.deepEqual(phone.problems, [])
    await phone.context.close()
  })

  it('tasks and timelines are accessible and fit at 375 px, light and dark', async () => {
    await task(
      'Long ago, with a title that goes on for as long as titles of tasks sometimes do',
      '2020-02-29',
    )
    await add({ kind: 'task', title: 'Send the offer', priority: 'high', records: about() })
    await add({ kind: 'call', title: 'The offer', outcome: 'connected', records: about() })
    await add({ kind: 'note', body: '- one\n- two\n\n[a link](https://example.com)', records: about() })
    for (const [width, dark] of [
      [1440, false],
      [1440, true],
      [375, false],
      [375, true],
    ] as const) {
      const shown = await openPage(app.url, { width, height: 812, dark, like: context })
      const look = async (where: string) => {
        await settled(shown.page)
        const overflow = await shown.page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )
        assert.equal(overflow, 0, `${where} is wider than ${width} px`)
        await assertAccessible(shown.page, `${where} at ${width} px${dark ? ', dark' : ''}`)
      }
      await shown.page.goto('/tasks')
      await shown.page.getByText('Send the offer').waitFor()
      await look('tasks')
      await shown.page.goto(`/people/${personId}`)
      await shown.page.getByText('logged a call').waitFor()
      await look('a timeline')
      await shown.page.getByRole('button', { name: 'Note', exact: true }).click()
      for (const kind of dark ? ['Call'] : ['Note', 'Call', 'Task', 'Meeting']) {
        await shown.page.getByRole('radio', { name: kind }).check()
        await look(`writing a ${kind}`)
      }
      assert.deepEqual(shown.problems, [])
      await shown.context.close()
    }
    assert.deepEqual(problems, [])
  })
})
