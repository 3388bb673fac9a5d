import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import {
  createWorkflow,
  getRun,
  getWorkflow,
  getWorkflowSettings,
  graphSchema,
  listApprovals,
  listDeadLetters,
  publishWorkflow,
  saveDraft,
  startWorkflow,
} from '#modules/flow/contract.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { assertAccessible } from './accessible.ts'
import { closeBrowser, openPage } from './chromium.ts'
import { enter } from './enter.ts'
import { settled } from './settled.ts'

/** Another system that refuses calls while it is down and remembers what it was told. */
async function orderSystem() {
  const told: unknown[] = []
  const state = { isDown: true }
  const server = createServer(async (request, response) => {
    told.push(JSON.parse(await text(request)))
    response.writeHead(state.isDown ? 503 : 200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port, told, state, close: () => server.close() }
}

type NodePart = readonly [id: string, type: string, config?: object, more?: object]

function graphOf(
  nodes: readonly NodePart[],
  edges: readonly (readonly [from: string, to: string, by?: string])[],
) {
  return graphSchema.parse({
    nodes: nodes.map(([id, type, config = {}, more = {}], index) => ({
      id,
      type,
      config,
      position: { x: index * 300, y: 0 },
      ...more,
    })),
    edges: edges.map(([source, target, sourceHandle]) => ({
      id: `${source}-${target}`,
      source,
      target,
      ...(sourceHandle ? { sourceHandle } : {}),
    })),
  })
}

const waiting = graphOf(
  [
    ['start', 'manual'],
    ['wait', 'wait', { duration: { amount: 7, unit: 'days' } }],
  ],
  [['start', 'wait']],
)

describe('steering runs in a browser', () => {
  let app: TestApp
  let orders: Awaited<ReturnType<typeof orderSystem>>
  let owner: SignedIn
  let page: Page
  let context: BrowserContext
  let problems: string[]
  const ids = { wait: '', send: '', ask: '', hook: '', clock: '' }
  before(async () => {
    orders = await orderSystem()
    app = await testApp({ EGRESS_ALLOW: `127.0.0.1:${orders.port}` })
    owner = await app.owner()
    ids.wait = await publish('Wait a week', waiting)
    ids.send = await publish('Send orders', sending(orders.port))
    ids.ask = await publish('Ask for a discount', asking)
    const signed = { verification: { type: 'hmac', header: 'x-signature' } }
    ids.hook = await publish('Take orders', graphOf([['hook', 'webhook', signed]], []))
    const weekdays = { cron: '0 9 * * 1-5', timeZone: 'Europe/Paris' }
    ids.clock = await publish('Report', graphOf([['clock', 'schedule', weekdays]], []))
    ;({ page, context, problems } = await openPage(app.url))
    await enter({ page, problems }, '/workflows', owner, page.getByRole('heading', { name: 'Workflows' }))
  })
  after(async () => {
    await closeBrowser()
    await app.close()
    orders.close()
  })

  const sending = (port: number) =>
    graphOf(
      [
        ['start', 'manual'],
        ['set', 'set_fields', { fields: [{ name: 'order', value: '{{ order }}' }] }],
        [
          'send',
          'http_request',
          {
            method: 'POST',
            url: `http://127.0.0.1:${port}/orders`,
            bodyType: 'json',
            body: '{"order": {{ vars.order | json }}, "by": {{ by | default: "nobody" | json }}}',
          },
          { label: 'Send the order', retry: { attempts: 1 } },
        ],
      ],
      [
        ['start', 'set'],
        ['set', 'send'],
      ],
    )
  const asking = graphOf(
    [
      ['start', 'manual'],
      ['ask', 'approval', { title: 'Give {{ who }} a discount?', roles: ['owner'] }],
      ['tell', 'notify', { title: 'Given' }, { label: 'Tell sales' }],
      ['end', 'stop', {}, { label: 'End without' }],
    ],
    [
      ['start', 'ask'],
      ['ask', 'tell', 'approved'],
      ['ask', 'end', 'rejected'],
    ],
  )
  async function publish(name: string, graph: typeof waiting): Promise<string> {
    const { id, revision } = await owner.client.call(createWorkflow, { body: { name } })
    const params = { workflowId: id }
    await owner.client.call(saveDraft, { params, body: { graph, revision } })
    await owner.client.call(publishWorkflow, { params })
    return id
  }
  async function start(workflowId: string, input: Record<string, unknown> = {}): Promise<string> {
    const { runId } = await owner.client.call(startWorkflow, { params: { workflowId }, body: { input } })
    return runId
  }
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  /** What the head of the page says of its record. */
  const standing = (words: string) =>
    page.locator('header').first().getByText(words, { exact: true }).waitFor()
  const toast = (words: RegExp) => page.getByRole('region', { name: 'Messages' }).getByText(words).waitFor()
  const idOfPage = () => new URL(page.url()).pathname.split('/').at(-1) ?? ''

  it('a failed run says why, and is taken up again with one key once the other system is back', async () => {
    const runId = await start(ids.send, { order: 'A-1' })
    await page.goto(`/runs/${runId}`)
    await standing('Failed')
    await page.getByText(/“Send the order” failed: The server answered with status 503/).waitFor()
    await assertAccessible(page, 'failed run')
    orders.state.isDown = false
    await page.keyboard.press('r')
    await standing('Completed')
    await page.getByRole('radio', { name: 'Log' }).check()
    await page.getByRole('radio', { name: 'Errors' }).check()
    await page.getByLabel('Log of the run').getByText('The server answered with status 503.').waitFor()
    await assertAccessible(page, 'log of a run')
    await page.getByRole('radio', { name: 'Steps' }).check()
    await page.getByLabel('Steps', { exact: true }).getByText('Send the order').waitFor()
  })

  it('a run is repeated from a step with other variables, after what is not JSON was refused', async () => {
    orders.told.length = 0
    await page.getByRole('button', { name: 'Repeat from here' }).click()
    const panel = page.getByRole('dialog', { name: 'Repeat this run' })
    await panel.getByLabel('Variables').fill('{ "order": ')
    await panel.getByRole('button', { name: 'Repeat', exact: true }).click()
    await panel.getByText(/This is not JSON/).waitFor()
    await assertAccessible(page, 'repeating a run')
    await panel.getByLabel('Variables').fill('{ "order": "B-2" }')
    await panel.getByLabel('Trigger input').fill('{ "by": "Ada" }')
    const before = idOfPage()
    await panel.getByRole('button', { name: 'Repeat', exact: true }).click()
    await page.waitForURL(url => !url.pathname.endsWith(before))
    await standing('Completed')
    assert.deepEqual(orders.told, [{ order: 'B-2', by: 'Ada' }])
    await page.getByRole('link', { name: `Run ${before.slice(-6)}` }).waitFor()
  })

  it('a waiting run is paused and resumed with a key, and cancelled after a question', async () => {
    await page.goto(`/runs/${await start(ids.wait)}`)
    await button('Pause').waitFor()
    await page.keyboard.press('p')
    await standing('Paused')
    await assertAccessible(page, 'paused run')
    await page.keyboard.press('p')
    await button('Pause').waitFor()
    await button('Cancel run').click()
    await button('Keep').click()
    await button('Cancel run').press('Enter')
    await button('Cancel run').click()
    await standing('Cancelled')
  })

  it('many runs are paused by selection, and the paused ones cancelled by their status', async () => {
    for (let index = 0; index < 3; index++) await start(ids.wait)
    await page.goto(`/workflows/${ids.wait}/runs?status=waiting`)
    const grid = page.getByRole('grid', { name: 'Runs' })
    await grid.getByRole('row').nth(3).waitFor()
    await grid.focus()
    await page.keyboard.press('x')
    await page.keyboard.press('Shift+ArrowDown')
    await page.getByText('2 selected').waitFor()
    await assertAccessible(page, 'selected runs')
    await page.getByLabel('Selected runs').getByRole('button', { name: 'Pause' }).click()
    await toast(/^2 runs are being paused\.$/)
    await page.getByRole('link', { name: 'Paused' }).click()
    await grid.getByRole('row').nth(2).waitFor()
    await button('Cancel all paused').click()
    await button('Cancel all paused').click()
    await toast(/^2 runs are being cancelled\.$/)
    await page.getByText('No run of this workflow is paused now.').waitFor()
  })

  it('failed runs of all workflows are listed; some are retried, the rest discarded after a question', async () => {
    orders.state.isDown = true
    for (const order of ['C-1', 'C-2']) await start(ids.send, { order })
    await page.goto('/failed-runs')
    const grid = page.getByRole('grid', { name: 'Failed runs' })
    await grid.getByRole('row').nth(2).waitFor()
    await assertAccessible(page, 'failed runs')
    orders.state.isDown = false
    await grid.focus()
    await page.keyboard.press('x')
    await button('Retry').click()
    await toast(/^1 run is being taken up again\.$/)
    await grid.getByRole('row').nth(2).waitFor({ state: 'detached' })
    await page.getByLabel('Select all').check()
    await button('Discard').click()
    await button('Discard').click()
    await page.getByText(/^No failed run needs you\./).waitFor()
    assert.deepEqual((await owner.client.call(listDeadLetters, { query: {} })).items, [])
  })

  it('a decision is counted in the rail, found and made with the keyboard, and the run goes its way', async () => {
    const runId = await start(ids.ask, { who: 'Ada' })
    await page.getByRole('link', { name: 'Approvals 1 to decide' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('a')
    await page.getByRole('grid', { name: 'Approvals' }).focus()
    await page.keyboard.press('Enter')
    const panel = page.getByRole('dialog', { name: 'Give Ada a discount?' })
    await panel.getByText('The run goes on with “Tell sales”.').waitFor()
    await assertAccessible(page, 'a decision')
    await page.keyboard.press('r')
    await panel.getByText('The run goes on with “End without”.').waitFor()
    await page.keyboard.type('Not this year.')
    await page.keyboard.press('Control+Enter')
    await panel.getByText('By you').waitFor()
    await panel.getByText('Not this year.').waitFor()
    await page.getByRole('link', { name: 'Approvals', exact: true }).waitFor()
    const [approval] = (await owner.client.call(listApprovals, { query: {} })).items
    assert.deepEqual([approval?.status, approval?.comment], ['rejected', 'Not this year.'])
    await page.goto(`/runs/${runId}`)
    await standing('Completed')
    await page.getByRole('button', { name: 'Approval', exact: true }).first().click()
    await page.getByText('Left by “Rejected”.').waitFor()
  })

  it('a workflow is paused with undo, started with an input of its own, and given a limit', async () => {
    await page.goto(`/workflows/${ids.ask}`)
    await button('More actions').click()
    await assertAccessible(page, 'actions of a workflow')
    await page.getByRole('menuitem', { name: 'Pause' }).click()
    await standing('Paused')
    await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click()
    await standing('Active')
    const params = { workflowId: ids.ask }
    // The undo is shown before the server has it.
    while ((await owner.client.call(getWorkflow, { params })).status !== 'active') await page.title()
    await page.keyboard.press('Shift+S')
    const panel = page.getByRole('dialog', { name: 'Start a run with input' })
    await panel.getByLabel('Input').fill('{ "who": "Bo" }')
    await panel.getByRole('button', { name: 'Start run' }).click()
    await standing('Waiting for decision')
    const run = await owner.client.call(getRun, { params: { runId: idOfPage() } })
    assert.deepEqual(run.input, { who: 'Bo' })
    await page.goto(`/workflows/${ids.ask}/settings`)
    await page.getByLabel('Runs at once').fill('none')
    await button('Save settings').click()
    await page.getByText(/^Enter a whole number/).waitFor()
    await page.getByLabel('Runs at once').fill('5')
    await page.getByRole('radio', { name: 'is not started' }).check()
    await assertAccessible(page, 'settings of a workflow')
    await button('Save settings').click()
    await toast(/^The settings are saved/)
    assert.deepEqual(await owner.client.call(getWorkflowSettings, { params }), {
      limit: { runs: 5, perKey: null, overflow: 'refuse' },
      errorWorkflowId: null,
    })
  })

  it('a secret is shown once, and a schedule says its next times', async () => {
    await page.goto(`/workflows/${ids.hook}/trigger`)
    await page.getByText(/HMAC SHA256 of its body in hex, in the header “x-signature”/).waitFor()
    await button('Change secret').click()
    await button('Change secret').click()
    const secret = page.getByRole('region', { name: 'New secret' })
    await secret.getByText(/^whsec_/).waitFor()
    await assertAccessible(page, 'a new secret')
    await button('I have copied it').click()
    await button('Change secret').waitFor()
    assert.equal(await page.getByText(/whsec_/).count(), 0)
    await page.goto(`/workflows/${ids.clock}/trigger`)
    await page.getByText('Every weekday at 09:00').waitFor()
    await page
      .getByText(/^(Mon|Tue|Wed|Thu|Fri) \d+ \w+, 09:00$/)
      .nth(4)
      .waitFor()
    await assertAccessible(page, 'a schedule')
  })

  it('every page works at 375 px, light and dark, without a problem of its own', async () => {
    const runId = await start(ids.wait)
    const paths = [
      `/runs/${runId}`,
      `/runs/${runId}?repeat=0`,
      `/runs/${runId}?view=log`,
      `/workflows/${ids.wait}/runs`,
      `/workflows/${ids.wait}/settings`,
      `/workflows/${ids.hook}/trigger`,
      `/workflows/${ids.clock}/trigger`,
      '/failed-runs',
      '/approvals',
      '/approvals?status=rejected',
    ]
    for (const dark of [false, true]) {
      const phone = await openPage(app.url, { width: 375, height: 812, dark, like: context })
      for (const path of paths) {
        await phone.page.goto(path)
        await settled(phone.page)
        const overflow = await phone.page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        )
        assert.equal(overflow, 0, `${path} is wider than the screen`)
        await assertAccessible(phone.page, `${path} at 375 px${dark ? ', dark' : ''}`)
      }
      assert.deepEqual(phone.problems, [])
      await phone.context.close()
    }
    assert.deepEqual(problems, [])
  })
})
