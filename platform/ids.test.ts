import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { idAt, idFloor, isId, newId, timeOfId } from './ids.ts'

describe('ids', () => {
  it('carry the time they were minted and differ', () => {
    const ids = Array.from({ length: 1000 }, newId)
    const times = ids.map(id => timeOfId(id).getTime())
    assert.deepEqual([...times].sort(), times)
    assert.equal(new Set(ids).size, 1000)
    assert.ok(ids.every(isId))
  })

  it('are ordered as they were minted, however many fall into one millisecond', () => {
    const start = Date.now()
    const ids = Array.from({ length: 50_000 }, newId)
    const elapsed = Date.now() - start
    assert.ok(ids.every((id, n) => n === 0 || id > (ids[n - 1] ?? '')))
    assert.ok(ids.every(isId))
    assert.ok(ids.every(id => id[14] === '7' && /[89ab]/.test(id[19] ?? '')))
    // Running ahead of the clock is bounded by the counter: 4,096 ids take one millisecond.
    const ahead = timeOfId(ids.at(-1) ?? '').getTime() - (start + elapsed)
    assert.ok(ahead <= 50_000 / 2048, `${ahead} ms ahead`)
  })

  it('of a given instant carry it and lie between its bounds', () => {
    const at = new Date('2026-02-03T04:05:06.789Z')
    const id = idAt(at)
    assert.ok(isId(id))
    assert.equal(id[14], '7')
    assert.match(id[19] ?? '', /[89ab]/)
    assert.equal(timeOfId(id).getTime(), at.getTime())
    assert.ok(idFloor(at) <= id && id < idFloor(new Date(at.getTime() + 1)))
  })

  it('have one accepted spelling', () => {
    for (const text of [
      '',
      newId().toUpperCase(),
      `{${newId()}}`,
      newId().replaceAll('-', ''),
      `${newId()} `,
      7,
      null,
    ]) {
      assert.equal(isId(text), false)
    }
  })
})
