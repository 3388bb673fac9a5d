import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { makeOwner } from '#modules/iam/factories.ts'
import { iamModule } from '#modules/iam/index.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { getPerson, listPeople } from './contract.ts'
import { crmModule, type MetPerson, upsertPersonByEmail } from './index.ts'

const modules = [iamModule, crmModule]

describe('people', () => {
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
  const meet = (orgId: string, met: Partial<MetPerson> = {}) =>
    within(orgId, ctx => upsertPersonByEmail(ctx, { email: 'ada@example.com', source: 'form', ...met }))
  const serve = async (orgId: string, can?: (permission: string) => boolean) => {
    const server = await testServer(t, modules, signedInAs(orgId, newId(), can))
    servers.push(server)
    return server
  }
  const stored = async (orgId: string) => {
    const [row] = await t.asSuperuser<{ people: number; positions: number; events: number }>(
      `select (select count(*)::int from crm.people where org_id = $1) as people,
         (select count(*)::int from crm.positions where org_id = $1) as positions,
         (select count(*)::int from events.events where org_id = $1 and type = 'person.created') as events`,
      [orgId],
    )
    return row
  }

  it('are one person when 32 clients meet the same address at once, in any case of letters', async () => {
    const orgId = anyOrgId()
    const spellings = ['ada@example.com', 'Ada@Example.com', 'ADA@EXAMPLE.COM']
    const met = await Promise.all(
      Array.from({ length: 32 }, (_, client) => meet(orgId, { email: spellings[client % 3] ?? '' })),
    )
    assert.equal(new Set(met.map(person => person.personId)).size, 1)
    assert.equal(new Set(met.map(person => person.positionId)).size, 1)
    assert.equal(met.filter(person => person.created).length, 1)
    assert.deepEqual(await stored(orgId), { people: 1, positions: 1, events: 1 })
  })

  it('wait for whoever is first, and are made when that one gives up', async () => {
    const orgId = anyOrgId()
    const first = Promise.withResolvers<void>()
    const go = Promise.withResolvers<void>()
    const givingUp = within(orgId, async ctx => {
      await upsertPersonByEmail(ctx, { email: 'ada@example.com', source: 'form' })
      first.resolve()
      await go.promise
      throw new Error('gave up')
    })
    await first.promise
    const second = meet(orgId)
    while ((await t.asSuperuser('select 1 from pg_locks where not granted')).length === 0);
    go.resolve()
    await assert.rejects(givingUp, /gave up/)
    assert.equal((await second).created, true)
    assert.deepEqual(await stored(orgId), { people: 1, positions: 1, events: 1 })
  })

  it('with the same address in two organizations are two people', async () => {
    const [a, b] = [anyOrgId(), anyOrgId()]
    assert.notEqual((await meet(a)).personId, (await meet(b)).personId)
  })

  it('who are known stay as they are', async () => {
    const orgId = anyOrgId()
    const { personId } = await meet(orgId, { firstName: 'Ada', lastName: 'Lovelace' })
    const again = await meet(orgId, { firstName: 'Mallory', phone: '666', source: 'elsewhere' })
    assert.deepEqual({ id: again.personId, created: again.created }, { id: personId, created: false })
    const person = await (await serve(orgId)).client().call(getPerson, { params: { personId } })
    assert.deepEqual([person.name, person.phone, person.source], ['Ada Lovelace', null, 'form'])
  })

  it('are met anew after their position was deleted', async () => {
    const orgId = anyOrgId()
    const { personId } = await meet(orgId)
    await t.asSuperuser('update crm.positions set deleted_at = now() where org_id = $1', [orgId])
    const again = await meet(orgId)
    assert.equal(again.created, true)
    assert.notEqual(again.personId, personId)
  })

  it('keep names too long or too short for a column within it', async () => {
    const orgId = anyOrgId()
    const { personId } = await meet(orgId, {
      firstName: 'x'.repeat(500),
      lastName: '   ',
      fullName: `A ${'😀'.repeat(300)}`,
      phone: '1'.repeat(80),
      source: 's'.repeat(200),
    })
    const person = await (await serve(orgId)).client().call(getPerson, { params: { personId } })
    assert.equal(person.firstName?.length, 200)
    assert.equal(person.lastName, '😀'.repeat(200))
    assert.equal(person.phone?.length, 50)
  })

  it('are listed newest first, page by page, each once', async () => {
    const orgId = anyOrgId()
    const ids: string[] = []
    for (let n = 0; n < 7; n++) ids.push((await meet(orgId, { email: `p${n}@example.com` })).personId)
    await t.asSuperuser('update crm.people set deleted_at = now() where org_id = $1 and id = $2', [
      orgId,
      ids[3],
    ])
    const client = (await serve(orgId)).client()
    const seen: string[] = []
    const sizes: number[] = []
    let cursor: string | undefined
    do {
      const page = await client.call(listPeople, { query: { limit: 3, ...(cursor ? { cursor } : {}) } })
      seen.push(...page.items.map(person => person.id))
      sizes.push(page.items.length)
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    assert.deepEqual(seen, ids.filter((_, n) => n !== 3).reverse())
    assert.deepEqual(sizes, [3, 3])
  })

  it('refuse a cursor that we did not make, and a limit out of range', async () => {
    const server = await serve(anyOrgId())
    for (const query of ['cursor=nonsense', 'cursor=%00', 'limit=0', 'limit=101', 'limit=1e9', 'page=2']) {
      assert.equal((await server.raw(`/v1/people?${query}`)).status, 422, query)
    }
  })

  it('of another organization answer like people who never were', async () => {
    const [mine, theirs] = [anyOrgId(), anyOrgId()]
    const { personId } = await meet(theirs)
    const server = await serve(mine)
    const problems = []
    for (const id of [personId, newId(), 'nonsense']) {
      const response = await server.raw(`/v1/people/${id}`)
      const { requestId: _, ...problem } = (await response.json()) as { requestId: string }
      problems.push(problem)
    }
    assert.deepEqual(problems[1], problems[0])
    assert.deepEqual(problems[2], problems[0])
    assert.deepEqual((await server.client().call(listPeople, {})).items, [])
  })

  it('are read only by whoever may', async () => {
    const client = (await serve(anyOrgId(), permission => permission !== 'people:read')).client()
    await assert.rejects(
      client.call(listPeople, {}),
      error => error instanceof ProblemError && error.code === 'request.forbidden',
    )
  })

  it('show their company and positions, and lose their owner when the member goes', async () => {
    const owner = await makeOwner(t.kit)
    const { personId, positionId } = await meet(owner.orgId, { fullName: 'Ada Lovelace' })
    const companyId = newId()
    const memberId = newId()
    await within(owner.orgId, async ctx => {
      const user = newId()
      await ctx.db.query(`insert into iam.users (id, email, name) values ($1, $2, 'Leaving')`, [
        user,
        `${user}@example.com`,
      ])
      await ctx.db.query(
        `insert into iam.members (org_id, id, user_id, role, status, joined_at) values ($1, $2, $3, 'member', 'active', now())`,
        [ctx.orgId, memberId, user],
      )
      await ctx.db.query(
        `insert into crm.companies (org_id, id, name) values ($1, $2, 'Analytical Engines')`,
        [ctx.orgId, companyId],
      )
      await ctx.db.query(
        `update crm.positions set company_id = $3, title = 'Countess', valid_from = '1833-06-05' where org_id = $1 and id = $2`,
        [ctx.orgId, positionId, companyId],
      )
      await ctx.db.query('update crm.people set owner_user_id = $3 where org_id = $1 and id = $2', [
        ctx.orgId,
        personId,
        user,
      ])
    })
    const client = (await serve(owner.orgId)).client()
    const person = await client.call(getPerson, { params: { personId } })
    assert.notEqual(person.ownerUserId, null)
    assert.deepEqual(person.company, { id: companyId, name: 'Analytical Engines' })
    assert.equal(person.positions.length, 1)
    assert.equal(person.positions[0]?.validFrom, '1833-06-05')
    await t.asSuperuser('delete from iam.members where org_id = $1 and id = $2', [owner.orgId, memberId])
    assert.equal((await client.call(getPerson, { params: { personId } })).ownerUserId, null)
  })

  it('cannot have two live positions of one address, whatever writes them', async () => {
    const orgId = anyOrgId()
    const { personId } = await meet(orgId)
    await assert.rejects(
      within(orgId, ctx =>
        ctx.db.query('insert into crm.positions (org_id, id, person_id, email) values ($1, $2, $3, $4)', [
          orgId,
          newId(),
          personId,
          'ADA@example.com',
        ]),
      ),
      /positions_email/,
    )
  })
})
