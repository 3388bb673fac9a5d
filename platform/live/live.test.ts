import assert from 'node:assert/strict'
import { beforeEach, describe, it, mock } from 'node:test'
import { newId } from '../ids.ts'
import { createLive, type Follower, type Live } from './live.ts'
import type { LiveMessage } from './message.ts'

const [org, other] = [newId(), newId()]
const change = (orgId = org): LiveMessage => ({
  id: newId(),
  orgId,
  type: 'lead.moved',
  subjects: [{ type: 'lead', id: newId() }],
})

/** Notes what it hears; `reset` as a word. */
function noting(): Follower & { notes: string[] } {
  const notes: string[] = []
  return {
    notes,
    hear: messages => notes.push(...messages.map(({ id }) => id)),
    reset: () => notes.push('reset'),
  }
}

describe('live messages in a process', () => {
  let live: Live
  let carried: LiveMessage[]
  beforeEach(() => {
    live = createLive()
    carried = []
    live.connect({
      carry: messages => carried.push(...messages),
      until: now => now,
      counts: () => ({ hearing: 'nothing', sentPackets: 0, receivedPackets: 0, resets: 0 }),
    })
  })

  it('are heard at once by listeners and at the end of a window by followers, each of its own organization', () => {
    const heard: string[] = []
    const follower = noting()
    const stops = [live.listen(org, ({ id }) => heard.push(id)), live.follow(org, undefined, follower)]
    const [mine, theirs] = [change(), change(other)]
    live.send(mine)
    live.send(theirs)
    assert.deepEqual([heard, follower.notes], [[mine.id], []])
    live.flush()
    assert.deepEqual(follower.notes, [mine.id])
    assert.deepEqual(
      carried.map(({ id }) => id),
      [mine.id, theirs.id],
    )
    assert.equal(live.count(), 2)
    for (const stop of stops) stop()
    assert.equal(live.count(), 0)
  })

  it('of other processes are heard like own ones and carried no further', () => {
    const follower = noting()
    live.follow(org, undefined, follower)
    const message = change()
    live.receive([message, change(other)])
    live.flush()
    assert.deepEqual([follower.notes, carried], [[message.id], []])
  })

  it('drop a listener or follower that throws, and only that one', () => {
    const follower = noting()
    const broken = mock.fn(() => {
      throw new Error('closed')
    })
    live.listen(org, broken)
    live.follow(org, undefined, { hear: broken, reset: broken })
    live.follow(org, undefined, follower)
    for (const message of [change(), change()]) {
      live.send(message)
      live.flush()
    }
    assert.equal(broken.mock.callCount(), 2)
    assert.equal(follower.notes.length, 2)
  })
})

describe('a stream that comes back', () => {
  const MINUTE = 60_000
  /** A process that has been here for long, with a clock that the test moves. */
  function longRunning() {
    const live = createLive()
    let ms = performance.now()
    const clock = mock.method(performance, 'now', () => ms)
    return {
      live,
      pass: (by: number) => {
        ms += by
      },
      sendNow: (message = change()) => {
        live.send(message)
        live.flush()
        return message.id
      },
      back: (after: string, orgId = org) => {
        const follower = noting()
        live.follow(orgId, after, follower)()
        return follower.notes
      },
      [Symbol.dispose]: () => clock.mock.restore(),
    }
  }

  it('gets what it missed, and what happened shortly before once more', () => {
    using t = longRunning()
    t.pass(20_000)
    t.sendNow()
    t.pass(6_000)
    const shortlyBefore = t.sendNow()
    t.pass(1_000)
    const position = t.live.position()
    t.pass(10_000)
    const missed = t.sendNow()
    t.sendNow(change(other))
    assert.deepEqual(t.back(position), [shortlyBefore, missed])
    assert.deepEqual(t.back(t.live.position(), newId()), [])
  })

  it('is told to read anew when nobody knows what it missed', () => {
    using t = longRunning()
    const atStart = t.live.position()
    assert.deepEqual(t.back(atStart), ['reset'], 'before the process')
    t.pass(2 * MINUTE)
    const position = t.live.position()
    for (const made of ['', 'x', '-1', '1e3', '99999999999999', `${Number(position) + 6_000}`])
      assert.deepEqual(t.back(made), ['reset'], `made up: ${made}`)
    t.pass(MINUTE)
    assert.deepEqual(t.back(position), ['reset'], 'too long ago')
    const later = t.live.position()
    t.live.reset([org])
    assert.deepEqual(t.back(later), ['reset'], 'lost on the way')
    assert.deepEqual(t.back(later, other), [], 'only there')
    t.live.reset()
    assert.deepEqual(t.back(later, other), ['reset'], 'lost everywhere')
  })

  it('is told to read anew when more happened than is remembered', () => {
    using t = longRunning()
    t.pass(2 * MINUTE)
    const position = t.live.position()
    t.pass(1)
    for (let n = 0; n < 1_001; n++) t.live.receive([change()])
    assert.deepEqual(t.back(position), ['reset'])
    t.pass(6_000)
    assert.deepEqual(t.back(t.live.position()), [])
  })

  it('finds no trace of another clock after the time was corrected', () => {
    using t = longRunning()
    t.pass(2 * MINUTE)
    const position = t.live.position()
    t.live.setTime(t.live.now() + 500)
    assert.deepEqual(t.back(position), [])
    t.live.setTime(t.live.now() - 7_000)
    assert.deepEqual(t.back(position), ['reset'])
  })
})
