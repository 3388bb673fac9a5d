import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { z } from 'zod'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { inOrganization } from '../context.ts'
import { defineEvent } from '../contract/event.ts'
import { newId } from '../ids.ts'
import { startHeartbeat } from '../jobs/heartbeat.ts'
import { defineJob, enqueue, RetryLater, replayDeadJobs } from '../jobs/kinds.ts'
import { recoverJobs, workJobs } from '../jobs/work.ts'
import { dispatchOnce } from './dispatch.ts'
import { publish } from './publish.ts'
import { react } from './reactions.ts'

const happened = defineEvent({
  type: 'test.happened',
  version: 1,
  payload: z.strictObject({ word: z.string() }),
  summary: 'A test made it happen',
})

const counted = defineEvent({ ...happened, type: 'test.counted' })

const ran: string[] = []
const countAsked = async (_tx: unknown, words: readonly string[]) =>
  words.map(word => `${word} of ${words.length}`)
let release = () => {}
const wordJob = defineJob({
  kind: 'test.word',
  payload: z.strictObject({ word: z.string() }),
  attemptsMax: 2,
  timeoutMs: 5000,
  async run({ payload, attempt }) {
    ran.push(`${payload.word}#${attempt}`)
    if (payload.word === 'fails') throw new Error('it always fails')
    if (payload.word === 'later' && ran.filter(word => word.startsWith('later')).length < 3) {
      throw new RetryLater('not yet', 0)
    }
    if (payload.word === 'hangs')
      await new Promise<void>(resolve => {
        release = resolve
      })
  },
})

