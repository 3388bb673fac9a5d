import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startRun } from '#modules/flow/index.ts'
import {
  addTeamMember,
  createTeam,
  createTokens,
  endPreviews,
  getSession,
  listShares,
  type Role,
  removeTeamMember,
  setAccessLevel,
  shareRecord,
  startPreview,
  tokensOf,
  unshareRecord,
} from '#modules/iam/contract.ts'
import { addMember, GOOD_PASSWORD, makeOwner, type Person } from '#modules/iam/factories.ts'
import { authenticate } from '#modules/iam/index.ts'
import {
  assignLead,
  getBoard,
  getLead,
  getPipelineSummary,
  listLeads,
  moveLead,
} from '#modules/intake/contract.ts'
import { inOrganization } from '#platform/context.ts'
import type { Client } from '#platform/contract/client.ts'
import type { AnyRoute } from '#platform/contract/route.ts'
import { modules } from '#programs/modules.ts'
import { subscriptions } from '#programs/subscriptions.ts'
import { systemRoutes } from '#programs/system.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { makeLeads, type Telltale } from './hidden-lead.ts'
import { sampleOf } from './sample.ts'

interface Seat extends Person {
  readonly memberId: string
  readonly client: Client
  readonly headers: Record<string, string>
}

const refusedAs = (code: string) => (error: unknown) =>
  (error as { code?: string }).code === code || assert.fail(`${error} instead of ${code}`)

