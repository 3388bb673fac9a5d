/** A web server for tests of runs that call others. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface WebRequest {
  path: string
  /** Its Idempotency-Key. */
  key: string
  body: string
  /** Resolves when the caller goes away before it was answered. */
  cutOff: Promise<void>
}

export interface WebAnswer {
  status: number
  body: string
}

/** Answers what the test says and remembers what it was asked. */
export interface FakeWeb {
  /** Host and port. */
  host: string
  url: string
  received: WebRequest[]
  /** How requests are answered; set anew by every test that cares. */
  answer: (request: WebRequest) => Promise<WebAnswer>
  close(): void
}

/** Starts one on a free port of this machine. */
export async function openFakeWeb(): Promise<FakeWeb> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', data => {
      body += data
    })
    request.on('end', async () => {
      const cutOff = Promise.withResolvers<void>()
      response.on('close', () => {
        if (!response.writableFinished) cutOff.resolve()
      })
      const key = String(request.headers['idempotency-key'])
      const received = { path: request.url ?? '', key, body, cutOff: cutOff.promise }
      web.received.push(received)
      const { status, body: text } = await web.answer(received)
      response.writeHead(status, { 'content-type': 'application/json' }).end(text)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const web: FakeWeb = {
    host,
    url: `http://${host}`,
    received: [],
    answer: async () => ({ status: 200, body: '{}' }),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  return web
}
