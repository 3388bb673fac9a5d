import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  changePerson,
  companyCreated,
  createActivity,
  deleteActivity,
  getCompanyTimeline,
  getPersonTimeline,
  getPersonUpcoming,
  pauseUpcoming,
  restoreActivity,
  resumeUpcoming,
} from '#modules/crm/contract.ts'
import { followCompany, timelineSql } from '#modules/crm/index.ts'
import { getRun } from '#modules/flow/contract.ts'
import { addMember, makeOwner, type Person } from '#modules/iam/factories.ts'
import { moveLead } from '#modules/intake/contract.ts'
import { type Context, inOrganization } from '#platform/context.ts'
import type { Client } from '#platform/contract/client.ts'
import type { Visibility } from '#platform/db/visibility.ts'
import { dispatchOnce } from '#platform/events/dispatch.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { type TestServer, testServer } from '#test/http.ts'
import { makeLeads, type Telltale } from '#test/tenancy/hidden-lead.ts'
import { modules } from './modules.ts'
import { subscriptions } from './subscriptions.ts'
import { tellEvent, toldTypes } from './timeline.ts'

const refusedAs = (code: string) => (error: unknown) =>
  (error as { code?: string }).code === code || assert.fail(`${error} instead of ${code}`)

describe('the timeline of a record', () => {
  let t: TestKit
  let server: TestServer
  let owner: Person
  let member: Person
  let client: Client
  let narrow: Client
  let lead: Telltale
  let personId: string
  let sight: Visibility = {}

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
        can: permission => permission !== 'runs:write' || !isMember,
      }
    })
    client = server.client()
    narrow = server.client({ authorization: 'member' })
    const [made] = await makeLeads(t, owner, ['Ada'])
    assert.ok(made)
    lead = made
    personId = lead.idFor('personId')
    await settle()
  })
  after(async () => {
    await server.close()
    await t.close()
  })

  const asSystem = <T>(work: (ctx: Context) => Promise<T>) =>
    inOrganization(t.kit, { orgId: owner.orgId, actor: { type: 'system', name: 'test' } }, work)
  const settle = async () => {
    while ((await dispatchOnce(t.kit)) > 0);
  }
  const timeline = async (as = client, query: object = {}) =>
    (await as.call(getPersonTimeline, { params: { personId }, query })).items
  const kinds = async (as = client) => (await timeline(as)).map(entry => entry.kind)

  it('has what intake and flow told of the lead, at its person', async () => {
    const items = await timeline()
    assert.deepEqual(items.map(item => item.kind).toSorted(), [
      'form.submitted',
      'person.created',
      'workflow.started',
    ])
    const form = items.find(item => item.kind === 'form.submitted')
    assert.equal(form?.actor.type, 'visitor')
    assert.equal(form?.data.leadId, lead.leadId)
    assert.match(String(form?.data.workflow), /^Workflow /)
    assert.equal(JSON.stringify(items).includes('$500'), false)
    const run = items.find(item => item.kind === 'workflow.started')
    assert.equal(run?.data.runId, lead.idFor('runId'))
    await client.call(moveLead, { params: { leadId: lead.leadId }, body: { status: 'QUALIFIED' } })
    await settle()
    const [moved] = await timeline()
    assert.deepEqual([moved?.topic, moved?.data.to, moved?.actor.userId], ['lead', 'Qualified', owner.userId])
  })

  it('tells an event once however often it is heard, and ten edits of one person within minutes as one', async () => {
    for (let edit = 0; edit < 10; edit++) {
      const body = edit % 2 === 0 ? { firstName: `Ada ${edit}` } : { phone: `+3361234567${edit}` }
      await client.call(changePerson, { params: { personId }, body })
      if (edit % 3 === 0) await settle()
    }
    await settle()
    const count = async () =>
      (await t.asSuperuser(`select 1 from crm.timeline_entries where org_id = $1`, [owner.orgId])).length
    const edits = (await timeline()).filter(item => item.kind === 'person.updated')
    assert.equal(edits.length, 1)
    assert.equal(edits[0]?.count, 10)
    assert.deepEqual([...((edits[0]?.data.changed ?? []) as string[])].sort(), ['firstName', 'phone'])
    const before = await count()
    const events = await t.asSuperuser<{
      id: string
      type: string
      subjects: []
      payload: object
      actor: { type: 'system'; name: string }
      at: Date
    }>(
      'select id, type, subjects, payload, actor, created_at as at from events.events where org_id = $1 order by id',
      [owner.orgId],
    )
    await asSystem(async ctx => {
      for (const event of events) await tellEvent(ctx, { ...event, orgId: ctx.orgId, version: 1 })
    })
    assert.equal(await count(), before)
    assert.equal((await timeline()).find(item => item.kind === 'person.updated')?.count, 10)
    // Somebody else's edit is another entry.
    await narrow.call(changePerson, { params: { personId }, body: { firstName: 'Augusta' } })
    await settle()
    assert.equal((await timeline()).filter(item => item.kind === 'person.updated').length, 2)
  })

  it('shows activities as they are now, and those that were deleted not at all', async () => {
    const body = {
      kind: 'note',
      body: 'Likes **tea**',
      records: [{ object: 'person', id: personId }],
    } as const
    const note = await client.call(createActivity, { body: { ...body, records: [...body.records] } })
    await settle()
    const [entry] = await timeline(client, { topics: 'activity' })
    assert.equal(entry?.activity?.body, 'Likes **tea**')
    const [{ last = null } = {}] = await t.asSuperuser<{ last: Date | null }>(
      'select last_activity_at as last from crm.people where id = $1',
      [personId],
    )
    assert.ok(last !== null && last.getTime() >= Date.parse(note.createdAt))
    await client.call(deleteActivity, { params: { activityId: note.id } })
    assert.deepEqual(await timeline(client, { topics: 'activity' }), [])
    await client.call(restoreActivity, { params: { activityId: note.id } })
    assert.equal((await timeline(client, { topics: 'activity' })).length, 1)
  })

  it('that something happened to somebody is no change of them', async () => {
    const read = async () =>
      (
        await t.asSuperuser<{ at: string }>('select updated_at::text as at from crm.people where id = $1', [
          personId,
        ])
      )[0]?.at
    const before = await read()
    await client.call(createActivity, {
      body: { kind: 'call', title: 'Again', records: [{ object: 'person', id: personId }] },
    })
    await settle()
    assert.equal(await read(), before)
  })

  it('goes on page by page, and refuses topics that are none', async () => {
    const all = await timeline(client, { limit: 100 })
    const paged: string[] = []
    let cursor: string | null | undefined
    do {
      const page: { items: { id: string }[]; nextCursor: string | null } = await client.call(
        getPersonTimeline,
        {
          params: { personId },
          query: { limit: 2, ...(cursor ? { cursor } : {}) },
        },
      )
      paged.push(...page.items.map(item => item.id))
      cursor = page.nextCursor
    } while (cursor)
    assert.deepEqual(
      paged,
      all.map(item => item.id),
    )
    await assert.rejects(timeline(client, { topics: 'nonsense' }), refusedAs('request.invalid'))
    await assert.rejects(
      client.call(getPersonTimeline, { params: { personId: newId() } }),
      refusedAs('request.not_found'),
    )
  })

  it('of a company has that of its people, each event once', async () => {
    const company = { id: newId() }
    const params = { companyId: company.id }
    await t.asSuperuser(
      `insert into crm.companies (org_id, id, name) values ($1, $2, 'Analytical Engines')`,
      [owner.orgId, company.id],
    )
    await asSystem(ctx =>
      publish(ctx, companyCreated, {
        subjects: [{ type: 'company', id: company.id }],
        payload: { companyId: company.id, name: 'Analytical Engines', source: 'test' },
      }),
    )
    await t.asSuperuser('update crm.positions set company_id = $2 where org_id = $1 and person_id = $3', [
      owner.orgId,
      company.id,
      personId,
    ])
    await asSystem(async ctx => {
      await followCompany(ctx, {
        id: newId(),
        orgId: ctx.orgId,
        type: 'person.updated',
        version: 1,
        subjects: [],
        actor: ctx.actor,
        at: new Date(),
        payload: { personId, changed: ['companyId'] },
      })
    })
    await client.call(createActivity, {
      body: {
        kind: 'meeting',
        title: 'With both',
        records: [
          { object: 'person', id: personId },
          { object: 'company', id: company.id },
        ],
      },
    })
    await settle()
    const { items } = await client.call(getCompanyTimeline, { params, query: { limit: 100 } })
    const own = await timeline(client, { limit: 100 })
    assert.deepEqual(new Set(items.map(item => item.id)).size, items.length)
    for (const entry of own)
      assert.ok(
        items.some(item => item.id === entry.id),
        entry.kind,
      )
    assert.equal(items.find(item => item.kind === 'form.submitted')?.record?.id, personId)
    assert.equal(items.find(item => item.kind === 'activity.created')?.activity?.title, 'With both')
    const [{ last = null } = {}] = await t.asSuperuser<{ last: Date | null }>(
      'select last_activity_at as last from crm.companies where id = $1',
      [company.id],
    )
    assert.notEqual(last, null)
    // Somebody who sees the company and not the person is told nothing of the person.
    sight = {
      lead: { owners: [member.userId], writable: [], readable: [] },
      person: { owners: [member.userId], writable: [], readable: [] },
      deal: { owners: [member.userId], writable: [], readable: [] },
      company: { owners: [], writable: [], readable: [company.id] },
    }
    const seen = await narrow.call(getCompanyTimeline, { params, query: { limit: 100 } })
    assert.deepEqual(
      seen.items.map(item => item.kind),
      ['company.created'],
    )
    await assert.rejects(timeline(narrow), refusedAs('request.not_found'))
    // And who sees the person and not the lead hears of the person alone.
    sight = { ...sight, person: { owners: [], writable: [personId], readable: [] } }
    const told = await kinds(narrow)
    assert.ok(
      told.includes('person.created') &&
        !told.includes('form.submitted') &&
        !told.includes('workflow.started'),
    )
    const both = await narrow.call(getCompanyTimeline, { params, query: { limit: 100 } })
    assert.ok(both.items.some(item => item.kind === 'person.created'))
    sight = {}
  })

  it('is one range of an index, whatever there is beside it', async () => {
    const record = newId()
    const company = newId()
    await t.asSuperuser(
      `insert into crm.timeline_entries (org_id, id, object, record_id, company_id, kind, topic, actor, data, subjects, created_at, updated_at)
       select $1, (substr(platform.id_floor(now() - make_interval(secs => n * 40))::text, 1, 24) || lpad(to_hex(n), 12, '0'))::uuid,
         'person', case when n % 100 = 0 then $2::uuid else gen_random_uuid() end, case when n % 50 = 0 then $3::uuid end,
         'person.updated', 'change', '{"type":"system","name":"x"}', '{}', '[]', now(), now()
       from generate_series(1, 60000) n`,
      [owner.orgId, record, company],
    )
    await t.asSuperuser('analyze crm.timeline_entries')
    const plans = await asSystem(async ctx => {
      const explain = async (object: 'person' | 'company', id: string) => {
        const text = timelineSql(ctx, object, { isContinued: true, hasTopics: false })
        const found = await ctx.db.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [
          owner.orgId,
          id,
          51,
          newId(),
        ])
        return found.rows.map(row => row['QUERY PLAN']).join('\n')
      }
      return [await explain('person', record), await explain('company', company)]
    })
    assert.match(plans[0] ?? '', /Index Scan Backward using timeline_entries_\d+_\d+_pkey/)
    assert.match(
      plans[1] ?? '',
      /Index Scan Backward using timeline_entries_\d+_\d+_org_id_company_id_id_idx/,
    )
    for (const plan of plans) assert.doesNotMatch(plan, /Seq Scan on timeline/)
  })

  it('what is upcoming has the run that waits, which one button pauses and lets go on', async () => {
    const task = await client.call(createActivity, {
      body: {
        kind: 'task',
        title: 'Call',
        dueOn: '2027-01-01',
        records: [{ object: 'person', id: personId }],
      },
    })
    const read = async (as = client) => (await as.call(getPersonUpcoming, { params: { personId } })).items
    const items = await read()
    assert.deepEqual(items.map(item => item.source).toSorted(), ['run', 'task'])
    const run = items.find(item => item.source === 'run')
    assert.deepEqual([run?.id, run?.isPaused, run?.canPause], [lead.idFor('runId'), false, true])
    assert.equal(items.find(item => item.source === 'task')?.id, task.id)
    const body = { object: 'person', recordId: personId } as const
    assert.deepEqual(await narrow.call(pauseUpcoming, { body }), { items: 0 })
    assert.deepEqual(await client.call(pauseUpcoming, { body }), { items: 1 })
    assert.equal((await read()).find(item => item.source === 'run')?.isPaused, true)
    assert.deepEqual(await client.call(pauseUpcoming, { body }), { items: 0 })
    assert.deepEqual(await client.call(resumeUpcoming, { body }), { items: 1 })
    assert.equal((await read()).find(item => item.source === 'run')?.isPaused, false)
    assert.equal((await client.call(getRun, { params: { runId: lead.idFor('runId') } })).leadId, lead.leadId)
    const foreign = { object: 'person', recordId: newId() } as const
    await assert.rejects(client.call(pauseUpcoming, { body: foreign }), refusedAs('request.not_found'))
  })

  it('hears of every kind of event once', () => {
    assert.equal(new Set(toldTypes).size, toldTypes.length)
  })
})
