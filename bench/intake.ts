import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import pg from 'pg'
import { mixedSubmissions, STORED_OF_FORM, sendMixed } from '#test/mixed-submissions.ts'
import { makeDataDir, ownerUrlOf, startProgram, superuserUrlOf } from '#test/program.ts'
import { collect, load, percentile, type Report } from './measure.ts'

const CLIENTS = 32
const SECONDS = 5
/** A fifth of them duplicates and a twentieth malformed. */
const MIXED = 10_000
/** Of the answers that `submit` sends, with the box that it does not tick. */
const VALUES = 5

/**
 * Accepted form submissions per second, each durable as lead, values, events and run before it is answered, from 32
 * clients; beside it, in turn, the bare insert-and-commit of one small row by 32 clients on the same server. At last
 * ten thousand posts of which some come twice and some are malformed: the benchmark fails when what they leave is not
 * exactly what they should.
 */
export async function intake({ runs, say }: { runs: number; say: (text: string) => void }): Promise<Report> {
  const figures = collect('intake')
  const data = makeDataDir()
  const program = await startProgram(data.dir)
  const bare = await openBare(ownerUrlOf(data.dir))
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  const url = `${program.url.replace('localhost', '127.0.0.1')}/v1/public/forms/${program.formKey}/submissions`
  try {
    await load(CLIENTS, 2, () => submit(url, agent))
    for (let run = 1; run <= runs; run++) {
      const before = await storedOf(data.dir, program.formKey)
      const forms = await load(CLIENTS, SECONDS, () => submit(url, agent))
      const sent = forms.ms.length
      checkStored(before, await storedOf(data.dir, program.formKey), {
        leads: sent,
        values: VALUES * sent,
        events: sent,
        submissions: sent,
        runs: sent,
      })
      await drained(data.dir)
      const inserts = await load(CLIENTS, SECONDS, client => bare.insert(client))
      figures.add('form posts accepted', forms.perSecond, '/s')
      figures.add('form post p50', percentile(forms.ms, 0.5), 'ms')
      figures.add('form post p99', percentile(forms.ms, 0.99), 'ms')
      figures.add('bare insert-and-commit', inserts.perSecond, '/s')
      figures.add('ratio to bare', forms.perSecond / inserts.perSecond, '')
      say(`run ${run}: ${forms.perSecond.toFixed(0)} forms/s, ${inserts.perSecond.toFixed(0)} bare commits/s`)
    }
    const mixed = mixedSubmissions(MIXED, 1)
    const { accepted, refused, ...expected } = mixed.expected
    const before = await storedOf(data.dir, program.formKey)
    const start = performance.now()
    const answered = await sendMixed(url, mixed, CLIENTS)
    figures.add('mixed posts answered', (MIXED / (performance.now() - start)) * 1000, '/s')
    checkStored({ accepted: 0, refused: 0 }, answered, { accepted, refused })
    checkStored(before, await storedOf(data.dir, program.formKey), expected)
    say(`${MIXED} mixed posts: ${accepted} accepted, ${refused} refused, ${expected.leads} leads, exactly`)
    return figures.report(runs)
  } finally {
    agent.destroy()
    await bare.close()
    await program.stop()
    data.remove()
  }
}

export function submit(url: string, agent: Agent): Promise<void> {
  const id = randomUUID()
  const body = JSON.stringify({
    submissionId: id,
    answers: { name: 'Grace Hopper', email: `${id}@example.com`, budget: '$500', message: 'Hello' },
  })
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      response => {
        response.resume()
        response.once('end', () =>
          response.statusCode === 201
            ? resolve()
            : reject(new Error(`The form answered ${response.statusCode}.`)),
        )
      },
    )
    call.once('error', reject)
    call.end(body)
  })
}

async function openBare(url: string) {
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      return client
    }),
  )
  await clients[0]?.query(
    'create table if not exists public.bench_bare (id uuid primary key, body text not null)',
  )
  return {
    insert: async (client: number) => {
      await clients[client]?.query({
        name: 'insert',
        text: 'insert into public.bench_bare (id, body) values ($1, $2)',
        values: [randomUUID(), 'one small row'],
      })
    },
    close: () => Promise.all(clients.map(client => client.end())),
  }
}

async function scalar(dir: string, text: string): Promise<number> {
  const client = new pg.Client({ connectionString: superuserUrlOf(dir) })
  await client.connect()
  try {
    return Number((await client.query<{ n: string }>(text)).rows[0]?.n)
  } finally {
    await client.end()
  }
}

async function storedOf(dir: string, formKey: string): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: superuserUrlOf(dir) })
  await client.connect()
  try {
    return (await client.query<Record<string, number>>(STORED_OF_FORM, [formKey])).rows[0] ?? {}
  } finally {
    await client.end()
  }
}

type Counts = Readonly<Record<string, number>>

/** Throws unless exactly so much has come to what was there. */
function checkStored(before: Counts, after: Counts, come: Counts): void {
  for (const [name, count] of Object.entries(come)) {
    const found = (after[name] ?? 0) - (before[name] ?? 0)
    if (found !== count) throw new Error(`${count} ${name} were expected, and there are ${found}.`)
  }
}

/** Waits until the engine has caught up, so that its work does not count against the bare inserts. */
async function drained(dir: string): Promise<void> {
  while (
    (await scalar(
      dir,
      'select (select count(*) from flow.ready) + (select count(*) from jobs.ready where run_at <= now()) as n',
    )) > 0
  ) {
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}
