import assert from 'node:assert/strict'
import type { TestServer } from './http.ts'

/** A browser that keeps cookies for each host and follows nothing by itself. */
export interface Visitor {
  get(url: string): Promise<Response>
  post(path: string, body?: unknown): Promise<Response>
  patch(path: string, body: unknown): Promise<Response>
  delete(path: string): Promise<Response>
  /** The value of a cookie of the server under test whose name begins so. */
  cookie(prefix: string): string | undefined
  /** Goes from one of our paths through the provider to the first address on our side that has a state, and stops. */
  toCallback(path: string): Promise<string>
  /** As `toCallback`, then opens that address: the path where the sign-in ends. */
  through(path: string): Promise<string>
}

const STEPS_MAX = 10

/** A visitor of the server, which calls itself `publicUrl` to others. */
export function visitorOf(server: TestServer, publicUrl: string): Visitor {
  const jars = new Map<string, Map<string, string>>()

  async function send(url: string, init: RequestInit = {}): Promise<Response> {
    const at = new URL(url, server.url)
    const jar = jars.get(at.origin) ?? new Map<string, string>()
    jars.set(at.origin, jar)
    const headers = new Headers(init.headers)
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(at, { redirect: 'manual', ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }

  const sendJson = (method: string) => (path: string, body?: unknown) =>
    send(path, {
      method,
      headers: {
        'sec-fetch-site': 'same-origin',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  async function toCallback(path: string): Promise<string> {
    let url = new URL(path, server.url).href
    for (let step = 0; step < STEPS_MAX; step += 1) {
      const response = await send(url)
      const location = response.headers.get('location')
      assert.ok(location, `${url} answered ${response.status} ${await response.text()}`)
      const next = new URL(location, url).href.replace(publicUrl, server.url)
      if (next.startsWith(server.url)) return next.slice(server.url.length)
      url = next
    }
    throw new Error('It goes round in circles.')
  }

  return {
    get: url => send(url),
    post: sendJson('POST'),
    patch: sendJson('PATCH'),
    delete: path => sendJson('DELETE')(path),
    cookie: prefix => [...(jars.get(server.url) ?? [])].find(([name]) => name.startsWith(prefix))?.[1],
    toCallback,
    async through(path) {
      const callback = await toCallback(path)
      if (!callback.startsWith('/auth/sso/callback')) return callback
      const response = await send(callback)
      assert.equal(response.status, 303, await response.text())
      return response.headers.get('location') ?? ''
    },
  }
}
