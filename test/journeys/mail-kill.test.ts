import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createTokens, tokensOf } from '#modules/iam/contract.ts'
import { GOOD_PASSWORD, makeOwner } from '#modules/iam/factories.ts'
import { saveMailInbox } from '#modules/intake/contract.ts'
import { createClient } from '#platform/contract/client.ts'
import { type FaultPoint, MAIL_FAULT_POINTS } from '#platform/faults.ts'
import { publishThankWorkflow } from '#programs/demo-workflow.ts'
import { modules } from '#programs/modules.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { handOver, letter } from '#test/fakes/mail-client.ts'

const root = join(import.meta.dirname, '../..')

describe('a process that is killed while e-mail comes in', () => {
  let t: TestKit
  let address = ''
  const children: ChildProcess[] = []
  before(async () => {
    t = await testKit({ modules })
    const owner = await makeOwner(t.kit)
    const server = await startServer()
    const { accessToken } = tokensOf(
      await createClient({ baseUrl: server.url }).call(createTokens, {
        body: { email: owner.email, password: GOOD_PASSWORD },
      }),
    )
    const client = createClient({
      baseUrl: server.url,
      headers: () => ({ authorization: `Bearer ${accessToken}` }),
    })
    const { workflowId } = await publishThankWorkflow(client, { amount: 1, unit: 'hours' })
    const inbox = await client.call(saveMailInbox, { body: { isOpen: true, workflowId } })
    address = inbox.address ?? ''
    await server.end()
  })
  after(async () => {
    for (const child of children) child.kill('SIGKILL')
    await t.close()
  })

  /** The whole product as a process of its own on the test's database; with a fault it ends itself there. */
  async function startServer(fault?: FaultPoint) {
    const child = spawn(process.execPath, ['chaos/process.ts'], {
      cwd: root,
      env: {
        ...process.env,
        MILLRACE_DATA: t.kit.config.dataDir,
        MILLRACE_SEED: 'none',
        DATABASE_URL: t.ownerUrl,
        DATABASE_POOL: '6',
        INTAKE_SMTP_PORT: '0',
        LOG_LEVEL: 'silent',
        PORT: '0',
        ...(fault === undefined ? {} : { MILLRACE_FAULT: `${fault}:1` }),
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    children.push(child)
    const ended = once(child, 'exit')
    let output = ''
    child.stderr.on('data', data => {
      output += data
    })
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', data => {
        output += data
        const ready = /^ready (\S+)$/m.exec(output)
        if (ready) resolve(ready[1] ?? '')
      })
      child.once('exit', () => reject(new Error(`The server did not start:\n${output}`)))
    })
    return {
      url,
      mailPort: Number(/^mail (\d+)$/m.exec(output)?.[1]),
      /** The signal that ended it. */
      ended: async () => (await ended)[1],
      end: async () => {
        child.kill('SIGTERM')
        await ended
      },
    }
  }

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
      const server = await startServer(scene.point)
      const refusal = await send(server.mailPort, scene)
      assert.equal(await server.ended(), 'SIGKILL', scene.point)
      const stored = await countOf('intake.mails where envelope_from = $1', scene.email)
      assert.ok(refusal !== null || stored === 1, `${scene.point}: what was said to be there is there`)
      told[scene.point] = stored === 1
      const server2 = await startServer()
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
