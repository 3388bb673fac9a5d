import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cleanName, cutText, splitName } from './person-names.ts'

describe('names of people', () => {
  it('take the last word of a line as last name and lose nothing', () => {
    const cases: [string, string | null, string | null][] = [
      ['Grace Hopper', 'Grace', 'Hopper'],
      ['  Grace   Brewster Murray\tHopper ', 'Grace Brewster Murray', 'Hopper'],
      ['Cher', 'Cher', null],
      ['', null, null],
      [' \u00a0\u3000 ', null, null],
      ['山田 太郎', '山田', '太郎'],
    ]
    for (const [full, firstName, lastName] of cases) {
      assert.deepEqual(splitName(full), { firstName, lastName }, JSON.stringify(full))
    }
  })

  it('are cut between characters, never inside one', () => {
    assert.equal(cleanName(`${'é'.repeat(199)}😀😀`), `${'é'.repeat(199)}😀`)
    assert.equal(cutText('😀😀😀', 2), '😀😀')
    assert.equal(cleanName('  '), null)
    assert.equal(cleanName(undefined), null)
  })
})
