import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { crmModule } from '#modules/crm/index.ts'
import { iamModule } from '#modules/iam/index.ts'
import { leadStatusChanged } from '#modules/intake/contract.ts'
import { intakeModule } from '#modules/intake/index.ts'
import { mailModule } from '#modules/mail/index.ts'
import { type Actor, type Context, inOrganization } from '#platform/context.ts'
import { dispatchOnce } from '#platform/events/dispatch.ts'
import { publish } from '#platform/events/publish.ts'
import { newId } from '#platform/ids.ts'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { leadKey, signalKey } from './event-kinds.ts'
import { eventReactions } from './event-reactions.ts'
import { forgetWaits, lookBack, registerWait } from './event-waits.ts'
import { workflowSignal } from './events.ts'

// Only the tables: nobody advances runs here.
const flowTables = { name: 'flow', migrations: fileURLToPath(new URL('./migrations', import.meta.url)) }
const modules = [iamModule, crmModule, mailModule, intakeModule, flowTables]
const system = { type: 'system', name: 'test' } as const

interface Told extends Record<string, unknown> {
  run_id: string
  input: {
    kind: string
    token: string
    output: { event: { id: string; type: string; payload: unknown; at: string } }
  }
}

describe('waiting for events', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({ modules, reactions: eventReactions })
  })
  after(() => t.close())

  const inOrg = <T>(orgId: string, work: (ctx: Context) => Promise<T>, actor: Actor = system) =>
    inOrganization(t.kit, { orgId, actor }, work)
  const signal = (orgId: string, key: string, payload: unknown = null, actor: Actor = system) =>
    inOrg(
      orgId,
      ctx =>
        publish(ctx, workflowSignal, {
          subjects: [{ type: 'signal', id: key }],
          payload: { name: 'test', key, payload: payload as null },
        }),
      actor,
    )
  const databaseNow = async () => {
    // In microseconds: what happens before and after may lie within one millisecond.
    const rows = await t.kit.db.withGlobal(tx =>
      tx.query<{ now: string }>("select to_json(clock_timestamp()) #>> '{}' as now"),
    )
    return rows.rows[0]?.now ?? ''
  }
  const wait = (orgId: string, runId: string, key: string, since: string, token = 'node#1') =>
    inOrg(orgId, ctx =>
      registerWait(ctx, {
        runId,
        token,
        eventType: 'workflow.signal',
        key: signalKey(key),
        since,
        until: null,
      }),
    )
  const toldIn = (orgId: string) =>
    t.asSuperuser<Told>('select run_id, input from flow.inbox where org_id = $1', [orgId])
  const waitsIn = (orgId: string) => t.asSuperuser('select 1 from flow.waits where org_id = $1', [orgId])

  it('the event with its key wakes the run, once, and makes it ready', async () => {
    const orgId = anyOrgId()
    const runId = newId()
    await wait(orgId, runId, 'order 7', await databaseNow())
    await signal(orgId, 'order 8')
    const event = await signal(orgId, 'order 7', { paid: true })
    await signal(orgId, 'order 7', { paid: false })
    await dispatchOnce(t.kit)
    const [told, ...more] = await toldIn(orgId)
    assert.deepEqual(more, [])
    assert.equal(told?.run_id, runId)
    assert.equal(told?.input.kind, 'answer')
    assert.equal(told?.input.token, 'node#1')
    const { id, type, payload } = told?.input.output.event ?? {}
    assert.deepEqual(
      { id, type, payload },
      {
        id: event.id,
        type: 'workflow.signal',
        payload: { name: 'test', key: 'order 7', payload: { paid: true } },
      },
    )
    const ready = await t.asSuperuser('select 1 from flow.ready where org_id = $1 and run_id = $2', [
      orgId,
      runId,
    ])
    assert.equal(ready.length, 1)
    assert.equal((await waitsIn(orgId)).length, 0)
    assert.equal(await lookBack(t.kit, { orgId, runId, token: 'node#1' }), false)
  })

  it('an event about a lead wakes every run that waits for it, and no other', async () => {
    const orgId = anyOrgId()
    const [leadId, otherLead, workflowId] = [newId(), newId(), newId()]
    const since = await databaseNow()
    const runs = [newId(), newId(), newId()]
    await inOrg(orgId, async ctx => {
      for (const [index, runId] of runs.entries()) {
        const key = leadKey(index < 2 ? leadId : otherLead)
        await registerWait(ctx, {
          runId,
          token: 'w#1',
          eventType: 'lead.status_changed',
          key,
          since,
          until: null,
        })
      }
    })
    await inOrg(orgId, ctx =>
      publish(ctx, leadStatusChanged, {
        subjects: [{ type: 'lead', id: leadId }],
        payload: { leadId, workflowId, from: 'NEW', to: 'QUALIFIED' },
      }),
    )
    await dispatchOnce(t.kit)
    assert.deepEqual((await toldIn(orgId)).map(({ run_id }) => run_id).sort(), runs.slice(0, 2).sort())
    assert.equal((await waitsIn(orgId)).length, 1)
  })

  it("another organization's event with the same key wakes nobody", async () => {
    const [mine, theirs] = [anyOrgId(), anyOrgId()]
    const runId = newId()
    await wait(mine, runId, 'shared', await databaseNow())
    await signal(theirs, 'shared')
    await dispatchOnce(t.kit)
    assert.equal(await lookBack(t.kit, { orgId: mine, runId, token: 'node#1' }), false)
    assert.equal(await lookBack(t.kit, { orgId: theirs, runId, token: 'node#1' }), false)
    assert.deepEqual(await toldIn(mine), [])
    assert.deepEqual(await toldIn(theirs), [])
  })

  it('what was before the wait does not count, neither at once nor when it is dispatched late', async () => {
    const orgId = anyOrgId()
    const runId = newId()
    await signal(orgId, 'k')
    await wait(orgId, runId, 'k', await databaseNow())
    await dispatchOnce(t.kit)
    assert.equal(await lookBack(t.kit, { orgId, runId, token: 'node#1' }), false)
    assert.deepEqual(await toldIn(orgId), [])
    await signal(orgId, 'k')
    await dispatchOnce(t.kit)
    assert.equal((await toldIn(orgId)).length, 1)
  })

  it('a wait that looks back to before it began takes the first event since then', async () => {
    const orgId = anyOrgId()
    const runId = newId()
    await signal(orgId, 'k', 'too early')
    const since = await databaseNow()
    await signal(orgId, 'k', 'first')
    await signal(orgId, 'k', 'second')
    await dispatchOnce(t.kit)
    await wait(orgId, runId, 'k', since)
    assert.equal(await lookBack(t.kit, { orgId, runId, token: 'node#1' }), true)
    assert.equal(await lookBack(t.kit, { orgId, runId, token: 'node#1' }), false)
    const payloads = (await toldIn(orgId)).map(({ input }) => input.output.event.payload)
    assert.deepEqual(payloads, [{ name: 'test', key: 'k', payload: 'first' }])
  })

  it('what comes after the end of the wait does not count', async () => {
    const orgId = anyOrgId()
    const runId = newId()
    const [since, until] = [await databaseNow(), await databaseNow()]
    const late = { runId, token: 'node#1', eventType: 'workflow.signal', key: signalKey('k'), since, until }
    await inOrg(orgId, ctx => registerWait(ctx, late))
    await signal(orgId, 'k')
    await dispatchOnce(t.kit)
    assert.equal(await lookBack(t.kit, { orgId, runId, token: 'node#1' }), false)
    assert.deepEqual(await toldIn(orgId), [])
  })

  it('a run does not wait for what its own steps publish', async () => {
    const orgId = anyOrgId()
    const runId = newId()
    const actor: Actor = { type: 'run', runId, workflowId: newId() }
    await wait(orgId, runId, 'k', await databaseNow())
    await signal(orgId, 'k', 'own', actor)
    await dispatchOnce(t.kit)
    assert.equal(await lookBack(t.kit, { orgId, runId, token: 'node#1' }), false)
    await signal(orgId, 'k', 'other', { ...actor, runId: newId() })
    await dispatchOnce(t.kit)
    assert.deepEqual((await toldIn(orgId)).length, 1)
  })

  it('a place that was left is forgotten, the others of the run are not', async () => {
    const orgId = anyOrgId()
    const runId = newId()
    const since = await databaseNow()
    for (const token of ['a#1', 'b#1']) await wait(orgId, runId, 'k', since, token)
    await wait(orgId, runId, 'k', since, 'a#1')
    await inOrg(orgId, async ctx =>
      forgetWaits(ctx.db, orgId, [
        { runId, token: 'a#1' },
        { runId: newId(), token: 'b#1' },
      ]),
    )
    await signal(orgId, 'k')
    await dispatchOnce(t.kit)
    assert.deepEqual(
      (await toldIn(orgId)).map(({ input }) => input.token),
      ['b#1'],
    )
  })

  it('1,000 waits and their events in every order: none is lost, none is told twice', async () => {
    const orgId = anyOrgId()
    const pairs = Array.from({ length: 1_000 }, (_, n) => ({ n, runId: newId(), key: `pair ${n}` }))
    const orders = [0, 0, 0, 0]
    const settle = async ({ n, runId, key }: (typeof pairs)[number]) => {
      const since = await databaseNow()
      const register = () => wait(orgId, runId, key, since)
      const look = () => lookBack(t.kit, { orgId, runId, token: 'node#1' })
      const send = () => signal(orgId, key, n)
      const dispatch = () => dispatchOnce(t.kit)
      orders[n % 4] = (orders[n % 4] ?? 0) + 1
      switch (n % 4) {
        case 0:
          // The event is dispatched before the wait can be seen.
          await send()
          await dispatch()
          await register()
          await look()
          return
        case 1:
          // The event is committed and dispatched after the look back.
          await register()
          await look()
          await send()
          await dispatch()
          return
        case 2:
          // Dispatch and look back meet.
          await Promise.all([send(), register()])
          await Promise.all([dispatch(), look(), dispatch()])
          return
        default:
          // Each side goes its own way as fast as it can.
          await Promise.all([send().then(dispatch), register().then(look)])
      }
    }
    const due = [...pairs]
    const lanes = Array.from({ length: 6 }, async () => {
      for (let pair = due.pop(); pair; pair = due.pop()) await settle(pair)
    })
    await Promise.all(lanes)
    // Batches that were being dispatched by another lane have ended with their lanes.
    await dispatchOnce(t.kit)
    assert.deepEqual(orders, [250, 250, 250, 250])
    const told = await toldIn(orgId)
    assert.equal(new Set(told.map(({ run_id }) => run_id)).size, 1_000, 'lost')
    assert.equal(told.length, 1_000, 'told twice')
    assert.equal((await waitsIn(orgId)).length, 0)
  })

  it('looking back reaches an index, and so does the look for who waits', async () => {
    const orgId = anyOrgId()
    await wait(orgId, newId(), 'k', await databaseNow())
    const plans = await inOrg(orgId, async ctx => {
      await ctx.db.query('set local enable_seqscan = off')
      const explain = async (text: string, values: unknown[]) =>
        (await ctx.db.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values)).rows
          .map(row => row['QUERY PLAN'])
          .join('\n')
      return [
        await explain('select 1 from flow.waits where org_id = $1 and event_type = $2 and key = $3', [
          orgId,
          'workflow.signal',
          'k',
        ]),
        await explain('select 1 from flow.event_keys where org_id = $1 and key = $3 and event_type = $2', [
          orgId,
          'workflow.signal',
          'k',
        ]),
      ]
    })
    for (const plan of plans)
      assert.match(plan, /Index Cond: .*event_type = .*\bkey = |Index Cond: .*\bkey = .*event_type = /, plan)
  })
})
