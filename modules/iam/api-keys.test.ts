import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { z } from 'zod'
import type { Client } from '#platform/contract/client.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { defineRoute } from '#platform/contract/route.ts'
import { implement, implementForUser } from '#platform/http/handlers.ts'
import { newId } from '#platform/ids.ts'
import type { Module } from '#platform/module.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { signedInOwner } from '#test/people.ts'
import {
  changeApiKey,
  createApiKey,
  createTokens,
  listApiKeys,
  listAuditEntries,
  revokeApiKey,
  rotateApiKey,
  takeOverApiKey,
  tokensOf,
} from './contract.ts'
import { addMember, GOOD_PASSWORD, makeOwner } from './factories.ts'
import { authenticate, iamModule } from './index.ts'

const things = z.object({ by: z.string() })
const route = (id: string, method: 'GET' | 'POST', access: `${string}:${'read' | 'write' | 'manage'}`) =>
  defineRoute({ id, method, path: `/v1/${id}`, summary: id, access, response: things })
const reads = route('probe.lead.read', 'GET', 'leads:read')
const writes = route('probe.lead.write', 'POST', 'leads:write')
const manages = route('probe.member.manage', 'POST', 'members:manage')
const ofUser = defineRoute({
  id: 'probe.user.read',
  method: 'GET',
  path: '/v1/probe.user.read',
  summary: 'user',
  access: 'user',
  response: things,
})
const probe: Module = {
  name: 'probe',
  routes: [
    ...[reads, writes, manages].map(one => implement(one, async ctx => ({ by: ctx.actor.type }))),
    implementForUser(ofUser, async ctx => ({ by: ctx.actor.type })),
  ],
}

