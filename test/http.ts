import type { AddressInfo } from 'node:net'
import { type Client, createClient } from '#platform/contract/client.ts'
import type { ServerOptions } from '#platform/http/server.ts'
import type { Module } from '#platform/module.ts'
import { createServer } from '#programs/server.ts'
import type { TestKit } from './database.ts'

export interface TestServer {
  /** Origin of the server, `http://127.0.0.1:port`. */
  url: string
  /** A typed client; `headers` go with every call. */
  client(headers?: Record<string, string>): Client
  /** A raw request, for everything the typed client would not send. */
  raw(path: string, init?: RequestInit): Promise<Response>
  close(): Promise<void>
}

/** A real HTTP server on a free loopback port. */
export async function testServer(
  test: TestKit,
  modules: readonly Module[],
  authenticate: ServerOptions['authenticate'] = async () => null,
): Promise<TestServer> {
  const app = await createServer(test.kit, modules, authenticate)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  return {
    url,
    client: (headers = {}) => createClient({ baseUrl: url, headers: () => headers }),
    raw: (path, init) => fetch(url + path, { redirect: 'manual', ...init }),
    close: () => app.close(),
  }
}

/** A stand-in for authentication: everybody is this user of this organization and may do what `can` says. */
export function signedInAs(
  orgId: string,
  userId: string,
  can: (permission: string) => boolean = () => true,
): ServerOptions['authenticate'] {
  const actor = { type: 'user', userId } as const
  return async () => ({
    actor,
    name: 'Test person',
    userId,
    sessionId: null,
    orgId,
    role: 'owner',
    visibility: {},
    can,
  })
}
