import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isNarrowed, runFilter } from './run-filters.ts'

describe('filters of runs', () => {
  it('are said in the language of filters, the status left to its own parameter', () => {
    const both = { trigger: 'form_submitted', since: '7d' } as const
    assert.equal(runFilter(both), 'triggerType:is:form_submitted;createdAt:after:now-7d')
    assert.equal(runFilter({ since: '24h' }), 'createdAt:after:now-24h')
    assert.equal(runFilter({ status: 'failed' }), undefined)
    assert.deepEqual([isNarrowed(both), isNarrowed({ status: 'failed' })], [true, false])
  })

  it('take nothing from an address that would be more than a kind of trigger', () => {
    assert.equal(runFilter({ trigger: 'manual;status:is:failed' }), undefined)
  })
})
