import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { submitForm } from '#modules/intake/contract.ts'
import { createClient } from '#platform/contract/client.ts'
import { FAULT_POINTS } from '#platform/faults.ts'
import { newId } from '#platform/ids.ts'
import { publishThankWorkflow } from '#programs/demo-workflow.ts'
import { modules } from '#programs/modules.ts'
import { type TestKit, testKit } from '#test/database.ts'
import { signedInOwner } from '#test/people.ts'
import { serverProcesses } from '#test/server-process.ts'

/** What the way of one form submission passes, from its post to the answer; its run is started in the same transaction. */
const POINTS = FAULT_POINTS.filter(
  point => point.startsWith('submission.') || point === 'start.before_commit',
)
/** Everything that one submission leaves, by where it is; `%` is the address. */
const PARTS = {
  people: 'crm.people p join crm.positions o on o.person_id = p.id where o.email_key = $1',
  leads: 'intake.leads where email_key = $1',
  values: 'intake.lead_values v join intake.leads l on l.id = v.lead_id where l.email_key = $1',
  events: 'intake.lead_events e join intake.leads l on l.id = e.lead_id where l.email_key = $1',
  published: `events.events where payload->>'email' = $1 or payload->'answers'->>'email' = $1`,
  runs: 'flow.runs r join intake.leads l on l.id = r.lead_id where l.email_key = $1',
  submissions: `intake.submissions s where submission_id = any (select (e.metadata->>'submissionId')::uuid
    from intake.lead_events e join intake.leads l on l.id = e.lead_id where l.email_key = $1)`,
}
// A box that was not ticked is an answer too; the history has the form and its run; the person, the lead and the form are told of.
const WHOLE = { people: 1, leads: 1, values: 4, events: 2, published: 3, runs: 1, submissions: 1 }
const NOTHING = { people: 0, leads: 0, values: 0, events: 0, published: 0, runs: 0, submissions: 0 }

describe('a process that is killed between two steps of a submission', () => {
  let t: TestKit
  let processes: ReturnType<typeof serverProcesses>
  let formKey = ''
  before(async () => {
    t = await testKit({ modules })
    processes = serverProcesses(t, {
      MILLRACE_ROLE: 'api',
      DATABASE_POOL: '4',
      INTAKE_SMTP_PORT: 'off',
    })
    const server = await processes.start()
    const { client } = await signedInOwner(t.kit, server.url)
    formKey = (await publishThankWorkflow(client, { amount: 1, unit: 'hours' })).formKey
    await server.end()
  })
  after(async () => {
    processes.killAll()
    await t.close()
  })

  async function partsOf(email: string): Promise<Record<string, number>> {
    const counts = Object.entries(PARTS).map(
      ([name, from]) => `(select count(*)::int from ${from}) as "${name}"`,
    )
    const [row] = await t.asSuperuser<Record<string, number>>(`select ${counts.join(', ')}`, [email])
    return { ...row }
  }
  const scenes = POINTS.map(point => ({ point, submissionId: newId(), email: `${newId()}@example.com` }))
  const send = (url: string, { submissionId, email }: (typeof scenes)[number]) =>
    createClient({ baseUrl: url }).call(submitForm, {
      params: { formKey },
      body: { submissionId, answers: { name: 'Kim', email, budget: '$10000+' } },
    })

  it('leaves the whole lead or nothing of it, wherever it was', async () => {
    assert.equal(POINTS.length, 6)
    const left: Record<string, unknown> = {}
    for (const scene of scenes) {
      const server = await processes.start(scene.point)
      await assert.rejects(send(server.url, scene), scene.point)
      assert.equal(await server.ended(), 'SIGKILL', scene.point)
      left[scene.point] = await partsOf(scene.email)
    }
    assert.deepEqual(
      left,
      Object.fromEntries(POINTS.map(point => [point, point.endsWith('after_commit') ? WHOLE : NOTHING])),
    )
  })

  it('and the same submission sent again makes it whole, once', async () => {
    const server = await processes.start()
    for (const scene of scenes) {
      await send(server.url, scene)
      await send(server.url, scene)
      assert.deepEqual(await partsOf(scene.email), WHOLE, scene.point)
    }
    await server.end()
  })
})
