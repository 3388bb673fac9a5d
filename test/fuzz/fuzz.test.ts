import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testApp } from '#test/app.ts'
import { makeRecords } from '../tenancy/records.ts'
import { fuzz } from './fuzz.ts'

const SEED = 20_261_121

describe('the API under hostile requests', () => {
  it('answers every one as its document says, and none with a failure', async () => {
    const app = await testApp({ TRUST_PROXY: 'true' })
    try {
      const report = await fuzz({
        origin: app.url,
        signIn: async () => {
          const owner = await app.owner()
          await makeRecords(app.kit, owner)
          return owner.accessToken
        },
        requests: 2_000,
        seed: SEED,
      })
      assert.deepEqual(report.findings, [], `seed ${SEED}`)
      assert.equal(report.requests, 2_000)
      // Requests that never get through the door would prove little.
      assert.ok(report.succeeded > report.operations / 3, `${report.succeeded} of ${report.operations}`)
      assert.equal((await fetch(`${app.url}/readyz`)).status, 200)
    } finally {
      await app.close()
    }
  })
})
