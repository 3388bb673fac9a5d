import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import type { emailFailed, emailSent } from '#modules/mail/contract.ts'
import { inOrganization } from '#platform/context.ts'
import type { Client } from '#platform/contract/client.ts'
import type { PublishedEvent } from '#platform/contract/event.ts'
import { ProblemError } from '#platform/contract/problem.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import {
  type BoardColumn,
  type Form,
  getBoard,
  getLead,
  getPipelineSummary,
  listLeadEvents,
  listLeads,
  moveLead,
} from './contract.ts'
import { asSystem, goodAnswers, makeForm, send } from './factories.ts'
import { intakeModule, recordEmailOnLead, recordLeadEvent } from './index.ts'

const modules = [iamModule, crmModule, intakeModule]

describe('leads', () => {
  let t: TestKit
  let orgId: string
  let form: Form
  let client: Client
  let raw: TestServer['raw']
  const userId = newId()
  const servers: TestServer[] = []
  const serve = async (organization: string, can?: (permission: string) => boolean) => {
    const server = await testServer(t, modules, signedInAs(organization, userId, can))
    servers.push(server)
    return server
  }
  before(async () => {
    t = await testKit({ modules })
  })
  after(async () => {
    for (const server of servers) await server.close()
    await t.close()
  })

  /** A new organization with a form and as many leads as asked for; the newest is the last of the answer. */
  const setUp = async (count: number): Promise<string[]> => {
    orgId = anyOrgId()
    form = await makeForm(t.kit, orgId)
    const server = await serve(orgId)
    client = server.client()
    raw = server.raw
    const ids: string[] = []
    for (let n = 0; n < count; n++) {
      ids.push((await send(t.kit, form, goodAnswers(`lead${n}@example.com`))).leadId ?? '')
    }
    return ids
  }
  const board = () => client.call(getBoard, { params: { workflowId: form.workflowId } })
  const column = async (status: string): Promise<BoardColumn> => {
    const found = (await board()).columns.find(each => each.status === status)
    assert.ok(found)
    return found
  }
  const cards = async (status: string) => (await column(status)).cards.map(card => card.id)
  const move = (leadId: string | undefined, status: string, below?: string) =>
    client.call(moveLead, {
      params: { leadId: leadId ?? '' },
      body: { status, ...(below === undefined ? {} : { below }) },
    })
  const problem = (code: string, pointer?: string) => (error: unknown) => {
    assert.ok(error instanceof ProblemError)
    assert.equal(error.code, code)
    if (pointer !== undefined) assert.equal(error.problem.errors?.[0]?.pointer, pointer)
    return true
  }

  it('stand on the board of their workflow, the newest on top of the first column', async () => {
    const ids = await setUp(3)
    const { columns, count, newThisWeek } = await board()
    assert.deepEqual(
      columns.map(each => [each.status, each.name, each.kind, each.count]),
      [
        ['NEW', 'New', 'open', 3],
        ['QUALIFIED', 'Qualified', 'open', 0],
        ['BOOKED', 'Booked', 'open', 0],
        ['WON', 'Won', 'won', 0],
        ['LOST', 'Lost', 'lost', 0],
      ],
    )
    assert.deepEqual([count, newThisWeek], [3, 3])
    assert.deepEqual(await cards('NEW'), [...ids].reverse())
    assert.deepEqual(columns[0]?.cards[0]?.highlights, [
      { label: 'Budget', value: '$5000' },
      { label: 'Seats', value: '12' },
    ])
  })

  it('are counted in full when a column shows only some, and this week apart from earlier', async () => {
    const ids = await setUp(5)
    await t.asSuperuser(
      `update intake.leads set created_at = now() - interval '8 days' where org_id = $1 and id = any($2)`,
      [orgId, ids.slice(0, 2)],
    )
    await t.asSuperuser('update intake.leads set deleted_at = now() where org_id = $1 and id = $2', [
      orgId,
      ids[4],
    ])
    await move(ids[1], 'WON')
    const shown = await client.call(getBoard, {
      params: { workflowId: form.workflowId },
      query: { cards: 2 },
    })
    const first = shown.columns[0]
    assert.deepEqual([first?.count, first?.newThisWeek, first?.cards.length], [3, 2, 2])
    const expected = {
      statuses: [
        { status: 'NEW', count: 3, newThisWeek: 2, newWeekBefore: 1 },
        { status: 'WON', count: 1, newThisWeek: 0, newWeekBefore: 1 },
      ],
      count: 4,
      newThisWeek: 2,
      newWeekBefore: 2,
    }
    assert.deepEqual(await client.call(getPipelineSummary, {}), expected)
    const { workflowId } = form
    assert.deepEqual(await client.call(getPipelineSummary, { query: { workflowId } }), expected)
    assert.equal((await client.call(getPipelineSummary, { query: { workflowId: newId() } })).count, 0)
  })

  it('move to the top of another column, which is recorded, published and told live', async () => {
    const ids = await setUp(2)
    await move(ids[0], 'QUALIFIED')
    const heard: string[] = []
    const stop = t.kit.live.listen(orgId, message => heard.push(message.type))
    const moved = await move(ids[1], 'QUALIFIED')
    stop()
    assert.deepEqual(await cards('QUALIFIED'), [ids[1], ids[0]])
    assert.deepEqual(await cards('NEW'), [])
    assert.equal(moved.status, 'QUALIFIED')
    assert.ok(moved.statusChangedAt > moved.createdAt)
    assert.deepEqual(heard, ['lead_event.recorded', 'lead.status_changed'])
    const { events } = await client.call(getLead, { params: { leadId: ids[1] ?? '' } })
    const { kind, description, metadata, actor, userId: by } = events[0] ?? assert.fail('no event')
    assert.deepEqual(
      { kind, description, metadata, actor, by },
      {
        kind: 'STATUS_CHANGED',
        description: 'Moved from New to Qualified',
        metadata: { from: 'NEW', to: 'QUALIFIED' },
        actor: 'user',
        by: userId,
      },
    )
    const published = await t.asSuperuser<{ payload: object; subjects: { type: string }[] }>(
      `select payload, subjects from events.events where org_id = $1 and type = 'lead.status_changed' order by id desc limit 1`,
      [orgId],
    )
    assert.deepEqual(published[0]?.payload, {
      leadId: ids[1],
      workflowId: form.workflowId,
      from: 'NEW',
      to: 'QUALIFIED',
    })
    assert.deepEqual(
      published[0]?.subjects.map(subject => subject.type),
      ['lead', 'workflow', 'person'],
    )
  })

  it('come to stand under the card they are dropped below, again and again', async () => {
    const [a, b, c, d] = await setUp(4)
    assert.deepEqual(await cards('NEW'), [d, c, b, a])
    await move(d, 'NEW', a)
    assert.deepEqual(await cards('NEW'), [c, b, a, d])
    await move(d, 'NEW', c)
    assert.deepEqual(await cards('NEW'), [c, d, b, a])
    for (let n = 0; n < 30; n++) await move(n % 2 ? b : a, 'NEW', d)
    assert.deepEqual(await cards('NEW'), [c, d, b, a])
    await move(c, 'WON')
    await move(b, 'WON', c)
    assert.deepEqual(await cards('WON'), [c, b])
    assert.deepEqual(await cards('NEW'), [d, a])
  })

  it('that only change places are not recorded, but open boards hear of it', async () => {
    const [a, b] = await setUp(2)
    const heard: string[] = []
    const stop = t.kit.live.listen(orgId, message => heard.push(message.type))
    await move(b, 'NEW', a)
    await move(a, 'NEW')
    stop()
    assert.deepEqual(heard, ['lead.reordered'])
    assert.deepEqual(await cards('NEW'), [a, b])
    const { events } = await client.call(getLead, { params: { leadId: b ?? '' } })
    assert.deepEqual(
      events.map(event => event.kind),
      ['FORM_SUBMITTED'],
    )
  })

  it('moved by many at once end where the last one put them, each move recorded from where it began', async () => {
    const [leadId] = await setUp(1)
    const statuses = ['QUALIFIED', 'BOOKED', 'WON', 'LOST', 'NEW']
    await Promise.all(Array.from({ length: 20 }, (_, n) => move(leadId, statuses[n % 5] ?? '')))
    const { status, events } = await client.call(getLead, { params: { leadId: leadId ?? '' } })
    const moves = events.filter(event => event.kind === 'STATUS_CHANGED').reverse()
    let at = 'NEW'
    // Ids of one instant may sort either way, so the chain is followed by what the moves say.
    const due = [...moves]
    while (due.length > 0) {
      const next = due.findIndex(event => event.metadata.from === at)
      assert.ok(next >= 0, `no move from ${at}`)
      at = String(due.splice(next, 1)[0]?.metadata.to)
      if (due.length === 0) break
    }
    assert.equal(at, status)
  })

  it('are refused a column that is not there and a neighbour that is elsewhere', async () => {
    const [a, b] = await setUp(2)
    const other = await makeForm(t.kit, orgId)
    const elsewhere = (await send(t.kit, other)).leadId ?? ''
    await assert.rejects(move(a, 'ARCHIVED'), problem('request.invalid', '/status'))
    await assert.rejects(move(a, 'new'), problem('request.invalid', '/status'))
    await assert.rejects(move(a, ''), problem('request.invalid', '/status'))
    for (const below of [elsewhere, newId(), a]) {
      await assert.rejects(move(a, 'NEW', below), problem('request.invalid', '/below'))
    }
    await assert.rejects(move(a, 'WON', b), problem('request.invalid', '/below'))
    assert.deepEqual(await cards('NEW'), [b, a])
  })

  it('of another organization answer like leads that never were, for every question', async () => {
    const [theirs] = await setUp(1)
    const theirForm = form
    await setUp(1)
    const ask = async (path: string, init?: RequestInit) => {
      const response = await raw(path, init)
      const { requestId: _, ...body } = (await response.json()) as { requestId?: string }
      return { status: response.status, body }
    }
    const patch = {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: '{"status":"WON"}',
    }
    for (const id of [theirs, 'x', 'X'.repeat(500)]) {
      assert.deepEqual(await ask(`/v1/leads/${id}`), await ask(`/v1/leads/${newId()}`))
      assert.deepEqual(await ask(`/v1/leads/${id}/events`), await ask(`/v1/leads/${newId()}/events`))
      assert.deepEqual(await ask(`/v1/leads/${id}`, patch), await ask(`/v1/leads/${newId()}`, patch))
    }
    assert.equal((await ask(`/v1/leads/${theirs}`)).status, 404)
    const boardOf = (id: string) => ask(`/v1/workflows/${id}/leads-board`)
    assert.deepEqual(await boardOf(theirForm.workflowId), await boardOf(newId()))
    const { items } = await client.call(listLeads, { query: { workflowId: theirForm.workflowId } })
    assert.deepEqual(items, [])
  })

  it('are listed newest first, page by page, by workflow, status and person', async () => {
    const ids = await setUp(5)
    const other = await makeForm(t.kit, orgId)
    const again = (await send(t.kit, other, goodAnswers('lead0@example.com'))).leadId ?? ''
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await client.call(listLeads, { query: { limit: 4, ...(cursor ? { cursor } : {}) } })
      seen.push(...page.items.map(lead => lead.id))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    assert.deepEqual(seen, [again, ...[...ids].reverse()])
    const list = async (query: Record<string, string>) =>
      (await client.call(listLeads, { query })).items.map(lead => lead.id)
    await move(ids[2], 'WON')
    assert.deepEqual(await list({ status: 'WON' }), [ids[2]])
    assert.deepEqual(await list({ workflowId: other.workflowId }), [again])
    const { personId } = await client.call(getLead, { params: { leadId: again } })
    assert.deepEqual(await list({ personId }), [again, ids[0]])
    for (const query of ['cursor=x', 'limit=0', 'limit=101', 'workflowId=x', 'sort=position']) {
      assert.equal((await raw(`/v1/leads?${query}`)).status, 422, query)
    }
  })

  it('are moved only by whoever may write them, and read by whoever may read', async () => {
    const [leadId = ''] = await setUp(1)
    const reader = (await serve(orgId, permission => permission === 'leads:read')).client()
    const nobody = (await serve(orgId, () => false)).client()
    assert.equal((await reader.call(getLead, { params: { leadId } })).id, leadId)
    await assert.rejects(
      reader.call(moveLead, { params: { leadId }, body: { status: 'WON' } }),
      problem('request.forbidden'),
    )
    await assert.rejects(nobody.call(getLead, { params: { leadId } }), problem('request.forbidden'))
  })

  it('keep what a user, a run, a visitor and the system did apart', async () => {
    const [leadId = ''] = await setUp(1)
    const [runId, other] = [newId(), newId()]
    const record = (actor: Parameters<typeof inOrganization>[1]['actor'], extra = {}) =>
      inOrganization(t.kit, { orgId, actor }, ctx =>
        recordLeadEvent(ctx, { leadId, kind: 'NOTE_ADDED', description: 'x', metadata: {}, ...extra }),
      )
    await record({ type: 'user', userId })
    await record({ type: 'run', runId, workflowId: newId() })
    await record({ type: 'system', name: 'test' })
    await record({ type: 'visitor', address: '192.0.2.1' }, { runId })
    await record({ type: 'system', name: 'test' }, { userId: other })
    const { items } = await client.call(listLeadEvents, { params: { leadId } })
    assert.deepEqual(items.map(event => [event.actor, event.userId, event.runId]).reverse(), [
      ['visitor', null, null],
      ['user', userId, null],
      ['run', null, runId],
      ['system', null, null],
      ['run', null, runId],
      ['user', other, null],
    ])
  })

  it('keep their events for good: not even the owner of the table changes or deletes one', async () => {
    const [leadId = ''] = await setUp(1)
    const inOrg = `set app.org_id = '${orgId}';`
    for (const statement of [
      `update intake.lead_events set description = 'nothing happened' where org_id = '${orgId}'`,
      `delete from intake.lead_events where org_id = '${orgId}'`,
    ]) {
      await assert.rejects(t.asOwner(`${inOrg} ${statement}`), /immutable/)
      await assert.rejects(t.asSuperuser(statement), /immutable/)
      await assert.rejects(
        asSystem(t.kit, orgId, ctx => ctx.db.query(statement)),
        /permission denied/,
      )
    }
    const { items } = await client.call(listLeadEvents, { params: { leadId } })
    assert.equal(items[0]?.description, 'Sent the form')
  })

  it('take their events with them when they are erased', async () => {
    const [leadId = ''] = await setUp(1)
    await t.asSuperuser('delete from intake.leads where org_id = $1 and id = $2', [orgId, leadId])
    const left = await t.asSuperuser('select 1 from intake.lead_events where org_id = $1', [orgId])
    assert.equal(left.length, 0)
  })

  it('that are gone do not fail whoever wants to record something about them', async () => {
    await setUp(0)
    const event = { leadId: newId(), kind: 'RUN_COMPLETED', description: 'x', metadata: {} } as const
    await asSystem(t.kit, orgId, ctx => recordLeadEvent(ctx, event))
    const recorded = await t.asSuperuser('select 1 from intake.lead_events where lead_id = $1', [
      event.leadId,
    ])
    assert.equal(recorded.length, 0)
  })

  it('show what became of the e-mails about them', async () => {
    const [leadId = ''] = await setUp(1)
    const [messageId, runId] = [newId(), newId()]
    const payload = {
      messageId,
      to: 'lead0@example.com',
      subject: `Thank you ${'x'.repeat(2000)}`,
      runId,
      leadId,
    }
    const actor = { type: 'system', name: 'test' } as const
    const about = { id: newId(), orgId, version: 1, subjects: [], actor, at: new Date() }
    const sent: PublishedEvent<(typeof emailSent)['payload']['_output']> = {
      ...about,
      type: 'email.sent',
      payload,
    }
    const failed: PublishedEvent<(typeof emailFailed)['payload']['_output']> = {
      ...about,
      type: 'email.failed',
      payload: { ...payload, subject: 'Hello', reason: 'No such mailbox.' },
    }
    const { leadId: _, ...withoutLead } = payload
    await asSystem(t.kit, orgId, async ctx => {
      await recordEmailOnLead(ctx, sent)
      await recordEmailOnLead(ctx, failed)
      await recordEmailOnLead(ctx, { ...sent, payload: withoutLead })
    })
    const { items } = await client.call(listLeadEvents, { params: { leadId } })
    assert.deepEqual(
      items.map(event => [event.kind, event.runId]),
      [
        ['EMAIL_FAILED', runId],
        ['EMAIL_SENT', runId],
        ['FORM_SUBMITTED', null],
      ],
    )
    assert.equal(items[0]?.description, 'E-mail refused: Hello')
    assert.deepEqual(items[0]?.metadata, {
      messageId,
      to: 'lead0@example.com',
      subject: 'Hello',
      reason: 'No such mailbox.',
    })
  })

  it('have all their events listed, page by page', async () => {
    const [leadId = ''] = await setUp(1)
    for (let n = 0; n < 5; n++) await send(t.kit, form, goodAnswers('lead0@example.com'))
    const first = await client.call(listLeadEvents, { params: { leadId }, query: { limit: 4 } })
    assert.equal(first.items.length, 4)
    const rest = await client.call(listLeadEvents, {
      params: { leadId },
      query: { limit: 4, cursor: first.nextCursor ?? '' },
    })
    assert.equal(rest.items.length, 2)
    assert.equal(rest.nextCursor, null)
    assert.equal(new Set([...first.items, ...rest.items].map(event => event.id)).size, 6)
  })
})
