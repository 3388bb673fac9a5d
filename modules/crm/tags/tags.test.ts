import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner, type Person as Owner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { createCompany, getCompany, undoChangeSet } from '../contract.ts'
import { crmModule } from '../index.ts'
import { recordKinds } from '../record-kinds.ts'
import { listTags, renameTag } from './tag-api.ts'
import { listTags as readTags } from './tags.ts'

const modules = [iamModule, crmModule]

describe('tags', () => {
  let t: TestKit
  const servers: TestServer[] = []
  before(async () => {
    t = await testKit({ modules })
  })
  after(async () => {
    for (const server of servers) await server.close()
    await t.close()
  })

  const start = async (can?: (permission: string) => boolean) => {
    const owner = await makeOwner(t.kit)
    const server = await testServer(t, modules, signedInAs(owner.orgId, owner.userId, can))
    servers.push(server)
    return { owner, client: server.client() }
  }
  const within = <T>(owner: Owner, work: (ctx: Context) => Promise<T>, visibility: Visibility = {}) =>
    inOrganization(
      t.kit,
      { orgId: owner.orgId, actor: { type: 'user', userId: owner.userId }, visibility },
      work,
    )

  it('in use are listed by how many records have them, whatever their case', async () => {
    const { owner, client } = await start()
    for (const tags of [['Éclair', 'b'], ['éclair'], ['Éclair'], []])
      await client.call(createCompany, { body: { name: 'Acme', tags } })
    await client.call(createCompany, { body: { name: 'Hidden', tags: ['b'], ownerUserId: null } })
    const list = async (search?: string) =>
      (await client.call(listTags, { query: { object: 'company', ...(search ? { search } : {}) } })).items
    assert.deepEqual(await list(), [
      { tag: 'Éclair', count: 3 },
      { tag: 'b', count: 2 },
    ])
    assert.deepEqual(await list('ECL'), [{ tag: 'Éclair', count: 3 }])
    assert.deepEqual((await client.call(listTags, { query: { object: 'person' } })).items, [])
    const own: Visibility = { company: { owners: [owner.userId], writable: [], readable: [] } }
    const [, second] = await within(owner, ctx => readTags(ctx, 'company'), own)
    assert.deepEqual(second, { tag: 'b', count: 1 })
  })

  it('are renamed and merged on every record at once, and back', async () => {
    const { owner, client } = await start()
    const make = (tags: string[]) => client.call(createCompany, { body: { name: 'Acme', tags } })
    const made = [await make(['old', 'x']), await make(['OLD', 'New']), await make(['other'])]
    const tagsNow = async () => {
      const read = await within(owner, ctx =>
        recordKinds.company.read(
          ctx,
          made.map(({ id }) => id),
        ),
      )
      return made.map(({ id }) => read.get(id)?.tags)
    }
    const { changeSet } = await client.call(renameTag, {
      body: { object: 'company', from: 'Old', to: 'New' },
    })
    assert.deepEqual(await tagsNow(), [['x', 'New'], ['New'], ['other']])
    await client.call(renameTag, { body: { object: 'company', from: 'other', to: 'Other' } })
    assert.deepEqual((await client.call(getCompany, { params: { companyId: made[2]?.id ?? '' } })).tags, [
      'Other',
    ])
    await client.call(undoChangeSet, { params: { changeSetId: changeSet.id } })
    const back = (await tagsNow()).map(tags => [...(tags as string[])].toSorted())
    assert.deepEqual(back, [['old', 'x'], ['New', 'OLD'], ['Other']])
  })

  it('are listed only for whoever may read the records', async () => {
    const { client } = await start(permission => permission !== 'companies:read')
    await assert.rejects(
      client.call(listTags, { query: { object: 'company' } }),
      error => error instanceof ProblemError && error.code === 'request.forbidden',
    )
  })
})
