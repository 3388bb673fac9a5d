import { Agent, request } from 'node:http'
import { authenticate } from '#modules/iam/index.ts'
import { readConfig } from '#platform/config.ts'
import { inOrganization, type Kit, outsideOrganizations } from '#platform/context.ts'
import type { Http, Implemented } from '#platform/http/handlers.ts'
import { createKit, openSecrets } from '#programs/kit.ts'
import { modules } from '#programs/modules.ts'
import { makeDataDir, ownerUrlOf, startProgram } from '#test/program.ts'
import { collect, load, percentile, type Report } from './measure.ts'

const CLIENTS = 16
const SECONDS = 5
const PASSWORD = 'correct-horse-battery'

/** What is asked for, by the id of its route. */
const CASES = [
  { name: 'session', id: 'iam.session.get', input: () => ({}), path: () => '/v1/session' },
  {
    name: 'read one',
    id: 'intake.lead.get',
    input: (leadId: string) => ({ params: { leadId } }),
    path: (leadId: string) => `/v1/leads/${leadId}`,
  },
  {
    name: 'list 50',
    id: 'intake.lead.list',
    input: () => ({ query: { limit: 50 } }),
    path: () => '/v1/leads?limit=50',
  },
] as const

/**
 * Answers per second and their times over HTTP from 16 clients, each with the check of its access token: who am I, one
 * lead, a page of 50 leads; beside it, in turn, the same check and the same handlers called in this process, that is the
 * same SQL through the same driver without HTTP, schema and JSON.
 */
export async function api({ runs, say }: { runs: number; say: (text: string) => void }): Promise<Report> {
  const figures = collect('api')
  const data = makeDataDir()
  const program = await startProgram(data.dir, {
    MILLRACE_DEMO_PASSWORD: PASSWORD,
    API_REQUESTS_PER_MINUTE: '100000000',
    API_REQUESTS_PER_MINUTE_ORGANIZATION: '100000000',
  })
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  const kit = openKit(data.dir)
  try {
    const origin = program.url.replace('localhost', '127.0.0.1')
    const authorization = `Bearer ${await token(origin, program.email)}`
    const leads = (await get(`${origin}/v1/leads?limit=50`, agent, authorization)) as {
      items: { id: string }[]
    }
    const leadId = leads.items[0]?.id ?? ''
    const overHttp = (path: string) => async () => {
      await get(origin + path, agent, authorization)
    }
    const inProcess = (id: string, input: object) => async () => {
      await direct(kit, id, input, authorization)
    }
    for (const { id, input, path } of CASES) {
      await load(CLIENTS, 1, overHttp(path(leadId)))
      await load(CLIENTS, 1, inProcess(id, input(leadId)))
    }
    for (let run = 1; run <= runs; run++) {
      for (const { name, id, input, path } of CASES) {
        const http = await load(CLIENTS, SECONDS, overHttp(path(leadId)))
        const bare = await load(CLIENTS, SECONDS, inProcess(id, input(leadId)))
        figures.add(`${name}, HTTP`, http.perSecond, '/s')
        figures.add(`${name}, HTTP p99`, percentile(http.ms, 0.99), 'ms')
        figures.add(`${name}, without HTTP`, bare.perSecond, '/s')
        figures.add(`${name}, without HTTP p99`, percentile(bare.ms, 0.99), 'ms')
        figures.add(`${name}, ratio`, http.perSecond / bare.perSecond, '')
        say(
          `run ${run}, ${name}: ${http.perSecond.toFixed(0)}/s over HTTP, ${bare.perSecond.toFixed(0)}/s without`,
        )
      }
    }
    return figures.report(runs)
  } finally {
    agent.destroy()
    await kit.db.close()
    await program.stop()
    data.remove()
  }
}

/** The parts of the product in this process, on the database of the data folder. */
function openKit(dir: string): Kit {
  const config = readConfig({ MILLRACE_DATA: dir, LOG_LEVEL: 'silent' })
  return createKit({ config, ownerUrl: ownerUrlOf(dir), secrets: openSecrets(dir), modules, reactions: [] })
}

const handlers = new Map<string, Implemented>(
  modules.flatMap(module => module.routes ?? []).map(implemented => [implemented.route.id, implemented]),
)

async function direct(kit: Kit, id: string, given: object, authorization: string): Promise<unknown> {
  const presented = {
    authorization,
    cookie: () => undefined,
    method: 'GET',
    address: '127.0.0.1',
    viewAs: undefined,
  }
  const principal = await authenticate(kit, presented)
  const handler = handlers.get(id)?.handler
  if (!principal || !handler) throw new Error(`${id} cannot be called.`)
  const input = { params: undefined, query: undefined, body: undefined, ...given }
  const http = { kit, principal, expected: null, requestId: 'bench', address: '127.0.0.1' } as unknown as Http
  const caller = { name: principal.name, address: '127.0.0.1', userAgent: '' }
  const { actor, orgId, visibility } = principal
  if (handler.kind === 'user')
    return outsideOrganizations(kit, { actor, caller }, ctx => handler.run(ctx, input, http, undefined))
  if (handler.kind !== 'organization' || !orgId) throw new Error(`${id} is not for members.`)
  return inOrganization(kit, { actor, orgId, visibility, caller }, ctx => handler.run(ctx, input, http))
}

async function token(origin: string, email: string): Promise<string> {
  const response = await fetch(`${origin}/v1/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: PASSWORD }),
  })
  return ((await response.json()) as { accessToken: string }).accessToken
}

function get(url: string, agent: Agent, authorization: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, headers: { authorization } }, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('end', () =>
        response.statusCode === 200
          ? resolve(JSON.parse(Buffer.concat(chunks).toString()))
          : reject(new Error(`${url} answered ${response.statusCode}.`)),
      )
    })
    call.once('error', reject)
    call.end()
  })
}
