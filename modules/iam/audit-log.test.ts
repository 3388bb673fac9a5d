import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { audit, type AuditEntry as Written } from '#platform/audit/audit.ts'
import { canonical } from '#platform/audit/changes.ts'
import { inOrganization } from '#platform/context.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { signedInOwner } from '#test/people.ts'
import {
  type AuditEntry,
  createTokens,
  exportAuditLog,
  listAuditEntries,
  tokensOf,
  verifyAuditLog,
} from './contract.ts'
import { addMember, GOOD_PASSWORD, makeOwner } from './factories.ts'
import { authenticate, iamModule } from './index.ts'

describe('reading the audit log', () => {
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

  const caller = { name: 'Ada Owner', address: '203.0.113.9', userAgent: 'test/1' }
  const write = (orgId: string, entries: readonly Written[], name = caller.name) =>
    inOrganization(
      t.kit,
      { orgId, actor: { type: 'system', name }, caller: { ...caller, name } },
      async ctx => {
        for (const entry of entries) await audit(ctx, entry)
      },
    )
  const entry = (n: number, action = 'probe.made'): Written => ({
    action,
    object: { type: 'probe', id: `p${n}`, name: `Probe ${n}` },
    after: { n },
  })
  const download = async (token: string, query: string) => {
    const response = await server.raw(`${exportAuditLog.path}?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    assert.equal(response.status, 200)
    return { text: await response.text(), headers: response.headers }
  }

  it('goes through all of it in pages, newest first', async () => {
    const { client, orgId } = await signedInOwner(t.kit, server.url)
    await write(
      orgId,
      Array.from({ length: 25 }, (_, n) => entry(n)),
    )
    const numbers: number[] = []
    for (let cursor: string | undefined; ; ) {
      const page = await client.call(listAuditEntries, {
        query: { limit: 7, ...(cursor === undefined ? {} : { cursor }) },
      })
      numbers.push(...page.items.map(({ number }) => number))
      if (page.nextCursor === null) break
      cursor = page.nextCursor
    }
    assert.ok(numbers.length >= 25)
    assert.deepEqual(
      numbers,
      numbers.map((_, n) => numbers.length - n),
    )
  })

  it('finds by actor, action, object and time', async () => {
    const { client, orgId } = await signedInOwner(t.kit, server.url)
    await write(orgId, [entry(1), entry(2, 'probe.changed'), entry(3, 'probes.made')], 'robot')
    const find = async (query: Record<string, string>) =>
      (await client.call(listAuditEntries, { query })).items
        .filter(({ object }) => object.type === 'probe')
        .map(({ object }) => object.id)
    assert.deepEqual(await find({ action: 'probe.' }), ['p2', 'p1'])
    assert.deepEqual(await find({ action: 'probe' }), ['p3', 'p2', 'p1'])
    assert.deepEqual(await find({ action: 'probe.changed' }), ['p2'])
    assert.deepEqual(await find({ actor: 'robot' }), ['p3', 'p2', 'p1'])
    assert.deepEqual(await find({ actor: 'nobody' }), [])
    assert.deepEqual(await find({ objectType: 'probe', objectId: 'p3' }), ['p3'])
    const items = (await client.call(listAuditEntries, { query: { objectId: 'p2' } })).items
    const at = items[0]?.at ?? ''
    assert.deepEqual(await find({ from: at }), ['p3', 'p2'])
    assert.deepEqual(await find({ to: at }), ['p1'])
    const wrong = client.call(listAuditEntries, { query: { from: 'yesterday' } })
    await assert.rejects(wrong, (error: ProblemError) => error.status === 422)
  })

  it('is kept from those who do not manage it, and from other organizations', async () => {
    const [owner, other] = [await signedInOwner(t.kit, server.url), await signedInOwner(t.kit, server.url)]
    await write(owner.orgId, [entry(1)])
    const seen = (await other.client.call(listAuditEntries)).items
    assert.ok(seen.every(({ object }) => object.type !== 'probe'))
    const viewer = await makeOwner(t.kit)
    await addMember(t.kit, owner.orgId, viewer.userId, 'manager')
    const body = { email: viewer.email, password: GOOD_PASSWORD, organizationId: owner.orgId }
    const { accessToken } = tokensOf(await server.client().call(createTokens, { body }))
    const asManager = server.client({ authorization: `Bearer ${accessToken}` })
    for (const route of [listAuditEntries, verifyAuditLog])
      await assert.rejects(asManager.call(route), (error: ProblemError) => error.status === 403)
    const none = server.client().call(listAuditEntries)
    await assert.rejects(none, (error: unknown) => error instanceof ProblemError && error.status === 401)
  })

  it('exports all of it, also when it is longer than a page of the database, and says so in the log', async () => {
    const { client, orgId, accessToken } = await signedInOwner(t.kit, server.url)
    await write(
      orgId,
      Array.from({ length: 1203 }, (_, n) => entry(n)),
    )
    const { text, headers } = await download(accessToken, 'format=ndjson&action=probe.')
    assert.equal(headers.get('content-type'), 'application/x-ndjson; charset=utf-8')
    assert.equal(headers.get('content-disposition'), 'attachment; filename="audit-log.ndjson"')
    const lines = text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as AuditEntry)
    assert.equal(lines.length, 1203)
    assert.deepEqual(
      lines.map(({ after: kept }) => kept?.n),
      Array.from({ length: 1203 }, (_, n) => n),
    )
    const [newest] = (await client.call(listAuditEntries)).items
    assert.equal(newest?.action, 'audit.exported')
    assert.deepEqual([newest?.after?.format, newest?.after?.action], ['ndjson', 'probe.'])
  })

  it('exports what can be verified without the database', async () => {
    const { orgId, accessToken } = await signedInOwner(t.kit, server.url)
    await write(orgId, [{ ...entry(1), before: { n: 'é', list: [1.5, null] } }, entry(2)])
    const { text } = await download(accessToken, 'format=ndjson')
    let previous = '0'.repeat(64)
    for (const line of text.trimEnd().split('\n')) {
      const e = JSON.parse(line) as AuditEntry
      const parts = [
        orgId,
        String(e.number),
        e.previousHash,
        e.at,
        e.actor.type,
        e.actor.id,
        e.actor.name,
        e.action,
        e.object.type,
        e.object.id,
        e.object.name,
        e.before && canonical(e.before),
        e.after && canonical(e.after),
        e.address,
        e.userAgent,
        e.requestId,
      ]
      const form = parts.map(part => (part === null ? '-' : `${Buffer.byteLength(part)}:${part}`)).join('')
      assert.equal(createHash('sha256').update(`millrace audit 1,${form}`).digest('hex'), e.hash)
      assert.equal(e.previousHash, previous)
      previous = e.hash
    }
  })

  it('exports no formula that a spreadsheet would run', async () => {
    const { orgId, accessToken } = await signedInOwner(t.kit, server.url)
    for (const name of ['=1+1', '+1', '-1', '@A1', '\t=1', 'a "b", c']) await write(orgId, [entry(1)], name)
    const { text, headers } = await download(accessToken, 'format=csv&action=probe.')
    assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8')
    const [header, ...rows] = text.trimEnd().split('\r\n')
    assert.match(header ?? '', /^number,at,actor type,actor id,actor name,action,/)
    const names = rows.map(row => /^\d+,[^,]+,system,((?:"(?:[^"]|"")*")|[^,]*),/.exec(row)?.[1])
    assert.deepEqual(names, [`"'=1+1"`, `"'+1"`, `"'-1"`, `"'@A1"`, `"'\t=1"`, '"a ""b"", c"'])
  })

  it('says whether somebody has changed it', async () => {
    const { client, orgId } = await signedInOwner(t.kit, server.url)
    await write(orgId, [entry(1), entry(2)])
    const sound = await client.call(verifyAuditLog)
    assert.equal(sound.firstBreak, null)
    assert.equal(sound.verifiedTo, sound.entries)
    await t.asSuperuser(
      `do $$ begin set local session_replication_role = replica;
       update audit.entries set actor_name = 'Nobody' where org_id = '${orgId}' and number = 2; end $$`,
    )
    const found = await client.call(verifyAuditLog)
    assert.deepEqual([found.verifiedTo, found.firstBreak], [1, { number: 2, reason: 'changed' }])
  })

  it('asks for its look-ups by index', async () => {
    const { orgId } = await signedInOwner(t.kit, server.url)
    await write(
      orgId,
      Array.from({ length: 1500 }, (_, n) => entry(n, `kind_${n % 50}.made`)),
    )
    await t.asOwner('analyze audit.entries')
    const plan = await t.kit.db.withOrg(orgId, tx =>
      tx.query<{ 'QUERY PLAN': string }>(
        `explain select number from audit.entries e where org_id = $1 and action collate "C" >= $2
         and action collate "C" < $3 order by e.number desc limit 50`,
        [orgId, 'kind_7', 'kind_8'],
      ),
    )
    const text = plan.rows.map(row => row['QUERY PLAN']).join('\n')
    assert.match(text, /Index Cond: .*action/)
  })
})
