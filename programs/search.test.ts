import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { searchRecords } from '#modules/crm/contract.ts'
import { addMember, makeOwner, type Person } from '#modules/iam/factories.ts'
import type { Client } from '#platform/contract/client.ts'
import type { Permission } from '#platform/contract/route.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { makeLeads, type Telltale } from '#test/tenancy/hidden-lead.ts'
import { modules } from './modules.ts'
import { subscriptions } from './subscriptions.ts'

describe('a search over everything', () => {
  let t: TestKit
  let server: TestServer
  let owner: Person
  let member: Person
  let client: Client
  let narrow: Client
  let leads: Telltale[]
  let sight: Visibility = {}
  let withheld: Permission | null = null

  before(async () => {
    t = await testKit({ modules, reactions: subscriptions })
    owner = await makeOwner(t.kit)
    member = await makeOwner(t.kit, 'Member')
    await addMember(t.kit, owner.orgId, member.userId, 'member')
    server = await testServer(t, modules, async (_kit, request) => {
      const isMember = request.authorization === 'member'
      const { userId } = isMember ? member : owner
      return {
        actor: { type: 'user', userId },
        name: 'Test person',
        userId,
        sessionId: null,
        orgId: owner.orgId,
        role: isMember ? 'member' : 'owner',
        visibility: isMember ? sight : {},
        can: permission => permission !== withheld,
      }
    })
    client = server.client()
    narrow = server.client({ authorization: 'member' })
    leads = await makeLeads(t, owner, ['Zoé Müller', 'Zoé Martin'])
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const found = async (q: string, as = client, query: object = {}) => {
    const { groups } = await as.call(searchRecords, { query: { q, ...query } })
    return new Map(groups.map(({ object, items }) => [object, items]))
  }
  const ids = async (q: string, as = client, query: object = {}) =>
    ((await found(q, as, query)).get('lead') ?? []).map(({ id }) => id)

  it('finds leads by the name and address of their person, and says where they stand', async () => {
    const [first, second] = leads
    assert.ok(first && second)
    const [hit, ...others] = (await found('zoe muller')).get('lead') ?? []
    assert.deepEqual([hit?.id, others], [first.leadId, []])
    assert.match(hit?.detail ?? '', /^Workflow .* · New$/)
    assert.equal(hit?.by, 'name')
    const address = first.words.find(each => each.includes('@')) ?? ''
    const [byAddress] = (await found(address)).get('lead') ?? []
    assert.deepEqual([byAddress?.id, byAddress?.by, byAddress?.value], [first.leadId, 'email', address])
    assert.deepEqual((await ids('zoe')).toSorted(), [first.leadId, second.leadId].toSorted())
    assert.equal((await found('zoe')).get('person')?.length, 2)
    assert.deepEqual([...(await found('zoe', client, { objects: 'lead' })).keys()], ['lead'])
    assert.equal((await found('')).has('lead'), false)
  })

  it('finds workflows by a part of their name', async () => {
    const [hit] = (await found('WORKFLOW')).get('workflow') ?? []
    assert.deepEqual([hit?.id, hit?.detail], [leads[0]?.workflowId, 'Active'])
  })

  it('finds only what may be read', async () => {
    withheld = 'leads:read'
    assert.equal((await found('zoe')).has('lead'), false)
    withheld = 'workflows:read'
    assert.equal((await found('workflow')).has('workflow'), false)
    withheld = null
  })

  it('finds of a part of the leads those alone, also where their people are not seen', async () => {
    const [first] = leads
    await t.asSuperuser('update intake.leads set owner_user_id = $3 where org_id = $1 and id = $2', [
      owner.orgId,
      first?.leadId,
      member.userId,
    ])
    const own = { owners: [member.userId], writable: [], readable: [] }
    sight = { lead: own }
    assert.deepEqual(await ids('zoe', narrow), [first?.leadId])
    sight = { lead: own, person: { owners: [member.userId], writable: [], readable: [] } }
    assert.deepEqual(await ids('zoe', narrow), [first?.leadId])
    assert.equal((await found('zoe', narrow)).has('person'), false)
    assert.deepEqual(await ids('nobody', narrow), [])
    sight = {}
  })
})
