import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import {
  addDoNotContact,
  endDoNotContact,
  getPersonPrivacy,
  listDoNotContact,
  recordConsent,
} from '../contract.ts'
import { crmModule, refusalsOf, upsertPersonByEmail } from '../index.ts'

const modules = [iamModule, crmModule]

describe('whom nobody writes to', () => {
  let t: TestKit
  const servers: TestServer[] = []
  before(async () => {
    t = await testKit({ modules })
  })
  after(async () => {
    for (const server of servers) await server.close()
    await t.close()
  })

  const within = <T>(orgId: string, work: (ctx: Context) => Promise<T>) =>
    inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, work)
  const open = async () => {
    const { orgId, userId } = await makeOwner(t.kit)
    const server = await testServer(t, modules, signedInAs(orgId, userId))
    servers.push(server)
    const { call } = server.client()
    return {
      orgId,
      call,
      add: (...items: object[]) => call(addDoNotContact, { body: { items: items as never } }),
    }
  }
  const reasons = async (orgId: string, ...emails: string[]) =>
    (await within(orgId, ctx => refusalsOf(ctx, emails))).map(({ value }) => value)

  it('refuses an address in any case, a domain with all below it, and nothing else', async () => {
    const { orgId, add } = await open()
    const { added } = await add({ email: 'Ada@Example.com' }, { domain: 'shop.test' })
    assert.equal(added, 2)
    assert.deepEqual(await reasons(orgId, 'ADA@example.com'), ['ada@example.com'])
    assert.deepEqual(await reasons(orgId, 'x@shop.test', 'y@mail.shop.test'), ['shop.test'])
    assert.deepEqual(await reasons(orgId, 'ada@example.org', 'x@workshop.test', 'x@test'), [])
    const other = await open()
    assert.deepEqual(await reasons(other.orgId, 'ada@example.com'), [])
  })

  it('keeps an entry as it is when it is named again, by many at once', async () => {
    const { orgId, add, call } = await open()
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) => add({ email: 'ada@example.com', note: `call ${n}` })),
    )
    assert.equal(
      answers.reduce((sum, { added }) => sum + added, 0),
      1,
    )
    assert.equal(new Set(answers.map(({ items }) => items[0]?.entry?.id)).size, 1)
    const twice = await add({ email: 'eve@example.com' }, { email: 'EVE@example.com' })
    assert.deepEqual(
      twice.items.map(({ entry }) => entry?.value),
      ['eve@example.com', 'eve@example.com'],
    )
    const { items } = await call(listDoNotContact, { query: {} })
    assert.deepEqual(
      items.map(({ value }) => value),
      ['eve@example.com', 'ada@example.com'],
    )
    const events = await t.asSuperuser(
      `select 1 from events.events where org_id = $1 and type = 'contact.refused'`,
      [orgId],
    )
    assert.equal(events.length, 2)
  })

  it('says what refuses an address', async () => {
    const { add, call } = await open()
    await add({ email: 'ada@example.com' }, { domain: 'example.com' }, { email: 'eve@example.org' })
    const { items } = await call(listDoNotContact, { query: { address: 'Ada@example.com' } })
    assert.deepEqual(items.map(({ kind }) => kind).sort(), ['domain', 'email'])
  })

  it('lets an entry go for a reason, which stays on record, and takes it again', async () => {
    const { orgId, add, call } = await open()
    const { items } = await add({ email: 'ada@example.com', reason: 'objected', legalBasis: 'objection' })
    const entryId = items[0]?.entry?.id ?? ''
    await call(endDoNotContact, {
      params: { entryId },
      body: { note: 'She asked for the newsletter again.' },
    })
    assert.deepEqual(await reasons(orgId, 'ada@example.com'), [])
    const [kept] = await t.asSuperuser<{ ended_note: string }>(
      'select ended_note from crm.do_not_contact where id = $1',
      [entryId],
    )
    assert.equal(kept?.ended_note, 'She asked for the newsletter again.')
    await assert.rejects(
      call(endDoNotContact, { params: { entryId }, body: { note: 'Again.' } }),
      (error: ProblemError) => error.problem.status === 404,
    )
    const again = await add({ email: 'ada@example.com' })
    assert.equal(again.added, 1)
  })

  it('keeps the refusal of somebody who was erased, found by its key alone', async () => {
    const { orgId, add, call } = await open()
    const { items } = await add({ email: 'ada@example.com' })
    const entryId = items[0]?.entry?.id ?? ''
    await t.asSuperuser('update crm.do_not_contact set value = null where id = $1', [entryId])
    assert.deepEqual(await reasons(orgId, 'ada@example.com'), [null])
    await assert.rejects(
      call(endDoNotContact, { params: { entryId }, body: { note: 'A mistake.' } }),
      (error: ProblemError) => error.problem.code === 'crm.refusal_stays',
    )
    const [row] = await t.asSuperuser<{ text: string }>(
      'select d::text as text from crm.do_not_contact d where id = $1',
      [entryId],
    )
    assert.doesNotMatch(row?.text ?? '', /ada/)
  })

  it('names what is wrong with an entry', async () => {
    const { add } = await open()
    for (const item of [
      {},
      { email: 'ada@example.com', domain: 'example.com' },
      { email: 'ada' },
      { domain: 'localhost' },
      { domain: 'http://example.com' },
      { domain: 'exa mple.com' },
      { email: 'ada@example.com', reason: 'erased' },
      { email: 'ada@example.com', note: 'x'.repeat(1_001) },
    ]) {
      await assert.rejects(add(item), (error: unknown) => {
        assert.ok(error instanceof ProblemError)
        assert.equal(error.problem.status, 422, JSON.stringify(item))
        return true
      })
    }
  })

  it('is asked by its key alone, however long the list is', async () => {
    const { orgId } = await open()
    await t.asSuperuser(
      `insert into crm.do_not_contact (org_id, id, kind, key_hash, value, reason, source, actor)
       select $1, gen_random_uuid(), 'email', left(encode(sha256(n::text::bytea), 'hex'), 43), n || '@example.com', 'manual', 'test', '{}'
       from generate_series(1, 5000) n`,
      [orgId],
    )
    await t.asSuperuser('analyze crm.do_not_contact')
    const plan = await within(orgId, async ctx => {
      const found = await ctx.db.query<{ 'QUERY PLAN': string }>(
        `explain select d.id from crm.do_not_contact d
         where d.org_id = $1 and d.key_hash = any($2::text[]) and d.ended_at is null`,
        [orgId, ['0'.repeat(43), '1'.repeat(43)]],
      )
      return found.rows.map(row => row['QUERY PLAN']).join('\n')
    })
    assert.match(plan, /Index Cond: .*key_hash = ANY/)
  })
})

