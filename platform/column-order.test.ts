import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { placeBetween, topPlace } from './column-order.ts'

describe('the order of cards in a column', () => {
  it('puts later cards above earlier ones, and cards of one millisecond apart', () => {
    const at = new Date('2026-11-21T09:30:00.000Z')
    assert.ok(topPlace(new Date(at.getTime() + 1)) > topPlace(at))
    assert.ok(topPlace(new Date('2199-01-01')) > topPlace(at))
    assert.equal(new Set(Array.from({ length: 100 }, () => topPlace(at))).size, 100)
  })

  it('has room between any two cards, however often one place is chosen', () => {
    const column = [topPlace(new Date(0)), topPlace(new Date())]
    const check = fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 200 }), choices => {
      const places = [...column]
      for (const choice of choices) {
        const index = choice % (places.length + 1)
        const place = placeBetween(places[index - 1] ?? null, places[index] ?? null)
        assert.match(place, /^[0-9A-Za-z]*[1-9A-Za-z]$/)
        places.splice(index, 0, place)
      }
      assert.deepEqual(places, [...places].sort())
      assert.equal(new Set(places).size, places.length)
    })
    fc.assert(check, { seed: 7, numRuns: 200 })
  })

  it('stays short when cards are dropped at one place a thousand times', () => {
    let low = topPlace(new Date())
    const high = topPlace(new Date(Date.now() + 1))
    for (let n = 0; n < 1000; n++) {
      const place = placeBetween(low, high)
      assert.ok(low < place && place < high)
      low = place
    }
    assert.ok(low.length < 200, `${low.length} characters`)
  })

  it('answers something sensible for two cards at one place', () => {
    assert.ok(placeBetween('V', 'V') > 'V')
    assert.ok(placeBetween('W', 'V') > 'W')
  })
})
