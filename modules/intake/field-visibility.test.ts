import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { checkAnswers } from './answers.ts'
import { BRANCHING_FORM, PROJECT_FORM } from './factories.ts'
import { FormDefinition, type FormField } from './form-definition.ts'

const { fields } = FormDefinition.parse(BRANCHING_FORM)
const email = 'grace@example.com'

const told = (given: Record<string, unknown>, of: readonly FormField[] = fields) => {
  const { answers, problems } = checkAnswers(of, given)
  return problems.length > 0 ? problems.map(({ pointer, code }) => `${pointer} ${code}`) : answers
}

/** What becomes of a text field `y` that is asked when `x` is like this. */
function asks(type: string, condition: Record<string, unknown>, answers: [unknown, boolean][], more = {}) {
  const { fields: made } = FormDefinition.parse({
    ...PROJECT_FORM,
    fields: [
      { type: 'EMAIL', key: 'email', label: 'E-mail', required: true },
      { type, key: 'x', label: 'X', ...more },
      { type: 'TEXT', key: 'y', label: 'Y', visibleWhen: { conditions: [{ field: 'x', ...condition }] } },
    ],
  })
  for (const [x, expected] of answers) {
    const { answers: kept, problems } = checkAnswers(made, { email, x, y: 'said' })
    assert.deepEqual(problems, [])
    assert.equal(kept.y === 'said', expected, `${type} ${JSON.stringify(condition)} ← ${JSON.stringify(x)}`)
  }
}

describe('a field that depends on answers above it', () => {
  it('is neither needed nor kept while it is not asked', () => {
    assert.deepEqual(told({ email, services: ['Design'] }), { email, services: 'Design', call: 'false' })
    assert.deepEqual(told({ email, services: ['Design'], servers: 'many', plan: 'none', reach: '+' }), {
      email,
      services: 'Design',
      call: 'false',
    })
  })

  it('is needed and checked as soon as it is asked', () => {
    assert.deepEqual(told({ email, services: ['Hosting'], call: true, reach: '+' }), [
      '/answers/servers required',
      '/answers/reach invalid_phone',
    ])
    const asked = { email, services: ['Hosting'], servers: '10', plan: 'Each night', call: true }
    assert.deepEqual(told({ ...asked, reach: '+33 6 12 34 56 78' }), {
      email,
      services: 'Hosting',
      servers: '10',
      plan: 'Each night',
      call: 'true',
      reach: '+33 6 12 34 56 78',
    })
  })

  it('is not asked when what it depends on is not asked, whatever was sent for that', () => {
    assert.deepEqual(told({ email, services: ['Design'], servers: '50', plan: 'Each night' }), {
      email,
      services: 'Design',
      call: 'false',
    })
  })

  it('compares texts as people read them, options as they are, and amounts by their size', () => {
    asks('TEXT', { operator: 'is', value: 'Partner' }, [
      [' partner', true],
      ['partners', false],
      [undefined, false],
    ])
    asks('TEXT', { operator: 'is_not', value: 'Partner' }, [
      ['partner', false],
      ['x', true],
      [undefined, true],
    ])
    asks('LONG_TEXT', { operator: 'contains', value: 'urgent' }, [
      ['This is URGENT', true],
      ['', false],
    ])
    const options = ['a', 'A', 'ab']
    asks('DROPDOWN', { operator: 'is', value: 'a' }, [['a', true]], { options })
    asks('DROPDOWN', { operator: 'is', value: 'a' }, [['A', false]], { options })
    asks('MULTI_SELECT', { operator: 'contains', value: 'a' }, [[['a', 'ab'], true]], { options })
    asks('MULTI_SELECT', { operator: 'contains', value: 'a' }, [[['ab', 'A'], false]], { options })
    asks('MULTI_SELECT', { operator: 'not_contains', value: 'a' }, [[[], true]], { options })
    asks('NUMBER', { operator: 'is', value: '12.5' }, [
      ['12.50', true],
      ['12', false],
    ])
    asks('NUMBER', { operator: 'at_least', value: '9' }, [
      ['10', true],
      ['8.99', false],
      [undefined, false],
    ])
    asks('DATE', { operator: 'at_most', value: '2026-12-31' }, [
      ['2026-12-31', true],
      ['2027-01-01', false],
      [undefined, false],
    ])
    asks('CHECKBOX', { operator: 'is', value: 'false' }, [
      [undefined, true],
      [true, false],
    ])
    asks('PHONE', { operator: 'is_answered' }, [
      ['+33 6 12 34 56 78', true],
      [' ', false],
    ])
    asks('URL', { operator: 'is_empty' }, [
      ['example.com', false],
      [undefined, true],
    ])
  })

  it('is asked when all of its conditions hold, or any of them', () => {
    const conditions = [
      { field: 'a', operator: 'is_answered' },
      { field: 'b', operator: 'is_answered' },
    ]
    for (const match of ['all', 'any'] as const) {
      const made = FormDefinition.parse({
        ...PROJECT_FORM,
        fields: [
          { type: 'EMAIL', key: 'email', label: 'E-mail', required: true },
          { type: 'TEXT', key: 'a', label: 'A' },
          { type: 'TEXT', key: 'b', label: 'B' },
          { type: 'TEXT', key: 'y', label: 'Y', visibleWhen: { match, conditions } },
        ],
      }).fields
      const isAsked = (given: Record<string, string>) =>
        checkAnswers(made, { email, y: 'said', ...given }).answers.y !== undefined
      assert.deepEqual(
        [{}, { a: '1' }, { a: '1', b: '2' }].map(isAsked),
        match === 'all' ? [false, false, true] : [false, true, true],
      )
    }
  })

  it('never makes a form impossible to send, whatever is answered: what is kept can be sent again and is the same', () => {
    const text = fc.option(fc.oneof(fc.string(), fc.constantFrom('9', '10', '11', 'true')), {
      nil: undefined,
    })
    fc.assert(
      fc.property(
        fc.subarray(['Design', 'Hosting', 'Support'], { maxLength: 2 }),
        fc.record({ servers: text, plan: text, reach: text, site: text, campaign: text, call: fc.boolean() }),
        (services, given) => {
          const { answers, problems } = checkAnswers(fields, { email, services, ...given })
          if (problems.length > 0) return
          assert.deepEqual(checkAnswers(fields, answers), { answers, problems: [] })
          if (!services.includes('Hosting')) assert.equal(answers.servers, undefined)
          if (!(Number(answers.servers) >= 10)) assert.equal(answers.plan, undefined)
          if (!given.call) assert.equal(answers.reach, undefined)
        },
      ),
    )
  })
})

