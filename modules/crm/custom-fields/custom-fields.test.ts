import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import type { Client } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import type { CallInput } from '#platform/contract/route.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { cancelChangeSet, endChangeSet } from '../change-sets.ts'
import {
  CUSTOM_FIELDS_MAX,
  changeCustomField,
  createCustomField,
  createPerson,
  customFieldsChanged,
  deleteCustomField,
  getChangeSet,
  getCustomFieldUse,
  getPerson,
  listCustomFields,
  listPeople,
  listRecordFields,
  orderCustomFields,
  personHistory,
} from '../contract.ts'
import { crmModule } from '../index.ts'
import { takeValuesAway } from './deletion.ts'

const modules = [iamModule, crmModule]

describe('fields of an organization', () => {
  let t: TestKit
  const servers: TestServer[] = []
  before(async () => {
    t = await testKit({ modules })
  })
  after(async () => {
    for (const server of servers) await server.close()
    await t.close()
  })

  async function serve(can?: (permission: string) => boolean) {
    const { orgId, userId } = await makeOwner(t.kit)
    const server = await testServer(t, modules, signedInAs(orgId, userId, can))
    servers.push(server)
    const client = server.client()
    const add = (body: Partial<CallInput<typeof createCustomField>['body']> = {}) =>
      client.call(createCustomField, {
        body: { object: 'person', label: 'Shoe size', kind: 'number', ...body },
      })
    const within = <T>(work: (ctx: Context) => Promise<T>) =>
      inOrganization(t.kit, { orgId, actor: { type: 'user', userId } }, work)
    return { orgId, userId, server, client, add, within }
  }
  const person = async (client: Client, custom: Record<string, unknown>) =>
    (await client.call(createPerson, { body: { firstName: 'Ada', custom } })).id
  const problem = (code: string, pointer?: string) => (error: unknown) => {
    assert.ok(error instanceof ProblemError, String(error))
    assert.equal(error.code, code)
    if (pointer !== undefined)
      assert.deepEqual(
        error.problem.errors?.map(each => each.pointer),
        [pointer],
      )
    return true
  }
  const select = (...labels: string[]) => labels.map(label => ({ label }))

  it('are added, read beside the built-in ones, and hold values', async () => {
    const { client, add } = await serve()
    const size = await add({ help: 'European sizes', group: 'Body' })
    assert.deepEqual(
      [size.key, size.kind, size.isRequired, size.isArchived],
      ['shoe_size', 'number', false, false],
    )
    const { items } = await client.call(listRecordFields, { query: { object: 'person' } })
    assert.deepEqual(items.at(-1), {
      key: 'custom.shoe_size',
      label: 'Shoe size',
      kind: 'number',
      group: 'Body',
      help: 'European sizes',
      isCustom: true,
      isEditable: true,
      isRequired: false,
      isSortable: true,
      isFilterable: true,
      isImportable: true,
    })
    assert.ok(items.some(field => !field.isCustom && field.key === 'firstName'))
    assert.deepEqual((await client.call(listCustomFields, { query: { object: 'company' } })).items, [])
    const personId = await person(client, { shoe_size: 37 })
    assert.deepEqual((await client.call(getPerson, { params: { personId } })).custom, { shoe_size: 37 })
  })

  it('have keys of their own, made out of the label when none is given', async () => {
    const { add } = await serve()
    const keys: string[] = []
    for (const label of [
      'Année de création',
      'Année de creation',
      '2nd contact',
      '名前',
      '__',
      'constructor',
    ])
      keys.push((await add({ label })).key)
    assert.deepEqual(keys, [
      'annee_de_creation',
      'annee_de_creation_2',
      'nd_contact',
      'field',
      'field_2',
      'constructor',
    ])
    await assert.rejects(add({ key: 'constructor' }), problem('crm.field_key_taken'))
    assert.equal((await add({ key: 'constructor', object: 'company' })).key, 'constructor')
    for (const key of ['Upper', '1st', '', 'a-b', "a'b", 'a'.repeat(64), '__proto__'])
      await assert.rejects(add({ key }), problem('request.invalid'), key)
  })

  it('that nobody can use are refused', async () => {
    const { add } = await serve()
    for (const body of [
      { label: '' },
      { label: 'x'.repeat(101) },
      { kind: 'select' as const },
      { kind: 'number' as const, options: select('A') },
      { kind: 'select' as const, options: select('A', 'a') },
      { kind: 'select' as const, options: [{ label: 'A', isArchived: true }] },
      { kind: 'select' as const, options: [{ label: 'A', value: "x' or true" }] },
      {
        kind: 'select' as const,
        options: [
          { label: 'A', value: 'same' },
          { label: 'B', value: 'same' },
        ],
      },
      { kind: 'relation' as const },
      { kind: 'text' as const, relatesTo: 'person' as const },
    ])
      await assert.rejects(add(body), problem('request.invalid'), JSON.stringify(body))
  })

  it(`are ${CUSTOM_FIELDS_MAX} for an object at most`, async () => {
    const { add, within, orgId } = await serve()
    await within(ctx =>
      ctx.db.query(
        `insert into crm.custom_fields (org_id, id, object, key, label, kind)
         select $1, gen_random_uuid(), 'person', 'field_' || i, 'Field ' || i, 'text' from generate_series(1, $2::int) i`,
        [orgId, CUSTOM_FIELDS_MAX - 1],
      ),
    )
    const tries = await Promise.allSettled([
      add({ label: 'One' }),
      add({ label: 'Two' }),
      add({ label: 'Three' }),
    ])
    assert.equal(tries.filter(each => each.status === 'fulfilled').length, 1)
    await assert.rejects(add(), problem('crm.too_many_fields'))
    assert.equal((await add({ object: 'deal' })).object, 'deal')
  })

  it('point at each value they refuse', async () => {
    const { client, add } = await serve()
    await add()
    await add({ label: 'Tier', kind: 'select', options: select('Gold') })
    await add({ label: 'Friend', kind: 'relation', relatesTo: 'person' })
    await add({ label: 'Keeper', kind: 'user' })
    await add({ label: 'Must', kind: 'text', isRequired: true })
    const refused = async (custom: Record<string, unknown>, pointers: string[]) => {
      await assert.rejects(person(client, custom), error => {
        assert.ok(error instanceof ProblemError)
        assert.deepEqual(error.problem.errors?.map(each => each.pointer).sort(), pointers.sort())
        return true
      })
    }
    await refused({ must: 'x', shoe_size: 'big' }, ['/custom/shoe_size'])
    await refused({ must: 'x', shoe_size: '1', tier: 'silver' }, ['/custom/shoe_size', '/custom/tier'])
    await refused({ must: 'x', 'no/such~field': 1 }, ['/custom/no~1such~0field'])
    await refused({ must: 'x', __proto__x: 1, toString: 1 }, ['/custom/__proto__x', '/custom/toString'])
    await refused({ must: 'x', friend: newId(), keeper: newId() }, ['/custom/friend', '/custom/keeper'])
    await refused({}, ['/custom/must'])
    await refused({ must: '  ' }, ['/custom/must'])
    const stranger = await serve()
    await refused({ must: 'x', friend: await person(stranger.client, {}) }, ['/custom/friend'])
    const friend = await person(client, { must: 'x' })
    const personId = await person(client, { must: 'x', friend, tier: 'gold' })
    assert.equal((await client.call(getPerson, { params: { personId } })).custom.friend, friend)
  })

  it('are changed by one editor after the other', async () => {
    const { server, add, client } = await serve()
    const { id } = await add()
    const path = `/v1/custom-fields/${id}`
    const etag = (await server.raw(path)).headers.get('etag') ?? ''
    const patch = (body: object) =>
      server.raw(path, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', 'if-match': etag },
        body: JSON.stringify(body),
      })
    assert.equal((await patch({ label: 'Size of shoes' })).status, 200)
    const second = await patch({ label: 'Shoes', help: 'Now' })
    assert.equal(second.status, 412)
    const { errors } = (await second.json()) as { errors: { pointer: string }[] }
    assert.deepEqual(
      errors.map(each => each.pointer),
      ['/label', '/help'],
    )
    const [field] = (await client.call(listCustomFields, { query: { object: 'person' } })).items
    assert.deepEqual([field?.label, field?.key, field?.help], ['Size of shoes', 'shoe_size', null])
    assert.equal((await patch({ kind: 'text' })).status, 422)
    assert.equal((await patch({ key: 'other' })).status, 422)
  })

  it('stand in the order they are given', async () => {
    const { client, add } = await serve()
    const ids: string[] = []
    for (const label of ['A', 'B', 'C', 'D']) ids.push((await add({ label })).id)
    const order = (fieldIds: string[]) =>
      client.call(orderCustomFields, { body: { object: 'person', fieldIds } })
    const [a = '', b = '', c = '', d = ''] = ids
    assert.deepEqual(
      (await order([d, a])).items.map(field => field.id),
      [d, a, b, c],
    )
    const company = await add({ label: 'Elsewhere', object: 'company' })
    for (const wrong of [newId(), company.id, (await (await serve()).add()).id])
      await assert.rejects(order([a, wrong]), problem('request.not_found'))
    const { items } = await client.call(listRecordFields, { query: { object: 'person' } })
    assert.deepEqual(
      items.filter(field => field.isCustom).map(field => field.label),
      ['D', 'A', 'B', 'C'],
    )
  })

  it('keep the value of an option whose label changes, and options that records hold', async () => {
    const { client, add } = await serve()
    const field = await add({ label: 'Tier', kind: 'select', options: select('Gold', 'Silver', 'Lead') })
    await person(client, { tier: 'gold' })
    const change = (options: object[]) =>
      client.call(changeCustomField, { params: { fieldId: field.id }, body: { options: options as never } })
    const renamed = await change([
      { value: 'silver', label: 'Argent', color: 'info' },
      { value: 'gold', label: 'Or', color: 'wait' },
      { label: 'Bronze' },
    ])
    assert.deepEqual(
      renamed.options.map(({ value, label, color }) => [value, label, color]),
      [
        ['silver', 'Argent', 'info'],
        ['gold', 'Or', 'wait'],
        ['bronze', 'Bronze', 'neutral'],
      ],
    )
    await assert.rejects(change([{ value: 'silver', label: 'Argent' }]), problem('crm.option_in_use'))
    await change([
      { value: 'silver', label: 'Argent' },
      { value: 'gold', label: 'Or', isArchived: true },
    ])
    await assert.rejects(person(client, { tier: 'gold' }), problem('request.invalid', '/custom/tier'))
    const found = await client.call(listPeople, { query: { filter: 'custom.tier:is:gold' } })
    assert.equal(found.items.length, 1)
    assert.deepEqual(await client.call(getCustomFieldUse, { params: { fieldId: field.id } }), {
      records: 1,
      options: [{ value: 'gold', records: 1 }],
    })
  })

  it('are archived with their values and come back with them', async () => {
    const { client, add } = await serve()
    const { id: fieldId } = await add()
    const personId = await person(client, { shoe_size: 37 })
    const archive = (isArchived: boolean) =>
      client.call(changeCustomField, { params: { fieldId }, body: { isArchived } })
    assert.equal((await archive(true)).isArchived, true)
    const { items } = await client.call(listRecordFields, { query: { object: 'person' } })
    assert.equal(
      items.some(field => field.isCustom),
      false,
    )
    await assert.rejects(person(client, { shoe_size: 38 }), problem('request.invalid', '/custom/shoe_size'))
    // A view that was saved before still finds what it found.
    const kept = await client.call(listPeople, { query: { filter: 'custom.shoe_size:is:37' } })
    assert.deepEqual(
      kept.items.map(each => each.id),
      [personId],
    )
    assert.equal((await archive(false)).isArchived, false)
    assert.deepEqual((await client.call(getPerson, { params: { personId } })).custom, { shoe_size: 37 })
    await person(client, { shoe_size: 38 })
  })

  it('without values are deleted at once, with values only when that is said', async () => {
    const { client, add, orgId } = await serve()
    const { id: fieldId } = await add()
    const people = [await person(client, { shoe_size: 37 }), await person(client, { shoe_size: 38 })]
    const remove = (deleteValues?: 'true') =>
      client.call(deleteCustomField, { params: { fieldId }, query: deleteValues ? { deleteValues } : {} })
    await assert.rejects(remove(), error => {
      assert.ok(error instanceof ProblemError && error.code === 'crm.field_has_values')
      assert.match(error.problem.detail ?? '', /2 records have a value in “Shoe size”/)
      return true
    })
    const { changeSetId } = await remove('true')
    assert.ok(changeSetId)
    // Until the values are gone the field is closed, and cannot be deleted once more.
    await assert.rejects(person(client, { shoe_size: 39 }), problem('request.invalid', '/custom/shoe_size'))
    await assert.rejects(remove('true'), problem('crm.field_being_deleted'))
    await assert.rejects(add({ key: 'shoe_size' }), problem('crm.field_key_taken'))
    await run(orgId, fieldId, changeSetId)
    for (const personId of people)
      assert.deepEqual((await client.call(getPerson, { params: { personId } })).custom, {})
    assert.deepEqual((await client.call(listCustomFields, { query: { object: 'person' } })).items, [])
    const act = await client.call(getChangeSet, { params: { changeSetId } })
    assert.deepEqual(
      [act.status, act.done, act.mayUndo, act.title],
      ['done', 2, false, 'Deleted the field “Shoe size”'],
    )
    const [personId = ''] = people
    const history = await client.call(personHistory, { params: { personId } })
    assert.deepEqual(history.items[0]?.fields, [{ field: 'custom.shoe_size', before: 37, after: null }])
    assert.equal(history.items[0]?.changeSet?.id, changeSetId)
    const left = await t.asSuperuser<{ n: number }>(
      'select count(*)::int as n from crm.custom_values where org_id = $1',
      [orgId],
    )
    assert.equal(left[0]?.n, 0)
    assert.equal((await add()).key, 'shoe_size', 'the key is free again')
    const unused = await add({ label: 'Unused' })
    const gone = await client.call(deleteCustomField, { params: { fieldId: unused.id } })
    assert.equal(gone.changeSetId, null)
  })

  const run = (orgId: string, fieldId: string, changeSetId: string) =>
    takeValuesAway.run({
      kit: t.kit,
      orgId,
      jobId: newId(),
      attempt: 1,
      payload: { fieldId, changeSetId },
      signal: new AbortController().signal,
    })

  it('whose deletion is stopped are there again', async () => {
    const { client, add, orgId, within } = await serve()
    const { id: fieldId } = await add()
    await person(client, { shoe_size: 37 })
    const { changeSetId } = await client.call(deleteCustomField, {
      params: { fieldId },
      query: { deleteValues: 'true' },
    })
    assert.ok(changeSetId)
    await within(ctx => cancelChangeSet(ctx, changeSetId))
    await run(orgId, fieldId, changeSetId)
    const [field] = (await client.call(listCustomFields, { query: { object: 'person' } })).items
    assert.equal(field?.isBeingDeleted, false)
    await person(client, { shoe_size: 38 })
    await within(ctx => endChangeSet(ctx, changeSetId, 'done'))
  })

  it('are changed by whoever manages the organization, and seen by whoever sees the records', async () => {
    const { client, add } = await serve(permission => permission !== 'organization:manage')
    await assert.rejects(add(), problem('request.forbidden'))
    assert.deepEqual((await client.call(listCustomFields, { query: { object: 'person' } })).items, [])
    const blind = await serve(permission => permission !== 'deals:read')
    await blind.client.call(listRecordFields, { query: { object: 'person' } })
    await assert.rejects(
      blind.client.call(listRecordFields, { query: { object: 'deal' } }),
      problem('request.forbidden'),
    )
  })

  it('of another organization are not there', async () => {
    const [mine, theirs] = [await serve(), await serve()]
    const field = await theirs.add()
    for (const fieldId of [field.id, newId()]) {
      await assert.rejects(
        mine.client.call(changeCustomField, { params: { fieldId }, body: { label: 'Mine' } }),
        problem('request.not_found'),
      )
      await assert.rejects(
        mine.client.call(deleteCustomField, { params: { fieldId }, query: { deleteValues: 'true' } }),
        problem('request.not_found'),
      )
    }
  })

  it('leave a trace: an entry in the audit log and an event', async () => {
    const { add, orgId, client } = await serve()
    const { id: fieldId } = await add()
    await client.call(changeCustomField, { params: { fieldId }, body: { isArchived: true } })
    const events = await t.asSuperuser<{ payload: { change: string } }>(
      'select payload from events.events where org_id = $1 and type = $2 order by id',
      [orgId, customFieldsChanged.type],
    )
    assert.deepEqual(
      events.map(({ payload }) => payload.change),
      ['created', 'archived'],
    )
    const audited = await t.asSuperuser<{ action: string }>(
      `select action from audit.entries where org_id = $1 and action like 'custom_field.%' order by number`,
      [orgId],
    )
    assert.deepEqual(
      audited.map(({ action }) => action),
      ['custom_field.created', 'custom_field.archived'],
    )
  })
})
