import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type TestApp, testApp } from '#test/app.ts'
import { getWorkflow, importN8nWorkflow, publishWorkflow } from '../contract.ts'
import { rowOf, type Step } from './n8n-factories.ts'

const start: Step = ['Start', 'manualTrigger', 1]
const set: Step = ['Set', 'set', 1, { values: { string: [{ name: 'a', value: '={{ $json.name }}' }] } }]

describe('bringing a workflow of n8n along', () => {
  let app: TestApp
  before(async () => {
    app = await testApp()
  })
  after(() => app.close())

  it('makes a draft that can be published, with a report of every step', async () => {
    const { client } = await app.owner()
    const { workflow, report } = await client.call(importN8nWorkflow, {
      body: { workflow: rowOf(start, set) },
    })
    assert.equal(workflow.name, 'A workflow')
    assert.equal(workflow.status, 'draft')
    assert.deepEqual(
      report.nodes.map(({ status }) => status),
      ['mapped', 'mapped'],
    )
    const params = { workflowId: workflow.id }
    assert.deepEqual((await client.call(getWorkflow, { params })).draft, workflow.draft)
    assert.equal((await client.call(publishWorkflow, { params })).status, 'active')
  })

  it('keeps notes and what cannot run, and says what keeps it from being published', async () => {
    const { client } = await app.owner()
    const sheet: Step = ['Sheet', 'googleSheets', 4, { operation: 'append' }]
    const file = rowOf(start, sheet) as { nodes: object[] }
    file.nodes.push({
      name: 'Note',
      type: 'n8n-nodes-base.stickyNote',
      parameters: { content: 'Read \u0000me' },
      position: [0, 0],
    })
    const body = { workflow: JSON.stringify(file), name: 'Mine' }
    const { workflow, report } = await client.call(importN8nWorkflow, { body })
    assert.equal(workflow.name, 'Mine')
    assert.equal(workflow.draft.notes?.[0]?.text, 'Read me')
    assert.equal(report.placeholders, 1)
    assert.deepEqual(
      workflow.problems.map(({ code }) => code),
      ['imported_step'],
    )
  })

  it('reads a large one aside, and tells of the notes that are too many', async () => {
    const { client } = await app.owner()
    const row = Array.from({ length: 200 }, (_, n): Step => [`Set ${n}`, 'set', 1, { ...set[3] }])
    const file = rowOf(start, ...row) as { nodes: object[] }
    for (let n = 0; n < 502; n++)
      file.nodes.push({ name: `N${n}`, type: 'n8n-nodes-base.stickyNote', parameters: {}, position: [n, 0] })
    assert.ok(JSON.stringify(file).length > 30_000)
    const { workflow, report } = await client.call(importN8nWorkflow, { body: { workflow: file } })
    assert.equal(workflow.draft.nodes.length, 201)
    assert.deepEqual(report.leftOut, ['2 of the notes, because a workflow has at most 500 here.'])
    const broken = { nodes: 'x'.repeat(40_000) }
    await assert.rejects(client.call(importN8nWorkflow, { body: { workflow: broken } }), /no workflow of n8n/)
  })

  it('refuses what is no workflow of n8n and creates nothing', async () => {
    const { client } = await app.owner()
    for (const workflow of [{}, 'no', null, [1, 2], 5]) {
      await assert.rejects(client.call(importN8nWorkflow, { body: { workflow } }), /no workflow of n8n/)
    }
  })
})
