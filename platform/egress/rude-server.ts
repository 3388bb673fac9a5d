/** Parts of the servers that tests speak to, and what must become of a request to them. */

import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { EgressError, type EgressErrorCode } from './errors.ts'

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await Array.fromAsync(request)).toString()
}

/** Writes without end, as fast as the other side reads. */
export function pour(response: ServerResponse, chunk: Buffer): void {
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', more)
  more()
}

/** Writes a beginning and then one crumb every 10 milliseconds. */
export function trickle(socket: Socket, beginning: string, crumb: string): void {
  socket.write(beginning)
  const timer = setInterval(() => socket.write(crumb), 10)
  socket.on('close', () => clearInterval(timer))
}

/** The request fails with this code, in words fit for the person who entered the address. */
export async function fails(
  outcome: Promise<unknown>,
  code: EgressErrorCode,
  sent: boolean,
  text = '',
): Promise<void> {
  const error = await outcome.then(
    () => assert.fail(`got an answer where ${code} was due`),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof EgressError, String(error))
  assert.deepEqual([error.code, error.sent], [code, sent], `${error.message} ${text}`)
  assert.match(error.message, /^[\w:"].*\.$/)
  if (code === 'tls') assert.ok(error.message.includes(text), error.message)
}

/** Writes without end, as fast as the other side reads. */
