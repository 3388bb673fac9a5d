import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { guessPath, pathsIn } from './sample-paths.ts'

describe('paths in a delivery', () => {
  it('lead to everything that is text, a number or a yes and no, and to lists of these', () => {
    const body = {
      id: 7,
      contact: { email: 'ada@example.com', 'full-name': 'Ada' },
      tags: ['a', 'b'],
      items: [{ sku: 'x' }],
      ok: true,
      none: null,
      'odd key': 'left out',
      empty: [],
    }
    assert.deepEqual(
      pathsIn(body).map(({ path, value }) => `${path}=${value}`),
      [
        'id=7',
        'contact.email=ada@example.com',
        'contact.full-name=Ada',
        'tags=a, b',
        'items.0.sku=x',
        'ok=true',
      ],
    )
    for (const nothing of [null, 'text', 3, ['a'], [{ a: 1 }]]) assert.deepEqual(pathsIn(nothing), [])
  })

  it('are not followed without end', () => {
    let deep: unknown = 'x'
    for (let level = 0; level < 50; level++) deep = { a: deep }
    assert.deepEqual(pathsIn(deep), [])
    const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`k${n}`, n]))
    assert.equal(pathsIn(wide).length, 200)
  })

  it('are guessed by their names, and an address by what it looks like', () => {
    const paths = pathsIn({
      who: 'ada@example.com',
      person: { fullName: 'Ada', 'phone-number': '1' },
      budget: 'x',
    })
    assert.equal(guessPath(paths, 'email'), 'who')
    assert.equal(guessPath(paths, 'name'), 'person.fullName')
    assert.equal(guessPath(paths, 'phone'), 'person.phone-number')
    assert.equal(guessPath(paths, 'budget'), 'budget')
    assert.equal(guessPath(paths, 'seats'), null)
  })
})
