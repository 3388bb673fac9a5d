import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { publishThankWorkflow } from '#programs/demo-workflow.ts'
import { type TestApp, testApp } from '#test/app.ts'
import { mixedSubmissions, STORED_OF_FORM, sendMixed } from '#test/mixed-submissions.ts'

describe('a thousand posts to a form, a fifth of them duplicates and a twentieth malformed', () => {
  let app: TestApp
  before(async () => {
    app = await testApp()
  })
  after(() => app.close())

  it('from 32 clients at once leave exactly what they should', async () => {
    const owner = await app.owner()
    const { formKey } = await publishThankWorkflow(owner.client, { amount: 1, unit: 'hours' })
    const mixed = mixedSubmissions(1000, 20)
    const { accepted, refused, ...stored } = mixed.expected
    assert.deepEqual(
      [accepted, refused, stored],
      [950, 50, { leads: 750, values: 3000, events: 850, submissions: 850, runs: 750 }],
    )
    const answered = await sendMixed(`${app.url}/v1/public/forms/${formKey}/submissions`, mixed, 32)
    assert.deepEqual(answered, { accepted, refused })
    assert.deepEqual(await app.asSuperuser(STORED_OF_FORM, [formKey]), [stored])
  })
})
