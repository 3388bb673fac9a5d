import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { kindOf } from './workflow-file.ts'

describe('what kind of file a workflow is in', () => {
  it('is told by its content', () => {
    assert.equal(kindOf('{"nodes": [], "connections": {}}'), 'n8n')
    assert.equal(kindOf('{"name": "x", "nodes": [], "connections": {"A": {"main": []}}}'), 'n8n')
    assert.equal(kindOf('{"millrace": "workflow/1", "nodes": {}}'), 'own')
    for (const text of ['', 'name: x\nnodes: []', '{', 'null', '[]', '3', '"text"', '{"nodes": []}'])
      assert.equal(kindOf(text), 'own', text)
  })
})
