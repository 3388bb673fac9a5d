import type { Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { Dispatcher } from 'undici'
import { EgressError } from './errors.ts'

/** One request on one connection. */
export type Exchange = {
  readonly host: string
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
  /** Milliseconds from the first byte sent to the last header received. */
  readonly headersTimeoutMs: number
  /** How many bytes of the decoded body are kept, given the status. */
  readonly maxBytes: (status: number) => number
  /** Aborted, with an `EgressError` as its reason, when the time is over or the caller gave up. */
  readonly signal: AbortSignal
  /** Called just before the first byte is written. */
  readonly onSent: () => void
}

/** An answer with its body decoded; `headers` no longer names the encoding that was removed. */
export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly truncated: boolean
}

/** Compressed bodies over this size must not be more than 100 times what came over the wire. */
const FREE_DECODED_BYTES = 65_536
const MAX_RATIO = 100

/** Sends one request and reads its answer up to the cap; rejects with an `EgressError` or undici's own error. */
export function exchange(dispatcher: Dispatcher, request: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const reader = new AnswerReader(request, resolve, reject)
    dispatcher.dispatch(
      {
        path: request.path,
        method: request.method,
        headers: { ...request.headers },
        body: request.body ?? null,
        // Both limits are kept here, with exact timers that also cover the wait for a connection.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      reader,
    )
  })
}

class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #request: Exchange
  readonly #resolve: (answer: Answer) => void
  readonly #reject: (error: unknown) => void
  readonly #onAbort = () => this.#fail(this.#request.signal.reason)
  readonly #chunks: Buffer[] = []
  #controller: Dispatcher.DispatchController | undefined
  #decoder: Transform | undefined
  #headersTimer: NodeJS.Timeout | undefined
  #settled = false
  #status = 0
  #headers: Record<string, string> = {}
  #maxBytes = 0
  #wireBytes = 0
  #bytes = 0

  constructor(request: Exchange, resolve: (answer: Answer) => void, reject: (error: unknown) => void) {
    this.#request = request
    this.#resolve = resolve
    this.#reject = reject
    if (request.signal.aborted) this.#onAbort()
    else request.signal.addEventListener('abort', this.#onAbort)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // A request that was given up while it waited for a connection must not go out after all.
    if (this.#settled) {
      controller.abort(new Error('given up before it was sent'))
      return
    }
    this.#request.onSent()
    this.#headersTimer = setTimeout(() => {
      const seconds = this.#request.headersTimeoutMs / 1000
      this.#fail(
        new EgressError('timeout', `${this.#request.host} did not answer within ${seconds} seconds.`),
      )
    }, this.#request.headersTimeoutMs)
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (status < 200) return
    clearTimeout(this.#headersTimer)
    this.#status = status
    this.#headers = joinHeaders(headers)
    this.#maxBytes = this.#request.maxBytes(status)
    if (this.#request.method === 'HEAD' || status === 204 || status === 304) return
    this.#decode(this.#headers['content-encoding'] ?? '')
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return
    this.#wireBytes += chunk.length
    if (!this.#decoder) this.#keep(chunk)
    else if (!this.#decoder.write(chunk)) {
      controller.pause()
      this.#decoder.once('drain', () => controller.resume())
    }
  }

  onResponseEnd(): void {
    // Some servers name an encoding and send no body at all, which no decoder accepts.
    if (this.#decoder && this.#wireBytes > 0) this.#decoder.end()
    else this.#finish(false)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error)
  }

  #decode(encodings: string): void {
    const names = encodings
      .toLowerCase()
      .split(',')
      .map(name => name.trim())
      .filter(name => name !== '' && name !== 'identity')
    const [name] = names
    if (name === undefined) return
    const decoder = names.length === 1 ? decoderOf(name) : undefined
    if (!decoder) {
      this.#fail(
        new EgressError(
          'bad_response',
          `${this.#request.host} answered in an encoding that is not supported.`,
        ),
      )
      return
    }
    delete this.#headers['content-encoding']
    delete this.#headers['content-length']
    this.#decoder = decoder
    decoder.on('data', (chunk: Buffer) => this.#keep(chunk))
    decoder.on('end', () => this.#finish(false))
    decoder.on('error', cause => {
      this.#fail(
        new EgressError('bad_response', `The answer from ${this.#request.host} could not be decompressed.`, {
          cause,
        }),
      )
    })
  }

  #keep(chunk: Buffer): void {
    if (this.#settled) return
    const room = this.#maxBytes - this.#bytes
    this.#bytes += chunk.length
    if (this.#decoder && this.#bytes > FREE_DECODED_BYTES && this.#bytes > MAX_RATIO * this.#wireBytes) {
      this.#fail(
        new EgressError(
          'too_large',
          `The answer from ${this.#request.host} unpacks to far more than was sent.`,
        ),
      )
      return
    }
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk)
    if (chunk.length > room) this.#finish(true)
  }

  #finish(truncated: boolean): void {
    if (!this.#settle()) return
    if (truncated) this.#stop(new Error('the rest of the answer is not wanted'))
    this.#resolve({
      status: this.#status,
      headers: this.#headers,
      body: Buffer.concat(this.#chunks),
      truncated,
    })
  }

  #fail(error: unknown): void {
    if (!this.#settle()) return
    this.#reject(error)
    this.#stop(error instanceof Error ? error : new Error('failed'))
  }

  #settle(): boolean {
    if (this.#settled) return false
    this.#settled = true
    clearTimeout(this.#headersTimer)
    this.#request.signal.removeEventListener('abort', this.#onAbort)
    return true
  }

  #stop(reason: Error): void {
    this.#decoder?.destroy()
    this.#controller?.abort(reason)
  }
}

function decoderOf(name: string): Transform | undefined {
  if (name === 'gzip' || name === 'x-gzip') return createGunzip()
  if (name === 'deflate') return createInflate()
  if (name === 'br') return createBrotliDecompress()
  return undefined
}

/** One value per name: repeated headers are joined as RFC 9110, 5.3 says. */
function joinHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  )
  return Object.fromEntries(entries)
}
