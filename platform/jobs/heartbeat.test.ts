import assert from 'node:assert/strict'
import { after, before, it, mock } from 'node:test'
import { type TestKit, testKit } from '#test/database.ts'
import type { Database } from '../db/database.ts'
import { startHeartbeat } from './heartbeat.ts'

let t: TestKit
before(async () => {
  t = await testKit({ modules: [] })
})
after(async () => {
  mock.timers.reset()
  await t.close()
})

it('a worker that has given its leases up is not alive, and a beat that was under way does not bring it back', async () => {
  mock.timers.enable({ apis: ['setInterval'] })
  const asked = Promise.withResolvers<void>()
  const late = Promise.withResolvers<void>()
  let beats = 0
  const db: Database = {
    ...t.kit.db,
    withGlobal: async work => {
      if (++beats === 2) {
        asked.resolve()
        await late.promise
      }
      return t.kit.db.withGlobal(work)
    },
  }
  const heartbeat = await startHeartbeat(db, t.kit.log, 'test')
  const rows = () => t.asSuperuser('select 1 from jobs.workers where id = $1', [heartbeat.workerId])
  assert.deepEqual([heartbeat.isAlive(), (await rows()).length], [true, 1])
  mock.timers.tick(500)
  await asked.promise
  const stopped = heartbeat.stop()
  assert.equal(heartbeat.isAlive(), false)
  late.resolve()
  await stopped
  assert.equal((await rows()).length, 0)
})
