import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { inOrganization } from '#platform/context.ts'
import type { Client } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import {
  deleteFormField,
  getFormDraft,
  getLead,
  listFormFields,
  publishForm,
  restoreFormField,
  saveForm,
  saveFormDraft,
} from '../contract.ts'
import { goodAnswers, makeForm, PROJECT_FORM, send } from '../factories.ts'
import { intakeModule } from '../index.ts'
import { deleteField } from './field-lives.ts'

const modules = [iamModule, crmModule, mailModule, intakeModule]

describe('a field of a form', () => {
  let t: TestKit
  let orgId: string
  let userId: string
  let server: TestServer
  let client: Client
  before(async () => {
    t = await testKit({ modules })
    orgId = anyOrgId()
    userId = newId()
    server = await testServer(t, modules, signedInAs(orgId, userId))
    client = server.client()
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const fieldsOf = async (workflowId: string) =>
    (await client.call(listFormFields, { params: { workflowId } })).items
  const remove = (workflowId: string, fieldKey: string, confirm?: number) =>
    client.call(deleteFormField, { params: { workflowId, fieldKey }, query: { confirm } })
  const refused = (code: string) => (error: unknown) => error instanceof ProblemError && error.code === code
  const without = (key: string) => PROJECT_FORM.fields.filter(field => field.key !== key)

  /** A form that two people answered, whose seats are asked no longer. */
  const archived = async () => {
    const form = await makeForm(t.kit, orgId)
    const first = await send(t.kit, form, goodAnswers())
    await send(t.kit, form, goodAnswers('ada@example.com'))
    await send(t.kit, form, { name: 'Alan', email: 'alan@example.com', consent: true })
    const { workflowId } = form
    await client.call(saveForm, {
      params: { workflowId },
      body: { ...PROJECT_FORM, fields: without('seats') },
    })
    return { workflowId, form, leadId: first.leadId ?? '' }
  }

  it('that is left out is archived with its answers, which are counted', async () => {
    const { workflowId, leadId } = await archived()
    const fields = await fieldsOf(workflowId)
    assert.deepEqual(
      fields.map(({ key, isArchived, answers }) => [key, isArchived, answers]),
      [
        ['name', false, 3],
        ['email', false, 3],
        ['budget', false, 2],
        ['start', false, 2],
        ['message', false, 0],
        ['consent', false, 3],
        ['seats', true, 2],
      ],
    )
    const lead = await client.call(getLead, { params: { leadId } })
    assert.equal(lead.answers.find(({ key }) => key === 'seats')?.archived, true)
  })

  it('comes back into the draft, and is asked again once that is published', async () => {
    const { workflowId } = await archived()
    const draft = await client.call(restoreFormField, { params: { workflowId, fieldKey: 'seats' } })
    assert.equal(draft.definition.fields.at(-1)?.key, 'seats')
    assert.deepEqual(draft.problems, [])
    assert.equal(draft.hasChanges, true)
    await assert.rejects(
      client.call(restoreFormField, { params: { workflowId, fieldKey: 'seats' } }),
      refused('intake.field_in_use'),
    )
    await assert.rejects(remove(workflowId, 'seats', 2), refused('intake.field_in_use'))
    await client.call(publishForm, { params: { workflowId } })
    const seats = (await fieldsOf(workflowId)).find(({ key }) => key === 'seats')
    assert.equal(seats?.isArchived, false)
    assert.equal(seats?.answers, 2)
    await assert.rejects(
      client.call(restoreFormField, { params: { workflowId, fieldKey: 'name' } }),
      refused('request.not_found'),
    )
  })

  it('is deleted for good only by whoever says how many answers go', async () => {
    const { workflowId, leadId } = await archived()
    for (const confirm of [undefined, 0, 1, 3]) {
      await assert.rejects(remove(workflowId, 'seats', confirm), (error: unknown) => {
        assert.ok(error instanceof ProblemError)
        assert.equal(error.code, 'intake.answers_would_go')
        assert.match(error.problem.detail ?? '', /^2 answers would go/)
        assert.equal(error.problem.errors?.[0]?.message, '2')
        return true
      })
    }
    assert.equal((await fieldsOf(workflowId)).length, 7)
    await remove(workflowId, 'seats', 2)
    assert.equal((await fieldsOf(workflowId)).length, 6)
    const lead = await client.call(getLead, { params: { leadId } })
    assert.ok(!lead.answers.some(({ key }) => key === 'seats'))
    await assert.rejects(remove(workflowId, 'seats', 0), refused('request.not_found'))
    const [entry] = await t.asSuperuser<{ action: string; before: { answers: number } }>(
      `select action, before from audit.entries where org_id = $1 and action = 'form.field_deleted'
       order by number desc limit 1`,
      [orgId],
    )
    assert.equal(entry?.before.answers, 2)
  })

  it('without answers goes at once, one that is asked does not', async () => {
    const { workflowId } = await archived()
    await assert.rejects(remove(workflowId, 'message'), refused('intake.field_in_use'))
    const { definition } = await client.call(getFormDraft, { params: { workflowId } })
    const fields = definition.fields.filter(({ key }) => key !== 'message')
    await client.call(saveFormDraft, { params: { workflowId }, body: { ...definition, fields } })
    await assert.rejects(remove(workflowId, 'message'), refused('intake.field_in_use'))
    await client.call(publishForm, { params: { workflowId } })
    await remove(workflowId, 'message')
    assert.ok(!(await fieldsOf(workflowId)).some(({ key }) => key === 'message'))
  })

  it('takes the answers of leads along that its deleter does not see, and counts them', async () => {
    const { workflowId } = await archived()
    const nobodysLeads = { lead: { owners: [userId], writable: [], readable: [] } }
    const actor = { type: 'user', userId } as const
    const narrowed = (confirm: number) =>
      inOrganization(t.kit, { orgId, actor, visibility: nobodysLeads }, ctx =>
        deleteField(ctx, workflowId, 'seats', confirm),
      )
    await assert.rejects(narrowed(0), { code: 'intake.answers_would_go' })
    await narrowed(2)
    const [left] = await t.asSuperuser<{ count: number }>(
      `select count(*)::int from intake.lead_values v join intake.leads l on l.id = v.lead_id
       where l.workflow_id = $1 and v.value = '12'`,
      [workflowId],
    )
    assert.equal(left?.count, 0)
  })

  it('is deleted while people send the form, and none of them is lost', async () => {
    const form = await makeForm(t.kit, orgId)
    const { workflowId } = form
    const sending = Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => send(t.kit, form, goodAnswers(`person${n}@example.com`))),
    )
    await client.call(saveForm, {
      params: { workflowId },
      body: { ...PROJECT_FORM, fields: without('seats') },
    })
    const answers = () =>
      fieldsOf(workflowId).then(fields => fields.find(({ key }) => key === 'seats')?.answers ?? 0)
    for (let isGone = false; !isGone; ) {
      isGone = await remove(workflowId, 'seats', await answers()).then(
        () => true,
        error => {
          assert.ok(refused('intake.answers_would_go')(error), String(error))
          return false
        },
      )
    }
    // The form asks for seats no longer, so whoever is late is told that they were not asked for.
    const outcomes = await sending
    const [stored] = await t.asSuperuser<{ leads: number }>(
      'select count(*)::int as leads from intake.leads where org_id = $1 and workflow_id = $2',
      [orgId, workflowId],
    )
    assert.equal(stored?.leads, outcomes.filter(({ status }) => status === 'fulfilled').length)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'request.invalid')
    }
  })

  it('is out of reach for another organization', async () => {
    const { workflowId } = await archived()
    const other = await testServer(t, modules, signedInAs(anyOrgId(), newId()))
    try {
      const foreign = other.client()
      const of = { params: { workflowId, fieldKey: 'seats' } }
      for (const call of [
        () => foreign.call(listFormFields, { params: { workflowId } }),
        () => foreign.call(restoreFormField, of),
        () => foreign.call(deleteFormField, { ...of, query: { confirm: 2 } }),
      ]) {
        await assert.rejects(call, refused('request.not_found'))
      }
    } finally {
      await other.close()
    }
  })
})
