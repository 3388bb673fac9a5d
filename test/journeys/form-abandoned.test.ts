import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createWorkflow, type Graph, publishWorkflow, saveDraft } from '#modules/flow/contract.ts'
import { getPublicForm, saveForm } from '#modules/intake/contract.ts'
import { projectForm } from '#programs/demo-workflow.ts'
import { type Following, follow } from '#programs/follow.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'

describe('a form that was left half filled in', () => {
  let app: TestApp
  let owner: SignedIn
  let following: Following
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    following = await follow(app.url, owner.accessToken)
  })
  after(async () => {
    following?.stop()
    await app.close()
  })

  /** A workflow that writes to whoever left a form of the organization. */
  async function publishReminder(): Promise<void> {
    const workflow = await owner.client.call(createWorkflow, { body: { name: 'Remind' } })
    const params = { workflowId: workflow.id }
    const node = (id: string, type: string, config: object, x: number) => ({
      id,
      type,
      label: id,
      position: { x, y: 0 },
      config,
    })
    const graph = {
      nodes: [
        node('left', 'event', { event: 'form.abandoned' }, 0),
        node(
          'write',
          'send_email',
          {
            to: '{{ event.payload.email }}',
            subject: 'You were nearly done',
            text: 'Go on here: {{ event.payload.continueUrl }}',
          },
          280,
        ),
      ],
      edges: [{ id: 'left-write', source: 'left', target: 'write', enabled: true }],
    } as unknown as Graph
    await owner.client.call(saveDraft, { params, body: { graph, revision: workflow.revision } })
    await owner.client.call(publishWorkflow, { params })
  }

  it('starts a workflow that writes to them with a link to their answers', async () => {
    await publishReminder()
    const workflow = await owner.client.call(createWorkflow, { body: { name: 'Enquiries' } })
    const form = await owner.client.call(saveForm, {
      params: { workflowId: workflow.id },
      body: { ...projectForm, fields: [...projectForm.fields], keepsPartials: true },
    })
    const { token } = await owner.client.call(getPublicForm, { params: { formKey: form.key } })
    const kept = await fetch(`${app.url}/f/${form.key}/partial`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, agreed: true, answers: { name: 'Kim', email: 'kim@left.example' } }),
    })
    assert.equal(kept.status, 200)
    await app.asSuperuser(`update intake.partial_submissions set saved_at = saved_at - interval '31 minutes'`)
    const sent = () =>
      app.asSuperuser<{ text: string }>(
        `select text_body as text from mail.messages
         where recipients->0->>'address' = 'kim@left.example' and status = 'sent'`,
      )
    for (let mark = following.mark(); (await sent()).length === 0; mark = following.mark()) {
      await app.asSuperuser(
        `update jobs.ready r set run_at = now() from jobs.jobs j where j.id = r.job_id and j.kind = 'intake.tell_abandoned'`,
      )
      await following.heard(mark, () => true)
    }
    const link = /Go on here: (\S+)/.exec((await sent())[0]?.text ?? '')?.[1] ?? ''
    const { pathname, search } = new URL(link)
    const page = await (await fetch(`${app.url}${pathname}${search}`)).text()
    assert.match(page, /value="Kim"/)
    assert.match(page, /value="kim@left\.example"/)
  })
})
