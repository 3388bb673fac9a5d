import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { getRun, listRuns, listWorkflows } from '#modules/flow/contract.ts'
import { createTokens, tokensOf } from '#modules/iam/contract.ts'
import { GOOD_PASSWORD } from '#modules/iam/factories.ts'
import { signUpOrganization } from '#modules/iam/index.ts'
import { getBoard } from '#modules/intake/contract.ts'
import { createClient } from '#platform/contract/client.ts'
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