describe('what people agree to', () => {
  let t: TestKit
  let server: TestServer
  let call: ReturnType<TestServer['client']>['call']
  let orgId: string
  before(async () => {
    t = await testKit({ modules })
    const owner = await makeOwner(t.kit)
    orgId = owner.orgId
    server = await testServer(t, modules, signedInAs(orgId, owner.userId))
    call = server.client().call
  })
  after(async () => {
    await server.close()
    await t.close()
  })
  const meet = async (email: string) =>
    inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, ctx =>
      upsertPersonByEmail(ctx, { email, source: 'form' }),
    )

  it('is kept word for word, the newest first', async () => {
    const { personId } = await meet('ada@example.com')
    const params = { personId }
    await call(recordConsent, {
      params,
      body: {
        purpose: 'tracking',
        isGiven: true,
        evidence: 'Ticked "Measure opens".',
        saidAt: '2026-01-02T03:04:05Z',
      },
    })
    await call(recordConsent, { params, body: { purpose: 'tracking', isGiven: false } })
    const { consents, refusals } = await call(getPersonPrivacy, { params })
    assert.deepEqual(
      consents.map(({ isGiven, evidence }) => [isGiven, evidence]),
      [
        [false, null],
        [true, 'Ticked "Measure opens".'],
      ],
    )
    assert.equal(consents[1]?.saidAt, '2026-01-02T03:04:05.000Z')
    assert.deepEqual(refusals, [])
  })

  it('ends mail to every address of theirs when it is taken back, in the same step', async () => {
    const { personId } = await meet('Eve@example.com')
    const params = { personId }
    await call(recordConsent, { params, body: { purpose: 'email_marketing', isGiven: false } })
    const { refusals } = await call(getPersonPrivacy, { params })
    assert.deepEqual(
      refusals.map(({ value, reason, legalBasis }) => [value, reason, legalBasis]),
      [['eve@example.com', 'consent_withdrawn', 'consent_withdrawn']],
    )
    await call(recordConsent, { params, body: { purpose: 'email_marketing', isGiven: true } })
    assert.equal((await call(getPersonPrivacy, { params })).refusals.length, 1)
  })

  it('is refused for nobody and for a time that has not come', async () => {
    const missing = { purpose: 'tracking', isGiven: true } as const
    await assert.rejects(
      call(recordConsent, { params: { personId: newId() }, body: missing }),
      (error: ProblemError) => error.problem.status === 404,
    )
    const { personId } = await meet('ida@example.com')
    await assert.rejects(
      call(recordConsent, {
        params: { personId },
        body: { ...missing, saidAt: '2999-01-01T00:00:00Z' },
      }),
      (error: ProblemError) => error.problem.errors?.[0]?.pointer === '/saidAt',
    )
  })
})
