import { chmodSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import {
  createImport,
  getImport,
  type Import,
  PART_BYTES,
  startImport,
  uploadImport,
} from '#modules/crm/contract.ts'
import { createTokens, tokensOf } from '#modules/iam/contract.ts'
import { type Client, createClient } from '#platform/contract/client.ts'
import { Seeded } from '#platform/seeded.ts'
import { makeDataDir, type Program, startProgram, superuserUrlOf } from '#test/program.ts'
import { collect, type Report } from './measure.ts'

const ROWS = 100_000
const COMPANIES = 20_000
const KILLS = 10
const SEED = 20_261_121
const PASSWORD = 'correct-horse-battery'
const LOOK_MS = 50
const HEADING = 'First name,Last name,Email,Job title,Phone,Company,Website,City,Postal code,Employees'

/**
 * Seconds for a file of 100,000 people with positions at 20,000 companies, from the upload over the check of the whole file to
 * the last row, beside the COPY of the same bytes into one table without an index in the same round; then one more file
 * whose program is killed ten times on the way.
 */
export async function importing({
  runs,
  say,
}: {
  runs: number
  say: (text: string) => void
}): Promise<Report> {
  const figures = collect('import')
  const data = makeDataDir()
  const env = { MILLRACE_DEMO_PASSWORD: PASSWORD }
  let program = await startProgram(data.dir, env)
  try {
    // An installation in use has statistics of its tables; an empty one gets its first after some seconds.
    await whole(await signedIn(program), fileOf('warm', ROWS / 10))
    await setTimeout(6_000)
    for (let run = 1; run <= runs; run++) {
      const content = fileOf(`r${run}`, ROWS)
      const copy = await copied(data.dir, content)
      const { checkS, takeS } = await whole(await signedIn(program), content)
      figures.add('check of the whole file', checkS, 's')
      figures.add('taking in', takeS, 's')
      figures.add('rows taken in', ROWS / takeS, '/s')
      figures.add('COPY of the same bytes', copy, 's')
      figures.add('times the COPY', takeS / copy, '')
      say(
        `run ${run}: check ${checkS.toFixed(1)} s, taking in ${takeS.toFixed(1)} s, COPY ${copy.toFixed(2)} s`,
      )
    }
    const killed = await killedOnTheWay(program, data.dir, env, say)
    program = killed.program
    figures.add(`people of ${ROWS} after ${KILLS} deaths`, killed.people, '')
    figures.add('positions', killed.positions, '')
    figures.add('companies', killed.companies, '')
    return figures.report(runs)
  } finally {
    await program.stop()
    data.remove()
  }
}

async function signedIn({ url, email }: Program): Promise<Client> {
  const body = { email, password: PASSWORD }
  const { accessToken } = tokensOf(await createClient({ baseUrl: url }).call(createTokens, { body }))
  return createClient({ baseUrl: url, headers: () => ({ authorization: `Bearer ${accessToken}` }) })
}

function fileOf(name: string, rows: number): Buffer {
  const companies = Math.min(COMPANIES, rows / 5)
  const lines = Array.from({ length: rows }, (_, n) => {
    const of = n % companies
    return `First${n % 977},Last ${name} ${n},p${n}@${name}-${of}.example,Head of ${n % 50},+336${String(n).padStart(8, '0')},${name} ${of},https://${name}-${of}.example,Paris,75011,11-50`
  })
  return Buffer.from(`${HEADING}\n${lines.join('\n')}\n`)
}

/** Uploads a file, waits for its check and starts it. */
async function begun(client: Client, content: Buffer): Promise<{ id: string; checkS: number }> {
  const body = { object: 'person', fileName: 'people.csv', fileBytes: content.length } as const
  const { id } = await client.call(createImport, { body })
  const params = { importId: id }
  for (let offset = 0; offset < content.length; offset += PART_BYTES) {
    const bytes = new Uint8Array(content.subarray(offset, offset + PART_BYTES))
    await client.call(uploadImport, { params, query: { offset } }, { bytes })
  }
  const start = performance.now()
  await until(client, id, ({ findings }) => findings?.state === 'done')
  const checkS = (performance.now() - start) / 1_000
  await client.call(startImport, { params })
  return { id, checkS }
}

async function until(client: Client, importId: string, isSo: (item: Import) => boolean): Promise<Import> {
  for (;;) {
    const item = await client.call(getImport, { params: { importId } })
    if (item.status === 'failed') throw new Error(item.failure ?? 'The import failed.')
    if (isSo(item)) return item
    await setTimeout(LOOK_MS)
  }
}

async function whole(client: Client, content: Buffer): Promise<{ checkS: number; takeS: number }> {
  const { id, checkS } = await begun(client, content)
  const start = performance.now()
  const { counts } = await until(client, id, ({ status }) => status === 'done')
  const rows = content.toString('latin1').split('\n').length - 2
  if (counts.peopleCreated !== rows) throw new Error(`${counts.peopleCreated} of ${rows} people were made.`)
  return { checkS, takeS: (performance.now() - start) / 1_000 }
}

async function copied(dir: string, content: Buffer): Promise<number> {
  const path = join(tmpdir(), `millrace-copy-${process.pid}.csv`)
  writeFileSync(path, content)
  chmodSync(path, 0o644)
  const client = new pg.Client(superuserUrlOf(dir))
  await client.connect()
  try {
    const columns = HEADING.split(',').map((_, at) => `c${at} text`)
    await client.query(`create table public.copied (${columns.join(', ')})`)
    const start = performance.now()
    await client.query(`copy public.copied from '${path}' csv header`)
    const seconds = (performance.now() - start) / 1_000
    await client.query('drop table public.copied')
    return seconds
  } finally {
    await client.end()
  }
}

/** Takes a file in while the program dies at ten places, as a power cut of the process, and is started again. */
async function killedOnTheWay(
  first: Program,
  dir: string,
  env: Record<string, string>,
  say: (text: string) => void,
): Promise<{ program: Program; people: number; positions: number; companies: number }> {
  const random = new Seeded(SEED)
  const places = Array.from({ length: KILLS }, () => random.whole(0, ROWS - 1)).sort((a, b) => a - b)
  let program = first
  const { id } = await begun(await signedIn(program), fileOf('killed', ROWS))
  for (const place of places) {
    const client = await signedIn(program)
    const { rowsDone } = await until(client, id, item => item.rowsDone >= place || item.status === 'done')
    await program.killNow()
    say(`killed behind row ${rowsDone}`)
    program = await startProgram(dir, env)
  }
  await until(await signedIn(program), id, ({ status }) => status === 'done')
  const client = new pg.Client(superuserUrlOf(dir))
  await client.connect()
  try {
    const found = await client.query<{ people: number; positions: number; companies: number }>(
      `select (select count(*)::int from crm.people where last_name like 'Last killed %') as people,
        (select count(*)::int from crm.positions where email_key like '%@killed-%') as positions,
        (select count(*)::int from crm.companies where name like 'killed %') as companies`,
    )
    const [row] = found.rows
    if (row?.people !== ROWS || row.positions !== ROWS || row.companies !== COMPANIES)
      throw new Error(`Something was lost or doubled: ${JSON.stringify(row)}`)
    return { program, ...row }
  } finally {
    await client.end()
  }
}
