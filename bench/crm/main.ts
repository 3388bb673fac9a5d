import pg from 'pg'
import { signUpOrganization } from '#modules/iam/index.ts'
import { readConfig } from '#platform/config.ts'
import { inOrganization, type Kit } from '#platform/context.ts'
import { openDatabase } from '#platform/db/database.ts'
import type { Http, Implemented } from '#platform/http/handlers.ts'
import { createKit, openSecrets } from '#programs/kit.ts'
import { modules } from '#programs/modules.ts'
import { makeDataDir, ownerUrlOf, startProgram, superuserUrlOf } from '#test/program.ts'
import { collect, percentile, type Report } from '../measure.ts'
import { fill, type Size } from './seed.ts'

const BIG: Size = { people: 1_000_000, companies: 200_000, deals: 200_000, timeline: 5_000_000 }
const SMALL: Size = { people: 500, companies: 100, deals: 100, timeline: 2_000 }
const SMALL_ORGANIZATIONS = 200
const ROUNDS = 60
const WARM_UP = 5

interface Case {
  readonly name: string
  /** The route that is called, without HTTP. */
  readonly id: string
  readonly input: (places: Places, n: number) => object
}

/** Records of the big organization that cases ask for. */
interface Places {
  readonly busyCompany: string
  readonly pipeline: string
}

const list = (id: string, name: string, query: object): Case => ({
  name,
  id,
  input: () => ({ query: { limit: 50, ...query } }),
})
const search = (name: string, words: readonly string[]): Case => ({
  name: `search: ${name}`,
  id: 'crm.record.search',
  input: (_, n) => ({ query: { q: words[n % words.length], limit: 20 } }),
})

const CASES: readonly Case[] = [
  list('crm.person.list', 'people: first page', {}),
  list('crm.person.list', 'people: sorted by last name', { sort: 'lastName' }),
  list('crm.person.list', 'people: filtered and sorted', {
    filter: 'lifecycleStage:is:active;score:gte:80',
    sort: '-lastActivityAt',
  }),
  list('crm.person.list', 'people: a rare tag, sorted', { filter: 'tags:has:vip', sort: 'lastName' }),
  list('crm.person.list', 'people: a custom field, sorted', {
    filter: 'custom.segment:is:gold',
    sort: '-updatedAt',
  }),
  list('crm.person.list', 'people: name contains, sorted', {
    filter: 'lastName:contains:tineau',
    sort: 'firstName',
  }),
  list('crm.company.list', 'companies: sorted by name', { sort: 'name' }),
  list('crm.deal.list', 'deals: of a size, by expected close', {
    filter: 'value:gt:5000000 EUR',
    sort: 'expectedCloseOn',
  }),
  search('prefix', ['dupont', 'mar', 'bertr', 'lemon']),
  search('middle', ['tineau', 'oynard', 'ierton', 'ausen']),
  search('two words', ['zoe mar', 'emma dup', 'paul ber']),
  search('accents', ['zoé', 'amélie', 'inès ber']),
  search('phone', ['06 00 12 34 56', '+33 6 00 98 76 54', '00 55 44 33']),
  search('e-mail', ['example12.test', 'zoe.dup', 'noah.ber']),
  search('one letter', ['z', 'b']),
  {
    name: 'deals: board of 40,000 a column',
    id: 'crm.deal.board',
    input: ({ pipeline }) => ({ query: { pipelineId: pipeline, cards: 25 } }),
  },
  {
    name: 'timeline of a company with 500,000 entries',
    id: 'crm.company.timeline',
    input: ({ busyCompany }) => ({ params: { companyId: busyCompany }, query: { limit: 50 } }),
  },
  {
    name: 'duplicates while a person is typed',
    id: 'crm.duplicate.check',
    input: (_, n) => ({
      body: {
        object: 'person',
        values: {
          firstName: 'Zoé',
          lastName: ['Dupontinet', 'Bertiton', 'Maraudot'][n % 3],
          email: 'zoe.dupont@example12.test',
        },
      },
    }),
  },
]

const handlers = new Map<string, Implemented>(
  modules.flatMap(module => module.routes ?? []).map(implemented => [implemented.route.id, implemented]),
)

/**
 * What people wait for, at 1,000,000 people, 200,000 companies, 200,000 deals and 5,000,000 entries of timelines in one
 * organization beside 200 small ones: milliseconds of the handlers without HTTP, one after the other, as the role the product
 * runs as, and beside it, in turn, as a superuser, for whom there is no row-level security.
 */