describe('events and jobs', () => {
  let t: TestKit
  before(async () => {
    t = await testKit({
      modules: [{ name: 'test', jobs: [wordJob] }],
      reactions: [
        react(happened, 'with', 'test.same_transaction', async (ctx, event) => {
          if (event.payload.word === 'veto') throw new Error('refused')
          await note(ctx.orgId, `with ${event.payload.word}`, (text, values) => ctx.db.query(text, values))
        }),
        react(happened, 'after', 'test.later', async (ctx, event) => {
          await note(ctx.orgId, `after ${event.payload.word}`, (text, values) => ctx.db.query(text, values))
          if (event.payload.word === 'broken') throw new Error('reaction failed')
        }),
        react(happened, 'after', 'test.later_too', async (ctx, event) => {
          await note(ctx.orgId, `too ${event.payload.word}`, (text, values) => ctx.db.query(text, values))
        }),
        react(counted, 'after', 'test.in_order', async (_ctx, { payload }) => {
          ran.push(`in order ${payload.word}`)
        }),
        react(
          counted,
          'after',
          'test.side_by_side',
          async (ctx, { payload }) => {
            ran.push(await ctx.db.ask(countAsked, payload.word))
            if (payload.word === 'broken') throw new Error('reaction failed')
          },
          { isOrderFree: true },
        ),
      ],
    })
  })
  after(() => t.close())

  // The idempotency table is the platform's own and free of constraints: it serves as a notebook here.
  async function note(
    orgId: string,
    text: string,
    query: (text: string, values: unknown[]) => Promise<unknown>,
  ) {
    await query(
      `insert into http.idempotency_keys (org_id, actor, route, key, request_hash, answer) values ($1, $2, 'note', $3, '', '')`,
      [orgId, text, newId()],
    )
  }
  const notes = async (orgId: string) =>
    (
      await t.asSuperuser<{ actor: string }>(
        `select actor from http.idempotency_keys where org_id = $1 and route = 'note' order by created_at, actor`,
        [orgId],
      )
    ).map(row => row.actor)
  const happen = (orgId: string, word: string) =>
    inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, ctx =>
      publish(ctx, happened, { subjects: [{ type: 'word', id: newId() }], payload: { word } }),
    )
  const count = (orgId: string, words: readonly string[]) =>
    inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, async ctx => {
      for (const word of words)
        await publish(ctx, counted, { subjects: [{ type: 'word', id: newId() }], payload: { word } })
    })
  const put = (orgId: string, word: string, key = newId()) =>
    inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, ctx =>
      enqueue(ctx, wordJob, { key, payload: { word } }),
    )
  const jobs = (orgId: string) =>
    t.asSuperuser<{ id: string; status: string; attempts: number; last_error: string | null }>(
      'select id, status, attempts, last_error from jobs.jobs where org_id = $1',
      [orgId],
    )
  async function until(check: () => Promise<boolean>): Promise<void> {
    while (!(await check())) await t.kit.wake.wait('flow', 5)
  }
  async function working(work: () => Promise<void>): Promise<void> {
    const heartbeat = await startHeartbeat(t.kit.db, t.kit.log, 'test')
    const stop = new AbortController()
    const loop = workJobs(t.kit, heartbeat, stop.signal)
    try {
      await work()
    } finally {
      stop.abort()
      await loop
      await heartbeat.stop()
    }
  }

  it('of a kind whose order does not matter are reacted to side by side, and one by one when one fails', async () => {
    const orgId = anyOrgId()
    ran.length = 0
    await count(orgId, ['one', 'two'])
    await dispatchOnce(t.kit)
    assert.deepEqual(ran, ['in order one', 'in order two', 'one of 2', 'two of 2'])
    ran.length = 0
    await count(orgId, ['one', 'broken'])
    await dispatchOnce(t.kit)
    assert.deepEqual(ran.slice(-4), ['in order one', 'one of 1', 'in order broken', 'broken of 1'])
    assert.deepEqual(
      (await jobs(orgId)).map(({ status }) => status),
      ['pending'],
    )
  })

  it('a reaction of the same transaction takes the publisher back with it', async () => {
    const orgId = anyOrgId()
    await assert.rejects(happen(orgId, 'veto'), /refused/)
    const stored = await t.asSuperuser('select 1 from events.events where org_id = $1', [orgId])
    assert.equal(stored.length, 0)
  })

  it('every later reaction runs once, in its own organization', async () => {
    const [a, b] = [anyOrgId(), anyOrgId()]
    await Promise.all([happen(a, 'one'), happen(b, 'two')])
    await Promise.all([dispatchOnce(t.kit), dispatchOnce(t.kit), dispatchOnce(t.kit)])
    await dispatchOnce(t.kit)
    assert.deepEqual((await notes(a)).sort(), ['after one', 'too one', 'with one'])
    assert.deepEqual((await notes(b)).sort(), ['after two', 'too two', 'with two'])
  })

  it('a failing reaction leaves the others alone, writes nothing and is tried again as a job', async () => {
    const orgId = anyOrgId()
    await happen(orgId, 'broken')
    await dispatchOnce(t.kit)
    assert.deepEqual((await notes(orgId)).sort(), ['too broken', 'with broken'])
    assert.equal((await jobs(orgId)).length, 1)
  })

  it('live listeners hear of an event after its commit only', async () => {
    const orgId = anyOrgId()
    const heard: string[] = []
    const stop = t.kit.live.listen(orgId, message => heard.push(message.type))
    await assert.rejects(happen(orgId, 'veto'))
    assert.deepEqual(heard, [])
    await happen(orgId, 'loud')
    assert.deepEqual(heard, ['test.happened'])
    stop()
  })

  it('a job stated twice runs once and is gone when it is done', async () => {
    const orgId = anyOrgId()
    await put(orgId, 'twice', 'key')
    await put(orgId, 'twice', 'key')
    await working(() => until(async () => (await jobs(orgId)).length === 0))
    assert.deepEqual(
      ran.filter(word => word.startsWith('twice')),
      ['twice#1'],
    )
  })

  it('a job that keeps failing becomes a dead letter and can be brought back', async () => {
    const orgId = anyOrgId()
    await put(orgId, 'fails')
    const hurry = () => t.asSuperuser('update jobs.ready set run_at = now() where org_id = $1', [orgId])
    await working(() =>
      until(async () => {
        await hurry()
        return (await jobs(orgId))[0]?.status === 'dead'
      }),
    )
    const [dead] = await jobs(orgId)
    assert.equal(dead?.attempts, 2)
    assert.match(dead?.last_error ?? '', /it always fails/)
    const revived = await inOrganization(t.kit, { orgId, actor: { type: 'system', name: 'test' } }, ctx =>
      replayDeadJobs(ctx, [dead?.id ?? '']),
    )
    assert.equal(revived, 1)
    assert.equal((await jobs(orgId))[0]?.status, 'pending')
  })

  it('a job that asks to be run later is not counted as failed', async () => {
    const orgId = anyOrgId()
    await put(orgId, 'later')
    await working(() => until(async () => (await jobs(orgId)).length === 0))
    assert.deepEqual(
      ran.filter(word => word.startsWith('later')),
      ['later#1', 'later#1', 'later#1'],
    )
  })

  it('the job of a worker that died is taken over, and the dead worker can no longer finish it', async () => {
    const orgId = anyOrgId()
    await put(orgId, 'hangs')
    const heartbeat = await startHeartbeat(t.kit.db, t.kit.log, 'zombie')
    const stop = new AbortController()
    const loop = workJobs(t.kit, heartbeat, stop.signal)
    await until(async () => ran.includes('hangs#1'))
    // Its heartbeat ends while its work goes on, like a process that is frozen past its lease.
    await heartbeat.stop()
    assert.ok((await recoverJobs(t.kit)) >= 1)
    const ready = await t.asSuperuser('select 1 from jobs.ready where org_id = $1', [orgId])
    assert.equal(ready.length, 1)
    stop.abort()
    release()
    await loop
    assert.equal((await jobs(orgId)).length, 1, 'the fenced worker must not delete the job')
  })
})
