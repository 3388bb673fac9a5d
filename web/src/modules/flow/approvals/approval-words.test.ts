import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphSchema } from '#modules/flow/contract.ts'
import { askedWords, isAsked, nextSteps } from './approval-words.ts'

const graph = graphSchema.parse({
  nodes: [
    { id: 'ask', type: 'approval', config: { title: 'Discount?' } },
    { id: 'again', type: 'approval', config: { title: 'Really?' } },
    { id: 'mail', type: 'send_email', label: 'Send the offer' },
  ],
  edges: [
    { id: 'yes', source: 'ask', target: 'mail', sourceHandle: 'approved' },
    { id: 'off', source: 'ask', target: 'again', sourceHandle: 'approved', enabled: false },
  ],
})

const asking = (nodeId: string, title: string, status = 'waiting') => ({
  nodeId,
  nodeType: 'approval',
  status,
  input: { title },
})

test('those who are asked are named', () => {
  assert.equal(askedWords(['owner']), 'Owners')
  assert.equal(askedWords(['owner', 'admin', 'member']), 'Owners, admins and members')
  assert.equal(isAsked({ roles: ['owner'] }, 'owner'), true)
  assert.equal(isAsked({ roles: ['owner'] }, 'viewer'), false)
  assert.equal(isAsked({ roles: ['owner'] }, null), false)
})

test('each decision says what comes next', () => {
  assert.deepEqual(nextSteps({ graph, stepList: [asking('ask', 'Other words')] }, 'Discount?'), {
    approved: 'The run goes on with “Send the offer”.',
    rejected: 'This branch of the run ends.',
  })
})

test('of several steps that ask, the one with the title is meant', () => {
  const stepList = [asking('again', 'Really?'), asking('ask', 'Discount?')]
  assert.equal(
    nextSteps({ graph, stepList }, 'Discount?')?.approved,
    'The run goes on with “Send the offer”.',
  )
  assert.equal(nextSteps({ graph, stepList }, 'Unknown'), undefined)
  assert.equal(
    nextSteps({ graph, stepList: [asking('ask', 'Discount?', 'completed')] }, 'Discount?'),
    undefined,
  )
})
