import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { testCluster } from '#test/cluster.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { startDeafPooler } from '#test/fakes/deaf-pooler.ts'
import { runtimeUrl } from '../db/migrate.ts'
import { newId } from '../ids.ts'
import { createLive, type Live } from './live.ts'
import type { LiveMessage } from './message.ts'
import { startRelay } from './relay.ts'

const change = (orgId: string): LiveMessage => ({
  id: newId(),
  orgId,
  type: 'lead.moved',
  subjects: [{ type: 'lead', id: newId() }],
})

describe('the relay between processes', () => {
  let t: TestKit
  let listenUrl: string
  const undo: (() => Promise<void>)[] = []
  before(async () => {
    t = await testKit()
    listenUrl = runtimeUrl(t.ownerUrl, (await testCluster()).secrets.runtimePassword)
  })
  afterEach(async () => {
    for (const stop of undo.splice(0).reverse()) await stop()
  })
  after(() => t?.close())

  /** The live part of a process; resolves when it hears. */
  async function startProcess(url: string | null = listenUrl, db = t.kit.db): Promise<Live> {
    const live = createLive()
    const relay = startRelay({ live, db, log: t.kit.log, listenUrl: url ?? undefined, pollMs: 20 })
    undo.push(() => relay.stop())
    await relay.ready
    return live
  }
  /** Lets everything else go on. */
  const turn = () => new Promise(resolve => setImmediate(resolve))

  /** Collects what an organization hears; `until` resolves when it is what was waited for. */
  function ear(live: Live, orgId: string) {
    const notes: (LiveMessage | 'reset')[] = []
    let look = () => {}
    const note = (...heard: (LiveMessage | 'reset')[]) => {
      notes.push(...heard)
      look()
    }
    const stop = live.follow(orgId, undefined, {
      hear: messages => note(...messages),
      reset: () => note('reset'),
    })
    undo.push(async () => stop())
    return {
      notes,
      until: (isEnough: (heard: typeof notes) => boolean) =>
        new Promise<void>(resolve => {
          look = () => {
            if (isEnough(notes)) resolve()
          }
          look()
        }),
    }
  }
  const backends = `select pid from pg_stat_activity where datname = current_database() and application_name = 'millrace live'`

  it('carries what one process does to the others, and to no other organization', async () => {
    const [a, b] = [await startProcess(), await startProcess()]
    const worker = await startProcess(null)
    const [org, other] = [newId(), newId()]
    const ears = [ear(a, org), ear(b, org), ear(b, other)] as const
    const [first, second, third] = [change(org), change(org), change(other)]
    worker.send(first)
    await Promise.all(ears.slice(0, 2).map(({ until }) => until(notes => notes.length === 1)))
    a.send(second)
    b.send(third)
    await ears[1].until(notes => notes.length === 2)
    await ears[2].until(notes => notes.length === 1)
    await ears[0].until(notes => notes.length === 2)
    assert.deepEqual(ears[0].notes, [first, second])
    assert.deepEqual(ears[1].notes, [first, second])
    assert.deepEqual(ears[2].notes, [third])
  })

  it('loses nothing when the session that listens is ended by force', async () => {
    const a = await startProcess()
    const worker = await startProcess(null)
    const org = newId()
    const { notes, until } = ear(a, org)
    for (let round = 0; round < 3; round++) {
      const killed = t.asSuperuser(`select pg_terminate_backend(pid) from (${backends}) b`)
      const sent = Array.from({ length: 20 }, () => change(org))
      for (const message of sent) {
        worker.send(message)
        worker.flush()
        await turn()
      }
      await killed
      await until(heard => {
        const ids = new Set(heard.map(message => (message === 'reset' ? message : message.id)))
        return sent.every(({ id }) => ids.has(id))
      })
    }
    assert.ok(!notes.includes('reset'))
    assert.equal(notes.length, 60, 'each once')
  })

  it('looks the packets up where notifications do not arrive', async () => {
    const pooler = await startDeafPooler(listenUrl)
    undo.push(pooler.close)
    const a = await startProcess(pooler.url)
    assert.equal(a.carried()?.hearing, 'polls')
    const worker = await startProcess(null)
    const org = newId()
    const { notes, until } = ear(a, org)
    const sent = [change(org), change(org)]
    for (const message of sent) {
      worker.send(message)
      worker.flush()
    }
    await until(heard => heard.length === 2)
    assert.deepEqual(notes, sent)
  })

  it('lets readers read anew when a window could not be sent', async () => {
    const b = await startProcess()
    let isDown = true
    const db: typeof t.kit.db = {
      ...t.kit.db,
      withGlobal: work => (isDown ? Promise.reject(new Error('down')) : t.kit.db.withGlobal(work)),
    }
    const worker = await startProcess(null, db)
    const [org, other] = [newId(), newId()]
    const [mine, theirs, own] = [ear(b, org), ear(b, other), ear(worker, org)]
    const message = change(org)
    worker.send(message)
    worker.flush()
    await own.until(notes => notes.includes('reset'))
    isDown = false
    await mine.until(notes => notes.length === 1)
    assert.deepEqual(mine.notes, ['reset'])
    assert.deepEqual(own.notes, [message, 'reset'])
    assert.deepEqual(theirs.notes, [])
  })

  it('keeps up with ten seconds of 1,000 messages, and mixes no organizations', async () => {
    const a = await startProcess()
    const worker = await startProcess(null)
    const orgs = [newId(), newId()] as const
    const ears = orgs.map(orgId => ear(a, orgId))
    // Ten seconds of them, as windows of a twentieth of a second.
    for (let window = 0; window < 200; window++) {
      for (let n = 0; n < 25; n++) for (const orgId of orgs) worker.send(change(orgId))
      worker.flush()
      await turn()
      // Ten seconds in a burst would be more than waits in detail; a second of them is not.
      if (window % 20 !== 19) continue
      for (const { until } of ears) await until(heard => heard.length >= (window + 1) * 25)
    }
    const last = orgs.map(change)
    for (const message of last) worker.send(message)
    worker.flush()
    for (const [at, { notes, until }] of ears.entries()) {
      await until(
        heard => heard.includes('reset') || heard.some(note => note !== 'reset' && note.id === last[at]?.id),
      )
      assert.ok(!notes.includes('reset'))
      assert.equal(notes.length, 5_001)
      assert.ok(notes.every(note => note !== 'reset' && note.orgId === orgs[at]))
    }
    const [kept] = await t.asSuperuser<{ n: number }>('select count(*)::int as n from live.packets')
    assert.ok((kept?.n ?? 0) > 0)
  })
})
