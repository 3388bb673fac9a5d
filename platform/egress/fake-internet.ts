import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  Socket,
  connect as tcpConnect,
} from 'node:net'
import type { Dial } from './connect.ts'
import type { Resolve } from './resolve.ts'

/**
 * A small internet on the loopback interface, for tests: names with public addresses, and real servers
 * behind those addresses. Nothing leaves the machine; an address without a server refuses connections.
 */
export type FakeInternet = {
  /** Give these to `createEgress`. */
  readonly resolve: Resolve
  readonly dial: Dial
  /** Every look-up and every connection asked for, in order, as `host` and `address:port`. */
  readonly lookups: string[]
  readonly dialed: string[]
  /** The addresses of a name, or a function that answers every look-up anew. */
  name(host: string, answer: readonly string[] | (() => readonly string[])): void
  /** Puts an HTTP or HTTPS server at an address; gives its real port on the loopback interface. */
  http(address: string, handler: RequestListener): Promise<number>
  https(address: string, handler: RequestListener): Promise<number>
  /** Puts a bare TCP server at an address and port. */
  tcp(address: string, port: number, onConnection: (socket: Socket) => void): Promise<number>
  /** What a connection to an address claims to have reached, instead of that address. */
  divert(address: string, remoteAddress: string): void
  close(): Promise<void>
}

/** The certificate of the fake HTTPS servers, for `hooks.example.com`, and its key, in PEM. */
export const fakeCertificate = {
  cert: readFileSync(
    new URL('../../test/fixtures/security/tls/hooks.example.com.cert.pem', import.meta.url),
    'utf8',
  ),
  key: readFileSync(
    new URL('../../test/fixtures/security/tls/hooks.example.com.key.pem', import.meta.url),
    'utf8',
  ),
}

/** Starts an empty fake internet. */
export function createFakeInternet(): FakeInternet {
  const names = new Map<string, () => readonly string[]>()
  const places = new Map<string, number>()
  const diverted = new Map<string, string>()
  const servers: Server[] = []
  const sockets = new Set<Socket>()
  const lookups: string[] = []
  const dialed: string[] = []

  async function place(server: Server, at: string): Promise<number> {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    servers.push(server)
    const { port } = server.address() as AddressInfo
    places.set(at, port)
    return port
  }

  return {
    lookups,
    dialed,
    async resolve(host) {
      lookups.push(host)
      const answer = names.get(host)
      if (!answer) throw Object.assign(new Error(`no such host ${host}`), { code: 'ENOTFOUND' })
      return answer()
    },
    dial({ host, port }) {
      dialed.push(`${host}:${port}`)
      const local = places.get(`${host}:${port}`)
      if (local === undefined) return refusedSocket()
      const socket = tcpConnect(local, '127.0.0.1')
      Object.defineProperty(socket, 'remoteAddress', { value: diverted.get(host) ?? host })
      return socket
    },
    name(host, answer) {
      names.set(host, typeof answer === 'function' ? answer : () => answer)
    },
    http: (address, handler) => place(createServer(handler), `${address}:80`),
    https: (address, handler) => place(createSecureServer(fakeCertificate, handler), `${address}:443`),
    tcp: (address, port, onConnection) => place(createTcpServer(onConnection), `${address}:${port}`),
    divert(address, remoteAddress) {
      diverted.set(address, remoteAddress)
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
    },
  }
}

function refusedSocket(): Socket {
  const socket = new Socket()
  setImmediate(() => socket.destroy(Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' })))
  return socket
}
