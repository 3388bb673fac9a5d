import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createCompany, createDeal, getCompany, getDeal, listCompanies } from '#modules/crm/contract.ts'
import { getRun, listRuns, listWorkflows } from '#modules/flow/contract.ts'
import { createTokens, getSamples, removeSamples, tokensOf } from '#modules/iam/contract.ts'
import { GOOD_PASSWORD } from '#modules/iam/factories.ts'
import { signUpOrganization } from '#modules/iam/index.ts'
import { getBoard, submitForm } from '#modules/intake/contract.ts'
import { createClient } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import { type TestApp, testApp } from '#test/app.ts'
import { seedDemo } from './seed.ts'

describe('the demo organization', () => {
  let app: TestApp
  const dir = mkdtempSync(join(tmpdir(), 'millrace-seed-'))
  chmodSync(dir, 0o755)
  before(async () => {
    app = await testApp({ MILLRACE_DATA: dir })
  })
  after(async () => {
    await app.close()
    rmSync(dir, { recursive: true, force: true })
  })

  const rows = async () =>
    Number((await app.asSuperuser<{ n: string }>('select count(*) as n from intake.leads'))[0]?.n)

  it('is made once, with a password that works and a past that adds up', async () => {
    const first = await seedDemo(app.kit)
    assert.ok(first?.created && first.password)
    const leads = await rows()
    const second = await seedDemo(app.kit)
    assert.deepEqual({ ...second, created: true }, first)
    assert.equal(second?.created, false)
    assert.equal(await rows(), leads)

    const anonymous = createClient({ baseUrl: app.url })
    const { accessToken } = tokensOf(
      await anonymous.call(createTokens, { body: { email: first.email, password: first.password } }),
    )
    const client = createClient({
      baseUrl: app.url,
      headers: () => ({ authorization: `Bearer ${accessToken}` }),
    })
    const [workflow] = (await client.call(listWorkflows)).items
    assert.ok(workflow)
    const params = { workflowId: workflow.id }
    const board = await client.call(getBoard, { params })
    assert.equal(board.count, leads)
    assert.ok(board.columns.every(column => column.count > 0))
    const runs = await client.call(listRuns, { params, query: { limit: 100 } })
    assert.equal(runs.items.length, leads)
    for (const run of runs.items.slice(0, 5)) {
      const detail = await client.call(getRun, { params: { runId: run.id } })
      assert.equal(detail.stepList.length, run.steps)
      assert.ok(detail.stepList.every(step => detail.graph.nodes.some(node => node.id === step.nodeId)))
    }
  })

  it('has companies whose French numbers are right by their check digit', async () => {
    const companies = await app.asSuperuser<{ siren: string }>(
      'select siren from crm.companies where siren is not null',
    )
    assert.ok(companies.length > 3)
    for (const { siren } of companies) {
      const digits = [...siren].reverse().map(Number)
      const sum = digits.reduce((total, digit, index) => {
        const weighed = index % 2 === 1 ? digit * 2 : digit
        return total + (weighed > 9 ? weighed - 9 : weighed)
      }, 0)
      assert.equal(sum % 10, 0, siren)
    }
  })

  it('goes in one act, and what people have made themselves stays', async () => {
    const seed = await seedDemo(app.kit)
    assert.ok(seed?.password)
    const { accessToken } = tokensOf(
      await createClient({ baseUrl: app.url }).call(createTokens, {
        body: { email: seed.email, password: seed.password },
      }),
    )
    const { call } = createClient({
      baseUrl: app.url,
      headers: () => ({ authorization: `Bearer ${accessToken}` }),
    })
    const { items: companies } = await call(listCompanies, { query: { limit: 1 } })
    const own = await call(createCompany, { body: { name: 'Made by hand' } })
    const deal = await call(createDeal, { body: { name: 'Made by hand', companyId: companies[0]?.id ?? '' } })
    await createClient({ baseUrl: app.url }).call(submitForm, {
      params: { formKey: seed.formKey },
      body: { submissionId: newId(), answers: { name: 'Late', email: 'late@example.com', budget: '$500' } },
    })
    assert.ok((await call(getSamples)).records > 100)
    const { records } = await call(removeSamples)
    assert.ok(records > 100)
    assert.deepEqual([await call(getSamples), await call(removeSamples)], [{ records: 0 }, { records: 0 }])
    const left = async (table: string) =>
      Number((await app.asSuperuser<{ n: string }>(`select count(*) as n from ${table}`))[0]?.n)
    for (const table of [
      'flow.workflows',
      'flow.runs',
      'flow.steps',
      'intake.leads',
      'intake.forms',
      'mail.messages',
    ])
      assert.equal(await left(table), 0, table)
    // Whoever sent the form is a person of the organization; the sample people are gone.
    assert.equal(await left('crm.people'), 1)
    assert.equal(await left('crm.companies'), 1)
    assert.equal((await call(getCompany, { params: { companyId: own.id } })).name, 'Made by hand')
    const kept = await call(getDeal, { params: { dealId: deal.id } })
    assert.deepEqual([kept.name, kept.company], ['Made by hand', null])
    assert.equal(await left('crm.deals'), 1)
    const closed = await fetch(`${app.url}/f/${seed.formKey}`)
    assert.equal(closed.status, 404)
  })

  it('is not made in a database that has accounts of its own', async () => {
    const other = mkdtempSync(join(tmpdir(), 'millrace-seed-'))
    const used = await testApp({ MILLRACE_DATA: other })
    await signUpOrganization(used.kit, {
      name: 'Ada',
      email: 'ada@example.com',
      password: GOOD_PASSWORD,
      organizationName: 'Own',
    })
    assert.equal(await seedDemo(used.kit), undefined)
    await used.close()
    rmSync(other, { recursive: true, force: true })
  })
})
