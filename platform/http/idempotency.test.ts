import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { z } from 'zod'
import { anyOrgId, type TestKit, testKit } from '#test/database.ts'
import { signedInAs, type TestServer, testServer } from '#test/http.ts'
import { Problem } from '../contract/problem.ts'
import { defineRoute } from '../contract/route.ts'
import { newId } from '../ids.ts'
import type { Module } from '../module.ts'
import { implement, implementForUser } from './handlers.ts'
import { forgetRepeats, forgetUserRepeats } from './idempotency.ts'

const note = defineRoute({
  id: 'test.note.create',
  method: 'POST',
  path: '/v1/test/notes',
  summary: 'Keeps a note',
  access: 'notes:write',
  body: z.strictObject({ text: z.string() }),
  response: z.object({ id: z.string(), pid: z.number() }),
  status: 201,
})

const place = defineRoute({
  id: 'test.place.create',
  method: 'POST',
  path: '/v1/test/places',
  summary: 'Makes a place',
  access: 'user',
  body: z.strictObject({ text: z.string() }),
  response: z.object({ id: z.string() }),
  status: 201,
})

describe('Idempotency-Key', () => {
  let t: TestKit
  let server: TestServer
  let otherServer: TestServer
  const orgId = anyOrgId()
  const userId = newId()
  /** What runs inside the handler, while its transaction is open. */
  let inside: (text: string, pid: number) => Promise<void> = async () => {}
  let runs = 0

  const testModule: Module = {
    name: 'test',
    routes: [
      implement(note, async (ctx, { body }) => {
        runs++
        const id = newId()
        await ctx.db.query(
          `insert into jobs.jobs (org_id, id, kind, key, payload) values ($1, $2, 'note', $3, '{}')`,
          [ctx.orgId, id, id],
        )
        const backend = await ctx.db.query<{ pid: number }>('select pg_backend_pid() as pid')
        const pid = backend.rows[0]?.pid ?? 0
        await inside(body.text, pid)
        return { id, pid }
      }),
      implementForUser(place, async (_ctx, { body }) => {
        runs++
        await inside(body.text, 0)
        return { id: newId() }
      }),
    ],
  }
  before(async () => {
    t = await testKit()
    server = await testServer(t, [testModule], signedInAs(orgId, userId))
    otherServer = await testServer(t, [testModule], signedInAs(orgId, newId()))
  })
  after(async () => {
    await Promise.all([server.close(), otherServer.close()])
    await t.close()
  })

  const post = (key: string, text: string, { to = server, path = note.path as string } = {}) =>
    to.raw(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ text }),
    })
  const codeOf = async (response: Response) => Problem.parse(await response.json()).code
  const notes = async () =>
    Number((await t.asSuperuser<{ n: string }>('select count(*) as n from jobs.jobs'))[0]?.n)

  /** Holds the handler at its heart until released. */
  function gate() {
    const entered = Promise.withResolvers<number>()
    const released = Promise.withResolvers<void>()
    inside = async (_text, pid) => {
      entered.resolve(pid)
      await released.promise
    }
    return { entered: entered.promise, release: released.resolve }
  }

  for (const path of [note.path, place.path]) {
    it(`answers 409 while the first is under way, then the first answer: ${path}`, async () => {
      const [key, before, held] = [newId(), await notes(), gate()]
      const first = post(key, 'x', { path })
      await held.entered
      const second = await post(key, 'x', { path })
      assert.equal(second.status, 409)
      assert.equal(second.headers.get('retry-after'), '1')
      assert.equal(await codeOf(second), 'request.in_progress')
      held.release()
      inside = async () => {}
      const answered = await first
      assert.equal(answered.status, 201)
      const repeat = await post(key, 'x', { path })
      assert.equal(repeat.status, 201)
      assert.equal(repeat.headers.get('idempotency-replayed'), 'true')
      assert.equal(await repeat.text(), await answered.text())
      const other = await post(key, 'y', { path })
      assert.equal(other.status, 422)
      assert.equal(await codeOf(other), 'request.idempotency_mismatch')
      assert.ok((await notes()) <= before + 1)
    })
  }

  it('does it once when it comes twenty times at once', async () => {
    const [key, before] = [newId(), await notes()]
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(key, 'once')))
    assert.ok(answers.every(answer => [201, 409].includes(answer.status)))
    const bodies = answers.filter(answer => answer.status === 201).map(answer => answer.text())
    assert.equal(new Set(await Promise.all(bodies)).size, 1)
    assert.equal(await notes(), before + 1)
  })

  it('leaves nothing of a first that failed, or whose connection died', async () => {
    const [key, before] = [newId(), await notes()]
    inside = async () => {
      throw new Error('no luck')
    }
    assert.equal((await post(key, 'x')).status, 500)
    const held = gate()
    const dying = post(key, 'x')
    await t.asSuperuser('select pg_terminate_backend($1, 5000)', [await held.entered])
    held.release()
    assert.equal((await dying).status, 503)
    inside = async () => {}
    assert.equal((await post(key, 'another text')).status, 201)
    assert.equal(await notes(), before + 1)
  })

  it('keeps the keys of two people and of two routes apart', async () => {
    const key = newId()
    const answers = [
      await post(key, 'x'),
      await post(key, 'x', { to: otherServer }),
      await post(key, 'x', { path: place.path }),
      await post(key, 'x', { path: place.path, to: otherServer }),
    ]
    for (const answer of answers) assert.equal(answer.headers.get('idempotency-replayed'), null)
  })

  it('refuses a key that is none', async () => {
    assert.equal((await post('a b', 'x')).status, 422)
    assert.equal((await post('x'.repeat(256), 'x')).status, 422)
  })

  it('forgets an answer after a day, first to callers and then altogether', async () => {
    const kept = async () => [
      ...(await t.asSuperuser('select key from http.idempotency_keys')),
      ...(await t.asSuperuser('select id from http.user_idempotency_keys')),
    ]
    const key = newId()
    const first = [await post(key, 'x'), await post(key, 'x', { path: place.path })]
    assert.ok(first.every(answer => answer.status === 201))
    for (const table of ['http.idempotency_keys', 'http.user_idempotency_keys'])
      await t.asSuperuser(`update ${table} set created_at = now() - interval '24 hours 1 second'`)
    const count = runs
    assert.equal((await post(key, 'other')).status, 201)
    assert.equal((await post(key, 'other', { path: place.path })).status, 201)
    assert.equal(runs, count + 2)
    assert.ok((await kept()).length > 2)
    await t.kit.db.withOrg(orgId, tx => forgetRepeats(tx, orgId))
    await t.kit.db.withGlobal(forgetUserRepeats)
    assert.equal((await kept()).length, 2)
  })

  it('stores no answer that can be read', async () => {
    inside = async () => {}
    const answer = (await (await post(newId(), 'x')).json()) as { id: string }
    const rows = await t.asSuperuser<{ answer: Buffer }>('select answer from http.idempotency_keys')
    assert.ok(rows.length > 0)
    for (const row of rows) assert.ok(!row.answer.includes(answer.id))
  })
})
