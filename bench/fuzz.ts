import { randomUUID } from 'node:crypto'
import { type FuzzReport, fuzz } from '#test/fuzz/fuzz.ts'
import { makeDataDir, type Program, startProgram } from '#test/program.ts'

const PASSWORD = 'correct-horse-battery'
const LAG_EVERY_MS = 2_000
/** A process that is held up longer than this answers nobody meanwhile. */
const LAG_MAX_MS = 100

export interface FuzzRun extends FuzzReport {
  seed: number
  /** Longest time that the server's event loop was held up, in milliseconds. */
  loopHeldMs: number
  /** The spans of two seconds that had one above 100 ms: how long, and when in the run. */
  spansHeld: string[]
  perSecond: number
}

/**
 * Sends generated requests to a server in a process of its own, most of them as the owner of an organization, some as
 * nobody. Throws when an answer is not what the OpenAPI document says, or the process is gone.
 */
export async function fuzzServer(options: {
  requests: number
  seed: number
  say: (text: string) => void
}): Promise<FuzzRun> {
  const data = makeDataDir()
  const program = await startProgram(data.dir, { TRUST_PROXY: 'true', MILLRACE_DEMO_PASSWORD: PASSWORD })
  const lag = await watchLoop(program)
  const start = performance.now()
  let signIns = 0
  try {
    const origin = program.url.replace('localhost', '127.0.0.1')
    const report = await fuzz({
      origin,
      seed: options.seed,
      requests: options.requests,
      signIn: () => (signIns++ === 0 ? tokens(origin, program.email) : freshOwner(origin)),
      onProgress: done => {
        if (done % 5_000 === 0) options.say(`${done.toLocaleString('en')} requests`)
      },
    })
    const seconds = (performance.now() - start) / 1000
    const { loopHeldMs, spansHeld } = lag.stop()
    if ((await fetch(`${origin}/readyz`)).status !== 200) throw new Error('The server is no longer ready.')
    const run = {
      ...report,
      seed: options.seed,
      loopHeldMs,
      spansHeld,
      perSecond: Math.round(report.requests / seconds),
    }
    say(run, options.say)
    if (report.findings.length > 0) throw new Error(`${report.findings.length} kinds of answers were wrong.`)
    return run
  } finally {
    lag.stop()
    await program.stop()
    data.remove()
  }
}

function say(run: FuzzRun, print: (text: string) => void): void {
  for (const { what, request } of run.findings) print(`${what}\n    ${request.slice(0, 1_000)}`)
  print(
    `${run.requests.toLocaleString('en')} requests to ${run.operations} operations (seed ${run.seed}), ${run.perSecond}/s, ${run.succeeded} of them with success: ${JSON.stringify(run.statuses)}`,
  )
  print(
    `The event loop was held up for ${run.loopHeldMs} ms at most, above ${LAG_MAX_MS} ms in ${run.spansHeld.length} spans of two seconds${run.spansHeld.map(span => `; ${span}`).join('')}.`,
  )
}

/**
 * Asks the server how long its event loop was held up; each answer is about the time since the one before, so the
 * first one is thrown away: it is about the program's start.
 */
async function watchLoop(program: Program) {
  const start = performance.now()
  let loopHeldMs = 0
  const spansHeld: string[] = []
  await loopHeld(program)
  const timer = setInterval(async () => {
    const ms = await loopHeld(program)
    loopHeldMs = Math.max(loopHeldMs, ms)
    if (ms > LAG_MAX_MS) spansHeld.push(`${ms} ms at ${Math.round((performance.now() - start) / 1000)} s`)
  }, LAG_EVERY_MS)
  return {
    stop() {
      clearInterval(timer)
      return { loopHeldMs, spansHeld }
    },
  }
}

async function loopHeld(program: Program): Promise<number> {
  const text = await fetch(`${program.url}/metrics`).then(
    answer => answer.text(),
    () => '',
  )
  return Math.round(Number(/^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(text)?.[1] ?? 0) * 1000)
}

async function post(url: string, body: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': `203.0.113.${Math.floor(Math.random() * 250)}`,
    },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return response.json()
}

async function tokens(origin: string, email: string): Promise<string> {
  const answer = await post(`${origin}/v1/auth/tokens`, { email, password: PASSWORD })
  return (answer as { accessToken: string }).accessToken
}

async function freshOwner(origin: string): Promise<string> {
  const email = `${randomUUID()}@example.com`
  await post(`${origin}/v1/auth/sign-up`, {
    name: 'Grace Hopper',
    email,
    password: PASSWORD,
    organizationName: 'Acme',
  })
  return tokens(origin, email)
}
