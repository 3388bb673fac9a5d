import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { type FakeSmtp, startFakeSmtp } from '#test/fakes/smtp.ts'
import { type FaultReport, Faults } from './faults.ts'
import { Installation } from './installation.ts'
import { connected, findViolations, readInvariants, type Violation } from './invariants.ts'
import { type Confirmed, Load } from './load.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { quantile, ResumeTimes } from './resume.ts'

export interface ChaosOptions {
  readonly seed: number
  /** So many processes are ended by force, at least; all named points and kinds of faults have their turn anyway. */
  readonly kills: number
  readonly say?: (text: string) => void
  /** Looks at the database once everything is over and before it is removed. */
  readonly inspect?: (client: pg.Client) => Promise<void>
}

export interface ChaosResult {
  readonly seed: number
  readonly kills: number
  readonly runs: number
  /** Confirmed to a client and not there. */
  readonly lostRuns: number
  /** Steps that did something twice, by the word of those it was done to. */
  readonly duplicateEffects: number
  readonly invariantViolations: number
  /** From the death of the process that held a run to the run's next step, in whole milliseconds. */
  readonly resumeP50Ms: number
  readonly resumeP99Ms: number
  readonly resumeSamples: number
  readonly faults: FaultReport
  readonly unexpectedDeaths: readonly string[]
  /** What was found, in words. */
  readonly findings: readonly string[]
}

const DRAIN_MS_MAX = 90_000
const DRAIN_LOOK_MS = 200

const OPEN_WORK = `
  select (select count(*) from flow.runs where status not in ('completed', 'failed', 'cancelled'))
    + (select count(*) from jobs.jobs where status = 'pending') + (select count(*) from events.pending) as n`

/** Runs an installation of its own under load while everything goes wrong, then looks at what is left. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-chaos-'))
  // PostgreSQL does not run as root: its unprivileged account must be able to enter the folder.
  chmodSync(dir, 0o755)
  const smtp = await startFakeSmtp()
  const receiver = await startReceiver(options.seed)
  try {
    const installation = await Installation.start(dir, {
      MILLRACE_SEED: 'none',
      SMTP_URL: smtp.url,
      EGRESS_ALLOW: receiver.host,
      FORM_POSTS_PER_MINUTE: '1000000',
      INTAKE_SMTP_PORT: 'off',
      API_REQUESTS_PER_MINUTE: '1000000',
      API_REQUESTS_PER_MINUTE_ORGANIZATION: '1000000',
      DATABASE_POOL: '8',
      LOG_LEVEL: 'silent',
    })
    try {
      return await breakEverything(options, { installation, smtp, receiver })
    } finally {
      await installation.stop()
    }
  } finally {
    await smtp.close()
    await receiver.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

interface Scene {
  readonly installation: Installation
  readonly smtp: FakeSmtp
  readonly receiver: Receiver
}

async function breakEverything(options: ChaosOptions, scene: Scene): Promise<ChaosResult> {
  const { installation, receiver } = scene
  const say = options.say ?? (() => {})
  const invariants = readInvariants()
  const always = invariants.filter(({ when }) => when === 'always')
  const violations = new Map<string, Violation>()
  const note = (found: readonly Violation[]) => {
    for (const violation of found) violations.set(violation.name, violation)
  }
  const resume = new ResumeTimes()
  const load = new Load(() => installation.url, options.seed)
  await load.begin(receiver.host)
  const faults = new Faults(installation, {
    seed: options.seed,
    kills: options.kills,
    // The database may be away just then; what cannot be asked now is not measured.
    onDeath: slot =>
      connected(installation.adminUrl, client => resume.note(client, installation.workerName(slot))).catch(
        () => {},
      ),
    onFault: async () => {
      say(`${faults.report.kills} kills, ${load.confirmed.runs.size + load.confirmed.leads.size} starts`)
      await connected(installation.adminUrl, async client =>
        note(await findViolations(client, always)),
      ).catch(() => {})
    },
  })
  await faults.run()
  await load.end()
  return connected(installation.adminUrl, async client => {
    say('Letting everything come to rest')
    await drain(client)
    note(await findViolations(client, invariants))
    const lost = await lostRuns(client, load.confirmed)
    const doubled = await doubledEffects(client, scene)
    const times = await resume.read(client)
    const runs = await client.query<{ n: string }>('select count(*) as n from flow.runs')
    await options.inspect?.(client)
    const { missedPoints } = faults.report
    return {
      seed: options.seed,
      kills: faults.report.kills,
      runs: Number(runs.rows[0]?.n),
      lostRuns: lost.length,
      duplicateEffects: doubled.length,
      invariantViolations: violations.size,
      resumeP50Ms: Math.round(quantile(times, 0.5)),
      resumeP99Ms: Math.round(quantile(times, 0.99)),
      resumeSamples: times.length,
      faults: faults.report,
      unexpectedDeaths: installation.unexpectedDeaths,
      findings: [
        ...lost,
        ...doubled,
        ...[...violations.values()].map(
          one => `${one.name}: ${one.rows}, such as ${JSON.stringify(one.first)}`,
        ),
        ...installation.unexpectedDeaths,
        ...missedPoints.map(point => `no process came by ${point}`),
      ],
    }
  })
}

/** Waits until nothing is open, or so long that what is open will stay so. */
async function drain(client: pg.Client): Promise<void> {
  const until = performance.now() + DRAIN_MS_MAX
  while (performance.now() < until) {
    const open = await client.query<{ n: string }>(OPEN_WORK)
    if (Number(open.rows[0]?.n) === 0) return
    await delay(DRAIN_LOOK_MS)
  }
}

