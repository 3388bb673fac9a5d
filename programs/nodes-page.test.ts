import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { nodeTypes } from '#modules/flow/contract.ts'
import { NODES_PAGE, nodesPage } from './nodes-page.ts'

test('the page of nodes is what the catalogue says; after a change run: node programs/nodes-page.ts', () => {
  assert.equal(readFileSync(NODES_PAGE, 'utf8'), nodesPage(nodeTypes))
})

test('the page names every kind of node, every setting of it and what it does', () => {
  const page = nodesPage(nodeTypes)
  for (const type of nodeTypes.values()) {
    assert.ok(page.includes(`### ${type.title}: \`${type.type}\``), type.type)
    assert.ok(page.includes(type.description), type.type)
  }
  assert.match(page, /\| `atMostOnce` \| yes or no \| `false` \| Better never than twice/)
})
