import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { isAlwaysAudited } from '#platform/audit/requests.ts'
import { verifyAudit } from '#platform/audit/verify.ts'
import type { AnyRoute } from '#platform/contract/route.ts'
import { Answer, type Handler, type Implemented } from '#platform/http/handlers.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { modules } from './modules.ts'

/** The same doors with nothing behind them: what is entered then, the server enters by itself. */
function emptied({ route, handler }: Implemented): Implemented {
  const { body: _body, query: _query, params: _params, form: _form, raw: _raw, ...rest } = route
  const run = async () => new Answer(200, '{}')
  return { route: rest, handler: { kind: handler.kind, run } as Handler }
}

const implemented = modules.flatMap(({ routes = [] }) => routes)
const inside = implemented.map(({ route }) => route).filter(({ access }) => access !== 'public')
const audited = inside.filter(isAlwaysAudited)

describe('the audit log forgets no governed request', () => {
  const orgId = newId()
  const userId = newId()
  let mayDo = true
  let t: TestKit
  let server: TestServer
  before(async () => {
    t = await testKit({ modules })
    const shells = [{ name: 'shells', routes: implemented.map(emptied) }]
    server = await testServer(t, shells, async (_, { authorization }) => ({
      actor: { type: 'user', userId: authorization ?? userId },
      name: 'Ada Owner',
      userId: authorization ?? userId,
      sessionId: null,
      orgId,
      role: 'owner',
      visibility: {},
      can: () => mayDo,
    }))
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const send = (route: AnyRoute, authorization = userId) =>
    server.raw(route.path.replace(/:[A-Za-z]+/g, orgId), {
      method: route.method,
      headers: {
        authorization,
        'user-agent': 'test/1',
        ...(route.body ? { 'content-type': 'application/json' } : {}),
      },
      ...(route.body ? { body: '{}' } : {}),
    })
  const entries = () =>
    t.asSuperuser<Record<string, unknown>>('select * from audit.entries where org_id = $1 order by number', [
      orgId,
    ])

  it('finds governed routes', () => {
    assert.ok(audited.length >= 5, `${audited.length}`)
    assert.ok(audited.some(({ access }) => access === 'user'))
    assert.ok(audited.some(({ access }) => access.endsWith(':manage')))
  })

  for (const route of audited) {
    it(`${route.method} ${route.path}`, async () => {
      const before = await entries()
      assert.equal((await send(route)).status, 200)
      const [entry, ...others] = (await entries()).slice(before.length)
      assert.ok(entry, 'nothing was entered')
      assert.deepEqual(others, [])
      const { action, actor_type, actor_id, actor_name, user_agent } = entry
      assert.deepEqual(
        { action, actor_type, actor_id, actor_name, user_agent },
        {
          action: route.id,
          actor_type: 'user',
          actor_id: userId,
          actor_name: 'Ada Owner',
          user_agent: 'test/1',
        },
      )
    })
  }

  it('and enters nothing for any other', async () => {
    const before = await entries()
    for (const route of inside.filter(one => !isAlwaysAudited(one) && !one.upload))
      assert.equal((await send(route)).status, 200)
    assert.equal((await entries()).length, before.length)
  })

  it('enters whom it refused, on every route with a permission', async test => {
    mayDo = false
    const governed = inside.filter(({ access }) => access !== 'user')
    const before = await entries()
    // Each asked by somebody else, because of one only ten a minute are entered; and of all sixty.
    for (const route of governed.slice(0, 60)) assert.equal((await send(route, newId())).status, 403)
    const added = (await entries()).slice(before.length)
    assert.deepEqual(
      added.map(({ action, object_id, after }) => [action, object_id, after]),
      governed
        .slice(0, 60)
        .map(({ id, access }) => ['access.refused', id, { code: 'request.forbidden', needs: access }]),
    )
    test.diagnostic(`${added.length} of ${governed.length} routes`)
  })

  it('in one chain', async () => {
    const { verifiedTo, firstBreak } = await verifyAudit(t.kit, orgId)
    assert.equal(firstBreak, null)
    assert.equal(verifiedTo, (await entries()).length)
  })
})
