import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A subscription as it stands at the fake. */
interface Held {
  readonly id: string
  readonly callback_url: string
  readonly scope: string
  readonly user: string | null
  readonly events: string[]
  readonly signing_key: string
  state: 'active' | 'disabled'
}

/** The part of Calendly's API v2 that has to do with subscriptions. */
export interface FakeCalendly {
  readonly url: string
  /** The token that is let in. */
  token: string
  isAdmin: boolean
  isPaid: boolean
  /** Which addresses it delivers to: those with https unless said. */
  takes: (address: string) => boolean
  /** What every question is answered with instead, or that the line is cut. */
  broken: { readonly status: number; readonly text: string } | 'cut' | null
  readonly subscriptions: Held[]
  /** What was asked, as `POST /webhook_subscriptions`. */
  readonly asked: string[]
  close(): Promise<void>
}

const HOME = 'https://api.calendly.com'
const USER = `${HOME}/users/AAAA`
const ORGANIZATION = `${HOME}/organizations/BBBB`

interface Said {
  readonly status: number
  readonly body?: unknown
}

const refused = (status: number, title: string, message: string): Said => ({
  status,
  body: { title, message },
})

const shown = ({ id, signing_key: _, ...held }: Held) => ({
  uri: `${HOME}/webhook_subscriptions/${id}`,
  organization: ORGANIZATION,
  creator: USER,
  ...held,
})

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of request) text += String(piece)
  return text
}

function subscribe(fake: FakeCalendly, body: Record<string, unknown>): Said {
  const { url, scope, events, organization, user, signing_key: key } = body
  if (!fake.isPaid) {
    return refused(403, 'Permission Denied', 'Please upgrade your Calendly account to Standard.')
  }
  if (scope === 'organization' && !fake.isAdmin) {
    return refused(403, 'Permission Denied', 'You do not have permission to create this subscription.')
  }
  const isWhole =
    typeof url === 'string' &&
    fake.takes(url) &&
    organization === ORGANIZATION &&
    (scope === 'organization' ? user === undefined : user === USER) &&
    typeof key === 'string'
  if (!isWhole) return refused(400, 'Invalid Argument', 'The supplied parameters are invalid.')
  if (fake.subscriptions.some(each => each.callback_url === url && each.scope === scope)) {
    return refused(409, 'Already Exists', 'Hook with this url already exists')
  }
  const held: Held = {
    id: `sub-${fake.asked.length}`,
    callback_url: url,
    scope: String(scope),
    user: typeof user === 'string' ? user : null,
    events: events as string[],
    signing_key: key,
    state: 'active',
  }
  fake.subscriptions.push(held)
  return { status: 201, body: { resource: shown(held) } }
}

function list(fake: FakeCalendly, query: URLSearchParams): Said {
  if (query.get('scope') === 'organization' && !fake.isAdmin) {
    return refused(403, 'Permission Denied', 'You do not have permission to see these.')
  }
  const all = fake.subscriptions.filter(each => each.scope === query.get('scope'))
  // One a page, so that pages are turned.
  const at = Number(query.get('page_token') ?? 0)
  const next = at + 1 < all.length ? String(at + 1) : null
  return {
    status: 200,
    body: { collection: all.slice(at, at + 1).map(shown), pagination: { count: 1, next_page_token: next } },
  }
}

function answer(fake: FakeCalendly, method: string, url: URL, body: string): Said {
  if (url.pathname === '/users/me') {
    const resource = { uri: USER, current_organization: ORGANIZATION, name: 'Ada Lovelace' }
    return { status: 200, body: { resource } }
  }
  if (url.pathname === '/webhook_subscriptions') {
    return method === 'POST' ? subscribe(fake, JSON.parse(body)) : list(fake, url.searchParams)
  }
  const id = url.pathname.replace('/webhook_subscriptions/', '')
  const at = fake.subscriptions.findIndex(each => each.id === id)
  const held = fake.subscriptions[at]
  if (!held) return refused(404, 'Resource Not Found', 'The server could not find the requested resource.')
  if (method !== 'DELETE') return { status: 200, body: { resource: shown(held) } }
  fake.subscriptions.splice(at, 1)
  return { status: 204 }
}

/** Starts it on a free port. */
export async function startFakeCalendly(): Promise<FakeCalendly> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', HOME)
    const body = await textOf(request)
    fake.asked.push(`${request.method} ${url.pathname}`)
    if (fake.broken === 'cut') {
      request.socket.destroy()
      return
    }
    const isKnown = request.headers.authorization === `Bearer ${fake.token}`
    const said: Said = fake.broken
      ? { status: fake.broken.status }
      : isKnown
        ? answer(fake, request.method ?? '', url, body)
        : refused(401, 'Unauthenticated', 'The access token is invalid')
    response.writeHead(said.status, { 'content-type': 'application/json' })
    response.end(fake.broken ? fake.broken.text : said.body === undefined ? '' : JSON.stringify(said.body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const fake: FakeCalendly = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: 'a-personal-access-token',
    isAdmin: true,
    isPaid: true,
    takes: address => address.startsWith('https://'),
    broken: null,
    subscriptions: [],
    asked: [],
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return fake
}
