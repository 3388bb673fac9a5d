import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { originWords } from './origin-words.ts'

const nobody = { userId: null, apiKeyId: null, runId: null, workflowId: null }
const names = new Map([['u2', 'Noor Mensah']])

describe('where a value comes from, in words', () => {
  const of = (actor: object, source: string | null = null, title: string | null = null) =>
    originWords(
      {
        actor: { type: 'user', ...nobody, ...actor },
        source,
        changeSet: title === null ? null : { id: 'c1', kind: 'import', title },
      },
      names,
      'u1',
    )
  it('names the reader, other members, and who is no member', () => {
    assert.equal(of({ userId: 'u1' }).who, 'You')
    assert.equal(of({ userId: 'u2' }).who, 'Noor Mensah')
    assert.equal(of({ userId: 'u3' }).who, 'A member')
    assert.equal(of({ type: 'visitor' }).who, 'A visitor')
  })
  it('says by which way', () => {
    assert.equal(of({ userId: 'u1' }).how, '')
    assert.equal(of({ type: 'visitor' }, 'form').how, 'with a form')
    assert.equal(of({ userId: 'u1' }, 'import', 'Fair 2026').how, 'by an import: Fair 2026')
    assert.equal(of({ type: 'apiKey' }, 'sheet').how, 'by sheet')
  })
  it('leads to the run of a workflow', () => assert.equal(of({ type: 'run', runId: 'r1' }).runId, 'r1'))
})
