import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { verifyAudit } from '#platform/audit/verify.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { createTokens, signIn, switchOrganization } from './contract.ts'
import { addMember, GOOD_PASSWORD, makeOwner, openBrowser } from './factories.ts'
import { authenticate, iamModule } from './index.ts'

describe('signing in leaves its trace in the audit log', () => {
  let t: TestKit
  let server: TestServer
  before(async () => {
    t = await testKit({ modules: [iamModule] })
    server = await testServer(t, [iamModule], authenticate)
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  interface Told {
    action: string
    actor: string
    object: string
    name: string
    after: unknown
    [column: string]: unknown
  }
  const told = (orgId: string) =>
    t.asSuperuser<Told>(
      `select action, actor_type as actor, object_id as object, object_name as name, after from audit.entries
       where org_id = $1 and action like 'sign_in.%' order by number`,
      [orgId],
    )
  /** What is entered after the answer is there when the next answers are; asks until it is. */
  const toldEventually = async (orgId: string, count: number) => {
    let found = await told(orgId)
    while (found.length < count) {
      await server.raw('/v1/session')
      found = await told(orgId)
    }
    return found
  }

  it('of browsers and API clients, in the organization that was entered', async () => {
    const person = await makeOwner(t.kit, 'Ada Owner')
    const browser = openBrowser((path, init) => server.raw(path, init))
    const body = { email: person.email, password: GOOD_PASSWORD }
    assert.equal((await browser.post(signIn.path, body)).status, 200)
    await server.client().call(createTokens, { body })
    const object = person.userId
    assert.deepEqual(await told(person.orgId), [
      { action: 'sign_in.accepted', actor: 'user', object, name: 'Ada Owner', after: { client: 'browser' } },
      { action: 'sign_in.accepted', actor: 'user', object, name: 'Ada Owner', after: { client: 'api' } },
    ])
    const other = await makeOwner(t.kit)
    await addMember(t.kit, other.orgId, person.userId, 'member')
    const moved = await browser.post(switchOrganization.path, { organizationId: other.orgId })
    assert.equal(moved.status, 200)
    assert.deepEqual(
      (await told(other.orgId)).map(({ action, after }) => [action, after]),
      [['sign_in.accepted', { client: 'browser' }]],
    )
    assert.equal((await verifyAudit(t.kit, person.orgId)).firstBreak, null)
  })

  it('of a refused try of a member, in the organizations of that member only', async () => {
    const [person, stranger] = [await makeOwner(t.kit, 'Ada Owner'), await makeOwner(t.kit)]
    const second = await makeOwner(t.kit)
    await addMember(t.kit, second.orgId, person.userId, 'member')
    const body = { email: person.email, password: 'not the password' }
    const answer = await server.raw(signIn.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert.equal(answer.status, 401)
    for (const orgId of [person.orgId, second.orgId]) {
      assert.deepEqual(await toldEventually(orgId, 1), [
        {
          action: 'sign_in.refused',
          actor: 'visitor',
          object: person.userId,
          name: 'Ada Owner',
          after: { reason: 'credentials' },
        },
      ])
    }
    assert.deepEqual(await told(stranger.orgId), [])
  })
})
