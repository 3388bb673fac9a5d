import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { createTokens, tokensOf } from '#modules/iam/contract.ts'
import { submitForm } from '#modules/intake/contract.ts'
import { createClient } from '#platform/contract/client.ts'
import { newId } from '#platform/ids.ts'
import { publishThankWorkflow } from '#programs/demo-workflow.ts'
import { startFakeSmtp } from '#test/fakes/smtp.ts'
import { makeDataDir, type Program, startProgram, superuserUrlOf } from '#test/program.ts'

/** One submission that the program is killed over. */
interface Scene {
  email: string
  submissionId: string
  formKey: string
}

describe('kill -9 of the whole program', () => {
  let data: ReturnType<typeof makeDataDir>
  let program: Program
  let formKey = ''
  before(async () => {
    data = makeDataDir()
    program = await startProgram(data.dir)
    formKey = await publish({ amount: 1.5, unit: 'seconds' })
  })
  after(async () => {
    await program?.stop()
    data?.remove()
  })

  async function publish(wait: { amount: number; unit: 'seconds' }): Promise<string> {
    const baseUrl = program.url
    const { accessToken } = tokensOf(
      await createClient({ baseUrl }).call(createTokens, {
        body: { email: program.email, password: program.password },
      }),
    )
    const client = createClient({ baseUrl, headers: () => ({ authorization: `Bearer ${accessToken}` }) })
    return (await publishThankWorkflow(client, wait)).formKey
  }

  async function scalar(text: string, values: unknown[]): Promise<number> {
    const client = new pg.Client({ connectionString: superuserUrlOf(data.dir) })
    await client.connect()
    try {
      return Number((await client.query(text, values)).rows[0]?.n)
    } finally {
      await client.end()
    }
  }
  /** Asks again and again until the count is reached; the suite's time limit is the only clock. */
  async function reaches(text: string, values: unknown[], wanted: number): Promise<void> {
    while ((await scalar(text, values)) < wanted) {}
  }

  const newScene = (): Scene => {
    const submissionId = newId()
    return { submissionId, email: `${submissionId}@example.com`, formKey }
  }
  const answersOf = (scene: Scene) => ({ name: 'Kim', email: scene.email, budget: '$10000+' })
  const submit = (scene: Scene) =>
    createClient({ baseUrl: program.url }).call(submitForm, {
      params: { formKey: scene.formKey },
      body: { submissionId: scene.submissionId, answers: answersOf(scene) },
    })
  const runOf = `from flow.runs r join intake.leads l on l.id = r.lead_id where l.email = $1`
  const restart = async (env?: Record<string, string>) => {
    program = await startProgram(data.dir, env)
  }

  /** Exactly one of everything, once the run is over. */
  async function assertOnce(scene: Scene): Promise<void> {
    const mail = (subject: string) =>
      scalar(
        `select count(*) as n from mail.messages where recipients->0->>'address' = $1 and subject like $2 and status = 'sent'`,
        [scene.email, subject],
      )
    await reaches(`select count(*) as n ${runOf} and r.status = 'completed'`, [scene.email], 1)
    // The first e-mail may come last: its job waits until the lease of the worker that died is over.
    for (const subject of ['Thank you%', 'Shall we%']) while ((await mail(subject)) === 0) {}
    assert.equal(await scalar('select count(*) as n from intake.leads where email = $1', [scene.email]), 1)
    assert.equal(await scalar(`select count(*) as n ${runOf}`, [scene.email]), 1)
    assert.equal(await mail('Thank you%'), 1)
    assert.equal(await mail('Shall we%'), 1)
    assert.equal(
      await scalar(`select count(*) as n from flow.steps s where s.run_id in (select r.id ${runOf})`, [
        scene.email,
      ]),
      6,
    )
    const notices = `select count(*) as n from iam.notifications where body like '%' || $1 || '%'`
    assert.equal(await scalar(notices, [scene.email]), 1)
  }

  it('before the form is answered: the sender tries again and it happened once', async () => {
    const scene = newScene()
    const body = JSON.stringify({ submissionId: scene.submissionId, answers: answersOf(scene) })
    const { hostname, port } = new URL(program.url)
    await new Promise<void>(resolve => {
      const socket = connect(Number(port), hostname, () => {
        const head = `POST /v1/public/forms/${scene.formKey}/submissions HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`
        socket.write(head + body, () => resolve())
      })
      socket.on('error', () => {})
    })
    await program.killNow()
    await restart()
    await submit(scene)
    await assertOnce(scene)
  })

  it('at the moment the form is answered', async () => {
    const scene = newScene()
    await submit(scene)
    await program.killNow()
    await restart()
    await assertOnce(scene)
  })

  it('when the first steps are stored', async () => {
    const scene = newScene()
    await submit(scene)
    await reaches(
      `select count(*) as n from flow.steps s where s.run_id in (select r.id ${runOf})`,
      [scene.email],
      1,
    )
    await program.killNow()
    await restart()
    await assertOnce(scene)
  })

  it('while the run waits, together with the database', async () => {
    const scene = newScene()
    await submit(scene)
    await reaches(`select count(*) as n ${runOf} and r.status = 'waiting'`, [scene.email], 1)
    await program.killNow({ database: true })
    await restart()
    await assertOnce(scene)
  })

  it('together with the database, right after the form is answered', async () => {
    const scene = newScene()
    await submit(scene)
    await program.killNow({ database: true })
    await restart()
    await assertOnce(scene)
  })

  it('while the mail server has a message and has not said so: it is never sent again', async () => {
    const smtp = await startFakeSmtp()
    await program.stop()
    await restart({ SMTP_URL: smtp.url })
    smtp.at('answer', 'silence')
    const scene = newScene()
    const reached = smtp.reached('answer')
    await submit(scene)
    await reached
    await program.killNow()
    smtp.at('answer', null)
    await restart({ SMTP_URL: smtp.url })
    const unknown = `select count(*) as n from mail.messages where recipients->0->>'address' = $1 and status = 'unknown'`
    await reaches(unknown, [scene.email], 1)
    await reaches(`select count(*) as n ${runOf} and r.status = 'completed'`, [scene.email], 1)
    await reaches(
      `select count(*) as n from mail.messages where recipients->0->>'address' = $1 and status = 'sent'`,
      [scene.email],
      1,
    )
    assert.equal(await scalar(unknown, [scene.email]), 1)
    const subjects = smtp.received.map(({ raw }) => /^Subject: (.*)$/m.exec(raw.toString())?.[1])
    assert.deepEqual(subjects, ['Thank you, Kim', 'Shall we talk this week, Kim?'])
    await smtp.close()
  })
})
