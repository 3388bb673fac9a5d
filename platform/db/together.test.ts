import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Outcome, Together } from './together.ts'

/** Work that ends when it is let, and what it was given each time. */
function heldWork() {
  const given: number[][] = []
  const held: (() => void)[] = []
  const together = new Together<number, number>(async numbers => {
    given.push([...numbers])
    await new Promise<void>(resolve => held.push(resolve))
    if (numbers.length > 1 && numbers.includes(13)) throw new Error('unlucky')
    return numbers.map(
      (n): Outcome<number> =>
        n === 13 ? { status: 'rejected', reason: new Error('alone') } : { status: 'fulfilled', value: n * 2 },
    )
  })
  const turn = () => new Promise(resolve => setImmediate(resolve))
  const letGo = async () => {
    await turn()
    while (held.length > 0) {
      held.shift()?.()
      await turn()
    }
  }
  return { given, together, turn, letGo }
}

describe('what is done together', () => {
  it('is what comes in one turn, and then what comes meanwhile, and each gets its own', async () => {
    const { given, together, turn, letGo } = heldWork()
    const first = [1, 2].map(n => together.add(n))
    await turn()
    const second = together.add(3)
    await turn()
    // Two are under way, so these wait and then share one.
    const third = [4, 5, 6].map(n => together.add(n))
    await turn()
    assert.deepEqual(given, [[1, 2], [3]])
    await letGo()
    assert.deepEqual(await Promise.all([...first, second, ...third]), [2, 4, 6, 8, 10, 12])
    assert.deepEqual(given, [[1, 2], [3], [4, 5, 6]])
  })

  it('is done one by one when it failed together, so that nobody pays for another', async () => {
    const { given, together, letGo } = heldWork()
    const answers = [7, 13, 8].map(n => together.add(n))
    const settled = Promise.allSettled(answers)
    await letGo()
    const [seven, unlucky, eight] = await settled
    assert.deepEqual(seven, { status: 'fulfilled', value: 14 })
    assert.deepEqual(eight, { status: 'fulfilled', value: 16 })
    assert.match(unlucky?.status === 'rejected' ? String(unlucky.reason) : '', /alone/)
    assert.deepEqual(given, [[7, 13, 8], [7], [13], [8]])
  })

  it('goes on after a failure', async () => {
    const { together, letGo } = heldWork()
    const failed = together.add(13)
    const settled = Promise.allSettled([failed])
    await letGo()
    assert.equal((await settled)[0]?.status, 'rejected')
    const next = together.add(1)
    await letGo()
    assert.equal(await next, 2)
  })

  it('is never more than 32 at once', async () => {
    const { given, together, letGo } = heldWork()
    const answers = Array.from({ length: 70 }, (_, n) => together.add(n + 100))
    await letGo()
    await Promise.all(answers)
    assert.deepEqual(
      given.map(({ length }) => length),
      [32, 32, 6],
    )
  })
})
