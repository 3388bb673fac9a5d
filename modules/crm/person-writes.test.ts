import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner, type Person as Owner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { AppError } from '#platform/errors.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import {
  addPosition,
  changePerson,
  changePosition,
  createCompany,
  createPerson,
  deletePerson,
  getPerson,
  listPeople,
  removePosition,
  restorePerson,
} from './contract.ts'
import { crmModule, upsertPersonByEmail } from './index.ts'
import { recordKinds } from './record-kinds.ts'

const modules = [iamModule, crmModule]

describe('writing people', () => {
  let t: TestKit
  const servers: TestServer[] = []
  before(async () => {
    t = await testKit({ modules })
  })
  after(async () => {
    for (const server of servers) await server.close()
    await t.close()
  })

  const start = async () => {
    const owner = await makeOwner(t.kit)
    const server = await testServer(t, modules, signedInAs(owner.orgId, owner.userId))
    servers.push(server)
    return { owner, server, client: server.client() }
  }
  const within = <T>(owner: Owner, work: (ctx: Context) => Promise<T>, visibility: Visibility = {}) =>
    inOrganization(
      t.kit,
      { orgId: owner.orgId, actor: { type: 'user', userId: owner.userId }, visibility },
      work,
    )
  const refusal = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => assert.fail('It was accepted.'),
      (caught: unknown) => caught,
    )
    assert.ok(error instanceof ProblemError || error instanceof AppError, String(error))
    const [problem] = (error instanceof ProblemError ? error.problem.errors : error.errors) ?? []
    const detail = error instanceof ProblemError ? error.problem.detail : error.detail
    return { code: error.code, pointer: problem?.pointer, detail, message: problem?.message }
  }
  const changesOf = (id: string) =>
    t.asSuperuser<{
      action: string
      before: Record<string, unknown>
      after: Record<string, unknown>
      source: string
    }>('select action, before, after, source from crm.changes where record_id = $1 order by id', [id])

  it('makes them with address, company and values in one form, with their origin and an event', async () => {
    const { owner, client } = await start()
    const made = await client.call(createPerson, {
      body: {
        fullName: 'Ada Lovelace',
        email: 'Ada@Example.com',
        title: ' Countess ',
        company: { name: 'Analytical Engines', domain: 'engines.example' },
        phone: '01 42 68 53 00',
        linkedinUrl: 'linkedin.com/in/ada',
        lifecycleStage: 'prospect',
        score: 7,
        tags: ['VIP', 'vip'],
      },
    })
    assert.deepEqual([made.firstName, made.lastName, made.name], ['Ada', 'Lovelace', 'Ada Lovelace'])
    assert.deepEqual(
      [made.email, made.emailStatus, made.title],
      ['Ada@Example.com', 'unverified', 'Countess'],
    )
    assert.deepEqual([made.phone, made.linkedinUrl], ['+33142685300', 'https://linkedin.com/in/ada'])
    assert.deepEqual([made.company?.name, made.companyId], ['Analytical Engines', made.company?.id])
    assert.deepEqual([made.ownerUserId, made.source, made.tags], [owner.userId, 'manual', ['VIP']])
    assert.deepEqual(
      made.positions.map(({ isPrimary, email }) => [isPrimary, email]),
      [[true, 'Ada@Example.com']],
    )
    const [change] = await changesOf(made.id)
    assert.deepEqual(
      [change?.action, change?.after.email, change?.after.companyId],
      ['created', 'Ada@Example.com', made.companyId],
    )
    const again = await client.call(createPerson, {
      body: {
        lastName: 'Two',
        company: { name: 'Whatever', domain: 'www.Engines.example' },
        ownerUserId: null,
      },
    })
    assert.equal(again.companyId, made.companyId, 'the company of the domain')
    assert.equal(again.ownerUserId, null)
    const bare = await client.call(createPerson, { body: { lastName: 'Bare' } })
    assert.deepEqual([bare.positions, bare.email, bare.emailStatus], [[], null, null])
    const events = await t.asSuperuser<{ email: string | null }>(
      `select payload->>'email' as email from events.events where org_id = $1 and type = 'person.created' order by id`,
      [owner.orgId],
    )
    assert.deepEqual(
      events.map(({ email }) => email),
      ['Ada@Example.com', null, null],
    )
  })

  it('refuses what makes no person, pointing at it', async () => {
    const { client } = await start()
    const pointer = async (body: Parameters<typeof client.call<typeof createPerson>>[1]['body']) =>
      (await refusal(client.call(createPerson, { body }))).pointer
    assert.equal(await pointer({}), '/lastName')
    assert.equal(await pointer({ firstName: '  ' }), '/lastName')
    assert.equal(await pointer({ email: 'ada@example' }), '/email')
    assert.equal(await pointer({ lastName: 'A', phone: 'none' }), '/phone')
    assert.equal(await pointer({ lastName: 'A', companyId: newId() }), '/companyId')
    assert.equal(await pointer({ lastName: 'A', ownerUserId: newId() }), '/ownerUserId')
    assert.equal(await pointer({ lastName: 'A', linkedinUrl: 'data:text/html,x' }), '/linkedinUrl')
    assert.equal(await pointer({ lastName: 'A', tags: [''] }), '/tags/0')
    assert.equal(
      await pointer({ lastName: 'A', company: { name: 'B', domain: 'https://b' } }),
      '/company/domain',
    )
    assert.deepEqual((await client.call(listPeople)).items, [], 'a refused person leaves nothing')
  })

  it('keeps an address to one person, and names who has it to whoever sees them', async () => {
    const { owner, client } = await start()
    const ada = await client.call(createPerson, { body: { firstName: 'Ada', email: 'ada@example.com' } })
    const taken = await refusal(
      client.call(createPerson, { body: { lastName: 'B', email: 'ADA@example.com' } }),
    )
    assert.deepEqual(
      [taken.code, taken.pointer, taken.message],
      ['crm.email_taken', '/email', 'This is the address of Ada.'],
    )
    assert.match(taken.detail ?? '', /address of Ada/)
    const sight: Visibility = { person: { owners: [newId()], writable: [], readable: [] } }
    const hidden = await refusal(
      within(owner, ctx => recordKinds.person.create(ctx, { lastName: 'B', email: 'ada@example.com' }), {
        ...sight,
        person: { owners: [owner.userId], writable: [], readable: [] },
      }),
    )
    assert.equal(hidden.code, 'crm.email_taken')
    await client.call(changePerson, { params: { personId: ada.id }, body: { ownerUserId: null } })
    const unseen = await refusal(
      within(owner, ctx => recordKinds.person.create(ctx, { lastName: 'B', email: 'ada@example.com' }), {
        person: { owners: [owner.userId], writable: [], readable: [] },
      }),
    )
    assert.equal(unseen.code, 'crm.email_taken')
    assert.doesNotMatch(JSON.stringify(unseen), /Ada/)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, () =>
        client.call(createPerson, { body: { lastName: 'Race', email: 'race@example.com' } }),
      ),
    )
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        assert.equal((outcome.reason as ProblemError).code, 'crm.email_taken')
    const [left] = await t.asSuperuser<{ n: string }>(
      `select count(*) as n from crm.people where org_id = $1 and last_name = 'Race'`,
      [owner.orgId],
    )
    assert.equal(left?.n, '1')
  })

  it('changes everything in place, the address through the primary position', async () => {
    const { client, server } = await start()
    const bare = await client.call(createPerson, { body: { lastName: 'Bare' } })
    const params = { personId: bare.id }
    const etag = (await server.raw(`/v1/people/${bare.id}`)).headers.get('etag') ?? ''
    const first = await client.call(changePerson, {
      params,
      body: { email: 'bare@example.com', title: 'Buyer', emailStatus: 'valid' },
      ifMatch: etag,
    })
    assert.deepEqual(
      [first.positions.length, first.email, first.emailStatus],
      [1, 'bare@example.com', 'valid'],
    )
    const late = await refusal(client.call(changePerson, { params, body: { title: 'Boss' }, ifMatch: etag }))
    assert.deepEqual([late.code, late.pointer], ['request.changed_meanwhile', '/title'])
    const cased = await client.call(changePerson, { params, body: { email: 'Bare@example.com' } })
    assert.equal(cased.emailStatus, 'valid', 'it is the same address')
    const moved = await client.call(changePerson, {
      params,
      body: { email: 'other@example.com', company: { name: 'Acme' }, tags: ['x', 'y'], removeTags: ['X'] },
    })
    assert.deepEqual([moved.emailStatus, moved.company?.name, moved.tags], ['unverified', 'Acme', ['y']])
    const cleared = await client.call(changePerson, { params, body: { email: null, companyId: null } })
    assert.deepEqual([cleared.email, cleared.company, cleared.title], [null, null, 'Buyer'])
    const last = (await changesOf(bare.id)).at(-1)
    assert.deepEqual(last?.before, { email: 'other@example.com', companyId: moved.companyId })
    assert.deepEqual(last?.after, { email: null, companyId: null })
    const back = await client.call(changePerson, { params, body: last?.before ?? {} })
    assert.deepEqual([back.email, back.companyId], ['other@example.com', moved.companyId])
  })

  it('frees the address of a person who goes, and brings back only those whose address is free', async () => {
    const { owner, client } = await start()
    const body = { lastName: 'Gone', email: 'gone@example.com' }
    const first = await client.call(createPerson, { body })
    const params = { personId: first.id }
    await client.call(addPosition, { params, body: { email: 'old@example.com' } })
    const [, old] = (await client.call(getPerson, { params })).positions
    await client.call(removePosition, { params: { ...params, positionId: old?.id ?? '' } })
    await client.call(deletePerson, { params })
    assert.equal((await refusal(client.call(getPerson, { params }))).code, 'request.not_found')
    const second = await client.call(createPerson, { body })
    const refused = await refusal(client.call(restorePerson, { params }))
    assert.deepEqual([refused.code, refused.pointer], ['crm.email_taken', '/email'])
    await client.call(deletePerson, { params: { personId: second.id } })
    const { person } = recordKinds
    const restored = await within(owner, ctx => person.restore(ctx, [first.id, second.id]))
    assert.deepEqual(restored, [second.id], 'of two with one address the one deleted last')
    assert.deepEqual(await within(owner, ctx => person.remove(ctx, [second.id, newId()])), [second.id])
    const back = await client.call(restorePerson, { params })
    assert.deepEqual(
      back.positions.map(({ email }) => email),
      ['gone@example.com'],
      'what was taken away before stays away',
    )
    assert.deepEqual(
      (await changesOf(first.id)).map(({ action }) => action),
      ['created', 'updated', 'updated', 'deleted', 'restored'],
    )
  })

  it('keeps one primary position, whatever comes and goes', async () => {
    const { client, server } = await start()
    const { id: personId } = await client.call(createPerson, {
      body: { lastName: 'Poly', email: 'a@example.com' },
    })
    const params = { personId }
    const company = await client.call(createCompany, { body: { name: 'Acme' } })
    const added = await client.call(addPosition, {
      params,
      body: { title: 'Director', companyId: company.id, email: 'b@example.com', validFrom: '2026-01-01' },
    })
    assert.deepEqual(
      added.positions.map(({ isPrimary, title }) => [isPrimary, title]),
      [
        [true, null],
        [false, 'Director'],
      ],
    )
    const [first, second] = added.positions
    const etag = (await server.raw(`/v1/people/${personId}`)).headers.get('etag') ?? ''
    const promoted = await client.call(changePosition, {
      params: { personId, positionId: second?.id ?? '' },
      body: { isPrimary: true, emailReliability: 0.9 },
      ifMatch: etag,
    })
    assert.deepEqual(
      [promoted.email, promoted.title, promoted.companyId],
      ['b@example.com', 'Director', company.id],
    )
    assert.equal(promoted.positions[0]?.emailReliability, 0.9)
    const change = (await changesOf(personId)).at(-1)
    assert.deepEqual([change?.before.email, change?.after.email], ['a@example.com', 'b@example.com'])
    const late = await refusal(
      client.call(changePosition, {
        params: { personId, positionId: second?.id ?? '' },
        body: { title: 'x' },
        ifMatch: etag,
      }),
    )
    assert.equal(late.code, 'request.changed_meanwhile')
    const removed = await client.call(removePosition, { params: { personId, positionId: second?.id ?? '' } })
    assert.deepEqual(
      removed.positions.map(({ id, isPrimary }) => [id, isPrimary]),
      [[first?.id, true]],
    )
    await Promise.all(
      Array.from({ length: 6 }, (_, at) =>
        client.call(addPosition, { params, body: { title: `T${at}`, isPrimary: true } }),
      ),
    )
    const [stored] = await t.asSuperuser<{ primaries: string; live: string }>(
      `select count(*) filter (where is_primary) as primaries, count(*) as live from crm.positions
       where person_id = $1 and deleted_at is null`,
      [personId],
    )
    assert.deepEqual(stored, { primaries: '1', live: '7' })
    const refused = async (body: object) =>
      (await refusal(client.call(addPosition, { params, body }))).pointer
    assert.equal(await refused({ validFrom: '2026-02-02', validTo: '2026-02-01' }), '/validTo')
    assert.equal(await refused({ email: 'A@example.com' }), '/email')
    assert.equal(await refused({ isPrimary: false }), '/isPrimary')
    const other = await client.call(createPerson, { body: { lastName: 'Other' } })
    const elsewhere = client.call(changePosition, {
      params: { personId: other.id, positionId: first?.id ?? '' },
      body: { title: 'Stolen' },
    })
    assert.equal((await refusal(elsewhere)).code, 'request.not_found')
  })

  it('sorts by names, activity and score with those who have none last, page by page', async () => {
    const { owner, client } = await start()
    for (const [lastName, firstName, score] of [
      ['Zola', 'Émile', 3],
      ['abel', null, 1],
      [null, 'Bo', 2],
      ['Éluard', 'Paul', 4],
    ] as const)
      await client.call(createPerson, { body: { lastName, firstName, score } })
    await t.asSuperuser(
      `update crm.people set last_activity_at = now() - score * interval '1 day' where org_id = $1 and score > 2`,
      [owner.orgId],
    )
    const read = async (sort: string) => {
      const found: number[] = []
      let cursor: string | undefined
      do {
        const query = { sort, limit: 1, ...(cursor === undefined ? {} : { cursor }) }
        const page = await client.call(listPeople, { query })
        found.push(...page.items.map(({ score }) => score))
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      return found
    }
    assert.deepEqual(await read('lastName'), [1, 4, 3, 2])
    assert.deepEqual(await read('-lastName'), [3, 4, 1, 2])
    assert.deepEqual(await read('firstName'), [2, 3, 4, 1])
    assert.deepEqual(await read('-lastActivityAt,score'), [3, 4, 1, 2])
    assert.deepEqual(await read('lastActivityAt,-score'), [4, 3, 2, 1])
    assert.deepEqual(await read('-score'), [4, 3, 2, 1])
  })

  it('finds people by facts of their company and of any position', async () => {
    const { client } = await start()
    const company = await client.call(createCompany, {
      body: {
        name: 'Moulin',
        websiteUrl: 'moulin.example',
        employeeRange: '10-19',
        city: 'Lyon',
        tags: ['key'],
      },
    })
    await client.call(createPerson, { body: { lastName: 'Ada', companyId: company.id } })
    const bob = await client.call(createPerson, { body: { lastName: 'Bob', email: 'bob@example.com' } })
    await client.call(addPosition, {
      params: { personId: bob.id },
      body: { companyId: company.id, title: 'Adviser', email: 'bob@moulin.example' },
    })
    const names = async (filter: string) =>
      (await client.call(listPeople, { query: { filter } })).items.map(({ name }) => name)
    for (const filter of ['company.domain:is:Moulin.example', 'company.city:is:Lyon', 'company.tags:has:key'])
      assert.deepEqual(await names(filter), ['Ada'], filter)
    assert.deepEqual(await names(`companyId:is:${company.id}`), ['Ada'])
    assert.deepEqual(await names(`positions.companyId:is:${company.id}`), ['Bob', 'Ada'])
    assert.deepEqual(await names('positions.email:is:BOB@moulin.example'), ['Bob'])
    assert.deepEqual(await names('positions.title:is:Adviser;company:empty'), ['Bob'])
  })

  it('lets a member who sees their own change, give away and make their own alone', async () => {
    const { owner, client } = await start()
    const visibility: Visibility = { person: { owners: [owner.userId], writable: [], readable: [] } }
    const guest: Visibility = { person: { owners: [], writable: [], readable: [] } }
    const { person } = recordKinds
    const own = await within(
      owner,
      ctx => person.create(ctx, { lastName: 'Own', email: 'own@example.com' }),
      visibility,
    )
    const other = await client.call(createPerson, { body: { lastName: 'Other', ownerUserId: null } })
    const code = async (work: (ctx: Context) => Promise<unknown>, sight = visibility) =>
      (await refusal(within(owner, work, sight))).code
    assert.deepEqual(
      await within(owner, ctx => person.idsMatching(ctx, 'email:not_empty', null, 9), visibility),
      [own],
    )
    assert.equal(await within(owner, ctx => person.countMatching(ctx, undefined, 9), visibility), 1)
    assert.equal([...(await within(owner, ctx => person.read(ctx, [own, other.id]), visibility))].length, 1)
    assert.deepEqual(
      (await within(owner, ctx => person.change(ctx, own, { email: 'new@example.com' }), visibility)).changed,
      ['email'],
    )
    assert.equal(await code(ctx => person.change(ctx, other.id, { title: 'x' })), 'request.not_found')
    const readable = { person: { owners: [], writable: [], readable: [other.id] } }
    assert.equal(
      await code(ctx => person.change(ctx, other.id, { title: 'x' }), readable),
      'request.read_only',
    )
    assert.deepEqual(await within(owner, ctx => person.remove(ctx, [own, other.id]), visibility), [own])
    assert.deepEqual(await within(owner, ctx => person.restore(ctx, [own]), visibility), [own])
    await within(owner, ctx => person.change(ctx, own, { ownerUserId: null }), visibility)
    assert.equal(await code(ctx => person.change(ctx, own, { title: 'x' })), 'request.not_found')
    assert.equal(await code(ctx => person.create(ctx, { lastName: 'Guest’s' }), guest), 'crm.out_of_sight')
  })

  it('knows where a person of a form came from, in the round trips it had before', async () => {
    const { owner } = await start()
    let statements = 0
    const met = await within(owner, async ctx => {
      const { query } = ctx.db
      ctx.db.query = (text, values) => {
        statements++
        return query.call(ctx.db, text, values) as never
      }
      return upsertPersonByEmail(ctx, {
        email: 'ada@example.com',
        fullName: 'Ada L',
        source: 'form',
        phone: '0142685300',
      })
    })
    assert.equal(statements, 1)
    const [change] = await changesOf(met.personId)
    assert.deepEqual(
      [change?.action, change?.source, change?.after],
      [
        'created',
        'form',
        { firstName: 'Ada', lastName: 'L', email: 'ada@example.com', phone: '+33142685300', source: 'form' },
      ],
    )
    await within(owner, ctx => upsertPersonByEmail(ctx, { email: 'ada@example.com', source: 'form' }))
    assert.equal((await changesOf(met.personId)).length, 1)
  })

  it('puts back values as the history has them, those of the organization too', async () => {
    const { owner } = await start()
    const { person } = recordKinds
    const id = await within(owner, ctx => person.create(ctx, { lastName: 'Flat' }))
    const wrong = await refusal(within(owner, ctx => person.change(ctx, id, { 'custom.nothing': 1 })))
    assert.equal(wrong.pointer, '/custom/nothing')
    assert.deepEqual(await within(owner, ctx => person.change(ctx, id, { lastName: 'Flat' })), {
      changed: [],
    })
  })
})
