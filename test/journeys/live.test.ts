import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { createTokens, tokensOf } from '#modules/iam/contract.ts'
import { submitForm } from '#modules/intake/contract.ts'
import { createClient } from '#platform/contract/client.ts'
import { type EmbeddedServer, startEmbedded } from '#platform/db/embedded.ts'
import { newId } from '#platform/ids.ts'
import { type EventStream, openEventStream } from '#test/event-stream.ts'
import { makeDataDir, type Program, startProgram } from '#test/program.ts'

describe('live updates of two processes', () => {
  let data: ReturnType<typeof makeDataDir>
  let server: EmbeddedServer
  let api: Program
  let worker: Program
  let authorization = ''
  const startServer = () => startEmbedded({ dir: join(data.dir, 'server'), settings: { fsync: 'off' } })
  before(async () => {
    data = makeDataDir()
    server = await startServer()
    const env = { DATABASE_URL: server.ownerUrl, LOG_LEVEL: 'silent' }
    api = await startProgram(data.dir, { ...env, MILLRACE_ROLE: 'api' })
    worker = await startProgram(data.dir, { ...env, MILLRACE_ROLE: 'worker', METRICS_PORT: '0' })
    const { accessToken } = tokensOf(
      await createClient({ baseUrl: api.url }).call(createTokens, {
        body: { email: api.email, password: api.password },
      }),
    )
    authorization = `Bearer ${accessToken}`
  })
  after(async () => {
    await Promise.all([api?.stop(), worker?.stop()])
    await server?.stop()
    data?.remove()
  })

  const open = (headers: Record<string, string> = {}) =>
    openEventStream(`${api.url}/v1/live`, { authorization, ...headers })
  const submit = () =>
    createClient({ baseUrl: api.url }).call(submitForm, {
      params: { formKey: api.formKey },
      body: {
        submissionId: newId(),
        answers: { name: 'Kim', email: `${newId()}@example.com`, budget: '$10000+' },
      },
    })
  /** Submits until the server takes it. */
  const submitted = async () => {
    for (let isTaken = false; !isTaken; ) {
      isTaken = await submit().then(
        () => true,
        () => false,
      )
    }
  }
  /** Only the worker tells of progress. */
  const progress = (stream: EventStream, since = 0) =>
    stream.find(event => event.data.type === 'run.progressed' && stream.events.indexOf(event) >= since)

  const LISTENING = `from pg_stat_activity where application_name = 'millrace live'`
  const pidsOnServer = async () =>
    (await onServer<{ pid: number }>(`select pid ${LISTENING}`)).map(({ pid }) => pid)

  async function onServer<R extends pg.QueryResultRow>(text: string): Promise<R[]> {
    const client = new pg.Client({ connectionString: server.adminUrl })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query<R>(text)).rows
    } finally {
      await client.end().catch(() => {})
    }
  }

  it('show what the worker does, also after the session that listens was ended', async () => {
    const stream = await open()
    await submit()
    assert.ok(await progress(stream))
    const ended = await onServer(`select pg_terminate_backend(pid) ${LISTENING}`)
    assert.equal(ended.length, 1, 'only the process that has readers listens')
    const mark = stream.events.length
    await submit()
    assert.ok(await progress(stream, mark))
    assert.ok(!stream.events.some(({ event }) => event === 'reset'))
    stream.close()
  })

  it('go on where a stream was cut off', async () => {
    const first = await open()
    await submit()
    const { id = '' } = (await progress(first)) ?? {}
    first.close()
    const early = await open({ 'last-event-id': String(Number(id) - 3_600_000) })
    assert.equal((await early.find(({ event }) => event !== 'hello'))?.event, 'reset')
    early.close()
    // The process must have been there for as long as is looked back.
    let stream = await open({ 'last-event-id': id })
    while ((await stream.find(({ event }) => event !== 'hello'))?.event === 'reset') {
      const beat = await stream.find(({ event }) => event === 'beat')
      stream.close()
      await submit()
      stream = await open({ 'last-event-id': beat?.id ?? '' })
    }
    const known = new Set(first.events.map(event => event.data.id))
    assert.ok(await stream.find(event => event.event === 'message' && !known.has(event.data.id)))
    stream.close()
  })

  it('outlive the death of the backend that notifies, which makes the database recover from a crash', async () => {
    const stream = await open()
    await stream.find(({ event }) => event === 'hello')
    const [pid = 0] = await pidsOnServer()
    process.kill(pid, 'SIGKILL')
    while ((await pidsOnServer().catch(() => [])).every(other => other === pid)) {}
    await submitted()
    // The stream may have ended while nobody could say who its reader is; what it missed comes then.
    const reader = (await progress(stream))
      ? stream
      : await open({ 'last-event-id': stream.events.at(-1)?.id ?? '' })
    assert.ok(await reader.find(({ event, data }) => event === 'reset' || data.type === 'run.progressed'))
    reader.close()
  })

  it('are read anew when the database was restarted, and go on', async () => {
    let stream = await open()
    const { id = '' } = (await stream.find(({ event }) => event === 'hello')) ?? {}
    await server.stop()
    server = await startServer()
    // The stream ends if it is looked at while nobody can say who its reader is; readers come back.
    while (!(await stream.find(({ event }) => event === 'reset'))) {
      stream = await open({ 'last-event-id': id }).catch(() => stream)
    }
    const mark = stream.events.length
    await submitted()
    assert.ok(await progress(stream, mark))
    stream.close()
  })

  it('and a worker answers for itself', async () => {
    const url = /Health and metrics {2}(\S+)/.exec(worker.output())?.[1] ?? ''
    assert.equal((await fetch(`${url}/healthz`)).status, 200)
    assert.equal((await fetch(`${url}/v1/session`)).status, 404)
    const metrics = await (await fetch(`${url}/metrics`)).text()
    assert.match(metrics, /^live_packets_sent [1-9]/m)
    assert.match(metrics, /^flow_ready_runs /m)
  })
})
