import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { saveMailInbox } from '#modules/intake/contract.ts'
import { MAIL_FAULT_POINTS } from '#platform/faults.ts'
import { publishThankWorkflow } from '#programs/demo-workflow.ts'
import { modules } from '#programs/modules.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { handOver, letter } from '#test/fakes/mail-client.ts'
import { signedInOwner } from '#test/people.ts'
import { serverProcesses } from '#test/server-process.ts'

describe('a process that is killed while e-mail comes in', () => {
  let t: TestKit
  let processes: ReturnType<typeof serverProcesses>
  let address = ''
  before(async () => {
    t = await testKit({ modules })
    processes = serverProcesses(t, { DATABASE_POOL: '6', INTAKE_SMTP_PORT: '0' })
    const server = await processes.start()
    const { client } = await signedInOwner(t.kit, server.url)
    const { workflowId } = await publishThankWorkflow(client, { amount: 1, unit: 'hours' })
    const inbox = await client.call(saveMailInbox, { body: { isOpen: true, workflowId } })
    address = inbox.address ?? ''
    await server.end()
  })
  after(async () => {
    processes.killAll()
    await t.close()
  })

  async function countOf(from: string, value: string): Promise<number> {
    const [row] = await t.asSuperuser<{ n: number }>(`select count(*)::int as n from ${from}`, [value])
    return row?.n ?? 0
  }

  it('loses no message that it said it has, and makes none a lead twice', async () => {
    const told: Record<string, boolean> = {}
    const scenes = MAIL_FAULT_POINTS.map((point, n) => ({
      point,
      email: `sender${n}@example.com`,
      id: `<${n}@example.com>`,
    }))
    const send = (port: number, { email, id }: (typeof scenes)[number]) =>
      handOver(port, { from: email, to: address, raw: letter({ from: email, id }) })
    for (const scene of scenes) {
      const server = await processes.start(scene.point)
      const refusal = await send(server.mailPort, scene)
      assert.equal(await server.ended(), 'SIGKILL', scene.point)
      const stored = await countOf('intake.mails where envelope_from = $1', scene.email)
      assert.ok(refusal !== null || stored === 1, `${scene.point}: what was said to be there is there`)
      told[scene.point] = stored === 1
      const server2 = await processes.start()
      // A sender that heard nothing tries again, as each does by itself.
      if (refusal !== null) assert.equal(await send(server2.mailPort, scene), null)
      while (
        (await countOf(`intake.mails where decision = 'waiting' and envelope_from = $1`, scene.email)) > 0
      ) {}
      await server2.end()
      const leads = await countOf('intake.leads where email_key = $1', scene.email)
      const entries = await countOf(
        `intake.lead_events e join intake.leads l on l.id = e.lead_id where l.email_key = $1 and e.kind = 'EMAIL_RECEIVED'`,
        scene.email,
      )
      assert.deepEqual({ leads, entries }, { leads: 1, entries: 1 }, scene.point)
    }
    assert.deepEqual(told, {
      'mail_in.before_commit': false,
      'mail_in.after_commit': true,
      'mail_in.before_decision': true,
      'mail_in.after_decision': true,
    })
  })
})
