import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { getForm, submitForm } from '#modules/intake/contract.ts'
import { newId } from '#platform/ids.ts'
import { type TestApp, testApp } from '#test/app.ts'
import { createFromStartingPoint, getWorkflow } from './contract.ts'
import { validateGraph } from './graph-problems.ts'
import { nodeTypes } from './nodes/catalogue.ts'
import { startingPoint, startingPointNames } from './starting-points.ts'

describe('a starting point', () => {
  let app: TestApp
  before(async () => {
    app = await testApp()
  })
  after(() => app.close())

  for (const name of startingPointNames) {
    it(`${name} has nothing to mend, whatever the organization is called`, () => {
      const point = startingPoint(name, 'A {{ lead.nothing }} {% house %}')
      assert.deepEqual(validateGraph(point.graph, nodeTypes), [])
      assert.doesNotMatch(JSON.stringify(point.graph), /nothing \}|% house %\}/)
    })

    it(`${name} gives a form that takes answers and a workflow that runs to its end or to its wait`, async () => {
      const { client, orgId } = await app.owner()
      const made = await client.call(createFromStartingPoint, { body: { startingPoint: name } })
      const params = { workflowId: made.workflowId }
      const workflow = await client.call(getWorkflow, { params })
      assert.equal(workflow.status, 'active')
      const form = await client.call(getForm, { params })
      assert.equal(form.key, made.formKey)
      const answers: Record<string, string> = {}
      for (const field of form.fields) {
        answers[field.key] =
          field.type === 'EMAIL'
            ? 'grace@example.com'
            : field.type === 'DROPDOWN'
              ? (field.options[0] ?? '')
              : 'Grace'
      }
      await client.call(submitForm, {
        params: { formKey: made.formKey },
        body: { submissionId: newId(), answers },
      })
      const settled = () =>
        app.asSuperuser<{ status: string; error: unknown }>(
          `select status, error from flow.runs where org_id = $1 and status in ('waiting', 'completed', 'failed')`,
          [orgId],
        )
      while ((await settled()).length === 0) {}
      const [run] = await settled()
      assert.equal(run?.status, name === 'demo_request' ? 'waiting' : 'completed', JSON.stringify(run))
    })
  }
})
