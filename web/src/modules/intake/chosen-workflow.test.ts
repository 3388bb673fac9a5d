import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Workflow } from '#modules/flow/contract.ts'
import { chosenWorkflow, workflowsWithLeads } from './chosen-workflow.ts'

function workflow(id: string, over: Partial<Workflow> = {}): Workflow {
  return {
    id,
    name: id,
    description: '',
    status: 'active',
    triggerType: 'form_submitted',
    revision: 1,
    publishedVersion: 1,
    runCount: 0,
    lastRunAt: null,
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
    ...over,
  }
}

test('only workflows that a form starts have leads, the most recently used first', () => {
  const all = [
    workflow('idle'),
    workflow('manual', { triggerType: 'manual' }),
    workflow('draft', { triggerType: null }),
    workflow('archived', { status: 'archived' }),
    workflow('busy', { lastRunAt: '2026-11-21T00:00:00Z' }),
  ]
  assert.deepEqual(
    workflowsWithLeads(all).map(each => each.id),
    ['busy', 'idle'],
  )
})

test('the address wins over what was shown last, and that over the first', () => {
  const known = [{ id: 'a' }, { id: 'b' }]
  assert.equal(chosenWorkflow(known, 'zz', 'b'), 'zz')
  assert.equal(chosenWorkflow(known, undefined, 'b'), 'b')
  assert.equal(chosenWorkflow(known, undefined, 'gone'), 'a')
  assert.equal(chosenWorkflow(known, undefined, null), 'a')
  assert.equal(chosenWorkflow([], undefined, 'gone'), undefined)
})