/** Whatever a client was told has to be there, as it was told. */
async function lostRuns(client: pg.Client, confirmed: Confirmed): Promise<string[]> {
  const runs = await client.query<{ id: string }>(
    'select t.id from unnest($1::uuid[]) as t (id) where not exists (select 1 from flow.runs r where r.id = t.id)',
    [[...confirmed.runs.values()]],
  )
  const leads = await client.query<{ email: string }>(
    `select t.email from unnest($1::text[]) as t (email) where 1 <> (
       select count(*) from intake.leads l join flow.runs r on r.org_id = l.org_id and r.lead_id = l.id where l.email = t.email)`,
    [[...confirmed.leads.values()]],
  )
  return [
    ...runs.rows.map(row => `the run ${row.id} was confirmed and is lost`),
    ...leads.rows.map(row => `the lead ${row.email} was confirmed and has no single run`),
    ...confirmed.contradictions,
  ]
}

/** What the receivers saw, compared with what the database says was done. */
async function doubledEffects(client: pg.Client, { smtp, receiver }: Scene): Promise<string[]> {
  const found: string[] = []
  for (const [path, keys] of receiver.calls)
    if (keys.size !== 1) found.push(`${path} was called with ${keys.size} idempotency keys`)
  const calls = await client.query<{ path: string }>(
    `select '/' || run_id || '/' || node_id as path from flow.steps where node_type = 'http_request' and status = 'completed'`,
  )
  for (const { path } of calls.rows)
    if (!receiver.done.has(path)) found.push(`${path} is told to be done and never was`)
  const arrived = new Map<string, number>()
  for (const { raw } of smtp.received) {
    const id = /^Message-ID: (\S+)/im.exec(raw.toString('latin1'))?.[1] ?? 'no Message-ID'
    arrived.set(id, (arrived.get(id) ?? 0) + 1)
  }
  for (const [id, times] of arrived) if (times > 1) found.push(`${id} arrived ${times} times`)
  const sent = await client.query<{ rfc_message_id: string }>(
    `select rfc_message_id from mail.messages where status = 'sent'`,
  )
  for (const { rfc_message_id: id } of sent.rows)
    if (!arrived.has(id)) found.push(`${id} is told to be sent and never arrived`)
  return found
}