export async function crm({ runs, say }: { runs: number; say: (text: string) => void }): Promise<Report> {
  const figures = collect('crm')
  const data = makeDataDir()
  const program = await startProgram(data.dir, { MILLRACE_SEED: 'none' })
  const guarded = openKit(data.dir)
  const unguarded: Kit = { ...guarded, db: openDatabase({ url: superuserUrlOf(data.dir), max: 4 }) }
  try {
    const started = performance.now()
    const { orgId, places } = await prepare(guarded, superuserUrlOf(data.dir), say)
    say(`filled in ${((performance.now() - started) / 1000).toFixed(0)} s`)
    for (let run = 1; run <= runs; run++) {
      for (const one of CASES) {
        const withRows = await measure(guarded, orgId, one, places)
        const without = await measure(unguarded, orgId, one, places)
        figures.add(`${one.name}, p50`, percentile(withRows, 0.5), 'ms')
        figures.add(`${one.name}, p95`, percentile(withRows, 0.95), 'ms')
        figures.add(
          `${one.name}, ratio to no row-level security`,
          percentile(withRows, 0.5) / percentile(without, 0.5),
          '',
        )
        say(
          `run ${run}, ${one.name}: p50 ${percentile(withRows, 0.5).toFixed(1)} ms, p95 ${percentile(withRows, 0.95).toFixed(1)} ms, without ${percentile(without, 0.5).toFixed(1)} ms`,
        )
      }
    }
    return figures.report(runs)
  } finally {
    await unguarded.db.close()
    await guarded.db.close()
    await program.stop()
    data.remove()
  }
}

async function prepare(
  kit: Kit,
  superuserUrl: string,
  say: (text: string) => void,
): Promise<{ orgId: string; places: Places }> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    const orgId = await organization(kit, 'big')
    await call(kit, orgId, 'crm.custom_field.create', {
      body: { object: 'person', label: 'Segment', key: 'segment', kind: 'text' },
    })
    const pipelines = (await call(kit, orgId, 'crm.pipeline.list', { query: {} })) as {
      items: { id: string }[]
    }
    say('filling the big organization')
    await fill(client, orgId, BIG)
    say(`filling ${SMALL_ORGANIZATIONS} small ones`)
    for (let n = 0; n < SMALL_ORGANIZATIONS; n++) {
      const small = await organization(kit, `small-${n}`)
      await call(kit, small, 'crm.pipeline.list', { query: {} })
      await fill(client, small, SMALL)
    }
    await client.query('vacuum analyze')
    const busy = await client.query<{ id: string }>(
      'select company_id as id from crm.timeline_entries where org_id = $1 and company_id is not null limit 1',
      [orgId],
    )
    return {
      orgId,
      places: { busyCompany: busy.rows[0]?.id ?? '', pipeline: pipelines.items[0]?.id ?? '' },
    }
  } finally {
    await client.end()
  }
}

async function organization(kit: Kit, slug: string): Promise<string> {
  const signUp = {
    name: 'Bench',
    email: `${slug}@example.com`,
    password: 'correct-horse-battery',
    organizationName: slug,
  }
  const { orgId } = await signUpOrganization(kit, signUp)
  return orgId
}

async function measure(kit: Kit, orgId: string, one: Case, places: Places): Promise<number[]> {
  const ms: number[] = []
  for (let n = -WARM_UP; n < ROUNDS; n++) {
    const before = performance.now()
    await call(kit, orgId, one.id, one.input(places, n + WARM_UP))
    if (n >= 0) ms.push(performance.now() - before)
  }
  return ms
}

/** A handler as the owner of the organization would reach it, in a transaction of its own. */
async function call(kit: Kit, orgId: string, id: string, given: object): Promise<unknown> {
  const implemented = handlers.get(id)
  const handler = implemented?.handler
  if (!implemented || handler?.kind !== 'organization') throw new Error(`${id} is not for members.`)
  const { route } = implemented
  const raw = given as { params?: unknown; query?: unknown; body?: unknown }
  const input = {
    params: route.params?.parse(raw.params),
    query: route.query?.parse(raw.query ?? {}),
    body: route.body?.parse(raw.body),
  }
  const actor = { type: 'system', name: 'bench' } as const
  const principal = {
    actor,
    name: 'Bench',
    userId: null,
    orgId,
    role: 'owner',
    visibility: {},
    can: () => true,
  }
  const http = {
    kit,
    principal,
    expected: null,
    requestId: 'bench',
    address: '127.0.0.1',
    header: () => undefined,
  }
  return inOrganization(kit, { actor, orgId }, ctx =>
    handler.run(ctx, input as never, http as unknown as Http),
  )
}

/** The parts of the product in this process, on the database of the data folder. */
function openKit(dir: string): Kit {
  const config = readConfig({ MILLRACE_DATA: dir, LOG_LEVEL: 'silent' })
  return createKit({ config, ownerUrl: ownerUrlOf(dir), secrets: openSecrets(dir), modules, reactions: [] })
}
