import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { type TestKit, testKit } from '#test/database.ts'
import { asOwnerRole } from './owner.ts'

let t: TestKit
before(async () => {
  t = await testKit()
})
after(() => t.close())

it('a server that goes away in the middle fails the work, and not the process', async () => {
  await assert.rejects(
    asOwnerRole(t.ownerUrl, 'test', async client => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
      const gone = new Promise<void>(resolve => {
        client.once('end', () => resolve())
      })
      await t.asSuperuser('select pg_terminate_backend($1)', [rows[0]?.pid])
      await gone
      await client.query('select 1')
    }),
  )
  const names = await asOwnerRole(t.ownerUrl, 'test', client =>
    client.query(`select current_setting('application_name') as name, current_user as role`),
  )
  assert.deepEqual(names.rows, [{ name: 'millrace test', role: 'millrace_owner' }])
})
