import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Seeded } from '#platform/seeded.ts'
import { matchesPattern, patternProblem } from './text-pattern.ts'

describe('a pattern for answers', () => {
  it('is what the whole answer looks like', () => {
    for (const [expression, fits, doesNot] of [
      ['[A-Z]{2}\\d{6}', ['AB123456'], ['AB12345', 'ab123456', 'xAB123456', 'AB123456 ']],
      ['^\\d{5}$', ['75001'], ['7500', '750011']],
      ['(?:red|green|blue)(?:, (?:red|green|blue))*', ['red', 'red, blue'], ['', 'red,', 'pink']],
      ['\\p{Lu}\\p{L}+', ['Ärger', 'Émile'], ['ärger', 'É', 'A1']],
      ['[^@\\s]+@example\\.com', ['a.b@example.com'], ['@example.com', 'a@exampleXcom']],
      ['a{2,4}b?', ['aa', 'aaaab'], ['a', 'aaaaa', 'aabb']],
      ['x{0,2}', ['', 'xx'], ['xxx']],
      ['[\\]\\-a]+', ['a-]'], ['b']],
      ['.', ['🦊', 'a'], ['', 'ab', '\n']],
      ['(a|b|)c+?', ['c', 'acc'], ['ab']],
      ['\\$\\d+(?:\\.\\d\\d)?', ['$5', '$5.50'], ['5', '$5.5']],
    ] as const) {
      for (const text of fits) assert.equal(matchesPattern(expression, text), true, `${expression} ${text}`)
      for (const text of doesNot)
        assert.equal(matchesPattern(expression, text), false, `${expression} ${text}`)
    }
  })

  it('decides as the regular expressions of the language do', () => {
    const seeded = new Seeded(11)
    const pick = <T>(of: readonly T[]): T => of[seeded.whole(0, of.length - 1)] as T
    const part = (depth: number): string => {
      const atom =
        depth > 2 ? pick(['a', 'b', '.', '[ab]', '[^a]']) : pick(['a', 'b', '[^b]', `(${alt(depth + 1)})`])
      return atom + pick(['', '', '*', '+', '?', '{2}', '{1,3}', '{2,}'])
    }
    const alt = (depth: number): string =>
      Array.from({ length: seeded.whole(1, 2) }, () =>
        Array.from({ length: seeded.whole(1, 3) }, () => part(depth)).join(''),
      ).join('|')
    let compared = 0
    for (let n = 0; n < 400; n++) {
      const expression = alt(0)
      if (patternProblem(expression) !== null) continue
      const known = new RegExp(`^(?:${expression})$`, 'u')
      for (let k = 0; k < 20; k++) {
        const text = Array.from({ length: seeded.whole(0, 8) }, () => pick(['a', 'b', 'c'])).join('')
        assert.equal(matchesPattern(expression, text), known.test(text), `${expression} ${text}`)
        compared++
      }
    }
    assert.ok(compared > 5000, String(compared))
  })

  it('takes no more steps for one answer than for another, where going back would never end', () => {
    for (const expression of [
      '(a+)+',
      '(a*)*b',
      '(a|a)*c',
      '(a|aa)+d',
      '(?:a?){60}a{60}',
      '(.*)(.*)(.*)(.*)x',
    ]) {
      assert.equal(patternProblem(expression), null)
      assert.equal(matchesPattern(expression, `${'a'.repeat(499)}!`), false)
    }
  })

  it('is refused in words where it is none, does too much or could not be held to its time', () => {
    for (const [expression, message] of [
      ['(', /no closing one/],
      ['a)', /no opening one/],
      ['[a', /ends too early/],
      ['[]', /nothing in the square brackets/],
      ['a**', /cannot be repeated/],
      ['*a', /nothing that \* could repeat/],
      ['(?=a)b', /not supported/],
      ['(?<name>a)', /not supported/],
      ['(a)\\1', /\\1 is not supported/],
      ['\\bword', /\\b is not supported/],
      ['\\p{Greek}', /Known are/],
      ['a{3,1}', /ends before it begins/],
      ['a{1000}', /Write repetitions like/],
      ['[z-a]', /ends before it begins/],
      ['a^b', /whole answer is compared/],
      ['(a{1,99}){1,99}', /too long/],
      ['((((((){999}){999}){999}){999}){999})', /too long/],
      [`${'('.repeat(90)}a${')'.repeat(90)}`, /too many brackets/],
    ] as const) {
      assert.match(patternProblem(expression) ?? 'none', message, expression)
    }
  })

  it('holds nothing against texts that are longer than any it is meant for', () => {
    assert.equal(matchesPattern('a*', 'a'.repeat(500)), true)
    assert.equal(matchesPattern('a*', 'a'.repeat(501)), false)
  })
})
