import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Actor, type Context, inOrganization } from '#platform/context.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { beginChangeSet } from '../change-sets.ts'
import { companyHistory, companyProvenance, personHistory, personProvenance } from '../contract.ts'
import { createField } from '../custom-fields/fields.ts'
import { crmModule } from '../index.ts'
import { changePerson } from '../person-changes.ts'
import { createPerson } from '../person-create.ts'
import { removeRecords } from '../record-removal.ts'
import { historyOf, provenanceOf } from './history.ts'

const modules = [iamModule, crmModule]

describe('the history of a record', () => {
  let t: TestKit
  let orgId = ''
  let userId = ''
  let server: TestServer
  before(async () => {
    t = await testKit({ modules })
    const owner = await makeOwner(t.kit)
    orgId = owner.orgId
    userId = owner.userId
    server = await testServer(t, modules, signedInAs(orgId, userId))
    await as({ type: 'user', userId }, ctx =>
      createField(ctx, {
        object: 'person',
        key: 'size',
        label: 'Size',
        kind: 'number',
        help: null,
        options: [],
        isRequired: false,
        group: '',
      }),
    )
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const as = <T>(actor: Actor, work: (ctx: Context) => Promise<T>, visibility?: Visibility) =>
    inOrganization(t.kit, { orgId, actor, ...(visibility ? { visibility } : {}) }, work)
  const user = (): Actor => ({ type: 'user', userId })

  it('says who or what wrote what, the newest first, page by page', async () => {
    const client = server.client()
    const personId = await as(user(), ctx => createPerson(ctx, { firstName: 'Ada', custom: { size: 1 } }))
    const run = { type: 'run', runId: newId(), workflowId: newId() } as const
    await as(run, ctx => changePerson(ctx, personId, { custom: { size: 2 } }))
    const changeSetId = await as(user(), async ctx => {
      const id = await beginChangeSet(ctx, {
        kind: 'import',
        object: 'person',
        title: 'people.csv',
        total: 1,
      })
      await changePerson(ctx, personId, { lastName: 'Lovelace' }, { changeSetId: id, source: 'import' })
      return id
    })
    const visitor = { type: 'visitor', address: '203.0.113.9' } as const
    const formId = newId()
    await as(visitor, ctx => changePerson(ctx, personId, { firstName: 'A.' }, { source: `form:${formId}` }))

    const first = await client.call(personHistory, { params: { personId }, query: { limit: 3 } })
    assert.deepEqual(
      first.items.map(({ action, source, sourceId, actor, changeSet, fields }) => ({
        action,
        source,
        sourceId,
        by: actor.type,
        set: changeSet?.title,
        fields: fields.map(({ field, before: was, after: is }) => [field, was, is]),
      })),
      [
        {
          action: 'updated',
          source: 'form',
          sourceId: formId,
          by: 'visitor',
          set: undefined,
          fields: [['firstName', 'Ada', 'A.']],
        },
        {
          action: 'updated',
          source: 'import',
          sourceId: null,
          by: 'user',
          set: 'people.csv',
          fields: [['lastName', null, 'Lovelace']],
        },
        {
          action: 'updated',
          source: null,
          sourceId: null,
          by: 'run',
          set: undefined,
          fields: [['custom.size', 1, 2]],
        },
      ],
    )
    assert.doesNotMatch(JSON.stringify(first), /203\.0\.113\.9/)
    assert.equal(first.items[1]?.changeSet?.id, changeSetId)
    assert.deepEqual(
      [first.items[2]?.actor.runId, first.items[2]?.actor.workflowId],
      [run.runId, run.workflowId],
    )
    const second = await client.call(personHistory, {
      params: { personId },
      query: { limit: 3, cursor: first.nextCursor ?? '' },
    })
    assert.deepEqual([second.items.map(({ action }) => action), second.nextCursor], [['created'], null])
    const sizes = await client.call(personHistory, { params: { personId }, query: { field: 'custom.size' } })
    assert.deepEqual(
      sizes.items.map(({ action }) => action),
      ['updated', 'created'],
    )

    const { items } = await client.call(personProvenance, { params: { personId } })
    const origin = new Map(items.map(item => [item.field, item]))
    assert.deepEqual(
      [
        origin.get('firstName')?.source,
        origin.get('firstName')?.sourceId,
        origin.get('lastName')?.changeSet?.id,
        origin.get('custom.size')?.actor.runId,
      ],
      ['form', formId, changeSetId, run.runId],
    )
    assert.equal(origin.get('custom.size')?.changeId, first.items[2]?.id)
  })

  it('is not there for a record that is deleted, foreign, unknown or of another object', async () => {
    const client = server.client()
    const personId = await as(user(), ctx => createPerson(ctx, { firstName: 'Gone' }))
    await as(user(), ctx => removeRecords(ctx, 'person', [personId]))
    const other = await makeOwner(t.kit)
    const foreign = await inOrganization(
      t.kit,
      { orgId: other.orgId, actor: { type: 'user', userId: other.userId } },
      ctx => createPerson(ctx, { firstName: 'Foreign' }),
    )
    const isMissing = (error: unknown) => error instanceof ProblemError && error.code === 'request.not_found'
    const known = await as(user(), ctx => createPerson(ctx, { firstName: 'Known' }))
    for (const id of [personId, foreign, newId()]) {
      await assert.rejects(client.call(personHistory, { params: { personId: id } }), isMissing)
      await assert.rejects(client.call(personProvenance, { params: { personId: id } }), isMissing)
    }
    await assert.rejects(client.call(companyHistory, { params: { companyId: known } }), isMissing)
    await assert.rejects(client.call(companyProvenance, { params: { companyId: known } }), isMissing)
  })

  it('is seen with the record, and titles of acts of others are not', async () => {
    const [personId, hiddenId] = await as(user(), async ctx => {
      const set = await beginChangeSet(ctx, { kind: 'bulk', object: 'person', title: 'About Eve', total: 2 })
      const made: string[] = []
      for (const firstName of ['Seen', 'Hidden'])
        made.push(await createPerson(ctx, { firstName }, { changeSetId: set, source: 'bulk' }))
      return made
    })
    assert.ok(personId && hiddenId)
    const sight: Visibility = { person: { owners: [], writable: [], readable: [personId] } }
    const guest = { type: 'user', userId: newId() } as const
    const page = await as(guest, ctx => historyOf(ctx, 'person', personId, { limit: 10 }), sight)
    assert.equal(page.items.length, 1)
    assert.deepEqual([page.items[0]?.changeSet?.kind, page.items[0]?.changeSet?.title], ['bulk', null])
    const origins = await as(guest, ctx => provenanceOf(ctx, 'person', personId), sight)
    assert.ok(origins.some(origin => origin.field === 'firstName'))
    const hidden = { code: 'request.not_found' }
    await assert.rejects(
      as(guest, ctx => historyOf(ctx, 'person', hiddenId, { limit: 10 }), sight),
      hidden,
    )
    await assert.rejects(
      as(guest, ctx => provenanceOf(ctx, 'person', hiddenId), sight),
      hidden,
    )
    const own = await as(user(), ctx => historyOf(ctx, 'person', personId, { limit: 10 }), sight)
    assert.equal(own.items[0]?.changeSet?.title, 'About Eve')
  })

  it('is read along its index', async () => {
    const personId = await as(user(), ctx => createPerson(ctx, { firstName: 'Plan' }))
    const plan = await as(user(), async ctx => {
      await ctx.db.query('set local enable_seqscan = off')
      const explained = await ctx.db.query<{ 'QUERY PLAN': string }>(
        `explain select id from crm.changes c where c.org_id = $1 and c.object = 'person' and c.record_id = $2
           and c.id < $3 order by c.id desc limit 50`,
        [orgId, personId, newId()],
      )
      return explained.rows.map(row => row['QUERY PLAN']).join('\n')
    })
    assert.match(plan, /Index Scan/)
    assert.match(plan, /Index Cond: .*record_id = /)
  })
})