describe('API keys', () => {
  let t: TestKit
  let server: TestServer
  before(async () => {
    t = await testKit({ modules: [iamModule], env: { TRUST_PROXY: 'true' } })
    server = await testServer(t, [iamModule, probe], authenticate)
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const owner = () => signedInOwner(t.kit, server.url)
  const bodyOf = (more: object = {}) => ({
    name: 'Reporting',
    scopes: ['leads:read'],
    networks: [],
    expiresInDays: 30,
    ...more,
  })
  const make = (client: Client, more: object = {}) => client.call(createApiKey, { body: bodyOf(more) })
  const as = (secret: string, headers: Record<string, string> = {}) =>
    server.client({ authorization: `Bearer ${secret}`, ...headers })
  const codeOf = async (call: Promise<unknown>) => {
    try {
      await call
      return 'ok'
    } catch (error) {
      assert.ok(error instanceof ProblemError, String(error))
      return `${error.status} ${error.code}`
    }
  }
  /** A member of the owner's organization, signed in there. */
  const memberOf = async (orgId: string, role: 'admin' | 'member') => {
    const person = await makeOwner(t.kit, `The ${role}`)
    const memberId = await addMember(t.kit, orgId, person.userId, role)
    const body = { email: person.email, password: GOOD_PASSWORD, organizationId: orgId }
    const { accessToken } = tokensOf(await server.client().call(createTokens, { body }))
    return { ...person, memberId, client: as(accessToken) }
  }

  it('are made with a secret that is shown once and can be told from random text', async () => {
    const { client, orgId } = await owner()
    const { key, secret } = await make(client)
    assert.match(secret, /^mrk_[0-9a-f]{32}_[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}$/)
    assert.equal(secret.slice(4, 36), orgId.replaceAll('-', ''))
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    const checksum = [...secret.slice(-6)].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0)
    assert.equal(checksum, crc32(secret.slice(0, -6)))
    assert.equal(key.ending, secret.slice(-4))
    const shown = JSON.stringify(await client.call(listApiKeys))
    assert.ok(shown.includes(key.id) && !shown.includes(secret) && !shown.includes(secret.slice(37, 60)))
    const rows = await t.asSuperuser('select to_jsonb(s)::text as s from iam.api_key_secrets s')
    assert.ok(!JSON.stringify(rows).includes(secret.slice(37, 60)))
  })

  it('do what their scopes say, as the key, and nothing else', async () => {
    const { client } = await owner()
    const { secret } = await make(client)
    assert.deepEqual(await as(secret).call(reads), { by: 'apiKey' })
    assert.equal(await codeOf(as(secret).call(writes)), '403 request.forbidden')
    assert.equal(await codeOf(as(secret).call(manages)), '403 request.forbidden')
    assert.equal(await codeOf(as(secret).call(ofUser)), '403 request.forbidden')
  })

  it('never more than their member may do at that moment', async () => {
    const { client, orgId } = await owner()
    const admin = await memberOf(orgId, 'admin')
    const { secret, key } = await make(admin.client, { scopes: ['leads:read', 'leads:write'] })
    assert.deepEqual(await as(secret).call(writes), { by: 'apiKey' })
    const role = (name: string) =>
      t.asSuperuser('update iam.members set role = $2 where id = $1', [admin.memberId, name])
    await role('viewer')
    assert.equal(await codeOf(as(secret).call(writes)), '403 request.forbidden')
    assert.deepEqual(await as(secret).call(reads), { by: 'apiKey' })
    const overrides = (permissions: string) =>
      t.asSuperuser('update iam.members set permissions = $2 where id = $1', [admin.memberId, permissions])
    await overrides('{"leads:read": false}')
    assert.equal(await codeOf(as(secret).call(reads)), '403 request.forbidden')
    await overrides('{}')
    await role('admin')
    await t.asSuperuser(`update iam.members set status = 'suspended' where id = $1`, [admin.memberId])
    assert.equal(await codeOf(as(secret).call(reads)), '401 iam.key_refused')
    const stopped = (await client.call(listApiKeys)).items.find(({ id }) => id === key.id)
    assert.equal(stopped?.state, 'stopped')
    await t.asSuperuser('delete from iam.members where id = $1', [admin.memberId])
    assert.equal(await codeOf(as(secret).call(reads)), '401 iam.key_refused')
    const mine = await client.call(takeOverApiKey, { params: { keyId: key.id } })
    assert.equal(mine.state, 'active')
    assert.deepEqual(await as(secret).call(writes), { by: 'apiKey' })
  })

  it('cannot get scopes that their maker does not hold or that no key may have', async () => {
    const { client, orgId } = await owner()
    const admin = await memberOf(orgId, 'admin')
    await t.asSuperuser(`update iam.members set permissions = '{"leads:write": false}' where id = $1`, [
      admin.memberId,
    ])
    assert.equal(await codeOf(make(admin.client, { scopes: ['leads:write'] })), '422 iam.scope_not_held')
    for (const scope of [
      'api-keys:manage',
      'members:manage',
      'organization:manage',
      'shares:write',
      'leads',
      'leads:bill',
    ])
      assert.equal(await codeOf(make(client, { scopes: [scope] })), '422 request.invalid', scope)
    assert.equal(await codeOf(make(client, { scopes: ['leads:read', 'leads:read'] })), '422 request.invalid')
  })

  it('lose a scope that keys may no longer have, even when it is stored', async () => {
    const { client } = await owner()
    const { secret, key } = await make(client)
    await t.asSuperuser(`update iam.api_keys set scopes = '["members:manage","leads:read"]' where id = $1`, [
      key.id,
    ])
    assert.equal(await codeOf(as(secret).call(manages)), '403 request.forbidden')
    assert.deepEqual(await as(secret).call(reads), { by: 'apiKey' })
  })

  it('are refused when they are revoked, expired or unknown, with one text each', async () => {
    const { client } = await owner()
    const { secret, key } = await make(client)
    const forged = `${secret.slice(0, 40)}${secret[40] === 'A' ? 'B' : 'A'}${secret.slice(41)}`
    assert.equal(await codeOf(as(forged).call(reads)), '401 request.not_signed_in')
    assert.equal(await codeOf(as(secret.slice(0, -1)).call(reads)), '401 request.not_signed_in')
    await t.asSuperuser(`update iam.api_keys set expires_at = now() where id = $1`, [key.id])
    assert.equal(await codeOf(as(secret).call(reads)), '401 iam.key_refused')
    const more = { params: { keyId: key.id }, body: { expiresInDays: null } }
    assert.equal((await client.call(changeApiKey, more)).expiresAt, null)
    assert.deepEqual(await as(secret).call(reads), { by: 'apiKey' })
    await client.call(revokeApiKey, { params: { keyId: key.id } })
    await client.call(revokeApiKey, { params: { keyId: key.id } })
    assert.equal(await codeOf(as(secret).call(reads)), '401 iam.key_refused')
    assert.equal(await codeOf(client.call(changeApiKey, more)), '409 iam.key_over')
    assert.equal(
      await codeOf(client.call(rotateApiKey, { params: { keyId: key.id }, body: { graceHours: 1 } })),
      '409 iam.key_over',
    )
    assert.equal(await codeOf(client.call(takeOverApiKey, { params: { keyId: key.id } })), '409 iam.key_over')
  })

  it('do not fall back to the cookie of a browser', async () => {
    const { client } = await owner()
    const { secret, key } = await make(client)
    await client.call(revokeApiKey, { params: { keyId: key.id } })
    const found = await server.raw(reads.path, {
      headers: { authorization: `Bearer ${secret}`, cookie: '__Host-session=whatever' },
    })
    assert.equal(found.status, 401)
  })

  it('work from the addresses they are bound to only', async () => {
    const { client } = await owner()
    const { secret } = await make(client, { networks: ['203.0.113.0/24', '2001:db8::/32'] })
    const from = (address: string) => codeOf(as(secret, { 'x-forwarded-for': address }).call(reads))
    assert.equal(await from('203.0.113.77'), 'ok')
    assert.equal(await from('2001:db8::5'), 'ok')
    assert.equal(await from('203.0.114.1'), '401 iam.key_refused')
    assert.equal(await from('2001:db9::5'), '401 iam.key_refused')
    for (const network of ['203.0.113.0/33', 'example.com', '10.0.0.0/8/8', ''])
      assert.equal(await codeOf(make(client, { networks: [network] })), '422 request.invalid', network)
  })

  it('get a new secret while the old one works on for as long as was chosen', async () => {
    const { client } = await owner()
    const first = await make(client)
    const params = { keyId: first.key.id }
    const second = await client.call(rotateApiKey, { params, body: { graceHours: 24 } })
    assert.notEqual(second.secret, first.secret)
    for (const { secret } of [first, second]) assert.deepEqual(await as(secret).call(reads), { by: 'apiKey' })
    const [listed] = (await client.call(listApiKeys)).items
    assert.equal(listed?.ending, second.secret.slice(-4))
    assert.equal(listed?.replaced?.ending, first.secret.slice(-4))
    assert.notEqual(listed?.replaced?.lastUsedAt, null)
    assert.ok((listed?.lastUsedAt ?? '') >= (listed?.replaced?.lastUsedAt ?? 'z'), 'the last use of either')
    const third = await client.call(rotateApiKey, { params, body: { graceHours: 0 } })
    for (const { secret } of [first, second])
      assert.equal(await codeOf(as(secret).call(reads)), '401 iam.key_refused')
    assert.deepEqual(await as(third.secret).call(reads), { by: 'apiKey' })
  })

  it('can be renamed and revoked by others, but not turned to act with rights that are not theirs', async () => {
    const { client, orgId } = await owner()
    const admin = await memberOf(orgId, 'admin')
    const { key } = await make(client)
    const params = { keyId: key.id }
    assert.equal(
      (await admin.client.call(changeApiKey, { params, body: { name: 'Renamed' } })).name,
      'Renamed',
    )
    const refused = '403 iam.key_of_another'
    assert.equal(
      await codeOf(admin.client.call(changeApiKey, { params, body: { scopes: ['leads:write'] } })),
      refused,
    )
    assert.equal(await codeOf(admin.client.call(rotateApiKey, { params, body: { graceHours: 1 } })), refused)
    await admin.client.call(revokeApiKey, { params })
  })

  it('are kept from members who do not look after keys, and from other organizations', async () => {
    const { client, orgId } = await owner()
    const { key } = await make(client)
    const member = await memberOf(orgId, 'member')
    assert.equal(await codeOf(member.client.call(listApiKeys)), '403 request.forbidden')
    const stranger = await owner()
    const params = { keyId: key.id }
    const missing = { keyId: newId() }
    for (const call of [
      (p: { keyId: string }) => stranger.client.call(changeApiKey, { params: p, body: { name: 'x' } }),
      (p: { keyId: string }) => stranger.client.call(rotateApiKey, { params: p, body: { graceHours: 0 } }),
      (p: { keyId: string }) => stranger.client.call(takeOverApiKey, { params: p }),
      (p: { keyId: string }) => stranger.client.call(revokeApiKey, { params: p }),
    ]) {
      assert.equal(await codeOf(call(params)), '404 request.not_found')
      assert.equal(await codeOf(call(missing)), '404 request.not_found')
    }
    assert.deepEqual((await stranger.client.call(listApiKeys)).items, [])
  })

  it('need a person who has just proved who they are', async () => {
    const { client, userId } = await owner()
    const { key } = await make(client)
    await t.asSuperuser(
      `update iam.token_families set proved_at = now() - interval '11 minutes' where user_id = $1`,
      [userId],
    )
    const params = { keyId: key.id }
    const again = '403 iam.sign_in_again'
    assert.equal(await codeOf(make(client)), again)
    assert.equal(await codeOf(client.call(rotateApiKey, { params, body: { graceHours: 0 } })), again)
    assert.equal(await codeOf(client.call(changeApiKey, { params, body: { scopes: [] } })), again)
    assert.equal(await codeOf(client.call(takeOverApiKey, { params })), again)
    assert.equal(await codeOf(client.call(changeApiKey, { params, body: { name: 'x' } })), 'ok')
    assert.equal(await codeOf(client.call(revokeApiKey, { params })), 'ok')
  })

  it('say when and from where they were last used, written at most once a minute', async () => {
    const { client } = await owner()
    const { secret, key } = await make(client)
    const lastUse = async () => {
      const found = (await client.call(listApiKeys)).items.find(({ id }) => id === key.id)
      return [found?.lastUsedAt, found?.lastUsedFrom] as const
    }
    assert.deepEqual(await lastUse(), [null, null])
    await as(secret, { 'x-forwarded-for': '198.51.100.4' }).call(reads)
    const [at, from] = await lastUse()
    assert.equal(from, '198.51.100.4')
    await as(secret, { 'x-forwarded-for': '198.51.100.5' }).call(reads)
    assert.deepEqual(await lastUse(), [at, from])
    await t.asSuperuser(
      `update iam.api_key_secrets set last_used_at = now() - interval '61 seconds' where key_id = $1`,
      [key.id],
    )
    await as(secret, { 'x-forwarded-for': '198.51.100.5' }).call(reads)
    assert.equal((await lastUse())[1], '198.51.100.5')
  })

  it('leave everything that happens to them in the audit log, and no secret', async () => {
    const { client } = await owner()
    const { secret, key } = await make(client, { networks: ['203.0.113.7'] })
    const params = { keyId: key.id }
    await codeOf(as(secret).call(reads))
    await client.call(changeApiKey, { params, body: { networks: [], name: 'Renamed' } })
    await codeOf(as(secret).call(writes))
    const { secret: newer } = await client.call(rotateApiKey, { params, body: { graceHours: 2 } })
    await client.call(revokeApiKey, { params })
    await codeOf(as(newer).call(reads))
    const { items } = await client.call(listAuditEntries)
    const told = items
      .filter(({ action }) => action.startsWith('api_key') || action === 'access.refused')
      .map(({ action, actor, object, before, after }) => ({
        action,
        by: actor.type,
        object: object.name,
        before,
        after,
      }))
      .toReversed()
    assert.deepEqual(told.slice(1), [
      {
        action: 'api_key.refused',
        by: 'apiKey',
        object: 'Reporting',
        before: null,
        after: { reason: 'address' },
      },
      {
        action: 'api_key.changed',
        by: 'user',
        object: 'Renamed',
        before: { name: 'Reporting', networks: ['203.0.113.7'] },
        after: { name: 'Renamed', networks: [] },
      },
      {
        action: 'access.refused',
        by: 'apiKey',
        object: null,
        before: null,
        after: { code: 'request.forbidden', needs: 'leads:write' },
      },
      { action: 'api_key.rotated', by: 'user', object: 'Renamed', before: null, after: { graceHours: 2 } },
      { action: 'api_key.revoked', by: 'user', object: 'Renamed', before: told[5]?.before, after: null },
      {
        action: 'api_key.refused',
        by: 'apiKey',
        object: 'Renamed',
        before: null,
        after: { reason: 'revoked' },
      },
    ])
    assert.equal(told[0]?.action, 'api_key.created')
    const text = JSON.stringify(items)
    for (const one of [secret, newer]) assert.ok(!text.includes(one.slice(37)))
  })
})
