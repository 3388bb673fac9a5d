import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createTokens, listNotifications, tokensOf } from '#modules/iam/contract.ts'
import { getBoard, getLead, submitForm } from '#modules/intake/contract.ts'
import { createClient } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import { runDemo } from '#programs/demo-run.ts'
import { publishThankWorkflow } from '#programs/demo-workflow.ts'
import { type Following, follow } from '#programs/follow.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'

describe('from a form to an e-mail', () => {
  let app: TestApp
  let owner: SignedIn
  let following: Following
  let workflow: { workflowId: string; formKey: string }
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    following = await follow(app.url, owner.accessToken)
    workflow = await publishThankWorkflow(owner.client, { amount: 0.2, unit: 'seconds' })
  })
  after(async () => {
    following?.stop()
    await app.close()
  })

  const count = async (text: string) =>
    Number((await app.asSuperuser<{ n: string }>(`select count(*) as n from ${text}`))[0]?.n)

  it('a submission becomes a lead on the board, a finished run, a notification and two e-mails', async () => {
    const result = await runDemo({ client: owner.client, following, ...workflow }, () => {})
    assert.deepEqual(
      result.steps.map(step => `${step.node} ${step.status}`),
      ['form', 'budget', 'tell_team', 'thank', 'wait', 'follow_up'].map(node => `${node} completed`),
    )
    assert.deepEqual(
      result.emails.map(email => email.subject),
      ['Thank you, Grace Hopper', 'Shall we talk this week, Grace Hopper?'],
    )
    const board = await owner.client.call(getBoard, { params: { workflowId: workflow.workflowId } })
    assert.deepEqual(
      board.columns.map(column => [column.status, column.count]),
      [
        ['NEW', 1],
        ['QUALIFIED', 0],
        ['BOOKED', 0],
        ['WON', 0],
        ['LOST', 0],
      ],
    )
    // What an e-mail leaves in the lead's history is written by a reaction, soon after the e-mail was sent.
    const read = () => owner.client.call(getLead, { params: { leadId: result.leadId } })
    let lead = await read()
    while (lead.events.length < 5) lead = await read()
    assert.deepEqual(lead.events.map(event => event.kind).sort(), [
      'EMAIL_SENT',
      'EMAIL_SENT',
      'FORM_SUBMITTED',
      'RUN_COMPLETED',
      'RUN_STARTED',
    ])
    assert.equal(lead.person?.email, lead.email)
    const notices = await owner.client.call(listNotifications)
    assert.match(notices.items[0]?.title ?? '', /New lead with a large budget: Grace Hopper/)
  })

  it('200 submissions by 32 clients, each sent twice, are 200 leads, 200 runs and 200 e-mails of each kind', async () => {
    const second = await app.owner()
    const stream = await follow(app.url, second.accessToken)
    const { formKey } = await publishThankWorkflow(second.client, { amount: 0.1, unit: 'seconds' })
    const anonymous = createClient({ baseUrl: app.url })
    const queue = Array.from({ length: 200 }, (_, n) => ({
      submissionId: newId(),
      email: `lead${n}@example.com`,
    })).flatMap(entry => [entry, entry])
    const send = async () => {
      for (let entry = queue.pop(); entry; entry = queue.pop()) {
        await anonymous.call(submitForm, {
          params: { formKey },
          body: {
            submissionId: entry.submissionId,
            answers: { name: 'Many', email: entry.email, budget: '$500' },
          },
        })
      }
    }
    await Promise.all(Array.from({ length: 32 }, send))
    const org = `org_id = '${second.orgId}'`
    // Many changes at once become one message; whoever hears of any looks again.
    const until = async (rows: string, wanted: number) => {
      for (let mark = stream.mark(); (await count(rows)) < wanted; mark = stream.mark())
        await stream.heard(mark, () => true)
    }
    await until(`flow.runs where ${org} and status = 'completed'`, 200)
    await until(`mail.messages where ${org} and status = 'sent'`, 400)
    stream.stop()
    assert.equal(await count(`intake.leads where ${org}`), 200)
    assert.equal(await count(`crm.people where ${org}`), 200)
    assert.equal(await count(`flow.runs where ${org} and status = 'completed'`), 200)
    assert.equal(await count(`intake.lead_events where ${org} and kind = 'FORM_SUBMITTED'`), 200)
    for (const subject of ['Thank you, Many', 'Shall we talk this week, Many?']) {
      assert.equal(
        await count(`mail.messages where ${org} and subject = '${subject}' and status = 'sent'`),
        200,
      )
    }
    for (const table of ['flow.ready', 'flow.leases', 'flow.timers', 'flow.run_states', 'flow.inbox']) {
      assert.equal(await count(`${table} where ${org}`), 0, table)
    }
  })

  it('a second submission of the same person adds to the lead and starts nothing', async () => {
    const third = await app.owner()
    const { formKey, workflowId } = await publishThankWorkflow(third.client, { amount: 1, unit: 'hours' })
    const answers = { name: 'Again', email: 'again@example.com', budget: '$500' }
    for (let n = 0; n < 3; n++) {
      await createClient({ baseUrl: app.url }).call(submitForm, {
        params: { formKey },
        body: { submissionId: newId(), answers },
      })
    }
    const board = await third.client.call(getBoard, { params: { workflowId } })
    assert.equal(board.count, 1)
    assert.equal(await count(`flow.runs where org_id = '${third.orgId}'`), 1)
    assert.equal(
      await count(`intake.lead_events where org_id = '${third.orgId}' and kind = 'FORM_SUBMITTED'`),
      3,
    )
  })

  it('shows one organization nothing of another', async () => {
    const stranger = await app.owner()
    const body = { email: stranger.email, password: stranger.password }
    const { accessToken } = tokensOf(await createClient({ baseUrl: app.url }).call(createTokens, { body }))
    const response = await fetch(`${app.url}/v1/workflows/${workflow.workflowId}/leads-board`, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    assert.equal(response.status, 404)
  })
})