describe('what a member does not see', () => {
  let t: TestKit
  let server: TestServer
  let owner: Seat
  let seen: Telltale
  let hidden: Telltale
  before(async () => {
    t = await testKit({ modules, reactions: subscriptions })
    server = await testServer(t, modules, authenticate)
    const person = await makeOwner(t.kit)
    owner = { ...person, ...(await signIn(person, person.orgId)), memberId: '' }
    const [first, second] = await makeLeads(t, person, ['Seen', 'Hidden'])
    assert.ok(first && second)
    ;[seen, hidden] = [first, second]
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  async function signIn(person: Person, organizationId: string) {
    const body = { email: person.email, password: GOOD_PASSWORD, organizationId }
    const { accessToken } = tokensOf(await server.client().call(createTokens, { body }))
    const headers = { authorization: `Bearer ${accessToken}` }
    return { headers, client: server.client(headers) }
  }

  async function seat(
    role: Exclude<Role, 'owner'>,
    permissions: Record<string, boolean> = {},
  ): Promise<Seat> {
    const person = await makeOwner(t.kit, `The ${role}`)
    const memberId = await addMember(t.kit, owner.orgId, person.userId, role, permissions)
    return { ...person, memberId, ...(await signIn(person, owner.orgId)), orgId: owner.orgId }
  }

  const level = (role: 'member' | 'manager' | 'viewer', object: string, to: 'all' | 'team' | 'own') =>
    owner.client.call(setAccessLevel, { body: { role, object, level: to } })
  const assign = (by: Seat, leadId: string, ownerUserId: string | null) =>
    by.client.call(assignLead, { params: { leadId }, body: { ownerUserId } })
  const read = (by: Seat, leadId: string) => by.client.call(getLead, { params: { leadId } })
  const listed = async (by: Seat) =>
    (await by.client.call(listLeads, {})).items
      .map(lead => lead.id)
      .filter(id => id === seen.leadId || id === hidden.leadId)

  /** Every GET route with every id that fits it, as one text for each request. */
  async function everything(by: Seat): Promise<{ path: string; status: number; text: string }[]> {
    const moduleRoutes = modules.flatMap(({ routes = [] }) => routes.map(({ route }) => route))
    const routes: AnyRoute[] = [
      ...moduleRoutes,
      ...systemRoutes(moduleRoutes).routes.map(({ route }) => route),
    ]
    const answers: { path: string; status: number; text: string }[] = []
    for (const route of routes) {
      if (route.method !== 'GET' || route.produces === 'text/event-stream' || route.access === 'public')
        continue
      for (const lead of [seen, hidden]) {
        for (const query of queriesOf(route, lead)) {
          const path = route.path.replace(/:([A-Za-z]+)/g, (_, name) => lead.idFor(name))
          const search = new URLSearchParams(query).toString()
          const response = await server.raw(`${path}${search && `?${search}`}`, { headers: by.headers })
          answers.push({ path: `${path}?${search}`, status: response.status, text: await response.text() })
        }
      }
    }
    return answers
  }

  function queriesOf(route: AnyRoute, lead: Telltale): Record<string, string>[] {
    if (!route.query) return [{}]
    const sample = Object.fromEntries(
      Object.entries(sampleOf(route.query) as Record<string, unknown>).map(([name, value]) => [
        name,
        String(value),
      ]),
    )
    const names = Object.keys(route.query.shape)
    const ids = names.filter(name => /Id$/.test(name) && lead.idFor(name) !== lead.idFor('nothing'))
    return [
      ...('recordId' in sample ? [] : [sample]),
      ...ids.map(name => ({ ...sample, [name]: lead.idFor(name) })),
    ]
  }

  const shownBy = (answers: readonly { path: string; text: string }[], lead: Telltale) =>
    answers.flatMap(({ path, text }) =>
      lead.words.filter(word => text.includes(word)).map(word => `${path} shows ${word}`),
    )

  it('is in no answer of any GET route: not on level own, not on level team, not to a guest', async test => {
    const member = await seat('member')
    const guest = await seat('guest', { 'mail:read': true, 'workflows:read': true, 'runs:read': true })
    await level('member', 'lead', 'own')
    await level('member', 'person', 'own')
    await level('member', 'company', 'own')
    await assign(owner, seen.leadId, member.userId)
    await owner.client.call(shareRecord, {
      body: { object: 'lead', recordId: seen.leadId, userId: guest.userId, access: 'read' },
    })
    // The probe can find it: somebody who sees everything is shown every word of it.
    const toOwner = shownBy(await everything(owner), hidden)
    for (const word of hidden.words) {
      assert.ok(
        toOwner.some(line => line.endsWith(word)),
        `nothing shows ${word} to anybody`,
      )
    }
    let cells = 0
    for (const by of [member, guest]) {
      const answers = await everything(by)
      cells += answers.length
      assert.deepEqual(shownBy(answers, hidden), [])
      assert.ok(shownBy(answers, seen).length > 0, 'what they may see is shown')
      assert.deepEqual(
        answers.filter(({ status }) => status >= 500),
        [],
      )
    }
    await level('member', 'lead', 'team')
    await level('member', 'person', 'team')
    const answers = await everything(member)
    assert.deepEqual(shownBy(answers, hidden), [])
    test.diagnostic(`${cells + answers.length} answers, ${hidden.words.length} words`)
    for (const object of ['lead', 'person', 'company']) await level('member', object, 'all')
  })

  it('changes with the next request: levels, owners, teams, shares', async () => {
    const [member, mate] = [await seat('member'), await seat('member')]
    await assign(owner, seen.leadId, member.userId)
    await assign(owner, hidden.leadId, mate.userId)
    assert.equal((await listed(member)).length, 2)
    await level('member', 'lead', 'own')
    assert.deepEqual(await listed(member), [seen.leadId])
    await assert.rejects(read(member, hidden.leadId), refusedAs('request.not_found'))
    const counts = await member.client.call(getPipelineSummary, { query: {} })
    const board = await member.client.call(getBoard, { params: { workflowId: seen.workflowId } })
    assert.deepEqual([counts.count, board.count], [1, 1])
    assert.equal(board.columns.flatMap(({ cards }) => cards).length, 1)
    assert.ok(board.columns.some(({ cards }) => cards.some(({ highlights }) => highlights.length > 0)))

    await level('member', 'lead', 'team')
    assert.deepEqual(await listed(member), [seen.leadId])
    const team = await owner.client.call(createTeam, { body: { name: 'North' } })
    for (const { userId } of [member, mate]) {
      await owner.client.call(addTeamMember, { params: { teamId: team.id, userId } })
    }
    assert.equal((await listed(member)).length, 2)
    await owner.client.call(removeTeamMember, { params: { teamId: team.id, userId: mate.userId } })
    assert.deepEqual(await listed(member), [seen.leadId])

    const share = { object: 'lead', recordId: hidden.leadId, teamId: team.id, access: 'read' as const }
    const { id: shareId } = await owner.client.call(shareRecord, { body: share })
    assert.equal((await listed(member)).length, 2)
    const detail = await read(member, hidden.leadId)
    assert.ok(
      detail.answers.length > 0 && detail.events.length > 0 && detail.person,
      'with all that belongs to it',
    )
    await owner.client.call(unshareRecord, { params: { shareId } })
    assert.deepEqual(await listed(member), [seen.leadId])
    await level('member', 'lead', 'all')
  })

  it('and what may only be looked at cannot be changed, shared or given away', async () => {
    const guest = await seat('guest')
    const body = { object: 'lead', recordId: hidden.leadId, userId: guest.userId }
    const { leadId } = hidden
    const move = (status: string) => guest.client.call(moveLead, { params: { leadId }, body: { status } })
    await assert.rejects(move('WON'), refusedAs('request.not_found'))
    await owner.client.call(shareRecord, { body: { ...body, access: 'read' } })
    assert.equal((await read(guest, leadId)).id, leadId)
    await assert.rejects(move('WON'), refusedAs('request.read_only'))
    await assert.rejects(assign(guest, leadId, guest.userId), refusedAs('request.read_only'))
    await assert.rejects(
      guest.client.call(shareRecord, { body: { ...body, access: 'write' } }),
      refusedAs('request.forbidden'),
    )
    await owner.client.call(shareRecord, { body: { ...body, access: 'write' } })
    assert.equal((await move('WON')).status, 'WON')
    const shares = await owner.client.call(listShares, { query: { object: 'lead', recordId: leadId } })
    assert.deepEqual(
      shares.items.filter(({ user }) => user?.id === guest.userId).map(({ access }) => access),
      ['write'],
    )
  })

  it('and nobody makes their own, or that of their team, what they may only look at', async () => {
    const [member, mate] = [await seat('member'), await seat('member')]
    const team = await owner.client.call(createTeam, { body: { name: 'South' } })
    for (const { userId } of [member, mate]) {
      await owner.client.call(addTeamMember, { params: { teamId: team.id, userId } })
    }
    await assign(owner, hidden.leadId, owner.userId)
    await owner.client.call(shareRecord, {
      body: { object: 'lead', recordId: hidden.leadId, userId: member.userId, access: 'read' },
    })
    for (const to of ['own', 'team'] as const) {
      await level('member', 'lead', to)
      for (const userId of [member.userId, mate.userId, null]) {
        await assert.rejects(assign(member, hidden.leadId, userId), refusedAs('request.read_only'))
      }
    }
    assert.equal((await read(owner, hidden.leadId)).ownerUserId, owner.userId)
    await level('member', 'lead', 'all')
  })

  it('can be made of what one owns: giving a lead away is allowed, and it is gone with the next request', async () => {
    const member = await seat('member')
    await assign(owner, seen.leadId, member.userId)
    await level('member', 'lead', 'own')
    assert.equal((await assign(member, seen.leadId, owner.userId)).ownerUserId, owner.userId)
    await assert.rejects(read(member, seen.leadId), refusedAs('request.not_found'))
    await assert.rejects(assign(member, seen.leadId, member.userId), refusedAs('request.not_found'))
    await level('member', 'lead', 'all')
  })

  it('is seen by the organization itself: what reacts to an act of theirs, and forms', async () => {
    const member = await seat('member')
    await assign(owner, seen.leadId, member.userId)
    await level('member', 'lead', 'own')
    const { orgId } = owner
    const actor = { type: 'user', userId: member.userId } as const
    const visibility = { lead: { owners: [member.userId], writable: [], readable: [] } }
    const counted = await inOrganization(t.kit, { orgId, actor, visibility }, async ctx => {
      const count = async () =>
        (
          await ctx.db.query<{ n: number }>('select count(*)::int as n from intake.leads where org_id = $1', [
            orgId,
          ])
        ).rows[0]?.n
      const before = await count()
      const lifted = await ctx.db.unnarrowed(count)
      return [before, lifted, await count()]
    })
    assert.equal(counted[0], 1)
    assert.ok((counted[1] ?? 0) > 1)
    assert.equal(counted[2], 1)
    const [again] = await makeLeads(t, owner, ['Again'])
    assert.deepEqual(
      (await everything(owner)).filter(({ text }) => text.includes(again?.leadId ?? '?')).length > 0,
      true,
    )
    const run = await inOrganization(t.kit, { orgId, actor, visibility }, ctx =>
      startRun(ctx, { workflowId: seen.workflowId, trigger: 'manual', input: {} }),
    )
    assert.ok(run.runId)
    await level('member', 'lead', 'all')
  })

  it('can be looked at as they would, by GET only, for as long as the look lasts, and it is in the log', async () => {
    const member = await seat('member')
    await level('member', 'lead', 'own')
    await assign(owner, seen.leadId, member.userId)
    const as = (target: string, path = '/v1/leads', init: RequestInit = {}) =>
      server.raw(path, { ...init, headers: { ...owner.headers, 'millrace-view-as': target } })
    const code = async (response: Response) => ((await response.json()) as { code?: string }).code
    assert.equal(await code(await as(member.memberId)), 'iam.preview_over')
    const begun = await owner.client.call(startPreview, { body: { target: member.memberId } })
    assert.deepEqual([begun.target, begun.role], [member.memberId, 'member'])
    const answer = await as(member.memberId)
    assert.equal(answer.headers.get('millrace-viewed-as'), member.memberId)
    const { items } = (await answer.json()) as { items: { id: string }[] }
    assert.deepEqual(
      items.map(({ id }) => id),
      [seen.leadId],
    )
    const session = (await (await as(member.memberId, getSession.path)).json()) as {
      role: string
      user: { id: string }
    }
    assert.deepEqual([session.role, session.user.id], ['member', owner.userId])
    assert.equal(await code(await as(member.memberId, '/v1/api-keys')), 'request.forbidden')
    assert.equal(
      await code(await as(member.memberId, '/v1/previews', { method: 'DELETE' })),
      'iam.preview_reads_only',
    )
    await owner.client.call(startPreview, { body: { target: 'guest' } })
    assert.deepEqual(((await (await as('guest')).json()) as { items: unknown[] }).items, [])
    const mine = { ...member.headers, 'millrace-view-as': 'guest' }
    assert.equal(await code(await server.raw('/v1/leads', { headers: mine })), 'request.forbidden')
    await owner.client.call(endPreviews, {})
    assert.equal(await code(await as(member.memberId)), 'iam.preview_over')
    const log = await t.asSuperuser<{ action: string }>(
      `select action from audit.entries where org_id = $1 and action like 'preview.%' order by number`,
      [owner.orgId],
    )
    assert.deepEqual(
      log.map(({ action }) => action),
      ['preview.started', 'preview.started', 'preview.ended', 'preview.ended'],
    )
    await level('member', 'lead', 'all')
  })
})