describe('the conditions of a form', () => {
  const refused = (field: Record<string, unknown>, ...before: Record<string, unknown>[]) => {
    const parsed = FormDefinition.safeParse({
      ...PROJECT_FORM,
      fields: [
        { type: 'EMAIL', key: 'email', label: 'E-mail', required: true },
        ...before,
        { type: 'TEXT', key: 'y', label: 'Y', ...field },
      ],
    })
    return parsed.error?.issues.map(({ path, message }) => `${path.join('/')}: ${message}`) ?? []
  }
  const when = (field: string, operator: string, value?: string) => ({
    visibleWhen: { conditions: [{ field, operator, ...(value === undefined ? {} : { value }) }] },
  })

  it('look up, never down, at itself or at nothing', () => {
    for (const key of ['y', 'later', 'nothing']) {
      assert.deepEqual(refused(when(key, 'is', 'x')), [
        'fields/1/visibleWhen/conditions/0/field: Name a field that stands above this one.',
      ])
    }
  })

  it('ask what the answer can be asked, with a value that it can have', () => {
    const list = { type: 'DROPDOWN', key: 'x', label: 'X', options: ['a'] }
    assert.deepEqual(refused(when('x', 'is', 'b'), list), [
      'fields/2/visibleWhen/conditions/0/value: This is none of the options of that field.',
    ])
    assert.deepEqual(refused(when('x', 'at_least', 'a'), list), [
      'fields/2/visibleWhen/conditions/0/operator: The answer to that field cannot be asked this.',
    ])
    for (const [type, value] of [
      ['NUMBER', 'many'],
      ['DATE', '2026-02-30'],
      ['CHECKBOX', 'yes'],
      ['TEXT', undefined],
    ] as const) {
      assert.equal(refused(when('x', 'is', value), { type, key: 'x', label: 'X' }).length, 1, type)
    }
    assert.equal(refused(when('email', 'is_answered', 'x')).length, 1)
    assert.deepEqual(refused(when('email', 'contains', '@example.com')), [])
  })

  it('do not stand at the address that is who the lead is', () => {
    const { success, error } = FormDefinition.safeParse({
      ...PROJECT_FORM,
      fields: [
        { type: 'TEXT', key: 'name', label: 'Name' },
        {
          type: 'EMAIL',
          key: 'email',
          label: 'E-mail',
          required: true,
          visibleWhen: { conditions: [{ field: 'name', operator: 'is_answered' }] },
        },
      ],
    })
    assert.equal(success, false)
    assert.deepEqual(error?.issues[0]?.path, ['fields', 1, 'visibleWhen'])
  })
})
