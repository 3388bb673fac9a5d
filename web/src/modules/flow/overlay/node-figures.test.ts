import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { figuresLine, figuresSentence, percentWords } from './node-figures.ts'

const figures = { nodeId: 'send', steps: 214, failed: 4, p50Ms: 1_200, p95Ms: 3_400 }

describe('figures of a step', () => {
  it('are a line on the node and a sentence for who hears it', () => {
    assert.equal(figuresLine(figures), '98 % of 214 · 1.2 s')
    assert.equal(
      figuresSentence(figures),
      'Reached 214 times, failed 4 times. Half took less than 1.2 s, 95 % less than 3.4 s',
    )
  })

  it('say that a step was not reached, and leave out times there are none of', () => {
    assert.equal(figuresLine(undefined), 'Not reached lately')
    assert.equal(figuresLine({ ...figures, steps: 0, failed: 0 }), 'Not reached lately')
    assert.equal(figuresLine({ ...figures, failed: 0, p50Ms: null, p95Ms: null }), '100 % of 214')
    assert.equal(
      figuresSentence({ ...figures, steps: 1, failed: 0, p50Ms: null, p95Ms: null }),
      'Reached 1 time, never failed',
    )
  })

  it('say 100 % only when nothing failed and 0 % only when everything did', () => {
    assert.deepEqual([1, 0.999, 0.5, 0.001, 0].map(percentWords), ['100 %', '99 %', '50 %', '1 %', '0 %'])
  })
})
