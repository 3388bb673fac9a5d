import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AssignmentRule } from './assignment-api.ts'
import { chooseOwner, type Situation, type Turn } from './choose.ts'

const rule = (
  members: readonly (string | Partial<AssignmentRule['members'][number]>)[],
  more: Partial<AssignmentRule> = {},
): AssignmentRule => ({
  id: 'r',
  name: 'Team',
  when: null,
  by: 'turn',
  members: members.map(member => ({
    userId: '',
    capacity: null,
    isAway: false,
    ...(typeof member === 'string' ? { userId: member } : member),
  })),
  ...more,
})

const situation = (
  openLeads: Readonly<Record<string, number>>,
  turns: Readonly<Record<string, Turn>> = {},
  answers: Readonly<Record<string, string>> = {},
): Situation => ({
  openLeads: new Map(Object.entries(openLeads)),
  turns,
  answerTo: key => ({ type: 'DROPDOWN', text: answers[key] }),
})
const nobody = { a: 0, b: 0, c: 0 }

describe('whose a new lead is', () => {
  const chosen = (rules: AssignmentRule[], given: Situation, defaultOwnerId: string | null = null) =>
    chooseOwner({ rules, defaultOwnerId }, given)

  it('goes round, past those who are away, suspended or full', () => {
    const given = (last: Turn | undefined, more: Record<string, number> = {}) =>
      situation({ ...nobody, ...more }, last ? { r: last } : {})
    const all = [rule(['a', 'b', 'c'])]
    assert.equal(chosen(all, given(undefined)).userId, 'a')
    assert.equal(chosen(all, given({ last: 'a', at: 0 })).userId, 'b')
    assert.equal(chosen(all, given({ last: 'c', at: 2 })).userId, 'a')
    assert.equal(
      chosen([rule(['a', { userId: 'b', isAway: true }, 'c'])], given({ last: 'a', at: 0 })).userId,
      'c',
    )
    assert.equal(
      chosen([rule(['a', { userId: 'b', capacity: 2 }, 'c'])], given({ last: 'a', at: 0 }, { b: 2 })).userId,
      'c',
    )
    assert.equal(
      chosen([rule(['a', { userId: 'b', capacity: 3 }, 'c'])], given({ last: 'a', at: 0 }, { b: 2 })).userId,
      'b',
    )
    assert.equal(chosen(all, situation({ a: 0, c: 0 }, { r: { last: 'a', at: 0 } })).userId, 'c')
  })

  it('goes on at the same place when whoever had the last one was taken from the list', () => {
    assert.equal(chosen([rule(['a', 'c'])], situation(nobody, { r: { last: 'b', at: 1 } })).userId, 'c')
    assert.equal(chosen([rule(['a', 'b'])], situation(nobody, { r: { last: 'c', at: 2 } })).userId, 'a')
  })

  it('is of whoever has the fewest, and of the next in turn among equals', () => {
    const team = [rule(['a', 'b', 'c'], { by: 'load' })]
    assert.equal(chosen(team, situation({ a: 3, b: 1, c: 2 })).userId, 'b')
    assert.equal(chosen(team, situation({ a: 1, b: 1, c: 1 }, { r: { last: 'a', at: 0 } })).userId, 'b')
    assert.match(chosen(team, situation({ a: 3, b: 1, c: 2 })).reason, /fewest open leads \(1\) of “Team”/)
  })

  it('goes by the first rule that fits and has somebody, then by default, and says why', () => {
    const when = {
      match: 'all' as const,
      conditions: [{ field: 'size', operator: 'is' as const, value: 'big' }],
    }
    const rules = [rule(['a'], { id: 'big', name: 'Big', when }), rule(['b'], { id: 'all', name: 'All' })]
    assert.deepEqual(
      [
        chosen(rules, situation(nobody, {}, { size: 'big' })),
        chosen(rules, situation(nobody, {}, { size: 'small' })),
      ].map(choice => [choice.userId, choice.taken?.rule.id, choice.taken?.turn]),
      [
        ['a', 'big', { last: 'a', at: 0 }],
        ['b', 'all', { last: 'b', at: 0 }],
      ],
    )
    assert.equal(chosen(rules, situation({ b: 0 }, {}, { size: 'big' })).userId, 'b')
    const byDefault = chosen([rules[0] as AssignmentRule], situation(nobody), 'c')
    assert.deepEqual(
      [byDefault.userId, byDefault.reason],
      ['c', 'the default owner, because no rule is for it'],
    )
    const none = chosen([rule(['z'])], situation(nobody), 'z')
    assert.deepEqual([none.userId, none.reason], [null, 'nobody of “Team” is free'])
    assert.equal(chosen([], situation(nobody), 'a').userId, 'a')
  })
})
