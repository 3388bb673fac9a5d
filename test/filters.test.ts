import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { listPeople, PERSON_FIELDS } from '#modules/crm/contract.ts'
import { listRuns, listWorkflows, RUN_FIELDS, WORKFLOW_FIELDS } from '#modules/flow/contract.ts'
import { LEAD_FIELDS, listLeads } from '#modules/intake/contract.ts'
import { listMessages, MESSAGE_FIELDS } from '#modules/mail/contract.ts'
import { type FilterField, type FilterFields, OPERATORS, type Operands } from '#platform/contract/filter.ts'
import { Problem } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { type TestApp, testApp } from '#test/app.ts'
import type { SignedIn } from '#test/people.ts'
import { makeRecords } from './tenancy/records.ts'

const LISTS: readonly { path: string; fields: FilterFields }[] = [
  { path: listLeads.path, fields: LEAD_FIELDS },
  { path: listPeople.path, fields: PERSON_FIELDS },
  { path: listWorkflows.path, fields: WORKFLOW_FIELDS },
  { path: listRuns.path, fields: RUN_FIELDS },
  { path: listMessages.path, fields: MESSAGE_FIELDS },
]

const VALUES: Readonly<Record<FilterField['type'], string>> = {
  text: 'a',
  number: '1',
  money: '100 EUR',
  date: 'today',
  time: 'now-1h',
  boolean: 'true',
  enum: '',
  id: newId(),
  list: 'a',
}

function valuesFor({ type, values }: FilterField, operands: Operands): string {
  const one = values?.[0] ?? VALUES[type]
  return operands === 'none'
    ? ''
    : `:${Array(operands === 'one' ? 1 : 2)
        .fill(one)
        .join(',')}`
}

describe('lists of the product', () => {
  let app: TestApp
  let owner: SignedIn
  before(async () => {
    app = await testApp()
    owner = await app.owner()
    await makeRecords(app.kit, owner)
  })
  after(() => app.close())

  async function read(path: string, query: Record<string, string>) {
    const workflows = (await owner.client.call(listWorkflows)).items
    const workflow = workflows.find(({ runCount }) => runCount > 0)
    const place = path.replace(':workflowId', workflow?.id ?? '')
    const response = await fetch(`${app.url}${place}?${new URLSearchParams(query)}`, {
      headers: { authorization: `Bearer ${owner.accessToken}` },
    })
    const answer: unknown = await response.json()
    if (response.status === 422) return { status: 422, items: [], errors: Problem.parse(answer).errors }
    return { status: response.status, ...(answer as { items: { id: string }[]; nextCursor: string | null }) }
  }

  it('answer every operator of every field, and its opposite with the rest', async () => {
    for (const { path, fields } of LISTS) {
      const all = (await read(path, {})).items.map(item => item.id).sort()
      assert.ok(all.length > 0, path)
      for (const [name, field] of Object.entries(fields)) {
        for (const [op, operands] of Object.entries(OPERATORS[field.type])) {
          const filter = `${name}:${op}${valuesFor(field, operands)}`
          const { status, items } = await read(path, { filter })
          assert.equal(status, 200, `${path} ${filter}`)
          const opposite = { is: 'is_not', in: 'not_in', contains: 'not_contains', empty: 'not_empty' }[op]
          if (!opposite) continue
          const rest = await read(path, { filter: `${name}:${opposite}${valuesFor(field, operands)}` })
          assert.deepEqual([...items, ...rest.items].map(item => item.id).sort(), all, `${path} ${filter}`)
        }
      }
    }
  })

  it('come in every order that is offered, one record a page', async () => {
    for (const { path, fields } of LISTS) {
      const all = (await read(path, {})).items.length
      for (const [name] of Object.entries(fields).filter(([, { sort }]) => sort)) {
        for (const sort of [name, `-${name}`]) {
          const seen: string[] = []
          for (let cursor: string | null | undefined = ''; cursor !== null; ) {
            const page = await read(path, { sort, limit: '1', ...(cursor ? { cursor } : {}) })
            assert.equal(page.status, 200, `${path} ${sort}`)
            seen.push(...page.items.map(item => item.id))
            cursor = 'nextCursor' in page ? page.nextCursor : null
          }
          assert.equal(new Set(seen).size, all, `${path} ${sort}`)
          assert.equal(seen.length, all, `${path} ${sort}`)
        }
      }
    }
  })

  it('find leads by the person they are about', async () => {
    const { items } = await read(listLeads.path, {})
    const [lead] = items as { id: string; email: string }[]
    assert.ok(lead)
    const found = await read(listLeads.path, { filter: `person.email:is:${lead.email.toUpperCase()}` })
    assert.deepEqual(
      found.items.map(({ id }) => id),
      [lead.id],
    )
  })

  it('point at what they do not understand', async () => {
    const deep = (levels: number): object => (levels === 0 ? { all: [] } : { all: [deep(levels - 1)] })
    const cases: [string, string, string][] = [
      ['nothing:is:1', '/filter/field', 'unknown_field'],
      ['name:like:x', '/filter/op', 'unknown_operator'],
      ['createdAt:after:yesterday', '/filter/value', 'invalid_value'],
      ['createdAt:after:2026-02-30', '/filter/value', 'invalid_value'],
      ['createdAt:between:today', '/filter/value', 'invalid_length'],
      ['workflowId:in:1,2', '/filter/value/0', 'invalid_value'],
      ['name:empty:1', '/filter/value', 'not_needed'],
      ['name:is:"x', '/filter', 'invalid_syntax'],
      ['(name:is:x', '/filter', 'invalid_syntax'],
      ['name:is:x;', '/filter', 'invalid_syntax'],
      ['name', '/filter', 'invalid_syntax'],
      ['{', '/filter', 'invalid_syntax'],
      ['{"all":[{"any":[{"field":"score","op":"is"}]}]}', '/filter/all/0/any/0/field', 'unknown_field'],
      ['{"all":[],"any":[]}', '/filter', 'unknown_field'],
      ['{"field":"__proto__","op":"is","value":1}', '/filter/field', 'unknown_field'],
      ['{"field":"name","op":"constructor","value":1}', '/filter/op', 'unknown_operator'],
      [JSON.stringify(deep(6)), '/filter/all/0/all/0/all/0/all/0', 'too_deep'],
      [Array(51).fill('name:is:x').join(';'), '/filter/all', 'too_many'],
      [Array(6).fill('person.email:contains:x').join(';'), '/filter/all/5', 'too_costly'],
    ]
    for (const [filter, pointer, code] of cases) {
      const { status, errors } = { errors: undefined, ...(await read(listLeads.path, { filter })) }
      assert.equal(status, 422, filter)
      assert.deepEqual([errors?.[0]?.pointer, errors?.[0]?.code], [pointer, code], filter)
    }
    for (const sort of ['person.email', 'nothing', 'name,name', 'name,email,status,createdAt', ''])
      assert.equal((await read(listLeads.path, { sort })).status, 422, sort)
  })
})
