import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { getPersonPrivacy } from '#modules/crm/contract.ts'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import type { Client } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { type FormDefinition, getFormVersion, getLead, saveForm } from '../contract.ts'
import { makeForm, PROJECT_FORM, send } from '../factories.ts'
import { intakeModule } from '../index.ts'

const modules = [iamModule, crmModule, mailModule, intakeModule]

function asking(text: string, isRequired = false): Pick<FormDefinition, 'fields'> {
  return {
    fields: [
      { type: 'EMAIL', key: 'email', label: 'E-mail', required: true },
      { type: 'CONSENT', key: 'news', label: 'Newsletter', text, purpose: 'email_marketing' },
      { type: 'CONSENT', key: 'terms', label: 'Terms', text: 'I agree to the terms.', required: isRequired },
    ],
  }
}

describe('what somebody agrees to by a form', () => {
  let t: TestKit
  let orgId: string
  let server: TestServer
  let client: Client
  before(async () => {
    t = await testKit({ modules })
    orgId = anyOrgId()
    server = await testServer(t, modules, signedInAs(orgId, newId()))
    client = server.client()
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const leadOf = async (leadId: string | null) => client.call(getLead, { params: { leadId: leadId ?? '' } })
  const consentsOf = async (leadId: string | null) => {
    const { personId } = await leadOf(leadId)
    return (await client.call(getPersonPrivacy, { params: { personId } })).consents
  }

  it('is kept with the version of the form whose text it was', async () => {
    const form = await makeForm(t.kit, orgId, asking('Write to me about offers.'))
    const { workflowId } = form
    const params = { workflowId }
    await client.call(saveForm, { params, body: { ...PROJECT_FORM, ...asking('Write to me weekly.') } })
    const answers = { email: 'ada@example.com', news: 'true' }
    const { leadId } = await send(t.kit, form, answers)
    const answer = (await leadOf(leadId)).answers.find(({ key }) => key === 'news')
    assert.equal(answer?.value, 'true')
    assert.equal(answer?.textVersion, 2)
    const version = await client.call(getFormVersion, { params: { workflowId, number: 2 } })
    assert.equal(version.definition.fields.find(({ key }) => key === 'news')?.text, 'Write to me weekly.')
    // A later text changes nothing about what was agreed to.
    await client.call(saveForm, { params, body: { ...PROJECT_FORM, ...asking('Write to me daily.') } })
    await send(t.kit, form, answers)
    const still = (await leadOf(leadId)).answers.find(({ key }) => key === 'news')
    assert.equal(still?.textVersion, 2)
  })

  it('is written down with the person, in the words that were agreed to', async () => {
    const form = await makeForm(t.kit, orgId, asking('Write to me about offers.'))
    const submissionId = newId()
    const answers = { email: 'grace@example.com', news: 'true', terms: 'true' }
    const { leadId } = await send(t.kit, form, answers, submissionId)
    await send(t.kit, form, answers, submissionId)
    const consents = await consentsOf(leadId)
    assert.deepEqual(
      consents.map(({ purpose, isGiven, source }) => [purpose, isGiven, source]),
      [['email_marketing', true, 'form']],
    )
    const [{ evidence = '' } = {}] = consents
    for (const part of ['Write to me about offers.', 'version 1', submissionId, PROJECT_FORM.title]) {
      assert.ok(evidence?.includes(part), `${part} in ${evidence}`)
    }
  })

  it('is no answer where it is left empty, so that it can be given another time', async () => {
    const form = await makeForm(t.kit, orgId, asking('Write to me.'))
    const { leadId } = await send(t.kit, form, { email: 'alan@example.com', news: 'false' })
    assert.deepEqual(
      (await leadOf(leadId)).answers.map(({ key }) => key),
      ['email'],
    )
    assert.deepEqual(await consentsOf(leadId), [])
    await send(t.kit, form, { email: 'alan@example.com', news: 'true' })
    assert.equal((await leadOf(leadId)).answers.find(({ key }) => key === 'news')?.textVersion, 1)
    assert.equal((await consentsOf(leadId)).length, 1)
  })

  it('is needed where the form says so', async () => {
    const form = await makeForm(t.kit, orgId, asking('Write to me.', true))
    await assert.rejects(send(t.kit, form, { email: 'alan@example.com', terms: false }), {
      code: 'request.invalid',
    })
    await send(t.kit, form, { email: 'alan@example.com', terms: true })
  })

  it('keeps the longest text as far as there is room, and all of it in the version', async () => {
    const text = `${'Yes. '.repeat(399)}The end.`.slice(0, 2000)
    const form = await makeForm(t.kit, orgId, asking(text))
    const { leadId } = await send(t.kit, form, { email: 'mary@example.com', news: 'true' })
    const [consent] = await consentsOf(leadId)
    assert.equal(consent?.evidence?.length, 2000)
    assert.ok(consent?.evidence?.endsWith('…'))
  })
})
